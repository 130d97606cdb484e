package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/app/settings"
	"github.com/smarter-dev/smarterdev/store"
)

// shell is who makes and revokes keys by a command, in the audit log.
const shell = "the command line"

// KeyOptions say which key to make.
type KeyOptions struct {
	Name    string
	Scopes  []string
	Guilds  []snowflake.ID // none: everywhere
	Expires time.Duration  // from now; 0: never
}

// CreateKey makes an API key and prints it, alone on the last line.
func CreateKey(ctx context.Context, o DataOptions, k KeyOptions) error {
	return o.settings(ctx, "", func(s *settings.Service) error {
		in := settings.CreateKey{Name: k.Name, Scopes: k.Scopes, ActorName: shell}
		if len(k.Guilds) > 0 {
			in.Guilds = k.Guilds
		}
		if k.Expires > 0 {
			in.ExpiresAt = new(time.Now().Add(k.Expires))
		}
		key, made, err := s.CreateKey(ctx, in)
		if err != nil {
			return told(err)
		}
		_, err = fmt.Fprintf(o.Out, "made the API key %q, %s; this is the only time that it is shown\n%s\n", made.Name, made.ID, key)
		return err
	})
}

// ListKeys lists every API key, those that are revoked or over too.
func ListKeys(ctx context.Context, o DataOptions) error {
	return o.settings(ctx, "", func(s *settings.Service) error {
		keys, err := s.Keys(ctx)
		if err != nil {
			return err
		}
		table := o.table()
		fmt.Fprintln(table, "ID\tBEGINS\tNAME\tSCOPES\tGUILDS\tSTATE\tLAST USED")
		for _, k := range keys {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Prefix, k.Name,
				strings.Join(k.Scopes, ","), guildsOf(k), stateOf(k, time.Now()), day(k.LastUsedAt, "never"))
		}
		return table.Flush()
	})
}

// RevokeKey ends an API key, which every running process heeds within 5 s.
func RevokeKey(ctx context.Context, o DataOptions, id string, redis Secret) error {
	key, err := uuid.Parse(id)
	if err != nil {
		return fmt.Errorf("%q is no id of an API key; smarterdev apikey list shows them", id)
	}
	return o.settings(ctx, redis, func(s *settings.Service) error {
		k, err := s.RevokeKey(ctx, settings.RevokeKey{ID: key, ActorName: shell})
		if err != nil {
			return told(err)
		}
		_, err = fmt.Fprintf(o.Out, "revoked the API key %q, %s\n", k.Name, k.ID)
		return err
	})
}

// settings opens the data with the service that keeps the keys.
func (o DataOptions) settings(ctx context.Context, redis Secret, do func(*settings.Service) error) error {
	return o.with(ctx, mustExist, func(db *store.Store) (err error) {
		b, err := bus.Open(ctx, bus.Config{URL: redis.Reveal(), Log: o.Log})
		if err != nil {
			return fmt.Errorf("open Redis: %w", err)
		}
		defer func() { err = errors.Join(err, b.Close()) }()
		s := settings.New(db, b, o.Log, time.Now)
		defer s.Close()
		return do(s)
	})
}

// told words a refusal for the command line, where its code is of no use.
func told(err error) error {
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

// devKey returns the key of an earlier dev on the same data, or makes one with every scope.
func devKey(ctx context.Context, s *settings.Service, file string) (string, error) {
	var earlier struct {
		Key string `json:"api_key"`
	}
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &earlier)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		earlier.Key = "" // a file that cannot be read is written anew
	}
	if earlier.Key != "" {
		if _, err := s.Authenticate(ctx, earlier.Key); err == nil {
			return earlier.Key, nil
		} else if !fault.Has(err, "unauthorized") {
			return "", err
		}
	}
	scopes := make([]string, 0, len(web.Scopes()))
	for _, scope := range web.Scopes() {
		scopes = append(scopes, string(scope))
	}
	key, _, err := s.CreateKey(ctx, settings.CreateKey{Name: "dev", Scopes: scopes, ActorName: "the command dev"})
	return key, err
}
