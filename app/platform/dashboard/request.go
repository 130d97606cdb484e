package dashboard

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Request is a request for a page by a person whose right to it has been checked.
type Request struct {
	*http.Request
	Person Person
	Guild  ui.GuildHead // of the path; zero where it names none

	pages   *Pages
	w       http.ResponseWriter
	guilds  []ui.GuildHead
	printer *i18n.Printer // nil until it is needed
}

// Response is the response of a page.
type Response struct {
	Head   ui.Head
	Title  string // of the window; that of the head when empty
	Tab    string // which tab of the guild it belongs to
	Live   bool   // the page receives live updates
	Status int    // 200 when 0
	Body   ui.View

	redirect string // where to redirect to instead
	flash    *ui.Toast
	write    func(http.ResponseWriter)
}

// Redirect redirects to path, which shows a flash message.
func Redirect(path, flash string) Response {
	return Response{redirect: path, flash: &ui.Toast{Tone: "success", Text: flash}}
}

// raw responds with something other than a page, such as a file.
func raw(write func(http.ResponseWriter)) Response { return Response{write: write} }

// Printer is the printer of the language that the person's browser prefers.
func (r *Request) Printer() *i18n.Printer {
	if r.printer == nil {
		r.printer = r.pages.Printer(r.Request)
	}
	return r.printer
}

// T translates a sentence for the person, as i18n.Printer.T does.
func (r *Request) T(sentence string, values ...any) string {
	return r.Printer().T(sentence, values...)
}

// N translates a sentence about n things for the person, as i18n.Printer.N does.
func (r *Request) N(one, many string, n int64, values ...any) string {
	return r.Printer().N(one, many, n, values...)
}

// Form returns an empty form.
func (r *Request) Form() ui.Form { return ui.Form{Token: r.pages.token(r.Request)} }

// FormError renders a form again, with what was typed and the messages of err, if err is one that the
// person can correct. Otherwise it returns err.
func (r *Request) FormError(err error, again func(ui.Form) (Response, error)) (Response, error) {
	f := fault.As(err)
	if f == nil {
		return Response{}, err
	}
	form := r.Form()
	form.Typed = r.PostForm
	format, values := f.Words()
	message := r.T(format, values...)
	switch f.Kind {
	case fault.Invalid:
		form.Errors = make(map[string]string, len(f.Fields))
		for _, field := range f.Fields {
			format, values := field.Words()
			form.Errors[field.Name] = r.T(format, values...)
		}
		if len(f.Fields) == 0 {
			form.Problem = message
		}
	case fault.Refused, fault.Conflict, fault.Stale, fault.Limited, fault.NotFound:
		form.Problem = sentence(message)
	default:
		return Response{}, err
	}
	response, err := again(form)
	response.Status = http.StatusUnprocessableEntity
	return response, err
}

// Guilds are the guilds that the person may see, by name.
func (r *Request) Guilds() ([]ui.GuildHead, error) { return r.pages.visibleGuilds(r) }

// UserID is the {user} of the path. It fails with NotFound.
func (r *Request) UserID() (snowflake.ID, error) {
	id, err := web.ParseID(r.PathValue("user"))
	if err != nil || id > 1<<63-1 {
		return 0, errNotFound
	}
	return id, nil
}

// mostShared bounds the guilds that a person's page covers.
const mostShared = 50

// Subject is the person of a page below users, with the guilds in which the asker may see them, at most 50.
// It fails with NotFound.
func (r *Request) Subject() (user snowflake.ID, guilds []ui.GuildHead, err error) {
	if user, err = r.UserID(); err != nil {
		return 0, nil, err
	}
	guilds, err = r.Guilds()
	return user, guilds[:min(len(guilds), mostShared)], err
}

// With is the address of this page with some values of its query changed; an empty one is left out.
func (r *Request) With(changes map[string]string) string {
	query := r.URL.Query()
	for name, value := range changes {
		if value == "" {
			query.Del(name)
		} else {
			query.Set(name, value)
		}
	}
	return (&url.URL{Path: r.URL.Path, RawQuery: query.Encode()}).String()
}

// htmx reports whether htmx requests a part of a page.
func (r *Request) htmx() bool { return isHTMX(r.Request) }

func isHTMX(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-History-Restore-Request") != "true"
}

// target is the id of the element to be replaced.
func (r *Request) target() string { return r.Header.Get("HX-Target") }

// Number reads a whole number of the form. An empty field is nil; anything else is added to f.
func (r *Request) Number(f *fault.Fields, name string) *int64 {
	text := strings.NewReplacer(",", "", " ", "", "_", "").Replace(strings.TrimSpace(r.PostFormValue(name)))
	if text == "" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		f.Add(name, "Enter a whole number, digits only.")
		return nil
	}
	return &n
}

// NewKey makes an idempotency key for a form, so that sending it twice has an effect once.
func NewKey() string { return rand.Text() }

// Key is the idempotency key of the form as stored, unique to the person; empty when none was sent.
func (r *Request) Key() string {
	key := r.PostFormValue("key")
	if key == "" || len(key) > 64 {
		return ""
	}
	return "dashboard:" + r.Person.Key() + ":" + key
}
