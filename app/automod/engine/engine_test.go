package engine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
)

// said is a message of a member.
func said(member engine.Snowflake, at time.Duration, channel engine.Snowflake, content string) *engine.Event {
	return &engine.Event{
		Kind: engine.KindMessage, At: start.Add(at), MessageID: engine.Snowflake(at/time.Millisecond)*1000 + member, Channels: []engine.Snowflake{channel},
		Author: engine.User{ID: member, Username: "somebody"}, Message: engine.Message{Content: content},
	}
}

func words(t *testing.T, name, mode, actions string, keywords ...string) engine.Rule {
	list, err := json.Marshal(keywords)
	require.NoError(t, err)
	return ruleOf(t, fmt.Appendf(nil, `{"name":%q,"mode":%q,"type":"content","config":{"keyword_filter":%s},"actions":[%s]}`, name, mode, list, actions))
}

func TestTheFirstEnforcedMatchActs(t *testing.T) {
	t.Parallel()
	compiled := compile(t, engine.Settings{},
		words(t, "watched", "shadow", `{"type":"ban"}`, "zorg"),
		words(t, "off", "off", `{"type":"ban"}`, "zorg"),
		words(t, "mild", "enforce", `{"type":"delete"}`, "zorg"),
		words(t, "harsh", "enforce", `{"type":"timeout","duration_seconds":60}`, "zorg"),
		words(t, "milder", "enforce", `{"type":"alert"}`, "zorg"),
		words(t, "other", "enforce", `{"type":"ban"}`, "blorg"),
	)
	verdict := feed(compiled, []*engine.Event{said(2, 0, 1, "zorg")})[0]
	var names []string
	for _, match := range verdict.Matches {
		names = append(names, match.Rule.Name)
		require.Equal(t, match.Rule.Name == "harsh", match.Masked, match.Rule.Name)
	}
	require.Equal(t, []string{"watched", "mild", "harsh", "milder"}, names)
	require.Equal(t, "mild", verdict.Acting().Rule.Name)

	var outcomes []engine.Outcome
	for _, answer := range compiled.Explain(said(2, 0, 1, "zorg"), engine.NewWindows(engine.DefaultLimits()).Guild(1)) {
		outcomes = append(outcomes, answer.Outcome)
	}
	require.Equal(t, []engine.Outcome{"hit", "off", "hit", "hit", "hit", "clean"}, outcomes)
}

func TestAHitSaysWhatAndWhere(t *testing.T) {
	t.Parallel()
	compiled := compile(t, engine.Settings{}, words(t, "x", "enforce", `{"type":"delete"}`, "zorg", "nitro*"))
	e := said(2, 0, 1, "сюда: zo||rg|| nothing")
	e.Message.Attachments = []engine.Attachment{{Filename: "a.png"}, {Filename: "b.png", Description: "free ＮＩＴＲＯs"}}
	verdict := feed(compiled, []*engine.Event{e})[0]
	hits := verdict.Matches[0].Hits
	require.Len(t, hits, 2)
	require.Equal(t, []any{engine.PartContent, 0, "zorg", "zo||rg", 6, 6}, []any{hits[0].Part, hits[0].Index, hits[0].By, hits[0].Text, hits[0].Offset, hits[0].Length})
	require.Equal(t, []any{engine.PartDescription, 1, "nitro*", "ＮＩＴＲＯ", 5, 5}, []any{hits[1].Part, hits[1].Index, hits[1].By, hits[1].Text, hits[1].Offset, hits[1].Length})

	long := strings.Repeat("я", 300) + " zorg " + strings.Repeat("ю", 300)
	verdict = feed(compiled, []*engine.Event{said(2, 0, 1, long)})[0]
	excerpt, offset := verdict.Matches[0].Hits[0].Excerpt(100)
	require.Len(t, []rune(excerpt), 100)
	require.Equal(t, "zorg", string([]rune(excerpt)[offset:offset+4]))
}

