package engine_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
)

func TestEveryTypeHasDefaultsThatSurviveJSON(t *testing.T) {
	t.Parallel()
	for _, kind := range engine.Types() {
		rule := ruleOf(t, []byte(`{"type":"`+string(kind)+`"}`))
		require.Equal(t, engine.NewConfig(kind), rule.Config)
		written, err := json.Marshal(rule)
		require.NoError(t, err)
		require.NotContains(t, string(written), `[null`)
		var again engine.Rule
		require.NoError(t, json.Unmarshal(written, &again), string(written))
		require.Equal(t, rule, again)
	}
	duplicate := engine.NewConfig(engine.TypeDuplicate).(*engine.Duplicate)
	require.Equal(t, []any{4, 3, 3, 30, 0.85, 12}, []any{*duplicate.Messages, *duplicate.ChannelsCount, *duplicate.Files, duplicate.Seconds, duplicate.Similarity, duplicate.MinLength})
	require.True(t, engine.NewConfig(engine.TypeContent).(*engine.Content).Lookalikes)
}

func TestActionsHaveTheirTypeBesideTheirFields(t *testing.T) {
	t.Parallel()
	const given = `[{"type":"delete","burst":true},{"type":"timeout","duration_seconds":3600,"reason":"spam"},` +
		`{"type":"alert","channel_id":"5","role_id":null,"buttons":true},{"type":"ban"},{"type":"raid_mode"}]`
	var actions engine.Actions
	require.NoError(t, json.Unmarshal([]byte(given), &actions))
	require.Equal(t, &engine.Timeout{DurationSeconds: 3600, Reason: "spam"}, actions[1])
	require.Equal(t, int64(3600), actions[3].(*engine.Ban).DeleteMessageSeconds, "the default")
	written, err := json.Marshal(actions[:3])
	require.NoError(t, err)
	require.JSONEq(t, `[{"type":"delete","burst":true},{"type":"timeout","duration_seconds":3600,"reason":"spam"},`+
		`{"type":"alert","channel_id":"5","role_id":null,"buttons":true}]`, string(written))
}

func TestMistakesAreNamedWithTheirPlace(t *testing.T) {
	t.Parallel()
	offset := func(n int) *int { return &n }
	for _, c := range []struct {
		rule, location string
		offset         *int
	}{
		{`{"type":"nonsense"}`, "type", nil},
		{`{"type":"caps","config":{"percnt":3}}`, "config.percnt", nil},
		{`{"type":"caps","surprise":1}`, "surprise", nil},
		{`{"type":"caps","config":{"percent":"all"}}`, "config.percent", nil},
		{`{"type":"caps","config":{"percent":101}}`, "config.percent", nil},
		{`{"type":"caps","config":{"min_letters":4}}`, "config.min_letters", nil},
		{`{"type":"caps","mode":"on"}`, "mode", nil},
		{`{"type":"caps","name":""}`, "name", nil},
		{`{"type":"caps","conditions":{"member_for_less_than_seconds":-1}}`, "conditions.member_for_less_than_seconds", nil},
		{`{"type":"content","config":{}}`, "config.keyword_filter", nil},
		{`{"type":"content","config":{"keyword_filter":["ok","\u200b"]}}`, "config.keyword_filter[1]", nil},
		{`{"type":"content","config":{"keyword_filter":["*"]}}`, "config.keyword_filter[0]", nil},
		{`{"type":"content","config":{"keyword_filter":["a"],"in":["content","footer"]}}`, "config.in[1]", nil},
		{`{"type":"content","config":{"regex_patterns":["ok","слово(a"]}}`, "config.regex_patterns[1]", offset(5)},
		{`{"type":"content","config":{"regex_patterns":["a(?=b)"]}}`, "config.regex_patterns[0]", offset(1)},
		{`{"type":"content","config":{"regex_patterns":["(a)\\1"]}}`, "config.regex_patterns[0]", offset(3)},
		{`{"type":"content","config":{"regex_patterns":["[z-a]"]}}`, "config.regex_patterns[0]", offset(1)},
		{`{"type":"content","config":{"regex_patterns":["ab**"]}}`, "config.regex_patterns[0]", offset(2)},
		{`{"type":"content","config":{"regex_patterns":["x*"]}}`, "config.regex_patterns[0]", nil},
		{`{"type":"content","config":{"regex_patterns":["(([a-z]{30}){30})"]}}`, "config.regex_patterns[0]", nil},
		{`{"type":"links","config":{"domain_mode":"block","domains":["example.com","not a domain"]}}`, "config.domains[1]", nil},
		{`{"type":"links","config":{"domain_mode":"block"}}`, "config.domains", nil},
		{`{"type":"file_extension","config":{"extensions":["exe",".EXE"]}}`, "config.extensions[1]", nil},
		{`{"type":"file_extension"}`, "config.extensions", nil},
		{`{"type":"mentions","config":{"mention_total_limit":null,"role_limit":null,"everyone":false}}`, "config.mention_total_limit", nil},
		{`{"type":"duplicate","config":{"messages":null,"channels_count":null,"files":null}}`, "config.messages", nil},
		{`{"type":"username","config":{"on":["content"]}}`, "config.on[0]", nil},
		{`{"type":"username","exempt_channels":["1"]}`, "conditions.channels", nil},
		{`{"type":"caps","actions":[]}`, "actions", nil},
		{`{"type":"caps","actions":[{"type":"explode"}]}`, "actions[0].type", nil},
		{`{"type":"caps","actions":[{"type":"timeout"}]}`, "actions[0].duration_seconds", nil},
		{`{"type":"caps","actions":[{"type":"delete","reason":"x"}]}`, "actions[0].reason", nil},
		{`{"type":"caps","actions":[{"type":"alert"},{"type":"alert"}]}`, "actions[1]", nil},
		{`{"type":"caps","actions":[{"type":"warn"},{"type":"kick"}]}`, "actions[1]", nil},
		{`{"type":"caps","actions":[{"type":"raid_mode"}]}`, "actions[0]", nil},
		{`{"type":"raid","actions":[{"type":"ban"}]}`, "actions[0]", nil},
		{`{"type":"username","actions":[{"type":"delete"}]}`, "actions[0]", nil},
		{`{"type":"caps","actions":[{"type":"nickname"}]}`, "actions[0]", nil},
	} {
		var fields map[string]any
		require.NoError(t, json.Unmarshal([]byte(c.rule), &fields))
		for name, value := range map[string]any{"name": "x", "actions": []any{map[string]any{"type": "alert"}}} {
			if _, ok := fields[name]; !ok {
				fields[name] = value
			}
		}
		whole, err := json.Marshal(fields)
		require.NoError(t, err)
		var rule engine.Rule
		var problems engine.Problems
		if err := json.Unmarshal(whole, &rule); err != nil {
			require.ErrorAs(t, err, &problems, c.rule)
		} else {
			problems = engine.Validate(&rule)
		}
		require.Len(t, problems, 1, c.rule)
		require.Equal(t, c.location, problems[0].Location, c.rule)
		require.Equal(t, c.offset, problems[0].Offset, c.rule)
		require.NotEmpty(t, problems[0].Message)
	}
}

