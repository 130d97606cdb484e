package sandbox_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// endpoint is an application's server: it checks signatures as it must, unless it is careless, and
// answers with what it is given.
func endpoint(t *testing.T, key string, careless *atomic.Bool, answer func(http.ResponseWriter, object)) string {
	t.Helper()
	public, err := hex.DecodeString(key)
	require.NoError(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		signature, _ := hex.DecodeString(r.Header.Get("X-Signature-Ed25519"))
		signed := append([]byte(r.Header.Get("X-Signature-Timestamp")), body...)
		if !careless.Load() && !ed25519.Verify(public, signed, signature) {
			rw.WriteHeader(http.StatusUnauthorized)
			return
		}
		var it object
		_ = json.NewDecoder(bytes.NewReader(body)).Decode(&it)
		rw.Header().Set("Content-Type", "application/json")
		if it["type"] == 1.0 {
			_, _ = rw.Write([]byte(`{"type":1}`))
			return
		}
		answer(rw, it)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestInteractionsArePosted(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	key := bot.ok("GET", "/v10/applications/@me", nil).(object)["verify_key"].(string)
	careless := &atomic.Bool{}
	mode := &atomic.Value{}
	mode.Store("answer")
	url := endpoint(t, key, careless, func(rw http.ResponseWriter, it object) {
		switch mode.Load() {
		case "accept":
			rw.WriteHeader(http.StatusAccepted)
			go bot.send("POST", "/v10/interactions/"+it["id"].(string)+"/"+it["token"].(string)+"/callback", object{"type": 4, "data": object{"content": "by REST"}})
		case "fail":
			rw.WriteHeader(http.StatusInternalServerError)
		default:
			_ = json.NewEncoder(rw).Encode(object{"type": 4, "data": object{"content": "posted to " + it["data"].(object)["name"].(string)}})
		}
	})
	careless.Store(true)
	o := bot.refused(400, 50035, "PATCH", "/v10/applications/@me", object{"interactions_endpoint_url": url})
	require.Equal(t, "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID", mistake(t, o, "interactions_endpoint_url"), "it takes wrong signatures")
	careless.Store(false)
	mistake(t, bot.refused(400, 50035, "PATCH", "/v10/applications/@me", object{"interactions_endpoint_url": "nowhere"}), "interactions_endpoint_url")
	mistake(t, bot.refused(400, 50035, "PATCH", "/v10/applications/@me", object{"tags": repeated(6, "x")}), "tags")
	app := bot.ok("PATCH", "/v10/applications/@me", object{"interactions_endpoint_url": url, "description": "A bot", "tags": []string{"fun"}}).(object)
	require.Equal(t, []any{url, "A bot", []any{"fun"}}, []any{app["interactions_endpoint_url"], app["description"], app["tags"]})

	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	bot.ok("PUT", "/v10/applications/"+w.ApplicationID.String()+"/commands", []object{plainCommand})
	ken := w.Member("Ken")
	name := plainCommand["name"].(string)
	require.Equal(t, "posted to "+name, ken.Run("/"+name).Text())
	require.Equal(t, "MESSAGE_CREATE", s.next("MESSAGE_CREATE").T)
	mode.Store("accept")
	require.Equal(t, "by REST", ken.Run("/"+name).Text())
	mode.Store("fail")
	require.Equal(t, "The application did not respond", ken.Run("/"+name).Failed)
	bot.ok("PATCH", "/v10/applications/@me", object{"interactions_endpoint_url": ""})
	reply := make(chan *sandboxtest.Reply)
	go func() { reply <- ken.Run("/" + name) }()
	it := data(t, s.next("INTERACTION_CREATE"))
	bot.ok("POST", "/v10/interactions/"+it["id"].(string)+"/"+it["token"].(string)+"/callback", object{"type": 4, "data": object{"content": "by gateway"}})
	require.Equal(t, "by gateway", (<-reply).Text())
}

func TestUserInstalls(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Guilds: seed.Guilds{Listed: []seed.Guild{
		{Name: "With", Channels: []seed.Channel{{Name: "hall"}}, Members: []seed.Member{{Name: "Ida", Owner: true}, {Name: "Echo", Bot: true}}},
		{Name: "Without", NoBot: true, Channels: []seed.Channel{{Name: "hall"}}, Members: []seed.Member{{Name: "Udo", Owner: true}}},
	}}}})
	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	bot := newRaw(t, w)
	bot.ok("PUT", "/v10/applications/"+w.ApplicationID.String()+"/commands", []object{
		{"name": "everywhere", "description": "x", "integration_types": []int{0, 1}, "contexts": []int{0, 1, 2}},
		{"name": "inside", "description": "x"},
	})
	ida := w.Member("Ida")
	without := w.Guilds[1].ID
	ida.At(without).Join()
	hall := ida.StateOf(without).Channel.ID
	names := func(p *sandboxtest.Person) (list []string) {
		for _, c := range p.State(hall).Channel.Commands {
			list = append(list, c.Name)
		}
		return list
	}
	require.Empty(t, names(ida))
	ida.Install()
	require.Equal(t, []string{"everywhere"}, names(ida))
	answer := func(content string) {
		it := data(t, s.next("INTERACTION_CREATE"))
		require.Equal(t, object{"1": ida.ID.String()}, it["authorizing_integration_owners"])
		bot.ok("POST", "/v10/interactions/"+it["id"].(string)+"/"+it["token"].(string)+"/callback", object{"type": 4, "data": object{"content": content}})
	}
	go answer("hello")
	reply := ida.In(hall).Run("/everywhere")
	require.Equal(t, map[string]wire.ID{"1": ida.ID}, reply.Owners())
	require.False(t, reply.Ephemeral())
	udo := w.Person(ida.StateOf(without).Guild.OwnerID).At(without)
	udo.ChangeRole(without, map[string]any{"permissions": wire.DefaultPermissions &^ wire.UseExternalApps})
	go answer("quietly")
	require.True(t, ida.In(hall).Run("/everywhere").Ephemeral(), "the guild does not want applications from outside")
	ida.Uninstall()
	require.Empty(t, names(ida))
	both := make(chan object, 1)
	ida.Install()
	go func() { both <- data(t, s.next("INTERACTION_CREATE")) }()
	_, _ = ida.TryRun("/everywhere") // nobody answers
	require.Equal(t, object{"0": w.GuildID.String(), "1": ida.ID.String()}, (<-both)["authorizing_integration_owners"])

	echo := w.Member("Echo")
	m := ida.UseOther(w.ChannelID, echo, "say", "by another application")
	heard := data(t, s.next("MESSAGE_CREATE"))
	require.Equal(t, m.ID.String(), heard["id"])
	metadata := heard["interaction_metadata"].(object)
	require.Equal(t, []any{ida.ID.String(), "say"}, []any{metadata["user"].(object)["id"], metadata["name"]})
	require.Equal(t, object{"0": w.GuildID.String()}, metadata["authorizing_integration_owners"])
	own := w.Newcomer(sandboxtest.Newcomer{Username: "gadget", Bot: true})
	require.Equal(t, map[string]wire.ID{"1": ida.ID}, ida.UseOther(w.ChannelID, own, "x", "from outside").Owners())
}

