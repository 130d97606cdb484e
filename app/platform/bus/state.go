package bus

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// State says whether Redis answers.
type State struct {
	OK       bool      // false: degraded, everything goes on in the process alone
	Embedded bool      // Redis is inside this process
	Since    time.Time // of the state
	Err      error     // the last failure while not OK; for logs and operators
}

// State tells what is known without asking Redis. A Redis that went away silently is noticed
// within about ten seconds, one whose connections broke at once.
func (b *Bus) State() State {
	b.link.mu.Lock()
	defer b.link.mu.Unlock()
	return State{OK: b.link.ok(), Embedded: b.Embedded(), Since: b.link.since, Err: b.link.err}
}

// Ping asks Redis for an answer, within a second. It fails with [ErrUnavailable].
func (b *Bus) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	if err := b.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return nil
}

// Stats are totals since the bus was opened.
type Stats struct {
	Published   uint64 // events published here
	Dropped     uint64 // of those, not sent to the other processes
	Received    uint64 // events of other processes delivered here
	Overflowed  uint64 // times that a subscriber's buffer was full
	Resyncs     uint64 // times that all subscribers were told to resync
	CacheHits   uint64
	CacheMisses uint64
	LimitShared uint64 // limits decided in Redis
	LimitLocal  uint64 // limits decided in the process
	LimitDenied uint64 // of both, those refused
}

// Stats returns the totals.
func (b *Bus) Stats() Stats {
	c := &b.counts
	return Stats{
		Published: c.published.Load(), Dropped: c.dropped.Load(), Received: c.received.Load(),
		Overflowed: c.overflowed.Load(), Resyncs: c.resyncs.Load(),
		CacheHits: c.hits.Load(), CacheMisses: c.misses.Load(),
		LimitShared: c.shared.Load(), LimitLocal: c.local.Load(), LimitDenied: c.denied.Load(),
	}
}

type counts struct {
	published, dropped, received, overflowed, resyncs atomic.Uint64
	hits, misses                                      atomic.Uint64
	shared, local, denied                             atomic.Uint64
}

// LogDriver sends what the Redis driver itself has to say to the log, at level debug. The
// driver keeps one logger for the whole process and writes to standard error without it, so
// this is called once, by main.
func LogDriver(log *slog.Logger) { redis.SetLogger(driverLog{log}) }

type driverLog struct{ log *slog.Logger }

func (d driverLog) Printf(ctx context.Context, format string, args ...any) {
	if d.log.Enabled(ctx, slog.LevelDebug) {
		d.log.DebugContext(ctx, fmt.Sprintf(format, args...))
	}
}
