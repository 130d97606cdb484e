package store

import (
	"context"
	"time"

	"github.com/disgoorg/snowflake/v2"
)

// HasPower is the reason of a role that the bot does not lend, because it has power over others.
const HasPower = "the role has power over others"

// RoleProblem is a role that the bot may not give or take.
type RoleProblem struct {
	GuildID   snowflake.ID `json:"guild_id" doc:"The guild." example:"1000000000000000001"`
	RoleID    snowflake.ID `json:"role_id" doc:"The role." example:"1000000000000000009"`
	Reason    string       `json:"reason" doc:"What Discord said, or why the bot itself does not give it." example:"Missing Permissions"`
	CreatedAt time.Time    `json:"created_at" doc:"When it was first met."`
}

const roleProblemColumns = `guild_id, role_id, reason, created_at`

func scanRoleProblem(r row) (RoleProblem, error) {
	var p RoleProblem
	err := r.Scan(&p.GuildID, &p.RoleID, &p.Reason, &p.CreatedAt)
	return p, err
}

// RoleProblems returns what is known of a guild's roles, by role.
func (s *Store) RoleProblems(ctx context.Context, guild snowflake.ID) ([]RoleProblem, error) {
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	found, err := list(s.db.reader(ctx), scanRoleProblem,
		`SELECT `+roleProblemColumns+` FROM role_problems WHERE guild_id = $1 ORDER BY role_id`, guild)
	return found, wrap("list role problems", err)
}

// CountRoleProblems returns how many roles cannot be given, and in how many guilds.
func (s *Store) CountRoleProblems(ctx context.Context) (roles, guilds int64, err error) {
	type counts struct{ roles, guilds int64 }
	n, err := one(s.db.reader(ctx), func(r row) (c counts, err error) { return c, r.Scan(&c.roles, &c.guilds) },
		`SELECT count(*), count(DISTINCT guild_id) FROM role_problems`)
	return n.roles, n.guilds, wrap("count role problems", err)
}

// SaveRoleProblem remembers a problem and reports whether it is new.
func (s *Store) SaveRoleProblem(ctx context.Context, p RoleProblem) (first bool, err error) {
	if err := checkIDs(p.GuildID, p.RoleID); err != nil {
		return false, err
	}
	err = s.db.write(ctx, func(c conn) error {
		n, err := c.exec(`INSERT INTO role_problems (`+roleProblemColumns+`) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
			p.GuildID, p.RoleID, p.Reason, moment(p.CreatedAt))
		first = n > 0
		return err
	})
	return first, wrap("save role problem", err)
}

// DeleteRoleProblem forgets a problem; it is no error when there is none.
func (s *Store) DeleteRoleProblem(ctx context.Context, guild, role snowflake.ID) error {
	if err := checkIDs(guild, role); err != nil {
		return err
	}
	return wrap("delete role problem", s.db.write(ctx, func(c conn) error {
		_, err := c.exec(`DELETE FROM role_problems WHERE guild_id = $1 AND role_id = $2`, guild, role)
		return err
	}))
}
