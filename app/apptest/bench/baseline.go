package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/apikeys"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	redisVariable = "TEST_REDIS_URL"
	standInFor    = "baseline" // the argument by which this program becomes a baseline in a process of its own
	unlimited     = 1_000_000  // requests a second: counted, and never reached
)

// baseline says what the process is that ours is measured against.
type baseline struct {
	Discord  sandbox.Details
	Database string
	Redis    string // empty: a constant behind our middleware; else bare huma and pgx behind our limiter
	Source   string // the source tree
	Told     string // a file for reached
}

// reached is where a baseline answers.
type reached struct{ Address, Key string }

// startConstant starts our middleware with an operation that answers the same each time.
func (s *stage) startConstant(ctx context.Context) (reached, error) {
	return s.startBaseline(ctx, baseline{Discord: s.discord, Database: "sqlite:" + s.file("constant.db")})
}

// startBare starts the least that answers a balance from Postgres: huma, pgx and our limiter, without keys, logs
// and everything else.
func (s *stage) startBare(ctx context.Context) (reached, error) {
	if _, err := s.postgres.reach(ctx); err != nil { // it fills the database
		return reached{}, err
	}
	database, err := s.onPostgres(ctx)
	if err != nil {
		return reached{}, err
	}
	return s.startBaseline(ctx, baseline{Database: database, Redis: os.Getenv(redisVariable)})
}

func (s *stage) startBaseline(ctx context.Context, b baseline) (at reached, err error) {
	b.Source, b.Told = s.source, s.file("baseline.json")
	text, err := json.Marshal(b)
	if err != nil {
		return at, err
	}
	this, err := os.Executable()
	if err != nil {
		return at, err
	}
	p, err := s.launch(ctx, this, nil, standInFor, string(text))
	if err != nil {
		return at, err
	}
	return at, p.until(ctx, func() bool {
		text, err := os.ReadFile(b.Told)
		return err == nil && json.Unmarshal(text, &at) == nil
	})
}

// serveBaseline is the baseline until ctx ends.
func serveBaseline(ctx context.Context, description string) error {
	var b baseline
	if err := json.Unmarshal([]byte(description), &b); err != nil {
		return err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if b.Redis != "" {
		return b.serveBare(ctx, l)
	}
	return b.serveConstant(ctx, l)
}

func (b baseline) tell(l net.Listener, key string) error {
	text, err := json.Marshal(reached{l.Addr().String(), key})
	if err != nil {
		return err
	}
	return os.WriteFile(b.Told, text, 0o600)
}

func (b baseline) serveConstant(ctx context.Context, l net.Listener) error {
	log, _, err := config.Logs{LogLevel: "info"}.Open(os.Stdout, "json")
	if err != nil {
		return err
	}
	base := "http://" + l.Addr().String()
	p, err := app.Open(ctx, app.Setup{
		Config: config.Config{
			Stores:  config.Stores{DatabaseURL: config.Secret(b.Database), DBPoolSize: 20},
			Discord: config.Discord{Token: config.Secret(b.Discord.BotToken), ApplicationID: b.Discord.ApplicationID, APIURL: b.Discord.APIURL},
			HTTP:    config.HTTP{BaseURL: base, SessionSecret: "a secret of thirty-two bytes, for this alone"},
			Limits:  config.Limits{APIRateLimit: unlimited},
		},
		Roles: config.RoleWeb, Files: os.DirFS(b.Source), Log: log, Version: "bench",
	})
	if err != nil {
		return err
	}
	api.Get(p.API, api.Op{ID: "constant", Path: "/guilds/{guild_id}/constant/{user_id}", Tag: "bytes", Scope: api.ScopeRead},
		func(_ context.Context, in *economy.MemberPath) (economy.Account, error) {
			return economy.Account{Balance: store.Balance{GuildID: in.Guild.ID, UserID: in.User.ID, Balance: 110}, Tier: "BIT", Multiplier: 1}, nil
		})
	key, _, err := p.APIKeys.CreateKey(ctx, apikeys.CreateKey{Name: "bench", Scopes: []string{string(api.ScopeRead)}, Actor: store.Actor{Name: "bench", Source: store.SourceCommand}})
	if err != nil {
		return errors.Join(err, p.Close())
	}
	return p.Run(ctx, l, func() error { return b.tell(l, key) })
}

func (b baseline) serveBare(ctx context.Context, l net.Listener) error {
	pool, err := pgxpool.New(ctx, b.Database+"&pool_max_conns=30") // as many as ours
	if err != nil {
		return err
	}
	defer pool.Close()
	limits, err := bus.Open(ctx, bus.Config{URL: b.Redis, Prefix: "bench:"})
	if err != nil {
		return err
	}
	defer limits.Close()
	router := chi.NewRouter()
	huma.Get(humachi.New(router, huma.DefaultConfig("bare", "1")), "/api/guilds/{guild_id}/bytes/balance/{user_id}",
		func(ctx context.Context, in *struct {
			Guild int64 `path:"guild_id"`
			User  int64 `path:"user_id"`
		}) (*api.Body[store.Balance], error) {
			if !limits.Allow(ctx, "api:key:bare", bus.Limit{PerSecond: unlimited, Burst: 2 * unlimited}).Allowed {
				return nil, huma.Error429TooManyRequests("too many")
			}
			rows, err := pool.Query(ctx, `SELECT guild_id, user_id, balance, total_received, total_sent, streak, last_daily, last_sent_at, created_at, updated_at
				FROM balances WHERE guild_id = $1 AND user_id = $2`, in.Guild, in.User)
			if err != nil {
				return nil, err
			}
			found, err := pgx.CollectExactlyOneRow(rows, func(r pgx.CollectableRow) (b store.Balance, err error) {
				err = r.Scan(&b.GuildID, &b.UserID, &b.Balance, &b.TotalReceived, &b.TotalSent, &b.Streak, &b.LastDaily, &b.LastSentAt, &b.CreatedAt, &b.UpdatedAt)
				return b, err
			})
			return &api.Body[store.Balance]{Body: found}, err
		})
	server := &http.Server{Handler: router, ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := b.tell(l, "none"); err != nil {
		return err
	}
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
