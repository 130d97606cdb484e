package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/rs/cors"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/store"
)

// authenticate reads the key of a request and applies the rate limit. Whether a key is required is
// decided at the operation, so that the reference and unknown paths work without one.
func (a *API) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{api: a, url: r.URL}
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
		c.key, c.err = a.readKey(r)
		if c.key != nil {
			web.Identify(r.Context(), "key:"+c.key.Name)
		}
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		if err := a.limits.count(r, c.key, h); err != nil {
			web.WriteError(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// readKey reads the key of a request.
func (a *API) readKey(r *http.Request) (*store.APIKey, error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return nil, fault.New(fault.Unauthorized, "unauthorized",
			"an API key is needed here; send it with the header Authorization: Bearer sd_…")
	}
	scheme, presented, _ := strings.Cut(header, " ")
	presented = strings.TrimSpace(presented)
	if !strings.EqualFold(scheme, "Bearer") || presented == "" {
		return nil, fault.New(fault.Unauthorized, "unauthorized",
			"the header Authorization holds no API key; it looks like Authorization: Bearer sd_…")
	}
	return a.config.Keys.Authenticate(r.Context(), presented)
}

// Actor is the actor of the request for the audit log: its key.
func Actor(ctx context.Context) store.Actor {
	return store.Actor{Name: "API key " + Caller(ctx).Name, Source: store.SourceAPI}
}

// cors lets pages of the configured origins call the API from a browser, with a key but no cookies.
func (a *API) cors() func(http.Handler) http.Handler {
	if len(a.config.Origins) == 0 {
		return func(next http.Handler) http.Handler { return next }
	}
	return cors.New(cors.Options{
		AllowedOrigins: a.config.Origins,
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete},
		AllowedHeaders: []string{"Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-ID"},
		ExposedHeaders: []string{"ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID", "X-Response-Time"},
		MaxAge:         600, // seconds
	}).Handler
}
