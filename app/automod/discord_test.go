//go:build !race

package automod_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/automod"
	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// program is the whole program beside the stand-in, with what tests of auto-moderation ask for.
type program struct {
	*apptest.Program
	ada, grace, linus *sandboxtest.Person
	general           snowflake.ID
}

func eachProgram(t *testing.T, test func(t *testing.T, p program)) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		p := apptest.Start(t, db)
		all := program{p, p.World.Member("Ada"), p.World.Member("Grace"), p.World.Member("Linus"), p.World.Channel("general")}
		for _, rule := range all.rules(t) { // the starters would find things too
			all.mode(t, rule.UUID(), engine.Off)
		}
		test(t, all)
	})
}

func owner() (store.Actor, access.Authority) {
	return store.Actor{Name: "root", Source: store.SourceDashboard}, access.AsOwner()
}

func (p program) rules(t *testing.T) []automod.Rule {
	t.Helper()
	rules, err := p.Automod.Rules(t.Context(), p.World.GuildID)
	require.NoError(t, err)
	return rules
}

func (p program) mode(t *testing.T, id uuid.UUID, mode engine.Mode) {
	t.Helper()
	actor, by := owner()
	_, err := p.Automod.SetMode(t.Context(), automod.Edit{Guild: p.World.GuildID, ID: id, Actor: actor, By: by}, mode)
	require.NoError(t, err)
}

// rule makes a rule from its JSON, without the braces.
func (p program) rule(t *testing.T, text string) automod.Rule {
	t.Helper()
	var rule engine.Rule
	require.NoError(t, json.Unmarshal([]byte("{"+text+"}"), &rule))
	actor, by := owner()
	made, err := p.Automod.Create(t.Context(), automod.Edit{Guild: p.World.GuildID, Rule: rule, Actor: actor, By: by})
	require.NoError(t, err)
	return made
}

func (p program) set(t *testing.T, name string, value any) {
	t.Helper()
	actor, by := owner()
	_, err := p.Automod.Configure(t.Context(), automod.Configure{Guild: p.World.GuildID, Patch: settings.Set[automod.Settings](name, value), Actor: actor, By: by})
	require.NoError(t, err)
}

func (p program) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	require.Eventually(t, holds, 30*time.Second, 20*time.Millisecond, what)
}

func (p program) hits(t *testing.T, f store.AutomodHitFilter) []store.AutomodHit {
	t.Helper()
	hits, err := p.Store.AutomodHits(t.Context(), p.World.GuildID, f, nil, 1000)
	require.NoError(t, err)
	return hits
}

func (p program) cases(t *testing.T, f store.CaseFilter) []store.Case {
	t.Helper()
	cases, err := p.Store.Cases(t.Context(), p.World.GuildID, f, 0, 1000)
	require.NoError(t, err)
	return cases
}

func (p program) write(who *sandboxtest.Person, text string) *sandboxtest.Message {
	return who.Post(p.general, sandboxtest.Draft{Content: text})
}

const nitro = `"name": "Nitro", "type": "content", "config": {"keyword_filter": ["free nitro"]}, "mode": "enforce"`

// A new guild has its starter rules, and none of them does anything.
func TestStartersOnlyLog(t *testing.T) {
	t.Parallel()
	p := apptest.Start(t, storetest.NewSQLite(t))
	linus, general := p.World.Member("Linus"), p.World.Channel("general")
	text := "look at this: https://discord.gg/somewhere"
	m := linus.Post(general, sandboxtest.Draft{Content: text})
	require.Eventually(t, func() bool {
		hits, err := p.Store.AutomodHits(t.Context(), p.World.GuildID, store.AutomodHitFilter{User: linus.ID}, nil, 10)
		require.NoError(t, err)
		return len(hits) == 1 && hits[0].Shadow && hits[0].RuleName == "Invites to other servers" && hits[0].Excerpt == text
	}, 30*time.Second, 20*time.Millisecond)
	_, there := m.Now()
	require.True(t, there)
	cases, err := p.Store.Cases(t.Context(), p.World.GuildID, store.CaseFilter{}, 0, 10)
	require.NoError(t, err)
	require.Empty(t, cases)
	rules, err := p.Automod.Rules(t.Context(), p.World.GuildID)
	require.NoError(t, err)
	require.Len(t, rules, len(engine.Starter()))
	require.EqualValues(t, 1, rules[5].Stats.Hits)
}

