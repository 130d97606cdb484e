package sandbox_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/gateway"
	"github.com/smarter-dev/smarterdev/app/sandbox/rest"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// session is a bot that holds every response and every event against Discord's documentation.
type session struct {
	*raw
	events  *socket
	schemas *schemas
	routes  *chi.Mux
	touched map[string]bool // routes and events that have been seen
	id      string          // of the guild

	guild, general, news string // paths
}

func newSession(t *testing.T, w *sandboxtest.World) *session {
	t.Helper()
	s := &session{
		raw: newRaw(t, w), schemas: readSchemas(t), routes: chi.NewRouter(), touched: make(map[string]bool),
		id: w.GuildID.String(), guild: "/v10/guilds/" + w.GuildID.String(), general: channelPath(w.ChannelID), news: channelPath(w.Channel("announcements")),
	}
	(&rest.API{}).Mount(s.routes)
	s.raw.watch = s.response
	ada := w.Member("Ada")
	ada.GiveRole(w.Person(w.ApplicationID), ada.CreateRoleWith("Everything", wire.Administrator))
	s.events = dialGateway(t, w, "").identify(everything | autoMod | gateway.GuildExpressions | gateway.GuildWebhooks | gateway.GuildInvites |
		gateway.GuildVoiceStates | gateway.GuildPolls)
	s.events.watch = s.event
	s.events.ready()
	return s
}

// response holds a response against the documentation.
func (s *session) response(method, path string, status int, body any) {
	s.t.Helper()
	path, _, _ = strings.Cut(strings.TrimPrefix(path, "/v10"), "?")
	route := method + " " + s.routes.Find(chi.NewRouteContext(), method, path)
	s.touched[route] = true
	kind, known := s.schemas.routes[route][status]
	switch {
	case !known:
		assert.Fail(s.t, "undocumented", "%s is answered with %d: %v", route, status, body)
	case kind == "":
		assert.Nil(s.t, body, route)
	default:
		for _, wrong := range s.schemas.check(kind, body, "") {
			assert.Fail(s.t, "undocumented", "%s: %s", route, wrong)
		}
	}
}

// event holds an event against the documentation.
func (s *session) event(p payload) {
	s.t.Helper()
	if p.Op != 0 {
		return
	}
	s.touched[p.T] = true
	var data any
	require.NoError(s.t, json.Unmarshal(p.D, &data))
	kind, known := s.schemas.events[p.T]
	assert.True(s.t, known, "no event is called %s", p.T)
	for _, wrong := range s.schemas.check(kind, data, "") {
		assert.Fail(s.t, "undocumented", "%s: %s", p.T, wrong)
	}
}

// make makes something and returns its id.
func (s *session) make(path string, body any) string {
	s.t.Helper()
	return s.ok("POST", path, body).(object)["id"].(string)
}

// write writes a message and returns its path.
func (s *session) write(channel string, body object) string {
	s.t.Helper()
	return channel + "/messages/" + s.make(channel+"/messages", body)
}

// A bot that uses every route once is answered, and hears what it does, as Discord documents it.
func TestASessionIsAsDocumented(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := newSession(t, w)
	s.accounts()
	s.commands()
	s.messages()
	s.reactionsAndPolls()
	s.threads()
	s.webhooksAndInvites()
	s.channelsAndRoles()
	s.expressions()
	s.autoModeration()
	s.members()
	s.voice()
	s.moderation()
	s.leaving()

	require.NoError(t, chi.Walk(s.routes, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		assert.True(t, s.touched[method+" "+route], "the session does not touch %s %s", method, route)
		return nil
	}))
	for event := range s.schemas.events {
		assert.True(t, s.touched[event], "the session does not cause %s", event)
	}
}

