//go:build !race

package moderation_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// program is the whole program beside the stand-in, with what tests of moderation ask for.
type program struct {
	*apptest.Program
	ada, grace, ken, linus *sandboxtest.Person
}

func join(t *testing.T, w *sandboxtest.World, db storetest.Database) program {
	var p *apptest.Program
	if w == nil {
		p = apptest.Start(t, db)
	} else {
		p = apptest.Join(t, w, db)
	}
	person := p.World.Member
	return program{p, person("Ada"), person("Grace"), person("Ken"), person("Linus")}
}

func eachProgram(t *testing.T, test func(t *testing.T, p program)) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) { test(t, join(t, nil, db)) })
}

// request is an act of a member on another by a command.
func (p program) request(action store.CaseAction, by, on *sandboxtest.Person) moderation.ActRequest {
	return moderation.ActRequest{
		Guild: p.World.GuildID, Action: action, User: on.ID, Reason: "because",
		Actor: store.Actor{ID: by.ID, Name: "somebody", Source: store.SourceCommand}, By: access.AsMember(by.ID),
	}
}

func (p program) act(t *testing.T, in moderation.ActRequest) store.Case {
	t.Helper()
	c, err := p.Moderation.Act(t.Context(), in)
	require.NoError(t, err)
	return c
}

// cases are those of somebody, the oldest first.
func (p program) cases(t *testing.T, of *sandboxtest.Person) []store.Case {
	t.Helper()
	found, err := p.Moderation.Search(t.Context(), p.World.GuildID, store.CaseFilter{User: of.ID}, 0, 100)
	require.NoError(t, err)
	for i, j := 0, len(found)-1; i < j; i, j = i+1, j-1 {
		found[i], found[j] = found[j], found[i]
	}
	return found
}

// told are the actions of somebody's cases with their sources: "ban/command unban/discord".
func (p program) told(t *testing.T, of *sandboxtest.Person) string {
	t.Helper()
	var list []string
	for _, c := range p.cases(t, of) {
		list = append(list, string(c.Action)+"/"+string(c.Source))
	}
	return strings.Join(list, " ")
}

func (p program) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	require.Eventually(t, holds, 30*time.Second, 20*time.Millisecond, what)
}

func (p program) banned(of *sandboxtest.Person) bool {
	for _, b := range p.ada.Banned() {
		if b.User.ID == of.ID {
			return true
		}
	}
	return false
}

// met waits until the program knows from where it reads the guild's audit log.
func (p program) met(t *testing.T) {
	t.Helper()
	p.until(t, "the audit log is read", func() bool {
		_, err := p.Store.CaseFeed(t.Context(), p.World.GuildID)
		return err == nil
	})
}

func TestAnActIsACaseAndTellsThePerson(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		warn := p.act(t, p.request(store.CaseWarn, p.ada, p.ken))
		require.Equal(t, []any{int64(1), store.CaseDone, store.DMSent, p.ada.ID}, []any{warn.Number, warn.State, warn.DM, warn.ModeratorID})
		require.WithinDuration(t, p.Clock.Now().AddDate(0, 0, 90), *warn.ExpiresAt, time.Minute)

		timeout := p.request(store.CaseTimeout, p.ada, p.linus)
		timeout.Duration = time.Hour
		c := p.act(t, timeout)
		require.Equal(t, []any{int64(2), store.CaseDone, store.DMSent, true}, []any{c.Number, c.State, c.DM, c.InForce})
		view, there := p.ada.Look(p.linus)
		require.True(t, there)
		require.WithinDuration(t, *c.ExpiresAt, view.TimeoutUntil.Time, time.Second)

		ban := p.request(store.CaseBan, p.ada, p.linus)
		c = p.act(t, ban)
		require.Equal(t, []any{int64(3), store.CaseDone, store.DMNone}, []any{c.Number, c.State, c.DM}, "one message a member in ten minutes")
		require.True(t, p.banned(p.linus))
		require.Equal(t, "#3 · "+c.ModeratorTag+" · because", p.ada.AuditLog()[0].Reason)
		p.until(t, "the case learns its entry of the audit log", func() bool {
			c, err := p.Moderation.Get(t.Context(), p.World.GuildID, 3)
			return err == nil && c.AuditLogID != nil
		})
		require.Equal(t, "timeout/command ban/command", p.told(t, p.linus), "our own acts make no second case")
	})
}

