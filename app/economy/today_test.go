package economy

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

func TestTodayLoadsAGuildOnceForAllWhoAsk(t *testing.T) {
	t.Parallel()
	var loads atomic.Int32
	d := newToday(func(context.Context, snowflake.ID, store.Day) ([]snowflake.ID, error) {
		loads.Add(1)
		return []snowflake.ID{1, 2}, nil
	})
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			user := snowflake.ID(i%3 + 1)
			got, err := d.claimed(t.Context(), 9, user, 100)
			require.NoError(t, err)
			require.Equal(t, user < 3, got)
		})
	}
	wg.Wait()
	require.Equal(t, int32(1), loads.Load())
}

func TestTodayForgetsAtMidnight(t *testing.T) {
	t.Parallel()
	d := newToday(func(context.Context, snowflake.ID, store.Day) ([]snowflake.ID, error) { return nil, nil })
	d.mark(9, 1, 100)
	require.True(t, d.seen(9, 1, 100))
	require.False(t, d.seen(9, 1, 101))
	require.False(t, d.seen(8, 1, 100), "another guild")
}

func TestTodayAsksAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	broken := errors.New("no database")
	fail := true
	d := newToday(func(context.Context, snowflake.ID, store.Day) ([]snowflake.ID, error) {
		if fail {
			return nil, broken
		}
		return []snowflake.ID{1}, nil
	})
	_, err := d.claimed(t.Context(), 9, 1, 100)
	require.ErrorIs(t, err, broken)
	fail = false
	got, err := d.claimed(t.Context(), 9, 1, 100)
	require.NoError(t, err)
	require.True(t, got)
}
