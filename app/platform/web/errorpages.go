package web

import (
	"fmt"
	"net/http"
)

// ErrorPages renders errors as pages for people with a browser. Everyone else gets
// application/problem+json.
type ErrorPages interface {
	// WantsPage reports whether the request comes from a person with a browser.
	WantsPage(r *http.Request) bool
	// RespondNotFound renders the page for an address without a route.
	RespondNotFound(w http.ResponseWriter, r *http.Request)
	// RespondError renders a problem that has been logged already; cause is shown in development only.
	RespondError(w http.ResponseWriter, r *http.Request, problem *Problem, cause string)
}

// UseErrorPages makes the server show errors as pages. Call it before Serve.
func (s *Server) UseErrorPages(pages ErrorPages) { s.pages = pages }

// wantsPage reports whether errors of the request are rendered as pages.
func (s *Server) wantsPage(r *http.Request) bool { return s.pages != nil && s.pages.WantsPage(r) }

// notFound responds where there is no route.
func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	if s.wantsPage(r) {
		s.pages.RespondNotFound(w, r)
		return
	}
	notFound(w, r)
}

// respondPanic responds with an internal error, as a page to a person with a browser.
func (s *Server) respondPanic(w http.ResponseWriter, r *http.Request, cause any) {
	problem := InternalProblem(r.Context())
	if s.wantsPage(r) {
		s.pages.RespondError(w, r, problem, fmt.Sprintf("a handler panicked: %v", cause))
		return
	}
	problem.Write(w)
}