func TestModalsWithFilesAndChoices(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	bot := newRaw(t, w)
	bot.ok("PUT", "/v10/applications/"+w.ApplicationID.String()+"/commands", []object{plainCommand})
	label := func(text string, component object) object {
		return object{"type": 18, "label": text, "component": component}
	}
	options := []object{{"label": "Red", "value": "r"}, {"label": "Blue", "value": "b"}}
	modal := func(components ...object) object {
		return object{"type": 9, "data": object{"custom_id": "m", "title": "A form", "components": components}}
	}
	form := modal(
		label("Proof", object{"type": 19, "custom_id": "files", "max_values": 2, "file_types": []string{".txt", "image"}}),
		label("Colour", object{"type": 21, "custom_id": "colour", "options": options, "required": false}),
		label("Colours", object{"type": 22, "custom_id": "colours", "options": options}),
		label("Sure", object{"type": 23, "custom_id": "sure", "default": true}),
	)
	ken := w.Member("Ken")
	open := make(chan *sandboxtest.Reply)
	go func() { open <- ken.Run("/" + plainCommand["name"].(string)) }()
	it := data(t, s.next("INTERACTION_CREATE"))
	callback := "/v10/interactions/" + it["id"].(string) + "/" + it["token"].(string) + "/callback"
	for path, wrong := range map[string]object{
		"min_values": label("x", object{"type": 19, "custom_id": "x", "min_values": 0}),
		"max_values": label("x", object{"type": 19, "custom_id": "x", "max_values": 11}),
		"options":    label("x", object{"type": 21, "custom_id": "x", "options": options[:1]}),
		"custom_id":  label("x", object{"type": 23, "custom_id": text(101)}),
	} {
		mistake(t, bot.refused(400, 50035, "POST", callback, modal(wrong)), "data", "components", "0", "component", path)
	}
	bot.ok("POST", callback, form)
	opened := <-open
	proof := map[string][]sandboxtest.Attachment{"Proof": {{Filename: "a.txt", Data: []byte("a")}}}
	_, err := opened.TrySubmitWith(map[string][]string{"Colours": {"r"}}, nil)
	require.ErrorContains(t, err, "50035", "a file is required")
	_, err = opened.TrySubmitWith(map[string][]string{"Colours": {"r"}}, map[string][]sandboxtest.Attachment{"Proof": {{Filename: "a.exe", Size: 1}}})
	require.ErrorContains(t, err, "FILE_TYPE_NOT_ALLOWED")
	_, err = opened.TrySubmitWith(map[string][]string{"Colours": {"green"}}, proof)
	require.ErrorContains(t, err, "COMPONENT_VALIDATION_FAILED")
	submitted := make(chan *sandboxtest.Reply)
	go func() {
		submitted <- opened.SubmitWith(map[string][]string{"Colours": {"r", "b"}, "Sure": {"false"}}, proof)
	}()
	it = data(t, s.next("INTERACTION_CREATE"))
	filled := it["data"].(object)["components"].([]any)
	part := func(i int) object { return filled[i].(object)["component"].(object) }
	id := part(0)["values"].([]any)[0].(string)
	require.Equal(t, "a.txt", it["data"].(object)["resolved"].(object)["attachments"].(object)[id].(object)["filename"])
	require.Contains(t, part(1), "value")
	require.Nil(t, part(1)["value"], "nothing is chosen")
	require.Equal(t, []any{"r", "b"}, part(2)["values"])
	require.Equal(t, false, part(3)["value"])
	bot.ok("POST", "/v10/interactions/"+it["id"].(string)+"/"+it["token"].(string)+"/callback", object{"type": 4, "data": object{"content": "thanks"}})
	require.Equal(t, "thanks", (<-submitted).Text())
}