func (s *session) accounts() {
	s.ok("GET", "/v10/gateway", nil)
	s.ok("GET", "/v10/gateway/bot", nil)
	s.ok("GET", "/v10/users/@me", nil)
	s.ok("PATCH", "/v10/users/@me", object{"username": "Renamed"})
	s.ok("GET", "/v10/users/@me/guilds?with_counts=true", nil)
	s.ok("GET", "/v10/users/"+s.w.Member("Ken").ID.String(), nil)
	s.ok("GET", "/v10/applications/@me", nil)
	s.ok("PATCH", "/v10/applications/@me", object{"description": "A bot", "tags": []string{"fun"}})
	s.ok("GET", "/v10/oauth2/applications/@me", nil)
	app := "/v10/applications/" + s.w.ApplicationID.String()
	s.ok("GET", app+"/entitlements", nil)
	s.ok("GET", app+"/skus", nil)

	config := oauthConfig(s.w, "identify", "email", "guilds", "guilds.members.read")
	location := s.w.Member("Ada").Agree(config.AuthCodeURL("x"))
	token, err := config.Exchange(s.t.Context(), location.Query().Get("code"))
	require.NoError(s.t, err)
	ada := &raw{t: s.t, w: s.w, header: http.Header{"Authorization": {"Bearer " + token.AccessToken}}, watch: s.response}
	ada.ok("GET", "/v10/oauth2/@me", nil)
	ada.ok("GET", "/v10/users/@me", nil)
	ada.ok("GET", "/v10/users/@me/guilds", nil)
	ada.ok("GET", "/v10/users/@me/guilds/"+s.id+"/member", nil)

	direct := "/v10/channels/" + s.make("/v10/users/@me/channels", object{"recipient_id": s.w.Member("Ken").ID})
	s.ok("GET", direct, nil)
	s.ok("GET", s.write(direct, object{"content": "between us"}), nil)
	s.w.Member("Ken").Write(s.w.Member("Ken").Direct(), "hello")
}

func (s *session) commands() {
	application := "/v10/applications/" + s.w.ApplicationID.String()
	for _, commands := range []string{application + "/commands", application + "/guilds/" + s.id + "/commands"} {
		s.ok("PUT", commands, []object{{"name": "go", "description": "Go", "options": []object{
			{"type": 3, "name": "what", "description": "What", "autocomplete": true}, {"type": 6, "name": "who", "description": "Who"},
			{"type": 7, "name": "where", "description": "Where"}, {"type": 8, "name": "role", "description": "Role"},
			{"type": 4, "name": "number", "description": "Number", "choices": []object{{"name": "one", "value": 1}}},
			{"type": 10, "name": "amount", "description": "Amount"}, {"type": 5, "name": "sure", "description": "Sure"},
			{"type": 11, "name": "file", "description": "File"}, {"type": 9, "name": "whom", "description": "Whom"},
		}}, {"name": "deep", "description": "Deep", "options": []object{{"type": 2, "name": "group", "description": "Group", "options": []object{
			{"type": 1, "name": "one", "description": "One", "options": []object{{"type": 3, "name": "text", "description": "Text"}}},
		}}}}, {"name": "Who", "type": 2}, {"name": "Which", "type": 3}})
		one := commands + "/" + s.make(commands, object{"name": "more", "description": "More"})
		s.ok("GET", commands+"?with_localizations=true", nil)
		s.ok("GET", one, nil)
		s.ok("PATCH", one, object{"description": "Still more"})
		if commands != application+"/commands" {
			s.w.Member("Ada").Override(one[strings.LastIndex(one, "/")+1:], wire.CommandPermission{ID: s.w.Role("Regular"), Type: 1, Permission: true})
			s.ok("GET", one+"/permissions", nil)
			s.ok("GET", commands+"/permissions", nil)
		}
		s.ok("DELETE", one, nil)
	}
	ken, ada := s.w.Member("Ken"), s.w.Member("Ada")
	ran := meanwhile(func() *sandboxtest.Reply {
		return ken.Run("/go", sandboxtest.Options{"what": "x", "who": ada.ID, "where": s.w.ChannelID, "role": s.w.Role("Regular"), "number": 1, "amount": 1.5, "sure": true})
	})
	callback, hook := s.interaction()
	components := []object{
		{"type": 1, "components": []object{button("press"), {"type": 2, "style": 5, "label": "Visit", "url": "https://example.com"}}},
		{"type": 1, "components": []object{{"type": 3, "custom_id": "text", "options": []object{{"label": "a", "value": "a"}}}}},
		{"type": 1, "components": []object{{"type": 5, "custom_id": "user"}}}, {"type": 1, "components": []object{{"type": 8, "custom_id": "channel"}}},
	}
	s.ok("POST", callback+"?with_response=true", object{"type": 4, "data": object{"content": "answered", "components": components}})
	reply := ran()
	s.ok("GET", hook+"/messages/@original", nil)
	s.ok("PATCH", hook+"/messages/@original", object{"content": "changed"})
	further := s.ok("POST", hook+"?wait=true", object{"content": "further", "flags": 64}).(object)["id"].(string)
	s.ok("DELETE", hook+"/messages/"+further, nil)

	form := meanwhile(func() *sandboxtest.Reply { return reply.Press("press") })
	callback, _ = s.interaction()
	s.ok("POST", callback, object{"type": 9, "data": object{"custom_id": "form", "title": "A form", "components": []object{
		{"type": 18, "label": "Name", "component": object{"type": 4, "style": 1, "custom_id": "name"}},
	}}})
	submitted := meanwhile(func() *sandboxtest.Reply { return form().Submit(map[string]string{"Name": "Ken"}) })
	callback, _ = s.interaction()
	s.ok("POST", callback, object{"type": 4, "data": object{"content": "thank you"}})
	submitted()
	chosen := meanwhile(func() *sandboxtest.Reply { return reply.Select("user", ada.ID.String()) })
	callback, _ = s.interaction()
	s.ok("POST", callback, object{"type": 7, "data": object{"content": "chosen"}})
	chosen()
	typed := meanwhile(func() int { return len(ken.Complete("/go", "what", "x")) })
	callback, _ = s.interaction()
	s.ok("POST", callback, object{"type": 8, "data": object{"choices": []object{{"name": "a", "value": "a"}}}})
	require.Equal(s.t, 1, typed())
	for _, run := range []func() *sandboxtest.Reply{
		func() *sandboxtest.Reply { return ken.Menu("Who", ada) },
		func() *sandboxtest.Reply { return ken.MenuOn("Which", ada.Write(s.w.ChannelID, "this one")) },
		func() *sandboxtest.Reply { return ken.Run("/deep group one", sandboxtest.Options{"text": "x"}) },
	} {
		used := meanwhile(run)
		callback, hook = s.interaction()
		s.ok("POST", callback, object{"type": 5})
		s.ok("PATCH", hook+"/messages/@original", object{"content": "at last"})
		used()
	}
}

