package moderation_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/omit"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// ranks is a guild with somebody of every rank: from the owner down to a member who is timed out.
func ranks() sandbox.World {
	mod := []string{"KICK_MEMBERS", "BAN_MEMBERS", "MODERATE_MEMBERS"}
	return sandbox.World{Guilds: seed.Guilds{Listed: []seed.Guild{{
		Name: "Ranks", Channels: []seed.Channel{{Name: "general"}},
		Roles: []seed.Role{
			{Name: "Low", Permissions: mod}, {Name: "Kickers", Permissions: []string{"KICK_MEMBERS"}},
			{Name: "Middle", Permissions: mod},
			{Name: "Smarter Dev", Bot: true, Permissions: append([]string{"VIEW_CHANNEL", "SEND_MESSAGES", "VIEW_AUDIT_LOG"}, mod...)},
			{Name: "High", Permissions: mod}, {Name: "Admin", Permissions: []string{"ADMINISTRATOR"}},
		},
		Members: []seed.Member{
			{Name: "Owner", Owner: true}, {Name: "Admin", Roles: []string{"Admin"}}, {Name: "High", Roles: []string{"High"}},
			{Name: "Middle", Roles: []string{"Middle"}}, {Name: "Equal", Roles: []string{"Middle"}}, {Name: "Low", Roles: []string{"Low"}},
			{Name: "Kicker", Roles: []string{"Kickers"}}, {Name: "Member"}, {Name: "Silenced", Roles: []string{"Middle"}},
		},
	}}}}
}

var people = []string{"Owner", "Admin", "High", "Middle", "Equal", "Low", "Kicker", "Member", "Silenced"}

// Every pair of ranks and every act: what the one function that all surfaces ask says of the moderator is what Discord
// says when they do it by hand, and what it says of the bot is what Discord says when the bot does it.
func TestTheMatrixOfRanks(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t, sandbox.Config{World: ranks()})
	s := storetest.SQLite(t)
	o := openOffice(t, w, s)
	owner := w.Member("Owner")
	owner.Timeout(w.Member("Silenced"), time.Now().Add(time.Hour), "")
	var guild access.Guild
	members := map[string]access.Member{}
	rights := func() {
		g, err := o.calls.GetGuild(w.GuildID, false)
		require.NoError(t, err)
		guild = access.Guild{ID: w.GuildID, Owner: g.OwnerID, Roles: g.Roles}
		for _, name := range people {
			m, err := o.calls.GetMember(w.GuildID, w.Member(name).ID)
			require.NoError(t, err, name)
			members[name] = access.MemberOf(*m)
		}
	}
	rights()
	self, err := o.calls.GetCurrentUser("")
	require.NoError(t, err)
	me, err := o.calls.GetMember(w.GuildID, self.ID)
	require.NoError(t, err)
	bot := access.MemberOf(*me)
	restore := func(name string, act access.Act) {
		who := w.Member(name)
		switch act {
		case access.Ban:
			owner.Unban(who, "")
			fallthrough
		case access.Kick:
			who.Join()
			for _, role := range members[name].Roles {
				owner.GiveRole(who, role)
			}
		case access.Timeout:
			owner.Timeout(who, time.Time{}, "")
		}
		if name == "Silenced" {
			owner.Timeout(who, time.Now().Add(time.Hour), "")
		}
	}
	table := map[string]int{}
	for _, act := range []access.Act{access.Ban, access.Kick, access.Timeout} {
		for _, target := range people {
			on := w.Member(target)
			m := members[target]
			who := &access.Target{ID: on.ID, Member: &m}
			for _, by := range people {
				if by == target {
					continue
				}
				person := w.Member(by)
				actor := members[by]
				verdict := guild.MayDo(act, access.AsMember(person.ID), &actor, bot, who, time.Now())
				moderators := verdict.Allowed() || verdict.Refusal == access.BotRank || verdict.Refusal == access.BotNotAllowed
				var err error
				switch act {
				case access.Ban:
					err = person.TryBan(on)
				case access.Kick:
					err = person.TryKick(on)
				case access.Timeout:
					err = person.TryChange(on, map[string]any{"communication_disabled_until": time.Now().Add(time.Hour)})
				}
				require.Equal(t, err == nil, moderators, "%s %s on %s: %v, Discord says %v", by, act, target, verdict, err)
				table[fmt.Sprint(act, " ", verdict.Refusal)]++
				if err == nil {
					restore(target, act)
				}
			}
			verdict := guild.MayDo(act, access.AsKey(), nil, bot, who, time.Now())
			var err error
			switch act {
			case access.Ban:
				err = o.calls.AddBan(w.GuildID, on.ID, 0)
			case access.Kick:
				err = o.calls.RemoveMember(w.GuildID, on.ID)
			case access.Timeout:
				_, err = o.calls.UpdateMember(w.GuildID, on.ID, discord.MemberUpdate{CommunicationDisabledUntil: omit.NewPtr(time.Now().Add(time.Hour))})
			}
			if err != nil {
				require.True(t, rest.IsJSONErrorCode(err, rest.JSONErrorCodeLackPermissionsToPerformAction), "%v", err)
			}
			require.Equal(t, err == nil, verdict.Allowed(), "the bot %s on %s: %v, Discord says %v", act, target, verdict, err)
			if err == nil {
				restore(target, act)
			}
		}
	}
	require.Greater(t, table["ban "], 5)
	require.Greater(t, table["ban rank"]+table["ban member_rank"], 5)
	require.Greater(t, table["ban not_allowed"], 5)
	require.Positive(t, table["timeout admin_target"])
}

// What needs no power at Discord is judged by the same function.
func TestRightsOverCases(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t, sandbox.Config{World: ranks()})
	o := openOffice(t, w, storetest.SQLite(t))
	w.Member("Owner").Timeout(w.Member("Silenced"), time.Now().Add(time.Hour), "")
	as := func(name string) access.Authority { return access.AsMember(w.Member(name).ID) }
	for name, reads := range map[string]bool{"Owner": true, "Admin": true, "High": true, "Low": true, "Kicker": true, "Member": false, "Silenced": false} {
		require.Equal(t, reads, o.MayRead(t.Context(), w.GuildID, as(name)) == nil, name)
	}
	c, err := o.Act(t.Context(), o.request(store.CaseWarn, w.Member("Middle"), w.Member("Member")))
	require.NoError(t, err)
	for name, edits := range map[string]bool{"Owner": true, "Admin": true, "High": true, "Middle": true, "Equal": false, "Low": false, "Kicker": false, "Member": false, "Silenced": false} {
		in := editing(w.Member(name), c)
		_, err := o.Edit(t.Context(), in, moderation.Edit{Reason: new("as " + name)})
		require.Equal(t, edits, err == nil, "%s: %v", name, err)
	}
	w.Member("Middle").Leave()
	_, err = o.Resolve(t.Context(), editing(w.Member("Low"), c), true)
	require.NoError(t, err, "of a moderator who has left anybody with the right closes the case")
}