func TestWhatIsDoneInDiscordItselfIsACase(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		p.met(t)
		ban := p.request(store.CaseBan, p.ada, p.linus)
		ban.Duration = 24 * time.Hour
		p.act(t, ban)
		p.ada.Unban(p.linus, "sorry")
		p.until(t, "the unban is a case", func() bool { return p.told(t, p.linus) == "ban/command unban/discord" })
		first := p.cases(t, p.linus)[0]
		require.False(t, first.InForce, "the ban has ended")
		require.True(t, first.Resolved)
		p.ada.Ban(p.linus, "for good")
		p.until(t, "the ban is a case", func() bool { return p.told(t, p.linus) == "ban/command unban/discord ban/discord" })
		last := p.cases(t, p.linus)[2]
		require.Equal(t, []any{"for good", p.ada.ID, true}, []any{last.Reason, last.ModeratorID, last.InForce})
		require.Nil(t, last.ExpiresAt)

		p.ada.Timeout(p.ken, time.Now().Add(time.Hour), "too loud")
		p.until(t, "the timeout is a case", func() bool { return p.told(t, p.ken) == "timeout/discord" })
		p.ada.Timeout(p.ken, time.Time{}, "")
		p.until(t, "its end is a case", func() bool { return p.told(t, p.ken) == "timeout/discord untimeout/discord" })
		p.ada.Kick(p.ken, "out")
		p.until(t, "the kick is a case", func() bool { return p.told(t, p.ken) == "timeout/discord untimeout/discord kick/discord" })
		require.NoError(t, p.Moderation.CatchUp(t.Context(), p.World.GuildID))
		require.NoError(t, p.Moderation.CatchUp(t.Context(), p.World.GuildID))
		require.Equal(t, "timeout/discord untimeout/discord kick/discord", p.told(t, p.ken), "the same entries again do nothing")
	})
}

// A ban for a moment; while the bot is away the owner unbans and bans by hand. The old end must not let them in again.
func TestANewerBanByHandIsNeverLifted(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		p := join(t, nil, db)
		p.met(t)
		ban := p.request(store.CaseBan, p.ada, p.linus)
		ban.Duration = 2 * time.Second
		p.act(t, ban)
		p.Stop()
		p.ada.Unban(p.linus, "")
		p.ada.Ban(p.linus, "for good")
		ends := time.Now().Add(2 * time.Second)
		p.until(t, "the end of the ban passes while nobody runs", func() bool { return time.Now().After(ends) })

		p = join(t, p.World, db)
		p.until(t, "what happened is read", func() bool { return p.told(t, p.linus) == "ban/command unban/discord ban/discord" })
		p.until(t, "the expiry has had its turn", func() bool {
			c := p.cases(t, p.linus)[0]
			return c.Resolved && !c.InForce
		})
		require.True(t, p.banned(p.linus))
		require.NoError(t, p.Moderation.CatchUp(t.Context(), p.World.GuildID))
		require.Equal(t, "ban/command unban/discord ban/discord", p.told(t, p.linus), "a second reading adds nothing")
		require.Nil(t, p.cases(t, p.linus)[0].EndedAt, "the old ban was replaced, it did not expire")
	})
}

func TestABanEndsByItself(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		ban := p.request(store.CaseBan, p.ada, p.linus)
		ban.Duration = 2 * time.Second
		c := p.act(t, ban)
		p.until(t, "the ban is over", func() bool { return !p.banned(p.linus) })
		p.until(t, "the case says so", func() bool {
			c, _ = p.Moderation.Get(t.Context(), p.World.GuildID, c.Number)
			return c.EndedAt != nil && c.Resolved && !c.InForce
		})
		p.until(t, "its entry was read", func() bool { return c.AuditLogID != nil })
		require.Equal(t, "ban/command", p.told(t, p.linus), "an expiry writes no case")
		history, err := p.Store.CaseHistory(t.Context(), p.World.GuildID, c.Number)
		require.NoError(t, err)
		require.Equal(t, store.SourceExpiry, history[len(history)-1].Source)
	})
}

func TestRefusals(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		refuses := func(code string, in moderation.ActRequest) map[string]any {
			t.Helper()
			_, err := p.Moderation.Act(context.WithoutCancel(t.Context()), in)
			require.True(t, fault.Has(err, code), "%s: %v", code, err)
			return fault.As(err).Data
		}
		timeout := p.request(store.CaseTimeout, p.ada, p.ken)
		refuses("invalid", timeout)
		refuses("not_allowed", p.request(store.CaseBan, p.ken, p.linus))
		refuses("self_target", p.request(store.CaseBan, p.ada, p.ada))
		refuses("owner_target", p.request(store.CaseWarn, p.grace, p.ada))
		refuses("not_banned", p.request(store.CaseUnban, p.ada, p.linus))
		refuses("not_timed_out", p.request(store.CaseUntimeout, p.ada, p.linus))
		stranger := p.request(store.CaseBan, p.ada, p.linus)
		stranger.User = snowflake.ID(42)
		refuses("not_found", stranger)
		require.Empty(t, p.cases(t, p.linus), "what is refused is no case")

		ban := p.request(store.CaseBan, p.ada, p.linus)
		p.act(t, ban)
		refuses("already_banned", p.request(store.CaseSoftban, p.ada, p.linus))
		shorter := p.request(store.CaseBan, p.ada, p.linus)
		shorter.Duration = time.Hour
		require.Equal(t, int64(1), refuses("shorter", shorter)["case"].(store.Case).Number)
		shorter.Confirm = true
		require.True(t, p.act(t, shorter).InForce, "the new one holds")
		require.False(t, p.cases(t, p.linus)[0].InForce)
	})
}
