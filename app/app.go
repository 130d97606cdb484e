// Package app is the program: it opens what everything stands on, lists the features, and
// closes in reverse.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/guilds"
	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/app/settings"
	"github.com/smarter-dev/smarterdev/app/site"
	"github.com/smarter-dev/smarterdev/app/squads"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
)

// Setup is what a Program is made of.
type Setup struct {
	Config  Config
	Roles   Roles
	Files   fs.FS // what ships inside the binary: migrations, ui, dist
	Log     *slog.Logger
	Version string

	Now           func() time.Time // decides days and cooldowns; time.Now where nothing else is given
	NoMigrate     bool             // leave the schema as it is
	Mounts        map[string]http.Handler
	CommandGuilds []snowflake.ID // guilds to register commands in, where they appear at once; empty: globally
	Develop       bool           // the command dev: any name signs in to the dashboard, errors show their causes
	Live          bool           // Files change while the program runs
	RedisPrefix   string         // parts installations that share a Redis; empty: the usual one
	Play          string         // where the stand-in's playground is; empty: there is none
	Insist        bool           // keep trying when Discord does not let the bot in, instead of failing
}

// Program is one running process. Open makes it, Run keeps it up.
type Program struct {
	Store    *store.Store
	Bus      *bus.Bus
	Economy  *economy.Service
	Settings *settings.Service
	Guilds   *guilds.Service
	Squads   *squads.Service
	API      *web.API   // nil without the role web
	Pages    *web.Pages // likewise

	setup     Setup
	metrics   *prometheus.Registry
	rest      rest.Rest
	directory *directory.Directory
	bot       *bot.Bot
	web       *web.Server
	jobs      *jobs.Registry
	roles     *jobs.Roles // nil without the role jobs
	features  []platform.Feature
	assets    *ui.Assets
	templates *ui.Templates
}

// Open connects to the database and Redis, brings the schema up to date and mounts every
// feature. Nothing listens and nothing is connected to Discord before Run.
func Open(ctx context.Context, setup Setup) (*Program, error) {
	if setup.Now == nil {
		setup.Now = time.Now
	}
	cfg := setup.Config
	proxies, err := cfg.Proxies()
	if err != nil {
		return nil, err
	}
	metrics := prometheus.NewRegistry()
	db, err := openStore(ctx, setup, observeStore(metrics)...)
	if err != nil {
		return nil, err
	}
	shared, err := bus.Open(ctx, bus.Config{
		URL: cfg.RedisURL.Reveal(), PoolSize: cfg.RedisPoolSize, Prefix: setup.RedisPrefix, Log: setup.Log,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open Redis: %w", err), db.Close())
	}
	p := &Program{
		Store:   db,
		Bus:     shared,
		setup:   setup,
		metrics: metrics,
		rest:    bot.NewRest(cfg.Token.Reveal(), cfg.APIURL, setup.Log, bot.Counted(metrics)),
		web: web.New(web.Config{Version: setup.Version, Log: setup.Log, TrustedProxies: proxies,
			HTTPS: strings.HasPrefix(cfg.BaseURL, "https://"), Metrics: metrics}),
		jobs: jobs.NewRegistry(),
	}
	p.bot = bot.New(bot.Config{
		Token: cfg.Token.Reveal(), Rest: p.rest, ShardCount: cfg.ShardCount, ShardIDs: cfg.ShardIDs,
		Log: setup.Log, Metrics: p.metrics,
	})
	p.directory = directory.New(p.rest, p.bot.Caches)
	p.Economy = economy.New(db, p.Bus, p.directory, setup.Log, setup.Now)
	p.Settings = settings.New(db, p.Bus, setup.Log, setup.Now)
	p.Guilds = guilds.New(db, p.directory, setup.Now)
	p.Squads = squads.New(db, p.Bus, p.Economy, p.rest, p.directory, setup.Log, setup.Now)
	p.features = []platform.Feature{
		guilds.Feature(p.Guilds),
		economy.Feature(p.Economy, p.directory, p.rest),
		squads.Feature(p.Squads, func() *jobs.Roles { return p.roles }),
		settings.Feature(p.Settings),
		site.Feature(),
	}
	if setup.Roles.Has(RoleWeb) {
		for _, open := range []func() error{p.openUI, p.openAPI, p.openPages} {
			if err := open(); err != nil {
				return nil, errors.Join(err, p.Close())
			}
		}
	}
	p.mount()
	p.watch()
	return p, nil
}

// openStore connects to the database and migrates it, unless that is forbidden.
func openStore(ctx context.Context, setup Setup, more ...store.Option) (*store.Store, error) {
	db, err := store.Open(ctx, setup.Config.DatabaseURL.Reveal(), migrations(setup.Files),
		append(more, store.WithLogger(setup.Log), store.WithPoolSize(setup.Config.DBPoolSize))...)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if setup.NoMigrate {
		return db, nil
	}
	if err := db.Migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("migrate database: %w", err), db.Close())
	}
	return db, nil
}

// mount hands each feature the surfaces of the roles that this process has.
func (p *Program) mount() {
	has := p.setup.Roles.Has
	for _, f := range p.features {
		if f.Interactions != nil && has(RoleBot) {
			f.Interactions(p.bot.Mux)
		}
		if f.Listeners != nil && has(RoleBot) {
			f.Listeners(p.bot.Listeners)
		}
		if f.Jobs != nil && has(RoleJobs) {
			f.Jobs(p.jobs)
		}
		if f.API != nil && has(RoleWeb) {
			f.API(p.API)
		}
		if f.Pages != nil && has(RoleWeb) {
			f.Pages(p.Pages)
		}
	}
	if has(RoleJobs) {
		p.roles = jobs.NewRoles(p.jobs, p.rest, p.setup.Config.ApplicationID, p.Store, p.setup.Log)
		jobs.Sweep(p.jobs, p.Store)
	}
	for prefix, h := range p.setup.Mounts {
		p.web.MountQuietly(prefix, h)
	}
}

// Close releases what Open took. Run does it by itself.
func (p *Program) Close() error {
	bye, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	p.closePages()
	p.Squads.Close()
	p.Economy.Close()
	p.Settings.Close()
	p.Guilds.Close()
	p.directory.Close()
	p.rest.Close(bye)
	return errors.Join(p.Bus.Close(), p.Store.Close())
}
