package api

import (
	"net/http"
	"strings"

	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// reference renders the OpenAPI document for people. Its library writes style attributes, which only
// this page may have.
func (a *API) reference(w http.ResponseWriter, r *http.Request) {
	page, err := a.config.Pages.Render(i18n.English(), ui.Reference{Document: "/api/openapi.json"})
	if err != nil {
		web.WriteError(w, r, err)
		return
	}
	h := w.Header()
	policy := h.Get("Content-Security-Policy")
	h.Set("Content-Security-Policy", strings.Replace(policy, "style-src 'self'", "style-src 'self' 'unsafe-inline'", 1))
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write(page) // the client may have disconnected
}
