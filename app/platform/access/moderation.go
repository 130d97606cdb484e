package access

import (
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
)

// Act is something that a moderator does by way of the bot.
type Act string

// The acts. Those on a person have the names of the actions of cases.
const (
	Warn       Act = "warn"
	Timeout    Act = "timeout"
	Untimeout  Act = "untimeout"
	Kick       Act = "kick"
	Ban        Act = "ban"
	Unban      Act = "unban"
	Softban    Act = "softban"
	Note       Act = "note"
	BulkBan    Act = "bulk_ban"    // a massban, or the ban of a raid; rank is judged for each person
	ReadCases  Act = "read_cases"  // cases, histories, reports
	EditBan    Act = "edit_ban"    // a case of a ban, unban or softban
	EditKick   Act = "edit_kick"   // a case of a kick
	EditOther  Act = "edit_member" // a case of a warning or timeout
	EditNote   Act = "edit_note"   // a case of a note
	SetUp      Act = "set_up"      // settings, rules, imports, raid mode
	HandleRaid Act = "handle_raid" // panic on, appeals
)

// More reasons not to act on somebody.
const (
	NotAllowed    Refusal = "not_allowed"    // the one who acts lacks the permission
	BotNotAllowed Refusal = "bot_permission" // the bot lacks it
	Administrator Refusal = "admin_target"   // Discord times out no administrators
	NotThere      Refusal = "not_member"     // the person is not in the guild
	NotTheirs     Refusal = "not_theirs"     // the case is another moderator's who is not below
)

// moderators hold at least one of these.
const moderators = discord.PermissionKickMembers | discord.PermissionBanMembers | discord.PermissionModerateMembers

// needs is what an act asks of those who take part in it.
type needs struct {
	all    discord.Permissions // which the one who acts holds together
	any    discord.Permissions // or of which they hold one; 0: not asked
	bot    discord.Permissions // which the bot holds
	person bool                // it is done to a person: not oneself, the bot or the owner, and by rank
	rank   bool                // the bot is above them too
	there  bool                // they are in the guild
}

// acts is the right for each act. Everything that asks what somebody may do asks here.
var acts = map[Act]needs{
	Warn:       {all: discord.PermissionModerateMembers, person: true, there: true},
	Timeout:    {all: discord.PermissionModerateMembers, bot: discord.PermissionModerateMembers, person: true, rank: true, there: true},
	Untimeout:  {all: discord.PermissionModerateMembers, bot: discord.PermissionModerateMembers, person: true, rank: true, there: true},
	Kick:       {all: discord.PermissionKickMembers, bot: discord.PermissionKickMembers, person: true, rank: true, there: true},
	Ban:        {all: discord.PermissionBanMembers, bot: discord.PermissionBanMembers, person: true, rank: true},
	Unban:      {all: discord.PermissionBanMembers, bot: discord.PermissionBanMembers},
	Softban:    {all: discord.PermissionBanMembers, bot: discord.PermissionBanMembers, person: true, rank: true},
	Note:       {any: moderators | discord.PermissionManageGuild},
	BulkBan:    {all: discord.PermissionBanMembers | discord.PermissionManageGuild, bot: discord.PermissionBanMembers},
	ReadCases:  {any: moderators | discord.PermissionManageGuild},
	EditBan:    {all: discord.PermissionBanMembers},
	EditKick:   {all: discord.PermissionKickMembers},
	EditOther:  {all: discord.PermissionModerateMembers},
	EditNote:   {any: moderators | discord.PermissionManageGuild},
	SetUp:      {all: discord.PermissionManageGuild},
	HandleRaid: {any: discord.PermissionManageGuild | discord.PermissionBanMembers},
}

// Target is whom an act is done to.
type Target struct {
	ID     snowflake.ID
	Member *Member // nil: they are not in the guild
}

// Verdict says whether something may be done.
type Verdict struct {
	Refusal Refusal             // empty: it may
	Missing discord.Permissions // what lacks, with NotAllowed and BotNotAllowed; of several any one would do with NotAllowed of ReadCases and Note
}

// Allowed reports whether it may be done.
func (v Verdict) Allowed() bool { return v.Refusal == "" }

