package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
)

// object is a decoded JSON object.
type object = map[string]any

// raw is a bot that speaks HTTP by itself.
type raw struct {
	t      *testing.T
	w      *sandboxtest.World
	header http.Header
	watch  func(method, path string, status int, body any) // sees every response, when set
}

func newRaw(t *testing.T, w *sandboxtest.World) *raw {
	return &raw{t: t, w: w, header: http.Header{"Authorization": {"Bot " + w.BotToken}}}
}

// send makes a request and returns its answer with the decoded body.
func (r *raw) send(method, path string, body any) (*http.Response, any) {
	r.t.Helper()
	if body == nil {
		return r.do(method, path, "", nil)
	}
	data, err := json.Marshal(body)
	require.NoError(r.t, err)
	return r.do(method, path, "application/json", bytes.NewReader(data))
}

// form posts a multipart form with one file.
func (r *raw) form(path string, fields map[string]string, file, name, content string) any {
	r.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field, value := range fields {
		require.NoError(r.t, form.WriteField(field, value))
	}
	part, err := form.CreateFormFile(file, name)
	require.NoError(r.t, err)
	_, err = part.Write([]byte(content))
	require.NoError(r.t, err)
	require.NoError(r.t, form.Close())
	resp, out := r.do(http.MethodPost, path, form.FormDataContentType(), &body)
	require.Less(r.t, resp.StatusCode, 300, "%s: %v", path, out)
	return out
}

func (r *raw) do(method, path, contentType string, in io.Reader) (*http.Response, any) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.w.APIURL+path, in)
	require.NoError(r.t, err)
	req.Header = r.header.Clone()
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(r.t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	require.NoError(r.t, err)
	var out any
	if len(data) > 0 {
		require.NoError(r.t, json.Unmarshal(data, &out), "%s", data)
	}
	if r.watch != nil {
		r.watch(method, path, resp.StatusCode, out)
	}
	return resp, out
}

// ok makes a request that must succeed.
func (r *raw) ok(method, path string, body any) any {
	r.t.Helper()
	resp, out := r.send(method, path, body)
	require.Less(r.t, resp.StatusCode, 300, "%s %s: %v", method, path, out)
	return out
}

// refused makes a request that must be refused so.
func (r *raw) refused(status, code int, method, path string, body any) object {
	r.t.Helper()
	resp, out := r.send(method, path, body)
	require.Equal(r.t, status, resp.StatusCode, "%s %s: %v", method, path, out)
	o, _ := out.(object)
	require.EqualValues(r.t, code, o["code"], "%v", out)
	return o
}

// mistake finds the first code of a nested error.
func mistake(t *testing.T, o object, path ...string) string {
	t.Helper()
	at := o["errors"]
	for _, key := range path {
		at = at.(object)[key]
		require.NotNil(t, at, "no error at %v in %v", path, o)
	}
	return at.(object)["_errors"].([]any)[0].(object)["code"].(string)
}

func text(n int) string { return strings.Repeat("x", n) }

