package bus_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
)

func TestConnectionCutIsFollowedByResync(t *testing.T) {
	t.Parallel()
	each(t, servers(), func(t *testing.T, cfg bus.Config) {
		wired, w := through(t, cfg)
		steady, shaky := open(t, cfg), open(t, wired)
		there, calm := listen(t, shaky), listen(t, steady)
		require.Empty(t, there.resyncs, "nothing was missed yet")

		w.cut()
		until(func() bool { return !shaky.State().OK })
		require.Error(t, shaky.State().Err)
		steady.Publish(t.Context(), bus.Event{Topic: bus.RuleHit}) // lost to the other
		w.restore()
		<-there.resyncs
		require.True(t, shaky.State().OK)
		require.NoError(t, shaky.State().Err)

		steady.Publish(t.Context(), bus.Event{Topic: bus.CaseChanged, Guild: 9})
		require.EqualValues(t, 9, (<-there.events).Guild)
		require.Empty(t, calm.resyncs, "the other's connection was never lost")
	})
}

func TestPublishesWhileRedisIsGone(t *testing.T) {
	t.Parallel()
	each(t, servers(), func(t *testing.T, cfg bus.Config) {
		wired, w := through(t, cfg)
		wired.Queue = 16
		steady, shaky := open(t, cfg), open(t, wired)
		far, near := listen(t, steady), listen(t, shaky)

		w.silence()
		for i := range 5000 {
			shaky.Publish(t.Context(), bus.Event{Topic: bus.SettingsChanged, Guild: snowflake.ID(i + 1)})
		}
		for i := range 5000 {
			require.EqualValues(t, i+1, (<-near.events).Guild, "the process itself misses nothing")
		}
		w.cut()
		until(func() bool { return !shaky.State().OK })
		for range 100 {
			shaky.Publish(t.Context(), bus.Event{Topic: bus.SettingsChanged, Guild: 1})
		}
		require.Greater(t, shaky.Stats().Dropped, uint64(5000-16-128-1), "the queue is bounded")

		w.restore()
		<-far.resyncs // though its own connection was never lost
		require.True(t, steady.State().OK)
		for len(far.events) > 0 {
			<-far.events
		}
		shaky.Publish(t.Context(), bus.Event{Topic: bus.SettingsChanged, Guild: 77})
		for (<-far.events).Guild != 77 {
		}
	})
}

func TestLimitsWhileRedisIsGone(t *testing.T) {
	t.Parallel()
	each(t, servers(), func(t *testing.T, cfg bus.Config) {
		cfg, w := through(t, cfg)
		cfg.Timeout = 2 * time.Second
		b := open(t, cfg)
		back := listen(t, b)
		limit := bus.Limit{PerSecond: 1.0 / 3600, Burst: 10}
		require.True(t, b.Allow(t.Context(), "key", limit).Allowed)
		require.EqualValues(t, 1, b.Stats().LimitShared)

		w.silence()
		allowed := 0
		for range 5000 { // would take more than an hour if each of them waited
			if b.Allow(t.Context(), "key", limit).Allowed {
				allowed++
			}
			require.False(t, b.State().OK, "the first that waited in vain is the last")
		}
		require.Equal(t, 10, allowed, "the process counts by itself")
		require.EqualValues(t, 1, b.Stats().LimitShared)

		w.restore()
		<-back.resyncs
		for range 9 {
			require.True(t, b.Allow(t.Context(), "key", limit).Allowed, "Redis still knows its count")
		}
		require.False(t, b.Allow(t.Context(), "key", limit).Allowed)
		require.EqualValues(t, 11, b.Stats().LimitShared)
	})
}

func TestCacheWhileRedisIsGone(t *testing.T) {
	t.Parallel()
	each(t, servers(), func(t *testing.T, cfg bus.Config) {
		wired, w := through(t, cfg)
		steady, shaky := open(t, cfg), open(t, wired)
		require.NoError(t, steady.Set(t.Context(), "deleted", 1, time.Hour))
		require.NoError(t, steady.Set(t.Context(), "kept", 1, time.Hour))
		back := listen(t, shaky)

		w.cut()
		until(func() bool { return !shaky.State().OK })
		_, err := shaky.Get(t.Context(), "kept", new(int))
		require.ErrorIs(t, err, bus.ErrUnavailable)
		require.ErrorIs(t, shaky.Set(t.Context(), "kept", 2, time.Hour), bus.ErrUnavailable)
		require.ErrorIs(t, shaky.Ping(t.Context()), bus.ErrUnavailable)
		require.ErrorIs(t, shaky.Beat(t.Context(), bus.Heartbeat{Process: "p"}), bus.ErrUnavailable)
		_, err = shaky.Heartbeats(t.Context())
		require.ErrorIs(t, err, bus.ErrUnavailable)
		for i := range 3 {
			value, err := bus.Cached(t.Context(), shaky, "kept", time.Hour, func(context.Context) (int, error) { return i, nil })
			require.NoError(t, err)
			require.Equal(t, i, value, "loaded each time")
		}
		shaky.Delete(t.Context(), "deleted")

		w.restore()
		<-back.resyncs
		found, err := shaky.Get(t.Context(), "deleted", new(int))
		require.NoError(t, err)
		require.False(t, found, "deleted before Redis was used again")
		found, err = shaky.Get(t.Context(), "kept", new(int))
		require.NoError(t, err)
		require.True(t, found)
	})
}

