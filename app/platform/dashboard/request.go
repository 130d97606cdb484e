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

// Request is one visit of a page by someone whose right to it has been checked.
type Request struct {
	*http.Request
	Person Person
	Guild  ui.GuildHead // of the path; zero where it names none

	pages   *Pages
	w       http.ResponseWriter
	guilds  []ui.GuildHead
	printer *i18n.Printer // nil until something was worded
}

// Answer is what a page answers; Show, Done, Send and Refuse make one.
type Answer struct {
	Head   ui.Head
	Title  string // of the window; that of the head when empty
	Tab    string // which tab of the guild it belongs to
	Live   bool   // the page hears of what happens
	Status int    // 200 when 0
	Body   ui.View

	leave string // where to go instead
	said  *ui.Toast
	sent  func(http.ResponseWriter)
}

// Done ends a form: the person is shown the page at path, which says what happened.
func Done(path, said string) Answer {
	return Answer{leave: path, said: &ui.Toast{Tone: "success", Text: said}}
}

// Send answers with something that is no page, such as a file.
func Send(write func(http.ResponseWriter)) Answer { return Answer{sent: write} }

// Printer words what the person reads in the language that their browser asks for.
func (r *Request) Printer() *i18n.Printer {
	if r.printer == nil {
		r.printer = r.pages.printer(r.Request)
	}
	return r.printer
}

// T words a sentence for the person, as i18n.Printer.T does.
func (r *Request) T(sentence string, values ...any) string {
	return r.Printer().T(sentence, values...)
}

// N words a sentence about n things for the person, as i18n.Printer.N does.
func (r *Request) N(one, many string, n int64, values ...any) string {
	return r.Printer().N(one, many, n, values...)
}

// Form begins a form.
func (r *Request) Form() ui.Form { return ui.Form{Token: r.pages.token(r.Request)} }

// Refuse shows a form again, with what was typed and what was wrong, when err says what the person
// could have done otherwise. Any other error it returns.
func (r *Request) Refuse(err error, again func(ui.Form) (Answer, error)) (Answer, error) {
	f := fault.As(err)
	if f == nil {
		return Answer{}, err
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
		return Answer{}, err
	}
	answer, err := again(form)
	answer.Status = http.StatusUnprocessableEntity
	return answer, err
}

// Pages are the pages that the request is one of.
func (r *Request) Pages() *Pages { return r.pages }

// Guilds are those that the person may see, by name.
func (r *Request) Guilds() ([]ui.GuildHead, error) { return r.pages.Guilds(r) }

// UserID is the {user} of the path. It fails as a page that does not exist.
func (r *Request) UserID() (snowflake.ID, error) {
	id, err := web.ParseID(r.PathValue("user"))
	if err != nil || id > 1<<63-1 {
		return 0, errNoSuchPage
	}
	return id, nil
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

// htmx reports whether a part of a page asks, and not somebody who opens one.
func (r *Request) htmx() bool { return isHTMX(r.Request) }

func isHTMX(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-History-Restore-Request") != "true"
}

// target is the id of the element that will be replaced.
func (r *Request) target() string { return r.Header.Get("HX-Target") }

// Number reads a whole number of the form. An empty field is nil; what is no number is noted.
func (r *Request) Number(f *fault.Fields, name string) *int64 {
	text := strings.NewReplacer(",", "", " ", "", "_", "").Replace(strings.TrimSpace(r.PostFormValue(name)))
	if text == "" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		f.Add(name, "This is no whole number. Write digits alone.")
		return nil
	}
	return &n
}

// NewKey makes what a form sends along so that sending it twice does its work once.
func NewKey() string { return rand.Text() }

// Key is what NewKey made, as the store keeps it, which no other caller can have; empty when the
// form sent none.
func (r *Request) Key() string {
	key := r.PostFormValue("key")
	if key == "" || len(key) > 64 {
		return ""
	}
	return "dashboard:" + r.Person.Key() + ":" + key
}