// interaction waits for an interaction and returns where it is answered, and its webhook.
func (s *session) interaction() (callback, hook string) {
	s.t.Helper()
	it := data(s.t, s.events.next("INTERACTION_CREATE"))
	id, token := it["id"].(string), it["token"].(string)
	return "/v10/interactions/" + id + "/" + token + "/callback", "/v10/webhooks/" + s.w.ApplicationID.String() + "/" + token
}

func (s *session) messages() {
	ken := s.w.Member("Ken")
	m := s.write(s.general, object{
		"content": "hello " + ken.Mention(), "nonce": "1", "embeds": []object{{
			"title": "Title", "description": "Text", "url": "https://example.com", "color": 1, "timestamp": "2026-01-02T03:04:05Z",
			"author": object{"name": "A", "icon_url": "https://example.com/a.png"}, "footer": object{"text": "F"}, "image": object{"url": "https://example.com/i.png"},
			"thumbnail": object{"url": "https://example.com/t.png"}, "fields": []object{{"name": "n", "value": "v"}},
		}},
	})
	s.ok("GET", m, nil)
	s.ok("PATCH", m, object{"content": "changed"})
	upload(s.t, s.raw, s.general+"/messages", object{"content": "a file", "attachments": []object{{"id": 0, "description": "described"}}}, "a.txt")
	s.write(s.general, object{"content": "a reply", "message_reference": object{"message_id": m[strings.LastIndex(m, "/")+1:]}})
	s.write(s.general, object{"message_reference": object{"type": 1, "channel_id": s.w.ChannelID, "message_id": m[strings.LastIndex(m, "/")+1:]}})
	media := object{"url": "https://example.com/a.png"}
	s.write(s.general, object{"flags": wire.FlagComponentsV2, "components": []object{
		{"type": 10, "content": "text"}, {"type": 14}, {"type": 12, "items": []object{{"media": media}}},
		{"type": 9, "components": []object{{"type": 10, "content": "beside"}}, "accessory": object{"type": 11, "media": media}},
		{"type": 17, "components": []object{{"type": 10, "content": "inside"}, {"type": 1, "components": []object{button("b")}}}},
	}})
	for _, pins := range []string{"/messages/pins", "/pins"} {
		one := s.general + pins + m[strings.LastIndex(m, "/"):]
		s.ok("PUT", one, nil)
		s.ok("GET", s.general+pins, nil)
		s.ok("DELETE", one, nil)
	}
	s.ok("GET", s.general+"/messages?limit=100", nil)
	s.ok("POST", s.general+"/typing", nil)
	ken.Type(s.w.ChannelID)
	s.ok("GET", s.guild+"/audit-logs", nil)
	s.w.Advance(time.Minute)
	s.send("GET", s.guild+"/messages/search?content=hello", nil)
	s.ok("GET", s.guild+"/messages/search?content=hello", nil)
	var ids []string
	for _, content := range []string{"a", "b"} {
		one := s.write(s.general, object{"content": content})
		ids = append(ids, one[strings.LastIndex(one, "/")+1:])
	}
	s.ok("POST", s.general+"/messages/bulk-delete", object{"messages": ids})
	s.ok("DELETE", m, nil)
	s.ok("POST", s.news+"/followers", object{"webhook_channel_id": s.w.ChannelID})
	s.ok("POST", s.write(s.news, object{"content": "news"})+"/crosspost", nil)
}

