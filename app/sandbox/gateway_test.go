package sandbox_test

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/gateway"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
)

// payload is one gateway payload.
type payload struct {
	Op int             `json:"op"`
	T  string          `json:"t"`
	S  int             `json:"s"`
	D  json.RawMessage `json:"d"`
}

// socket is a bot that speaks the gateway by itself.
type socket struct {
	t       *testing.T
	w       *sandboxtest.World
	ws      *websocket.Conn
	inflate io.Reader // of zlib-stream
	buf     bytes.Buffer
	seq     int
	session string
	watch   func(payload) // sees everything that arrives, when set
}

const everything = gateway.Guilds | gateway.GuildMembers | gateway.GuildModeration | gateway.GuildPresences | gateway.GuildMessages |
	gateway.GuildMessageReactions | gateway.GuildMessageTyping | gateway.DirectMessages | gateway.DirectMessageReactions | gateway.MessageContent

func dialGateway(t *testing.T, w *sandboxtest.World, query string) *socket {
	t.Helper()
	ws, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(w.APIURL, "http")+"/gateway?"+query, nil)
	require.NoError(t, err)
	ws.SetReadLimit(64 << 20)
	t.Cleanup(func() { _ = ws.CloseNow() })
	return &socket{t: t, w: w, ws: ws}
}

func (s *socket) send(op int, d any) {
	s.t.Helper()
	data, err := json.Marshal(object{"op": op, "d": d})
	require.NoError(s.t, err)
	require.NoError(s.t, s.ws.Write(s.t.Context(), websocket.MessageText, data))
}

func (s *socket) read() (p payload, err error) {
	kind, data, err := s.ws.Read(s.t.Context())
	if err != nil {
		return payload{}, err
	}
	if kind == websocket.MessageBinary {
		s.buf.Write(data)
		if s.inflate == nil {
			s.inflate, err = zlib.NewReader(&s.buf)
			require.NoError(s.t, err)
		}
		require.NoError(s.t, json.NewDecoder(s.inflate).Decode(&p))
	} else {
		require.NoError(s.t, json.Unmarshal(data, &p))
	}
	if s.watch != nil {
		s.watch(p)
	}
	return p, nil
}

// next reads until an event of that name, or for an empty name anything but acks.
func (s *socket) next(name string) payload {
	s.t.Helper()
	for {
		p, err := s.read()
		require.NoError(s.t, err, "waiting for %s", name)
		if p.S > 0 {
			s.seq = p.S
		}
		if p.T == name && p.Op == 0 || name == "" && p.Op != 11 {
			return p
		}
	}
}

// op reads until a payload with this opcode.
func (s *socket) op(want int) payload {
	s.t.Helper()
	for {
		p, err := s.read()
		require.NoError(s.t, err)
		if p.S > 0 {
			s.seq = p.S
		}
		if p.Op == want {
			return p
		}
	}
}

// closed reads until the connection ends and returns its code.
func (s *socket) closed() int {
	for {
		if _, err := s.read(); err != nil {
			return int(websocket.CloseStatus(err))
		}
	}
}

func (s *socket) identify(intents gateway.Intents, more ...object) *socket {
	s.t.Helper()
	d := object{"token": s.w.BotToken, "intents": intents, "properties": object{"os": "linux", "browser": "test", "device": "test"}}
	for _, m := range more {
		for k, v := range m {
			d[k] = v
		}
	}
	s.op(10)
	s.send(2, d)
	return s
}

// ready reads READY and returns it.
func (s *socket) ready() (r struct {
	SessionID string `json:"session_id"`
	ResumeURL string `json:"resume_gateway_url"`
	Guilds    []struct {
		ID          string `json:"id"`
		Unavailable bool   `json:"unavailable"`
	} `json:"guilds"`
	Shard [2]int `json:"shard"`
}) {
	s.t.Helper()
	require.NoError(s.t, json.Unmarshal(s.next("READY").D, &r))
	s.session = r.SessionID
	return r
}

