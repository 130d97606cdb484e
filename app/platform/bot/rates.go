package bot

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/disgoorg/disgo/rest"
)

const (
	rateRetries = 5
	rateSweep   = 1000 // buckets, from which on those that nobody needs are forgotten
)

// errRatesClosed ends requests that waited for their turn when the program stopped.
var errRatesClosed = errors.New("the connection to Discord is closed")

// rates keeps to the limits that Discord's headers announce: one request of a bucket at a time, none
// before its reset when nothing remains, and none at all while a global limit holds. The library's
// own reads its buckets outside of their locks, never lets go of one lock once it is closed, and
// asks again at once after a 429 that names no bucket.
type rates struct {
	mu      sync.Mutex
	global  time.Time
	buckets map[string]*rateBucket
	closed  chan struct{}
	close   sync.Once
}

// rateBucket is what Discord limits together. Who holds its turn may use its other fields.
type rateBucket struct {
	turn      chan struct{}
	users     int // in it or waiting; guarded by rates.mu
	remaining int // -1: not known
	reset     time.Time
}

var _ rest.RateLimiter = (*rates)(nil)

func newRates() *rates {
	return &rates{buckets: make(map[string]*rateBucket), closed: make(chan struct{})}
}

// MaxRetries is how often a request is sent again after a 429.
func (r *rates) MaxRetries() int { return rateRetries }

// Close lets nobody wait any longer. Requests that are under way may end as they do.
func (r *rates) Close(context.Context) { r.close.Do(func() { close(r.closed) }) }

// Reset forgets every limit that is known.
func (r *rates) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.global = time.Time{}
	for name, b := range r.buckets {
		if b.users == 0 {
			delete(r.buckets, name)
		}
	}
}

// Wait returns when a request to the endpoint may be sent; Unlock must follow. It fails when ctx
// ends, or would before the limit does.
func (r *rates) Wait(ctx context.Context, endpoint *rest.CompiledEndpoint) error {
	b := r.enter(endpoint)
	err := r.wait(ctx, b)
	if err != nil {
		r.leave(b)
	}
	return err
}

func (r *rates) wait(ctx context.Context, b *rateBucket) error {
	select {
	case b.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	case <-r.closed:
		return errRatesClosed
	}
	if err := r.pause(ctx, r.opens(b)); err != nil {
		<-b.turn
		return err
	}
	return nil
}

// opens is when a request of a bucket may be sent.
func (r *rates) opens(b *rateBucket) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if b.remaining == 0 && b.reset.After(r.global) {
		return b.reset
	}
	return r.global
}

func (r *rates) pause(ctx context.Context, until time.Time) error {
	left := time.Until(until)
	if left <= 0 {
		return nil
	}
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(until) {
		return context.DeadlineExceeded
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-r.closed:
		return errRatesClosed
	}
}

// Unlock learns from an answer and lets the next request of its bucket go. Without an answer there
// is nothing to learn.
func (r *rates) Unlock(endpoint *rest.CompiledEndpoint, answer *http.Response) error {
	r.mu.Lock()
	b := r.buckets[bucketName(endpoint)]
	r.mu.Unlock()
	if b == nil {
		return nil // Wait was never called
	}
	if answer != nil {
		r.learn(b, answer, time.Now())
	}
	<-b.turn
	r.leave(b)
	return nil
}

func (r *rates) learn(b *rateBucket, answer *http.Response, now time.Time) {
	h := answer.Header
	if answer.StatusCode == http.StatusTooManyRequests {
		after, ok := secondsOf(h.Get("Retry-After"))
		if !ok {
			after = time.Second
		}
		// What comes from in front of Discord's own servers names no bucket and holds for everything.
		if h.Get("X-RateLimit-Global") != "" || h.Get("X-RateLimit-Bucket") == "" && h.Get("Via") == "" {
			r.mu.Lock()
			r.global = now.Add(after)
			r.mu.Unlock()
			return
		}
		b.remaining, b.reset = 0, now.Add(after)
		return
	}
	if n, err := strconv.Atoi(h.Get("X-RateLimit-Remaining")); err == nil {
		b.remaining = n
	}
	if after, ok := secondsOf(h.Get("X-RateLimit-Reset-After")); ok {
		b.reset = now.Add(after)
	}
}

// secondsOf reads a number of seconds, which may have a fraction.
func secondsOf(text string) (time.Duration, bool) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 0 && n <= 24*60*60) {
		return 0, false
	}
	return time.Duration(n * float64(time.Second)), true
}

// enter finds or makes the bucket of an endpoint and counts its new user.
func (r *rates) enter(endpoint *rest.CompiledEndpoint) *rateBucket {
	name := bucketName(endpoint)
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.buckets[name]
	if b == nil {
		if len(r.buckets) >= rateSweep {
			r.sweep()
		}
		b = &rateBucket{turn: make(chan struct{}, 1), remaining: -1}
		r.buckets[name] = b
	}
	b.users++
	return b
}

func (r *rates) leave(b *rateBucket) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b.users--
}

// sweep forgets buckets that say nothing any more.
func (r *rates) sweep() {
	now := time.Now()
	for name, b := range r.buckets {
		if b.users == 0 && b.reset.Before(now) {
			delete(r.buckets, name)
		}
	}
}

// bucketName tells apart what Discord limits apart: the route, and the guild, channel or webhook.
func bucketName(endpoint *rest.CompiledEndpoint) string {
	return endpoint.Endpoint.Method + " " + endpoint.Endpoint.Route + " " + endpoint.MajorParams
}