func TestPublishingAndSearching(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	ada, ken := w.Member("Ada"), w.Member("Ken")
	guild, news := "/v10/guilds/"+w.GuildID.String(), w.Channel("announcements")
	m := ada.Write(news, "Version two is out: https://example.com/two")
	bot.refused(403, 50013, "POST", channelPath(news)+"/followers", object{"webhook_channel_id": w.ChannelID})
	ada.GiveRole(w.Person(w.ApplicationID), ada.CreateRoleWith("Hooks", wire.Administrator))
	followed := bot.ok("POST", channelPath(news)+"/followers", object{"webhook_channel_id": w.ChannelID}).(object)
	require.Equal(t, news.String(), followed["channel_id"])
	published := bot.ok("POST", channelPath(news)+"/messages/"+m.ID.String()+"/crosspost", nil).(object)
	require.EqualValues(t, wire.FlagCrossposted, published["flags"])
	bot.refused(400, 40033, "POST", channelPath(news)+"/messages/"+m.ID.String()+"/crosspost", nil)
	bot.refused(400, 50024, "POST", channelPath(w.ChannelID)+"/messages/"+m.ID.String()+"/crosspost", nil)
	list := ken.Messages(w.ChannelID)
	require.Equal(t, []int{wire.MessageFollowAdd, wire.MessageDefault}, []int{list[0].Type, list[1].Type})
	require.Equal(t, m.Content, list[1].Content)
	require.Equal(t, m.ID, list[1].Reference.MessageID)

	counts := bot.ok("GET", guild+"/roles/member-counts", nil).(object)
	require.EqualValues(t, 2, counts[w.Role("Admin").String()])
	require.NotContains(t, counts, w.GuildID.String())
	require.Empty(t, bot.ok("GET", "/v10/applications/"+w.ApplicationID.String()+"/entitlements", nil))

	ken.Write(w.ChannelID, "is VERSION two good?")
	ken.Post(w.ChannelID, sandboxtest.Draft{Content: "see", Attachments: []sandboxtest.Attachment{{Filename: "log.txt", Data: []byte("x")}}})
	grace := w.Member("Grace")
	grace.Write(w.Channel("staff-room"), "version three is a secret")
	resp, early := bot.send("GET", guild+"/messages/search?content=version", nil)
	require.Equal(t, 202, resp.StatusCode)
	require.EqualValues(t, 110000, early.(object)["code"])
	found := func(query string) (lines []string) {
		out := bot.ok("GET", guild+"/messages/search?"+query, nil).(object)
		for _, group := range out["messages"].([]any) {
			lines = append(lines, group.([]any)[0].(object)["content"].(string))
		}
		return lines
	}
	require.Equal(t, []string{"version three is a secret", "is VERSION two good?", m.Content, m.Content}, found("content=version"))
	require.Equal(t, []string{"is VERSION two good?"}, found("content=version&author_id="+ken.ID.String()))
	require.Equal(t, []string{"see"}, found("has=file"))
	require.Equal(t, []string{"see"}, found("attachment_extension=txt&channel_id="+w.ChannelID.String()))
	require.Equal(t, []string{m.Content, m.Content}, found("has=link&sort_order=asc"))
	require.Equal(t, []string{m.Content}, found("link_hostname=example.com&author_type=-webhook"))
	require.Equal(t, []string{m.Content}, found("content=version&limit=1&offset=3"))
	mistake(t, bot.refused(400, 50035, "GET", guild+"/messages/search?limit=26", nil), "limit")
}