func TestCloseCodes(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Intents: &seed.Intents{Members: true}}})
	for name, c := range map[string]struct {
		query string
		send  func(*socket)
		code  int
	}{
		"not JSON":          {"", func(s *socket) { _ = s.ws.Write(s.t.Context(), websocket.MessageText, []byte("{")) }, 4002},
		"too long":          {"", func(s *socket) { s.send(1, text(4096)) }, 4002},
		"unknown opcode":    {"", func(s *socket) { s.send(99, nil) }, 4001},
		"not identified":    {"", func(s *socket) { s.send(3, object{"status": "idle"}) }, 4003},
		"wrong token":       {"", func(s *socket) { s.identify(0, object{"token": "wrong"}) }, 4004},
		"identified twice":  {"", func(s *socket) { s.identify(0).send(2, object{"token": w.BotToken, "intents": 0}) }, 4005},
		"wrong shard":       {"", func(s *socket) { s.identify(0, object{"shard": []int{2, 2}}) }, 4010},
		"wrong version":     {"v=3", nil, 4012},
		"wrong intents":     {"", func(s *socket) { s.identify(1 << 40) }, 4013},
		"forbidden intents": {"", func(s *socket) { s.identify(gateway.MessageContent) }, 4014},
		"unknown sequence":  {"", func(s *socket) { s.identify(0).ready(); s.resumeElsewhere(99) }, 4007},
		"too many payloads": {"", func(s *socket) {
			for range 121 {
				s.send(1, nil)
			}
		}, 4008},
		"wrong encoding": {"encoding=etf", nil, 4002},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := dialGateway(t, w, c.query)
			if c.send != nil {
				c.send(s)
			}
			require.Equal(t, c.code, s.closed())
		})
	}
}

// resumeElsewhere opens a new connection and resumes the session there; s is that one from then on.
func (s *socket) resumeElsewhere(seq int) {
	s.t.Helper()
	_ = s.ws.CloseNow()
	n := dialGateway(s.t, s.w, "v=10&encoding=json")
	n.session, n.seq = s.session, seq
	*s = *n
	s.op(10)
	s.send(6, object{"token": s.w.BotToken, "session_id": s.session, "seq": seq})
}

func TestIdentifyAndHeartbeat(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	for _, query := range []string{"v=10&encoding=json", "v=9&encoding=json&compress=zlib-stream", ""} {
		s := dialGateway(t, w, query).identify(everything)
		r := s.ready()
		require.Equal(t, w.GuildID.String(), r.Guilds[0].ID)
		require.True(t, r.Guilds[0].Unavailable)
		require.Equal(t, [2]int{0, 1}, r.Shard)
		require.Contains(t, r.ResumeURL, "ws://")
		var g object
		require.NoError(t, json.Unmarshal(s.next("GUILD_CREATE").D, &g))
		require.Equal(t, false, g["unavailable"])
		require.Len(t, g["members"], len(w.Members))
		s.send(1, s.seq)
		s.op(11)
	}
	// The presences intent decides who comes with a guild.
	var g object
	s := dialGateway(t, w, "").identify(gateway.Guilds)
	require.NoError(t, json.Unmarshal(s.next("GUILD_CREATE").D, &g))
	require.Len(t, g["members"], 1)

	w.Disturb("request_heartbeat")
	s.op(1)
	bot := newRaw(t, w)
	limit := bot.ok("GET", "/v10/gateway/bot", nil).(object)["session_start_limit"].(object)
	require.EqualValues(t, 1000, limit["total"])
	require.EqualValues(t, 996, limit["remaining"])
	require.EqualValues(t, 1, limit["max_concurrency"])
}

func TestIdentifyInTurn(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	w.Tune(map[string]any{"enforce_identify": true})
	dialGateway(t, w, "").identify(0).ready()
	s := dialGateway(t, w, "").identify(0)
	require.JSONEq(t, "false", string(s.op(9).D))
	w.Advance(5 * time.Second)
	s.send(2, object{"token": w.BotToken, "intents": 0})
	s.ready()
}

func TestHeartbeatsMustCome(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	w.Tune(map[string]any{"heartbeat_interval_ms": 1})
	require.Equal(t, 4009, dialGateway(t, w, "").identify(0).closed())
}

