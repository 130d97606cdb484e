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
	"strconv"
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

// AssetsAt is the path of the built browser assets.
const AssetsAt = "/assets"

// Config is what the dashboard and the public pages need of the rest of the program.
type Config struct {
	Templates *ui.Templates
	Assets    *ui.Assets
	Languages *i18n.Catalogues
	Store     *store.Store
	Bus       *bus.Bus
	Directory Directory
	Now       func() time.Time
	Checks    []web.Check // the health of the installation, on the overview
	Topics    []Topic     // what the recent activity shows
	Facts     []ui.Fact   // how this process was configured, without secrets

	BaseURL  string         // "https://host"; empty: absolute addresses are left out
	Invite   string         // where /discord redirects to; empty: no such page
	Admins   []snowflake.ID // who administers the installation
	Secret   []byte         // encrypts sessions, the same in every process; empty: a random one
	Redis    bool           // sessions are kept in Redis instead of the database
	BindIP   bool           // a session ends when it is used from another address
	Idle     time.Duration  // a session ends when it is not used for so long; 0: two hours
	Discord  *oauth2.Config // how people sign in through Discord; nil: they do not
	APIURL   string         // of Discord, to which "/v10/…" is appended
	Pictures string         // of Discord, to which "/avatars/…" is appended
	Develop  bool           // development: any name signs in, and errors show their causes
	Play     string         // address of the stand-in's playground; empty: none
}

// Pages collects what features show in a browser: pages of the dashboard, tabs of a guild, parts of
// the overview and of a person's page, and public pages.
type Pages struct {
	config    Config
	log       *slog.Logger
	server    *web.Server
	encrypted *encryptedSessions
	sessions  *scs.SessionManager
	rights    *rights
	origin    *http.CrossOriginProtection
	pictures  *pictures
	admin     chi.Router
	live      *live

	nav      []navLink
	tabs     []Tab
	homes    []Part
	guilds   []Part
	users    []Part
	settings []navLink // pages of the installation's settings
	routes   []Route
	reverts  map[string]Revert // by action
}

// Route is a route and the right that it requires.
type Route struct {
	Method, Pattern string
	Right           Right
}

// New mounts the frame of the dashboard, the sign-in and the assets on the server. Features add their
// pages before it serves. Close it.
func New(s *web.Server, config Config) (*Pages, error) {
	p := &Pages{config: config, log: s.Logger(), server: s, origin: http.NewCrossOriginProtection()}
	p.config.BaseURL = strings.TrimSuffix(config.BaseURL, "/")
	if p.config.Idle == 0 {
		p.config.Idle = defaultIdle
	}
	var sessions sessionStore = databaseSessions{config.Store, config.Now}
	if config.Redis {
		sessions = newRedisSessions(config.Bus.Client())
	}
	var err error
	if p.encrypted, err = encryptSessions(sessions, secretOrRandom(config.Secret)); err != nil {
		return nil, err
	}
	p.sessions = newSessions(p.encrypted, strings.HasPrefix(p.config.BaseURL, "https://"), failOnce(p.fail))
	p.rights = newRights(config.Directory.Manages, config.Now)
	p.pictures = newPictures(config.Pictures)
	p.live = newLive(p, config.Bus)
	p.nav = []navLink{{i18n.M("Overview"), home, "layout-dashboard"}}

	s.UseErrorPages(p)
	s.Router().Handle(AssetsAt+"/*", http.StripPrefix(AssetsAt, config.Assets))
	s.Router().Group(func(r chi.Router) {
		r.Use(noStore, onceFailed, p.sessions.LoadAndSave, p.loadPerson)
		p.admin = r
	})
	p.mountLogin()
	p.mountSignIns()
	p.mountFrame()
	return p, nil
}

// Close closes caches and streams.
func (p *Pages) Close() {
	p.live.close()
	p.rights.close()
	p.pictures.close()
}

// Routes lists every registered route.
func (p *Pages) Routes() []Route { return p.routes }

// Play is the address of the stand-in's playground; empty without one.
func (p *Pages) Play() string { return p.config.Play }

// Invite is where /discord redirects to; empty without such a page.
func (p *Pages) Invite() string { return p.config.Invite }

// BaseURL is "https://host", the address that people see; it may be empty.
func (p *Pages) BaseURL() string { return p.config.BaseURL }

// Version is the version of the program.
func (p *Pages) Version() string { return p.server.Version() }

// Shards is the number of shards of the bot, at least one.
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

