package web

import (
	"maps"
	"net/http"
	"strings"
)

// securityHeaders sets the security headers of every response. A route that needs a less strict
// policy overrides a header in its own handler.
func securityHeaders(https bool) func(http.Handler) http.Handler {
	policy := strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"font-src 'self'",
		"connect-src 'self'",
		"manifest-src 'self'",
		"form-action 'self'",
		"img-src 'self' data:", // Tabler's style sheet holds data: pictures
		"base-uri 'none'",
		"frame-ancestors 'none'",
	}, "; ")
	// Keys are in canonical form already, since every response carries them.
	headers := http.Header{
		"Content-Security-Policy":      {policy},
		"X-Content-Type-Options":       {"nosniff"},
		"X-Frame-Options":              {"DENY"},
		"X-Xss-Protection":             {"0"}, // the filter it once switched on was harmful
		"Referrer-Policy":              {"strict-origin-when-cross-origin"},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
	}
	if https {
		headers.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			maps.Copy(w.Header(), headers)
			next.ServeHTTP(w, r)
		})
	}
}
