package bot

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/disgoorg/disgo/rest"
	"golang.org/x/time/rate"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
)

const (
	rateRetries = 5
	rateSweep   = 1000 // buckets, from which on those that nobody needs are forgotten
	// atOnce bounds the requests under way, and so how many are refused when Discord begins to refuse all.
	atOnce = 16
)

// attempts is how often all processes together try while Discord refuses everything: 43 times in the
// ten minutes of which it counts invalid requests. 10,000 of them ban an address.
var attempts = bus.Limit{PerSecond: 1.0 / 15, Burst: 3} //nolint:gochecknoglobals // a constant

// errRatesClosed ends requests that waited for their turn when the program stopped.
var errRatesClosed = errors.New("the connection to Discord is closed")

// rates keeps to the limits that Discord's headers announce: one request of a bucket at a time, none
// before its reset when nothing remains, and none at all while a global limit holds. After a global
// limit a single request tries whether it is over.
//
// It replaces rest/rate_limiter.go of disgo v0.19.6, which (to be reported there)
//   - reads and writes a bucket's fields outside of its lock in Wait and Unlock, a data race;
//   - keeps the lock of a bucket in Close, so that a request that comes later waits for ever;
//   - asks again at once, up to ten times, after a 429 that names no bucket;
//   - takes a Retry-After with a fraction for an error, and fails the request with it.
type rates struct {
	attempt func(context.Context) time.Duration // 0: go ahead; otherwise the time to wait before the next question
	slots   chan struct{}

	mu      sync.Mutex
	gates   [2]gate
	buckets map[string]*rateBucket
	closed  chan struct{}
	close   sync.Once
}

// gate is what a global limit closes. Responses to interactions have one of their own: Discord does
// not count them in a bot's global limit.
type gate struct {
	until   time.Time
	suspect bool          // closed the last time: one request at a time may try
	trying  chan struct{} // closed when that request is over; nil without one
}

const (
	botGate = iota
	interactionGate
)

func gateOf(endpoint *rest.CompiledEndpoint) int {
	route := endpoint.Endpoint.Route
	if strings.HasPrefix(route, "/interactions/") || strings.HasPrefix(route, "/webhooks/") {
		return interactionGate
	}
	return botGate
}

// rateBucket is what Discord limits together. Who holds its turn may use its other fields.
type rateBucket struct {
	gate      int
	turn      chan struct{}
	users     int // in it or waiting; guarded by rates.mu
	remaining int // -1: not known
	reset     time.Time
	slot      bool // of the request under way
	tries     bool // the request under way tries whether the gate is open
}

var _ rest.RateLimiter = (*rates)(nil)

// newRates counts attempts in shared, or in this process alone where it is nil.
func newRates(shared *bus.Bus) *rates {
	r := &rates{slots: make(chan struct{}, atOnce), buckets: make(map[string]*rateBucket), closed: make(chan struct{})}
	if shared == nil {
		alone := rate.NewLimiter(rate.Limit(attempts.PerSecond), attempts.Burst)
		r.attempt = func(context.Context) time.Duration {
			if alone.Allow() {
				return 0
			}
			return time.Second
		}
		return r
	}
	r.attempt = func(ctx context.Context) time.Duration {
		if result := shared.Allow(ctx, "discord:attempts", attempts); !result.Allowed {
			return max(result.RetryAfter, time.Second)
		}
		return 0
	}
	return r
}

// MaxRetries is how often a request is sent again after a 429.
func (r *rates) MaxRetries() int { return rateRetries }

// Close lets nobody wait any longer. Requests that are under way may end as they do.
func (r *rates) Close(context.Context) { r.close.Do(func() { close(r.closed) }) }

// Reset forgets every limit that is known.
func (r *rates) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.gates {
		r.gates[i].until, r.gates[i].suspect = time.Time{}, false
	}
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
	for {
		err := r.pass(ctx, b)
		if err == nil && b.gate == botGate {
			err = r.begin(ctx, b)
		}
		if err != nil {
			r.tried(b, nil)
			<-b.turn
			return err
		}
		if b.tries || !r.shutMeanwhile(b.gate) {
			return nil
		}
		r.leaveSlot(b)
	}
}