// What a rule finds is deleted and becomes one case and one alert, whose buttons do what they say.
func TestARuleActsAndIsTakenBack(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		p.set(t, "alert_channel_id", p.World.Channel("staff-room"))
		rule := p.rule(t, nitro+`, "actions": [{"type": "delete"}, {"type": "timeout", "duration_seconds": 600}, {"type": "alert"}]`)
		harmless := p.write(p.linus, "nitro is not free")
		p.write(p.linus, "Get frее nitro http://x.example").WaitGone()
		_, there := harmless.Now()
		require.True(t, there)

		var alert *sandboxtest.Message
		p.until(t, "an alert with buttons", func() bool {
			for _, m := range p.ada.Messages(p.World.Channel("staff-room")) {
				if strings.Contains(m.Text(), "Rule: Nitro") {
					alert = m
				}
			}
			return alert != nil
		})
		require.Contains(t, alert.Text(), "Case #1")
		require.NotContains(t, alert.Text(), "](http", "what was written is no link")
		cases := p.cases(t, store.CaseFilter{User: p.linus.ID})
		require.Len(t, cases, 1)
		require.Equal(t, store.CaseTimeout, cases[0].Action)
		require.Equal(t, store.SourceAutomod, cases[0].Source)
		require.Equal(t, rule.ID, cases[0].RuleID.String())
		member, _ := p.linus.Look(p.linus)
		require.NotNil(t, member.TimeoutUntil)

		open := p.hits(t, store.AutomodHitFilter{Verdict: store.VerdictOpen})
		require.Len(t, open, 1)
		_, err := p.Automod.SetVerdict(t.Context(), automod.Judge{Guild: p.World.GuildID, ID: open[0].ID, Verdict: store.VerdictFalse, Undo: true,
			Actor: store.Actor{ID: p.linus.ID, Name: "linus", Source: store.SourceCommand}, By: access.AsMember(p.linus.ID)})
		require.True(t, fault.Has(err, "not_allowed"), "%v", err)
		require.Len(t, p.hits(t, store.AutomodHitFilter{Verdict: store.VerdictOpen}), 1)
		alert.As(p.grace).Press("False positive")
		p.until(t, "the timeout is lifted", func() bool {
			member, _ := p.linus.Look(p.linus)
			return member.TimeoutUntil == nil
		})
		hits := p.hits(t, store.AutomodHitFilter{Verdict: store.VerdictFalse})
		require.Len(t, hits, 1)
		require.Equal(t, p.grace.ID, *hits[0].VerdictBy)
		p.until(t, "the alert says so", func() bool {
			now, _ := alert.Now()
			return strings.Contains(now.Text(), "False positive")
		})
	})
}

// Moderators, the owner and exempt roles may write anything; edits are looked at for what is new in them.
func TestWhoIsExemptAndWhatIsEdited(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		p.rule(t, nitro+`, "actions": [{"type": "delete"}]`)
		for _, who := range []*sandboxtest.Person{p.ada, p.grace} {
			m := p.write(who, "free nitro")
			p.write(p.linus, "free nitro").WaitGone()
			_, there := m.Now()
			require.True(t, there)
		}
		m := p.write(p.linus, "good morning")
		m.Edit("good morning, free nitro").WaitGone()
	})
}

// A rule that finds everything acts on no more settled members than the ceiling allows, and then only logs.
func TestACatchAllIsCapped(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		p.Clock.Pass(48 * time.Hour) // everybody has been here for over a day
		p.set(t, "timeouts_minute", 3)
		p.set(t, "members_10min", 5)
		rule := p.rule(t, `"name": "Everything", "type": "content", "config": {"regex_patterns": ["."]}, "mode": "enforce", "actions": [{"type": "timeout", "duration_seconds": 3600}]`)
		for i := range 8 {
			who := p.World.Newcomer(sandboxtest.Newcomer{Username: fmt.Sprintf("member%d", i)})
			who.Join()
			p.write(who, "hello there")
		}
		p.until(t, "every message is in the log", func() bool { return len(p.hits(t, store.AutomodHitFilter{Rule: new(rule.UUID())})) == 8 })
		p.until(t, "what was begun is done", func() bool {
			return len(p.cases(t, store.CaseFilter{Actions: []store.CaseAction{store.CaseTimeout}})) == 3
		})
		capped := 0
		p.until(t, "the rest is capped", func() bool {
			capped = 0
			for _, h := range p.hits(t, store.AutomodHitFilter{}) {
				for _, a := range h.Actions {
					if a.Outcome == store.OutcomeCapped {
						capped++
					}
				}
			}
			return capped == 5
		})
	})
}

