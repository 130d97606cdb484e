package store

import (
	"context"
	"fmt"

	"github.com/disgoorg/snowflake/v2"
)

// SquadRoles returns for each role that the squads of a guild give who must have it. Roles that are gone from
// Discord are left out.
func (s *Store) SquadRoles(ctx context.Context, guild snowflake.ID) (map[snowflake.ID][]snowflake.ID, error) {
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	type holder struct {
		role snowflake.ID
		user *snowflake.ID // nil: nobody has it
	}
	scan := func(r row) (h holder, err error) { return h, r.Scan(&h.role, &h.user) }
	roles := map[snowflake.ID][]snowflake.ID{}
	for h, err := range all(s.db.reader(ctx), scan, `SELECT s.role_id, m.user_id FROM squads s
		LEFT JOIN memberships m ON m.guild_id = s.guild_id AND m.squad_id = s.id AND m.ended_at IS NULL
		WHERE s.guild_id = $1 AND s.deleted_at IS NULL AND NOT s.role_gone`, guild) {
		if err != nil {
			return nil, wrap("list squad roles", err)
		}
		if h.user == nil {
			roles[h.role] = nil
			continue
		}
		roles[h.role] = append(roles[h.role], *h.user)
	}
	return roles, nil
}

// SquadRolesOf returns for each role that the squads of a guild give whether this member must have it. A
// role with a pending removal is one that they must not have, unless their squad gives it again.
func (s *Store) SquadRolesOf(ctx context.Context, guild, user snowflake.ID) (map[snowflake.ID]bool, error) {
	if err := checkIDs(guild, user); err != nil {
		return nil, err
	}
	type desired struct {
		role snowflake.ID
		has  bool
	}
	scan := func(r row) (d desired, err error) { return d, r.Scan(&d.role, &d.has) }
	roles := map[snowflake.ID]bool{}
	for d, err := range all(s.db.reader(ctx), scan, `SELECT s.role_id, m.user_id IS NOT NULL FROM squads s
		LEFT JOIN memberships m ON m.guild_id = s.guild_id AND m.squad_id = s.id AND m.user_id = $2 AND m.ended_at IS NULL
		WHERE s.guild_id = $1 AND s.deleted_at IS NULL AND NOT s.role_gone
		UNION ALL SELECT role_id, false FROM squad_role_debts WHERE guild_id = $1 AND user_id = $2`, guild, user) {
		if err != nil {
			return nil, wrap("list squad roles of a member", err)
		}
		roles[d.role] = roles[d.role] || d.has
	}
	return roles, nil
}

// PendingRemoval is a role that a member still carries although no squad gives it to them any more; it is to be removed in Discord.
type PendingRemoval struct {
	GuildID snowflake.ID
	UserID  snowflake.ID
	RoleID  snowflake.ID
}

func scanPendingRemoval(r row) (PendingRemoval, error) {
	var d PendingRemoval
	return d, r.Scan(&d.GuildID, &d.UserID, &d.RoleID)
}

// noteRemovals notes that every member of a squad still carries its role. A role that is gone needs no removal.
func noteRemovals(c conn, q Squad) error {
	if q.RoleGone {
		return nil
	}
	_, err := c.exec(`INSERT INTO squad_role_debts (guild_id, user_id, role_id)
		SELECT guild_id, user_id, $3 FROM memberships WHERE guild_id = $1 AND squad_id = $2 AND ended_at IS NULL
		ON CONFLICT DO NOTHING`, q.GuildID, q.ID, q.RoleID)
	if err != nil {
		return fmt.Errorf("note pending removals: %w", err)
	}
	return nil
}

// PendingRemovals returns the roles to remove in a guild, of one user when it is given, at most limit.
func (s *Store) PendingRemovals(ctx context.Context, guild snowflake.ID, user *snowflake.ID, limit int) ([]PendingRemoval, error) {
	if err := checkIDs(guild, value(user)); err != nil {
		return nil, err
	}
	found, err := list(s.db.reader(ctx), scanPendingRemoval, `SELECT guild_id, user_id, role_id FROM squad_role_debts
		WHERE guild_id = $1 AND (user_id = $2 OR $2 = 0) ORDER BY guild_id, user_id, role_id LIMIT $3`, guild, value(user), limit)
	return found, wrap("list pending removals", err)
}

// RemovalDone forgets a removal that was carried out; it is no error when it was forgotten before.
func (s *Store) RemovalDone(ctx context.Context, d PendingRemoval) error {
	if err := checkIDs(d.GuildID, d.UserID, d.RoleID); err != nil {
		return err
	}
	return wrap("forget pending removal", s.db.write(ctx, func(c conn) error {
		_, err := c.exec(`DELETE FROM squad_role_debts WHERE guild_id = $1 AND user_id = $2 AND role_id = $3`, d.GuildID, d.UserID, d.RoleID)
		return err
	}))
}
