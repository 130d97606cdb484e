package cache_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/cache"
)

func TestOneLoadServesAllWhoAskTogether(t *testing.T) {
	t.Parallel()
	c := cache.New[int, string](10, time.Hour)
	t.Cleanup(c.Close)
	var loads atomic.Int32
	release := make(chan struct{})
	load := func(context.Context, int) (string, error) {
		loads.Add(1)
		<-release
		return "one", nil
	}
	first, leave := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, ctx := range []context.Context{first, t.Context(), t.Context()} {
		wg.Go(func() {
			v, err := c.Get(ctx, 1, load)
			require.NoError(t, err)
			require.Equal(t, "one", v)
		})
	}
	leave() // a caller who left must not fail the others
	close(release)
	wg.Wait()
	v, ok := c.Peek(1)
	require.True(t, ok)
	require.Equal(t, "one", v)
	c.Invalidate(1)
	_, ok = c.Peek(1)
	require.False(t, ok)
}

func TestAnErrorIsNotKept(t *testing.T) {
	t.Parallel()
	c := cache.New[string, *int](10, time.Hour)
	t.Cleanup(c.Close)
	broken := errors.New("broken")
	_, err := c.Get(t.Context(), "a", func(context.Context, string) (*int, error) { return nil, broken })
	require.ErrorIs(t, err, broken)
	v, err := c.Get(t.Context(), "a", func(context.Context, string) (*int, error) { return nil, nil })
	require.NoError(t, err)
	require.Nil(t, v, "nil is a value too")
}

func TestAGuildsValueIsLoadedAgainAfterItsEvent(t *testing.T) {
	t.Parallel()
	b, err := bus.Open(t.Context(), bus.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	var version atomic.Int64
	version.Store(1)
	g := cache.ByGuild(b, "test", func(context.Context, snowflake.ID) (int64, error) { return version.Load(), nil }, bus.SettingsChanged)
	t.Cleanup(g.Close)
	get := func(guild snowflake.ID) int64 {
		v, err := g.Get(t.Context(), guild)
		require.NoError(t, err)
		return v
	}
	require.EqualValues(t, 1, get(7))
	require.EqualValues(t, 1, get(8))
	version.Store(2)
	require.EqualValues(t, 1, get(7), "nothing said that it changed")
	b.Publish(t.Context(), bus.Event{Topic: bus.SettingsChanged, Guild: 7})
	require.Eventually(t, func() bool { return get(7) == 2 }, 5*time.Second, time.Millisecond)
	require.EqualValues(t, 1, get(8), "another guild's value stays")
	b.Publish(t.Context(), bus.Event{Topic: bus.SettingsChanged})
	require.Eventually(t, func() bool { return get(8) == 2 }, 5*time.Second, time.Millisecond)
}
