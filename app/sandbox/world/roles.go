package world

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

const mostRoles = 250

// Roles lists a guild's roles, lowest first.
func (w *World) Roles(by, guild ID) ([]*wire.Role, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	return g.sortedRoles(), nil
}

// Role returns one role, or 10011.
func (w *World) Role(by, guild, role ID) (*wire.Role, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	return g.role(role)
}

func (w *World) setRole(g *guild, event string, r *wire.Role) {
	g.roles[r.ID] = r
	w.everyone(event, g, struct {
		GuildID ID         `json:"guild_id"`
		Role    *wire.Role `json:"role"`
	}{g.wire.ID, r})
}

// CreateRole makes a role just above @everyone. It needs MANAGE_ROLES, and every permission that it gives.
func (w *World) CreateRole(by, guild ID, in wire.RoleInput, reason string) (*wire.Role, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	if err := w.require(g, by, wire.ManageRoles); err != nil {
		return nil, err
	}
	if len(g.roles) >= mostRoles {
		return nil, problem.TooManyRoles
	}
	r := &wire.Role{ID: w.next(), Name: "new role", Position: 1, Permissions: g.roles[guild].Permissions}
	if err := w.fillRole(g, by, r, in); err != nil {
		return nil, err
	}
	for _, other := range g.sortedRoles() {
		if other.ID != guild {
			other = new(*other)
			other.Position++
			g.roles[other.ID] = other
		}
	}
	w.setRole(g, "GUILD_ROLE_CREATE", r)
	w.log(g, by, wire.AuditRoleCreate, r.ID, reason, nil, wire.AuditChange{Key: "name", New: r.Name})
	return r, nil
}

// EditRole changes a role below the changer's highest, under the conditions of CreateRole.
func (w *World) EditRole(by, guild, role ID, in wire.RoleInput, reason string) (*wire.Role, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, old, err := w.roleUnder(by, guild, role)
	if err != nil {
		return nil, err
	}
	r := new(*old)
	if err := w.fillRole(g, by, r, in); err != nil {
		return nil, err
	}
	w.setRole(g, "GUILD_ROLE_UPDATE", r)
	w.log(g, by, wire.AuditRoleUpdate, role, reason, nil, wire.AuditChange{Key: "name", Old: old.Name, New: r.Name})
	return r, nil
}

// DeleteRole deletes a role below the deleter's highest and takes it from its members.
func (w *World) DeleteRole(by, guild, role ID, reason string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, r, err := w.roleUnder(by, guild, role)
	if err != nil {
		return err
	}
	if role == guild {
		return problem.InvalidRole
	}
	if r.Managed {
		return problem.MissingPermissions
	}
	delete(g.roles, role)
	for _, id := range g.sorted {
		if m := g.members[id]; hasRole(m, role) {
			// Discord tells only of the role; clients take it from the members themselves.
			m = new(*m)
			m.Roles = slices.DeleteFunc(slices.Clone(m.Roles), func(id ID) bool { return id == role })
			g.members[id] = m
		}
	}
	w.everyone("GUILD_ROLE_DELETE", g, struct {
		GuildID ID `json:"guild_id"`
		RoleID  ID `json:"role_id"`
	}{guild, role})
	w.log(g, by, wire.AuditRoleDelete, role, reason, nil, wire.AuditChange{Key: "name", Old: r.Name})
	return nil
}

// MoveRoles gives roles new positions; none may come from or go above the mover's highest.
func (w *World) MoveRoles(by, guild ID, positions map[ID]int, reason string) ([]*wire.Role, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	if err := w.require(g, by, wire.ManageRoles); err != nil {
		return nil, err
	}
	for id, position := range positions {
		r, err := g.role(id)
		if err != nil {
			return nil, err
		}
		if err := g.overRole(by, r); err != nil {
			return nil, err
		}
		if g.wire.OwnerID != by && position >= g.top(g.members[by]).Position {
			return nil, problem.MissingPermissions
		}
	}
	for id, position := range positions {
		r := new(*g.roles[id])
		r.Position = position
		w.setRole(g, "GUILD_ROLE_UPDATE", r)
		w.log(g, by, wire.AuditRoleUpdate, id, reason, nil, wire.AuditChange{Key: "position", New: position})
	}
	return g.sortedRoles(), nil
}

func (w *World) roleUnder(by, guild, role ID) (*guild, *wire.Role, error) {
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, nil, err
	}
	r, err := g.role(role)
	if err != nil {
		return nil, nil, err
	}
	if err := w.require(g, by, wire.ManageRoles); err != nil {
		return nil, nil, err
	}
	return g, r, g.overRole(by, r)
}

func (w *World) fillRole(g *guild, by ID, r *wire.Role, in wire.RoleInput) error {
	f := problem.NewForm()
	if in.Name.Set && !in.Name.Null && r.ID != g.wire.ID {
		f.At("name").Length(in.Name.Value, 1, 100)
		r.Name = in.Name.Value
	}
	if in.Color.Set && !in.Color.Null {
		f.At("color").Range(in.Color.Value, 0, 0xffffff)
		r.Color, r.Colors = in.Color.Value, wire.RoleColors{Primary: in.Color.Value}
	}
	if in.Colors.Set && !in.Colors.Null {
		f.At("colors", "primary_color").Range(in.Colors.Value.Primary, 0, 0xffffff)
		r.Color, r.Colors = in.Colors.Value.Primary, in.Colors.Value
	}
	if in.Hoist.Set && !in.Hoist.Null {
		r.Hoist = in.Hoist.Value
	}
	if in.Mentionable.Set && !in.Mentionable.Null {
		r.Mentionable = in.Mentionable.Value
	}
	if err := f.Err(); err != nil {
		return err
	}
	if in.Permissions.Set && !in.Permissions.Null {
		if given := in.Permissions.Value &^ r.Permissions; !w.base(g, by).Has(given) {
			return problem.MissingPermissions
		}
		r.Permissions = in.Permissions.Value & wire.AllPermissions
	}
	return nil
}
