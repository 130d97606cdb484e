package dashboard

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

var (
	errNotFound = fault.New(fault.NotFound, "not_found",
		"This page does not exist, or you do not have access to it.")
	errForbidden = fault.New(fault.Forbidden, "not_allowed",
		"Only administrators of this installation can do that. Ask one of them.")
)

// NotFound is the error of a page that does not exist, or that the person must not know about.
func NotFound() error { return errNotFound }

// fail responds with an error: as a page, in place of a part, or as a toast to a form, which keeps
// what was typed.
func (p *Pages) fail(w http.ResponseWriter, r *http.Request, err error) {
	p.RespondError(w, r, web.NewProblem(r.Context(), err), causes(err))
}

// RespondError renders a problem that has been logged already; why is shown in development only.
func (p *Pages) RespondError(w http.ResponseWriter, r *http.Request, problem *web.Problem, why string) {
	trouble := troubleOf(p.Printer(r), problem)
	if p.config.Develop {
		trouble.Causes = why
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if after := problem.RetryAfter(); after > 0 {
		h.Set("Retry-After", strconv.Itoa(after))
	}
	if err := p.write(w, r, problem.Status, p.errorView(w, r, trouble)); err != nil {
		web.Logger(r.Context()).ErrorContext(r.Context(), "the page for an error failed", "error", err)
		problem.Write(w)
	}
}

// errorView chooses the view for an error.
func (p *Pages) errorView(w http.ResponseWriter, r *http.Request, trouble ui.Trouble) ui.View {
	if isHTMX(r) {
		toast := ui.Toast{Tone: "danger", Text: p.Printer(r).T("%s (request %s)", trouble.Message, trouble.RequestID)}
		if !safeMethod(r.Method) {
			w.Header().Set("HX-Reswap", "none")
			return ui.Fresh{Content: ui.Nothing{}, Toasts: []ui.Toast{toast}}
		}
		return ui.PartError{Trouble: trouble, Retry: r.URL.RequestURI()}
	}
	if !strings.HasPrefix(r.URL.Path, home) {
		return ui.SitePage{
			Title: trouble.Title + " · Smarter Dev", Description: trouble.Title, Invite: p.config.Invite != "",
			Body: ui.SiteError{Trouble: trouble},
		}
	}
	body := ui.PageError{Trouble: trouble, Back: home}
	person := personOf(r.Context())
	if !person.Known() {
		body.Back = "/"
		return ui.Plain{Title: trouble.Title, Theme: p.theme(r), Body: body}
	}
	req := &Request{Request: r, Person: person, pages: p, w: w}
	return ui.Page{
		Title: trouble.Title, Who: person.who(), Token: maskToken(p.sessions.GetString(r.Context(), sessionToken)), Theme: p.theme(r), Path: home,
		Nav: p.navFor(req), Guilds: p.switcher(req), Content: ui.Content{Body: body},
	}
}

// partError is an error in place of a part of a page; retry is the address of the part.
func (p *Pages) partError(r *Request, err error, retry string) ui.View {
	trouble := troubleOf(r.Printer(), web.NewProblem(r.Context(), err))
	trouble.Title += "."
	return ui.PartError{Retry: retry, Trouble: trouble}
}

// troubleOf words a problem.
func troubleOf(p *i18n.Printer, problem *web.Problem) ui.Trouble {
	return ui.Trouble{
		Status: problem.Status, Title: errorTitle(p, problem.Status), Message: sentence(problem.Text.Localize(p)), RequestID: problem.RequestID,
	}
}

func errorTitle(p *i18n.Printer, status int) string {
	switch status {
	case http.StatusForbidden:
		return p.T("Not allowed")
	case http.StatusNotFound:
		return p.T("Not found")
	case http.StatusServiceUnavailable:
		return p.T("Not available right now")
	case http.StatusTooManyRequests:
		return p.T("Too many requests")
	case http.StatusMethodNotAllowed:
		return p.T("Method not allowed")
	case http.StatusConflict, http.StatusPreconditionFailed:
		return p.T("Changed in the meantime")
	case http.StatusRequestEntityTooLarge:
		return p.T("Too large")
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return p.T("That did not work")
	}
	return p.T("Something went wrong")
}

// sentence capitalizes text and ends it with a full stop.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	text = string(unicode.ToUpper(first)) + text[size:]
	if !strings.ContainsAny(text[len(text)-1:], ".!?…") {
		text += "."
	}
	return text
}

// unwrap is errors.Unwrap, but for an error that wraps several it returns the last: by convention
// that is the cause.
func unwrap(err error) error {
	if several, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // only this error is inspected
		if all := several.Unwrap(); len(all) > 0 {
			return all[len(all)-1]
		}
	}
	return errors.Unwrap(err)
}

// causes lists an error and everything that it wraps, one per line.
func causes(err error) string {
	var b strings.Builder
	for depth := 0; err != nil && depth < 20; depth++ {
		fmt.Fprintf(&b, "%s%T: %s\n", strings.Repeat("  ", depth), err, err)
		err = unwrap(err)
	}
	return b.String()
}

// WantsPage reports whether the request comes from a person with a browser.
func (p *Pages) WantsPage(r *http.Request) bool {
	return !under(r.URL.Path, "/api") && r.URL.Path != "/api" &&
		(strings.HasPrefix(r.URL.Path, home) || strings.Contains(r.Header.Get("Accept"), "text/html"))
}

// RespondNotFound renders the page for an address without a route.
func (p *Pages) RespondNotFound(w http.ResponseWriter, r *http.Request) { p.fail(w, r, errNotFound) }
