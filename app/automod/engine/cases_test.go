package engine_test

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
)

// labelled is a line of testdata/cases.jsonl: a rule, what happens, and whether the rule matches
// anything of it.
type labelled struct {
	ID       string          `json:"id"`
	Rule     json.RawMessage `json:"rule"`
	Samples  []engine.Sample `json:"samples"`
	Expect   string          `json:"expect"`
	Why      string          `json:"why"`
	OwnCodes []string        `json:"own_codes"`
	Settings struct {
		OwnerID          engine.Snowflake   `json:"owner_id"`
		ExemptModerators bool               `json:"exempt_moderators"`
		ExemptRoles      []engine.Snowflake `json:"exempt_roles"`
		ExemptChannels   []engine.Snowflake `json:"exempt_channels"`
	} `json:"settings"`
}

// start is when the samples begin; the ids in them are as old as they say at that time.
var start = time.Unix(1790000000, 0).UTC()

const home engine.Snowflake = 1

func readCases(t *testing.T) (cases []labelled) {
	t.Helper()
	file, err := os.Open("testdata/cases.jsonl")
	require.NoError(t, err)
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var c labelled
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c), lines.Text())
		cases = append(cases, c)
	}
	return cases
}

// ruleOf reads a rule that leaves out what a case is not about.
func ruleOf(t *testing.T, data []byte) engine.Rule {
	t.Helper()
	var fields map[string]any
	require.NoError(t, json.Unmarshal(data, &fields))
	for name, value := range map[string]any{"name": "a rule", "mode": "enforce", "actions": []any{map[string]any{"type": "alert"}}} {
		if _, ok := fields[name]; !ok {
			fields[name] = value
		}
	}
	whole, err := json.Marshal(fields)
	require.NoError(t, err)
	var rule engine.Rule
	require.NoError(t, json.Unmarshal(whole, &rule))
	return rule
}

func compile(t *testing.T, settings engine.Settings, rules ...engine.Rule) *engine.Compiled {
	t.Helper()
	compiled, problems := engine.Compile(settings, rules)
	require.Empty(t, problems)
	return compiled
}

// feed counts and checks one event after another.
func feed(compiled *engine.Compiled, events []*engine.Event) (verdicts []engine.Verdict) {
	windows := engine.NewWindows(engine.DefaultLimits()).Guild(home)
	for _, e := range events {
		compiled.Count(e, windows)
		verdicts = append(verdicts, compiled.Check(e, windows))
		e.Release()
	}
	return verdicts
}

func TestLabelledCases(t *testing.T) {
	t.Parallel()
	cases := readCases(t)
	require.Greater(t, len(cases), 200)
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			compiled := compile(t, engine.Settings{
				GuildID: home, OwnerID: c.Settings.OwnerID, ExemptModerators: c.Settings.ExemptModerators,
				ExemptRoles: c.Settings.ExemptRoles, ExemptChannels: c.Settings.ExemptChannels,
			}, ruleOf(t, c.Rule))
			invites := engine.InviteMap{}
			for _, code := range c.OwnCodes {
				invites[code] = home
			}
			var events []*engine.Event
			for i := range c.Samples {
				e := c.Samples[i].ToEvent(start)
				e.Invites = invites
				if e.MessageID == 0 {
					e.MessageID = engine.Snowflake(i + 1)
				}
				events = append(events, e)
			}
			got := "clean"
			for _, verdict := range feed(compiled, events) {
				if len(verdict.Matches) > 0 {
					got = "hit"
				}
			}
			require.Equal(t, c.Expect, got, c.Why)
		})
	}
}
