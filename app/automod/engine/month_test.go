package engine_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/automod/engine/enginetest"
)

// monthRules are the starter rules and what a server adds, all of them enforced.
func monthRules(t *testing.T) []engine.Rule {
	rules := append(engine.Starter(),
		ruleOf(t, []byte(`{"name":"words","type":"content","config":{"keyword_filter":["zorg","free nitro","ass","hell","sex","cop","ano*"],"leet":true}}`)),
		ruleOf(t, []byte(`{"name":"sellers","type":"content","config":{"regex_patterns":["(?:dm|message) me for .{0,20}(?:accounts|boost)"]}}`)),
		ruleOf(t, []byte(`{"name":"caps","type":"caps"}`)),
		ruleOf(t, []byte(`{"name":"newlines","type":"newlines","config":{"consecutive":8}}`)),
		ruleOf(t, []byte(`{"name":"emoji","type":"emoji"}`)),
		ruleOf(t, []byte(`{"name":"files","type":"attachments_rate"}`)),
	)
	for i := range rules {
		rules[i].Mode = engine.Enforce
	}
	return rules
}

func TestAMonthOfAServer(t *testing.T) {
	t.Parallel()
	options := enginetest.Options{Seed: 1, Days: 30, Members: 200}
	month := enginetest.Write(options)
	require.Greater(t, len(month.Happenings), 30_000)

	rules := monthRules(t)
	// "ano*" is in the list as a trap for the test: Spanish año must not be hit, but no member may
	// write anything that begins with these letters either.
	compiled := compile(t, engine.Settings{GuildID: month.Guild, Staff: []engine.User{{ID: 5, Username: "head_moderator", GlobalName: "Head Moderator"}}}, rules...)
	windows := engine.NewWindows(engine.DefaultLimits())
	guild := windows.Guild(month.Guild)
	caught, byRule := map[engine.Snowflake]string{}, map[string]int{}
	spammers := map[engine.Snowflake]string{}
	joined, raidAfter := 0, 0
	for _, happening := range month.Happenings {
		e := happening.Event
		compiled.Count(e, guild)
		verdict := compiled.Check(e, guild)
		if happening.Doing == enginetest.Spammer {
			spammers[e.Author.ID] = happening.How
		}
		if happening.Doing == enginetest.Raider && e.Kind == engine.KindJoin {
			joined++
		}
		for _, match := range verdict.Matches {
			byRule[match.Rule.Name]++
			switch {
			case match.Rule.Type == engine.TypeRaid:
				require.Equal(t, enginetest.Raider, happening.Doing, "no raid but the one")
				if raidAfter == 0 {
					raidAfter = joined
				}
				continue
			case happening.Doing == enginetest.Settled || happening.Doing == enginetest.Newcomer:
				require.Fail(t, "a member who did nothing was hit", "%s by %q: %+v in %q", happening.Doing, match.Rule.Name, match.Hits, e.Message.Content)
			default:
				caught[e.Author.ID] = match.Rule.Name
			}
		}
		e.Release()
	}
	require.Len(t, spammers, month.Spammers)
	for id, how := range spammers {
		require.Contains(t, caught, id, "a spammer was missed: %s", how)
	}
	require.Equal(t, 8, raidAfter, "raid mode at the eighth of %d joins", month.Raiders)
	t.Logf("%d events, %d spammers, %d raiders; hits by rule: %v; windows: %+v", len(month.Happenings), month.Spammers, month.Raiders, byRule, windows.Stats())
}

func TestAMonthIsTheSameForTheSameSeed(t *testing.T) {
	t.Parallel()
	write := func(seed uint64) string {
		month := enginetest.Write(enginetest.Options{Seed: seed, Days: 2, Members: 40})
		out := ""
		for _, happening := range month.Happenings {
			out += fmt.Sprintln(happening.Event.At, happening.Event.MessageID, happening.Event.Author, happening.Event.Message.Content)
		}
		return out
	}
	again := write(7)
	require.Equal(t, again, write(7))
	require.NotEqual(t, write(7), write(8))
}
