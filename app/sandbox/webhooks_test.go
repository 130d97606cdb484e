package sandbox_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/gateway"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func TestWebhooks(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything | gateway.GuildWebhooks)
	s.ready()
	bot := newRaw(t, w)
	nobody := &raw{t: t, w: w, header: http.Header{}}
	ada := w.Member("Ada")
	hooks := channelPath(w.ChannelID) + "/webhooks"
	bot.refused(403, 50013, "POST", hooks, object{"name": "News"})
	ada.GiveRole(w.Person(w.ApplicationID), ada.CreateRoleWith("Hooks", wire.ManageWebhooks))
	for _, name := range []string{"", "Discord News", "clyde", text(81)} {
		mistake(t, bot.refused(400, 50035, "POST", hooks, object{"name": name}), "name")
	}
	hook := bot.ok("POST", hooks, object{"name": "News"}).(object)
	require.Equal(t, w.ApplicationID.String(), hook["application_id"])
	require.Equal(t, w.ChannelID.String(), data(t, s.next("WEBHOOKS_UPDATE"))["channel_id"])
	require.Len(t, bot.ok("GET", hooks, nil), 1)
	require.Len(t, bot.ok("GET", "/v10/guilds/"+w.GuildID.String()+"/webhooks", nil), 1)
	byID := "/v10/webhooks/" + hook["id"].(string)
	byToken := byID + "/" + hook["token"].(string)
	require.NotContains(t, nobody.ok("GET", byToken, nil), "user")
	require.Contains(t, bot.ok("GET", byID, nil), "user")
	nobody.refused(401, 50027, "GET", byID+"/wrong", nil)
	nobody.refused(404, 10015, "POST", "/v10/webhooks/1/x", object{"content": "x"})

	resp, _ := nobody.send("POST", byToken, object{"content": "without waiting"})
	require.Equal(t, 204, resp.StatusCode)
	m := nobody.ok("POST", byToken+"?wait=true", object{"content": "hello", "username": "Herald", "avatar_url": "https://example.com/a.png"}).(object)
	require.Equal(t, hook["id"], m["webhook_id"])
	require.Equal(t, []any{hook["id"], "Herald", true}, []any{m["author"].(object)["id"], m["author"].(object)["username"], m["author"].(object)["bot"]})
	s.next("MESSAGE_CREATE")
	heard := data(t, s.next("MESSAGE_CREATE"))
	require.Equal(t, hook["id"], heard["webhook_id"])
	require.NotContains(t, heard, "member")
	message := byToken + "/messages/" + m["id"].(string)
	require.Equal(t, "changed", nobody.ok("PATCH", message, object{"content": "changed"}).(object)["content"])
	bot.refused(403, 50005, "PATCH", channelPath(w.ChannelID)+"/messages/"+m["id"].(string), object{"content": "mine"})
	require.Equal(t, "changed", nobody.ok("GET", message, nil).(object)["content"])
	nobody.ok("DELETE", message, nil)
	nobody.refused(404, 10008, "GET", message, nil)
	nobody.refused(400, 50006, "POST", byToken, object{})

	thread := w.Member("Ken").StartThread(w.ChannelID, sandboxtest.Thread{Name: "Side"})
	m = nobody.ok("POST", byToken+"?wait=true&thread_id="+thread.ID.String(), object{"content": "aside"}).(object)
	require.Equal(t, thread.ID.String(), m["channel_id"])
	nobody.refused(400, 220003, "POST", byToken, object{"content": "x", "thread_name": "y"})
	forum := bot.ok("POST", "/v10/guilds/"+w.GuildID.String()+"/channels", object{"name": "forum", "type": 15}).(object)["id"].(string)
	bot.ok("PATCH", byID, object{"channel_id": forum})
	nobody.refused(400, 220001, "POST", byToken, object{"content": "x"})
	m = nobody.ok("POST", byToken+"?wait=true", object{"content": "x", "thread_name": "A post"}).(object)
	require.Equal(t, m["id"], m["channel_id"])
	bot.ok("DELETE", byID, nil)
	nobody.refused(404, 10015, "POST", byToken, object{"content": "x"})

	ada.NewWebhook(w.ChannelID, "By hand")
	for range 14 {
		bot.ok("POST", hooks, object{"name": "x"})
	}
	bot.refused(400, 30007, "POST", hooks, object{"name": "x"})
	log := bot.ok("GET", "/v10/guilds/"+w.GuildID.String()+"/audit-logs?action_type=50&limit=1", nil).(object)
	require.Len(t, log["webhooks"], 1)
}

