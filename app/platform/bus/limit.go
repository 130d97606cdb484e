package bus

import (
	"context"
	"time"

	"github.com/go-redis/redis_rate/v10"
)

// Limit is a steady rate with a burst on top.
type Limit struct {
	PerSecond float64 // may be a fraction: 1.0/60 is one a minute; 0 or less limits nothing
	Burst     int     // how many at once after a pause; 1 when less
}

// Result is the answer to one request.
type Result struct {
	Allowed    bool
	Remaining  int           // how many more would be allowed now
	RetryAfter time.Duration // until the next would be allowed; 0 when allowed
	ResetAfter time.Duration // until the whole burst is there again
}

// Allow counts one request of the key and says whether it is within the limit (GCRA). The
// count is shared by all processes through Redis; while Redis is embedded or gone each process
// counts by itself, in bounded memory, so that it is never open. It neither fails nor waits for
// a Redis that is known to be gone.
func (b *Bus) Allow(ctx context.Context, key string, limit Limit) Result {
	if limit.PerSecond <= 0 {
		return Result{Allowed: true, Remaining: max(limit.Burst, 1)}
	}
	p := pace(limit)
	r, ok := b.allowShared(ctx, key, p)
	if ok {
		b.counts.shared.Add(1)
	} else {
		r = b.buckets.take(key, p)
		b.counts.local.Add(1)
	}
	if !r.Allowed {
		b.counts.denied.Add(1)
	}
	return r
}

// allowShared asks Redis; ok is false when there is none to ask.
func (b *Bus) allowShared(ctx context.Context, key string, p cadence) (r Result, ok bool) {
	if b.Embedded() || !b.link.ok() {
		return Result{}, false
	}
	var answer *redis_rate.Result
	err := b.do(ctx, func(ctx context.Context) (err error) {
		answer, err = b.rates.Allow(ctx, b.prefix+key, redis_rate.Limit{Rate: 1, Period: p.interval, Burst: int(p.burst)})
		return err
	})
	if err != nil {
		return Result{}, false
	}
	// Redis's own figure for what remains suffers from rounding, so it is derived here.
	used := float64(answer.ResetAfter) / float64(p.interval)
	r = Result{
		Allowed:    answer.Allowed > 0,
		ResetAfter: answer.ResetAfter,
		RetryAfter: max(answer.RetryAfter, 0),
	}
	if r.Allowed {
		r.Remaining = max(int(float64(p.burst)-used+1e-3), 0)
	}
	return r, true
}

// cadence is a limit in the terms of GCRA.
type cadence struct {
	interval time.Duration // between two requests at the steady rate
	burst    int64
}

// pace converts a limit; figures beyond reason are cut so that nothing overflows.
func pace(limit Limit) cadence {
	seconds := min(1/limit.PerSecond, (24 * time.Hour).Seconds())
	p := cadence{interval: max(time.Duration(seconds*float64(time.Second)), time.Nanosecond)}
	p.burst = min(int64(max(limit.Burst, 1)), int64(1)<<60/int64(p.interval))
	return p
}

// take moves the theoretical arrival time of a key on by one request, when the limit allows.
// Times are nanoseconds on one clock.
func (p cadence) take(arrival *int64, now int64) Result {
	interval := int64(p.interval)
	at := max(*arrival, now)
	next := at + interval
	spare := now - (next - interval*p.burst)
	if spare < 0 {
		return Result{RetryAfter: time.Duration(-spare), ResetAfter: time.Duration(at - now)}
	}
	*arrival = next
	return Result{Allowed: true, Remaining: int(spare / interval), ResetAfter: time.Duration(next - now)}
}