func TestManyDeletionsWhileRedisIsGoneEmptyTheCache(t *testing.T) {
	t.Parallel()
	each(t, servers(), func(t *testing.T, cfg bus.Config) {
		wired, w := through(t, cfg)
		steady, shaky := open(t, cfg), open(t, wired)
		require.NoError(t, steady.Set(t.Context(), "a", 1, time.Hour))
		require.NoError(t, steady.Beat(t.Context(), bus.Heartbeat{Process: "p"}))
		back := listen(t, shaky)
		w.cut()
		until(func() bool { return !shaky.State().OK })
		keys := make([]string, 10_001)
		for i := range keys {
			keys[i] = time.Duration(i).String()
		}
		shaky.Delete(t.Context(), keys...)
		w.restore()
		<-back.resyncs
		found, err := steady.Get(t.Context(), "a", new(int))
		require.NoError(t, err)
		require.False(t, found)
		list, err := steady.Heartbeats(t.Context())
		require.NoError(t, err)
		require.Len(t, list, 1, "only the cache")
	})
}

func TestOpenWithoutRedisFindsItLater(t *testing.T) {
	t.Parallel()
	each(t, servers(), func(t *testing.T, cfg bus.Config) {
		wired, w := through(t, cfg)
		w.cut()
		b := open(t, wired)
		require.False(t, b.State().OK)
		l := listen(t, b)
		require.True(t, b.Allow(t.Context(), "key", bus.Limit{PerSecond: 1}).Allowed)
		w.restore()
		<-l.resyncs
		require.True(t, b.State().OK)
		require.NoError(t, b.Ping(t.Context()))
		other := open(t, cfg)
		other.Publish(t.Context(), bus.Event{Topic: bus.RuleHit})
		require.Equal(t, bus.RuleHit, (<-l.events).Topic)
	})
}

func TestRedisRestartedIsFoundAgain(t *testing.T) {
	t.Parallel()
	mini := miniredis.NewMiniRedis()
	require.NoError(t, mini.Start())
	t.Cleanup(mini.Close)
	cfg, w := through(t, bus.Config{URL: "redis://" + mini.Addr()})
	cfg.PoolSize = 1
	one, two := open(t, cfg), open(t, cfg)
	here, there := listen(t, one), listen(t, two)
	for range 2 {
		w.cut()
		until(func() bool { return !one.State().OK && !two.State().OK })
		mini.FlushAll() // nothing outlives a restart
		w.restore()
		<-here.resyncs
		<-there.resyncs
		one.Publish(t.Context(), bus.Event{Topic: bus.RuleHit})
		require.Equal(t, bus.RuleHit, (<-there.events).Topic)
		require.Equal(t, bus.RuleHit, (<-here.events).Topic)
	}
}

func TestCallersContextIsNoOutage(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := b.Get(ctx, "k", new(int))
		require.ErrorIs(t, err, context.Canceled)
		_, err = bus.Cached(ctx, b, "k", time.Minute, func(context.Context) (int, error) { return 1, nil })
		if err != nil { // the load may have been quicker
			require.ErrorIs(t, err, context.Canceled)
		}
		require.True(t, b.Allow(ctx, "k", bus.Limit{PerSecond: 1}).Allowed)
		require.True(t, b.State().OK)
	})
}

func TestOpenRefusesAMalformedAddressWithoutRepeatingIt(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"http://user:hunter2@host:6379", "redis://user:hunter2@ho st:6379", "redis://user:hunter2@host:port/0",
		"redis://user:hunter2@host/notanumber", "user:hunter2", "redis://user:hunter2@host/0?nonsense=1",
		"redis://user:hunter2%zz@host/0",
	} {
		_, err := bus.Open(t.Context(), bus.Config{URL: url})
		require.ErrorContains(t, err, "redis://user:password@host:6379/0", url)
		require.NotContains(t, err.Error(), "hunter2")
	}
}

func TestOpenHeedsItsContext(t *testing.T) {
	t.Parallel()
	deaf, err := net.Listen("tcp", "127.0.0.1:0") // accepts and never answers
	require.NoError(t, err)
	t.Cleanup(func() { _ = deaf.Close() })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = bus.Open(ctx, bus.Config{URL: "redis://" + deaf.Addr().String()})
	require.ErrorIs(t, err, context.Canceled)
}
