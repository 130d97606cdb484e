// Package access computes what people may do in a guild, as Discord computes it: permissions, rank,
// and which roles and members somebody may act on. It is pure: it asks nobody and keeps nothing.
package access

import (
	"cmp"
	"slices"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
)

// whileTimedOut is all that Discord leaves a member who is timed out.
const whileTimedOut = discord.PermissionViewChannel | discord.PermissionReadMessageHistory

// needsSending are the permissions that are of no use without SEND_MESSAGES.
const needsSending = discord.PermissionMentionEveryone | discord.PermissionSendTTSMessages |
	discord.PermissionAttachFiles | discord.PermissionEmbedLinks

// Guild is what decides who may do what in a guild.
type Guild struct {
	ID    snowflake.ID // also the id of the role @everyone
	Owner snowflake.ID
	Roles []discord.Role // in any order
}

// Member is what a member's rights follow from.
type Member struct {
	ID            snowflake.ID
	Roles         []snowflake.ID // without @everyone
	TimedOutUntil *time.Time
}

// MemberOf is a member as Discord describes them.
func MemberOf(m discord.Member) Member {
	return Member{ID: m.User.ID, Roles: m.RoleIDs, TimedOutUntil: m.CommunicationDisabledUntil}
}

// TimedOut reports whether the member is timed out at a moment.
func (m Member) TimedOut(now time.Time) bool {
	return m.TimedOutUntil != nil && m.TimedOutUntil.After(now)
}

// Role finds a role of the guild.
func (g Guild) Role(id snowflake.ID) (discord.Role, bool) {
	at := slices.IndexFunc(g.Roles, func(r discord.Role) bool { return r.ID == id })
	if at < 0 {
		return discord.Role{}, false
	}
	return g.Roles[at], true
}

// Permissions is what a member may do in the guild, before the overwrites of any channel: everything
// for the owner and administrators, else what @everyone and their roles allow together. A member who
// is timed out has only what Discord leaves them.
func (g Guild) Permissions(m Member, now time.Time) discord.Permissions {
	return limited(g.base(m), m, now)
}

func (g Guild) base(m Member) discord.Permissions {
	if m.ID == g.Owner {
		return discord.PermissionsAll
	}
	var p discord.Permissions
	for _, r := range g.Roles {
		if r.ID == g.ID || slices.Contains(m.Roles, r.ID) {
			p = p.Add(r.Permissions)
		}
	}
	if p.Has(discord.PermissionAdministrator) {
		return discord.PermissionsAll
	}
	return p
}

// limited takes away what a member loses while they are timed out. Discord refuses a timeout for the
// owner and for administrators.
func limited(p discord.Permissions, m Member, now time.Time) discord.Permissions {
	if m.TimedOut(now) && !p.Has(discord.PermissionAdministrator) {
		return p & whileTimedOut
	}
	return p
}

// InChannel is what a member may do in a channel with these overwrites: first those of @everyone, then
// of all their roles together, then their own. It is nothing for somebody who cannot see the channel.
func (g Guild) InChannel(m Member, overwrites []discord.PermissionOverwrite, now time.Time) discord.Permissions {
	p := g.base(m)
	if p.Has(discord.PermissionAdministrator) {
		return p
	}
	var everyone, roles, own change
	for _, o := range overwrites {
		switch o := o.(type) {
		case discord.RolePermissionOverwrite:
			switch {
			case o.RoleID == g.ID:
				everyone = change{o.Allow, o.Deny}
			case slices.Contains(m.Roles, o.RoleID):
				roles = change{roles.allow | o.Allow, roles.deny | o.Deny}
			}
		case discord.MemberPermissionOverwrite:
			if o.UserID == m.ID {
				own = change{o.Allow, o.Deny}
			}
		}
	}
	p = own.on(roles.on(everyone.on(p)))
	if !p.Has(discord.PermissionViewChannel) {
		return 0
	}
	if !p.Has(discord.PermissionSendMessages) {
		p = p.Remove(needsSending)
	}
	return limited(p, m, now)
}

type change struct{ allow, deny discord.Permissions }

func (c change) on(p discord.Permissions) discord.Permissions { return p&^c.deny | c.allow }

// Allows reports whether permissions, which were computed for a guild or a channel, contain needed. An
// administrator may do everything.
func Allows(have, needed discord.Permissions) bool {
	return have.Has(discord.PermissionAdministrator) || have.Has(needed)
}

// Higher orders roles from the highest down. Of two at the same position, the one with the lower id is
// higher.
func Higher(a, b discord.Role) int {
	return cmp.Or(cmp.Compare(b.Position, a.Position), cmp.Compare(a.ID, b.ID))
}

// Above reports whether a is higher than b; no role is above itself.
func Above(a, b discord.Role) bool { return Higher(a, b) < 0 }

// Top is the highest role of a member; everybody has @everyone. The zero value is that of a guild
// without any role.
func (g Guild) Top(m Member) discord.Role {
	var top discord.Role
	found := false
	for _, r := range g.Roles {
		if (r.ID == g.ID || slices.Contains(m.Roles, r.ID)) && (!found || Above(r, top)) {
			top, found = r, true
		}
	}
	return top
}
