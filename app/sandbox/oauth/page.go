package oauth

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

//go:embed page.html page.css
var assets embed.FS

var page = template.Must(template.ParseFS(assets, "page.html"))

// view is what the authorize page shows.
type view struct {
	Application string
	Problem     string // instead of everything else
	Scopes      []string
	People      []*wire.User
	Faces       string // where pictures are served, relative to the page
	Query       string // of the request, for the form
	Back        string // the site to which the person returns
}

// what each scope lets the application do, in the page's words
var meanings = map[string]string{
	"identify":              "See your name and picture",
	"email":                 "See your e-mail address",
	"guilds":                "Know what servers you are in",
	"guilds.members.read":   "Read your member info in servers you are in",
	"bot":                   "Add a bot to a server",
	"applications.commands": "Create commands in a server",
}

// Authorize is the page on which a person agrees (GET), and their agreement (POST).
func (s *Server) Authorize(w http.ResponseWriter, r *http.Request) {
	req, err := s.check(r.URL.Query())
	if err != nil {
		s.show(w, http.StatusBadRequest, view{Application: s.World.Application().Name, Problem: err.Error()}, "")
		return
	}
	if r.Method == http.MethodPost {
		s.agreed(w, r)
		return
	}
	v := view{
		Application: s.World.Application().Name, Query: r.URL.RawQuery, Faces: "../cdn/avatars", Back: req.redirect.Host, People: s.people(),
	}
	for _, scope := range req.scopes {
		v.Scopes = append(v.Scopes, meanings[scope])
	}
	s.show(w, http.StatusOK, v, origin(req.redirect))
}

const mostOffered = 50 // people on the page; the first ones of a large world

func (s *Server) people() (list []*wire.User) {
	for _, u := range s.World.Everyone() {
		if !u.Bot && len(list) < mostOffered {
			list = append(list, u)
		}
	}
	return list
}

func (s *Server) agreed(w http.ResponseWriter, r *http.Request) {
	person, _ := strconv.ParseUint(r.PostFormValue("person"), 10, 64)
	q := r.URL.Query()
	if r.PostFormValue("answer") == "deny" {
		q.Set("deny", "1")
		if people := s.people(); person == 0 && len(people) > 0 {
			person = uint64(people[0].ID) // whoever refuses need not say who they are
		}
	}
	location, err := s.Agree(world.ID(person), q)
	if err != nil {
		s.show(w, http.StatusBadRequest, view{Application: s.World.Application().Name, Problem: err.Error()}, "")
		return
	}
	http.Redirect(w, r, location, http.StatusFound)
}

func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// show writes the page. The form's answer redirects to the application, so its origin is a place
// that the form may lead to.
func (s *Server) show(w http.ResponseWriter, status int, v view, target string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", strings.TrimSpace(fmt.Sprintf(
		"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' %s", target)))
	w.WriteHeader(status)
	_ = page.Execute(w, v)
}

// Style is the page's style sheet.
func (s *Server) Style(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, assets, "page.css")
}
