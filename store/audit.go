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
	ID        uuid.UUID       `json:"id" doc:"A UUIDv7."`
	GuildID   snowflake.ID    `json:"guild_id" doc:"The guild; 0 is the installation itself." example:"1000000000000000001"`
	ActorID   snowflake.ID    `json:"actor_id" doc:"Who did it; 0 when it was no person." example:"1000000000000000002"`
	ActorName string          `json:"actor_name" doc:"Their name at the time." example:"ada"`
	Action    string          `json:"action" doc:"What was done." example:"bytes.config"`
	Subject   string          `json:"subject" doc:"What it was done to." example:"bytes settings"`
	Before    json.RawMessage `json:"before" doc:"The values before; null when there were none."`
	After     json.RawMessage `json:"after" doc:"The values after; null when there are none."`
	CreatedAt time.Time       `json:"created_at" doc:"When."`
}

const auditColumns = `guild_id, id, actor_id, actor_name, action, subject, before, after, created_at`

func scanAudit(r row) (AuditEntry, error) {
	var a AuditEntry
	err := r.Scan(&a.GuildID, &a.ID, &a.ActorID, &a.ActorName, &a.Action, &a.Subject, &a.Before, &a.After, &a.CreatedAt)
	return a, err
}

// Audit records something that is no change of the store's data, such as a sign-in.
func (s *Store) Audit(ctx context.Context, a AuditEntry) (AuditEntry, error) {
	if a.CreatedAt.IsZero() {
		a.CreatedAt = time.Now()
	}
	a.CreatedAt = moment(a.CreatedAt)
	if err := checkIDs(a.GuildID, a.ActorID); err != nil {
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
	_, err := c.exec(`INSERT INTO audit (`+auditColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.GuildID, a.ID, a.ActorID, a.ActorName, a.Action, a.Subject, a.Before, a.After, a.CreatedAt)
	return a, err
}
