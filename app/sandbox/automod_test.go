package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/gateway"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

const autoMod = gateway.AutoModConfiguration | gateway.AutoModExecution

// keyword is the body of a keyword rule; more replaces parts of it.
func keyword(more object, words ...string) object {
	rule := object{
		"name": "Words", "event_type": 1, "trigger_type": 1, "enabled": true,
		"trigger_metadata": object{"keyword_filter": words},
		"actions":          []object{{"type": 1}},
	}
	for k, v := range more {
		rule[k] = v
	}
	return rule
}

func repeated(n int, s string) []string { return strings.Split(strings.Repeat(s+",", n-1)+s, ",") }

func TestRulesOfAutoMod(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything | autoMod)
	s.ready()
	bot := newRaw(t, w)
	path := "/v10/guilds/" + w.GuildID.String() + "/auto-moderation/rules"
	require.Empty(t, bot.ok("GET", path, nil))
	bot.header.Set("X-Audit-Log-Reason", "manners")
	made := bot.ok("POST", path, keyword(object{"exempt_roles": []string{w.Role("Admin").String()}}, "bad*")).(object)
	require.Equal(t, object{"keyword_filter": []any{"bad*"}, "regex_patterns": []any{}, "allow_list": []any{}}, made["trigger_metadata"])
	require.Equal(t, []any{object{"type": 1.0, "metadata": object{}}}, made["actions"])
	require.Equal(t, []any{}, made["exempt_channels"])
	require.Equal(t, made, data(t, s.next("AUTO_MODERATION_RULE_CREATE")))
	entry := data(t, s.next("GUILD_AUDIT_LOG_ENTRY_CREATE"))
	require.EqualValues(t, 140, entry["action_type"])
	require.Equal(t, "manners", entry["reason"])

	one := path + "/" + made["id"].(string)
	require.Equal(t, made, bot.ok("GET", one, nil))
	changed := bot.ok("PATCH", one, object{"enabled": false, "exempt_channels": []string{w.ChannelID.String()}}).(object)
	require.Equal(t, []any{false, "Words", []any{w.ChannelID.String()}}, []any{changed["enabled"], changed["name"], changed["exempt_channels"]})
	s.next("AUTO_MODERATION_RULE_UPDATE")
	log := bot.ok("GET", "/v10/guilds/"+w.GuildID.String()+"/audit-logs", nil).(object)
	require.Len(t, log["auto_moderation_rules"], 1)
	bot.ok("DELETE", one, nil)
	s.next("AUTO_MODERATION_RULE_DELETE")
	bot.refused(404, 10132, "GET", one, nil)
	_, err := w.Member("Ken").TryNewRule(keyword(nil, "x"))
	require.ErrorContains(t, err, "50013")
}

func TestLimitsOfAutoMod(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	path := "/v10/guilds/" + w.GuildID.String() + "/auto-moderation/rules"
	trigger := func(kind int, metadata object) object {
		event := 1
		if kind == 6 {
			event = 2
		}
		return object{"name": "x", "event_type": event, "trigger_type": kind, "trigger_metadata": metadata, "actions": []object{{"type": 2, "metadata": object{"channel_id": w.ChannelID}}}}
	}
	for name, c := range map[string]struct {
		body object
		path []string
	}{
		"no name":                {keyword(object{"name": ""}, "x"), []string{"name"}},
		"unknown trigger":        {keyword(object{"trigger_type": 2}, "x"), []string{"trigger_type"}},
		"wrong event":            {keyword(object{"event_type": 2}, "x"), []string{"event_type"}},
		"no action":              {keyword(object{"actions": []object{}}, "x"), []string{"actions"}},
		"too many keywords":      {keyword(nil, repeated(1001, "x")...), []string{"trigger_metadata", "keyword_filter"}},
		"a long keyword":         {keyword(nil, text(61)), []string{"trigger_metadata", "keyword_filter", "0"}},
		"too many patterns":      {trigger(1, object{"regex_patterns": repeated(11, "x")}), []string{"trigger_metadata", "regex_patterns"}},
		"a long pattern":         {trigger(1, object{"regex_patterns": []string{text(261)}}), []string{"trigger_metadata", "regex_patterns", "0"}},
		"a broken pattern":       {trigger(1, object{"regex_patterns": []string{"(?=x)"}}), []string{"trigger_metadata", "regex_patterns", "0"}},
		"a long allow list":      {trigger(1, object{"keyword_filter": []string{"x"}, "allow_list": repeated(101, "x")}), []string{"trigger_metadata", "allow_list"}},
		"too many mentions":      {trigger(5, object{"mention_total_limit": 51}), []string{"trigger_metadata", "mention_total_limit"}},
		"an unknown preset":      {trigger(4, object{"presets": []int{4}}), []string{"trigger_metadata", "presets", "0"}},
		"too many exempt roles":  {keyword(object{"exempt_roles": repeated(21, "1")}, "x"), []string{"exempt_roles"}},
		"a long custom message":  {keyword(object{"actions": []object{{"type": 1, "metadata": object{"custom_message": text(151)}}}}, "x"), []string{"actions", "0", "metadata", "custom_message"}},
		"a long timeout":         {keyword(object{"actions": []object{{"type": 3, "metadata": object{"duration_seconds": 2419201}}}}, "x"), []string{"actions", "0", "metadata", "duration_seconds"}},
		"an alert to nowhere":    {keyword(object{"actions": []object{{"type": 2, "metadata": object{"channel_id": "1"}}}}, "x"), []string{"actions", "0", "metadata", "channel_id"}},
		"a quarantine for words": {keyword(object{"actions": []object{{"type": 4}}}, "x"), []string{"actions", "0", "type"}},
	} {
		o := bot.refused(400, 50035, "POST", path, c.body)
		require.NotEmpty(t, mistake(t, o, c.path...), name)
	}
	spamTimeout := trigger(3, object{})
	spamTimeout["actions"] = []object{{"type": 3, "metadata": object{"duration_seconds": 60}}}
	mistake(t, bot.refused(400, 50035, "POST", path, spamTimeout), "actions", "0", "type")
	for range 6 {
		bot.ok("POST", path, keyword(nil, "x"))
	}
	o := bot.refused(400, 50035, "POST", path, keyword(nil, "x"))
	require.Equal(t, "AUTO_MODERATION_MAX_RULES_OF_TYPE_EXCEEDED", mistake(t, o, "trigger_type"))
	for kind, metadata := range map[int]object{3: {}, 4: {"presets": []int{1}}, 5: {"mention_total_limit": 3}, 6: {"keyword_filter": []string{"x"}}} {
		bot.ok("POST", path, trigger(kind, metadata))
		mistake(t, bot.refused(400, 50035, "POST", path, trigger(kind, metadata)), "trigger_type")
	}
	require.Len(t, bot.ok("GET", path, nil), 10)
}