func TestEveryTextIsReadWhereTheRuleLooks(t *testing.T) {
	t.Parallel()
	for part, message := range map[engine.Part]engine.Message{
		"content":     {Content: "zorg"},
		"embed":       {Embeds: []engine.Embed{{Texts: []string{"", "zorg"}}}},
		"snapshot":    {Snapshots: []engine.Message{{Content: "zorg"}}},
		"poll":        {Poll: []string{"who?", "zorg"}},
		"thread_name": {ThreadName: "zorg"},
		"sticker":     {Stickers: []string{"zorg"}},
		"filename":    {Attachments: []engine.Attachment{{Filename: "zorg.png"}}},
		"description": {Attachments: []engine.Attachment{{Description: "zorg"}}},
		"component":   {Components: []engine.Component{{Text: "zorg"}}},
	} {
		for _, in := range []string{string(part), "content", "poll"} {
			compiled := compile(t, engine.Settings{}, ruleOf(t, fmt.Appendf(nil, `{"type":"content","config":{"keyword_filter":["zorg"],"in":[%q]}}`, in)))
			e := said(2, 0, 1, "")
			e.Message = message
			require.Equal(t, in == string(part), len(feed(compiled, []*engine.Event{e})[0].Matches) == 1, "%s in %s", part, in)
		}
	}
}

func TestAllowedPhrasesExcuseNothingElse(t *testing.T) {
	t.Parallel()
	compiled := compile(t, engine.Settings{}, ruleOf(t, []byte(`{"type":"content","config":{"keyword_filter":["*zorg*"],"regex_patterns":["bad\\w+"],"allow_list":["zorgian empire","badger"],"skip_code":true}}`)))
	for content, want := range map[string]int{
		"the Zorgian Empire":                             0,
		"the Zorgian Empire and a badger":                0,
		"the Zorgian Empire and a zorg":                  1,
		"zorg, the Zorgian Empire":                       1,
		strings.Repeat("zorgian empire ", 100) + "zorg":  1,
		strings.Repeat("badger ", 100) + "badword":       1,
		"a zorgian empirex":                              1,
		"`zorg badword`":                                 0,
		"`zorg` badword":                                 1,
		strings.Repeat("`zorg` ", 100) + "zorg badderer": 2,
	} {
		verdict := feed(compiled, []*engine.Event{said(2, 0, 1, content)})[0]
		hits := 0
		for _, match := range verdict.Matches {
			hits += len(match.Hits)
		}
		require.Equal(t, want, hits, content)
	}
}

func TestAnEditActsOnWhatIsNew(t *testing.T) {
	t.Parallel()
	compiled := compile(t, engine.Settings{},
		words(t, "words", "enforce", `{"type":"delete"}`, "zorg"),
		ruleOf(t, []byte(`{"name":"links","type":"links","config":{"domain_mode":"block","domains":["evil.example"]}}`)),
		ruleOf(t, []byte(`{"name":"mentions","type":"mentions"}`)),
		ruleOf(t, []byte(`{"name":"rate","type":"message_rate","config":{"messages":2}}`)),
	)
	edit := func(before, after string) *engine.Event {
		e := said(2, 0, 1, after)
		e.Kind, e.Before = engine.KindEdit, &engine.Message{Content: before}
		return e
	}
	for _, c := range []struct {
		before, after string
		hits          int
	}{
		{"hello", "hello zorg", 1},
		{"zorg", "zorg and more", 0},
		{"zorg", "zorg zorg", 1},
		{"https://evil.example/a", "see https://evil.example/a", 0},
		{"https://evil.example/a", "https://evil.example/b", 1},
		{"@everyone", "@everyone hello", 0},
		{"hello", "@everyone hello", 1},
	} {
		hits := 0
		for _, match := range feed(compiled, []*engine.Event{edit(c.before, c.after)})[0].Matches {
			hits += len(match.Hits)
		}
		require.Equal(t, c.hits, hits, "%q to %q", c.before, c.after)
	}
	preview := edit("hello", "hello")
	preview.Message.Embeds = []engine.Embed{{Texts: []string{"zorg"}, URLs: []string{"https://evil.example"}}}
	require.Empty(t, feed(compiled, []*engine.Event{preview})[0].Matches, "a preview was written by nobody")
	unknown := edit("", "zorg")
	unknown.Before = nil
	require.Len(t, feed(compiled, []*engine.Event{unknown})[0].Matches, 1, "nobody remembers what it said")
}