func TestResume(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	ada := w.Member("Ada")
	s := dialGateway(t, w, "v=10&encoding=json").identify(everything)
	s.ready()
	s.next("GUILD_CREATE")
	seq := s.seq
	ada.Write(w.ChannelID, "one")
	s.next("MESSAGE_CREATE")
	_ = s.ws.CloseNow()
	ada.Write(w.ChannelID, "two")
	// What came after the last number that the bot knows is sent again, in order, then RESUMED.
	s.resumeElsewhere(seq)
	for i, want := range []string{"one", "two"} {
		p := s.next("MESSAGE_CREATE")
		require.Contains(t, string(p.D), `"content":"`+want+`"`)
		require.Greater(t, p.S, seq+i)
	}
	require.Greater(t, s.next("RESUMED").S, seq+2)
	ada.Write(w.ChannelID, "three")
	require.Contains(t, string(s.next("MESSAGE_CREATE").D), "three")

	t.Run("not after goodbye", func(t *testing.T) {
		require.NoError(t, s.ws.Close(websocket.StatusNormalClosure, ""))
		ada.Until("the bot is offline", func() bool {
			m, _ := ada.Look(w.Person(w.ApplicationID))
			return m.Status == "offline"
		})
		s.resumeElsewhere(s.seq)
		require.JSONEq(t, "false", string(s.op(9).D))
	})
	t.Run("not for ever", func(t *testing.T) {
		s := dialGateway(t, w, "").identify(everything)
		s.ready()
		_ = s.ws.CloseNow()
		for w.Standing().Sessions > 0 { // until the stand-in has seen the end
			runtime.Gosched()
		}
		w.Advance(6 * time.Minute)
		s.resumeElsewhere(1)
		require.JSONEq(t, "false", string(s.op(9).D))
	})
}

func TestShardsAndIntents(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Guilds: guildsOf(10), Members: 30}})
	shards := make([]*socket, 2)
	for i := range shards {
		shards[i] = dialGateway(t, w, "").identify(everything, object{"shard": []int{i, 2}})
		r := shards[i].ready()
		require.Len(t, r.Guilds, 5)
		for _, g := range r.Guilds {
			id, err := json.Number(g.ID).Int64()
			require.NoError(t, err)
			require.EqualValues(t, i, id>>22%2)
		}
	}
	quiet := dialGateway(t, w, "").identify(gateway.Guilds | gateway.GuildMessages | gateway.MessageContent)
	quiet.ready()
	// What happens in a guild is heard on its shard alone, and as far as the intents go.
	for i, g := range w.Guilds[:2] {
		visitor := w.Newcomer(sandboxtest.Newcomer{Username: "visitor" + string(rune('a'+i))}).At(g.ID)
		visitor.Join()
		channel := visitor.StateOf(g.ID).Channel.ID
		visitor.Write(channel, "hello "+g.Name)
		on := shards[uint64(g.ID)>>22%2]
		require.Contains(t, string(on.next("GUILD_MEMBER_ADD").D), visitor.ID.String())
		for {
			if p := on.next("MESSAGE_CREATE"); strings.Contains(string(p.D), "hello "+g.Name) {
				break
			}
		}
		for {
			p := quiet.next("")
			require.NotEqual(t, "GUILD_MEMBER_ADD", p.T)
			if strings.Contains(string(p.D), "hello "+g.Name) {
				break
			}
		}
	}
	// Messages between the bot and a person belong to the first shard.
	someone := w.Person(w.Members[1].ID)
	someone.Write(someone.Direct(), "to the first")
	require.Contains(t, string(shards[0].next("MESSAGE_CREATE").D), "to the first")
}