func TestAutoModBlocks(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything | autoMod)
	s.ready()
	ada, ken, log := w.Member("Ada"), w.Member("Ken"), w.Channel("mod-log")
	rule := ada.NewRule(keyword(object{"actions": []object{
		{"type": 1, "metadata": object{"custom_message": "Not here, please."}},
		{"type": 2, "metadata": object{"channel_id": log}},
		{"type": 3, "metadata": object{"duration_seconds": 60}},
	}}, "*cat*"))
	_, err := ken.TryPost(w.ChannelID, sandboxtest.Draft{Content: "what a location"})
	require.ErrorContains(t, err, "200000")

	notice := ken.WaitMessage(w.ChannelID, func(m *sandboxtest.Message) bool { return m.Type == wire.MessageAutoMod })
	require.True(t, notice.Ephemeral())
	require.Equal(t, "Not here, please.", notice.Embeds[0].Title)
	require.Equal(t, "what a location", notice.Embeds[0].Description)
	require.Empty(t, ada.Messages(w.ChannelID), "nobody else sees it")
	notice.Delete()
	notice.WaitGone()

	alert := ada.Messages(log)[0]
	require.Equal(t, wire.MessageAutoMod, alert.Type)
	require.Equal(t, ken.ID, alert.Author.ID)
	require.Equal(t, "what a location", alert.Embeds[0].Description)
	var executed []object
	for len(executed) < 3 {
		p := s.next("")
		if p.T == "MESSAGE_CREATE" {
			require.Equal(t, log.String(), data(t, p)["channel_id"], "the bot does not see a blocked message")
		}
		if p.T == "AUTO_MODERATION_ACTION_EXECUTION" {
			executed = append(executed, data(t, p))
		}
	}
	for i, e := range executed {
		require.EqualValues(t, i+1, e["action"].(object)["type"])
		require.Equal(t, rule.ID.String(), e["rule_id"])
		require.NotContains(t, e, "message_id")
		require.Equal(t, []any{"*cat*", "cat", "what a location"}, []any{e["matched_keyword"], e["matched_content"], e["content"]})
	}
	require.Equal(t, alert.ID.String(), executed[1]["alert_system_message_id"])
	var actions []int
	for _, e := range ada.AuditLog() {
		actions = append(actions, e.ActionType)
	}
	require.Equal(t, []int{145, 144, 143, 140}, actions)
	require.Equal(t, "Words", ada.AuditLog()[0].Options.RuleName)
	require.Equal(t, "1", ada.AuditLog()[0].Options.RuleTrigger)
	_, err = ken.TryPost(w.ChannelID, sandboxtest.Draft{Content: "hello"})
	require.ErrorContains(t, err, "50013", "they are timed out")
	w.Advance(time.Minute)

	m := ken.Write(w.ChannelID, "hello")
	require.ErrorContains(t, m.TryEdit("a cat"), "200000")
	now, _ := m.Now()
	require.Equal(t, "hello", now.Content)
	ada.Write(w.ChannelID, "my cat")
	newRaw(t, w).ok("POST", "/v10/channels/"+w.ChannelID.String()+"/messages", object{"content": "cats by the bot"})
	ada.ChangeRule(rule.ID, object{"enabled": false})
	w.Advance(time.Minute)
	ken.Write(w.ChannelID, "a cat at last")
}

