package bus_test

import (
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
)

type cached struct {
	Name string
	N    int
}

func TestCacheKeepsAndForgets(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		var got cached
		found, err := b.Get(t.Context(), "a", &got)
		require.NoError(t, err)
		require.False(t, found)

		require.NoError(t, b.Set(t.Context(), "a", cached{"x", 1}, time.Minute))
		require.NoError(t, b.Set(t.Context(), "b", cached{"y", 2}, time.Minute))
		found, err = b.Get(t.Context(), "a", &got)
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, cached{"x", 1}, got)

		b.Delete(t.Context())
		b.Delete(t.Context(), "a", "none")
		found, err = b.Get(t.Context(), "a", &got)
		require.NoError(t, err)
		require.False(t, found)
		found, err = b.Get(t.Context(), "b", &got)
		require.NoError(t, err)
		require.True(t, found)
		require.EqualValues(t, 2, b.Stats().CacheHits)
		require.EqualValues(t, 2, b.Stats().CacheMisses)
	})
}

func TestCacheRefusesWhatCannotBeKept(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		require.ErrorContains(t, b.Set(t.Context(), "a", 1, 0), "time to live")
		require.Error(t, b.Set(t.Context(), "a", math.NaN(), time.Minute))
		require.NoError(t, b.Set(t.Context(), "a", "text", time.Minute))
		_, err := b.Get(t.Context(), "a", new(int))
		require.ErrorContains(t, err, `"a"`)
		require.NotErrorIs(t, err, bus.ErrUnavailable)
		require.True(t, b.State().OK)
	})
}

func TestCacheExpires(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		require.NoError(t, b.Set(t.Context(), "short", 1, 150*time.Millisecond))
		require.NoError(t, b.Set(t.Context(), "long", 1, time.Hour))
		until(func() bool {
			found, err := b.Get(t.Context(), "short", new(int))
			require.NoError(t, err)
			return !found
		})
		found, err := b.Get(t.Context(), "long", new(int))
		require.NoError(t, err)
		require.True(t, found)
	})
}

func TestCachedLoadsOnceForAll(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		var loads atomic.Int32
		begun, release := make(chan struct{}), make(chan struct{})
		load := func(context.Context) (cached, error) {
			if loads.Add(1) == 1 {
				close(begun)
			}
			<-release
			return cached{"loaded", 7}, nil
		}
		var group sync.WaitGroup
		ask := func() {
			got, err := bus.Cached(t.Context(), b, "k", time.Minute, load)
			if err != nil || got != (cached{"loaded", 7}) {
				t.Errorf("got %v, %v", got, err)
			}
		}
		group.Go(ask)
		<-begun
		for range 50 {
			group.Go(ask)
		}
		close(release)
		group.Wait()
		ask()
		require.EqualValues(t, 1, loads.Load())

		b.Delete(t.Context(), "k")
		ask()
		require.EqualValues(t, 2, loads.Load())
	})
}

func TestCachedDoesNotKeepWhatWasDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		begun, release := make(chan struct{}), make(chan struct{})
		old := make(chan string)
		go func() {
			value, err := bus.Cached(t.Context(), b, "k", time.Minute, func(context.Context) (string, error) {
				close(begun)
				<-release
				return "old", nil
			})
			if err != nil {
				value = err.Error()
			}
			old <- value
		}()
		<-begun
		b.Delete(t.Context(), "k")
		load := func(context.Context) (string, error) { return "new", nil }
		value, err := bus.Cached(t.Context(), b, "k", time.Minute, load)
		require.NoError(t, err)
		require.Equal(t, "new", value, "a load that began after the deletion")
		close(release)
		require.Equal(t, "old", <-old)
		found, err := b.Get(t.Context(), "k", &value)
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, "new", value)
	})
}

func TestCachedPassesOnErrorsAndKeepsNone(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		boom := errors.New("boom")
		_, err := bus.Cached(t.Context(), b, "k", time.Minute, func(context.Context) (int, error) { return 1, boom })
		require.ErrorIs(t, err, boom)
		_, err = bus.Cached(t.Context(), b, "k", time.Minute, func(context.Context) (int, error) { panic("loading") })
		require.ErrorContains(t, err, "panicked: loading")
		value, err := bus.Cached(t.Context(), b, "k", time.Minute, func(context.Context) (int, error) { return 3, nil })
		require.NoError(t, err)
		require.Equal(t, 3, value)
	})
}

func TestCachedLoadOutlivesItsFirstCaller(t *testing.T) {
	t.Parallel()
	b := open(t, bus.Config{})
	begun, release := make(chan struct{}), make(chan struct{})
	load := func(ctx context.Context) (int, error) {
		close(begun)
		<-release
		return 5, ctx.Err()
	}
	first, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := bus.Cached(first, b, "k", time.Minute, load)
		left <- err
	}()
	<-begun
	leave()
	require.ErrorIs(t, <-left, context.Canceled)
	close(release)
	value, err := bus.Cached(t.Context(), b, "k", time.Minute, func(context.Context) (int, error) { return 5, nil })
	require.NoError(t, err)
	require.Equal(t, 5, value)
}

func TestCachedReplacesWhatDoesNotDecode(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		require.NoError(t, b.Set(t.Context(), "k", "of another version", time.Minute))
		value, err := bus.Cached(t.Context(), b, "k", time.Minute, func(context.Context) (int, error) { return 9, nil })
		require.NoError(t, err)
		require.Equal(t, 9, value)
		var kept int
		found, err := b.Get(t.Context(), "k", &kept)
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, 9, kept)
	})
}
