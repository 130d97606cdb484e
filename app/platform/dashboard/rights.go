package dashboard

import (
	"context"
	"errors"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/cache"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

// Right is what someone must hold to be shown a page or to send a form.
type Right uint8

// The rights. A route without one cannot be registered.
const (
	Anyone        Right = iota + 1 // also who is not signed in
	SignedIn                       // whoever is signed in
	Manager                        // holds Manage Server in the guild of the path, or administers everything
	Administrator                  // administers the whole installation
)

func (r Right) String() string {
	return [...]string{"none", "anyone", "signed in", "manager", "administrator"}[r]
}

const (
	rightFresh = time.Minute      // for so long a right that was looked up is taken as it was
	rightKept  = 15 * time.Minute // for so long it shows pages while Discord does not answer
)

// rights remembers for a minute who manages which guild.
type rights struct {
	ask  func(ctx context.Context, guild, user snowflake.ID) (bool, error)
	now  func() time.Time
	kept *cache.Cache[holding, held]
}

type holding struct{ guild, user snowflake.ID }

type held struct {
	manages bool
	at      time.Time
}

func newRights(ask func(ctx context.Context, guild, user snowflake.ID) (bool, error), now func() time.Time) *rights {
	return &rights{ask: ask, now: now, kept: cache.New[holding, held](100_000, rightKept)}
}

// manages reports whether someone may manage a guild. What it says is at most a minute old; when
// Discord does not answer, a page may go by what was known in the last quarter of an hour, and a
// write fails with an Unavailable fault.
func (r *rights) manages(ctx context.Context, guild, user snowflake.ID, write bool) (bool, error) {
	key := holding{guild, user}
	last, known := r.kept.Peek(key)
	if known && r.now().Sub(last.at) < rightFresh {
		return last.manages, nil
	}
	at := r.now()
	manages, err := r.ask(ctx, guild, user)
	if err == nil {
		r.kept.Set(key, held{manages, at})
		return manages, nil
	}
	if known && !write && r.now().Sub(last.at) < rightKept {
		return last.manages, nil
	}
	if f := fault.As(err); f == nil || f.Kind != fault.Unavailable {
		return false, err
	}
	return false, fault.New(fault.Unavailable, "unavailable",
		"Discord does not answer, so your right to this server cannot be looked up. Nothing was changed; please try again in a moment.").
		Because(errors.Join(err))
}

func (r *rights) close() { r.kept.Close() }