func (s *session) reactionsAndPolls() {
	ken := s.w.Member("Ken")
	m := ken.Write(s.w.ChannelID, "react to this")
	reactions := s.general + "/messages/" + m.ID.String() + "/reactions"
	thumb := reactions + "/%F0%9F%91%8D"
	s.ok("PUT", thumb+"/@me", nil)
	s.ok("DELETE", thumb+"/@me", nil)
	m.React("👍")
	s.ok("GET", thumb, nil)
	s.ok("GET", s.general+"/messages/"+m.ID.String(), nil)
	s.ok("DELETE", thumb+"/"+ken.ID.String(), nil)
	s.ok("PUT", thumb+"/@me", nil)
	s.ok("DELETE", thumb, nil)
	s.ok("PUT", thumb+"/@me", nil)
	s.ok("DELETE", reactions, nil)

	poll := s.write(s.general, object{"poll": object{"question": object{"text": "Lunch?"}, "answers": []object{
		{"poll_media": object{"text": "Soup", "emoji": object{"name": "🍲"}}}, {"poll_media": object{"text": "Salad"}},
	}}})
	asked := ken.Messages(s.w.ChannelID)
	asked[len(asked)-1].Vote(1)
	asked[len(asked)-1].Vote(2)
	poll = strings.Replace(poll, "/messages/", "/polls/", 1)
	s.ok("GET", poll+"/answers/2", nil)
	s.ok("POST", poll+"/expire", nil)
	s.ok("GET", s.general+"/messages", nil)
}

func (s *session) threads() {
	ken := s.w.Member("Ken")
	public := "/v10/channels/" + s.make(s.write(s.general, object{"content": "from here"})+"/threads", object{"name": "Side"})
	private := "/v10/channels/" + s.make(s.general+"/threads", object{"name": "Quiet", "type": 12})
	s.ok("GET", public, nil)
	s.ok("PUT", private+"/thread-members/"+ken.ID.String(), nil)
	s.ok("GET", private+"/thread-members?with_member=true", nil)
	s.ok("GET", private+"/thread-members/"+ken.ID.String()+"?with_member=true", nil)
	s.ok("DELETE", private+"/thread-members/"+ken.ID.String(), nil)
	s.ok("DELETE", public+"/thread-members/@me", nil)
	s.ok("PUT", public+"/thread-members/@me", nil)
	ken.Write(s.w.Channel("general"), "beside")
	s.write(public, object{"content": "inside"})
	s.ok("GET", s.guild+"/threads/active", nil)
	s.ok("PATCH", public, object{"archived": true})
	s.ok("PATCH", private, object{"archived": true, "locked": true, "invitable": false})
	s.ok("GET", s.general+"/threads/archived/public", nil)
	s.ok("GET", s.general+"/threads/archived/private", nil)
	s.ok("GET", s.general+"/users/@me/threads/archived/private", nil)
	s.ok("PATCH", private, object{"archived": false})
	s.ok("DELETE", public, nil)
	forum := "/v10/channels/" + s.make(s.guild+"/channels", object{"name": "forum", "type": 15, "available_tags": []object{{"name": "Tag"}}})
	s.ok("GET", forum, nil)
	s.make(forum+"/threads", object{"name": "A post", "message": object{"content": "first"}})
	s.ok("DELETE", forum, nil)
}

