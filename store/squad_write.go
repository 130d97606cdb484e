package store

import (
	"context"
	"slices"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

// CreateSquad adds a squad behind the others of its guild, with the audit entry, and returns it with its id,
// place and times; q.UpdatedAt is when, now if it is zero. ErrExists when its role serves another squad.
func (s *Store) CreateSquad(ctx context.Context, q Squad, actor Actor) (Squad, error) {
	if err := q.check(); err != nil {
		return Squad{}, err
	}
	if q.UpdatedAt.IsZero() {
		q.UpdatedAt = time.Now()
	}
	q.UpdatedAt = moment(q.UpdatedAt)
	q.ID, q.CreatedAt, q.MemberCount, q.Version, q.DeletedAt = NewID(q.UpdatedAt), q.UpdatedAt, 0, 1, nil
	err := s.db.write(ctx, func(c conn) (err error) {
		q.Position, err = one(c, scalar[int64], `INSERT INTO squads (guild_id, id, role_id, name, description, switch_cost,
			join_cost, max_members, position, is_active, role_gone, version, created_at, updated_at)
			SELECT $1, $2, $3, $4, $5, $6, $7, $8, coalesce(max(position) + 1, 0), $9, $10, $11, $12, $13
			FROM squads WHERE guild_id = $1 AND deleted_at IS NULL RETURNING position`,
			q.GuildID, q.ID, q.RoleID, q.Name, q.Description, q.SwitchCost, q.JoinCost, q.MaxMembers,
			q.Active, q.RoleGone, q.Version, q.CreatedAt, q.UpdatedAt)
		if err != nil {
			return err
		}
		return writeChange(c, actor.Entry("squad.create", q.Name), q.GuildID, q.UpdatedAt, nil, q)
	})
	return q, wrap("create squad", err)
}

// UpdateSquad changes what an admin decides of a squad, with an audit entry: change gets the squad as it is and
// returns what it becomes. All of it is one transaction. change only computes, may run more than once, and what
// it says of id, guild, position, member count, version and creation is ignored; its UpdatedAt is when, now if it
// is left as it was. An error of change is returned and nothing is written.
//
// With another role, every member still carries the old one (see PendingRemovals), and only then the jobs are
// inserted. With ifVersion the squad must be of that version, else ErrStale. ErrNotFound when there is none,
// ErrExists when the role serves another.
func (s *Store) UpdateSquad(ctx context.Context, guild snowflake.ID, id uuid.UUID, ifVersion *int64, actor Actor,
	change func(Squad) (Squad, error), otherRole ...river.JobArgs) (Squad, error) {
	if err := checkIDs(guild); err != nil {
		return Squad{}, err
	}
	var saved Squad
	err := s.db.write(ctx, func(c conn) error {
		old, err := lockSquad(c, guild, id)
		if err != nil {
			return err
		}
		if ifVersion != nil && *ifVersion != old.Version {
			return ErrStale
		}
		if saved, err = change(old); err != nil {
			return err
		}
		saved = saved.after(old)
		if err := saved.check(); err != nil {
			return err
		}
		_, err = c.exec(`UPDATE squads SET role_id = $3, name = $4, description = $5, switch_cost = $6, join_cost = $7,
			max_members = $8, is_active = $9, role_gone = $10, version = $11, updated_at = $12 WHERE guild_id = $1 AND id = $2`,
			guild, id, saved.RoleID, saved.Name, saved.Description, saved.SwitchCost, saved.JoinCost,
			saved.MaxMembers, saved.Active, saved.RoleGone, saved.Version, saved.UpdatedAt)
		if err != nil {
			return err
		}
		if saved.RoleID != old.RoleID {
			if err := noteRemovals(c, old); err != nil {
				return err
			}
			if err := c.enqueue(otherRole); err != nil {
				return err
			}
		}
		return writeChange(c, actor.Entry("squad.update", saved.Name), guild, saved.UpdatedAt, old, saved)
	})
	return saved, wrap("update squad", err)
}

// after is the squad with what a change must not decide taken from old, as its next version.
func (q Squad) after(old Squad) Squad {
	if q.UpdatedAt.Equal(old.UpdatedAt) {
		q.UpdatedAt = time.Now()
	}
	q.UpdatedAt = moment(q.UpdatedAt)
	q.GuildID, q.ID, q.Position, q.MemberCount = old.GuildID, old.ID, old.Position, old.MemberCount
	q.Version, q.CreatedAt, q.DeletedAt = old.Version+1, old.CreatedAt, nil
	return q
}

// DeleteSquad removes a squad: its members leave it and still carry its role (see PendingRemovals); the audit entry and the
// jobs are written with it. It returns the squad as it was. ErrNotFound and ErrStale as in UpdateSquad.
func (s *Store) DeleteSquad(ctx context.Context, guild snowflake.ID, id uuid.UUID, ifVersion *int64, at time.Time, actor Actor, then ...river.JobArgs) (Squad, error) {
	if err := checkIDs(guild); err != nil {
		return Squad{}, err
	}
	at = moment(at)
	var deleted Squad
	err := s.db.write(ctx, func(c conn) (err error) {
		if deleted, err = lockSquad(c, guild, id); err != nil {
			return err
		}
		if ifVersion != nil && *ifVersion != deleted.Version {
			return ErrStale
		}
		if err := noteRemovals(c, deleted); err != nil {
			return err
		}
		_, err = c.exec(`UPDATE memberships SET ended_at = $3, ended_by = $4
			WHERE guild_id = $1 AND squad_id = $2 AND ended_at IS NULL`, guild, id, at, string(EndDeleted))
		if err != nil {
			return err
		}
		_, err = c.exec(`UPDATE squads SET is_active = $3, deleted_at = $4, updated_at = $4 WHERE guild_id = $1 AND id = $2`,
			guild, id, false, at)
		if err != nil {
			return err
		}
		if err := writeChange(c, actor.Entry("squad.delete", deleted.Name), guild, at, deleted, nil); err != nil {
			return err
		}
		return c.enqueue(then)
	})
	return deleted, wrap("delete squad", err)
}

// OrderSquads puts a guild's squads into the order of ids and returns them. ErrStale when ids are not exactly
// those of its squads.
func (s *Store) OrderSquads(ctx context.Context, guild snowflake.ID, ids []uuid.UUID, at time.Time, actor Actor) ([]Squad, error) {
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	at = moment(at)
	var ordered []Squad
	err := s.db.write(ctx, func(c conn) error {
		held, err := list(c, scalar[uuid.UUID], `SELECT id FROM squads WHERE guild_id = $1 AND deleted_at IS NULL ORDER BY id`+
			c.dialect().forUpdate, guild)
		if err != nil {
			return err
		}
		if len(held) != len(ids) {
			return ErrStale
		}
		squads, err := squadsIn(c, guild)
		if err != nil {
			return err
		}
		before := make([]uuid.UUID, len(squads))
		ordered = make([]Squad, len(squads))
		for i, q := range squads {
			before[i] = q.ID
			at := slices.Index(ids, q.ID)
			if at < 0 || ordered[at].ID != uuid.Nil {
				return ErrStale
			}
			ordered[at] = q
		}
		for i := range ordered {
			q := &ordered[i]
			if q.Position == int64(i) {
				continue
			}
			q.Position, q.UpdatedAt = int64(i), at
			q.Version++
			_, err := c.exec(`UPDATE squads SET position = $3, version = $4, updated_at = $5 WHERE guild_id = $1 AND id = $2`,
				guild, q.ID, q.Position, q.Version, at)
			if err != nil {
				return err
			}
		}
		if slices.Equal(before, ids) {
			return nil
		}
		return writeChange(c, actor.Entry("squad.order", "squads"), guild, at, before, ids)
	})
	return ordered, wrap("order squads", err)
}

// LoseRole makes the squad of a role that is gone from Discord inactive, with the audit entry, and returns it.
// ErrNotFound when no squad has the role, or it is known.
func (s *Store) LoseRole(ctx context.Context, guild, role snowflake.ID, at time.Time, actor Actor) (Squad, error) {
	if err := checkIDs(guild, role); err != nil {
		return Squad{}, err
	}
	at = moment(at)
	var lost Squad
	err := s.db.write(ctx, func(c conn) error {
		id, err := one(c, scalar[uuid.UUID], `SELECT id FROM squads
			WHERE guild_id = $1 AND role_id = $2 AND deleted_at IS NULL`, guild, role)
		if err != nil {
			return err
		}
		old, err := lockSquad(c, guild, id)
		if err != nil {
			return err
		}
		if old.RoleID != role || old.RoleGone {
			return ErrNotFound
		}
		lost = old
		lost.Active, lost.RoleGone, lost.Version, lost.UpdatedAt = false, true, old.Version+1, at
		_, err = c.exec(`UPDATE squads SET is_active = $3, role_gone = $4, version = $5, updated_at = $6 WHERE guild_id = $1 AND id = $2`,
			guild, id, false, true, lost.Version, at)
		if err != nil {
			return err
		}
		return writeChange(c, actor.Entry("squad.role_deleted", role.String()), guild, at, old, lost)
	})
	return lost, wrap("lose role", err)
}
