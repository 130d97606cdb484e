package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// recoverPanics responds to a panic as to every internal error. When the response has started it
// aborts the connection instead, so that a partial response is not mistaken for a complete one.
func (s *Server) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(http.ErrAbortHandler)
			}
			Logger(r.Context()).LogAttrs(r.Context(), slog.LevelError, "a handler panicked",
				slog.String("panic", fmt.Sprint(cause)), slog.String("stack", string(debug.Stack())))
			if response, ok := w.(*responseWriter); ok && response.started {
				panic(http.ErrAbortHandler)
			}
			s.respondPanic(w, r, cause)
		}()
		next.ServeHTTP(w, r)
	})
}
