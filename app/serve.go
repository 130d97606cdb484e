package app

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
)

// ServeOptions are the flags of the command serve.
type ServeOptions struct {
	Config    Config
	Roles     Roles
	NoMigrate bool
	Files     fs.FS
	Log       *slog.Logger
	Version   string
}

// Serve runs the program in production until ctx ends. The configuration must have passed
// Config.Check.
func Serve(ctx context.Context, o ServeOptions) error {
	bus.LogDriver(o.Log)
	l, err := listen(ctx, o.Config.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	setup := Setup{
		Config: o.Config, Roles: o.Roles, Files: o.Files, Log: o.Log, Version: o.Version,
		NoMigrate: o.NoMigrate, Insist: true,
	}
	return run(ctx, l, setup, func(*Program) error {
		o.Log.Info("ready", "address", l.Addr().String(), "roles", o.Roles.String(), "version", o.Version)
		return nil
	})
}

// ParseRoles reads the list that --only takes.
func ParseRoles(names []string) (Roles, error) {
	var roles Roles
	for _, name := range names {
		role, ok := map[string]Roles{"bot": RoleBot, "web": RoleWeb, "jobs": RoleJobs}[strings.TrimSpace(name)]
		if !ok {
			return 0, fmt.Errorf("--only knows bot, web and jobs, not %q", name)
		}
		roles |= role
	}
	if roles == 0 {
		return AllRoles, nil
	}
	return roles, nil
}

// String lists the roles as --only takes them.
func (r Roles) String() string {
	var names []string
	for i, name := range []string{"bot", "web", "jobs"} {
		if r.Has(1 << i) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// Healthcheck asks the process that listens on listen whether it lives. The error says what it
// answered.
func Healthcheck(ctx context.Context, listen string) error {
	_, port, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("LISTEN is %q: %w", listen, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort("localhost", port)+"/health", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("nothing answers on port %s: %w", port, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("/health answers %s", resp.Status)
	}
	return nil
}
