// Package apptest boots the whole program beside the stand-in for Discord, for the tests of
// every feature.
package apptest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/apikeys"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// Program is a running program with its world.
type Program struct {
	*app.Program
	World *sandboxtest.World
	URL   string // of the web server
	Clock *Clock // decides the program's days and cooldowns; Discord has its own

	t    testing.TB
	stop func() error
}

// Start boots every role on the given database and returns when the bot is connected. change
// may adjust the setup first. The program ends with the test, which then proves the ledger.
func Start(t testing.TB, db storetest.Database, change ...func(*app.Setup)) *Program {
	t.Helper()
	return Join(t, sandboxtest.Start(t, sandbox.Config{}), db, change...)
}

// Join is Start in a world that is there already, for a second process or a restart.
func Join(t testing.TB, world *sandboxtest.World, db storetest.Database, change ...func(*app.Setup)) *Program {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &Program{World: world, URL: "http://" + l.Addr().String(), Clock: NewClock(), t: t}
	setup := app.Setup{
		Config: config.Config{
			Stores: config.Stores{DatabaseURL: config.Secret(db.URL), DBPoolSize: 10, RedisPoolSize: 4},
			Discord: config.Discord{
				Token: config.Secret(world.BotToken), ApplicationID: world.ApplicationID, APIURL: world.APIURL,
				ClientID: world.ClientID, ClientSecret: config.Secret(world.ClientSecret),
			},
			HTTP: config.HTTP{BaseURL: p.URL, SessionSecret: "a secret of thirty-two bytes, for tests"},
		},
		Roles: config.AllRoles, Files: os.DirFS(sourceTree(t)), Log: logger(t), Version: "test", Now: p.Clock.Now,
	}
	for _, g := range world.Guilds {
		setup.CommandGuilds = append(setup.CommandGuilds, g.ID)
	}
	for _, c := range change {
		c(&setup)
	}
	p.Program, err = app.Open(t.Context(), setup)
	require.NoError(t, err)

	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- p.Run(ctx, l, func() error { close(ready); return nil })
	}()
	p.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { require.NoError(t, p.stop(), "the program ends without an error") })
	select {
	case <-ready:
	case err := <-ended:
		ended <- err
		require.NoError(t, err, "the program starts")
		require.Fail(t, "the program ended before it was ready")
	}
	return p
}

// Stop ends the program as a signal would, and waits for it.
func (p *Program) Stop() {
	p.t.Helper()
	require.NoError(p.t, p.stop())
}

// Key makes an API key with these scopes.
func (p *Program) Key(scopes ...string) string {
	p.t.Helper()
	key, _, err := p.APIKeys.CreateKey(context.Background(), apikeys.CreateKey{Name: "a test", Scopes: scopes,
		Actor: store.Actor{Name: "a test", Source: store.SourceCommand}})
	require.NoError(p.t, err)
	return key
}

// Proven fails the test when the ledger does not add up.
func (p *Program) Proven() {
	p.t.Helper()
	report, err := p.Store.Verify(context.Background())
	require.NoError(p.t, err)
	require.Empty(p.t, report.Differences)
}

// Clock is a clock that a test sets.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock is a clock that begins now.
func NewClock() *Clock { return &Clock{now: time.Now()} }

// Now is the time as the program sees it.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Pass lets time go by.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// logger writes to the test's output when it fails, from warnings on.
func logger(t testing.TB) *slog.Logger {
	w := &output{t: t}
	t.Cleanup(w.close)
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

type output struct {
	t    testing.TB
	mu   sync.Mutex
	over bool
}

var _ io.Writer = (*output)(nil)

func (o *output) Write(line []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.over {
		o.t.Log(string(line))
	}
	return len(line), nil
}

func (o *output) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.over = true
}

// sourceTree is the folder of go.mod above the test.
func sourceTree(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		} else if !errors.Is(err, os.ErrNotExist) || dir == filepath.Dir(dir) {
			require.Fail(t, "no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}
