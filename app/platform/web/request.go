package web

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

const (
	requestIDHeader    = "X-Request-ID"
	responseTimeHeader = "X-Response-Time"
	maxRequestID       = 64
	requestIDLetters   = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
)

type visitKey struct{}

// visit is what the server notes about one request while it is handled.
type visit struct {
	id  string
	who string
	log *slog.Logger // the server's: a logger with the id is made when one is asked for
}

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// RequestID returns the id of the request that ctx belongs to, or "" outside of one.
func RequestID(ctx context.Context) string {
	if v := visitOf(ctx); v != nil {
		return v.id
	}
	return ""
}

// Logger returns a logger whose lines carry the request's id; outside of a request they are discarded.
func Logger(ctx context.Context) *slog.Logger {
	if v := visitOf(ctx); v != nil {
		return v.log.With("request_id", v.id)
	}
	return slog.New(slog.DiscardHandler)
}

// Identify notes for the access log who makes the request, such as "key:deploy" or "user:42";
// never a secret. Call it on the request's own goroutine.
func Identify(ctx context.Context, who string) {
	if v := visitOf(ctx); v != nil {
		v.who = who
	}
}

// observe gives each request its id, measures it and writes its access line.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		v := &visit{id: requestID(r), log: s.log}
		ctx, cancel := context.WithCancel(context.WithValue(r.Context(), visitKey{}, v))
		defer cancel()
		r = r.WithContext(ctx)
		w.Header().Set(requestIDHeader, v.id)
		answer := &recorder{ResponseWriter: w, began: began, streams: &s.streams, cancel: cancel}
		defer func() {
			answer.finish()
			took, route := time.Since(began), routeOf(r)
			s.metrics.request(r.Method, route, answer.status, took, answer.leave != nil || answer.status == http.StatusSwitchingProtocols)
			s.accessLine(r, v, answer, route, took)
		}()
		next.ServeHTTP(answer, r)
	})
}

// accessLine writes the one line of a request; without a name for who asked it tells the address.
// It names the route's pattern and not the path, whose query may hold a secret.
func (s *Server) accessLine(r *http.Request, v *visit, answer *recorder, route string, took time.Duration) {
	level := slog.LevelInfo
	if route == "/health" || slices.ContainsFunc(s.quiet, func(prefix string) bool { return strings.HasPrefix(route, prefix) }) {
		level = slog.LevelDebug
	}
	who := v.who
	if who == "" {
		who = middleware.GetClientIP(r.Context())
	}
	v.log.LogAttrs(r.Context(), level, "request",
		slog.String("request_id", v.id),
		slog.String("method", r.Method),
		slog.String("route", route),
		slog.Int("status", answer.status),
		slog.Duration("duration", took),
		slog.Int64("bytes", answer.bytes),
		slog.String("who", who),
	)
}

// routeOf is the pattern of the route that a request came to, "none" where there is none.
func routeOf(r *http.Request) string {
	if route := chi.RouteContext(r.Context()).RoutePattern(); route != "" {
		return route
	}
	return "none"
}

// requestID takes over the caller's id when it is short and plain, so that it cannot forge a log line.
func requestID(r *http.Request) string {
	id := r.Header.Get(requestIDHeader)
	if id == "" || len(id) > maxRequestID || strings.Trim(id, requestIDLetters) != "" {
		return rand.Text()
	}
	return id
}

// ScopeValue is what the server keeps under key for the request that ctx belongs to; nil for every
// other key. A context that hides the rest of a request lets this through.
func ScopeValue(ctx context.Context, key any) any {
	if _, ours := key.(visitKey); ours {
		return ctx.Value(key)
	}
	return nil
}
