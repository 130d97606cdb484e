package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/sandbox"
)

// DevOptions are the flags of the command dev.
type DevOptions struct {
	Data        string   // the folder of everything that is kept
	Listen      string   // loopback only
	World       string   // a file; empty: the stand-in's own world
	Fresh       bool     // forget everything first
	DatabaseURL Secret   // empty: a SQLite file in Data
	RedisURL    Secret   // empty: inside the process
	Discord     *Discord // the real Discord; nil: the stand-in
	Limits      Limits
	Live        bool // Files change while the program runs
	Files       fs.FS
	Log         *slog.Logger
	Out         io.Writer // told the addresses
	Version     string
}

// Dev runs the whole product with everything it needs inside: the stand-in for Discord, the
// database in a file. It returns when ctx ends.
func Dev(ctx context.Context, o DevOptions) error {
	bus.LogDriver(o.Log)
	l, err := listenLoopback(ctx, o.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	if o.Fresh {
		if err := forget(o.Data); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(o.Data, 0o755); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	base := "http://" + l.Addr().String()
	setup := Setup{
		Config: Config{
			Stores: Stores{DatabaseURL: o.DatabaseURL, DBPoolSize: 20, RedisURL: o.RedisURL, RedisPoolSize: 20},
			HTTP:   HTTP{BaseURL: base},
			Limits: o.Limits,
		},
		Roles: AllRoles, Files: o.Files, Log: o.Log, Version: o.Version, Develop: true, Live: o.Live,
	}
	if setup.Config.SessionSecret, err = devSecret(filepath.Join(o.Data, secretFile)); err != nil {
		return err
	}
	if o.DatabaseURL == "" {
		setup.Config.DatabaseURL = Secret("sqlite:" + databaseFile(o.Data))
	}
	if o.Discord != nil {
		setup.Config.Discord = *o.Discord
		return run(ctx, l, setup, func(*Program) error {
			fmt.Fprintf(o.Out, "\n  Connected to the real Discord. Ctrl-C stops it.\n\n")
			return nil
		})
	}

	standIn, err := openSandbox(sandboxSetup{
		world: o.World, dir: filepath.Join(o.Data, "world"), base: base, api: "/sandbox/api", files: o.Files, log: o.Log,
		links: []sandbox.Link{{Name: "Dashboard", URL: base + "/admin"}, {Name: "Landing page", URL: base + "/"}, {Name: "API", URL: base + "/api/docs"}},
	})
	if err != nil {
		return err
	}
	defer standIn.Close()
	details := standIn.Details()
	setup.Config.Discord = Discord{
		Token: Secret(details.BotToken), ApplicationID: details.ApplicationID, APIURL: base + "/sandbox/api",
		ClientID: details.ClientID, ClientSecret: Secret(details.ClientSecret),
	}
	setup.Play = "/sandbox"
	setup.Mounts = map[string]http.Handler{"/sandbox/api": standIn.API(), "/sandbox": standIn.Playground()}
	for _, g := range details.Guilds {
		setup.CommandGuilds = append(setup.CommandGuilds, g.ID)
	}
	return run(ctx, l, setup, func(p *Program) error {
		file := filepath.Join(o.Data, "dev.json")
		key, err := devKey(ctx, p.Settings, file)
		if err != nil {
			return err
		}
		script := devFile(base, details)
		script["api_key"] = key
		if err := writeJSON(file, script); err != nil {
			return err
		}
		fmt.Fprintf(o.Out, "\n  Front page   %s\n  Dashboard    %s/admin (any user name signs in)\n  Playground   %s/sandbox\n  API          %s/api/docs\n  API key      %s\n  For scripts  %s\n\n  Ctrl-C stops it; what happened is kept in %s.\n\n",
			base, base, base, base, key, file, o.Data)
		return nil
	})
}

// run opens a program and keeps it up until ctx ends.
func run(ctx context.Context, l net.Listener, setup Setup, ready func(*Program) error) error {
	p, err := Open(ctx, setup)
	if err != nil {
		return err
	}
	return p.Run(ctx, l, func() error { return ready(p) })
}

// devFile is what scripts read from dev.json.
func devFile(base string, d sandbox.Details) map[string]any {
	return map[string]any{
		"url":             base,
		"guild_id":        d.GuildID,
		"channel_id":      d.ChannelID,
		"members":         d.Members,
		"discord_api_url": d.APIURL,
		"bot_token":       d.BotToken,
		"application_id":  d.ApplicationID,
	}
}

// listenLoopback refuses every address that others on the network could reach.
func listenLoopback(ctx context.Context, address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("--listen %s is no address; write HOST:PORT, such as 127.0.0.1:8000", address)
	}
	if !isLoopback(host) {
		return nil, fmt.Errorf("--listen %s: this command has no sign-in and listens on this machine only; use 127.0.0.1 or localhost", address)
	}
	return listen(ctx, address)
}

// listen takes a port, or says why it could not.
func listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		err = op.Err // the rest of it says the address again
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; another program may use the port, choose one with --listen", address, err)
	}
	return l, nil
}

func databaseFile(data string) string { return filepath.Join(data, "smarterdev.db") }

// secretFile holds what seals sessions, so that a sign-in outlives a restart.
const secretFile = "secret"

// devSecret reads the secret of a data folder, or makes one.
func devSecret(file string) (Secret, error) {
	kept, err := os.ReadFile(file)
	if err == nil && len(kept) >= minSecret {
		return Secret(kept), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the secret of sessions: %w", err)
	}
	made := rand.Text() + rand.Text()
	if err := os.WriteFile(file, []byte(made), 0o600); err != nil {
		return "", fmt.Errorf("keep the secret of sessions: %w", err)
	}
	return Secret(made), nil
}

// forget removes what dev keeps in its folder, and nothing else that lies there.
func forget(data string) error {
	var errs []error
	for _, name := range []string{"smarterdev.db", "smarterdev.db-wal", "smarterdev.db-shm", "dev.json", "world", secretFile} {
		errs = append(errs, os.RemoveAll(filepath.Join(data, name)))
	}
	return errors.Join(errs...)
}

// writeJSON replaces a file at once, so that nobody reads half of it.
func writeJSON(file string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", file, err)
	}
	temp := file + ".tmp"
	if err := os.WriteFile(temp, append(raw, '\n'), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	if err := os.Rename(temp, file); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}
