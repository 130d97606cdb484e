package web

import (
	"net/http"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

// limitBody rejects bodies that announce more than limit bytes; reading one that turns out longer
// fails with a *http.MaxBytesError.
func limitBody(limit int64) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.ContentLength > limit {
				WriteError(w, r, BodyTooLarge(limit))
				return
			}
			r.Body = http.MaxBytesReader(w, r.Body, limit)
			next.ServeHTTP(w, r)
		})
	}
}

// BodyTooLarge is the fault for a body of more than limit bytes.
func BodyTooLarge(limit int64) *fault.Error {
	return fault.New(fault.TooLarge, "too_large",
		"the request body is larger than the %d bytes that are accepted; send it in smaller parts", limit).
		With("limit", limit)
}
