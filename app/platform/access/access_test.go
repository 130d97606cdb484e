package access_test

import (
	"testing"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/access"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// The roles of the guild of these tests, by id.
const (
	everyone snowflake.ID = 1
	low      snowflake.ID = 10
	lowTwin  snowflake.ID = 11 // at the same position as low
	keeper   snowflake.ID = 20
	botRole  snowflake.ID = 30
	ban      snowflake.ID = 15 // low, with power
	admin    snowflake.ID = 40
	boss     snowflake.ID = 100 // the owner
)

func guild() access.Guild {
	role := func(id snowflake.ID, position int, p discord.Permissions) discord.Role {
		return discord.Role{ID: id, Position: position, Permissions: p, Managed: id == botRole}
	}
	return access.Guild{ID: everyone, Owner: boss, Roles: []discord.Role{
		role(everyone, 0, discord.PermissionViewChannel|discord.PermissionSendMessages|discord.PermissionReadMessageHistory),
		role(low, 1, 0), role(lowTwin, 1, 0), role(ban, 1, discord.PermissionBanMembers),
		role(keeper, 3, discord.PermissionManageRoles|discord.PermissionManageGuild),
		role(botRole, 4, discord.PermissionManageRoles), role(admin, 5, discord.PermissionAdministrator),
	}}
}

func person(id snowflake.ID, roles ...snowflake.ID) access.Member {
	return access.Member{ID: id, Roles: roles}
}

func timedOut(m access.Member, until time.Duration) access.Member {
	m.TimedOutUntil = new(now.Add(until))
	return m
}

func TestPermissionsAreWhatDiscordComputes(t *testing.T) {
	t.Parallel()
	const base = discord.PermissionViewChannel | discord.PermissionSendMessages | discord.PermissionReadMessageHistory
	for name, c := range map[string]struct {
		who  access.Member
		want discord.Permissions
	}{
		"everyone":                 {person(5), base},
		"roles add up":             {person(5, low, ban, keeper), base | discord.PermissionBanMembers | discord.PermissionManageRoles | discord.PermissionManageGuild},
		"an unknown role":          {person(5, 999), base},
		"the owner":                {person(boss), discord.PermissionsAll},
		"an administrator":         {person(5, admin), discord.PermissionsAll},
		"timed out":                {timedOut(person(5, keeper), time.Hour), discord.PermissionViewChannel | discord.PermissionReadMessageHistory},
		"a timeout that has ended": {timedOut(person(5), -time.Second), base},
		"a timeout until now":      {timedOut(person(5), 0), base},
		"a timed-out owner":        {timedOut(person(boss), time.Hour), discord.PermissionsAll},
		"a timed-out admin":        {timedOut(person(5, admin), time.Hour), discord.PermissionsAll},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, guild().Permissions(c.who, now))
		})
	}
}

func TestOverwritesOfAChannel(t *testing.T) {
	t.Parallel()
	const view, send, embed = discord.PermissionViewChannel, discord.PermissionSendMessages, discord.PermissionEmbedLinks
	role := func(id snowflake.ID, allow, deny discord.Permissions) discord.PermissionOverwrite {
		return discord.RolePermissionOverwrite{RoleID: id, Allow: allow, Deny: deny}
	}
	own := func(id snowflake.ID, allow, deny discord.Permissions) discord.PermissionOverwrite {
		return discord.MemberPermissionOverwrite{UserID: id, Allow: allow, Deny: deny}
	}
	type list = []discord.PermissionOverwrite
	for name, c := range map[string]struct {
		who        access.Member
		overwrites list
		has, lacks discord.Permissions
	}{
		"everyone is denied":                     {person(5), list{role(everyone, 0, send)}, view, send},
		"a role allows again":                    {person(5, low), list{role(low, send, 0), role(everyone, 0, send)}, view | send, 0},
		"of roles the allowing one wins":         {person(5, low, lowTwin), list{role(low, send, 0), role(lowTwin, 0, send)}, send, 0},
		"the member's own come last":             {person(5, low), list{own(5, 0, send), role(low, send, 0)}, view, send},
		"another member's do not count":          {person(5), list{own(6, 0, send)}, send, 0},
		"without sight there is nothing":         {person(5), list{role(everyone, embed, view)}, 0, view | send | embed},
		"without sending there are no embeds":    {person(5), list{role(everyone, embed, send)}, view, send | embed},
		"the owner is above overwrites":          {person(boss), list{role(everyone, 0, view)}, view | send, 0},
		"administrators are above overwrites":    {person(5, admin), list{role(everyone, 0, view)}, view | send, 0},
		"a timeout leaves sight and the history": {timedOut(person(5, low), time.Hour), list{role(low, send, 0)}, view, send},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := guild().InChannel(c.who, c.overwrites, now)
			require.True(t, got.Has(c.has), "has %s of %s", c.has, got)
			require.Zero(t, got&c.lacks)
		})
	}
}

func TestOfEqualPositionsTheLowerIDIsHigher(t *testing.T) {
	t.Parallel()
	g := guild()
	require.Equal(t, low, g.Top(person(5, lowTwin, low)).ID)
	require.Equal(t, everyone, g.Top(person(5)).ID)
	require.Equal(t, keeper, g.Top(person(5, low, keeper)).ID)
	a, _ := g.Role(low)
	b, _ := g.Role(lowTwin)
	require.True(t, access.Above(a, b))
	require.False(t, access.Above(b, a))
	require.False(t, access.Above(a, a), "no role is above itself")
}

