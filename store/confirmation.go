package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// Confirmation is a question that waits for a button: what was asked, by whom, and until when. Its id
// travels in the button, so that it survives a restart.
type Confirmation struct {
	ID        uuid.UUID // from NewID
	GuildID   snowflake.ID
	UserID    snowflake.ID // who asked, and alone may confirm
	Kind      string       // whose Payload it is
	Payload   json.RawMessage
	CreatedAt time.Time
	ExpiresAt time.Time
}

const confirmationColumns = `guild_id, id, user_id, kind, payload, created_at, expires_at`

func scanConfirmation(r row) (Confirmation, error) {
	var c Confirmation
	err := r.Scan(&c.GuildID, &c.ID, &c.UserID, &c.Kind, &c.Payload, &c.CreatedAt, &c.ExpiresAt)
	return c, err
}

// SaveConfirmation keeps a question. ErrExists when its id is taken.
func (s *Store) SaveConfirmation(ctx context.Context, q Confirmation) error {
	if err := checkIDs(q.GuildID, q.UserID); err != nil {
		return err
	}
	if q.ID == uuid.Nil || !json.Valid(q.Payload) {
		return fmt.Errorf("%w: a confirmation needs an id and a payload of JSON", ErrInvalid)
	}
	err := s.db.write(ctx, func(c conn) error {
		_, err := c.exec(`INSERT INTO confirmations (`+confirmationColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			q.GuildID, q.ID, q.UserID, q.Kind, q.Payload, q.CreatedAt, q.ExpiresAt)
		return err
	})
	return wrap("save confirmation", err)
}

// Confirmation returns a question, also one whose time is over: that is for the caller to judge.
// ErrNotFound when there is none, or it was answered or swept.
func (s *Store) Confirmation(ctx context.Context, guild snowflake.ID, id uuid.UUID) (Confirmation, error) {
	if err := checkIDs(guild); err != nil {
		return Confirmation{}, err
	}
	q, err := one(s.db.reader(ctx), scanConfirmation,
		`SELECT `+confirmationColumns+` FROM confirmations WHERE guild_id = $1 AND id = $2`, guild, id)
	return q, wrap("read confirmation", err)
}

// DeleteConfirmation forgets a question; ErrNotFound when it is gone already, so that of two presses on
// Cancel one wins.
func (s *Store) DeleteConfirmation(ctx context.Context, guild snowflake.ID, id uuid.UUID) error {
	if err := checkIDs(guild); err != nil {
		return err
	}
	err := s.db.write(ctx, func(c conn) error {
		n, err := c.exec(`DELETE FROM confirmations WHERE guild_id = $1 AND id = $2`, guild, id)
		if err == nil && n == 0 {
			return ErrNotFound
		}
		return err
	})
	return wrap("delete confirmation", err)
}
