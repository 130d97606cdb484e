package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/disgoorg/disgo/gateway"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/smarter-dev/smarterdev/app/apikeys"
	"github.com/smarter-dev/smarterdev/app/audit"
	"github.com/smarter-dev/smarterdev/app/automod"
	"github.com/smarter-dev/smarterdev/app/backups"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/guilds"
	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/app/platform/outbox"
	"github.com/smarter-dev/smarterdev/app/platform/question"
	"github.com/smarter-dev/smarterdev/app/platform/rolesync"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/app/site"
	"github.com/smarter-dev/smarterdev/app/squads"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Open connects to the database and Redis, brings the schema up to date and mounts every
// feature. Nothing listens and nothing is connected to Discord before Run.
func Open(ctx context.Context, setup Setup) (*Program, error) {
	if setup.Now == nil {
		setup.Now = time.Now
	}
	setup.Config.APIURL = strings.TrimRight(setup.Config.APIURL, "/") // paths are appended to it
	cfg := setup.Config
	proxies, err := cfg.Proxies()
	if err != nil {
		return nil, err
	}
	languages, err := i18n.Load(setup.Files)
	if err != nil {
		return nil, fmt.Errorf("load languages: %w", err)
	}
	if setup.Pseudo {
		languages = languages.WithPseudo()
	}
	metrics := prometheus.NewRegistry()
	db, err := openStore(ctx, setup, measureStore(metrics)...)
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
		metrics: metrics, languages: languages,
		rest: bot.NewRest(cfg.Token.Reveal(), cfg.APIURL, setup.Log, bot.WithMetrics(metrics), bot.WithBus(shared)),
		web: web.New(web.Config{Version: setup.Version, Log: setup.Log, TrustedProxies: proxies,
			BaseURL: cfg.BaseURL, OwnHosts: setup.Develop, Metrics: metrics}),
		jobs: jobs.NewRegistry(),
	}
	p.bot = bot.New(bot.Config{
		Token: cfg.Token.Reveal(), Rest: p.rest, ShardCount: cfg.ShardCount, ShardIDs: cfg.ShardIDs,
		Log: setup.Log, Metrics: p.metrics, Languages: languages,
	})
	p.directory = directory.New(p.rest, p.bot.Caches, directory.WithLanguages(languages))
	p.bot.Mux.ServeGuilds(p.directory.Present)
	p.Outbox = outbox.New(p.rest, db, setup.Log)
	p.Questions = question.New(p.rest, db, setup.Log, setup.Now)
	p.roles = rolesync.New(p.rest, p.directory, db, setup.Log)
	p.Economy = economy.New(db, p.Bus, p.directory, setup.Log, setup.Now)
	p.APIKeys = apikeys.New(db, p.Bus, p.Scopes, setup.Log, setup.Now)
	p.Guilds = guilds.New(db, p.directory, setup.Now)
	p.Squads = squads.New(db, p.Bus, p.Economy, p.rest, p.directory, setup.Log, setup.Now)
	// A process without the bot does not know which intents Discord accepted; it counts on them.
	reads := func() bool { return !setup.Roles.Has(config.RoleBot) || p.bot.Has(gateway.IntentMessageContent) }
	p.Moderation = moderation.New(moderation.Setup{Store: db, Bus: p.Bus, Discord: p.rest, Guilds: p.directory, Log: setup.Log, Now: setup.Now, BaseURL: cfg.BaseURL, Reads: reads})
	p.Automod = automod.New(automod.Setup{Store: db, Bus: p.Bus, Discord: p.rest, Guilds: p.directory, Caches: p.bot.Caches, Moderation: p.Moderation,
		Log: setup.Log, Now: setup.Now, BaseURL: cfg.BaseURL, Reads: reads})
	p.features = []platform.Feature{
		guilds.Feature(p.Guilds, p.findings),
		economy.Feature(p.Economy, p.directory, p.rest, p.Questions),
		squads.Feature(p.Squads, p.roles, p.Questions),
		moderation.Feature(p.Moderation, p.Questions),
		automod.Feature(p.Automod),
		apikeys.Feature(p.APIKeys),
		{Name: "installation", Pages: dashboard.Installation},
		audit.Feature(db),
		backups.Feature(db),
		site.Feature(),
	}
	if setup.Features != nil {
		p.features = append(p.features, setup.Features(p)...)
	}
	if setup.Roles.Has(config.RoleWeb) {
		for _, open := range []func() error{p.openUI, p.openAPI, p.openPages} {
			if err := open(); err != nil {
				return nil, errors.Join(err, p.Close())
			}
		}
	}
	p.mount()
	p.mountHealth()
	return p, nil
}

