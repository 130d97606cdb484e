package access

import (
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Refusal says why something is not possible; the empty one says that it is.
type Refusal string

// The reasons. Of several that hold, the first in this order is the one that is returned.
const (
	UnknownRole   Refusal = "unknown_role"    // the guild has no such role
	EveryoneRole  Refusal = "everyone_role"   // everybody has @everyone
	ManagedRole   Refusal = "managed_role"    // an integration owns it
	PowerfulRole  Refusal = "powerful_role"   // it holds a permission that is power over others
	NoManageRoles Refusal = "no_manage_roles" // the one who acts may not manage roles
	RoleTooHigh   Refusal = "role_too_high"   // the role is not below the highest of the one who acts
	BotCannot     Refusal = "bot_cannot"      // the bot may not manage roles, or the role is not below its own

	Self        Refusal = "self"         // nobody acts on themselves
	BotItself   Refusal = "bot_itself"   // nor on this bot
	GuildOwner  Refusal = "guild_owner"  // nobody is above the owner
	MemberRank  Refusal = "member_rank"  // the member is not above the other
	BotRank     Refusal = "bot_rank"     // the bot is not above the other
	NotAMember  Refusal = "not_a_member" // the one who acts is not in the guild
	NoAuthority Refusal = "no_authority" // nobody in particular acts
)

// power is the permissions that are power over others or over the guild. The bot lends none of them.
const power = discord.PermissionAdministrator |
	discord.PermissionManageChannels | discord.PermissionManageGuild | discord.PermissionManageMessages |
	discord.PermissionManageNicknames | discord.PermissionManageRoles | discord.PermissionManageWebhooks |
	discord.PermissionManageGuildExpressions | discord.PermissionManageEvents | discord.PermissionManageThreads |
	discord.PermissionKickMembers | discord.PermissionBanMembers | discord.PermissionModerateMembers |
	discord.PermissionMentionEveryone | discord.PermissionViewAuditLog

// Power is the part of permissions that is power over others: Administrator, every Manage permission,
// Kick, Ban and Moderate Members, Mention Everyone and View Audit Log.
func Power(p discord.Permissions) discord.Permissions { return p & power }

// MayAssign says whether a member may give a role or take it, as Discord decides: it exists, is neither
// @everyone nor managed, the member may manage roles, and it is below their highest role unless they
// own the guild.
func (g Guild) MayAssign(m Member, role snowflake.ID, now time.Time) Refusal {
	r, why := g.assignable(role)
	if why != "" {
		return why
	}
	if !Allows(g.Permissions(m, now), discord.PermissionManageRoles) {
		return NoManageRoles
	}
	if m.ID != g.Owner && !Above(g.Top(m), r) {
		return RoleTooHigh
	}
	return ""
}

// assignable finds a role and says whether anybody could be given it.
func (g Guild) assignable(role snowflake.ID) (discord.Role, Refusal) {
	r, exists := g.Role(role)
	switch {
	case !exists:
		return r, UnknownRole
	case role == g.ID:
		return r, EveryoneRole
	case r.Managed:
		return r, ManagedRole
	}
	return r, ""
}

// MayLend says whether the bot may give a role on behalf of others, now: it holds no power, and the bot
// may assign it.
func (g Guild) MayLend(bot Member, role snowflake.ID, now time.Time) Refusal {
	if why := g.harmless(role); why != "" {
		return why
	}
	if g.MayAssign(bot, role, now) != "" {
		return BotCannot
	}
	return ""
}

// harmless says whether a role could be lent at all.
func (g Guild) harmless(role snowflake.ID) Refusal {
	r, why := g.assignable(role)
	if why == "" && Power(r.Permissions) != 0 {
		return PowerfulRole
	}
	return why
}

// MayName says whether somebody may name a role that the bot then gives to others. A role with power
// cannot be named by anybody. actor is the member on whose behalf it is; nil when they are not in the
// guild, or nobody's. bot is the bot itself.
func (g Guild) MayName(by Authority, actor *Member, bot Member, role snowflake.ID, now time.Time) Refusal {
	if why := g.harmless(role); why != "" {
		return why
	}
	switch by.kind {
	case owner:
		return ""
	case key:
		return g.MayLend(bot, role, now)
	case member:
		if actor == nil || actor.ID != by.user {
			return NotAMember
		}
		return g.MayAssign(*actor, role, now)
	}
	return NoAuthority
}

// Text says it to the person who named a role; it is empty for the empty refusal.
func (r Refusal) Text() i18n.Text {
	switch r {
	case "":
		return i18n.Text{}
	case UnknownRole:
		return i18n.M("This role does not exist in Discord. Choose one that does.")
	case EveryoneRole:
		return i18n.M("Everybody has the @everyone role already. Choose another role.")
	case ManagedRole:
		return i18n.M("This role belongs to an integration, so nobody can be given it. Choose another role.")
	case PowerfulRole:
		return i18n.M("This role has moderation permissions, such as Ban Members or Manage Messages, which the bot does not hand out. Choose a role without them.")
	case NoManageRoles:
		return i18n.M("You need the Manage Roles permission in Discord to choose a role that the bot gives.")
	case RoleTooHigh:
		return i18n.M("This role is not below your own highest role, so the bot cannot give it to others for you. Choose a lower one.")
	case BotCannot:
		return i18n.M("The bot cannot give this role: it needs the Manage Roles permission and a role of its own above this one.")
	case NotAMember:
		return i18n.M("You are not a member of this server, so you cannot choose a role in it.")
	}
	return i18n.M("This role cannot be chosen.")
}

// Fault is what a form or a request is told that names a role in a field: invalid_role. It is nil for the
// empty refusal.
func (r Refusal) Fault(field string) error {
	if r == "" {
		return nil
	}
	why := r.Text()
	return &fault.Error{Kind: fault.Invalid, Code: "invalid_role", Message: why.String(), Format: why.Sentence,
		Fields: []fault.Field{{Name: field, Message: why.String(), Format: why.Sentence}}}
}

// MayActOn says whether a moderator may act on a member by way of the bot: not on themselves, the bot
// or the owner, and both the moderator and the bot are above the member. Rank alone is judged here;
// the permission that the act needs is looked at with Permissions.
func (g Guild) MayActOn(moderator, bot, target Member) Refusal {
	switch {
	case target.ID == moderator.ID:
		return Self
	case target.ID == bot.ID:
		return BotItself
	case target.ID == g.Owner:
		return GuildOwner
	case moderator.ID != g.Owner && !Above(g.Top(moderator), g.Top(target)):
		return MemberRank
	case bot.ID != g.Owner && !Above(g.Top(bot), g.Top(target)):
		return BotRank
	}
	return ""
}