func TestMessageContentIntent(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(gateway.GuildMessages | gateway.DirectMessages)
	s.ready()
	ken := w.Member("Ken")
	content := func() string {
		var m struct {
			Content string `json:"content"`
		}
		require.NoError(t, json.Unmarshal(s.next("MESSAGE_CREATE").D, &m))
		return m.Content
	}
	ken.Write(w.ChannelID, "secret")
	require.Empty(t, content())
	mention := "hey <@" + w.ApplicationID.String() + ">"
	ken.Write(w.ChannelID, mention)
	require.Equal(t, mention, content())
	ken.Write(ken.Direct(), "between us")
	require.Equal(t, "between us", content())
	newRaw(t, w).ok("POST", "/v10/channels/"+w.ChannelID.String()+"/messages", object{"content": "my own"})
	require.Equal(t, "my own", content())
}

func TestMemberChunks(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Guilds: guildsOf(1), Members: 2500}})
	s := dialGateway(t, w, "").identify(everything)
	var g struct {
		Large       bool  `json:"large"`
		MemberCount int   `json:"member_count"`
		Members     []any `json:"members"`
	}
	require.NoError(t, json.Unmarshal(s.next("GUILD_CREATE").D, &g))
	require.True(t, g.Large)
	require.Equal(t, 2501, g.MemberCount)
	require.Less(t, len(g.Members), 2501, "offline members do not come with a large guild")
	type chunk struct {
		Members  []any    `json:"members"`
		Index    int      `json:"chunk_index"`
		Count    int      `json:"chunk_count"`
		Nonce    string   `json:"nonce"`
		NotFound []string `json:"not_found"`
	}
	next := func() (c chunk) {
		require.NoError(t, json.Unmarshal(s.next("GUILD_MEMBERS_CHUNK").D, &c))
		return c
	}
	s.send(8, object{"guild_id": w.GuildID, "query": "", "limit": 0, "nonce": "n"})
	total := 0
	for i := range 3 {
		c := next()
		require.Equal(t, []any{i, 3, "n"}, []any{c.Index, c.Count, c.Nonce})
		total += len(c.Members)
	}
	require.Equal(t, 2501, total)
	s.send(8, object{"guild_id": w.GuildID, "user_ids": []string{w.Members[1].ID.String(), "123"}})
	c := next()
	require.Len(t, c.Members, 1)
	require.Equal(t, []string{"123"}, c.NotFound)
	s.send(8, object{"guild_id": w.GuildID, "query": "a", "limit": 1000})
	require.Len(t, next().Members, 100)
}

func TestFaultsOfTheGateway(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	ada := w.Member("Ada")
	connect := func(t *testing.T) *socket {
		s := dialGateway(t, w, "").identify(everything)
		s.ready()
		return s
	}
	t.Run("op 7 and 9", func(t *testing.T) {
		s := connect(t)
		w.Disturb("reconnect")
		s.op(7)
		w.Disturb("invalidate_resume")
		require.JSONEq(t, "true", string(s.op(9).D))
		w.Disturb("invalidate")
		require.JSONEq(t, "false", string(s.op(9).D))
		s.resumeElsewhere(1)
		require.JSONEq(t, "false", string(s.op(9).D))
	})
	t.Run("close", func(t *testing.T) {
		s := connect(t)
		w.CloseGateway(4000)
		require.Equal(t, 4000, s.closed())
	})
	t.Run("no acks", func(t *testing.T) {
		s := connect(t)
		w.Fault(faults.Rule{Kind: faults.NoAcks, Times: 1})
		s.send(1, s.seq)
		s.send(1, s.seq)
		s.op(11)
		require.Empty(t, w.Standing().Faults)
	})
	t.Run("duplicates", func(t *testing.T) {
		s := connect(t)
		w.Fault(faults.Rule{Kind: faults.Duplicate, Event: "MESSAGE_CREATE", Times: 1})
		ada.Write(w.ChannelID, "twice")
		first := s.next("MESSAGE_CREATE")
		second := s.next("MESSAGE_CREATE")
		require.Equal(t, string(first.D), string(second.D))
		require.Equal(t, first.S+1, second.S)
	})
	t.Run("delay", func(t *testing.T) {
		s := connect(t)
		w.Fault(faults.Rule{Kind: faults.Delay, Event: "MESSAGE_CREATE", Millis: 50, Times: 1})
		before := time.Now()
		ada.Write(w.ChannelID, "late")
		s.next("MESSAGE_CREATE")
		require.GreaterOrEqual(t, time.Since(before), 50*time.Millisecond)
	})
	t.Run("offline", func(t *testing.T) {
		s := connect(t)
		lift := w.Fault(faults.Rule{Kind: faults.Offline})
		require.Equal(t, -1, s.closed())
		_, resp, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(w.APIURL, "http")+"/gateway", nil)
		if resp != nil && resp.Body != nil {
			_ = resp.Body.Close()
		}
		require.Error(t, err)
		require.Nil(t, resp)
		lift()
		s.resumeElsewhere(s.seq)
		s.next("RESUMED")
	})
}

