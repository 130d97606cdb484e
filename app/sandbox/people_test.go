package sandbox_test

import (
	"bufio"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
)

func TestPeopleWriteAndRead(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	ada, ken := w.Member("Ada"), w.Member("Ken")
	m := ken.Write(w.ChannelID, "helo")
	m.Edit("hello")
	m.React("👋")
	ada.Messages(w.ChannelID)[0].React("👋")
	now, there := m.Now()
	require.True(t, there)
	require.Equal(t, "hello", now.Content)
	require.NotNil(t, now.EditedTimestamp)
	require.Equal(t, 2, now.Reactions[0].Count)
	m.Unreact("👋")
	now, _ = m.Now()
	require.Equal(t, 1, now.Reactions[0].Count)
	require.False(t, now.Reactions[0].Me)
	reply := ada.Post(w.ChannelID, sandboxtest.Draft{Content: "hi " + ken.Mention(), ReplyTo: m.ID})
	require.Equal(t, m.ID, reply.Reference.MessageID)
	require.Equal(t, ken.ID, reply.Mentions[0].ID)
	ken.WaitMessage(w.ChannelID, func(m *sandboxtest.Message) bool { return m.ID == reply.ID })
	m.Delete()
	m.WaitGone()
	ken.Type(w.ChannelID)
	ada.Wait("TYPING_START", nil)
}

func TestPeopleSeeOnlyWhatTheyMay(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	grace, ken := w.Member("Grace"), w.Member("Ken")
	staff := w.Channel("staff-room")
	grace.Write(staff, "between us")
	_, err := ken.TryPost(staff, sandboxtest.Draft{Content: "let me in"})
	require.ErrorContains(t, err, "50001")
	_, err = ken.TryPost(w.Channel("rules"), sandboxtest.Draft{Content: "my rules"})
	require.ErrorContains(t, err, "50013")
	for _, c := range ken.State(0).Guild.Channels {
		require.NotEqual(t, "staff-room", c.Label())
	}
	ken.Write(w.ChannelID, "seen by all")
	ken.WaitMessage(w.ChannelID, func(m *sandboxtest.Message) bool { return m.Content == "seen by all" })
	for _, e := range ken.Seen() {
		require.NotContains(t, string(e.Data), "between us")
	}
	slow := w.Channel("slow-talk")
	ken.Write(slow, "one thought")
	_, err = ken.TryPost(slow, sandboxtest.Draft{Content: "another"})
	require.ErrorContains(t, err, "20016")
	w.Advance(10 * time.Second)
	ken.Write(slow, "another")
}

func TestModeratingByHand(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	ada, grace, ken := w.Member("Ada"), w.Member("Grace"), w.Member("Ken")
	grace.Timeout(ken, time.Now().Add(time.Hour), "calm down")
	_, err := ken.TryPost(w.ChannelID, sandboxtest.Draft{Content: "no"})
	require.ErrorContains(t, err, "50013")
	w.Advance(2 * time.Hour)
	ken.Write(w.ChannelID, "again")

	before := len(grace.Messages(w.ChannelID))
	grace.Ban(ken, "enough")
	require.Equal(t, "enough", *grace.Banned()[0].Reason)
	require.ErrorContains(t, ken.TryJoin(), "40007")
	require.Len(t, grace.Messages(w.ChannelID), before)
	grace.Unban(ken, "")
	ken.Join()
	require.Equal(t, 7, grace.Messages(w.ChannelID)[before].Type, "Discord greets")
	grace.Wait("GUILD_BAN_REMOVE", nil)

	role := ada.CreateRole("Squad")
	ada.GiveRole(ken, role)
	grace.WaitRole(ken, role, true)
	ada.DeleteRole(role)
	grace.Wait("GUILD_ROLE_DELETE", nil)
	m, _ := grace.Look(ken)
	require.NotContains(t, m.Roles, role)
	ada.Nick(ken, "Kenny")
	m, _ = grace.Look(ken)
	require.Equal(t, "Kenny", m.Name)
	ken.Rename("kenneth", "Kenneth")
	grace.Wait("USER_UPDATE", nil)
	ken.Leave()
	_, there := grace.Look(ken)
	require.False(t, there)
	ada.Kick(w.Person(w.ApplicationID), "")
	require.Empty(t, ada.State(0).Channel.Commands)
	ada.InviteBot()
	_, there = ada.Look(w.Person(w.ApplicationID))
	require.True(t, there)
}