// Scopes are those that an API key can have.
func (p *Program) Scopes() []api.ScopeInfo {
	scopes := []api.ScopeInfo{{Scope: api.ScopeRead, Help: i18n.M("Read everything except the audit log")}}
	for _, f := range p.features {
		scopes = append(scopes, f.Scopes...)
	}
	for _, reserved := range []api.Scope{"moderation", "automod"} {
		if !slices.ContainsFunc(scopes, func(s api.ScopeInfo) bool { return s.Scope == reserved }) {
			scopes = append(scopes, api.ScopeInfo{Scope: reserved})
		}
	}
	return append(scopes, api.ScopeInfo{Scope: api.ScopeConfig, Help: i18n.M("Change settings, read the audit log")})
}

// topics are those of all features, as the overview shows them.
func (p *Program) topics() []dashboard.Topic {
	var topics []dashboard.Topic
	for _, f := range p.features {
		topics = append(topics, f.Topics...)
	}
	return topics
}

// openStore connects to the database and migrates it, unless that is forbidden.
func openStore(ctx context.Context, setup Setup, more ...store.Option) (*store.Store, error) {
	open := store.Open
	if setup.Insist {
		open = store.Await
	}
	db, err := open(ctx, setup.Config.DatabaseURL.Reveal(), Migrations(setup.Files),
		append(more, store.WithLogger(setup.Log), store.WithPoolSize(setup.Config.DBPoolSize))...)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if setup.NoMigrate {
		if err := checkMigrated(ctx, db); err != nil {
			return nil, errors.Join(err, db.Close())
		}
		return db, nil
	}
	if err := backups.Migrate(ctx, db, setup.Config.DatabaseURL.Reveal(), Migrations(setup.Files), setup.Now(), setup.Log); err != nil {
		return nil, errors.Join(fmt.Errorf("migrate database: %w", err), db.Close())
	}
	return db, nil
}

// checkMigrated says what is missing when the program may not migrate.
func checkMigrated(ctx context.Context, db *store.Store) error {
	schema, err := db.Schema(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("read the schema: %w", err)
	case schema.Version == 0:
		return errors.New("the database is empty; run smarterdev migrate up, or start without --no-migrate")
	case schema.Version < schema.Known:
		return fmt.Errorf("the schema of the database is at step %d and this binary needs step %d; run smarterdev migrate up, or start without --no-migrate",
			schema.Version, schema.Known)
	}
	return db.CheckSchema(ctx)
}

// mount hands each feature the surfaces of the roles that this process has.
func (p *Program) mount() {
	has := p.setup.Roles.Has
	for _, f := range p.features {
		p.metrics.MustRegister(f.Metrics...)
		if f.Roles != nil {
			p.roles.Add(*f.Roles)
		}
		if f.Interactions != nil && has(config.RoleBot) {
			f.Interactions(p.bot.Mux)
		}
		if f.Listeners != nil && has(config.RoleBot) {
			f.Listeners(p.bot.Listeners)
		}
		if f.Jobs != nil && has(config.RoleJobs) {
			f.Jobs(p.jobs)
		}
		if f.API != nil && has(config.RoleWeb) {
			f.API(p.API)
		}
		if f.Pages != nil && has(config.RoleWeb) {
			f.Pages(p.Pages)
		}
	}
	if has(config.RoleJobs) {
		p.roles.Mount(p.jobs)
		p.Outbox.Mount(p.jobs)
		p.Questions.MountJobs(p.jobs)
		jobs.Sweep(p.jobs, p.Store)
	}
	if has(config.RoleBot) {
		p.Questions.Mount(p.bot.Mux)
		rolesync.Follow(p.bot.Listeners, p.Store, p.setup.Log)
	}
	for prefix, h := range p.setup.Mounts {
		p.web.MountQuiet(prefix, h)
	}
}

// Migrations is the folder of the schema's migrations among the files that ship.
func Migrations(files fs.FS) fs.FS {
	folder, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // only for a name that is not a path
	}
	return folder
}