// Clients differ in what they do after op 9: discordgo identifies on the connection it has.
func TestIdentifyingAgainOnTheSameConnection(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"invalidate", "invalidate_resume"} {
		w := sandboxtest.Start(t)
		s := dialGateway(t, w, "").identify(everything)
		s.ready()
		first := s.session
		w.Disturb(what)
		s.op(9)
		s.send(2, object{"token": w.BotToken, "intents": everything, "properties": object{}})
		s.ready()
		require.NotEqual(t, first, s.session)
		s.next("GUILD_CREATE")
		require.Equal(t, 2, s.seq, "the new session counts from the beginning")
		w.Member("Ada").Write(w.ChannelID, "once")
		require.Contains(t, string(s.next("MESSAGE_CREATE").D), "once")
		s.send(2, object{"token": w.BotToken, "intents": everything, "properties": object{}})
		require.Equal(t, 4005, s.closed(), "without op 9 it may not")
	}
}

func TestResumingOnTheSameConnection(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	s.next("GUILD_CREATE")
	w.Disturb("invalidate_resume")
	s.op(9)
	s.send(6, object{"token": w.BotToken, "session_id": s.session, "seq": s.seq})
	s.next("RESUMED")
	w.Member("Ada").Write(w.ChannelID, "still here")
	require.Contains(t, string(s.next("MESSAGE_CREATE").D), "still here")
}

func TestMembersWithNumbersAndWithoutIntents(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	chunk := func(s *socket) (c struct {
		Members   []any  `json:"members"`
		Presences []any  `json:"presences"`
		Nonce     string `json:"nonce"`
	}) {
		require.NoError(t, json.Unmarshal(s.next("GUILD_MEMBERS_CHUNK").D, &c))
		return c
	}
	ken := w.Member("Ken").ID
	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	s.send(8, object{"guild_id": uint64(w.GuildID), "user_ids": uint64(ken), "presences": 1})
	c := chunk(s)
	require.Len(t, c.Members, 1)
	require.Len(t, c.Presences, 1)
	s.send(8, object{"guild_id": []any{uint64(w.GuildID)}, "user_ids": []any{uint64(ken)}, "presences": 0, "limit": "0"})
	c = chunk(s)
	require.Len(t, c.Members, 1)
	require.Empty(t, c.Presences)

	without := dialGateway(t, w, "").identify(gateway.Guilds | gateway.GuildMembers)
	without.ready()
	without.send(8, object{"guild_id": w.GuildID, "query": "", "limit": 0, "presences": true})
	c = chunk(without)
	require.Len(t, c.Members, len(w.Members))
	require.Empty(t, c.Presences, "it has no presences intent")
}

// An acknowledgement that overtakes what the client does after sending looks like a dead connection.
func TestAcknowledgementsTakeTheTimeOfANetwork(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	s := dialGateway(t, w, "").identify(everything)
	s.ready()
	s.next("GUILD_CREATE")
	s.send(1, s.seq)
	s.send(8, object{"guild_id": w.GuildID, "query": "ken", "limit": 1})
	first, err := s.read()
	for err == nil && first.T == "PRESENCE_UPDATE" {
		first, err = s.read()
	}
	require.NoError(t, err)
	require.Equal(t, "GUILD_MEMBERS_CHUNK", first.T, "the answer to a later request comes before the acknowledgement")
	s.op(11)
}