func TestRefusals(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	guild, channel := "/v10/guilds/"+w.GuildID.String(), "/v10/channels/"+w.ChannelID.String()
	member := guild + "/members/" + w.Member("Ken").ID.String()
	owner := guild + "/members/" + w.Member("Ada").ID.String()

	t.Run("who calls", func(t *testing.T) {
		t.Parallel()
		for _, auth := range []string{"", "Bot wrong", "Bearer wrong", w.BotToken} {
			nobody := &raw{t: t, w: w, header: http.Header{"Authorization": {auth}}}
			nobody.refused(401, 0, "GET", "/v10/users/@me", nil)
		}
		bot := newRaw(t, w)
		bot.refused(404, 0, "GET", "/v10/nowhere", nil)
		bot.refused(405, 0, "DELETE", "/v10/users/@me", nil)
		bot.ok("GET", "/users/@me", nil)
		bot.ok("GET", "/v9/users/@me", nil)
		resp, _ := bot.send("GET", "/v10/users/@me", nil)
		require.Equal(t, "application/json", resp.Header.Get("Content-Type"))
	})
	t.Run("what is not there", func(t *testing.T) {
		t.Parallel()
		bot := newRaw(t, w)
		bot.refused(404, 10004, "GET", "/v10/guilds/123", nil)
		bot.refused(404, 10003, "GET", "/v10/channels/123", nil)
		bot.refused(404, 10013, "GET", "/v10/users/123", nil)
		bot.refused(404, 10013, "GET", guild+"/members/123", nil)
		bot.refused(404, 10011, "PUT", member+"/roles/123", nil)
		bot.refused(404, 10008, "GET", channel+"/messages/123", nil)
		bot.refused(404, 10026, "GET", guild+"/bans/123", nil)
		bot.refused(404, 10062, "POST", "/v10/interactions/1/x/callback", object{"type": 4})
		bot.refused(404, 10015, "POST", "/v10/webhooks/"+w.ApplicationID.String()+"/x", object{"content": "x"})
		o := bot.refused(400, 50035, "GET", "/v10/guilds/abc", nil)
		require.Equal(t, "NUMBER_TYPE_COERCE", mistake(t, o, "guild_id"))
	})
	t.Run("bodies", func(t *testing.T) {
		t.Parallel()
		bot := newRaw(t, w)
		messages := channel + "/messages"
		bot.refused(400, 50006, "POST", messages, object{})
		for _, c := range []struct {
			body object
			path []string
			code string
		}{
			{object{"content": text(2001)}, []string{"content"}, "BASE_TYPE_MAX_LENGTH"},
			{object{"content": 5}, []string{"content"}, "STRING_TYPE_CONVERT"},
			{object{"embeds": []object{{"title": text(257)}}}, []string{"embeds", "0", "title"}, "BASE_TYPE_MAX_LENGTH"},
			{object{"embeds": []object{{"description": text(4097)}}}, []string{"embeds", "0", "description"}, "BASE_TYPE_MAX_LENGTH"},
			{object{"embeds": []object{{}}}, []string{"embeds", "0", "description"}, "BASE_TYPE_REQUIRED"},
			{object{"embeds": []object{{"title": "x", "url": "nowhere"}}}, []string{"embeds", "0", "url"}, "URL_TYPE_INVALID_URL"},
			{object{"embeds": []object{{"description": text(4000)}, {"description": text(2001)}}}, []string{"embeds"}, "MAX_EMBED_SIZE_EXCEEDED"},
			{object{"embeds": slices.Repeat([]object{{"title": "x"}}, 11)}, []string{"embeds"}, "BASE_TYPE_MAX_LENGTH"},
			{object{"content": "x", "components": []object{{"type": 2}}}, []string{"components", "0", "type"}, "BASE_TYPE_CHOICES"},
			{object{"content": "x", "components": row(button("a"), button("a"))}, []string{"components", "0", "components", "1", "custom_id"}, "COMPONENT_CUSTOM_ID_DUPLICATED"},
			{object{"content": "x", "components": row(button(text(101)))}, []string{"components", "0", "components", "0", "custom_id"}, "BASE_TYPE_BAD_LENGTH"},
			{object{"content": "x", "components": row(selectOf(26))}, []string{"components", "0", "components", "0", "options"}, "BASE_TYPE_BAD_LENGTH"},
			{object{"content": "x", "components": row(selectOf(1), button("b"))}, []string{"components", "0", "components", "0"}, "COMPONENT_LAYOUT_WIDTH_EXCEEDED"},
			{object{"content": "x", "allowed_mentions": object{"parse": []string{"users"}, "users": []string{"1"}}}, []string{"allowed_mentions"}, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"},
		} {
			o := bot.refused(400, 50035, "POST", messages, c.body)
			require.Equal(t, c.code, mistake(t, o, c.path...), "%v", o)
		}
		req, err := http.NewRequest(http.MethodPost, w.APIURL+messages, strings.NewReader("{"))
		require.NoError(t, err)
		req.Header = bot.header.Clone()
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer resp.Body.Close()
		var o object
		require.NoError(t, json.NewDecoder(resp.Body).Decode(&o))
		require.EqualValues(t, 50109, o["code"])
	})
	t.Run("rank and rights", func(t *testing.T) {
		t.Parallel()
		bot := newRaw(t, w)
		bot.refused(403, 50013, "PUT", member+"/roles/"+w.Role("Admin").String(), nil)
		bot.refused(403, 50013, "PUT", member+"/roles/"+w.Role("Smarter Dev").String(), nil)
		bot.refused(400, 50028, "PUT", member+"/roles/"+w.GuildID.String(), nil)
		bot.refused(403, 50013, "DELETE", owner, nil)
		bot.refused(403, 50013, "PUT", guild+"/bans/"+w.Member("Dennis").ID.String(), nil)
		soon := object{"communication_disabled_until": time.Now().Add(time.Hour)}
		bot.refused(403, 50013, "PATCH", owner, soon)
		bot.refused(403, 50013, "PATCH", guild+"/members/"+w.Member("Dennis").ID.String(), soon)
		o := bot.refused(400, 50035, "PATCH", member, object{"communication_disabled_until": time.Now().Add(29 * 24 * time.Hour)})
		mistake(t, o, "communication_disabled_until")
		mistake(t, bot.refused(400, 50035, "PUT", guild+"/bans/"+w.Member("Ken").ID.String(), object{"delete_message_seconds": 604801}), "delete_message_seconds")
		mistake(t, bot.refused(400, 50035, "POST", guild+"/bulk-ban", object{"user_ids": []string{}}), "user_ids")
		bot.refused(403, 50013, "POST", guild+"/roles", object{"name": "too much", "permissions": "8"})
		bot.header.Set("X-Audit-Log-Reason", text(513))
		mistake(t, bot.refused(400, 50035, "PATCH", member, object{"nick": "x"}), "X-Audit-Log-Reason")
	})
	t.Run("messages of others", func(t *testing.T) {
		t.Parallel()
		bot := newRaw(t, w)
		m := w.Member("Ken").Write(w.ChannelID, "mine")
		bot.refused(403, 50005, "PATCH", channel+"/messages/"+m.ID.String(), object{"content": "yours"})
		bot.refused(400, 50016, "POST", channel+"/messages/bulk-delete", object{"messages": []string{m.ID.String()}})
		bot.refused(400, 50034, "POST", channel+"/messages/bulk-delete", object{"messages": []string{"1", "2"}})
		bot.refused(400, 10014, "PUT", channel+"/messages/"+m.ID.String()+"/reactions/nonsense/@me", nil)
		bot.ok("DELETE", channel+"/messages/"+m.ID.String(), nil)
	})
	require.Zero(t, bot.w.Standing().Sessions)
}

func row(components ...object) []object { return []object{{"type": 1, "components": components}} }

func button(id string) object { return object{"type": 2, "style": 1, "label": "b", "custom_id": id} }

func selectOf(n int) object {
	options := make([]object, n)
	for i := range options {
		options[i] = object{"label": text(i + 1), "value": text(i + 1)}
	}
	return object{"type": 3, "custom_id": "s", "options": options}
}

func TestRateLimits(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	resp, _ := bot.send("GET", "/v10/users/@me", nil)
	for _, name := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Reset-After", "X-RateLimit-Bucket"} {
		require.NotEmpty(t, resp.Header.Get(name), name)
	}
	t.Run("of a route", func(t *testing.T) {
		w.Limit(2, time.Hour, 0)
		one, two := "/v10/guilds/"+w.GuildID.String(), "/v10/users/@me"
		bot.ok("GET", one, nil)
		resp, _ := bot.send("GET", one, nil)
		require.Equal(t, "0", resp.Header.Get("X-RateLimit-Remaining"))
		resp, body := bot.send("GET", one, nil)
		require.Equal(t, 429, resp.StatusCode)
		require.Equal(t, "user", resp.Header.Get("X-RateLimit-Scope"))
		require.Equal(t, "3600", resp.Header.Get("Retry-After"))
		require.InDelta(t, 3600, body.(object)["retry_after"], 5)
		require.Equal(t, false, body.(object)["global"])
		bot.ok("GET", two, nil)
	})
	t.Run("of everything", func(t *testing.T) {
		w.Limit(0, 0, 1)
		resp, body := bot.send("GET", "/v10/users/@me", nil)
		for resp.StatusCode == http.StatusOK {
			resp, body = bot.send("GET", "/v10/users/@me", nil)
		}
		require.Equal(t, "true", resp.Header.Get("X-RateLimit-Global"))
		require.Equal(t, true, body.(object)["global"])
	})
	t.Run("on request", func(t *testing.T) {
		w.Limit(0, 0, 0)
		before := w.Standing().Invalid
		w.Fault(faults.Rule{Kind: faults.RateLimit, Path: "/users/*", Scope: "shared", RetryAfter: 1.5, Times: 1})
		bot.ok("GET", "/v10/guilds/"+w.GuildID.String(), nil)
		resp, body := bot.send("GET", "/v10/users/@me", nil)
		require.Equal(t, 429, resp.StatusCode)
		require.Equal(t, "shared", resp.Header.Get("X-RateLimit-Scope"))
		require.Equal(t, "2", resp.Header.Get("Retry-After"))
		require.InDelta(t, 1.5, body.(object)["retry_after"], 0.001)
		bot.ok("GET", "/v10/users/@me", nil)
		require.Equal(t, before+1, w.Standing().Invalid)
	})
}