// Handler handles a request by a person who has the right to it. An error that it returns is rendered
// as a page, or in place of a part.
type Handler func(*Request) (Response, error)

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
	p.addRoute(method, pattern, right)
	p.admin.MethodFunc(method, pattern, func(w http.ResponseWriter, r *http.Request) {
		req := &Request{Request: r, Person: personOf(r.Context()), pages: p, w: w}
		response, err := p.run(req, right, h)
		if err == nil {
			err = p.respond(req, response)
		}
		if err != nil {
			p.fail(w, r, err)
		}
	})
}

// addRoute records the route, for the navigation and for the tests of rights.
func (p *Pages) addRoute(method, pattern string, right Right) {
	if right == 0 || strings.Contains(pattern, "{guild}") && right < Manager {
		panic(fmt.Sprintf("the route %s %s asks for too little: %s", method, pattern, right))
	}
	p.routes = append(p.routes, Route{method, pattern, right})
}

// run checks the rights of a request and runs its handler.
func (p *Pages) run(r *Request, right Right, h Handler) (Response, error) {
	if right > Anyone && !r.Person.Known() {
		return p.redirectToLogin(r), nil
	}
	if err := p.checkOrigin(r.Request); err != nil {
		return Response{}, err
	}
	if !safeMethod(r.Method) && r.Person.Known() {
		if ok, err := p.stillSignedIn(r); err != nil || !ok {
			return p.redirectToLogin(r), err
		}
	}
	if err := p.authorize(r, right); err != nil {
		return Response{}, err
	}
	return h(r)
}

// stillSignedIn reports whether the person of a request is still signed in. It loads the session again:
// the body of a form may arrive, and a stream may last, long after the session was loaded first.
func (p *Pages) stillSignedIn(r *Request) (bool, error) {
	ctx, err := p.sessions.Load(withoutSession{r.Context()}, p.cookie(r.Request))
	if err != nil {
		return false, err
	}
	if parsePerson(p.sessions.GetString(ctx, sessionPerson)).Key() != r.Person.Key() {
		return false, nil
	}
	person := r.Person
	person.Admin = false
	ok, err := p.mayContinue(r.Request.WithContext(ctx), &person)
	if ok {
		r.Person = person
	}
	return ok, err
}

// authorize checks whether the person has a right, in the guild of the path where there is one. It
// does not reveal whether a guild that is not theirs exists.
func (p *Pages) authorize(r *Request, right Right) error {
	switch right {
	case Anyone, SignedIn:
		return nil
	case Administrator:
		if !r.Person.Admin {
			return errForbidden
		}
		return nil
	}
	id, err := web.ParseID(r.PathValue("guild"))
	if err != nil {
		return errNotFound
	}
	if !r.Person.Admin {
		manages, err := p.rights.manages(r.Context(), id, r.Person.ID, !safeMethod(r.Method))
		if err != nil {
			return err
		}
		if !manages {
			return errNotFound
		}
	}
	r.Guild, err = p.head(r, id)
	return err
}

// redirectToLogin redirects to the sign-in, which leads back afterwards.
func (p *Pages) redirectToLogin(r *Request) Response {
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
	return Response{redirect: to}
}

// loadPerson loads the signed-in person of the request. A session that expired, that was not used for too long, that is
// bound to another address or that belongs to a removed developer is ended.
func (p *Pages) loadPerson(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		person := parsePerson(p.sessions.GetString(ctx, sessionPerson))
		if person.Known() {
			web.Identify(ctx, person.Key())
			ok, err := p.mayContinue(r, &person)
			if err != nil {
				p.fail(w, r, err)
				return
			}
			if ok {
				p.touch(r)
			} else {
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

func (p *Pages) mayContinue(r *http.Request, person *Person) (bool, error) {
	if p.config.BindIP && p.sessions.GetString(r.Context(), sessionIP) != web.ClientIP(r.Context()).String() {
		return false, nil
	}
	if p.unused(r.Context()) > p.config.Idle {
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

// unused is for how long the session of a request has not been used.
func (p *Pages) unused(ctx context.Context) time.Duration {
	seen, err := strconv.ParseInt(p.sessions.GetString(ctx, sessionSeen), 10, 64)
	if err != nil {
		return 0 // it is new
	}
	return p.config.Now().Sub(time.Unix(seen, 0))
}

// touch notes that a session is used, when that was last noted some minutes ago. What a page asks for by itself, its
// stream of events and its parts, is no use: an open page that nobody looks at would stay signed in for ever.
func (p *Pages) touch(r *http.Request) {
	ctx := r.Context()
	byItself := strings.Contains(r.Header.Get("Accept"), eventsAccept) || strings.Contains(r.URL.Path, "/parts/")
	if p.sessions.GetString(ctx, sessionSeen) == "" || !byItself && p.unused(ctx) > p.config.Idle/seenPerSpan {
		p.sessions.Put(ctx, sessionSeen, strconv.FormatInt(p.config.Now().Unix(), 10))
	}
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
