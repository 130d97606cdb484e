package sandbox_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/gateway"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func TestPolls(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything | gateway.GuildPolls)
	s.ready()
	bot := newRaw(t, w)
	ada, ken, alan := w.Member("Ada"), w.Member("Ken"), w.Member("Alan")
	ada.GiveRole(w.Person(w.ApplicationID), ada.CreateRoleWith("Polls", wire.SendPolls))
	messages := channelPath(w.ChannelID) + "/messages"
	poll := func(question string, answers ...string) object {
		list := []object{}
		for _, a := range answers {
			list = append(list, object{"poll_media": object{"text": a}})
		}
		return object{"poll": object{"question": object{"text": question}, "answers": list}}
	}
	mistake(t, bot.refused(400, 50035, "POST", messages, poll("", "x")), "poll", "question", "text")
	mistake(t, bot.refused(400, 50035, "POST", messages, poll("x", text(56))), "poll", "answers", "0", "poll_media", "text")
	mistake(t, bot.refused(400, 50035, "POST", messages, poll("x", repeated(11, "x")...)), "poll", "answers")

	asked := ken.Ask(w.ChannelID, sandboxtest.Poll{Question: "Tabs or spaces?", Answers: []string{"Tabs", "Spaces"}, Hours: 2})
	heard := data(t, s.next("MESSAGE_CREATE"))["poll"].(object)
	require.Equal(t, "Tabs or spaces?", heard["question"].(object)["text"])
	require.EqualValues(t, 2, heard["answers"].([]any)[1].(object)["answer_id"])
	asked.As(alan).Vote(1)
	vote := data(t, s.next("MESSAGE_POLL_VOTE_ADD"))
	require.Equal(t, []any{alan.ID.String(), 1.0}, []any{vote["user_id"], vote["answer_id"]})
	asked.As(alan).Vote(2)
	require.EqualValues(t, 1, data(t, s.next("MESSAGE_POLL_VOTE_REMOVE"))["answer_id"])
	asked.As(ada).Vote(2)
	require.ErrorContains(t, asked.As(ada).TryVote(1, 2), "50035")
	voters := bot.ok("GET", channelPath(w.ChannelID)+"/polls/"+asked.ID.String()+"/answers/2?limit=1", nil).(object)["users"].([]any)
	require.Len(t, voters, 1)
	require.ErrorContains(t, asked.TryEdit("never mind"), "520003")
	bot.refused(403, 50013, "POST", channelPath(w.ChannelID)+"/polls/"+asked.ID.String()+"/expire", nil)

	w.Advance(2 * time.Hour)
	ended := data(t, s.next("MESSAGE_UPDATE"))["poll"].(object)["results"].(object)
	require.Equal(t, true, ended["is_finalized"])
	require.Equal(t, []any{object{"id": 2.0, "count": 2.0, "me_voted": false}}, ended["answer_counts"])
	result := data(t, s.next("MESSAGE_CREATE"))
	require.EqualValues(t, wire.MessagePollResult, result["type"])
	require.Contains(t, ken.Messages(w.ChannelID)[1].Text(), "victor_answer_text: Spaces")
	require.ErrorContains(t, asked.TryVote(1), "520001")

	own := bot.ok("POST", messages, poll("Lunch?", "Soup", "Salad")).(object)["id"].(string)
	bot.ok("POST", channelPath(w.ChannelID)+"/polls/"+own+"/expire", nil)
	bot.refused(400, 520006, "POST", channelPath(w.ChannelID)+"/polls/"+ken.Write(w.ChannelID, "no poll").ID.String()+"/expire", nil)
}

func TestForwards(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	bot := newRaw(t, w)
	grace, ken := w.Member("Grace"), w.Member("Ken")
	m := ken.Post(w.ChannelID, sandboxtest.Draft{Content: "look", Attachments: []sandboxtest.Attachment{{Filename: "a.txt", Data: []byte("a")}}})
	forwarded := m.As(grace).Forward(w.Channel("staff-room"))
	s.next("MESSAGE_CREATE")
	heard := data(t, s.next("MESSAGE_CREATE"))
	require.EqualValues(t, 1, heard["message_reference"].(object)["type"])
	require.Empty(t, heard["content"])
	require.NotZero(t, int(heard["flags"].(float64))&wire.FlagHasSnapshot)
	snapshot := heard["message_snapshots"].([]any)[0].(object)["message"].(object)
	require.Equal(t, "look", snapshot["content"])
	require.Len(t, snapshot["attachments"], 1)
	require.NotContains(t, snapshot, "author")
	m.Edit("changed")
	now, _ := forwarded.Now()
	require.Equal(t, "look", now.Snapshots[0].Message.Content, "a snapshot stays as it was")
	again := forwarded.Forward(w.ChannelID)
	require.Equal(t, "look", again.Snapshots[0].Message.Content)

	_, err := ken.TryPost(w.ChannelID, sandboxtest.Draft{Forward: &wire.Reference{ChannelID: w.Channel("staff-room"), MessageID: forwarded.ID}})
	require.ErrorContains(t, err, "50001", "nobody forwards what they do not see")
	poll := ken.Ask(w.ChannelID, sandboxtest.Poll{Question: "?", Answers: []string{"!"}})
	_, err = ken.TryPost(w.ChannelID, sandboxtest.Draft{Forward: &wire.Reference{ChannelID: w.ChannelID, MessageID: poll.ID}})
	require.ErrorContains(t, err, "50035")
	out := bot.ok("POST", channelPath(w.ChannelID)+"/messages", object{"message_reference": object{"type": 1, "channel_id": w.ChannelID, "message_id": m.ID}}).(object)
	require.Equal(t, "changed", out["message_snapshots"].([]any)[0].(object)["message"].(object)["content"])
}