func TestFaultsOfREST(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	messages := "/v10/channels/" + w.ChannelID.String() + "/messages"
	w.Fault(faults.Rule{Kind: faults.Answer, Status: 503, Method: "POST", Times: 2})
	for range 2 {
		bot.refused(503, 0, "POST", messages, object{"content": "never"})
	}
	bot.ok("POST", messages, object{"content": "once"})

	w.Fault(faults.Rule{Kind: faults.Answer, Status: 500, After: true, Path: "/channels/*/messages", Times: 1})
	bot.refused(500, 0, "POST", messages, object{"content": "done, but it does not look so"})
	require.Len(t, bot.ok("GET", messages, nil), 2)

	w.Fault(faults.Rule{Kind: faults.Cut, Path: "/channels/**", Times: 1})
	req, err := http.NewRequest(http.MethodPost, w.APIURL+messages, strings.NewReader(`{"content":"cut"}`))
	require.NoError(t, err)
	req.Header = bot.header.Clone()
	_, err = http.DefaultClient.Do(req)
	require.Error(t, err)

	lift := w.Fault(faults.Rule{Kind: faults.Hang, Path: "/users/@me"})
	require.Len(t, w.Standing().Faults, 1)
	lift()
	require.Empty(t, w.Standing().Faults)
	bot.ok("GET", "/v10/users/@me", nil)

	lift = w.Fault(faults.Rule{Kind: faults.Offline})
	_, err = http.Get(w.APIURL + "/v10/gateway")
	require.Error(t, err)
	lift()
	bot.ok("GET", "/v10/gateway", nil)
}