func (s *session) webhooksAndInvites() {
	hook := s.ok("POST", s.general+"/webhooks", object{"name": "News"}).(object)
	byID := "/v10/webhooks/" + hook["id"].(string)
	byToken := byID + "/" + hook["token"].(string)
	s.ok("GET", s.general+"/webhooks", nil)
	s.ok("GET", s.guild+"/webhooks", nil)
	s.ok("GET", byID, nil)
	s.ok("PATCH", byID, object{"name": "Herald"})
	s.ok("GET", byToken, nil)
	s.ok("PATCH", byToken, object{"name": "Crier"})
	s.ok("POST", byToken, object{"content": "unheard"})
	m := byToken + "/messages/" + s.make(byToken+"?wait=true", object{"content": "heard", "username": "Another"})
	s.ok("GET", m, nil)
	s.ok("PATCH", m, object{"content": "changed"})
	s.ok("DELETE", m, nil)
	s.ok("DELETE", byToken, nil)
	s.ok("DELETE", "/v10/webhooks/"+s.make(s.general+"/webhooks", object{"name": "Brief"}), nil)

	invite := s.ok("POST", s.general+"/invites", object{"max_uses": 2, "unique": true}).(object)["code"].(string)
	s.ok("GET", s.general+"/invites", nil)
	s.ok("GET", s.guild+"/invites", nil)
	s.ok("GET", "/v10/invites/"+invite+"?with_counts=true", nil)
	s.w.Newcomer(sandboxtest.Newcomer{Username: "guest"}).Accept(invite)
	s.ok("DELETE", "/v10/invites/"+invite, nil)
	s.ok("GET", s.guild+"/vanity-url", nil)
}

func (s *session) channelsAndRoles() {
	s.ok("GET", s.guild+"?with_counts=true", nil)
	s.ok("PATCH", s.guild, object{"name": "Renamed"})
	s.ok("GET", s.guild+"/channels", nil)
	for _, kind := range []int{0, 2, 4, 5, 13} {
		s.make(s.guild+"/channels", object{"name": "made", "type": kind})
	}
	made := s.make(s.guild+"/channels", object{"name": "brief", "topic": "Soon gone"})
	s.ok("PATCH", s.guild+"/channels", []object{{"id": made, "position": 1}})
	channel := "/v10/channels/" + made
	s.ok("PATCH", channel, object{"name": "briefer", "nsfw": true})
	s.ok("PUT", channel+"/permissions/"+s.id, object{"type": 0, "deny": "1024"})
	s.ok("DELETE", channel+"/permissions/"+s.id, nil)
	s.ok("DELETE", channel, nil)

	role := s.make(s.guild+"/roles", object{"name": "Made", "color": 0xff0000})
	s.ok("GET", s.guild+"/roles", nil)
	s.ok("GET", s.guild+"/roles/member-counts", nil)
	s.ok("GET", s.guild+"/roles/"+role, nil)
	s.ok("PATCH", s.guild+"/roles/"+role, object{"name": "Changed"})
	s.ok("PATCH", s.guild+"/roles", []object{{"id": role, "position": 2}})
	ken := s.guild + "/members/" + s.w.Member("Ken").ID.String()
	s.ok("PUT", ken+"/roles/"+role, nil)
	s.ok("DELETE", ken+"/roles/"+role, nil)
	s.ok("DELETE", s.guild+"/roles/"+role, nil)
}

func (s *session) expressions() {
	for _, emojis := range []string{s.guild + "/emojis", "/v10/applications/" + s.w.ApplicationID.String() + "/emojis"} {
		emoji := emojis + "/" + s.make(emojis, object{"name": "gopher", "image": "data:image/png;base64,AAAA"})
		s.ok("GET", emojis, nil)
		s.ok("GET", emoji, nil)
		s.ok("PATCH", emoji, object{"name": "gophers"})
		s.ok("DELETE", emoji, nil)
	}
	sticker := s.form(s.guild+"/stickers", map[string]string{"name": "Gopher", "description": "A gopher", "tags": "gopher"}, "file", "a.png", "\x89PNG").(object)["id"].(string)
	s.ok("GET", s.guild+"/stickers", nil)
	s.ok("GET", s.guild+"/stickers/"+sticker, nil)
	s.ok("GET", "/v10/stickers/"+sticker, nil)
	s.ok("GET", "/v10/sticker-packs", nil)
	s.write(s.general, object{"sticker_ids": []string{sticker}})
	s.ok("PATCH", s.guild+"/stickers/"+sticker, object{"name": "Gophers"})
	s.ok("DELETE", s.guild+"/stickers/"+sticker, nil)
}

