package dashboard

import "net/http"

// singleResponse drops what a handler goes on to write once its session could not be saved. A session is saved when the
// handler begins to respond, so the error would come first and the page behind it.
type singleResponse struct {
	http.ResponseWriter
	over bool
}

// Unwrap lets http.ResponseController find what is beneath.
func (s *singleResponse) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *singleResponse) WriteHeader(status int) {
	if !s.over {
		s.ResponseWriter.WriteHeader(status)
	}
}

func (s *singleResponse) Write(b []byte) (int, error) {
	if s.over {
		return len(b), nil
	}
	return s.ResponseWriter.Write(b)
}

// onceFailed wraps the session manager, whose errors failOnce responds with.
func onceFailed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(&singleResponse{ResponseWriter: w}, r) })
}

func failOnce(fail func(http.ResponseWriter, *http.Request, error)) func(http.ResponseWriter, *http.Request, error) {
	return func(w http.ResponseWriter, r *http.Request, err error) {
		fail(w, r, err)
		if s, ok := w.(*singleResponse); ok {
			s.over = true
		}
	}
}
