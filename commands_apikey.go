package main

import (
	"context"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app"
)

type apikeyCommand struct {
	Create apikeyCreateCommand `cmd:"" help:"Make a key and print it, alone on the last line."`
	List   apikeyListCommand   `cmd:"" help:"List the keys, those that are revoked or over too."`
	Revoke apikeyRevokeCommand `cmd:"" help:"End a key for good; running processes heed it within 5 s."`
}

type (
	apikeyCreateCommand struct {
		database `embed:""`
		Name     string         `default:"command line" placeholder:"TEXT" help:"What the key is for (default ${default})."`
		Scopes   []string       `aliases:"scope" default:"read" placeholder:"SCOPE,…" help:"What it may do: read, economy, squads, moderation, automod, config (default ${default})."`
		Guilds   []snowflake.ID `aliases:"guild" placeholder:"ID,…" help:"Where it may do it. Empty: everywhere."`
		Expires  time.Duration  `placeholder:"TIME" help:"How long it lives: 720h. Empty: for ever."`
	}
	apikeyListCommand struct {
		database `embed:""`
	}
	apikeyRevokeCommand struct {
		database `embed:""`
		RedisURL app.Secret `name:"redis-url" env:"REDIS_URL" placeholder:"URL" help:"Redis of the running processes, to tell them at once."`
		ID       string     `arg:"" help:"The key's id, as list shows it."`
	}
)

func (c apikeyCreateCommand) Run(p program) error {
	return c.on(p, func(ctx context.Context, o app.DataOptions) error {
		return app.CreateKey(ctx, o, app.KeyOptions{Name: c.Name, Scopes: c.Scopes, Guilds: c.Guilds, Expires: c.Expires})
	})
}

func (c apikeyListCommand) Run(p program) error { return c.on(p, app.ListKeys) }

func (c apikeyRevokeCommand) Run(p program) error {
	return c.on(p, func(ctx context.Context, o app.DataOptions) error {
		return app.RevokeKey(ctx, o, c.ID, c.RedisURL)
	})
}
