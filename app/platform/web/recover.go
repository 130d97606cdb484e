package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// recoverPanics turns a panic into the 500 that every internal error becomes. When the answer has
// begun it cuts the connection instead, so that half an answer is not taken for a whole one.
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
			if answer, ok := w.(*reply); ok && answer.begun {
				panic(http.ErrAbortHandler)
			}
			s.answerPanic(w, r, cause)
		}()
		next.ServeHTTP(w, r)
	})
}
