package bot

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
)

// move is a member who comes or goes.
type move struct {
	key  Key
	what string
}

func moves(l *Listeners, size, workers int, work func(context.Context, move)) *Queue[move] {
	return NewQueue(l, QueueConfig[move]{Name: "moves", Size: size, Workers: workers, Key: func(m move) Key { return m.key }, Work: work})
}

func TestLeaveAndJoinOfOnePersonKeepTheirOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry()})
		var mu sync.Mutex
		var done []string
		q := moves(b.Listeners, 16, 4, func(_ context.Context, m move) {
			if m.what == "leave" {
				time.Sleep(time.Second) // with two workers and no key, the join would be done first
			}
			mu.Lock()
			defer mu.Unlock()
			done = append(done, fmt.Sprint(m.key.User, " ", m.what))
		})
		b.work()
		for _, m := range []move{{Key{1, 7}, "leave"}, {Key{1, 7}, "join"}, {Key{1, 8}, "join"}, {Key{1, 7}, "leave"}} {
			q.Add(m)
		}
		require.NoError(t, b.Close(t.Context()))
		require.Equal(t, []string{"8 join", "7 leave", "7 join", "7 leave"}, done, "nobody else waits, and each person's are in order")
	})
}

func TestAFullQueueDropsAndSaysSo(t *testing.T) {
	t.Parallel()
	metrics := prometheus.NewRegistry()
	var log bytes.Buffer
	b := New(Config{Log: slog.New(slog.NewTextHandler(&log, nil)), Metrics: metrics})
	q := moves(b.Listeners, 2, 1, func(context.Context, move) {})
	for range 5 {
		q.Add(move{key: Key{Guild: 42}})
	}
	require.InDelta(t, 2, value(t, metrics, "smarterdev_queue_depth"), 0)
	require.InDelta(t, 3, value(t, metrics, "smarterdev_queue_dropped_total"), 0)
	require.Contains(t, log.String(), "queue=moves guild=42")
}

func TestCloseDrainsAQueueWithinItsTime(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		time  time.Duration
		done  int
		fails bool
	}{
		"enough time":     {time.Minute, 5, false},
		"not enough time": {2500 * time.Millisecond, 3, true}, // the third ends with its context
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := New(Config{Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry()})
				done := 0
				q := moves(b.Listeners, 16, 1, func(ctx context.Context, _ move) {
					select {
					case <-time.After(time.Second):
					case <-ctx.Done():
					}
					done++
				})
				b.work()
				for range 5 {
					q.Add(move{})
				}
				ctx, cancel := context.WithTimeout(t.Context(), c.time)
				defer cancel()
				err := b.Close(ctx)
				synctest.Wait()
				require.Equal(t, c.fails, err != nil, "%v", err)
				require.Equal(t, c.done, done)
				q.Add(move{}) // nothing works it off any more
				synctest.Wait()
				require.Equal(t, c.done, done)
			})
		})
	}
}

func TestAPanicInAQueueEndsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry()})
		done := 0
		q := moves(b.Listeners, 16, 1, func(_ context.Context, m move) {
			if m.what == "poison" {
				panic(m.what)
			}
			done++
		})
		b.work()
		q.Add(move{what: "poison"})
		q.Add(move{what: "join"})
		require.NoError(t, b.Close(t.Context()))
		require.Equal(t, 1, done)
	})
}

// value is the sum over all labels of a counter or gauge.
func value(t *testing.T, r prometheus.Gatherer, name string) (sum float64) {
	t.Helper()
	families, err := r.Gather()
	require.NoError(t, err)
	for _, f := range families {
		if f.GetName() == name {
			for _, m := range f.GetMetric() {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	return sum
}