// A request that hangs for ever does not keep the stand-in from closing.
func TestClosingEndsWhatHangs(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil)
	base := "http://" + server.Listener.Addr().String()
	standIn, err := sandbox.New(sandbox.Config{URL: base + "/api", PlaygroundURL: base + "/sandbox"})
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle("/api/", http.StripPrefix("/api", standIn.API()))
	mux.Handle("/sandbox/", http.StripPrefix("/sandbox", standIn.Playground()))
	server.Config.Handler = mux
	server.Start()
	w := sandboxtest.Dial(t, base+"/sandbox")
	w.Fault(faults.Rule{Kind: faults.Hang, Path: "/gateway"})
	hung := make(chan error, 1)
	go func() {
		resp, err := http.Get(base + "/api/v10/gateway")
		if err == nil {
			err = resp.Body.Close()
		}
		hung <- err
	}()
	require.Eventually(t, func() bool {
		list := w.Standing().Faults
		return len(list) == 1 && list[0].Hits == 1
	}, 30*time.Second, 10*time.Millisecond)
	require.NoError(t, standIn.Close())
	require.Error(t, <-hung, "it gets no answer")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	require.NoError(t, server.Config.Shutdown(ctx))
}

func TestUploads(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	require.NoError(t, form.WriteField("payload_json", `{"content":"with a file","attachments":[{"id":"0","description":"notes"}]}`))
	part, err := form.CreateFormFile("files[0]", "notes.txt")
	require.NoError(t, err)
	_, err = part.Write([]byte("hello"))
	require.NoError(t, err)
	require.NoError(t, form.Close())
	req, err := http.NewRequest(http.MethodPost, w.APIURL+"/v10/channels/"+w.ChannelID.String()+"/messages", &body)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bot "+w.BotToken)
	req.Header.Set("Content-Type", form.FormDataContentType())
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, 200, resp.StatusCode)

	m := w.Member("Ada").Messages(w.ChannelID)[0]
	require.Equal(t, "notes.txt", m.Attachments[0].Filename)
	require.Equal(t, "notes", *m.Attachments[0].Description)
	require.Equal(t, 5, m.Attachments[0].Size)
	file, err := http.Get(m.Attachments[0].URL)
	require.NoError(t, err)
	defer file.Body.Close()
	data, err := io.ReadAll(file.Body)
	require.NoError(t, err)
	require.Equal(t, "hello", string(data))

	sent := w.Member("Ada").Post(w.ChannelID, sandboxtest.Draft{Attachments: []sandboxtest.Attachment{{Filename: "big.exe", Size: 1 << 20}}})
	require.Equal(t, 1<<20, sent.Attachments[0].Size)
}

