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

type scopeKey struct{}

// requestScope holds what the server knows about one request while it is handled.
type requestScope struct {
	id  string
	who string
	log *slog.Logger // of the server; Logger adds the id
}

func scopeOf(ctx context.Context) *requestScope {
	s, _ := ctx.Value(scopeKey{}).(*requestScope)
	return s
}

// RequestID returns the id of the request that ctx belongs to, or "" outside of a request.
func RequestID(ctx context.Context) string {
	if scope := scopeOf(ctx); scope != nil {
		return scope.id
	}
	return ""
}

// Logger returns a logger whose lines carry the request's id; outside of a request they are discarded.
func Logger(ctx context.Context) *slog.Logger {
	if scope := scopeOf(ctx); scope != nil {
		return scope.log.With("request_id", scope.id)
	}
	return slog.New(slog.DiscardHandler)
}

// Identify records for the access log who makes the request, such as "key:deploy" or "user:42";
// never a secret. Call it on the request's own goroutine.
func Identify(ctx context.Context, who string) {
	if scope := scopeOf(ctx); scope != nil {
		scope.who = who
	}
}

// accessLog gives each request its id, measures it and logs it.
func (s *Server) accessLog(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		scope := &requestScope{id: requestID(r), log: s.log}
		ctx, cancel := context.WithCancel(context.WithValue(r.Context(), scopeKey{}, scope))
		defer cancel()
		r = r.WithContext(ctx)
		w.Header().Set(requestIDHeader, scope.id)
		recorder := &responseRecorder{ResponseWriter: w, start: start, streams: &s.streams, cancel: cancel}
		defer func() {
			recorder.finish()
			took, route := time.Since(start), routeOf(r)
			s.metrics.request(r.Method, route, recorder.status, took, recorder.leaveStreams != nil || recorder.status == http.StatusSwitchingProtocols)
			s.logRequest(r, scope, recorder, route, took)
		}()
		next.ServeHTTP(recorder, r)
	})
}

// logRequest writes the access log line of a request. Without an identified caller it names the
// address. It logs the pattern of the route, not the URL, whose query may hold a secret.
func (s *Server) logRequest(r *http.Request, scope *requestScope, recorder *responseRecorder, route string, took time.Duration) {
	level := slog.LevelInfo
	if route == "/health" || slices.ContainsFunc(s.quiet, func(prefix string) bool { return strings.HasPrefix(route, prefix) }) {
		level = slog.LevelDebug
	}
	who := scope.who
	if who == "" {
		who = middleware.GetClientIP(r.Context())
	}
	scope.log.LogAttrs(r.Context(), level, "request",
		slog.String("request_id", scope.id),
		slog.String("method", r.Method),
		slog.String("route", route),
		slog.Int("status", recorder.status),
		slog.Duration("duration", took),
		slog.Int64("bytes", recorder.bytes),
		slog.String("who", who),
	)
}

// routeOf is the pattern of the route that matched a request, or "none".
func routeOf(r *http.Request) string {
	if route := chi.RouteContext(r.Context()).RoutePattern(); route != "" {
		return route
	}
	return "none"
}

// requestID accepts the caller's id if it is short and plain, so that it cannot forge a log line.
func requestID(r *http.Request) string {
	id := r.Header.Get(requestIDHeader)
	if id == "" || len(id) > maxRequestID || strings.Trim(id, requestIDLetters) != "" {
		return rand.Text()
	}
	return id
}

// ScopeValue returns the server's own value under key; nil for every other key. A context that hides
// the values of a request passes it through.
func ScopeValue(ctx context.Context, key any) any {
	if _, ours := key.(scopeKey); ours {
		return ctx.Value(key)
	}
	return nil
}
