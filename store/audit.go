package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// AuditEntry says who changed what. Guild 0 is the installation itself. Whoever writes one fills the
// actor, the action, the subject and the values; the store fills what is still empty of ID, GuildID and
// CreatedAt from the change that it belongs to.
type AuditEntry struct {
	ID        uuid.UUID // a UUIDv7
	GuildID   snowflake.ID
	Actor     Actor
	Action    string          // what was done: "bytes.config"
	Subject   string          // what it was done to: "bytes settings"
	Before    json.RawMessage // the values before; nil when there were none
	After     json.RawMessage // the values after; nil when there are none
	CreatedAt time.Time
}

const auditColumns = `guild_id, id, actor_id, actor_name, source, action, subject, before, after, created_at`

func scanAudit(r row) (AuditEntry, error) {
	var a AuditEntry
	err := r.Scan(&a.GuildID, &a.ID, &a.Actor.ID, &a.Actor.Name, (*string)(&a.Actor.Source), &a.Action, &a.Subject, &a.Before, &a.After, &a.CreatedAt)
	return a, err
}

// Audit records something that is no change of the store's data, such as a sign-in.
func (s *Store) Audit(ctx context.Context, a AuditEntry) (AuditEntry, error) {
	if a.CreatedAt.IsZero() {
		a.CreatedAt = time.Now()
	}
	a.CreatedAt = moment(a.CreatedAt)
	if err := checkIDs(a.GuildID); err != nil {
		return AuditEntry{}, err
	}
	err := s.db.write(ctx, func(c conn) (err error) {
		a, err = writeAudit(c, a)
		return err
	})
	return a, wrap("write audit", err)
}

// AuditEntries returns the log of a guild (0 for the installation's), newest first, before the given id
// (nil for the first page), at most limit.
func (s *Store) AuditEntries(ctx context.Context, guild snowflake.ID, before *uuid.UUID, limit int) ([]AuditEntry, error) {
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	cursor := uuid.Max
	if before != nil {
		cursor = *before
	}
	found, err := list(s.db.reader(ctx), scanAudit, `SELECT `+auditColumns+` FROM audit
		WHERE guild_id = $1 AND id < $2 ORDER BY guild_id DESC, id DESC LIMIT $3`, guild, cursor, limit)
	return found, wrap("list audit", err)
}

// AuditEntry returns one entry of a guild's log, ErrNotFound when there is none.
func (s *Store) AuditEntry(ctx context.Context, guild snowflake.ID, id uuid.UUID) (AuditEntry, error) {
	if err := checkIDs(guild); err != nil {
		return AuditEntry{}, err
	}
	a, err := one(s.db.reader(ctx), scanAudit, `SELECT `+auditColumns+` FROM audit WHERE guild_id = $1 AND id = $2`, guild, id)
	return a, wrap("read audit", err)
}

// writeAudit belongs in the transaction of the change that it records.
func writeAudit(c conn, a AuditEntry) (AuditEntry, error) {
	if a.ID == uuid.Nil {
		a.ID = NewID(a.CreatedAt)
	}
	if a.Action == "" {
		return a, fmt.Errorf("%w: an audit entry needs an action", ErrInvalid)
	}
	if err := a.Actor.check(); err != nil {
		return a, err
	}
	_, err := c.exec(`INSERT INTO audit (`+auditColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.GuildID, a.ID, a.Actor.ID, a.Actor.Name, string(a.Actor.Source), a.Action, a.Subject, a.Before, a.After, a.CreatedAt)
	return a, err
}
