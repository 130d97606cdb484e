package sandbox_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

// upload sends a body with one file as a multipart form, and returns the answer's body.
func upload(t *testing.T, bot *raw, path string, payload object, name string) any {
	t.Helper()
	text, err := json.Marshal(payload)
	require.NoError(t, err)
	return bot.form(path, map[string]string{"payload_json": string(text)}, "files[0]", name, "hello")
}

// What follows is what libraries other than ours do and expect.

func TestLastRoleLeavesAnEmptyList(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	member := "/v10/guilds/" + w.GuildID.String() + "/members/" + w.Member("Ken").ID.String()
	bot.ok("PATCH", member, object{"roles": []string{w.Role("Regular").String()}})
	s.next("GUILD_MEMBER_UPDATE")
	changed := bot.ok("PATCH", member, object{"roles": []string{}}).(object)
	require.Equal(t, []any{}, changed["roles"])
	require.Contains(t, string(s.next("GUILD_MEMBER_UPDATE").D), `"roles":[]`)
	require.Equal(t, []any{}, bot.ok("GET", member, nil).(object)["roles"])
}

func TestSnowflakesAsNumbers(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	ken, guild, channel := w.Member("Ken"), "/v10/guilds/"+w.GuildID.String(), "/v10/channels/"+w.ChannelID.String()
	role := w.Role("Regular")
	changed := bot.ok("PATCH", guild+"/members/"+ken.ID.String(), object{"roles": []uint64{uint64(role)}}).(object)
	require.Equal(t, []any{role.String()}, changed["roles"])
	direct := bot.ok("POST", "/v10/users/@me/channels", object{"recipient_id": uint64(ken.ID)}).(object)
	require.EqualValues(t, 1, direct["type"])
	var ids []uint64
	for _, content := range []string{"a", "b"} {
		ids = append(ids, uint64(ken.Write(w.ChannelID, content).ID))
	}
	reply := bot.ok("POST", channel+"/messages", object{"content": "c", "message_reference": object{"message_id": ids[0]}}).(object)
	require.Equal(t, "a", reply["referenced_message"].(object)["content"])
	bot.ok("POST", channel+"/messages/bulk-delete", object{"messages": ids})
	bot.ok("PATCH", guild+"/roles", []object{{"id": uint64(role), "position": 1}})
	o := bot.refused(400, 50035, "PATCH", guild+"/roles", []object{{"id": "first", "position": 1}})
	require.Equal(t, "NUMBER_TYPE_COERCE", mistake(t, o, "0", "id"))
}

func TestPercentEncodedPaths(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	channel := "/v10/channels/" + w.ChannelID.String()
	require.Equal(t, bot.ok("GET", "/v10/users/@me", nil), bot.ok("GET", "/v10/users/%40me", nil))
	bot.ok("GET", "/v10/users/%40me/guilds", nil)
	m := bot.ok("POST", channel+"/messages", object{"content": "x"}).(object)["id"].(string)
	bot.ok("PUT", channel+"/messages/"+m+"/reactions/%F0%9F%91%8D/%40me", nil)
	bot.ok("DELETE", channel+"/messages/"+m+"/reactions/%F0%9F%91%8D/@me", nil)
	bot.refused(404, 0, "GET", "/v10/users%2F@me", nil)
}

func TestBlankMessages(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	messages := "/v10/channels/" + w.ChannelID.String() + "/messages"
	bot.refused(400, 50006, "POST", messages, object{"content": " \n\t"})
	m := bot.ok("POST", messages, object{"content": "x"}).(object)["id"].(string)
	bot.refused(400, 50006, "PATCH", messages+"/"+m, object{"content": "  "})
	_, err := w.Member("Ken").TryPost(w.ChannelID, sandboxtest.Draft{Content: " "})
	require.ErrorContains(t, err, "50006")
}

func TestNoCommandsInACategory(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newByHand(t, w, plainCommand)
	category := bot.ok("POST", "/v10/guilds/"+w.GuildID.String()+"/channels", object{"name": "Rooms", "type": 4}).(object)["id"].(string)
	in := w.Member("Ada").In(snowflake.MustParse(category))
	require.Empty(t, in.State(0).Channel.Commands)
	_, err := in.TryRun("/go")
	require.ErrorContains(t, err, "50024")
}