// Without the message content intent there is nothing to read in a forward, nor to forward.
func TestForwardsWithoutContent(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Intents: &seed.Intents{Members: true}}})
	s := dialGateway(t, w, "").identify(gateway.GuildMessages)
	s.ready()
	ken := w.Member("Ken")
	m := ken.Write(w.ChannelID, "secret")
	m.Forward(w.ChannelID)
	ken.Ask(w.ChannelID, sandboxtest.Poll{Question: "secret?", Answers: []string{"secret"}})
	for range 3 {
		require.NotContains(t, string(s.next("MESSAGE_CREATE").D), "secret")
	}
	newRaw(t, w).refused(400, 160014, "POST", channelPath(w.ChannelID)+"/messages", object{"message_reference": object{"type": 1, "channel_id": w.ChannelID, "message_id": m.ID}})
}

func TestStickersAndEmojis(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything | gateway.GuildExpressions)
	s.ready()
	bot := newRaw(t, w)
	ada, ken := w.Member("Ada"), w.Member("Ken")
	guild := "/v10/guilds/" + w.GuildID.String()
	stickers := bot.ok("GET", guild+"/stickers", nil).([]any)
	first := stickers[0].(object)
	sent := ken.Post(w.ChannelID, sandboxtest.Draft{Stickers: []snowflake.ID{snowflakeOf(t, first["id"].(string))}})
	require.Equal(t, first["name"], sent.StickerItems[0].Name)
	require.Len(t, data(t, s.next("MESSAGE_CREATE"))["sticker_items"], 1)
	bot.refused(400, 50081, "POST", channelPath(w.ChannelID)+"/messages", object{"sticker_ids": []string{"1"}})
	mistake(t, bot.refused(400, 50035, "POST", channelPath(w.ChannelID)+"/messages", object{"sticker_ids": repeated(4, first["id"].(string))}), "sticker_ids")
	picture, err := http.Get(w.APIURL + "/cdn/stickers/" + first["id"].(string) + ".png")
	require.NoError(t, err)
	picture.Body.Close()
	require.Equal(t, 200, picture.StatusCode)

	ada.GiveRole(w.Person(w.ApplicationID), ada.CreateRoleWith("Art", wire.ManageExpressions|wire.CreateExpressions))
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"name": "Gopher", "description": "A gopher", "tags": "gopher"} {
		require.NoError(t, form.WriteField(name, value))
	}
	part, err := form.CreateFormFile("file", "gopher.png")
	require.NoError(t, err)
	_, err = part.Write([]byte("\x89PNG"))
	require.NoError(t, err)
	require.NoError(t, form.Close())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.APIURL+guild+"/stickers", &body)
	require.NoError(t, err)
	req.Header = bot.header.Clone()
	req.Header.Set("Content-Type", form.FormDataContentType())
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, 201, resp.StatusCode)
	var made object
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&made))
	require.Len(t, data(t, s.next("GUILD_STICKERS_UPDATE"))["stickers"], len(stickers)+1)
	one := guild + "/stickers/" + made["id"].(string)
	require.Equal(t, "Gopher!", bot.ok("PATCH", one, object{"name": "Gopher!"}).(object)["name"])
	bot.ok("DELETE", one, nil)
	bot.refused(404, 10060, "GET", one, nil)

	mistake(t, bot.refused(400, 50035, "POST", guild+"/emojis", object{"name": "no good", "image": "data:,"}), "name")
	emoji := bot.ok("POST", guild+"/emojis", object{"name": "gopher", "image": "data:image/png;base64,AAAA"}).(object)
	require.Equal(t, []any{}, emoji["roles"])
	require.Len(t, data(t, s.next("GUILD_EMOJIS_UPDATE"))["emojis"], 1)
	bot.ok("PUT", channelPath(w.ChannelID)+"/messages/"+sent.ID.String()+"/reactions/gopher:"+emoji["id"].(string)+"/@me", nil)
	path := guild + "/emojis/" + emoji["id"].(string)
	require.Equal(t, "gophers", bot.ok("PATCH", path, object{"name": "gophers"}).(object)["name"])
	bot.ok("DELETE", path, nil)
	bot.refused(400, 10014, "GET", path, nil)
	own := "/v10/applications/" + w.ApplicationID.String() + "/emojis"
	mine := bot.ok("POST", own, object{"name": "mine", "image": "data:image/png;base64,AAAA"}).(object)
	bot.ok("PUT", channelPath(w.ChannelID)+"/messages/"+sent.ID.String()+"/reactions/mine:"+mine["id"].(string)+"/@me", nil)
	require.Equal(t, "ours", bot.ok("PATCH", own+"/"+mine["id"].(string), object{"name": "ours"}).(object)["name"])
	require.Len(t, bot.ok("GET", own, nil).(object)["items"], 1)
	bot.ok("DELETE", own+"/"+mine["id"].(string), nil)
	bot.refused(400, 10014, "GET", own+"/"+mine["id"].(string), nil)
	require.Equal(t, []int{62, 61, 60, 92, 91, 90}, func() (list []int) {
		for _, e := range ada.AuditLog()[:6] {
			list = append(list, e.ActionType)
		}
		return list
	}())
}
