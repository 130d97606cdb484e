package world

import (
	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// while a member is timed out or quarantined by AutoMod, this is all that is left to them
const timedOut = wire.ViewChannel | wire.ReadMessageHistory

// directly is what both sides may do in a direct conversation
const directly = wire.ViewChannel | wire.SendMessages | wire.ReadMessageHistory | wire.EmbedLinks | wire.AttachFiles |
	wire.AddReactions | wire.UseExternalEmojis | wire.UseExternalStickers | wire.SendVoiceMessages | wire.SendPolls |
	wire.UseCommands | wire.MentionEveryone | wire.PinMessages

// what cannot be used without SEND_MESSAGES
const needsSending = wire.MentionEveryone | wire.SendTTSMessages | wire.AttachFiles | wire.EmbedLinks

// base is what someone may do in the guild, before any channel's overwrites.
func (w *World) base(g *guild, user ID) wire.Permissions {
	m := g.members[user]
	if m == nil {
		return 0
	}
	return w.timeoutMask(g, m, g.base(m))
}

func (g *guild) base(m *wire.Member) wire.Permissions {
	if g.wire.OwnerID == m.User.ID {
		return wire.AllPermissions
	}
	p := g.roles[g.wire.ID].Permissions
	for _, id := range m.Roles {
		if r := g.roles[id]; r != nil {
			p |= r.Permissions
		}
	}
	if p.Has(wire.Administrator) {
		return wire.AllPermissions
	}
	return p
}

func (w *World) timeoutMask(g *guild, m *wire.Member, p wire.Permissions) wire.Permissions {
	if (w.isTimedOut(m) || m.Flags&quarantined != 0) && p != wire.AllPermissions {
		return p & timedOut
	}
	return p
}

func (w *World) isTimedOut(m *wire.Member) bool {
	return m.TimeoutUntil != nil && m.TimeoutUntil.After(w.now())
}

// allowed is what someone may do in a channel; nothing for those who are not there.
func (w *World) allowed(user ID, ch *channel) wire.Permissions {
	if ch.guild == nil {
		if user == w.app.BotID || ch.wire.Recipients[0].ID == user {
			return directly
		}
		return 0
	}
	m := ch.guild.members[user]
	if m == nil {
		return 0
	}
	p := ch.guild.base(m)
	if p == wire.AllPermissions {
		return p
	}
	place := ch
	if ch.joined != nil {
		place = w.parentOf(ch)
	}
	p = overwritten(p, ch.guild.wire.ID, m, place.wire.Overwrites)
	if !p.Has(wire.ViewChannel) {
		return 0
	}
	if ch.joined != nil {
		if ch.wire.Type == wire.PrivateThread && ch.joined[user] == nil && !p.Has(wire.ManageThreads) {
			return 0
		}
		p &^= wire.SendMessages // has no effect in threads: another bit decides
		if p.Has(wire.SendInThreads) {
			p |= wire.SendMessages
		}
	}
	if !p.Has(wire.SendMessages) {
		p &^= needsSending
	}
	return w.timeoutMask(ch.guild, m, p)
}

// overwritten applies a channel's overwrites in Discord's order: everyone, all roles, the member.
func overwritten(p wire.Permissions, everyone ID, m *wire.Member, list []wire.Overwrite) wire.Permissions {
	var allow, deny wire.Permissions
	var own *wire.Overwrite
	for i := range list {
		o := &list[i]
		switch {
		case o.Type == 0 && o.ID == everyone:
			p = p&^o.Deny | o.Allow
		case o.Type == 0 && hasRole(m, o.ID):
			allow |= o.Allow
			deny |= o.Deny
		case o.Type == 1 && o.ID == m.User.ID:
			own = o
		}
	}
	p = p&^deny | allow
	if own != nil {
		p = p&^own.Deny | own.Allow
	}
	return p
}

func hasRole(m *wire.Member, role ID) bool {
	for _, id := range m.Roles {
		if id == role {
			return true
		}
	}
	return false
}

// above compares two roles; among equals the older one is higher.
func above(a, b *wire.Role) bool {
	if a.Position != b.Position {
		return a.Position > b.Position
	}
	return a.ID < b.ID
}

// top is a member's highest role.
func (g *guild) top(m *wire.Member) *wire.Role {
	best := g.roles[g.wire.ID]
	for _, id := range m.Roles {
		if r := g.roles[id]; r != nil && above(r, best) {
			best = r
		}
	}
	return best
}

// overRole returns 50013 unless someone is above a role.
func (g *guild) overRole(by ID, r *wire.Role) error {
	if g.wire.OwnerID == by || above(g.top(g.members[by]), r) {
		return nil
	}
	return problem.MissingPermissions
}

// overMember returns 50013 unless someone is above a member. Nobody is above the owner.
func (g *guild) overMember(by ID, m *wire.Member) error {
	switch {
	case g.wire.OwnerID == m.User.ID:
		return problem.MissingPermissions
	case g.wire.OwnerID == by || above(g.top(g.members[by]), g.top(m)):
		return nil
	}
	return problem.MissingPermissions
}

// Permissions is what someone may do in a channel, as Discord computes it; 0 when they are not there.
func (w *World) Permissions(user, channel ID) wire.Permissions {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ch := w.chans[channel]; ch != nil {
		return w.allowed(user, ch)
	}
	return 0
}

// GuildPermissions is what someone may do in a guild before any channel's overwrites.
func (w *World) GuildPermissions(user, guild ID) wire.Permissions {
	w.mu.Lock()
	defer w.mu.Unlock()
	if g := w.guilds[guild]; g != nil {
		return w.base(g, user)
	}
	return 0
}
