package moderation_test

import (
	"testing"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

func eachOffice(t *testing.T, test func(t *testing.T, o office, ada, linus *sandboxtest.Person)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := sandboxtest.Start(t)
		o := openOffice(t, w, s)
		require.NoError(t, o.CatchUp(t.Context(), w.GuildID))
		test(t, o, w.Member("Ada"), w.Member("Linus"))
	})
}

func (o office) set(t *testing.T, name string, value any) {
	t.Helper()
	_, err := o.Configure(t.Context(), moderation.Configure{Guild: o.world.GuildID,
		Patch: settings.Set[moderation.Settings](name, value), Actor: store.Actor{Name: "root", Source: store.SourceDashboard}})
	require.NoError(t, err)
}

func (o office) act(t *testing.T, in moderation.ActRequest) store.Case {
	t.Helper()
	c, err := o.Act(t.Context(), in)
	require.NoError(t, err)
	return c
}

func (o office) catchUp(t *testing.T) {
	t.Helper()
	require.NoError(t, o.CatchUp(t.Context(), o.world.GuildID))
}

// botLacks takes permissions from the bot's role.
func (o office) botHas(ada *sandboxtest.Person, p discord.Permissions) {
	ada.EditRole(o.world.Role("Smarter Dev"), map[string]any{"permissions": p})
}

const withoutAuditLog = discord.PermissionViewChannel | discord.PermissionSendMessages | discord.PermissionEmbedLinks |
	discord.PermissionKickMembers | discord.PermissionBanMembers | discord.PermissionModerateMembers

// A guild that is met for the first time begins at its newest entry: its past is no case.
func TestThePastOfAGuildIsNoCase(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	o := openOffice(t, w, storetest.SQLite(t))
	ada, linus, ken := w.Member("Ada"), w.Member("Linus"), w.Member("Ken")
	ada.Kick(linus, "long ago")
	o.catchUp(t)
	require.Empty(t, o.of(t, linus))
	ada.Kick(ken, "while the bot was away")
	o.catchUp(t)
	require.Len(t, o.of(t, ken), 1)
	require.Equal(t, "while the bot was away", o.of(t, ken)[0].Reason)
}