func TestInvites(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var code string
	t.Run("before", func(t *testing.T) {
		w := sandboxtest.Start(t, sandbox.Config{Dir: dir})
		s := dialGateway(t, w, "").identify(everything | gateway.GuildInvites)
		s.ready()
		bot := newRaw(t, w)
		ada, general := w.Member("Ada"), w.ChannelID
		invites := channelPath(general) + "/invites"
		bot.refused(404, 10006, "GET", "/v10/invites/nowhere", nil)
		mistake(t, bot.refused(400, 50035, "POST", invites, object{"max_uses": 101}), "max_uses")
		made := bot.ok("POST", invites, object{"max_uses": 2, "max_age": 3600}).(object)
		require.Equal(t, made["code"], data(t, s.next("INVITE_CREATE"))["code"])
		require.Equal(t, made["code"], bot.ok("POST", invites, object{"max_uses": 2, "max_age": 3600}).(object)["code"], "the one like it")
		require.NotEqual(t, made["code"], bot.ok("POST", invites, object{"max_uses": 2, "max_age": 3600, "unique": true}).(object)["code"])
		s.next("INVITE_CREATE")
		one := "/v10/invites/" + made["code"].(string)
		found := (&raw{t: t, w: w, header: http.Header{}}).ok("GET", one+"?with_counts=true", nil).(object)
		require.Equal(t, "Smarter Dev", found["guild"].(object)["name"])
		require.EqualValues(t, len(w.Members), found["approximate_member_count"])
		require.NotContains(t, found, "uses")

		tim, sam := w.Newcomer(sandboxtest.Newcomer{Username: "tim"}), w.Newcomer(sandboxtest.Newcomer{Username: "sam"})
		tim.Accept(made["code"].(string))
		s.next("GUILD_MEMBER_ADD")
		require.EqualValues(t, 1, bot.ok("GET", "/v10/guilds/"+w.GuildID.String()+"/invites", nil).([]any)[0].(object)["uses"])
		ada.Pause(time.Hour, 0)
		require.ErrorContains(t, sam.TryAccept(made["code"].(string)), "40008")
		require.ErrorContains(t, sam.TryJoin(), "40008")
		ada.Pause(0, 0)
		sam.Accept(made["code"].(string))
		require.Equal(t, made["code"], data(t, s.next("INVITE_DELETE"))["code"], "it is used up")
		bot.refused(404, 10006, "GET", one, nil)

		regular := ada.Invite(general, object{"max_age": 60, "role_ids": []any{w.Role("Regular")}})
		eva := w.Newcomer(sandboxtest.Newcomer{Username: "eva"})
		eva.Accept(regular)
		m, _ := ada.Look(eva)
		require.Equal(t, w.Role("Regular"), m.Roles[0])
		w.Advance(2 * time.Minute)
		require.ErrorContains(t, w.Newcomer(sandboxtest.Newcomer{Username: "late"}).TryAccept(regular), "10006")
		require.Equal(t, regular, data(t, s.next("INVITE_DELETE"))["code"], "it has run out")
		ada.Ban(tim, "")
		require.ErrorContains(t, tim.TryAccept(ada.Invite(general, nil)), "40007")

		require.Nil(t, bot.ok("GET", "/v10/guilds/"+w.GuildID.String()+"/vanity-url", nil).(object)["code"])
		require.ErrorContains(t, ada.SetVanity("no good!"), "50020")
		require.NoError(t, ada.SetVanity("smarter"))
		w.Newcomer(sandboxtest.Newcomer{Username: "fan"}).Accept("smarter")
		require.Equal(t, object{"code": "smarter", "uses": 1.0}, bot.ok("GET", "/v10/guilds/"+w.GuildID.String()+"/vanity-url", nil))
		code = ada.Invite(general, object{"max_age": 0})
		other := ada.Invite(general, object{"max_age": 0, "max_uses": 1})
		bot.ok("DELETE", "/v10/invites/"+other, nil)
		require.Equal(t, other, data(t, s.next("INVITE_DELETE"))["code"])
		require.Equal(t, wire.AuditInviteDelete, ada.AuditLog()[0].ActionType)
	})
	t.Run("after", func(t *testing.T) {
		w := sandboxtest.Start(t, sandbox.Config{Dir: dir})
		w.Newcomer(sandboxtest.Newcomer{Username: "again"}).Accept(code)
	})
}