func (s *session) autoModeration() {
	rules := s.guild + "/auto-moderation/rules"
	alert := object{"actions": []object{
		{"type": 1, "metadata": object{"custom_message": "Be kind"}}, {"type": 2, "metadata": object{"channel_id": s.w.Channel("mod-log")}},
		{"type": 3, "metadata": object{"duration_seconds": 60}},
	}}
	rule := rules + "/" + s.make(rules, keyword(alert, "bad"))
	s.make(rules, object{"name": "Presets", "event_type": 1, "trigger_type": 4, "trigger_metadata": object{"presets": []int{1}}, "actions": []object{{"type": 1}}})
	s.make(rules, object{"name": "Spam", "event_type": 1, "trigger_type": 3, "actions": []object{{"type": 1}}})
	s.make(rules, object{"name": "Mentions", "event_type": 1, "trigger_type": 5, "trigger_metadata": object{"mention_total_limit": 5}, "actions": []object{{"type": 1}}})
	s.ok("GET", rules, nil)
	s.ok("GET", rule, nil)
	s.ok("PATCH", rule, object{"enabled": true})
	_, err := s.w.Member("Alan").TryPost(s.w.ChannelID, sandboxtest.Draft{Content: "bad"})
	require.ErrorContains(s.t, err, "200000")
	s.ok("GET", channelPath(s.w.Channel("mod-log"))+"/messages", nil)
	s.ok("DELETE", rule, nil)
}

func (s *session) members() {
	ken := s.w.Member("Ken")
	s.ok("GET", s.guild+"/members?limit=1000", nil)
	s.ok("GET", s.guild+"/members/search?query=ken", nil)
	s.ok("PATCH", s.guild+"/members/@me", object{"nick": "Me"})
	member := s.guild + "/members/" + ken.ID.String()
	s.ok("GET", member, nil)
	s.ok("PATCH", member, object{"nick": "Kenny", "communication_disabled_until": time.Now().Add(time.Hour)})
	ken.Rename("", "Kenneth")
	ken.Status("dnd")
}

func (s *session) voice() {
	grace := s.w.Member("Grace")
	stage := s.make(s.guild+"/channels", object{"name": "stage", "type": 13})
	grace.Speak(s.w.Channel("Lounge"))
	state := s.guild + "/voice-states/" + grace.ID.String()
	s.ok("GET", state, nil)
	s.ok("PATCH", s.guild+"/members/"+grace.ID.String(), object{"channel_id": stage, "mute": true})
	s.ok("PATCH", state, object{"channel_id": stage, "suppress": false})
	s.ok("GET", "/v10/voice/regions", nil)
	s.ok("GET", s.guild+"/regions", nil)
	grace.HangUp()
}

func (s *session) moderation() {
	ken, alan := s.w.Member("Ken").ID.String(), s.w.Member("Alan").ID.String()
	s.ok("DELETE", s.guild+"/members/"+ken, nil)
	s.ok("PUT", s.guild+"/bans/"+ken, object{"delete_message_seconds": 60})
	s.ok("GET", s.guild+"/bans", nil)
	s.ok("GET", s.guild+"/bans/"+ken, nil)
	s.ok("DELETE", s.guild+"/bans/"+ken, nil)
	s.ok("POST", s.guild+"/bulk-ban", object{"user_ids": []string{alan, s.w.Member("Ada").ID.String()}})
	s.ok("GET", s.guild+"/prune?days=7", nil)
	s.ok("POST", s.guild+"/prune", object{"days": 7})
	s.ok("PUT", s.guild+"/incident-actions", object{"invites_disabled_until": time.Now().Add(time.Hour)})
	s.ok("GET", s.guild+"/audit-logs?limit=100", nil)
}

func (s *session) leaving() {
	s.ok("DELETE", "/v10/users/@me/guilds/"+s.id, nil)
	s.events.next("GUILD_DELETE")
}