// shutMeanwhile reports whether a gate was closed while a request waited behind it.
func (r *rates) shutMeanwhile(gate int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.gates[gate].suspect
}

func (r *rates) leaveSlot(b *rateBucket) {
	if b.slot {
		b.slot = false
		<-r.slots
	}
}

// begin waits until the request is one of the few under way.
func (r *rates) begin(ctx context.Context, b *rateBucket) error {
	select {
	case r.slots <- struct{}{}:
		b.slot = true
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-r.closed:
		return errRatesClosed
	}
}

// pass waits until the bucket and its gate let a request through.
func (r *rates) pass(ctx context.Context, b *rateBucket) error {
	for {
		r.mu.Lock()
		g := &r.gates[b.gate]
		until := g.until
		if b.remaining == 0 && b.reset.After(until) {
			until = b.reset
		}
		if time.Until(until) > 0 {
			r.mu.Unlock()
			if err := r.pause(ctx, until); err != nil {
				return err
			}
			continue
		}
		if !g.suspect {
			r.mu.Unlock()
			return nil
		}
		if other := g.trying; other != nil {
			r.mu.Unlock()
			select {
			case <-other:
			case <-ctx.Done():
				return ctx.Err()
			case <-r.closed:
				return errRatesClosed
			}
			continue
		}
		g.trying = make(chan struct{})
		b.tries = true
		r.mu.Unlock()
		for wait := r.attempt(ctx); wait > 0; wait = r.attempt(ctx) {
			if err := r.pause(ctx, time.Now().Add(wait)); err != nil {
				return err
			}
		}
		return nil
	}
}

// tried ends an attempt. Any response but another refusal opens the gate.
func (r *rates) tried(b *rateBucket, response *http.Response) {
	if !b.tries {
		return
	}
	b.tries = false
	r.mu.Lock()
	defer r.mu.Unlock()
	g := &r.gates[b.gate]
	if response != nil && !global(response) {
		g.suspect = false
	}
	close(g.trying)
	g.trying = nil
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

// Unlock learns from a response and lets the next request of its bucket go. Without a response there
// is nothing to learn.
func (r *rates) Unlock(endpoint *rest.CompiledEndpoint, response *http.Response) error {
	r.mu.Lock()
	b := r.buckets[bucketName(endpoint)]
	r.mu.Unlock()
	if b == nil {
		return nil // Wait was never called
	}
	if response != nil {
		r.learn(b, response, time.Now())
	}
	r.tried(b, response)
	r.leaveSlot(b)
	<-b.turn
	r.leave(b)
	return nil
}

func (r *rates) learn(b *rateBucket, response *http.Response, now time.Time) {
	h := response.Header
	if response.StatusCode == http.StatusTooManyRequests {
		after, ok := secondsOf(h.Get("Retry-After"))
		if !ok {
			after = time.Second
		}
		if global(response) {
			r.shut(b.gate, response, now.Add(after))
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

// shut closes a gate, and both where the refusal holds for the address.
func (r *rates) shut(gate int, response *http.Response, until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.gates {
		if i == gate || response.Header.Get("Via") == "" && response.Header.Get("X-RateLimit-Global") == "" {
			r.gates[i].until, r.gates[i].suspect = until, true
		}
	}
}

// global reports whether a response refuses every request. What comes from in front of Discord's own
// servers names no bucket and holds for everything.
func global(response *http.Response) bool {
	h := response.Header
	return response.StatusCode == http.StatusTooManyRequests &&
		(h.Get("X-RateLimit-Global") != "" || h.Get("X-RateLimit-Bucket") == "" && h.Get("Via") == "")
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
		b = &rateBucket{gate: gateOf(endpoint), turn: make(chan struct{}, 1), remaining: -1}
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
