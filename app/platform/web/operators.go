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

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Status is the condition of something that is checked.
type Status string

// The statuses.
const (
	Healthy   Status = "healthy"
	Degraded  Status = "degraded"  // works, less well
	Unhealthy Status = "unhealthy" // does not work
	Unknown   Status = "unknown"   // could not be checked
)

// CheckResult is one result of a check.
type CheckResult struct {
	Name     string    `json:"name"` // stable, for programs
	Label    i18n.Text `json:"-"`    // what is checked, for people
	Instance string    `json:"-"`    // which of several
	Status   Status    `json:"status"`
	Detail   i18n.Text `json:"detail,omitzero"`
	Millis   float64   `json:"duration_ms"`
	Critical bool      `json:"-"` // without it the process cannot do its work
}

// Check checks one part of the installation; it may return several results.
type Check func(ctx context.Context) []CheckResult

// checkTimeout bounds all checks of one request together; they run concurrently.
const checkTimeout = 3 * time.Second

// MountOperators mounts /health/detailed, /metrics and /debug/pprof. They require the bearer token.
// Without a configured token they exist only where BaseURL is this machine, for requests from this
// machine under one of its names: a proxy connects from this machine too, and need not say so.
func (s *Server) MountOperators(token string, metrics prometheus.Gatherer, checks ...Check) {
	if token == "" && !IsLoopback(s.config.baseHost()) {
		return
	}
	s.router.Group(func(r chi.Router) {
		if token == "" {
			r.Use(s.ownHosts)
		}
		r.Use(requireOperator(token))
		r.Get("/health/detailed", func(w http.ResponseWriter, r *http.Request) { s.detailedHealth(w, r, checks) })
		r.Method(http.MethodGet, "/metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
		r.HandleFunc("/debug/pprof/*", pprof.Index)
		r.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
		r.HandleFunc("/debug/pprof/profile", pprof.Profile)
		r.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
		r.HandleFunc("/debug/pprof/trace", pprof.Trace)
	})
}

// healthReport is the body of GET /health/detailed.
type healthReport struct {
	Status    Status        `json:"status"`
	Version   string        `json:"version"`
	Timestamp time.Time     `json:"timestamp"`
	Checks    []CheckResult `json:"checks"`
}

func (s *Server) detailedHealth(w http.ResponseWriter, r *http.Request, checks []Check) {
	d := healthReport{Status: Healthy, Version: s.config.Version, Timestamp: time.Now().UTC(), Checks: RunChecks(r.Context(), checks)}
	status := http.StatusOK
	for _, f := range d.Checks {
		switch {
		case f.Status == Unhealthy && f.Critical:
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

// RunChecks runs the checks concurrently and returns their results in order.
func RunChecks(ctx context.Context, checks []Check) []CheckResult {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	found := make([][]CheckResult, len(checks))
	var wg sync.WaitGroup
	for i, check := range checks {
		wg.Go(func() {
			start := time.Now()
			found[i] = check(ctx)
			for j := range found[i] {
				found[i][j].Millis = float64(time.Since(start).Microseconds()) / 1000
			}
		})
	}
	wg.Wait()
	all := []CheckResult{}
	for _, f := range found {
		all = append(all, f...)
	}
	return all
}

func requireOperator(token string) func(http.Handler) http.Handler {
	want := sha256.Sum256([]byte(token))
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if token == "" && fromThisMachine(r) {
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

// fromThisMachine reports whether the request comes from this machine and through no proxy.
func fromThisMachine(r *http.Request) bool {
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
