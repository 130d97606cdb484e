package cli

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/apikeys"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/store"
)

// devCommand has flags of its own where production has variables: an address or a token left in the
// environment must not make a trial run touch real services.
type devCommand struct {
	Data        string         `default:"./data" placeholder:"DIR" help:"Where everything is kept (default ${default})."`
	Listen      string         `default:"127.0.0.1:8000" placeholder:"ADDR" help:"Where to listen, on this machine only (default ${default})."`
	World       string         `placeholder:"FILE" help:"Guilds and members of the stand-in, as JSON (docs/sandbox.md)."`
	Fresh       bool           `help:"Delete everything that is kept and start over."`
	DatabaseURL config.Secret  `name:"database-url" placeholder:"URL" help:"Use this database; never taken from the environment."`
	RedisURL    config.Secret  `name:"redis-url" placeholder:"URL" help:"Use this Redis; never taken from the environment."`
	Live        bool           `help:"Read templates and assets from the source tree on every request."`
	Real        bool           `name:"discord" help:"Use the real Discord with the flags below, which have no effect otherwise."`
	Discord     config.Discord `embed:"" group:"With --discord"`
	Limits      config.Limits  `embed:""`
	Logs        config.Logs    `embed:"" group:"Logs"`
}

// ignores reports whether a setting that cannot be read has no effect on this run.
func (c devCommand) ignores(problem config.Problem) bool {
	return !c.Real && (strings.HasPrefix(problem.Variable, "DISCORD_") || strings.HasPrefix(problem.Variable, "SHARD_"))
}

