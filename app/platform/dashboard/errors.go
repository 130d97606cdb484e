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
)

var (
	errNoSuchPage = fault.New(fault.NotFound, "not_found",
		"There is no such page, or it is not for you to see. Look for it from the overview.")
	errNotYours = fault.New(fault.Forbidden, "not_allowed",
		"Only those who administer this installation may do that. Ask one of them.")
)

// NoSuchPage is the error of a page that does not exist, or that the person may not know of.
func NoSuchPage() error { return errNoSuchPage }

// fail answers a request with an error: as a page to somebody who opened one, in place to a part,
// and as words in a corner to a form, which keeps what was typed.
func (p *Pages) fail(w http.ResponseWriter, r *http.Request, err error) {
	p.Failed(w, r, web.NewProblem(r.Context(), err), causes(err))
}

// Failed answers with a problem that is worded and logged; why is shown in development alone.
func (p *Pages) Failed(w http.ResponseWriter, r *http.Request, problem *web.Problem, why string) {
	trouble := ui.Trouble{
		Status: problem.Status, Title: troubleTitle(problem.Status), Message: sentence(problem.Detail), RequestID: problem.RequestID,
	}
	if p.config.Develop {
		trouble.Causes = why
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if after := problem.RetryAfter(); after > 0 {
		h.Set("Retry-After", strconv.Itoa(after))
	}
	if err := p.write(w, r, problem.Status, p.failure(w, r, trouble)); err != nil {
		web.Logger(r.Context()).ErrorContext(r.Context(), "the page for an error failed", "error", err)
		problem.Write(w)
	}
}

// failure chooses the view of an error.
func (p *Pages) failure(w http.ResponseWriter, r *http.Request, trouble ui.Trouble) ui.View {
	if isHTMX(r) {
		toast := ui.Toast{Tone: "danger", Text: trouble.Message + " (request " + trouble.RequestID + ")"}
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
		return ui.Plain{Title: trouble.Title, Theme: theme(r), Body: body}
	}
	asked := &Request{Request: r, Person: person, pages: p, w: w}
	return ui.Page{
		Title: trouble.Title, Who: person.who(), Token: p.sessions.GetString(r.Context(), sessionToken), Theme: theme(r), Path: home,
		Nav: p.navFor(asked), Guilds: p.switcher(asked), Content: ui.Content{Body: body},
	}
}

// partTrouble is an error in the place of a part of a page; retry is the part's own address.
func (p *Pages) partTrouble(r *Request, err error, retry string) ui.View {
	problem := web.NewProblem(r.Context(), err)
	return ui.PartError{Retry: retry, Trouble: ui.Trouble{
		Status: problem.Status, Title: troubleTitle(problem.Status) + ".", Message: sentence(problem.Detail), RequestID: problem.RequestID,
	}}
}

func troubleTitle(status int) string {
	switch status {
	case http.StatusForbidden:
		return "Not allowed"
	case http.StatusNotFound:
		return "Not found"
	case http.StatusServiceUnavailable:
		return "Not available right now"
	case http.StatusInternalServerError:
		return "Something broke"
	case http.StatusTooManyRequests:
		return "Too many at once"
	}
	return http.StatusText(status)
}

// sentence begins with a capital letter and ends with a full stop.
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

// unwrap is errors.Unwrap, and the last of several where an error wraps more than one: by our
// custom that is the cause.
func unwrap(err error) error {
	if several, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // looks at this very error
		if all := several.Unwrap(); len(all) > 0 {
			return all[len(all)-1]
		}
	}
	return errors.Unwrap(err)
}

// causes lists an error and everything that it wraps, one a line.
func causes(err error) string {
	var b strings.Builder
	for depth := 0; err != nil && depth < 20; depth++ {
		fmt.Fprintf(&b, "%s%T: %s\n", strings.Repeat("  ", depth), err, err)
		err = unwrap(err)
	}
	return b.String()
}

// Shows reports whether a request that no route answers comes from somebody with a browser.
func (p *Pages) Shows(r *http.Request) bool {
	return !under(r.URL.Path, "/api") && r.URL.Path != "/api" &&
		(strings.HasPrefix(r.URL.Path, home) || strings.Contains(r.Header.Get("Accept"), "text/html"))
}

// NotFound shows the page for an address without a route.
func (p *Pages) NotFound(w http.ResponseWriter, r *http.Request) { p.fail(w, r, errNoSuchPage) }
