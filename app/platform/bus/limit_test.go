package bus_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
)

func TestLimitAllowsTheBurstAndNoMore(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		limit := bus.Limit{PerSecond: 1.0 / 3600, Burst: 60}
		var allowed atomic.Int32
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				for range 10 {
					if b.Allow(t.Context(), "key", limit).Allowed {
						allowed.Add(1)
					}
				}
			})
		}
		group.Wait()
		require.EqualValues(t, 60, allowed.Load())
		require.EqualValues(t, 140, b.Stats().LimitDenied)

		r := b.Allow(t.Context(), "key", limit)
		require.False(t, r.Allowed)
		require.Zero(t, r.Remaining)
		require.InDelta(t, time.Hour, r.RetryAfter, float64(10*time.Minute))
		require.InDelta(t, 60*time.Hour, r.ResetAfter, float64(10*time.Minute))
		require.True(t, b.Allow(t.Context(), "another key", limit).Allowed)
	})
}

func TestLimitCountsDown(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		limit := bus.Limit{PerSecond: 1.0 / 60, Burst: 3}
		for i := range 3 {
			r := b.Allow(t.Context(), "key", limit)
			require.True(t, r.Allowed)
			require.Equal(t, 2-i, r.Remaining)
			require.Zero(t, r.RetryAfter)
			require.InDelta(t, time.Duration(i+1)*time.Minute, r.ResetAfter, float64(20*time.Second))
		}
		require.False(t, b.Allow(t.Context(), "key", limit).Allowed)
	})
}

func TestLimitOpensAgain(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		limit := bus.Limit{PerSecond: 20}
		require.True(t, b.Allow(t.Context(), "key", limit).Allowed)
		until(func() bool { return b.Allow(t.Context(), "key", limit).Allowed })
	})
}

func TestLimitOfZeroLimitsNothing(t *testing.T) {
	t.Parallel()
	b := open(t, bus.Config{})
	for range 1000 {
		require.True(t, b.Allow(t.Context(), "key", bus.Limit{Burst: 5}).Allowed)
	}
}

func TestLimitIsSharedByProcesses(t *testing.T) {
	t.Parallel()
	each(t, servers(), func(t *testing.T, cfg bus.Config) {
		one, two := open(t, cfg), open(t, cfg)
		limit := bus.Limit{PerSecond: 1.0 / 3600, Burst: 10}
		allowed := 0
		for i := range 30 {
			b := []*bus.Bus{one, two}[i%2]
			if b.Allow(t.Context(), "key", limit).Allowed {
				allowed++
			}
		}
		require.Equal(t, 10, allowed)
		require.EqualValues(t, 15, one.Stats().LimitShared)
		require.Zero(t, one.Stats().LimitLocal)
	})
}

func TestLimitInTheProcessStaysBounded(t *testing.T) {
	t.Parallel()
	b := open(t, bus.Config{LimitMax: 64})
	limit := bus.Limit{PerSecond: 1.0 / 3600, Burst: 1}
	allowed := 0
	for i := range 20_000 {
		if b.Allow(t.Context(), fmt.Sprint(i), limit).Allowed {
			allowed++
		}
	}
	// 64 keys have a place of their own, the others share 16 × 64 cells.
	require.LessOrEqual(t, allowed, 64+16*64)
	require.Greater(t, allowed, 64)
}

func TestLimitSurvivesRedisForgettingItsScripts(t *testing.T) {
	t.Parallel()
	each(t, servers(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		limit := bus.Limit{PerSecond: 1.0 / 3600, Burst: 2}
		for range 2 {
			require.True(t, b.Allow(t.Context(), "key", limit).Allowed)
			require.NoError(t, b.Client().ScriptFlush(t.Context()).Err())
		}
		require.False(t, b.Allow(t.Context(), "key", limit).Allowed)
		require.EqualValues(t, 3, b.Stats().LimitShared)
	})
}