// MayDo says whether somebody may do an act to a person by way of the bot. moderator is the member on whose behalf it
// is; nil when they are not in the guild, or nobody's. On behalf of a key or a rule the bot's own rank decides. target
// is nil for acts that are done to nobody. Of several refusals the first wins in this order: the right of the one who
// acts, who the person is, the rank of the one who acts, the bot's rank and right.
func (g Guild) MayDo(act Act, by Authority, moderator *Member, bot Member, target *Target, now time.Time) Verdict {
	n, known := acts[act]
	if !known {
		return Verdict{Refusal: NoAuthority}
	}
	if v := g.holds(n, by, moderator, now); !v.Allowed() {
		return v
	}
	if target == nil {
		return g.botHolds(n, bot, now)
	}
	if n.person {
		if v := g.mayTarget(act, n, by, moderator, bot, *target, now); !v.Allowed() {
			return v
		}
	}
	return g.botHolds(n, bot, now)
}

// holds judges the right of the one who acts.
func (g Guild) holds(n needs, by Authority, moderator *Member, now time.Time) Verdict {
	switch by.kind {
	case owner, key:
		return Verdict{}
	case member:
		if moderator == nil || moderator.ID != by.user {
			return Verdict{Refusal: NotAMember}
		}
		have := g.Permissions(*moderator, now)
		if lacks := n.all &^ have; lacks != 0 && !have.Has(discord.PermissionAdministrator) {
			return Verdict{NotAllowed, lacks}
		}
		if n.any != 0 && have&(n.any|discord.PermissionAdministrator) == 0 {
			return Verdict{NotAllowed, n.any}
		}
		return Verdict{}
	}
	return Verdict{Refusal: NoAuthority}
}

func (g Guild) botHolds(n needs, bot Member, now time.Time) Verdict {
	have := g.Permissions(bot, now)
	if lacks := n.bot &^ have; lacks != 0 && !have.Has(discord.PermissionAdministrator) {
		return Verdict{BotNotAllowed, lacks}
	}
	return Verdict{}
}

// mayTarget judges who the person is, and the ranks.
func (g Guild) mayTarget(act Act, n needs, by Authority, moderator *Member, bot Member, target Target, now time.Time) Verdict {
	switch {
	case by.kind == member && target.ID == by.user:
		return Verdict{Refusal: Self}
	case target.ID == bot.ID:
		return Verdict{Refusal: BotItself}
	case target.ID == g.Owner:
		return Verdict{Refusal: GuildOwner}
	case target.Member == nil && n.there:
		return Verdict{Refusal: NotThere}
	case target.Member == nil:
		return Verdict{}
	case act == Timeout && g.base(*target.Member).Has(discord.PermissionAdministrator):
		return Verdict{Refusal: Administrator}
	}
	top := g.Top(*target.Member)
	if by.kind == member && moderator.ID != g.Owner && !Above(g.Top(*moderator), top) {
		return Verdict{Refusal: MemberRank}
	}
	if (n.rank || by.kind == key) && bot.ID != g.Owner && !Above(g.Top(bot), top) {
		return Verdict{Refusal: BotRank}
	}
	return Verdict{}
}

// MayEdit says whether somebody may change, resolve or undo a case of an action: they hold the right for it, and the
// case is their own, they stand above its moderator, or they manage the guild. author is the case's moderator; nil when
// they are not in the guild, and then anybody with the right is above them.
func (g Guild) MayEdit(action Act, by Authority, moderator *Member, authorID snowflake.ID, author *Member, now time.Time) Verdict {
	edit := EditOther
	switch action {
	case Ban, Unban, Softban:
		edit = EditBan
	case Kick:
		edit = EditKick
	case Note:
		edit = EditNote
	}
	if v := g.holds(acts[edit], by, moderator, now); !v.Allowed() || by.kind != member {
		return v
	}
	if by.user == authorID || author == nil || moderator.ID == g.Owner ||
		Allows(g.Permissions(*moderator, now), discord.PermissionManageGuild) || authorID != g.Owner && Above(g.Top(*moderator), g.Top(*author)) {
		return Verdict{}
	}
	return Verdict{Refusal: NotTheirs}
}