func TestEphemeralMessagesStayWithTheirPerson(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	b := newByHand(t, w, plainCommand)
	ada, grace := w.Member("Ada"), w.Member("Grace")
	first := meanwhile(func() *sandboxtest.Reply { return ada.Run("/go") })
	i := b.asked()
	b.ok("POST", i.callback(), object{"type": 4, "data": object{"content": "secret", "flags": 64}})
	require.Equal(t, "secret", first().Text())
	b.ok("POST", b.webhook(i), object{"content": "for everyone"})
	b.ok("POST", b.webhook(i), object{"content": "for Ada", "flags": 64})
	public := grace.WaitMessage(w.ChannelID, func(m *sandboxtest.Message) bool { return m.Content == "for everyone" })
	require.Nil(t, public.Referenced)
	own := ada.WaitMessage(w.ChannelID, func(m *sandboxtest.Message) bool { return m.Content == "for Ada" })
	require.Equal(t, "secret", own.Referenced.Content)
	for _, e := range grace.Seen() {
		require.NotContains(t, string(e.Data), "secret")
	}
	seen, err := json.Marshal(grace.State(w.ChannelID))
	require.NoError(t, err)
	require.NotContains(t, string(seen), "secret")
	kept, err := json.Marshal(newRaw(t, w).ok("GET", "/v10/channels/"+w.ChannelID.String()+"/messages", nil))
	require.NoError(t, err)
	require.NotContains(t, string(kept), "secret")
}

func TestAttachmentReferences(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	messages := "/v10/channels/" + w.ChannelID.String() + "/messages"
	const missing = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
	embed := []object{{"title": "x", "image": object{"url": "attachment://a.png"}}}
	o := bot.refused(400, 50035, "POST", messages, object{"embeds": embed})
	require.Equal(t, missing, mistake(t, o, "embeds", "0", "image", "url"))
	parts := []object{
		{"type": 9, "components": []object{{"type": 10, "content": "hi"}}, "accessory": object{"type": 11, "media": object{"url": "attachment://a.png"}}},
		{"type": 17, "components": []object{{"type": 12, "items": []object{{"media": object{"url": "attachment://a.png"}}}}, {"type": 13, "file": object{"url": "attachment://a.png"}}}},
	}
	o = bot.refused(400, 50035, "POST", messages, object{"flags": 1 << 15, "components": parts})
	require.Equal(t, missing, mistake(t, o, "components", "0", "accessory", "media", "url"))
	require.Equal(t, missing, mistake(t, o, "components", "1", "components", "0", "items", "0", "media", "url"))
	require.Equal(t, missing, mistake(t, o, "components", "1", "components", "1", "file", "url"))

	m := upload(t, bot, messages, object{"embeds": embed}, "a.png").(object)
	file := m["attachments"].([]any)[0].(object)
	image := m["embeds"].([]any)[0].(object)["image"].(object)
	require.Equal(t, file["url"], image["url"])
	require.Equal(t, file["url"], image["proxy_url"])
	m = upload(t, bot, messages, object{"flags": 1 << 15, "components": parts}, "a.png").(object)
	section := m["components"].([]any)[0].(object)
	media := section["accessory"].(object)["media"].(object)
	file = m["attachments"].([]any)[0].(object)
	require.Equal(t, file["url"], media["url"])
	require.Equal(t, file["id"], media["attachment_id"])
	require.NotEmpty(t, media["id"])
	held := m["components"].([]any)[1].(object)["components"].([]any)[1].(object)
	require.Equal(t, "a.png", held["name"])
	// what an edited message keeps can be referred to, what it drops cannot
	path := messages + "/" + m["id"].(string)
	bot.ok("PATCH", path, object{"components": parts})
	o = bot.refused(400, 50035, "PATCH", path, object{"components": parts, "attachments": []object{}})
	require.Equal(t, missing, mistake(t, o, "components", "0", "accessory", "media", "url"))
}

func TestSlowModeSaysHowLong(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	bot.ok("PATCH", "/v10/channels/"+w.ChannelID.String(), object{"rate_limit_per_user": 10})
	ken := w.Member("Ken")
	ken.Write(w.ChannelID, "one")
	_, err := ken.TryPost(w.ChannelID, sandboxtest.Draft{Content: "two"})
	var refused *sandboxtest.Refused
	require.ErrorAs(t, err, &refused)
	require.Equal(t, []int{429, 20016}, []int{refused.Status, refused.Code})
	require.Contains(t, refused.Body, "retry_after")
	w.Limit(1, time.Minute, 0)
	bot.ok("GET", "/v10/users/@me", nil)
	resp, body := bot.send("GET", "/v10/users/@me", nil)
	require.Equal(t, 429, resp.StatusCode)
	require.EqualValues(t, 0, body.(object)["code"])
}

func TestPeopleWithoutASlash(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	playground := strings.TrimSuffix(w.APIURL, "/api") + "/sandbox"
	get := func(path string) (people []object) {
		resp, err := http.Get(playground + path)
		require.NoError(t, err)
		defer resp.Body.Close()
		require.Equal(t, 200, resp.StatusCode)
		require.NoError(t, json.NewDecoder(resp.Body).Decode(&people))
		return people
	}
	require.Len(t, get("/people?q=ada"), 1)
	require.Equal(t, get("/people/"), get("/people"))
	resp, err := http.Post(playground+"/people", "application/json", strings.NewReader(`{"username": "new.person"}`))
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, 200, resp.StatusCode)
	require.Len(t, get("/people?q=new.person"), 1)
}
