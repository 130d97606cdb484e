// Package dashboard is the frame of what people see in a browser: sessions, signing in, rights,
// forms, the page around every page, and the stream that keeps it up to date.
//
// The pages themselves belong to the features.
package dashboard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/disgoorg/snowflake/v2"
	"github.com/go-chi/chi/v5"
	"golang.org/x/oauth2"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// AssetsAt is where the built browser files are served.
const AssetsAt = "/assets"

// PagesConfig is what the dashboard and the public pages need of the rest of the program.
type PagesConfig struct {
	Templates *ui.Templates
	Assets    *ui.Assets
	Languages *i18n.Catalogues
	Store     *store.Store
	Bus       *bus.Bus
	Directory Directory
	Now       func() time.Time
	Checks    []web.Check // what the overview says of the installation's health
	Topics    []Topic     // what the recent activity shows
	Facts     []ui.Fact   // how this process was configured, without secrets

	BaseURL  string         // "https://host"; empty: addresses that others read are left out
	Invite   string         // where /discord leads; empty: there is no such page
	Admins   []snowflake.ID // who administers everything
	Secret   []byte         // seals sessions, the same in every process; empty: one that this process makes up
	Redis    bool           // sessions are kept in Redis instead of the database
	BindIP   bool           // a session is over when it comes from another address
	Discord  *oauth2.Config // how people sign in through Discord; nil: they do not
	APIURL   string         // of Discord, that "/v10/…" is appended to
	Pictures string         // of Discord, that "/avatars/…" is appended to
	Develop  bool           // the command dev: any name signs in, and errors show their causes
	Play     string         // address of the stand-in's playground; empty: there is none
}

// Pages is where features put what people see in a browser: pages of the dashboard, tabs of a
// guild, parts of the overview and of a person's page, and public pages.
type Pages struct {
	config   PagesConfig
	log      *slog.Logger
	server   *web.Server
	vault    *sealedSessions
	sessions *scs.SessionManager
	rights   *rights
	origin   *http.CrossOriginProtection
	pictures *pictures
	admin    chi.Router
	live     *live

	nav      []ui.Link
	tabs     []Tab
	homes    []Part
	guilds   []Part
	users    []Part
	settings []ui.Link // pages of the installation's settings
	routes   []Route
	reverts  map[string]Revert // by action
}

// Route is one route of the pages and who may use it.
type Route struct {
	Method, Pattern string
	Right           Right
}

// NewPages mounts the frame of the dashboard, the sign-in and the assets on the server. Features
// add theirs before it serves. Close it.
func NewPages(s *web.Server, config PagesConfig) (*Pages, error) {
	p := &Pages{config: config, log: s.Logger(), server: s, origin: http.NewCrossOriginProtection()}
	p.config.BaseURL = strings.TrimSuffix(config.BaseURL, "/")
	var keeper sessionKeeper = databaseSessions{config.Store, config.Now}
	if config.Redis {
		keeper = newRedisSessions(config.Bus.Client())
	}
	var err error
	if p.vault, err = sealSessions(keeper, secretOr(config.Secret)); err != nil {
		return nil, err
	}
	p.sessions = newSessions(p.vault, strings.HasPrefix(p.config.BaseURL, "https://"), p.fail)
	p.rights = newRights(config.Directory.Manages, config.Now)
	p.pictures = newPictures(config.Pictures)
	p.live = newLive(p, config.Bus)
	p.nav = []ui.Link{{Label: "Overview", Path: home, Icon: "layout-dashboard"}}

	s.UseErrorPages(p)
	s.Router().Handle(AssetsAt+"/*", http.StripPrefix(AssetsAt, config.Assets))
	s.Router().Group(func(r chi.Router) {
		r.Use(noStore, p.sessions.LoadAndSave, p.identify)
		p.admin = r
	})
	p.mountLogin()
	p.mountFrame()
	return p, nil
}

// Close ends the upkeep of caches and the streams.
func (p *Pages) Close() {
	p.live.close()
	p.rights.close()
	p.pictures.close()
}

// Routes lists every route that was registered, with the right that it asks for.
func (p *Pages) Routes() []Route { return p.routes }

// Store is where pages of the frame read what no feature owns, such as the audit log.
func (p *Pages) Store() *store.Store { return p.config.Store }

// Play is the address of the stand-in's playground; empty when there is none.
func (p *Pages) Play() string { return p.config.Play }

// Invite is where /discord leads; empty when there is no such page.
func (p *Pages) Invite() string { return p.config.Invite }

// BaseURL is "https://host", the address that people see; it may be empty.
func (p *Pages) BaseURL() string { return p.config.BaseURL }

// Version is that of the program.
func (p *Pages) Version() string { return p.server.Version() }

