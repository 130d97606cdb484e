package bus_test

import (
	"context"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
)

func TestCloseSendsWhatIsQueued(t *testing.T) {
	t.Parallel()
	each(t, servers(), func(t *testing.T, cfg bus.Config) {
		stays, err := bus.Open(t.Context(), cfg)
		require.NoError(t, err)
		defer stays.Close()
		leaves, err := bus.Open(t.Context(), cfg)
		require.NoError(t, err)
		l := listen(t, stays)
		for i := range 1000 {
			leaves.Publish(t.Context(), bus.Event{Topic: bus.RuleHit, Guild: snowflake.ID(i + 1)})
		}
		require.NoError(t, leaves.Close())
		for i := range 1000 {
			require.EqualValues(t, i+1, (<-l.events).Guild)
		}
	})
}

func TestClosedBusIsHarmless(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b, err := bus.Open(t.Context(), cfg)
		require.NoError(t, err)
		ended := make(chan struct{})
		b.Subscribe(bus.Subscriber{Name: "obeys its context", Handle: func(ctx context.Context, _ bus.Event) {
			<-ctx.Done()
			close(ended)
		}})
		b.Publish(t.Context(), bus.Event{Topic: bus.RuleHit})
		require.NoError(t, b.Close())
		require.NoError(t, b.Close())

		b.Publish(t.Context(), bus.Event{Topic: bus.RuleHit})
		b.Subscribe(bus.Subscriber{Name: "late", Handle: func(context.Context, bus.Event) {
			t.Error("called after the end")
		}})()
		b.Delete(t.Context(), "k")
		require.True(t, b.Allow(t.Context(), "k", bus.Limit{PerSecond: 1}).Allowed)
		require.False(t, b.Allow(t.Context(), "k", bus.Limit{PerSecond: 1}).Allowed)
		require.ErrorIs(t, b.Set(t.Context(), "k", 1, time.Minute), bus.ErrUnavailable)
		require.ErrorIs(t, b.Ping(t.Context()), bus.ErrUnavailable)
	})
}

func TestEmbedded(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		require.Equal(t, cfg.URL == "", b.Embedded())
		require.NoError(t, b.Ping(t.Context()))
		state := b.State()
		require.True(t, state.OK)
		require.Equal(t, b.Embedded(), state.Embedded)
		require.WithinDuration(t, time.Now(), state.Since, time.Minute)
		require.NoError(t, b.Client().Set(t.Context(), cfg.Prefix+"own", "v", time.Minute).Err())
	})
}
