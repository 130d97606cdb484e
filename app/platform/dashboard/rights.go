package dashboard

import (
	"context"
	"errors"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/cache"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

// Right is what a page or a form requires of a person.
type Right uint8

// The rights. A route without one cannot be registered.
const (
	Anyone        Right = iota + 1 // signed in or not
	SignedIn                       // anyone who is signed in
	Manager                        // has the Manage Server permission in the guild of the path, or administers the installation
	Administrator                  // administers the whole installation
)

func (r Right) String() string {
	return [...]string{"none", "anyone", "signed in", "manager", "administrator"}[r]
}

const (
	rightFresh = time.Minute      // how long a lookup is used
	rightStale = 15 * time.Minute // how long it is used for pages while Discord does not respond
)

// rights caches for a minute who manages which guild.
type rights struct {
	ask   func(ctx context.Context, guild, user snowflake.ID) (bool, error)
	now   func() time.Time
	cache *cache.Cache[rightKey, cachedRight]
}

type rightKey struct{ guild, user snowflake.ID }

type cachedRight struct {
	manages bool
	at      time.Time
}

func newRights(ask func(ctx context.Context, guild, user snowflake.ID) (bool, error), now func() time.Time) *rights {
	return &rights{ask: ask, now: now, cache: cache.New[rightKey, cachedRight](100_000, rightStale)}
}

// manages reports whether someone may manage a guild. The result is at most a minute old; while
// Discord does not respond, it may be a quarter of an hour old for a page, and a write fails with an
// Unavailable fault.
func (r *rights) manages(ctx context.Context, guild, user snowflake.ID, write bool) (bool, error) {
	key := rightKey{guild, user}
	last, known := r.cache.Peek(key)
	if known && r.now().Sub(last.at) < rightFresh {
		return last.manages, nil
	}
	at := r.now()
	manages, err := r.ask(ctx, guild, user)
	if err == nil {
		r.cache.Set(key, cachedRight{manages, at})
		return manages, nil
	}
	if known && !write && r.now().Sub(last.at) < rightStale {
		return last.manages, nil
	}
	if f := fault.As(err); f == nil || f.Kind != fault.Unavailable {
		return false, err
	}
	return false, fault.New(fault.Unavailable, "unavailable",
		"Discord is not responding, so we cannot check your permissions in this server. Nothing was changed. Try again in a moment.").
		Because(errors.Join(err))
}

func (r *rights) close() { r.cache.Close() }
