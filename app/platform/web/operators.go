package web

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Condition is how something that is watched does.
type Condition string

// The conditions.
const (
	Healthy   Condition = "healthy"
	Degraded  Condition = "degraded"  // works, less well
	Unhealthy Condition = "unhealthy" // does not work
	Unknown   Condition = "unknown"   // could not be asked
)

// Finding is what one check found.
type Finding struct {
	Name   string    `json:"name"`
	Status Condition `json:"status"`
	Detail string    `json:"detail,omitempty"`
	Millis float64   `json:"duration_ms"`
	Vital  bool      `json:"-"` // without it the process cannot do its work
}

// Check looks at one part of the installation; it may find several things.
type Check func(ctx context.Context) []Finding

// checkTimeout bounds all checks of one request together; they run side by side.
const checkTimeout = 3 * time.Second

// Watch mounts what operators look at: /health/detailed, /metrics and /debug/pprof. They answer
// to the bearer token, or without a token to a peer on this machine whose request came through
// no proxy.
func (s *Server) Watch(token string, metrics prometheus.Gatherer, checks ...Check) {
	s.router.Group(func(r chi.Router) {
		r.Use(operatorsOnly(token))
		r.Get("/health/detailed", func(w http.ResponseWriter, r *http.Request) { s.detailedHealth(w, r, checks) })
		r.Method(http.MethodGet, "/metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
		r.HandleFunc("/debug/pprof/*", pprof.Index)
		r.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
		r.HandleFunc("/debug/pprof/profile", pprof.Profile)
		r.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
		r.HandleFunc("/debug/pprof/trace", pprof.Trace)
	})
}

// health document of /health/detailed.
type detailed struct {
	Status    Condition `json:"status"`
	Version   string    `json:"version"`
	Timestamp time.Time `json:"timestamp"`
	Checks    []Finding `json:"checks"`
}

func (s *Server) detailedHealth(w http.ResponseWriter, r *http.Request, checks []Check) {
	d := detailed{Status: Healthy, Version: s.config.Version, Timestamp: time.Now().UTC(), Checks: RunChecks(r.Context(), checks)}
	status := http.StatusOK
	for _, f := range d.Checks {
		switch {
		case f.Status == Unhealthy && f.Vital:
			d.Status, status = Unhealthy, http.StatusServiceUnavailable
		case f.Status != Healthy && d.Status == Healthy:
			d.Status = Degraded
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(d); err != nil {
		Logger(r.Context()).Debug("answering /health/detailed", "error", err)
	}
}

// RunChecks runs the checks side by side and keeps their order.
func RunChecks(ctx context.Context, checks []Check) []Finding {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	found := make([][]Finding, len(checks))
	var wg sync.WaitGroup
	for i, check := range checks {
		wg.Go(func() {
			began := time.Now()
			found[i] = check(ctx)
			for j := range found[i] {
				found[i][j].Millis = float64(time.Since(began).Microseconds()) / 1000
			}
		})
	}
	wg.Wait()
	all := []Finding{}
	for _, f := range found {
		all = append(all, f...)
	}
	return all
}

func operatorsOnly(token string) func(http.Handler) http.Handler {
	want := sha256.Sum256([]byte(token))
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if token == "" && direct(r) {
				next.ServeHTTP(w, r)
				return
			}
			sent, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			got := sha256.Sum256([]byte(sent))
			if token == "" || !ok || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
				notFound(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// direct reports whether the request was made on this machine and came through no proxy.
func direct(r *http.Request) bool {
	for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if r.Header.Get(header) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