func TestWhoMayAssignWhichRole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		who  access.Member
		role snowflake.ID
		want access.Refusal
	}{
		"below":                {person(5, keeper), low, ""},
		"with power, below":    {person(5, keeper), ban, ""},
		"one's own highest":    {person(5, keeper), keeper, access.RoleTooHigh},
		"above":                {person(5, keeper), admin, access.RoleTooHigh},
		"the owner, any":       {person(boss), admin, ""},
		"managed":              {person(boss), botRole, access.ManagedRole},
		"everyone":             {person(boss), everyone, access.EveryoneRole},
		"unknown":              {person(boss), 999, access.UnknownRole},
		"without Manage Roles": {person(5, low), lowTwin, access.NoManageRoles},
		"an administrator":     {person(5, admin), keeper, ""},
		"timed out":            {timedOut(person(5, keeper), time.Hour), low, access.NoManageRoles},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, guild().MayAssign(c.who, c.role, now))
		})
	}
}

func TestWhoMayNameWhichRole(t *testing.T) {
	t.Parallel()
	bot := person(900, botRole)
	manager, plain := person(5, keeper), person(6, low)
	out := timedOut(manager, time.Hour)
	for name, c := range map[string]struct {
		by    access.Authority
		actor *access.Member
		role  snowflake.ID
		want  access.Refusal
	}{
		"a manager, below":                {access.AsMember(5), &manager, low, ""},
		"a manager, their own role":       {access.AsMember(5), &manager, keeper, access.PowerfulRole},
		"a manager, with power":           {access.AsMember(5), &manager, ban, access.PowerfulRole},
		"a member without Manage Roles":   {access.AsMember(6), &plain, lowTwin, access.NoManageRoles},
		"a manager who is timed out":      {access.AsMember(5), &out, low, access.NoManageRoles},
		"somebody who is not there":       {access.AsMember(7), nil, low, access.NotAMember},
		"somebody in another's name":      {access.AsMember(7), &manager, low, access.NotAMember},
		"an administrator of everything":  {access.AsOwner(), nil, low, ""},
		"not even they a role with power": {access.AsOwner(), nil, ban, access.PowerfulRole},
		"nor @everyone":                   {access.AsOwner(), nil, everyone, access.EveryoneRole},
		"a key, below the bot":            {access.AsKey(), nil, low, ""},
		"a key, with power":               {access.AsKey(), nil, ban, access.PowerfulRole},
		"nobody":                          {access.Authority{}, nil, low, access.NoAuthority},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, guild().MayName(c.by, c.actor, bot, c.role, now))
		})
	}

	g := guild()
	g.Roles = append(g.Roles, discord.Role{ID: 50, Position: 6})
	require.Equal(t, access.BotCannot, g.MayName(access.AsKey(), nil, bot, 50, now), "a key names nothing above the bot")
	require.Empty(t, g.MayName(access.AsOwner(), nil, bot, 50, now), "an administrator may, and moves the bot's role later")
	require.Equal(t, access.BotCannot, g.MayLend(bot, 50, now))
	require.Equal(t, access.PowerfulRole, g.MayLend(bot, ban, now))
	require.Empty(t, g.MayLend(bot, low, now))
}

func TestWhichPermissionsArePower(t *testing.T) {
	t.Parallel()
	for p, is := range map[discord.Permissions]bool{
		discord.PermissionAdministrator: true, discord.PermissionManageGuild: true, discord.PermissionManageRoles: true,
		discord.PermissionManageChannels: true, discord.PermissionManageMessages: true, discord.PermissionManageNicknames: true,
		discord.PermissionManageWebhooks: true, discord.PermissionManageGuildExpressions: true, discord.PermissionManageEvents: true,
		discord.PermissionManageThreads: true, discord.PermissionKickMembers: true, discord.PermissionBanMembers: true,
		discord.PermissionModerateMembers: true, discord.PermissionMentionEveryone: true, discord.PermissionViewAuditLog: true,
		discord.PermissionSendMessages: false, discord.PermissionViewChannel: false, discord.PermissionCreateInstantInvite: false,
		discord.PermissionStream: false, discord.PermissionPrioritySpeaker: false, discord.PermissionAttachFiles: false,
	} {
		require.Equal(t, is, access.Power(p) != 0, p.String())
	}
}

func TestWhomSomebodyMayActOn(t *testing.T) {
	t.Parallel()
	bot := person(900, botRole)
	for name, c := range map[string]struct {
		moderator, target access.Member
		want              access.Refusal
	}{
		"a member below":           {person(5, keeper), person(6, low), ""},
		"oneself":                  {person(5, keeper), person(5, keeper), access.Self},
		"the bot":                  {person(5, admin), bot, access.BotItself},
		"the owner":                {person(5, admin), person(boss), access.GuildOwner},
		"an equal":                 {person(5, keeper), person(6, keeper), access.MemberRank},
		"somebody above":           {person(5, keeper), person(6, admin), access.MemberRank},
		"above the bot":            {person(boss), person(6, admin), access.BotRank},
		"the owner, below the bot": {person(boss), person(6, keeper), ""},
		"equal position":           {person(5, low), person(6, lowTwin), ""},
		"equal position, reversed": {person(5, lowTwin), person(6, low), access.MemberRank},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, guild().MayActOn(c.moderator, bot, c.target))
		})
	}
}
