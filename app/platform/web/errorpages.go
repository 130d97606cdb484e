package web

import (
	"fmt"
	"net/http"
)

// ErrorPages shows errors as pages, where a person looks with a browser. Everyone else gets
// application/problem+json.
type ErrorPages interface {
	// Shows reports whether a request that no route answers comes from somebody with a browser.
	Shows(r *http.Request) bool
	// NotFound shows the page for an address without a route.
	NotFound(w http.ResponseWriter, r *http.Request)
	// Failed shows a problem that is logged already; cause is for development alone.
	Failed(w http.ResponseWriter, r *http.Request, problem *Problem, cause string)
}

// UseErrorPages makes the server show errors as pages. Call it before Serve.
func (s *Server) UseErrorPages(pages ErrorPages) { s.pages = pages }

// showsPages reports whether a request gets its errors as pages.
func (s *Server) showsPages(r *http.Request) bool { return s.pages != nil && s.pages.Shows(r) }

// notFound answers where there is no route.
func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	if s.showsPages(r) {
		s.pages.NotFound(w, r)
		return
	}
	notFound(w, r)
}

// answerPanic says that it was our fault, as a page to somebody with a browser.
func (s *Server) answerPanic(w http.ResponseWriter, r *http.Request, cause any) {
	problem := InternalProblem(r.Context())
	if s.showsPages(r) {
		s.pages.Failed(w, r, problem, fmt.Sprintf("a handler panicked: %v", cause))
		return
	}
	problem.Write(w)
}
