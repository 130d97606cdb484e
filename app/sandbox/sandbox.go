// Package sandbox is a stand-in for Discord: REST, OAuth2 and gateway for bots, and a way for
// pages and tests to act as the people of its world. It keeps to Discord's documentation, so
// that any Discord library can log in and work against it. docs/sandbox.md describes it whole.
package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/flood"
	"github.com/smarter-dev/smarterdev/app/sandbox/gateway"
	"github.com/smarter-dev/smarterdev/app/sandbox/oauth"
	"github.com/smarter-dev/smarterdev/app/sandbox/people"
	"github.com/smarter-dev/smarterdev/app/sandbox/rest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/app/sandbox/trace"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// World describes a world.
type World = seed.World

// Config is what a stand-in needs to know.
type Config struct {
	URL           string // where clients reach the base that /v10/… is appended to, e.g. http://127.0.0.1:8000/sandbox/api
	PlaygroundURL string // where people reach Playground, e.g. http://127.0.0.1:8000/sandbox
	World         World
	AnyHost       bool   // answer under every name, not only under the URLs' and this machine's
	Dir           string // where the world is kept between starts; empty: only in memory
	UI            fs.FS  // has the folders ui and dist, of which the playground's page is made; nil: there is no page
	Links         []Link // where else the playground's page leads
	Log           *slog.Logger
	Clock         func() time.Time // nil means time.Now
}

// Sandbox is a running stand-in.
type Sandbox struct {
	world    *world.World
	gateway  *gateway.Gateway
	rest     *rest.API
	oauth    *oauth.Server
	people   *people.Handler
	faults   *faults.Set
	floods   *flood.Floods
	endpoint *rest.Endpoint
	keeper   *keeper
	page     *page // nil without Config.UI
	details  Details
	cfg      Config
}

// DefaultWorld is the guild that `dev` starts with.
func DefaultWorld() World { return World{} }

// LoadWorld reads the description of a world from a JSON file.
func LoadWorld(file string) (World, error) { return seed.Load(file) }

// New starts a stand-in. With a Dir that holds a world, that world goes on and Config.World is
// not looked at.
func New(cfg Config) (*Sandbox, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	base, err := url.Parse(strings.TrimSuffix(cfg.URL, "/"))
	if err != nil || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("the sandbox's URL %q is not an http address", cfg.URL)
	}
	cfg.URL = base.String()
	keeper, state, err := openKeeper(cfg.Dir, cfg.World, cfg.Log)
	if err != nil {
		return nil, err
	}
	s := &Sandbox{cfg: cfg, keeper: keeper, faults: &faults.Set{}}
	if cfg.UI != nil {
		if s.page, err = newPage(cfg.UI, cfg.PlaygroundURL, cfg.Links); err != nil {
			return nil, err
		}
	}
	s.world = world.New(state, world.Options{FilesURL: cfg.URL, Clock: cfg.Clock, Changed: keeper.note})
	keeper.start(s.world)
	log := &trace.Log{}
	s.gateway = gateway.New(s.world, "ws"+strings.TrimPrefix(cfg.URL, "http")+"/gateway", s.faults, log, cfg.Log)
	grants := oauth.NewGrants(s.world.Now)
	s.oauth = &oauth.Server{World: s.world, Grants: grants}
	limits := &rest.Limits{}
	s.endpoint = rest.NewEndpoint(s.world, cfg.Log)
	s.rest = &rest.API{World: s.world, Endpoint: s.endpoint, Gateway: s.gateway, Grants: grants, Faults: s.faults, Limits: limits, Trace: log, Log: cfg.Log}
	s.details = detailsOf(state, cfg)
	s.floods = flood.New(s.world)
	s.people = people.New(people.Config{
		World: s.world, Gateway: s.gateway, OAuth: s.oauth, Faults: s.faults, Limits: limits, Trace: log, Floods: s.floods, Log: cfg.Log,
		Details: s.details, CDN: cfg.URL + "/cdn",
	})
	return s, nil
}

// Details tells what a client needs to log in, and who and what is in the world.
func (s *Sandbox) Details() Details { return s.details }

// EndFaults lifts every fault and ends what hangs, also what would begin to. Call it when the order to stop comes: a
// server that waits for its requests would wait for those that hang.
func (s *Sandbox) EndFaults() { s.faults.End() }

// Close ends every connection and stream, and writes the world down.
func (s *Sandbox) Close() error {
	s.EndFaults()
	s.people.Close()
	s.floods.Close()
	s.endpoint.Close()
	s.gateway.Close()
	return errors.Join(s.keeper.close())
}

// Playground serves the page and what it is built on: /people/… It is mounted at Config.PlaygroundURL.
func (s *Sandbox) Playground() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/people/", http.StripPrefix("/people", s.people))
	mux.Handle("/people", http.StripPrefix("/people", s.people)) // as /people/, with its query and body
	if s.page != nil {
		mux.Handle("/{$}", s.page)
		mux.Handle("/assets/", http.StripPrefix("/assets", s.page.assets))
	} else {
		mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = fmt.Fprintln(w, "The stand-in for Discord is running. This build has no playground page.")
		})
	}
	return s.guard(s.cfg.PlaygroundURL, http.NewCrossOriginProtection().Handler(mux))
}
