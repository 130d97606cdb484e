package world

import (
	"slices"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

const longestTimeout = 28 * 24 * time.Hour

// MemberInput is the body of changing a member.
type MemberInput struct {
	Nick    wire.Opt[string]    `json:"nick"`
	Roles   wire.Opt[[]ID]      `json:"roles"`
	Mute    wire.Opt[bool]      `json:"mute"`
	Deaf    wire.Opt[bool]      `json:"deaf"`
	Timeout wire.Opt[wire.Time] `json:"communication_disabled_until"`
	Channel wire.Opt[ID]        `json:"channel_id"` // voice; null disconnects
	Flags   wire.Opt[int]       `json:"flags"`
}

// EditMember changes a member: every part needs its own permission, and all is refused when one part is.
func (w *World) EditMember(by, guild, user ID, in MemberInput, reason string) (*wire.Member, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	m, err := g.member(user)
	if err != nil {
		return nil, err
	}
	if err := w.mayEdit(g, by, m, in); err != nil {
		return nil, err
	}
	if in.Nick.Set {
		if err := w.rename(g, by, m, in.Nick.Pointer(), reason); err != nil {
			return nil, err
		}
	}
	if in.Roles.Set {
		w.setRoles(g, by, g.members[user], in.Roles.Value, reason)
	}
	if in.Timeout.Set {
		w.setTimeout(g, by, g.members[user], in.Timeout.Pointer(), reason)
	}
	w.editVoice(g, by, user, in, reason)
	return g.members[user], nil
}

func (w *World) mayEdit(g *guild, by ID, m *wire.Member, in MemberInput) error {
	if in.Nick.Set {
		if err := w.mayRename(g, by, m); err != nil {
			return err
		}
	}
	if in.Roles.Set {
		if err := w.maySetRoles(g, by, m, in.Roles.Value); err != nil {
			return err
		}
	}
	if in.Timeout.Set {
		if err := w.mayTimeout(g, by, m, in.Timeout.Pointer()); err != nil {
			return err
		}
	}
	return w.mayEditVoice(g, by, m, in)
}

// mayTimeout needs MODERATE_MEMBERS and rank; the owner and administrators cannot be timed out.
func (w *World) mayTimeout(g *guild, by ID, m *wire.Member, until *wire.Time) error {
	if err := w.require(g, by, wire.ModerateMembers); err != nil {
		return err
	}
	if err := g.overMember(by, m); err != nil {
		return err
	}
	if until == nil {
		return nil
	}
	if g.base(m).Has(wire.Administrator) {
		return problem.MissingPermissions
	}
	if until.After(w.now().Add(longestTimeout)) {
		f := problem.NewForm()
		f.At("communication_disabled_until").Add("DATE_TIME_TYPE_TOO_FAR", "Members cannot be timed out for more than 28 days.")
		return f.Err()
	}
	return nil
}

func (w *World) setTimeout(g *guild, by ID, m *wire.Member, until *wire.Time, reason string) {
	changed := new(*m)
	changed.TimeoutUntil = until
	w.setMember(g, changed)
	w.log(g, by, wire.AuditMemberUpdate, m.User.ID, reason, nil,
		wire.AuditChange{Key: "communication_disabled_until", Old: value(m.TimeoutUntil), New: value(until)})
}

// Timeout takes a member's right to speak until an instant, or gives it back with nil.
func (w *World) Timeout(by, guild, user ID, until *wire.Time, reason string) (*wire.Member, error) {
	in := wire.Opt[wire.Time]{Set: true, Null: until == nil}
	if until != nil {
		in.Value = *until
	}
	return w.EditMember(by, guild, user, MemberInput{Timeout: in}, reason)
}

// AddRole gives a role: it needs MANAGE_ROLES, and the role must be below the giver's highest
// and be neither @everyone nor managed. Giving what is there is nothing.
func (w *World) AddRole(by, guild, user, role ID, reason string) error {
	return w.changeRole(by, guild, user, role, reason, true)
}

// RemoveRole takes a role, under the conditions of AddRole.
func (w *World) RemoveRole(by, guild, user, role ID, reason string) error {
	return w.changeRole(by, guild, user, role, reason, false)
}

func (w *World) changeRole(by, guild, user, role ID, reason string, give bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return err
	}
	m, err := g.member(user)
	if err != nil {
		return err
	}
	r, err := g.role(role)
	if err != nil {
		return err
	}
	if err := w.mayGive(g, by, r); err != nil {
		return err
	}
	want := slices.Clone(m.Roles)
	if give {
		want = append(want, role)
	} else {
		want = slices.DeleteFunc(want, func(id ID) bool { return id == role })
	}
	w.setRoles(g, by, m, want, reason)
	return nil
}

func (w *World) mayGive(g *guild, by ID, r *wire.Role) error {
	if err := w.require(g, by, wire.ManageRoles); err != nil {
		return err
	}
	if r.ID == g.wire.ID {
		return problem.InvalidRole
	}
	if r.Managed {
		return problem.MissingPermissions
	}
	return g.overRole(by, r)
}

func (w *World) maySetRoles(g *guild, by ID, m *wire.Member, want []ID) error {
	if err := w.require(g, by, wire.ManageRoles); err != nil {
		return err
	}
	f := problem.NewForm()
	for i, id := range want {
		if g.roles[id] == nil {
			f.At("roles", i).Add("ROLE_NOT_IN_GUILD", "Role %s is not in this guild.", id)
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	added, removed := difference(m.Roles, want)
	for _, id := range slices.Concat(added, removed) {
		if err := w.mayGive(g, by, g.roles[id]); err != nil {
			return err
		}
	}
	return nil
}

// setRoles puts the roles in place, and says nothing when nothing changes.
func (w *World) setRoles(g *guild, by ID, m *wire.Member, want []ID, reason string) {
	added, removed := difference(m.Roles, want)
	if len(added)+len(removed) == 0 {
		return
	}
	kept := slices.DeleteFunc(slices.Clone(m.Roles), func(id ID) bool { return slices.Contains(removed, id) })
	changed := new(*m)
	changed.Roles = slices.Concat(kept, added)
	w.setMember(g, changed)
	var changes []wire.AuditChange
	for _, c := range []struct {
		key   string
		roles []ID
	}{{"$add", added}, {"$remove", removed}} {
		if len(c.roles) > 0 {
			changes = append(changes, wire.AuditChange{Key: c.key, New: g.partialRoles(c.roles)})
		}
	}
	w.log(g, by, wire.AuditMemberRoleUpdate, m.User.ID, reason, nil, changes...)
}

func (g *guild) partialRoles(ids []ID) any {
	type partial struct {
		Name string `json:"name"`
		ID   ID     `json:"id"`
	}
	list := make([]partial, len(ids))
	for i, id := range ids {
		list[i] = partial{g.roles[id].Name, id}
	}
	return list
}

func difference(have, want []ID) (added, removed []ID) {
	for _, id := range want {
		if !slices.Contains(have, id) && !slices.Contains(added, id) {
			added = append(added, id)
		}
	}
	for _, id := range have {
		if !slices.Contains(want, id) {
			removed = append(removed, id)
		}
	}
	return added, removed
}
