package web

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

func notFound(w http.ResponseWriter, r *http.Request) {
	WriteError(w, r, fault.New(fault.NotFound, "not_found", "%s was not found here", r.URL.Path))
}

// methodNotAllowed responds with a problem and the Allow header that HTTP requires.
func methodNotAllowed(w http.ResponseWriter, r *http.Request) {
	allowed := allowedMethods(r)
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	StatusProblem(r.Context(), http.StatusMethodNotAllowed, "method_not_allowed",
		r.Method+" does not work on "+r.URL.Path+"; it takes "+strings.Join(allowed, ", ")).Write(w)
}

// allowedMethods lists the methods for which the router has a route at this path.
func allowedMethods(r *http.Request) []string {
	route := chi.RouteContext(r.Context())
	path := r.URL.RawPath // matching starts at the root, also below a mounted router
	if path == "" {
		path = r.URL.Path
	}
	var allowed []string
	for _, method := range []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
	} {
		lookup := method
		if method == http.MethodHead {
			lookup = http.MethodGet // every GET route serves HEAD as well
		}
		if route.Routes.Match(chi.NewRouteContext(), lookup, path) {
			allowed = append(allowed, method)
		}
	}
	return allowed
}