func TestBansArePaged(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Members: 60, Guilds: guildsOf(1)}})
	bot := newRaw(t, w)
	guild := "/v10/guilds/" + w.GuildID.String()
	members := bot.ok("GET", guild+"/members?limit=1000", nil).([]any)
	require.Len(t, members, 61)
	var ids []string
	for _, m := range members {
		user := m.(object)["user"].(object)
		if user["bot"] == nil && user["id"] != w.Members[1].ID.String() && user["id"] != w.Members[2].ID.String() {
			ids = append(ids, user["id"].(string))
		}
	}
	out := bot.ok("POST", guild+"/bulk-ban", object{"user_ids": append(ids[:30:30], w.Members[1].ID.String())}).(object)
	require.Len(t, out["banned_users"], 30)
	require.Equal(t, []any{w.Members[1].ID.String()}, out["failed_users"])
	bot.refused(400, 500000, "POST", guild+"/bulk-ban", object{"user_ids": ids[:30]})

	first := bot.ok("GET", guild+"/bans?limit=20", nil).([]any)
	last := first[19].(object)["user"].(object)["id"].(string)
	second := bot.ok("GET", guild+"/bans?limit=20&after="+last, nil).([]any)
	require.Len(t, first, 20)
	require.Len(t, second, 10)
	before := bot.ok("GET", guild+"/bans?limit=5&before="+last, nil).([]any)
	require.Equal(t, first[14:19], before)
}

func TestAuditLogKeepsReasons(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	guild := "/v10/guilds/" + w.GuildID.String()
	bot.header.Set("X-Audit-Log-Reason", "z%C3%BCgellos%20%F0%9F%98%BC")
	bot.ok("PATCH", guild+"/members/"+w.Member("Ken").ID.String(), object{"nick": "Kenny"})
	ada := w.Member("Ada")
	ada.Kick(w.Member("Radia"), "by hand")
	log := ada.AuditLog()
	require.Equal(t, "by hand", log[0].Reason)
	require.Equal(t, ada.ID, log[0].UserID)
	require.Equal(t, "zügellos 😼", log[1].Reason)
	require.Equal(t, w.ApplicationID, log[1].UserID)
	entries := bot.ok("GET", guild+"/audit-logs?action_type=20&user_id="+ada.ID.String(), nil).(object)["audit_log_entries"].([]any)
	require.Len(t, entries, 1)
}

func guildsOf(n int) seed.Guilds { return seed.Guilds{Count: n} }

func TestPicturesAreDrawn(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	for _, path := range []string{
		"/cdn/avatars/" + w.Member("Ada").ID.String() + "/x.png", "/cdn/avatars/" + w.ApplicationID.String() + "/x.png",
		"/cdn/icons/" + w.GuildID.String() + "/x.webp", "/cdn/embed/avatars/3.png",
	} {
		resp, err := http.Get(w.APIURL + path)
		require.NoError(t, err)
		data, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		require.NoError(t, err)
		require.Equal(t, "image/svg+xml", resp.Header.Get("Content-Type"))
		require.Contains(t, string(data), "<svg ")
	}
}

func snowflakeOf(t *testing.T, raw string) snowflake.ID {
	t.Helper()
	id, err := snowflake.Parse(raw)
	require.NoError(t, err)
	return id
}