func TestNewcomers(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	old := w.Newcomer(sandboxtest.Newcomer{Username: "old.hand", Name: "Old Hand", CreatedAt: time.Now().AddDate(-3, 0, 0)})
	require.WithinDuration(t, time.Now().AddDate(-3, 0, 0), old.ID.Time(), time.Hour, "the id tells the account's age")
	old.Join()
	m, there := w.Member("Ada").Look(old)
	require.True(t, there)
	require.Equal(t, "Old Hand", m.Name)
	require.Empty(t, m.Roles)
}

func TestInvitingTheBot(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Guilds: seed.Guilds{Listed: []seed.Guild{
		{Name: "With", Channels: []seed.Channel{{Name: "hall"}}, Members: []seed.Member{{Name: "Ida", Owner: true}}},
		{Name: "Without", NoBot: true, Channels: []seed.Channel{{Name: "hall"}}, Members: []seed.Member{{Name: "Udo", Owner: true}}},
	}}}})
	s := dialGateway(t, w, "").identify(everything)
	require.Len(t, s.ready().Guilds, 1)
	bot, without := newRaw(t, w), w.Guilds[1].ID
	bot.refused(403, 50001, "GET", "/v10/guilds/"+without.String(), nil)
	ida := w.Member("Ida").At(without)
	ida.Join()
	require.ErrorContains(t, ida.TryInviteBot(), "50013")
	ida.At(w.GuildID).InviteBot() // it is there already
	udo := w.Person(ida.StateOf(without).Guild.OwnerID).At(without)
	udo.InviteBot()
	s.next("GUILD_CREATE")
	require.Contains(t, string(s.next("GUILD_CREATE").D), `"name":"Without"`)
	bot.ok("GET", "/v10/guilds/"+without.String(), nil)
	udo.Kick(w.Person(w.ApplicationID), "")
	require.Contains(t, string(s.next("GUILD_DELETE").D), without.String())
	bot.refused(403, 50001, "GET", "/v10/guilds/"+without.String(), nil)
	bot.ok("DELETE", "/v10/users/@me/guilds/"+w.GuildID.String(), nil)
	require.Contains(t, string(s.next("GUILD_DELETE").D), w.GuildID.String())
}

// streamed opens a person's stream and returns the names and ids of the next n events.
func streamed(t *testing.T, w *sandboxtest.World, path, lastID string, n int) (names, ids []string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.PlaygroundURL+"/people"+path, nil)
	require.NoError(t, err)
	req.Header.Set("Last-Event-ID", lastID)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
	for lines := bufio.NewScanner(resp.Body); len(names) < n && lines.Scan(); {
		if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
			ids = append(ids, id)
		}
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			names = append(names, name)
		}
	}
	return names, ids
}

func TestStreamsGoOn(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	ken := w.Member("Ken")
	for _, line := range []string{"one", "two", "three"} {
		ken.Write(w.ChannelID, line)
	}
	path := "/" + ken.ID.String() + "/events"
	names, ids := streamed(t, w, path, "0", 3)
	require.Equal(t, []string{"MESSAGE_CREATE", "MESSAGE_CREATE", "MESSAGE_CREATE"}, names)
	_, rest := streamed(t, w, path, ids[0], 2)
	require.Equal(t, ids[1:], rest)
	for range 2500 {
		ken.Type(w.ChannelID)
	}
	names, _ = streamed(t, w, path, ids[0], 1)
	require.Equal(t, []string{"RESET"}, names)

	newRaw(t, w).ok("GET", "/v10/users/@me", nil)
	names, _ = streamed(t, w, "/wire", "", 1)
	require.Equal(t, []string{"rest"}, names)
}