// Run runs the whole product with everything it needs inside: the stand-in for Discord, the database
// in a file. It returns when p ends.
func (c devCommand) Run(p Program) error {
	log, logs, err := c.Logs.Open(p.Stdout, "text")
	if err != nil {
		return err
	}
	defer logs.Close()
	discord := &c.Discord
	if !c.Real {
		discord = nil
	}
	if problems := config.CheckDev(c.Limits, discord); len(problems) > 0 {
		return problems
	}
	if c.Live {
		if p.Files, err = sourceTree(); err != nil {
			return err
		}
	}
	bus.LogDriver(log)
	release, err := c.claim()
	if err != nil {
		return err
	}
	defer release()
	l, err := listenLoopback(p, c.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	setup, err := c.setup(p, log, "http://"+l.Addr().String())
	if err != nil {
		return err
	}
	if c.Real {
		setup.Config.Discord = c.Discord
		return run(p, l, setup, func(*app.Program) error {
			fmt.Fprintf(p.Stdout, "\n  Connected to the real Discord. Press Ctrl-C to stop.\n\n")
			return nil
		})
	}
	standIn, err := c.useStandIn(p, &setup)
	if err != nil {
		return err
	}
	defer standIn.Close()
	defer endOnStop(p, standIn)()
	return run(p, l, setup, func(opened *app.Program) error { return c.announce(p, opened, standIn.Details(), setup.Config.BaseURL) })
}

// claim makes the folder of this run and takes its locks: of the database in it, which is that of the whole folder,
// of the stand-in's world, and of another database that was asked for.
func (c devCommand) claim() (release func(), err error) {
	if err := os.MkdirAll(c.Data, 0o755); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	if err := makeFolder(c.DatabaseURL.Reveal(), true); err != nil {
		return nil, err
	}
	held := []func(){}
	release = func() {
		for _, give := range held {
			give()
		}
	}
	paths := []string{databaseFile(c.Data), filepath.Join(c.Data, worldFolder)}
	if path, ok := sqlitePath(c.DatabaseURL.Reveal()); ok && path != paths[0] {
		paths = append(paths, path)
	}
	for _, path := range paths {
		give, err := claim(path)
		if err != nil {
			release()
			return nil, err
		}
		held = append(held, give)
	}
	return release, nil
}

// setup is the program on the folder of this run, without Discord.
func (c devCommand) setup(p Program, log *slog.Logger, base string) (app.Setup, error) {
	if c.Fresh {
		if err := deleteData(c.Data); err != nil {
			return app.Setup{}, err
		}
	}
	secret, err := devSecret(filepath.Join(c.Data, secretFile))
	if err != nil {
		return app.Setup{}, err
	}
	address := c.DatabaseURL
	if address == "" {
		address = config.Secret("sqlite:" + databaseFile(c.Data))
	}
	return app.Setup{
		Config: config.Config{
			Stores: config.Stores{DatabaseURL: address, DBPoolSize: 20, RedisURL: c.RedisURL, RedisPoolSize: 20},
			HTTP:   config.HTTP{BaseURL: base, SessionSecret: secret},
			Limits: c.Limits,
		},
		Roles: config.AllRoles, Files: p.Files, Log: log, Version: p.Build.Version, Develop: true, Live: c.Live,
	}, nil
}

// useStandIn opens the stand-in for Discord and mounts it in setup. Close it when the program has ended.
func (c devCommand) useStandIn(p Program, setup *app.Setup) (*sandbox.Sandbox, error) {
	base := setup.Config.BaseURL
	standIn, err := openSandbox(sandboxSetup{
		world: c.World, dir: filepath.Join(c.Data, worldFolder), base: base, api: "/sandbox/api", files: p.Files, log: setup.Log,
		links: []sandbox.Link{{Name: "Dashboard", URL: base + "/admin"}, {Name: "Landing page", URL: base + "/"}, {Name: "API", URL: base + "/api/docs"}},
	})
	if err != nil {
		return nil, err
	}
	details := standIn.Details()
	setup.Config.Discord = config.Discord{
		Token: config.Secret(details.BotToken), ApplicationID: details.ApplicationID, APIURL: base + "/sandbox/api",
		ClientID: details.ClientID, ClientSecret: config.Secret(details.ClientSecret),
	}
	setup.Play = "/sandbox"
	setup.Mounts = map[string]http.Handler{"/sandbox/api": standIn.API(), "/sandbox": standIn.Playground()}
	for _, g := range details.Guilds {
		setup.CommandGuilds = append(setup.CommandGuilds, g.ID)
	}
	return standIn, nil
}

// announce prints the addresses for people and writes them for scripts.
func (c devCommand) announce(p Program, opened *app.Program, details sandbox.Details, base string) error {
	file := filepath.Join(c.Data, "dev.json")
	key, err := devKey(p, opened, file)
	if err != nil {
		return err
	}
	script := devFile(base, details)
	script["api_key"] = key
	if err := writeJSON(file, script); err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "\n  Front page   %s\n  Dashboard    %s/admin (any user name signs in)\n  Playground   %s/sandbox\n  API          %s/api/docs\n  API key      %s\n  For scripts  %s\n\n  Press Ctrl-C to stop. What happened is kept in %s.\n\n",
		base, base, base, base, key, file, c.Data)
	return nil
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

// worldFolder is where the stand-in keeps its world.
const worldFolder = "world"

// secretFile holds the key that encrypts sessions, so that people stay signed in across a restart.
const secretFile = "secret"

// devSecret reads the secret of a data folder, or makes one.
func devSecret(file string) (config.Secret, error) {
	kept, err := os.ReadFile(file)
	if err == nil && len(kept) >= config.MinSecret {
		return config.Secret(kept), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the session secret: %w", err)
	}
	made := rand.Text() + rand.Text()
	if err := os.WriteFile(file, []byte(made), 0o600); err != nil {
		return "", fmt.Errorf("write the session secret: %w", err)
	}
	return config.Secret(made), nil
}

// deleteData removes what dev keeps in its folder, and nothing else in there.
func deleteData(folder string) error {
	var errs []error
	for _, name := range []string{"smarterdev.db", "smarterdev.db-wal", "smarterdev.db-shm", "dev.json", worldFolder, secretFile} {
		errs = append(errs, os.RemoveAll(filepath.Join(folder, name)))
	}
	return errors.Join(errs...)
}

// devKey returns the API key of an earlier run on the same data, or makes one with every scope.
func devKey(ctx context.Context, p *app.Program, file string) (string, error) {
	var earlier struct {
		Key string `json:"api_key"`
	}
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &earlier)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		earlier.Key = "" // a file that cannot be read is replaced
	}
	if earlier.Key != "" {
		if _, err := p.APIKeys.Authenticate(ctx, earlier.Key); err == nil {
			return earlier.Key, nil
		} else if !fault.Has(err, "unauthorized") {
			return "", err
		}
	}
	var scopes []string
	for _, scope := range p.Scopes() {
		scopes = append(scopes, string(scope.Scope))
	}
	key, _, err := p.APIKeys.CreateKey(ctx, apikeys.CreateKey{Name: "dev", Scopes: scopes, Actor: store.Actor{Name: "the command dev", Source: store.SourceCommand}})
	return key, err
}