func TestARuleThatActsOnTooManyOnlyLogs(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		p.Clock.Pass(48 * time.Hour) // everybody has been here for over a day
		p.set(t, "alert_channel_id", p.World.Channel("staff-room"))
		p.set(t, "members_10min", 5)
		rule := p.rule(t, `"name": "Everything", "type": "content", "config": {"regex_patterns": ["."]}, "mode": "enforce", "actions": [{"type": "warn"}]`)
		for i := range 7 {
			who := p.World.Newcomer(sandboxtest.Newcomer{Username: fmt.Sprintf("member%d", i)})
			who.Join()
			p.write(who, "hello there")
		}
		p.until(t, "the rule only logs", func() bool {
			now, err := p.Automod.Rule(t.Context(), p.World.GuildID, rule.UUID())
			require.NoError(t, err)
			return now.Mode == engine.Shadow
		})
		p.until(t, "it says so", func() bool {
			for _, m := range p.ada.Messages(p.World.Channel("staff-room")) {
				if strings.Contains(m.Text(), "switched to shadow") {
					return true
				}
			}
			return false
		})
		p.until(t, "five were warned, and no more", func() bool {
			return len(p.cases(t, store.CaseFilter{Actions: []store.CaseAction{store.CaseWarn}})) == 5
		})
	})
}

// Panic stops everything at once, and rules work again when it is over.
func TestPanicSwitchesEverythingOff(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		rule := p.rule(t, nitro+`, "actions": [{"type": "delete"}]`)
		actor, by := owner()
		_, err := p.Automod.SetPanic(t.Context(), p.World.GuildID, true, actor, access.AsMember(p.linus.ID))
		require.True(t, fault.Has(err, "not_allowed"), "%v", err)
		on, err := p.Automod.SetPanic(t.Context(), p.World.GuildID, true, actor, by)
		require.NoError(t, err)
		require.True(t, on.Active)
		m := p.write(p.linus, "free nitro")
		other := p.write(p.linus, "that was read")
		p.until(t, "both were seen", func() bool {
			tried, err := p.Automod.TryRecent(t.Context(), p.World.GuildID, rule.Rule, by)
			require.NoError(t, err)
			return tried.Looked == 2 && tried.Matched == 1
		})
		_, err = p.Automod.SetPanic(t.Context(), p.World.GuildID, false, actor, by)
		require.NoError(t, err)
		p.write(p.linus, "free nitro again").WaitGone()
		for _, still := range []*sandboxtest.Message{m, other} {
			_, there := still.Now()
			require.True(t, there)
		}
	})
}

// A member without Manage Server changes no rule, and what is wrong with a rule is said where it is.
func TestRulesAreCheckedAndOnlyManagersChangeThem(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		rule := p.rule(t, nitro+`, "actions": [{"type": "delete"}]`)
		actor, by := owner()
		for _, who := range []access.Authority{{}, access.AsMember(p.linus.ID), access.AsMember(p.grace.ID)} {
			_, err := p.Automod.SetMode(t.Context(), automod.Edit{Guild: p.World.GuildID, ID: rule.UUID(), Actor: actor, By: who}, engine.Off)
			require.True(t, fault.Has(err, "not_allowed"), "%v", err)
		}
		bad := rule.Rule
		bad.Config = &engine.Content{RegexPatterns: []string{"a(b"}}
		_, err := p.Automod.Change(t.Context(), automod.Edit{Guild: p.World.GuildID, ID: rule.UUID(), Rule: bad, Actor: actor, By: by})
		require.Equal(t, "config.regex_patterns[0]", fault.As(err).Fields[0].Name)
		again := rule.Rule
		again.ID = ""
		_, err = p.Automod.Create(t.Context(), automod.Edit{Guild: p.World.GuildID, Rule: again, Actor: actor, By: by})
		require.True(t, fault.Has(err, "rule_exists"), "%v", err)
		version := rule.Version - 1
		_, err = p.Automod.Delete(t.Context(), automod.Edit{Guild: p.World.GuildID, ID: rule.UUID(), IfVersion: &version, Actor: actor, By: by})
		require.True(t, fault.Has(err, "stale"), "%v", err)
	})
}