// Shards is how many shards the bot is known to have, at least one.
func (p *Pages) Shards(ctx context.Context) int {
	beats, err := p.config.Bus.Heartbeats(ctx)
	if err != nil {
		return 1
	}
	shards := 1
	for _, beat := range beats {
		for _, id := range beat.Shards {
			shards = max(shards, id+1)
		}
	}
	return shards
}

// Handler answers one request of a page by someone who may make it. What it returns as an error
// becomes a page, or a note in the place of a part.
type Handler func(*Request) (Answer, error)

// Get registers a page of the dashboard. A pattern with {guild} needs the right Manager or more.
func (p *Pages) Get(pattern string, right Right, h Handler) {
	p.handle(http.MethodGet, pattern, right, h)
}

// Post registers what a form does.
func (p *Pages) Post(pattern string, right Right, h Handler) {
	p.handle(http.MethodPost, pattern, right, h)
}

// Public registers a page that anyone may see. It is served without a session.
func (p *Pages) Public(pattern string, h http.HandlerFunc) {
	p.routes = append(p.routes, Route{http.MethodGet, pattern, Anyone})
	p.server.Router().Get(pattern, h)
}

func (p *Pages) handle(method, pattern string, right Right, h Handler) {
	p.note(method, pattern, right)
	p.admin.MethodFunc(method, pattern, func(w http.ResponseWriter, r *http.Request) {
		asked := &Request{Request: r, Person: personOf(r.Context()), pages: p, w: w}
		answer, err := p.answer(asked, right, h)
		if err == nil {
			err = p.show(asked, answer)
		}
		if err != nil {
			p.fail(w, r, err)
		}
	})
}

// note keeps the route for the frame and for the test of who may do what.
func (p *Pages) note(method, pattern string, right Right) {
	if right == 0 || strings.Contains(pattern, "{guild}") && right < Manager {
		panic(fmt.Sprintf("the route %s %s asks for too little: %s", method, pattern, right))
	}
	p.routes = append(p.routes, Route{method, pattern, right})
}

// answer runs a handler for someone who has the right.
func (p *Pages) answer(r *Request, right Right, h Handler) (Answer, error) {
	if right > Anyone && !r.Person.Known() {
		return p.sendToLogin(r), nil
	}
	if err := p.checkOrigin(r.Request); err != nil {
		return Answer{}, err
	}
	if err := p.permit(r, right); err != nil {
		return Answer{}, err
	}
	return h(r)
}

// permit decides whether a person has a right, in the guild of the path where there is one. A guild
// that does not exist and one that is not theirs are the same to them.
func (p *Pages) permit(r *Request, right Right) error {
	switch right {
	case Anyone, SignedIn:
		return nil
	case Administrator:
		if !r.Person.Admin {
			return errNotYours
		}
		return nil
	}
	id, err := web.ParseID(r.PathValue("guild"))
	if err != nil {
		return errNoSuchPage
	}
	if !r.Person.Admin {
		manages, err := p.rights.manages(r.Context(), id, r.Person.ID, !safeMethod(r.Method))
		if err != nil {
			return err
		}
		if !manages {
			return errNoSuchPage
		}
	}
	r.Guild, err = p.head(r.Context(), id)
	return err
}

// sendToLogin sends someone who is not signed in to where they can, and back afterwards.
func (p *Pages) sendToLogin(r *Request) Answer {
	back := r.URL.RequestURI()
	if r.htmx() || !safeMethod(r.Method) {
		back = ""
		if u, err := url.Parse(r.Header.Get("HX-Current-URL")); err == nil {
			back = (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()
		}
	}
	to := home + "/login"
	if back = nextPath(back); back != home {
		to += "?" + url.Values{"next": {back}}.Encode()
	}
	return Answer{leave: to}
}

// identify finds out who makes the request. Someone whose time is over, who came from elsewhere or
// who is no developer any more is nobody.
func (p *Pages) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		person := parsePerson(p.sessions.GetString(ctx, sessionPerson))
		if person.Known() {
			web.Identify(ctx, person.Key())
			admits, err := p.admits(r, &person)
			if err != nil {
				p.fail(w, r, err)
				return
			}
			if !admits {
				person = Person{}
				if err := p.sessions.Destroy(ctx); err != nil {
					p.fail(w, r, err)
					return
				}
			}
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, personKey{}, person)))
	})
}

func (p *Pages) admits(r *http.Request, person *Person) (bool, error) {
	if p.config.BindIP && p.sessions.GetString(r.Context(), sessionIP) != web.ClientIP(r.Context()).String() {
		return false, nil
	}
	if person.ID != 0 {
		for _, id := range p.config.Admins {
			person.Admin = person.Admin || id == person.ID
		}
		return true, nil
	}
	if !p.config.Develop {
		return false, nil
	}
	_, err := p.config.Store.Developer(r.Context(), person.Name)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	person.Admin = true
	return err == nil, err
}

type personKey struct{}

func personOf(ctx context.Context) Person {
	person, _ := ctx.Value(personKey{}).(Person)
	return person
}

func noStore(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