// More entries than fit on a page are read, each once, by two processes at once.
func TestALongAbsenceIsCaughtUp(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := sandboxtest.Start(t)
		o, other := openOffice(t, w, s), openOffice(t, w, s)
		ada, linus := w.Member("Ada"), w.Member("Linus")
		o.catchUp(t)
		const n = 130
		for range n {
			ada.Ban(linus, "")
			ada.Unban(linus, "")
		}
		done := make(chan error)
		for _, at := range []office{o, other} {
			go func() { done <- at.CatchUp(t.Context(), w.GuildID) }()
		}
		require.NoError(t, <-done)
		require.NoError(t, <-done)
		found, err := o.Search(t.Context(), w.GuildID, store.CaseFilter{User: linus.ID}, 0, 1000)
		require.NoError(t, err)
		require.Len(t, found, 2*n)
		_, err = s.CaseInForce(t.Context(), w.GuildID, linus.ID, store.CaseBan)
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

// Without the audit log bans and unbans are cases without a moderator, ours none, and a finding says what is missing.
func TestWithoutTheAuditLog(t *testing.T) {
	eachOffice(t, func(t *testing.T, o office, ada, linus *sandboxtest.Person) {
		o.botHas(ada, withoutAuditLog)
		texts, err := o.Findings(t.Context(), o.world.GuildID)
		require.NoError(t, err)
		require.Contains(t, texts[0], "cannot read the audit log")
		user := discord.User{ID: linus.ID, Username: "linus"}
		unseen := func(action store.CaseAction) {
			require.NoError(t, o.Unseen(t.Context(), o.world.GuildID, user, action))
		}

		ban := o.request(store.CaseBan, ada, linus)
		ban.Duration = time.Hour
		o.act(t, ban)
		unseen(store.CaseBan)
		require.Len(t, o.of(t, linus), 1, "our own ban makes no second case")
		ada.Unban(linus, "")
		unseen(store.CaseUnban)
		unseen(store.CaseUnban)
		require.Len(t, o.of(t, linus), 2)
		require.False(t, o.of(t, linus)[0].InForce)
		ada.Ban(linus, "by hand")
		unseen(store.CaseBan)
		last := o.of(t, linus)[2]
		require.Equal(t, []any{snowflake.ID(0), store.SourceDiscord, true}, []any{last.ModeratorID, last.Source, last.InForce})
	})
}

// Where no log tells of a ban by hand, our expiry looks at Discord's reason: somebody else's ban stays.
func TestAnExpiryWithoutTheAuditLogLeavesOthersBans(t *testing.T) {
	eachOffice(t, func(t *testing.T, o office, ada, linus *sandboxtest.Person) {
		o.botHas(ada, withoutAuditLog)
		ban := o.request(store.CaseBan, ada, linus)
		ban.Duration = time.Minute
		c := o.act(t, ban)
		ada.Unban(linus, "")
		ada.Ban(linus, "for good")
		o.Pass(time.Hour)
		require.NoError(t, o.Run(t.Context(), moderation.Expire{Guild: c.GuildID, Number: c.Number}))
		require.True(t, o.banned(linus))
		require.Len(t, o.of(t, linus), 2)
		require.NoError(t, o.Run(t.Context(), moderation.Expire{Guild: c.GuildID, Number: c.Number}))
		require.True(t, o.banned(linus))
	})
}

// An end that Discord does not let us bring about is kept, shown, and brought about when it can be.
func TestAnEndThatIsOverdue(t *testing.T) {
	eachOffice(t, func(t *testing.T, o office, ada, linus *sandboxtest.Person) {
		ban := o.request(store.CaseBan, ada, linus)
		ban.Duration = time.Minute
		c := o.act(t, ban)
		o.Pass(time.Hour)
		for _, status := range []int{503, 403} {
			o.world.Fault(faults.Rule{Kind: faults.Answer, Status: status, Code: 50013, Method: "DELETE", Path: "/guilds/*/bans/*", Times: 1})
			require.NoError(t, o.Run(t.Context(), moderation.Expire{Guild: c.GuildID, Number: c.Number}))
			require.True(t, o.banned(linus))
		}
		texts, err := o.Findings(t.Context(), o.world.GuildID)
		require.NoError(t, err)
		require.Contains(t, texts, "Case #1 should have ended and did not: Discord does not let the bot lift it.")
		require.NoError(t, o.Run(t.Context(), moderation.Expire{Guild: c.GuildID, Number: c.Number}))
		require.False(t, o.banned(linus))
		texts, err = o.Findings(t.Context(), o.world.GuildID)
		require.NoError(t, err)
		require.Empty(t, texts)
		require.NotNil(t, o.of(t, linus)[0].EndedAt)
	})
}

// Somebody who was unbanned by hand while the end was due is done, not an error for ever.
func TestAnEndOfWhatIsOver(t *testing.T) {
	eachOffice(t, func(t *testing.T, o office, ada, linus *sandboxtest.Person) {
		o.botHas(ada, withoutAuditLog)
		ban := o.request(store.CaseBan, ada, linus)
		ban.Duration = time.Minute
		c := o.act(t, ban)
		ada.Unban(linus, "")
		o.Pass(time.Hour)
		require.NoError(t, o.Run(t.Context(), moderation.Expire{Guild: c.GuildID, Number: c.Number}))
		require.NotNil(t, o.of(t, linus)[0].EndedAt)
	})
}

// An entry of another bot, or of ours without a number, is not ours; one with a number of somebody else's case neither.
func TestWhatIsOurs(t *testing.T) {
	eachOffice(t, func(t *testing.T, o office, ada, linus *sandboxtest.Person) {
		ken := o.world.Member("Ken")
		o.act(t, o.request(store.CaseWarn, ada, ken))
		require.NoError(t, o.calls.AddBan(o.world.GuildID, linus.ID, 0)) // by our bot, without a reason
		o.catchUp(t)
		require.Equal(t, store.SourceDiscord, o.of(t, linus)[0].Source)
		ada.Unban(linus, "#1 · ada · looks like ours")
		o.catchUp(t)
		require.Equal(t, ada.ID, o.of(t, linus)[1].ModeratorID, "a person who writes a number is a person")
	})
}

func TestSettingsDecideWhatBecomesACase(t *testing.T) {
	eachOffice(t, func(t *testing.T, o office, ada, linus *sandboxtest.Person) {
		o.set(t, "native_cases", false)
		ken := o.world.Member("Ken")
		ada.Kick(ken, "")
		ban := o.request(store.CaseBan, ada, linus)
		ban.Duration = time.Hour
		o.act(t, ban)
		ada.Unban(linus, "")
		o.catchUp(t)
		require.Empty(t, o.of(t, ken))
		require.Len(t, o.of(t, linus), 2, "what ends a ban of ours is a case even so")
		require.False(t, o.of(t, linus)[0].InForce)
	})
}
