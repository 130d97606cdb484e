package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"
)

// ChannelLock is a channel that a moderator locked.
type ChannelLock struct {
	GuildID   snowflake.ID
	ChannelID snowflake.ID
	Changes   []OverwriteChange // what was changed, in its order; none of a thread
	LockedBy  snowflake.ID
	LockedTag string
	Until     *time.Time // nil: until somebody unlocks it
	CreatedAt time.Time
}

// OverwriteChange is what a lock did to the overwrite of a role or member. Of all four sets only the bits of Mask count.
type OverwriteChange struct {
	ID          snowflake.ID `json:"id"`
	Member      bool         `json:"member,omitempty"` // else a role's
	Existed     bool         `json:"existed"`
	Mask        int64        `json:"mask"`
	AllowBefore int64        `json:"allow_before"`
	DenyBefore  int64        `json:"deny_before"`
	AllowAfter  int64        `json:"allow_after"`
	DenyAfter   int64        `json:"deny_after"`
}

// ChannelLock returns the lock of a channel; ErrNotFound when it has none.
func (s *Store) ChannelLock(ctx context.Context, guild, channel snowflake.ID) (ChannelLock, error) {
	if err := checkIDs(guild, channel); err != nil {
		return ChannelLock{}, err
	}
	l, err := one(s.db.reader(ctx), func(r row) (l ChannelLock, err error) {
		var changes json.RawMessage
		if err := r.Scan(&l.GuildID, &l.ChannelID, &changes, &l.LockedBy, &l.LockedTag, &l.Until, &l.CreatedAt); err != nil {
			return l, err
		}
		return l, json.Unmarshal(changes, &l.Changes)
	}, `SELECT guild_id, channel_id, changes, locked_by, locked_tag, ends_at, created_at FROM channel_locks WHERE guild_id = $1 AND channel_id = $2`, guild, channel)
	return l, wrap("read the lock of a channel", err)
}

// AddChannelLock keeps a lock before Discord is asked for it, with the audit entry and the jobs of then. It fails with
// ErrExists when the channel has one.
func (s *Store) AddChannelLock(ctx context.Context, l ChannelLock, actor Actor, then ...river.JobArgs) error {
	if err := checkIDs(l.GuildID, l.ChannelID, l.LockedBy); err != nil {
		return err
	}
	if l.Changes == nil {
		l.Changes = []OverwriteChange{}
	}
	changes, err := json.Marshal(l.Changes)
	if err != nil {
		return err
	}
	at := moment(l.CreatedAt)
	if l.Until != nil {
		l.Until = new(moment(*l.Until))
	}
	return wrap("lock a channel", s.db.write(ctx, func(c conn) error {
		n, err := c.exec(`INSERT INTO channel_locks (guild_id, channel_id, changes, locked_by, locked_tag, ends_at, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`, l.GuildID, l.ChannelID, string(changes), l.LockedBy, l.LockedTag, l.Until, at)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrExists
		}
		if err := writeChange(c, actor.Entry("channel.lock", "channel "+l.ChannelID.String()), l.GuildID, at, nil, map[string]any{"until": l.Until}); err != nil {
			return err
		}
		return c.enqueue(then)
	}))
}

// RemoveChannelLock forgets a lock, with the audit entry and the jobs of then. It fails with ErrNotFound when the channel
// has none.
func (s *Store) RemoveChannelLock(ctx context.Context, guild, channel snowflake.ID, at time.Time, actor Actor, then ...river.JobArgs) error {
	if err := checkIDs(guild, channel); err != nil {
		return err
	}
	return wrap("unlock a channel", s.db.write(ctx, func(c conn) error {
		n, err := c.exec(`DELETE FROM channel_locks WHERE guild_id = $1 AND channel_id = $2`, guild, channel)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNotFound
		}
		if err := writeChange(c, actor.Entry("channel.unlock", "channel "+channel.String()), guild, moment(at), nil, nil); err != nil {
			return err
		}
		return c.enqueue(then)
	}))
}
