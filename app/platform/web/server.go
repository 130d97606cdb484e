// Package web is the HTTP server that the API, the dashboard and the stand-in are mounted on.
//
// What is the same for every route is decided here: request ids, the access log, security
// headers, limits, timeouts, compression, panics, errors and shutdown. The API and the dashboard
// are packages of their own on top of it.
package web

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/prometheus/client_golang/prometheus"
)

const (
	// ReadTimeout bounds how long a request may take to arrive.
	ReadTimeout = 30 * time.Second
	// WriteTimeout bounds how long a response may take, and each write of a stream.
	WriteTimeout = 30 * time.Second
	// DefaultBodyLimit is how many bytes a request body may have where nothing else is configured.
	DefaultBodyLimit = 1 << 20

	readHeaderTimeout = 5 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
	shutdownTimeout   = 10 * time.Second
)

// Config configures a Server; the zero value serves plain HTTP to direct clients.
type Config struct {
	Version        string                // reported by /health
	Log            *slog.Logger          // access lines and internal errors; nil discards them
	TrustedProxies []netip.Prefix        // peers whose X-Forwarded-For is trusted; none by default
	BaseURL        string                // the address that people see; with https:// it sends Strict-Transport-Security
	OwnHosts       bool                  // requests under other names than this machine's and BaseURL's get 421
	BodyLimit      int64                 // largest request body in bytes; 0 means 1 MiB
	Metrics        prometheus.Registerer // nil: metrics are not registered
}

// Server is one HTTP server with its routes. Mount everything before Serve.
type Server struct {
	config  Config
	log     *slog.Logger
	router  *chi.Mux
	metrics *metrics
	streams streams
	quiet   []string   // prefixes whose requests are logged at debug level
	pages   ErrorPages // nil: every error is application/problem+json
}

// New returns a server with one route, /health.
func New(config Config) *Server {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.BodyLimit == 0 {
		config.BodyLimit = DefaultBodyLimit
	}
	s := &Server{config: config, log: config.Log, router: chi.NewRouter(), metrics: newMetrics(config.Metrics)}
	s.router.Use(
		clientIP(config.TrustedProxies),
		s.accessLog,
		securityHeaders(strings.HasPrefix(config.BaseURL, "https://")),
		compress(),
		s.recoverPanics,
		limitBody(config.BodyLimit),
		middleware.GetHead,
	)
	if config.OwnHosts {
		s.router.Use(s.ownHosts)
	}
	s.router.NotFound(s.notFound)
	s.router.MethodNotAllowed(methodNotAllowed)
	s.router.Get("/health", s.health)
	return s
}

// Version is the version of the program, as reported by /health.
func (s *Server) Version() string { return s.config.Version }

// Logger is the logger of the access log and of internal errors.
func (s *Server) Logger() *slog.Logger { return s.log }

// Router is where routes that keep their whole path are registered.
func (s *Server) Router() chi.Router { return s.router }

// Handler is the whole server as a handler, for a test that needs no listener.
func (s *Server) Handler() http.Handler { return s.router }

// Mount hands every request at or below prefix to h, with the prefix taken off its path.
func (s *Server) Mount(prefix string, h http.Handler) {
	prefix = strings.TrimSuffix(prefix, "/")
	s.router.Mount(prefix, http.StripPrefix(prefix, withRootPath(h)))
}

// MountQuiet is Mount for routes that are requested so often that they are logged at debug level.
func (s *Server) MountQuiet(prefix string, h http.Handler) {
	s.quiet = append(s.quiet, prefix)
	s.Mount(prefix, h)
}

// withRootPath gives a handler mounted at /x the path "/" for /x itself. It removes our router's
// context: another chi router would take its path from it instead of from the URL.
func withRootPath(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "" {
			r.URL.Path = "/" // StripPrefix made a copy of this URL
		}
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), chi.RouteCtxKey, (*chi.Context)(nil))))
	})
}

// Serve serves on l until ctx ends. Then it accepts no new requests, closes open streams and waits up
// to ten seconds for running requests, whose contexts stay valid meanwhile. It returns nil after a
// clean shutdown, and an error when listening fails or requests had to be aborted.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	base, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	server := &http.Server{
		Handler:           s.router,
		BaseContext:       func(net.Listener) context.Context { return base },
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       ReadTimeout,
		WriteTimeout:      WriteTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	s.streams.closeAll()
	grace, done := context.WithTimeout(base, shutdownTimeout)
	defer done()
	if err := server.Shutdown(grace); err != nil {
		cut()
		_ = server.Close()
		return fmt.Errorf("requests still running %s after the order to stop were cut off: %w", shutdownTimeout, err)
	}
	return nil
}