// A rule that only alerts lets the message stand and names it.
func TestAutoModAlerts(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything&^gateway.MessageContent | autoMod)
	s.ready()
	ada, ken := w.Member("Ada"), w.Member("Ken")
	ada.NewRule(keyword(object{"actions": []object{{"type": 2, "metadata": object{"channel_id": w.Channel("mod-log")}}}}, "suspicious"))
	m := ken.Write(w.ChannelID, "how suspicious this is")
	e := data(t, s.next("AUTO_MODERATION_ACTION_EXECUTION"))
	require.Equal(t, m.ID.String(), e["message_id"])
	require.Equal(t, []any{"", "", "suspicious"}, []any{e["content"], e["matched_content"], e["matched_keyword"]}, "content needs the intent")
	require.Contains(t, ada.Messages(w.Channel("mod-log"))[0].Text(), "flagged_message_id: "+m.ID.String())
	for _, e := range ken.Seen() {
		require.NotEqual(t, "AUTO_MODERATION_ACTION_EXECUTION", e.Name, "only who manages the guild is told")
	}
}

func TestWhatAutoModMatches(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	ada, ken, kat := w.Member("Ada"), w.Member("Ken"), w.Member("Kat")
	rule := ada.NewRule(keyword(object{
		"trigger_metadata": object{
			"keyword_filter": []string{"cat", "tra*", "*dog", "*owl*", "the mat", "слово"},
			"regex_patterns": []string{`b[a4]d\s+thing`}, "allow_list": []string{"trade", "snowy owl"},
		},
		"exempt_roles": []string{w.Role("Contributor").String()}, "exempt_channels": []string{w.Channel("show-and-tell").String()},
	}))
	for content, blocked := range map[string]bool{
		"a CAT here": true, "cat": true, "location": false, "cat, of course": false, "Train": true, "extra": false,
		"hotdog": true, "dogs": false, "growling": true, "on the mat": true, "the matter": false, "b4d  thing": true, "одно слово": true,
		"we trade": false, "a trade by train": true, "snowy owl": false, "trade and a snowy owl": false,
	} {
		_, err := ken.TryPost(w.ChannelID, sandboxtest.Draft{Content: content})
		require.Equal(t, blocked, err != nil, content)
	}
	kat.Write(w.ChannelID, "cat") // has an exempt role
	ken.Write(w.Channel("show-and-tell"), "cat")
	ada.ChangeRule(rule.ID, object{"enabled": false})

	ada.NewRule(object{"name": "Mentions", "event_type": 1, "trigger_type": 5, "enabled": true, "trigger_metadata": object{"mention_total_limit": 1}, "actions": []object{{"type": 1}}})
	ken.Write(w.ChannelID, ada.Mention()+" "+ada.Mention())
	_, err := ken.TryPost(w.ChannelID, sandboxtest.Draft{Content: ada.Mention() + " " + kat.Mention()})
	require.ErrorContains(t, err, "200000", "it fires above its limit")
	ada.NewRule(object{"name": "Spam", "event_type": 1, "trigger_type": 3, "enabled": true, "actions": []object{{"type": 1}}})
	_, err = ken.TryPost(w.ChannelID, sandboxtest.Draft{Content: "FREE NITRO for everybody"})
	require.ErrorContains(t, err, "200000")
	ada.NewRule(object{"name": "Lists", "event_type": 1, "trigger_type": 4, "enabled": true, "trigger_metadata": object{"presets": []int{1, 3}}, "actions": []object{{"type": 1}}})
	_, err = ken.TryPost(w.ChannelID, sandboxtest.Draft{Content: "you moron"})
	require.ErrorContains(t, err, "200000")
}

func TestAutoModQuarantines(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything | autoMod)
	s.ready()
	ada, ken := w.Member("Ada"), w.Member("Ken")
	ada.NewRule(object{"name": "Names", "event_type": 2, "trigger_type": 6, "enabled": true, "trigger_metadata": object{"keyword_filter": []string{"*free*"}}, "actions": []object{{"type": 4}}})
	ken.Rename("", "Freebies")
	e := data(t, s.next("AUTO_MODERATION_ACTION_EXECUTION"))
	require.Equal(t, "Freebies", e["content"])
	require.NotContains(t, e, "channel_id")
	require.Equal(t, 146, ada.AuditLog()[0].ActionType)
	m, _ := ada.Look(ken)
	require.NotZero(t, m.Flags&(1<<7))
	_, err := ken.TryPost(w.ChannelID, sandboxtest.Draft{Content: "hello"})
	require.ErrorContains(t, err, "50013")
	ken.Rename("", "Ken")
	ken.Write(w.ChannelID, "hello")
	late := w.Newcomer(sandboxtest.Newcomer{Username: "freegift"})
	late.Join()
	_, err = late.TryPost(w.ChannelID, sandboxtest.Draft{Content: "hello"})
	require.ErrorContains(t, err, "50013")
}
