package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

// Confirmation is a question that waits for a button: what was asked, by whom, and until when. Its id
// travels in the button, so that it survives a restart.
type Confirmation struct {
	ID        uuid.UUID // from NewID
	GuildID   snowflake.ID
	UserID    snowflake.ID // who asked, and may answer
	Requires  int64        // permissions of Discord; whoever holds all of them may answer too; 0: nobody else
	Kind      string       // whose Payload it is
	Payload   json.RawMessage
	CreatedAt time.Time
	ExpiresAt time.Time

	AnsweredBy   snowflake.ID // who has answered or does now; 0: nobody
	ClaimedUntil *time.Time   // until when their answer is theirs alone to carry out; nil: not claimed
	AnsweredAt   *time.Time   // when it was carried out; nil: not yet
}

const confirmationColumns = `guild_id, id, user_id, requires, kind, payload, created_at, expires_at, answered_by, claimed_until, answered_at`

func scanConfirmation(r row) (Confirmation, error) {
	var c Confirmation
	err := r.Scan(&c.GuildID, &c.ID, &c.UserID, &c.Requires, &c.Kind, &c.Payload, &c.CreatedAt, &c.ExpiresAt,
		&c.AnsweredBy, &c.ClaimedUntil, &c.AnsweredAt)
	return c, err
}

// SaveConfirmation keeps a question that nobody has answered. ErrExists when its id is taken.
func (s *Store) SaveConfirmation(ctx context.Context, q Confirmation, then ...river.JobArgs) error {
	if err := checkIDs(q.GuildID, q.UserID); err != nil {
		return err
	}
	if q.ID == uuid.Nil || !json.Valid(q.Payload) {
		return fmt.Errorf("%w: a confirmation needs an id and a payload of JSON", ErrInvalid)
	}
	err := s.db.write(ctx, func(c conn) error {
		_, err := c.exec(`INSERT INTO confirmations (`+confirmationColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, NULL, NULL)`,
			q.GuildID, q.ID, q.UserID, q.Requires, q.Kind, q.Payload, q.CreatedAt, q.ExpiresAt)
		if err != nil {
			return err
		}
		return c.enqueue(then)
	})
	return wrap("save confirmation", err)
}

// Confirmation returns a question, also one that was answered or whose time is over: that is for the
// caller to judge. ErrNotFound when there is none, or it was swept.
func (s *Store) Confirmation(ctx context.Context, guild snowflake.ID, id uuid.UUID) (Confirmation, error) {
	if err := checkIDs(guild); err != nil {
		return Confirmation{}, err
	}
	q, err := one(s.db.reader(ctx), scanConfirmation,
		`SELECT `+confirmationColumns+` FROM confirmations WHERE guild_id = $1 AND id = $2`, guild, id)
	return q, wrap("read confirmation", err)
}

// ClaimConfirmation makes the answer to a question user's to carry out, until a moment after which somebody
// may try again because user's process has died. ErrNotFound when it is answered already, or claimed.
func (s *Store) ClaimConfirmation(ctx context.Context, guild snowflake.ID, id uuid.UUID, user snowflake.ID, now, until time.Time) error {
	return s.changeConfirmation(ctx, "claim confirmation", nil, `UPDATE confirmations SET answered_by = $3, claimed_until = $5
		WHERE guild_id = $1 AND id = $2 AND answered_at IS NULL AND (claimed_until IS NULL OR claimed_until <= $4)`,
		guild, id, user, now, until)
}

// ReleaseConfirmation gives up a claim, so that the question can be answered at once. ErrNotFound when user
// has none.
func (s *Store) ReleaseConfirmation(ctx context.Context, guild snowflake.ID, id uuid.UUID, user snowflake.ID) error {
	return s.changeConfirmation(ctx, "release confirmation", nil, `UPDATE confirmations SET answered_by = 0, claimed_until = NULL
		WHERE guild_id = $1 AND id = $2 AND answered_at IS NULL AND answered_by = $3`, guild, id, user)
}

// SettleConfirmation records that the answer which user has claimed is carried out. ErrNotFound when user
// has no claim.
func (s *Store) SettleConfirmation(ctx context.Context, guild snowflake.ID, id uuid.UUID, user snowflake.ID, now time.Time, then ...river.JobArgs) error {
	return s.changeConfirmation(ctx, "settle confirmation", then, `UPDATE confirmations SET claimed_until = NULL, answered_at = $4
		WHERE guild_id = $1 AND id = $2 AND answered_at IS NULL AND answered_by = $3`, guild, id, user, now)
}

// changeConfirmation runs a statement that changes one question; its first arguments are guild and id.
func (s *Store) changeConfirmation(ctx context.Context, verb string, then []river.JobArgs, statement string, guild snowflake.ID, id uuid.UUID, user snowflake.ID, more ...any) error {
	if err := checkIDs(guild, user); err != nil {
		return err
	}
	err := s.db.write(ctx, func(c conn) error {
		n, err := c.exec(statement, append([]any{guild, id, user}, more...)...)
		if err == nil && n == 0 {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		return c.enqueue(then)
	})
	return wrap(verb, err)
}
