package sandbox_test

import (
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/gateway"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func channelPath(id snowflake.ID) string { return "/v10/channels/" + id.String() }

func TestThreadsFromMessages(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	bot := newRaw(t, w)
	ada, ken := w.Member("Ada"), w.Member("Ken")
	m := ken.Write(w.ChannelID, "how do generics work?")
	thread := m.StartThread("Generics")
	require.Equal(t, m.ID, thread.ID, "it has the id of its message")
	made := data(t, s.next("THREAD_CREATE"))
	require.Equal(t, true, made["newly_created"])
	require.EqualValues(t, wire.PublicThread, made["type"])
	require.Equal(t, ken.ID.String(), made["owner_id"])
	require.Equal(t, false, made["thread_metadata"].(object)["archived"])
	joined := data(t, s.next("THREAD_MEMBERS_UPDATE"))
	require.Equal(t, ken.ID.String(), joined["added_members"].([]any)[0].(object)["user_id"])
	changed := data(t, s.next("MESSAGE_UPDATE"))
	require.EqualValues(t, wire.FlagHasThread, changed["flags"])
	require.Equal(t, thread.ID.String(), changed["thread"].(object)["id"])
	starter := data(t, s.next("MESSAGE_CREATE"))
	require.EqualValues(t, wire.MessageThreadStarter, starter["type"])
	require.Equal(t, m.ID.String(), starter["message_reference"].(object)["message_id"])
	bot.refused(400, 160004, "POST", channelPath(w.ChannelID)+"/messages/"+m.ID.String()+"/threads", object{"name": "again"})
	mistake(t, bot.refused(400, 50035, "POST", channelPath(w.ChannelID)+"/messages/"+m.ID.String()+"/threads", object{"name": "x", "auto_archive_duration": 61}), "auto_archive_duration")

	ada.Write(thread.ID, "ask "+ken.Mention()+" or "+w.Member("Alan").Mention())
	now := bot.ok("GET", channelPath(thread.ID), nil).(object)
	require.EqualValues(t, 1, now["message_count"])
	require.EqualValues(t, 3, now["member_count"], "who writes and who is mentioned comes in")
	ada.Messages(thread.ID)[1].Delete()
	now = bot.ok("GET", channelPath(thread.ID), nil).(object)
	require.Equal(t, []any{0.0, 1.0}, []any{now["message_count"], now["total_message_sent"]})

	ken.ChangeChannel(thread.ID, object{"name": "Type parameters"})
	require.Equal(t, "Type parameters", data(t, s.next("THREAD_UPDATE"))["name"])
	list := ken.Messages(thread.ID)
	require.Equal(t, wire.MessageRename, list[len(list)-1].Type)
	require.ErrorContains(t, w.Member("Edsger").TryChangeChannel(thread.ID, object{"name": "mine"}), "50013")
	bot.refused(403, 50013, "DELETE", channelPath(thread.ID), nil) // the default bot does not manage threads
	ada.GiveRole(w.Person(w.ApplicationID), ada.CreateRoleWith("Threads", wire.ManageThreads))
	bot.ok("DELETE", channelPath(thread.ID), nil)
	gone := data(t, s.next("THREAD_DELETE"))
	require.Equal(t, object{"id": thread.ID.String(), "guild_id": w.GuildID.String(), "parent_id": w.ChannelID.String(), "type": 11.0}, gone)
	then, _ := m.Now()
	require.Zero(t, then.Flags&wire.FlagHasThread)
	require.Equal(t, []int{112, 111, 110}, []int{ada.AuditLog()[0].ActionType, ada.AuditLog()[3].ActionType, ada.AuditLog()[4].ActionType})
}

func TestArchivedAndLockedThreads(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	bot := newRaw(t, w)
	ada, ken, alan := w.Member("Ada"), w.Member("Ken"), w.Member("Alan")
	thread := ken.StartThread(w.ChannelID, sandboxtest.Thread{Name: "Lunch"})
	require.Equal(t, wire.MessageThreadCreated, ken.Messages(w.ChannelID)[0].Type)
	m := ken.Write(thread.ID, "soup")
	active := "/v10/guilds/" + w.GuildID.String() + "/threads/active"
	require.Len(t, bot.ok("GET", active, nil).(object)["threads"], 1)

	ken.ChangeChannel(thread.ID, object{"archived": true})
	s.next("THREAD_UPDATE")
	require.Empty(t, bot.ok("GET", active, nil).(object)["threads"])
	require.ErrorContains(t, m.TryEdit("salad"), "50083")
	bot.refused(400, 50083, "PUT", channelPath(thread.ID)+"/thread-members/@me", nil)
	bot.refused(400, 50083, "PUT", channelPath(thread.ID)+"/messages/"+m.ID.String()+"/reactions/%F0%9F%91%8D/@me", nil)
	archive := bot.ok("GET", channelPath(w.ChannelID)+"/threads/archived/public", nil).(object)
	require.Len(t, archive["threads"], 1)
	require.Equal(t, false, archive["has_more"])
	require.Empty(t, bot.ok("GET", channelPath(w.ChannelID)+"/threads/archived/public?before=2020-01-01T00:00:00Z", nil).(object)["threads"])
	alan.Write(thread.ID, "bread")
	require.Equal(t, false, data(t, s.next("THREAD_UPDATE"))["thread_metadata"].(object)["archived"], "writing opens it again")

	require.ErrorContains(t, ken.TryChangeChannel(thread.ID, object{"locked": true}), "50013")
	ada.ChangeChannel(thread.ID, object{"locked": true, "archived": true})
	_, err := alan.TryPost(thread.ID, sandboxtest.Draft{Content: "more"})
	require.ErrorContains(t, err, "160005")
	require.ErrorContains(t, alan.TryChangeChannel(thread.ID, object{"archived": false}), "160005")
	ada.ChangeChannel(thread.ID, object{"archived": false})
	ada.Write(thread.ID, "closed")
	ada.ChangeChannel(thread.ID, object{"locked": false})

	w.Advance(25 * time.Hour)
	require.Empty(t, bot.ok("GET", active, nil).(object)["threads"], "a quiet thread is archived by itself")
	require.Len(t, ken.Threads(w.ChannelID), 1)
}

func TestPrivateThreads(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(gateway.Guilds)
	s.ready()
	bot := newRaw(t, w)
	ada, ken, alan := w.Member("Ada"), w.Member("Ken"), w.Member("Alan")
	thread := ken.StartThread(w.ChannelID, sandboxtest.Thread{Name: "Surprise", Private: true})
	require.EqualValues(t, wire.PrivateThread, thread.Type)
	require.Empty(t, alan.Threads(w.ChannelID))
	_, err := alan.TryPost(thread.ID, sandboxtest.Draft{Content: "?"})
	require.ErrorContains(t, err, "50001")
	bot.refused(403, 50001, "GET", channelPath(thread.ID), nil)
	require.Len(t, ada.Threads(w.ChannelID), 1, "who manages threads sees it")

	ken.AddToThread(thread.ID, alan)
	alan.Write(thread.ID, "thanks")
	require.Equal(t, wire.MessageRecipientAdd, alan.Messages(thread.ID)[0].Type)
	ken.AddToThread(thread.ID, w.Person(w.ApplicationID))
	require.Equal(t, thread.ID.String(), data(t, s.next("THREAD_MEMBERS_UPDATE"))["id"], "of itself the bot hears without the members intent")
	require.Equal(t, w.ApplicationID.String(), data(t, s.next("THREAD_CREATE"))["member"].(object)["user_id"])
	members := bot.ok("GET", channelPath(thread.ID)+"/thread-members?with_member=true&limit=2", nil).([]any)
	require.Len(t, members, 2)
	require.Contains(t, members[0], "member")
	require.Len(t, bot.ok("GET", channelPath(thread.ID)+"/thread-members", nil), 3)
	bot.ok("GET", channelPath(thread.ID)+"/thread-members/"+alan.ID.String(), nil)
	bot.refused(404, 10007, "GET", channelPath(thread.ID)+"/thread-members/"+ada.ID.String(), nil)
	bot.refused(403, 50013, "DELETE", channelPath(thread.ID)+"/thread-members/"+alan.ID.String(), nil)
	ken.RemoveFromThread(thread.ID, alan)
	alan.Wait("THREAD_MEMBERS_UPDATE", func(e sandboxtest.Event) bool {
		var u struct {
			Removed []snowflake.ID `json:"removed_member_ids"`
		}
		return e.Into(&u) && len(u.Removed) == 1
	})
	_, err = alan.TryPost(thread.ID, sandboxtest.Draft{Content: "?"})
	require.ErrorContains(t, err, "50001")
	bot.ok("DELETE", channelPath(thread.ID)+"/thread-members/@me", nil)
	bot.refused(403, 50013, "GET", channelPath(w.ChannelID)+"/threads/archived/private", nil)
	require.Empty(t, bot.ok("GET", channelPath(w.ChannelID)+"/users/@me/threads/archived/private", nil).(object)["threads"])

	fresh := dialGateway(t, w, "").identify(gateway.Guilds)
	fresh.ready()
	require.Empty(t, data(t, fresh.next("GUILD_CREATE"))["threads"])
}

func TestForums(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	bot := newRaw(t, w)
	ken := w.Member("Ken")
	forum := bot.ok("POST", "/v10/guilds/"+w.GuildID.String()+"/channels", object{
		"name": "Questions", "type": 15, "flags": wire.FlagRequireTag, "default_auto_archive_duration": 4320,
		"available_tags": []object{{"name": "Go"}, {"name": "Solved", "moderated": true}},
	}).(object)
	tags := forum["available_tags"].([]any)
	require.Len(t, tags, 2)
	id := snowflakeOf(t, forum["id"].(string))
	solved := snowflakeOf(t, tags[1].(object)["id"].(string))
	tag := snowflakeOf(t, tags[0].(object)["id"].(string))
	bot.refused(400, 40058, "POST", channelPath(id)+"/messages", object{"content": "x"})
	bot.refused(400, 40067, "POST", channelPath(id)+"/threads", object{"name": "x", "message": object{"content": "x"}})
	mistake(t, bot.refused(400, 50035, "POST", channelPath(id)+"/threads", object{"name": "x", "applied_tags": []any{tag}}), "message")
	_, err := ken.TryStartThread(id, sandboxtest.Thread{Name: "x", Content: "x", AppliedTags: []snowflake.ID{solved}})
	require.ErrorContains(t, err, "50013", "the tag is for moderators")
	_, err = ken.TryStartThread(id, sandboxtest.Thread{Name: "x", AppliedTags: []snowflake.ID{tag}})
	require.ErrorContains(t, err, "50006")

	post := ken.StartThread(id, sandboxtest.Thread{Name: "Slices?", Content: "How do they grow?", AppliedTags: []snowflake.ID{tag}})
	made := data(t, s.next("THREAD_CREATE"))
	require.Equal(t, []any{tag.String()}, made["applied_tags"])
	require.EqualValues(t, 4320, made["thread_metadata"].(object)["auto_archive_duration"])
	first := data(t, s.next("MESSAGE_CREATE"))
	require.Equal(t, post.ID.String(), first["id"], "the first message has the post's id")
	require.Equal(t, post.ID.String(), bot.ok("GET", channelPath(id), nil).(object)["last_message_id"])
	answer := bot.ok("POST", channelPath(id)+"/threads", object{"name": "By the bot", "applied_tags": []any{tag}, "message": object{"content": "hello"}}).(object)
	require.Equal(t, "hello", answer["message"].(object)["content"])
	w.Member("Ada").NewRule(keyword(nil, "*badword*"))
	_, err = ken.TryStartThread(id, sandboxtest.Thread{Name: "badword", Content: "x", AppliedTags: []snowflake.ID{tag}})
	require.ErrorContains(t, err, "200001")
}

func TestThreadsAreKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var thread *wire.Channel
	t.Run("before", func(t *testing.T) {
		w := sandboxtest.Start(t, sandbox.Config{Dir: dir})
		thread = w.Member("Ken").Write(w.ChannelID, "question").StartThread("Thread")
		w.Member("Alan").Write(thread.ID, "answer")
		w.Member("Ada").NewRule(keyword(nil, "x"))
	})
	t.Run("after", func(t *testing.T) {
		w := sandboxtest.Start(t, sandbox.Config{Dir: dir})
		list := w.Member("Ken").Messages(thread.ID)
		require.Equal(t, "answer", list[1].Content)
		require.Equal(t, thread.ID, w.Member("Ken").Messages(w.ChannelID)[0].Thread.ID)
		require.Equal(t, 2, *w.Member("Ken").Threads(w.ChannelID)[0].MemberCount)
		require.Len(t, w.Member("Ada").Rules(), 1)
	})
}
