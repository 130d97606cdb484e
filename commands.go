package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/smarter-dev/smarterdev/app"
)

// devCommand has flags of its own where production has variables: an address or a token that lies
// about in the environment must not make a trial run touch real services.
type devCommand struct {
	Data        string      `default:"./data" placeholder:"DIR" help:"The folder of everything that is kept (default ${default})."`
	Listen      string      `default:"127.0.0.1:8000" placeholder:"ADDR" help:"Where to listen, on this machine only (default ${default})."`
	World       string      `placeholder:"FILE" help:"The guilds and members of the stand-in, as JSON (docs/sandbox.md)."`
	Fresh       bool        `help:"Forget everything first."`
	DatabaseURL app.Secret  `name:"database-url" placeholder:"URL" help:"Use this database; never taken from the environment."`
	RedisURL    app.Secret  `name:"redis-url" placeholder:"URL" help:"Use this Redis; never taken from the environment."`
	Live        bool        `help:"Read templates and assets from the source tree at each request."`
	Real        bool        `name:"discord" help:"Use the real Discord, as the next flags say; without it they do nothing."`
	Discord     app.Discord `embed:"" group:"With --discord"`
	Limits      app.Limits  `embed:""`
	Logs        app.Logs    `embed:"" group:"Logs"`
}

// ignores reports whether a setting that cannot be read does not matter to this run.
func (c devCommand) ignores(problem app.Problem) bool {
	return !c.Real && (strings.HasPrefix(problem.Variable, "DISCORD_") || strings.HasPrefix(problem.Variable, "SHARD_"))
}

func (c devCommand) Run(p program) error {
	log, logs, err := c.Logs.Open(p.out, "text")
	if err != nil {
		return err
	}
	defer logs.Close()
	options := app.DevOptions{
		Data: c.Data, Listen: c.Listen, World: c.World, Fresh: c.Fresh,
		DatabaseURL: c.DatabaseURL, RedisURL: c.RedisURL, Limits: c.Limits,
		Files: p.files, Log: log, Out: p.out, Version: p.build.Version,
	}
	if c.Real {
		options.Discord = &c.Discord
	}
	if problems := app.CheckDev(options); len(problems) > 0 {
		return problems
	}
	if c.Live {
		if options.Files, err = sourceTree(); err != nil {
			return err
		}
		options.Live = true
	}
	return app.Dev(p, options)
}

// sourceTree is the folder that the program was started in, with the same files as the binary.
func sourceTree() (fs.FS, error) {
	tree := os.DirFS(".")
	for _, folder := range []string{"migrations", "dist", "ui"} {
		if _, err := fs.Stat(tree, folder); err != nil {
			return nil, fmt.Errorf("--live reads ./%s, which is not here; start it in the source tree", folder)
		}
	}
	return tree, nil
}

type serveCommand struct {
	Only       []string `placeholder:"ROLE,…" help:"The parts that this process runs: bot, web, jobs. Empty: all."`
	NoMigrate  bool     `help:"Leave the database's schema as it is."`
	app.Config `embed:""`

	unread app.Problems `kong:"-"`
}

func (c serveCommand) Run(p program) error {
	roles, err := app.ParseRoles(c.Only)
	if err != nil {
		return err
	}
	if problems := c.Check(roles, c.unread...); len(problems) > 0 {
		return problems
	}
	log, logs, err := c.Logs.Open(p.out, "json")
	if err != nil {
		return err
	}
	defer logs.Close()
	log, reported, err := c.Watch.Report(log, p.build.Version)
	if err != nil {
		return err
	}
	defer reported()
	return app.Serve(p, app.ServeOptions{
		Config: c.Config, Roles: roles, NoMigrate: c.NoMigrate, Files: p.files, Log: log, Version: p.build.Version,
	})
}

type healthcheckCommand struct {
	Listen string `env:"LISTEN" default:":8000" placeholder:"ADDR" help:"The address that the process listens on (default ${default})."`
}

func (c healthcheckCommand) Run(p program) error {
	if err := app.Healthcheck(p, c.Listen); err != nil {
		return err
	}
	fmt.Fprintln(p.out, "healthy")
	return nil
}

type sandboxCommand struct {
	Listen string   `default:"127.0.0.1:8001" placeholder:"ADDR" help:"Where to listen (default ${default})."`
	Data   string   `placeholder:"DIR" help:"The folder that keeps its world. Empty: nothing is kept."`
	World  string   `placeholder:"FILE" help:"Its guilds and members, as JSON (docs/sandbox.md)."`
	JSON   string   `name:"json" placeholder:"FILE" help:"Write token, ids and addresses there once it listens."`
	Logs   app.Logs `embed:"" group:"Logs"`
}

func (c sandboxCommand) Run(p program) error {
	log, logs, err := c.Logs.Open(p.out, "text")
	if err != nil {
		return err
	}
	defer logs.Close()
	return app.Sandbox(p, app.SandboxOptions{
		Listen: c.Listen, Data: c.Data, World: c.World, JSON: c.JSON,
		Files: p.files, Log: log, Out: p.out, Version: p.build.Version,
	})
}

// database is which data a command works on.
type database struct {
	DatabaseURL app.Secret `name:"database-url" env:"DATABASE_URL" placeholder:"URL" help:"The database: sqlite:PATH or postgres://user:password@host/name."`
	Data        string     `placeholder:"DIR" help:"The folder of a dev, instead of DATABASE_URL."`
}

// on runs do on that data; what the store reports goes to stderr, beside the tables on stdout.
func (d database) on(p program, do func(context.Context, app.DataOptions) error) error {
	log, _, err := app.Logs{LogLevel: "warn"}.Open(p.err, "text")
	if err != nil {
		return err
	}
	return do(p, app.DataOptions{DatabaseURL: d.DatabaseURL, Data: d.Data, Files: p.files, Log: log, Out: p.out})
}

type migrateCommand struct {
	Up     migrateUpCommand     `cmd:"" help:"Apply every step that is pending; safe when several start at once."`
	Status migrateStatusCommand `cmd:"" help:"List the steps."`
	Down   migrateDownCommand   `cmd:"" help:"Take back the latest step and the data that only it could hold."`
}

type (
	migrateUpCommand struct {
		database `embed:""`
	}
	migrateStatusCommand struct {
		database `embed:""`
	}
	migrateDownCommand struct {
		database `embed:""`
	}
	verifyCommand struct {
		database `embed:""`
	}
	versionCommand struct{}
)

func (c migrateUpCommand) Run(p program) error     { return c.on(p, app.Migrate) }
func (c migrateStatusCommand) Run(p program) error { return c.on(p, app.MigrateStatus) }
func (c migrateDownCommand) Run(p program) error   { return c.on(p, app.MigrateDown) }
func (c verifyCommand) Run(p program) error        { return c.on(p, app.Verify) }
func (versionCommand) Run(p program) error         { return p.build.Print(p.out) }
