package bus_test

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
)

func benchmark(b *testing.B, run func(b *testing.B, bus *bus.Bus)) {
	for _, e := range engines() {
		b.Run(e.name, func(b *testing.B) {
			run(b, open(b, bus.Config{URL: e.url(b), Prefix: "bench:" + uuid.NewString() + ":"}))
		})
	}
}

func BenchmarkAllow(b *testing.B) {
	benchmark(b, func(b *testing.B, shared *bus.Bus) {
		limit := bus.Limit{PerSecond: 30, Burst: 60}
		var clients atomic.Int64
		b.ReportAllocs()
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			key := "client-" + strconv.FormatInt(clients.Add(1), 10)
			for pb.Next() {
				shared.Allow(b.Context(), key, limit)
			}
		})
	})
}

func BenchmarkPublish(b *testing.B) {
	benchmark(b, func(b *testing.B, shared *bus.Bus) {
		shared.Subscribe(bus.Subscriber{Name: "bench", Topics: []bus.Topic{bus.BalanceChanged}, Handle: func(context.Context, bus.Event) {}})
		e := bus.Event{Topic: bus.BalanceChanged, Guild: 123456789012345678, Users: []snowflake.ID{1, 2}}
		b.ReportAllocs()
		for b.Loop() {
			shared.Publish(b.Context(), e)
		}
		b.ReportMetric(float64(shared.Stats().Dropped)/float64(b.N), "dropped/op")
	})
}

func BenchmarkCachedHit(b *testing.B) {
	benchmark(b, func(b *testing.B, shared *bus.Bus) {
		board := make([]cached, 10)
		for i := range board {
			board[i] = cached{"somebody", i}
		}
		b.ReportAllocs()
		b.SetParallelism(8)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := bus.Cached(b.Context(), shared, "board", time.Minute, func(context.Context) ([]cached, error) { return board, nil }); err != nil {
					b.Error(err)
				}
			}
		})
	})
}