func TestInvitesOfUnknownGuilds(t *testing.T) {
	t.Parallel()
	for policy, want := range map[string][2]bool{"alert": {true, true}, "hit": {true, false}, "ignore": {false, false}} {
		compiled := compile(t, engine.Settings{GuildID: home}, ruleOf(t, fmt.Appendf(nil, `{"type":"links","config":{"unknown_invite":%q,"allowed_guild_ids":["7"]}}`, policy)))
		e := said(2, 0, 1, "discord.gg/unknown")
		verdict := feed(compiled, []*engine.Event{e})[0]
		require.Equal(t, []string{"unknown"}, verdict.Unresolved)
		require.Equal(t, want[0], len(verdict.Matches) == 1, policy)
		if want[0] {
			require.Equal(t, want[1], verdict.Matches[0].AlertOnly, policy)
		}
		for guild, hit := range map[engine.Snowflake]bool{home: false, 7: false, 8: true} {
			e := said(2, 0, 1, "discord.gg/known https://discord.com/invite/known")
			e.Invites = engine.InviteMap{"known": guild}
			verdict := feed(compiled, []*engine.Event{e})[0]
			require.Empty(t, verdict.Unresolved)
			require.Equal(t, hit, len(verdict.Matches) == 1, "%s %d", policy, guild)
		}
	}
}

func TestABurstIsWhatWasCounted(t *testing.T) {
	t.Parallel()
	compiled := compile(t, engine.Settings{},
		ruleOf(t, []byte(`{"name":"rate","type":"message_rate","config":{"messages":3,"seconds":5}}`)),
		ruleOf(t, []byte(`{"name":"duplicate","type":"duplicate","config":{"messages":3,"channels_count":null,"files":2}}`)),
	)
	long := "this is long enough to compare"
	verdicts := feed(compiled, []*engine.Event{
		said(2, 0, 1, long), said(3, time.Second, 1, long), said(2, 10*time.Second, 2, "ok"), said(2, 11*time.Second, 2, long+"!"), said(2, 12*time.Second, 3, long),
	})
	last := verdicts[4]
	require.Len(t, last.Matches, 2)
	ids := func(refs []engine.MessageRef) (at []int) {
		for _, ref := range refs {
			require.Equal(t, engine.Snowflake(2), ref.MemberID)
			at = append(at, int(ref.MessageID)/1_000_000)
		}
		return at
	}
	require.Equal(t, []int{12, 11, 10}, ids(last.Matches[0].Burst))
	require.Equal(t, []int{12, 11, 0}, ids(last.Matches[1].Burst))
	require.Equal(t, 3, last.Matches[1].Hits[0].Count)

	file := func(at time.Duration, size int64) *engine.Event {
		e := said(4, at, 1, "")
		e.Message.Attachments = []engine.Attachment{{Filename: fmt.Sprintf("%d.png", at), Size: size, Width: 10, Height: 20}, {Filename: "other.png", Size: size + int64(at)}}
		return e
	}
	verdicts = feed(compiled, []*engine.Event{file(0, 100), file(time.Second, 200), file(2*time.Second, 100)})
	require.Empty(t, verdicts[1].Matches, "files of one message that differ are not the same file")
	match := verdicts[2].Matches[1]
	require.True(t, match.SameFile, "whoever acts compares the bytes")
	require.Len(t, match.Burst, 2)
}

