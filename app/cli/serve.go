package cli

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
)

type serveCommand struct {
	Only          []string `placeholder:"ROLE,…" help:"The parts that this process runs: bot, web, jobs. Empty: all."`
	NoMigrate     bool     `help:"Do not migrate the database."`
	Create        bool     `help:"Make the folder of a SQLite database that is missing."`
	config.Config `embed:""`

	unread config.Problems `kong:"-"`
}

// Run runs the program in production until p ends.
func (c serveCommand) Run(p Program) error {
	roles, err := config.ParseRoles(c.Only)
	if err != nil {
		return err
	}
	if problems := c.Check(roles, c.unread...); len(problems) > 0 {
		return problems
	}
	log, logs, err := c.Logs.Open(p.Stdout, "json")
	if err != nil {
		return err
	}
	defer logs.Close()
	log, flush, err := c.Watch.Report(log, p.Build.Version)
	if err != nil {
		return err
	}
	defer flush()
	bus.LogDriver(log)
	if err := makeFolder(c.DatabaseURL.Reveal(), c.Create); err != nil {
		return err
	}
	release, err := claimDatabase(c.DatabaseURL.Reveal())
	if err != nil {
		return err
	}
	defer release()
	l, err := listen(p, c.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	return run(p, l, app.Setup{
		Config: c.Config, Roles: roles, Files: p.Files, Log: log, Version: p.Build.Version,
		NoMigrate: c.NoMigrate, Insist: true,
	}, func(*app.Program) error {
		log.Info("ready", "address", l.Addr().String(), "roles", roles.String(), "version", p.Build.Version)
		return nil
	})
}

// run opens a program and keeps it running until ctx ends. ready is called once, when it is up.
func run(ctx context.Context, l net.Listener, setup app.Setup, ready func(*app.Program) error) error {
	p, err := app.Open(ctx, setup)
	if err != nil && ctx.Err() != nil {
		setup.Log.Info("stopped before it was ready")
		return nil //nolint:nilerr // being stopped is no failure
	}
	if err != nil {
		return err
	}
	return p.Run(ctx, l, func() error { return ready(p) })
}

type healthcheckCommand struct {
	Listen string `env:"LISTEN" default:":8000" placeholder:"ADDR" help:"The address that the process listens on (default ${default})."`
}

// Run asks the process that listens on this machine for its health.
func (c healthcheckCommand) Run(p Program) error {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("LISTEN is %q: %w", c.Listen, err)
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost" // it listens on every address
	}
	address := net.JoinHostPort(host, port)
	ctx, cancel := context.WithTimeout(p, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/health", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("nothing answers at %s: %w", address, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("/health answers %s", resp.Status)
	}
	fmt.Fprintln(p.Stdout, "healthy")
	return nil
}