// A rule is tried on what was written, as whoever asks may read it, and nothing happens.
func TestARuleIsTriedOnTheLastMessages(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		p.write(p.linus, "where is free nitro?")
		p.write(p.grace, "there is no free nitro")
		p.write(p.linus, "all right")
		staff := p.World.Channel("staff-room")
		p.ada.Post(staff, sandboxtest.Draft{Content: "free nitro again"})
		var rule engine.Rule
		require.NoError(t, json.Unmarshal([]byte("{"+nitro+`, "actions": [{"type": "ban"}]}`), &rule))
		tried, err := p.Automod.TryChannels(t.Context(), p.World.GuildID, rule, []snowflake.ID{p.general, staff}, 2000, access.AsMember(p.ada.ID))
		require.NoError(t, err)
		require.Equal(t, 3, tried.Matched)
		require.Equal(t, 3, tried.Members)
		require.Contains(t, tried.Moderators, "grace")
		require.Zero(t, tried.Hidden)
		require.Equal(t, "where is free nitro?", tried.Hits[0].Excerpt)
		require.Equal(t, 9, tried.Hits[0].Offset)
		_, err = p.Automod.TryChannels(t.Context(), p.World.GuildID, rule, []snowflake.ID{p.general}, 2000, access.AsMember(p.linus.ID))
		require.True(t, fault.Has(err, "not_allowed"), "%v", err)
		require.Empty(t, p.hits(t, store.AutomodHitFilter{}))
	})
}

// Each channel gets its share of what is read, so that a busy one leaves something for the others.
func TestEveryChannelIsRead(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		rule := p.rule(t, `"name": "Everything", "type": "content", "config": {"regex_patterns": ["."]}, "mode": "off", "actions": [{"type": "alert"}]`)
		busy, quiet := p.general, p.World.Channel("staff-room")
		there, err := p.Automod.TryChannels(t.Context(), p.World.GuildID, rule.Rule, []snowflake.ID{quiet}, 80, access.AsMember(p.ada.ID))
		require.NoError(t, err)
		for n := range 60 {
			p.ada.Post(busy, sandboxtest.Draft{Content: fmt.Sprint("message ", n)})
		}
		for n := range 5 {
			p.ada.Post(quiet, sandboxtest.Draft{Content: fmt.Sprint("message ", n)})
		}
		tried, err := p.Automod.TryChannels(t.Context(), p.World.GuildID, rule.Rule, []snowflake.ID{busy, quiet}, 80, access.AsMember(p.ada.ID))
		require.NoError(t, err)
		require.Equal(t, 40+there.Looked+5, tried.Looked, "40 of the busy one and all of the quiet one")
	})
}

// Without the Message Content intent a rule finds nothing, which must not look like a rule that is right.
func TestNothingIsTriedThatCannotBeSeen(t *testing.T) {
	t.Parallel()
	world := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Intents: &seed.Intents{Members: true}, Guilds: seed.Guilds{Count: 1}}})
	p := apptest.Join(t, world, storetest.NewSQLite(t))
	var content, names engine.Rule
	require.NoError(t, json.Unmarshal([]byte(`{"name": "a", "type": "content", "config": {"keyword_filter": ["nitro"]}, "actions": [{"type": "alert"}]}`), &content))
	require.NoError(t, json.Unmarshal([]byte(`{"name": "b", "type": "message_rate", "config": {}, "actions": [{"type": "alert"}]}`), &names))
	guild, channels := p.World.GuildID, []snowflake.ID{p.World.ChannelID}
	_, err := p.Automod.TryChannels(t.Context(), guild, content, channels, 100, access.AsOwner())
	require.True(t, fault.Has(err, "message_content_missing"), "%v", err)
	_, err = p.Automod.TryRecent(t.Context(), guild, content, access.AsOwner())
	require.True(t, fault.Has(err, "message_content_missing"), "%v", err)
	_, err = p.Automod.TryChannels(t.Context(), guild, names, channels, 100, access.AsOwner())
	require.NoError(t, err)
}

// A false positive of which the case is to stay, by the API.
func TestAVerdictLeavesTheCase(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		p.rule(t, nitro+`, "actions": [{"type": "warn"}]`)
		p.write(p.linus, "free nitro")
		p.until(t, "a case", func() bool { return len(p.cases(t, store.CaseFilter{User: p.linus.ID})) == 1 })
		var hits []store.AutomodHit
		p.until(t, "an entry of the log", func() bool {
			hits = p.hits(t, store.AutomodHitFilter{Verdict: store.VerdictOpen})
			return len(hits) == 1
		})
		body := strings.NewReader(`{"verdict": "false", "undo": false}`)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, fmt.Sprintf("%s/api/guilds/%d/automod/logs/%s/verdict", p.URL, p.World.GuildID, hits[0].ID), body)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+p.Key("automod"))
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusOK, resp.StatusCode)
		require.Len(t, p.hits(t, store.AutomodHitFilter{Verdict: store.VerdictFalse}), 1)
		require.Equal(t, store.CaseDone, p.cases(t, store.CaseFilter{User: p.linus.ID})[0].State)
	})
}
