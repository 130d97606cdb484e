package rest

import (
	"fmt"
	"hash/fnv"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
)

// Rates are how many requests are let through. They are generous unless a test lowers them, so
// that nothing waits needlessly; what the headers say is always true.
type Rates struct {
	Route  int `json:"route"`     // in a window, for each route and major parameter
	Window int `json:"window_ms"` // milliseconds
	Global int `json:"global"`    // in a second over all routes; 0 means no limit
}

var generous = Rates{Route: 5000, Window: 1000}

// Limits counts requests. The zero Limits has the generous rates.
type Limits struct {
	mu      sync.Mutex
	rates   Rates
	buckets map[string]*window
	global  window
	wrong   []time.Time // answers 401, 403 and 429 of the last ten minutes
}

type window struct {
	ends time.Time
	used int
}

// Set changes the rates and starts the counts over; zero values mean the generous ones.
func (l *Limits) Set(r Rates) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rates, l.buckets, l.global = r, nil, window{}
}

// Rates returns the rates in force.
func (l *Limits) Rates() Rates {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now()
}

func (l *Limits) now() Rates {
	r := l.rates
	if r.Route <= 0 {
		r.Route = generous.Route
	}
	if r.Window <= 0 {
		r.Window = generous.Window
	}
	return r
}

// take counts a request against its bucket, writes the headers, and refuses it when there is
// nothing left.
func (l *Limits) take(h http.Header, rt route, r *http.Request) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, rates := time.Now(), l.now()
	if rates.Global > 0 && !strings.HasPrefix(rt.pattern, "/interactions/") && !strings.HasPrefix(rt.pattern, "/webhooks/") {
		if left := l.global.take(now, time.Second, rates.Global); left < 0 {
			return limited(h, "global", l.global.ends.Sub(now))
		}
	}
	if l.buckets == nil || len(l.buckets) > 10000 {
		l.buckets = make(map[string]*window)
	}
	key := rt.method + " " + rt.pattern + " " + major(r)
	b := l.buckets[key]
	if b == nil {
		b = &window{}
		l.buckets[key] = b
	}
	left := b.take(now, time.Duration(rates.Window)*time.Millisecond, rates.Route)
	h.Set("X-RateLimit-Limit", strconv.Itoa(rates.Route))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(max(left, 0)))
	h.Set("X-RateLimit-Reset", seconds(time.Duration(b.ends.UnixNano())))
	h.Set("X-RateLimit-Reset-After", seconds(b.ends.Sub(now)))
	h.Set("X-RateLimit-Bucket", bucket(rt))
	if left < 0 {
		return limited(h, "user", b.ends.Sub(now))
	}
	return nil
}

// take counts one; what is left, or -1.
func (w *window) take(now time.Time, length time.Duration, most int) int {
	if !now.Before(w.ends) {
		w.ends, w.used = now.Add(length), 0
	}
	if w.used >= most {
		return -1
	}
	w.used++
	return most - w.used
}

// limited writes the headers of a 429 and returns its body. Retry-After is in whole seconds, as
// HTTP has it; the body is exact.
func limited(h http.Header, scope string, wait time.Duration) error {
	h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	h.Set("X-RateLimit-Scope", scope)
	if scope == "global" {
		h.Set("X-RateLimit-Global", "true")
	}
	return problem.RateLimited(math.Ceil(wait.Seconds()*1000)/1000, scope == "global")
}

func major(r *http.Request) string {
	ctx := chi.RouteContext(r.Context())
	return ctx.URLParam("guild") + "/" + ctx.URLParam("channel") + "/" + ctx.URLParam("token")
}

func bucket(rt route) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(rt.method + rt.pattern))
	return fmt.Sprintf("%016x", h.Sum64())
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }

// invalid notes an answer of the kind for which Discord bans an address: 10,000 in ten minutes.
func (l *Limits) invalid() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wrong = append(l.wrong, time.Now())
	if len(l.wrong) > 20000 {
		l.wrong = append([]time.Time(nil), l.wrong[10000:]...)
	}
}

// Invalid counts the answers 401, 403 and 429 of the last ten minutes.
func (l *Limits) Invalid() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	since := time.Now().Add(-10 * time.Minute)
	for _, t := range l.wrong {
		if t.After(since) {
			n++
		}
	}
	return n
}