// A rule that acts on a message hides it from no count, and a message counts once whatever is
// asked about it.
func TestCountingComesBeforeJudging(t *testing.T) {
	t.Parallel()
	compiled := compile(t, engine.Settings{},
		words(t, "words", "enforce", `{"type":"delete"}`, "zorg"),
		ruleOf(t, []byte(`{"name":"rate","type":"message_rate","config":{"messages":3,"seconds":5}}`)),
	)
	windows := engine.NewWindows(engine.DefaultLimits()).Guild(home)
	for i := range 3 {
		e := said(2, time.Duration(i)*time.Second, 1, "zorg")
		compiled.Count(e, windows)
		for range 5 {
			require.Len(t, compiled.Check(e, windows).Matches, 1+i/2)
		}
	}
}

func TestJoinersOfARaidAreNamed(t *testing.T) {
	t.Parallel()
	compiled := compile(t, engine.Settings{}, ruleOf(t, []byte(`{"type":"raid","config":{"joins":3}}`)))
	var events []*engine.Event
	for i := range 4 {
		created := start.Add(-time.Duration(i+1) * 4 * 24 * time.Hour).UnixMilli()
		events = append(events, &engine.Event{Kind: engine.KindJoin, At: start.Add(time.Duration(i) * time.Second), Author: engine.User{
			ID: engine.Snowflake((created-1420070400000)<<22 + int64(i)), Username: fmt.Sprintf("raid_%d", i), Avatar: fmt.Sprint(i % 2),
		}})
	}
	match := feed(compiled, events)[3].Matches[0]
	require.Len(t, match.Joined, 4)
	require.Equal(t, events[3].Author.ID, match.Joined[0].MemberID, "newest first")
	require.False(t, match.Joined[0].YoungAccount)
	require.True(t, match.Joined[3].YoungAccount)
	for _, joined := range match.Joined {
		require.True(t, joined.SamePattern && joined.SameAvatar && joined.Suspicious())
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	staff := []engine.User{{ID: 9, Username: "guardian", GlobalName: "The Guardian"}, {ID: 10, Username: "Al"}}
	compiled := compile(t, engine.Settings{Staff: staff}, ruleOf(t, []byte(`{"type":"username","config":{"links":true,"keyword_filter":["zorg"],"allow_list":["zorg fan"]}}`)))
	for name, want := range map[string]bool{
		"guardian": true, "Guаrdian": true, "ＧＵＡＲＤＩＡＮ": true, "★ The Guardian ★": true, "guardians": false, "Al": false,
		"join discord.gg/abc": true, "see https://example.com": true, "zorg": true, "zorg fan": false, "Анна": false, "さくら": false, "renée": false,
	} {
		e := &engine.Event{Kind: engine.KindRename, At: start, Author: engine.User{ID: 3, Username: "plain", Avatar: "x"}, Member: engine.Member{Nick: name}}
		require.Equal(t, want, len(feed(compiled, []*engine.Event{e})[0].Matches) == 1, name)
	}
	own := &engine.Event{Kind: engine.KindRename, At: start, Author: staff[0]}
	require.Empty(t, feed(compiled, []*engine.Event{own})[0].Matches, "nobody imitates themselves")
}

func FuzzRule(f *testing.F) {
	f.Add(`{"name":"x","type":"content","config":{"keyword_filter":["a*"],"regex_patterns":["a(b"]},"actions":[{"type":"ban"}]}`)
	f.Add(`{"name":"x","type":"links","config":{"domains":["example.com"]},"actions":[{"type":"timeout","duration_seconds":60}]}`)
	f.Add(`{"type":"raid","actions":[{}],"conditions":null,"config":null}`)
	f.Fuzz(func(t *testing.T, data string) {
		var rule engine.Rule
		if json.Unmarshal([]byte(data), &rule) != nil || len(engine.Validate(&rule)) > 0 {
			return
		}
		compiled, problems := engine.Compile(engine.Settings{}, []engine.Rule{rule})
		require.LessOrEqual(t, len(problems), 1)
		feed(compiled, []*engine.Event{said(2, 0, 1, data)})
		written, err := json.Marshal(rule)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(written, &rule))
	})
}
