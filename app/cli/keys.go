package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/apikeys"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

// shell is the name in the audit log of whoever creates and revokes keys by a command.
func shell() store.Actor {
	return store.Actor{Name: "the command line", Source: store.SourceCommand}
}

type apikeyCommand struct {
	Create apikeyCreateCommand `cmd:"" help:"Create a key and print it, alone on the last line."`
	List   apikeyListCommand   `cmd:"" help:"List the keys, revoked and expired ones too."`
	Revoke apikeyRevokeCommand `cmd:"" help:"Revoke a key for good; running processes refuse it within 5 s."`
}

type (
	apikeyCreateCommand struct {
		database `embed:""`
		Name     string         `default:"command line" placeholder:"TEXT" help:"What the key is for (default ${default})."`
		Scopes   []string       `aliases:"scope" default:"read" placeholder:"SCOPE,…" help:"What it may do: read, economy, squads, moderation, automod, config (default ${default})."`
		Guilds   []snowflake.ID `aliases:"guild" type:"setting" placeholder:"ID,…" help:"The guilds in which it may do so. Empty: all."`
		Expires  time.Duration  `placeholder:"TIME" help:"How long it is valid: 720h. Empty: forever."`
	}
	apikeyListCommand struct {
		database `embed:""`
	}
	apikeyRevokeCommand struct {
		database `embed:""`
		RedisURL config.Secret `name:"redis-url" env:"REDIS_URL" placeholder:"URL" help:"The Redis of the running processes, so that they learn of it at once."`
		ID       string        `arg:"" help:"The key's ID, as list shows it."`
	}
)

// Run creates an API key and prints it.
func (c apikeyCreateCommand) Run(p Program) error {
	return c.keys(p, "", func(s *apikeys.Service) error {
		in := apikeys.CreateKey{Name: c.Name, Scopes: c.Scopes, Actor: shell()}
		if len(c.Guilds) > 0 {
			in.Guilds = c.Guilds
		}
		if c.Expires > 0 {
			in.ExpiresAt = new(time.Now().Add(c.Expires))
		}
		key, made, err := s.CreateKey(p, in)
		if err != nil {
			return plain(err)
		}
		_, err = fmt.Fprintf(p.Stdout, "created the API key %q, %s; this is the only time that it is shown\n%s\n", made.Name, made.ID, key)
		return err
	})
}

// Run lists every API key.
func (c apikeyListCommand) Run(p Program) error {
	return c.keys(p, "", func(s *apikeys.Service) error {
		keys, err := s.Keys(p)
		if err != nil {
			return err
		}
		table := newTable(p.Stdout)
		fmt.Fprintln(table, "ID\tBEGINS\tNAME\tSCOPES\tGUILDS\tSTATE\tLAST USED")
		for _, k := range keys {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Prefix, k.Name,
				strings.Join(k.Scopes, ","), guildsOf(k), stateOf(k, time.Now()), day(k.LastUsedAt, "never"))
		}
		return table.Flush()
	})
}

// Run revokes an API key; every running process refuses it within 5 s.
func (c apikeyRevokeCommand) Run(p Program) error {
	id, err := uuid.Parse(c.ID)
	if err != nil {
		return fmt.Errorf("%q is not the ID of an API key; smarterdev apikey list shows them", c.ID)
	}
	return c.keys(p, c.RedisURL, func(s *apikeys.Service) error {
		k, err := s.RevokeKey(p, apikeys.RevokeKey{ID: id, Actor: shell()})
		if err != nil {
			return plain(err)
		}
		_, err = fmt.Fprintf(p.Stdout, "revoked the API key %q, %s\n", k.Name, k.ID)
		return err
	})
}

// keys opens the program without any role, for its service that manages the keys.
func (d database) keys(p Program, redis config.Secret, do func(*apikeys.Service) error) error {
	var log *slog.Logger
	if err := d.with(p, mustExist, func(_ *store.Store, l *slog.Logger) error { log = l; return nil }); err != nil {
		return err
	}
	opened, err := app.Open(p, app.Setup{
		Config: config.Config{Stores: config.Stores{DatabaseURL: config.Secret(d.url()), RedisURL: redis}},
		Files:  p.Files, Log: log, NoMigrate: true,
	})
	if err != nil {
		return err
	}
	return errors.Join(do(opened.APIKeys), opened.Close())
}

// plain is a refusal without its code, which is of no use on the command line.
func plain(err error) error {
	if f := fault.As(err); f != nil {
		return errors.New(f.Message)
	}
	return err
}

func guildsOf(k store.APIKey) string {
	if k.Guilds == nil {
		return "all"
	}
	ids := make([]string, len(k.Guilds))
	for i, id := range k.Guilds {
		ids[i] = id.String()
	}
	return strings.Join(ids, ",")
}

func stateOf(k store.APIKey, now time.Time) string {
	switch {
	case k.RevokedAt != nil:
		return "revoked " + day(k.RevokedAt, "")
	case !k.Usable(now):
		return "expired " + day(k.ExpiresAt, "")
	case k.ExpiresAt != nil:
		return "until " + day(k.ExpiresAt, "")
	}
	return "valid"
}

func day(t *time.Time, none string) string {
	if t == nil {
		return none
	}
	return t.UTC().Format(time.DateOnly)
}