func TestEverythingAtOnce(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	bot := newRaw(t, w)
	people := []*sandboxtest.Person{w.Member("Ada"), w.Member("Ken"), w.Member("Alan"), w.Member("Radia")}
	const each = 20
	var wait sync.WaitGroup
	for i, p := range people {
		wait.Go(func() {
			for range each {
				m := p.Write(w.ChannelID, "busy")
				m.React("👍")
				people[(i+1)%len(people)].State(0)
			}
		})
	}
	wait.Go(func() {
		for range each {
			bot.ok("PATCH", "/v10/guilds/"+w.GuildID.String()+"/members/"+people[1].ID.String(), object{"nick": text(3)})
			bot.ok("GET", "/v10/channels/"+w.ChannelID.String()+"/messages?limit=100", nil)
		}
	})
	last, messages := s.seq, 0
	for messages < each*len(people) {
		p := s.next("")
		require.Equal(t, last+1, p.S, "numbers follow each other")
		last = p.S
		if p.T == "MESSAGE_CREATE" {
			messages++
		}
	}
	wait.Wait()
}

func TestTheWorldIsKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var before, after sandbox.Details
	var message string
	t.Run("before", func(t *testing.T) {
		w := sandboxtest.Start(t, sandbox.Config{Dir: dir})
		before = w.Details
		ken := w.Member("Ken")
		m := ken.Write(w.ChannelID, "remember me")
		m.React("👍")
		message = m.ID.String()
		w.Member("Ada").Ban(w.Member("Radia"), "gone")
		w.Newcomer(sandboxtest.Newcomer{Username: "late"}).Join()
		newRaw(t, w).ok("PUT", "/v10/applications/"+w.ApplicationID.String()+"/commands", []object{plainCommand})
	})
	t.Run("after", func(t *testing.T) {
		w := sandboxtest.Start(t, sandbox.Config{Dir: dir, World: sandbox.World{Seed: 99}})
		after = w.Details
		ada := w.Member("Ada")
		list := ada.Messages(w.ChannelID)
		require.Equal(t, message, list[0].ID.String())
		require.Equal(t, 1, list[0].Reactions[0].Count)
		require.Equal(t, "gone", *ada.Banned()[0].Reason)
		require.Len(t, ada.State(0).Channel.Commands, 1)
		require.Equal(t, "late", list[len(list)-1].Author.Username)
	})
	require.Equal(t, before.BotToken, after.BotToken)
	require.Equal(t, before.GuildID, after.GuildID)
	require.Equal(t, before.ClientSecret, after.ClientSecret)
	require.Len(t, after.Members, len(before.Members))
}

// Addresses work with and without a slash at their end.
func TestAddressesOfThePeopleAPI(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	for path, want := range map[string]int{
		"/people/control": 200, "/people/control/": 200, "/people/": 200, "/people/?q=ad": 200, "/people/details": 200,
		"/people/nowhere/at/all": 404, "/people/12/state": 404, "/people/" + w.Member("Ada").ID.String() + "/state?guild=12": 404,
		"/people/" + w.Member("Ada").ID.String() + "/channels/x/messages": 400, "/": 200,
	} {
		resp, err := http.Get(w.PlaygroundURL + path)
		require.NoError(t, err)
		resp.Body.Close()
		require.Equal(t, want, resp.StatusCode, path)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.PlaygroundURL+"/people/", strings.NewReader(`{"username":"intruder"}`))
	require.NoError(t, err)
	req.Header.Set("Origin", "https://elsewhere.example")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, http.StatusForbidden, resp.StatusCode, "another site acts as nobody")
}

func TestNonces(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	messages := "/v10/channels/" + w.ChannelID.String() + "/messages"
	first := bot.ok("POST", messages, object{"content": "x", "nonce": "n1", "enforce_nonce": true}).(object)
	again := bot.ok("POST", messages, object{"content": "x", "nonce": "n1", "enforce_nonce": true}).(object)
	require.Equal(t, first["id"], again["id"])
	require.Equal(t, "n1", again["nonce"])
	for _, nonce := range []any{object{}, []int{1}, true, text(26)} {
		bot.refused(400, 50035, "POST", messages, object{"content": "x", "nonce": nonce, "enforce_nonce": true})
	}
}