func TestABadRuleIsLeftOutAndTheOthersWork(t *testing.T) {
	t.Parallel()
	good := ruleOf(t, []byte(`{"id":"1","type":"content","config":{"keyword_filter":["zorg"]}}`))
	bad := ruleOf(t, []byte(`{"id":"2","type":"caps"}`))
	bad.Config.(*engine.Caps).Percent = 900
	compiled, problems := engine.Compile(engine.Settings{}, []engine.Rule{bad, good})
	require.Len(t, problems, 1)
	require.Equal(t, "2", problems[0].Rule)
	verdicts := feed(compiled, []*engine.Event{{Kind: engine.KindMessage, At: start, Message: engine.Message{Content: "zorg"}}})
	require.Len(t, verdicts[0].Matches, 1)
	require.Equal(t, "1", verdicts[0].Matches[0].Rule.ID)
}

func TestPatternsWithoutALiteralAreFew(t *testing.T) {
	t.Parallel()
	loose := ruleOf(t, []byte(`{"id":"1","type":"content","config":{"regex_patterns":["\\d{5}","[a-z]{9}x","a|b","..","\\w\\d\\d"]}}`))
	tight := ruleOf(t, []byte(`{"id":"2","type":"content","config":{"regex_patterns":["free\\s+nitro","(?:buy|sell) now","colou?r+"]}}`))
	compiled, problems := engine.Compile(engine.Settings{}, []engine.Rule{loose, tight})
	require.Empty(t, problems)
	require.Equal(t, 5, compiled.Loose(), "the patterns of the second rule all need letters in a row")
	_, problems = engine.Compile(engine.Settings{}, []engine.Rule{loose, tight, loose})
	require.Len(t, problems, 1)
	require.Equal(t, "config.regex_patterns[3]", problems[0].Location, "the ninth")
}

func TestStarterRules(t *testing.T) {
	t.Parallel()
	rules := engine.Starter()
	compiled, problems := engine.Compile(engine.Settings{}, rules)
	require.Empty(t, problems)
	require.NotNil(t, compiled)
	harshest := 9
	for _, rule := range rules {
		require.Equal(t, engine.Shadow, rule.Mode)
		require.LessOrEqual(t, rule.Actions.Harshness(), harshest, "%s comes after a milder rule", rule.Name)
		harshest = rule.Actions.Harshness()
		written, err := json.Marshal(rule)
		require.NoError(t, err)
		var again engine.Rule
		require.NoError(t, json.Unmarshal(written, &again))
		require.Equal(t, rule, again)
	}
}
