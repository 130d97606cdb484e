package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/klauspost/compress/zstd"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// wild is a gateway that says what Discord may say and the stand-in does not.
type wild struct {
	t           *testing.T
	url         string
	connections chan *link
	heartbeat   int // milliseconds

	mu     sync.Mutex
	flags  discord.ApplicationFlags
	status int // of GET /applications/@me; 0: 200
}

// link is one connection of a bot to it.
type link struct {
	wild   *wild
	ws     *websocket.Conn
	packed bytes.Buffer
	packer *zstd.Encoder
	seq    int
	over   chan struct{}
	said   chan payload // by the bot
}

func newWild(t *testing.T) *wild {
	t.Helper()
	w := &wild{t: t, connections: make(chan *link, 16), heartbeat: 45_000, flags: ^discord.ApplicationFlags(0)}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	w.url = server.URL
	mux.HandleFunc("/v10/gateway/bot", func(rw http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(rw, `{"url":%q,"shards":1,"session_start_limit":{"total":1000,"remaining":1000,"reset_after":0,"max_concurrency":1}}`, "ws"+strings.TrimPrefix(server.URL, "http")+"/gateway")
	})
	mux.HandleFunc("/v10/applications/@me", func(rw http.ResponseWriter, _ *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.status != 0 {
			rw.WriteHeader(w.status)
			_, _ = rw.Write([]byte(`{}`))
			return
		}
		_, _ = fmt.Fprintf(rw, `{"id":"2","name":"x","flags":%d}`, int(w.flags))
	})
	mux.HandleFunc("/gateway", func(rw http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(rw, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = ws.CloseNow() }()
		l := &link{wild: w, ws: ws, over: make(chan struct{}), said: make(chan payload, 100)}
		l.packer, err = zstd.NewWriter(&l.packed, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(256<<10))
		if err == nil {
			l.send(fmt.Sprintf(`{"op":10,"d":{"heartbeat_interval":%d}}`, w.heartbeat))
			w.connections <- l
			go l.read()
			<-l.over
		}
	})
	return w
}

func (l *link) send(payload string) {
	l.packed.Reset()
	_, _ = l.packer.Write([]byte(payload))
	_ = l.packer.Flush()
	_ = l.ws.Write(context.Background(), websocket.MessageBinary, l.packed.Bytes())
}

// event sends the next event of the session.
func (l *link) event(name gateway.EventType, data string) {
	l.seq++
	l.send(fmt.Sprintf(`{"t":%q,"s":%d,"op":0,"d":%s}`, name, l.seq, data))
}

func (l *link) read() {
	for {
		var p payload
		_, text, err := l.ws.Read(context.Background())
		if err != nil || json.Unmarshal(text, &p) != nil {
			return
		}
		l.said <- p
	}
}

// heard waits for a payload of the bot with the operation.
func (l *link) heard(op gateway.Opcode) json.RawMessage {
	l.wild.t.Helper()
	for {
		select {
		case p := <-l.said:
			if p.Op == op {
				return p.Data
			}
		case <-l.wild.t.Context().Done():
			require.Fail(l.wild.t, "the bot did not say it", "operation %d", op)
		}
	}
}

func (l *link) ready() *link {
	l.wild.t.Helper()
	l.event(gateway.EventTypeReady, fmt.Sprintf(`{"v":10,"user":{"id":"2","username":"bot","discriminator":"0"},"guilds":[],"session_id":"S","resume_gateway_url":%q,"application":{"id":"2","flags":0}}`, "ws"+strings.TrimPrefix(l.wild.url, "http")+"/gateway"))
	return l
}

// end closes the connection as Discord does.
func (l *link) end(code gateway.CloseEventCode) {
	go func() { _ = l.ws.Close(websocket.StatusCode(code.Code), code.Description); close(l.over) }()
}

// drop cuts it.
func (l *link) drop() { _ = l.ws.CloseNow(); close(l.over) }

const wildToken = "Mg.x.y" // of application 2

// connect opens a bot that prefers message content, and hears messages.
func (w *wild) connect(log *bytes.Buffer, prepare ...func(*Listeners)) (b *Bot, first *link, messages chan discord.Message) {
	w.t.Helper()
	logger := slog.New(slog.DiscardHandler)
	if log != nil {
		logger = slog.New(slog.NewTextHandler(log, nil))
	}
	r := NewRest(wildToken, w.url, logger)
	b = New(Config{Token: wildToken, Rest: r, Log: logger, Metrics: prometheus.NewRegistry()})
	messages = make(chan discord.Message, 100)
	for _, f := range prepare {
		f(b.Listeners)
	}
	b.Listeners.Require(gateway.IntentGuildMessages)
	On(b.Listeners, func(e *events.MessageCreate) {
		if e.Message.Content == "panic" {
			panic("listener")
		}
		messages <- e.Message
	})
	opened := make(chan error, 1)
	go func() { opened <- b.Open(w.t.Context()) }()
	first = <-w.connections
	first.heard(gateway.OpcodeIdentify)
	first.ready()
	require.NoError(w.t, <-opened)
	w.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = b.Close(ctx)
	})
	return b, first, messages
}

func TestAPayloadThatCannotBeReadEndsNothing(t *testing.T) {
	t.Parallel()
	b, l, messages := newWild(t).connect(nil)
	l.event(gateway.EventTypeGuildCreate, guild(`[`+guildText+`,{"id":"11","type":999}]`, `[]`))
	l.event(gateway.EventTypeMessageCreate, message(`[{"type":17,"components":[{"type":2}]}]`)) // the library panics at it
	l.event("SOMETHING_NEW", `{"a":1}`)
	l.event(gateway.EventTypeInteractionCreate, `{"id":"30","type":77}`)
	l.send(`{"op":"x","d":{}}`)
	l.send(`{"op":99,"d":null}`)
	l.event(gateway.EventTypeMessageCreate, strings.Replace(message(`[]`), "hello", "panic", 1))
	l.event(gateway.EventTypeMessageCreate, strings.Replace(message(`[]`), "hello", "last", 1))
	require.Equal(t, "hello", (<-messages).Content)
	require.Equal(t, "last", (<-messages).Content)
	require.Equal(t, 1, b.Guilds())
	channel, ok := b.Caches().Channel(10)
	require.True(t, ok)
	require.Equal(t, "general", channel.Name())
	require.Empty(t, b.NotReady())
}

func TestASessionIsResumedAfterItsLastEvent(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*link){
		"cut":                    (*link).drop,
		"asked to":               func(l *link) { l.send(`{"op":7,"d":null}`) },
		"invalid, but resumable": func(l *link) { l.send(`{"op":9,"d":true}`) },
		"closed":                 func(l *link) { l.end(gateway.CloseEventCodeUnknownError) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWild(t)
			_, l, messages := w.connect(nil)
			l.event(gateway.EventTypeMessageCreate, message(`[]`))
			<-messages
			end(l)
			next := <-w.connections
			var resume gateway.MessageDataResume
			require.NoError(t, json.Unmarshal(next.heard(gateway.OpcodeResume), &resume))
			require.Equal(t, gateway.MessageDataResume{Token: wildToken, SessionID: "S", Seq: 2}, resume)
			next.seq = 2
			next.event(gateway.EventTypeResumed, `{}`)
			next.event(gateway.EventTypeMessageCreate, message(`[]`))
			<-messages
		})
	}
}

func TestASessionThatIsOverIsBegunAgain(t *testing.T) {
	t.Parallel()
	w := newWild(t)
	_, l, messages := w.connect(nil)
	l.send(`{"op":9,"d":false}`)
	next := <-w.connections
	next.heard(gateway.OpcodeIdentify)
	next.ready().event(gateway.EventTypeMessageCreate, message(`[]`))
	<-messages
}

func TestADeadConnectionIsLeft(t *testing.T) {
	t.Parallel()
	w := newWild(t)
	w.heartbeat = 50
	_, l, _ := w.connect(nil)
	l.heard(gateway.OpcodeHeartbeat) // and nothing is said to it
	next := <-w.connections
	next.heard(gateway.OpcodeResume)
	next.event(gateway.EventTypeResumed, `{}`)
	for range 5 { // a connection that is acknowledged stays
		next.heard(gateway.OpcodeHeartbeat)
		next.send(`{"op":11}`)
	}
	require.Empty(t, w.connections)
}

func TestTheBotRunsWithoutAnIntentThatIsOnlyPreferred(t *testing.T) {
	t.Parallel()
	const effect = "Messages are not read."
	prefer := func(l *Listeners) { l.Prefer(gateway.IntentMessageContent, i18n.M(effect)) }
	t.Run("by the application's flags", func(t *testing.T) {
		t.Parallel()
		w := newWild(t)
		w.flags = discord.ApplicationFlagGatewayGuildMembers
		var log bytes.Buffer
		b, _, _ := w.connect(&log, prefer)
		require.False(t, b.Has(gateway.IntentMessageContent))
		require.True(t, b.Has(gateway.IntentGuildMessages))
		missing := b.Missing()
		require.Len(t, missing, 1)
		require.Equal(t, "Message Content Intent", missing[0].Name)
		require.Equal(t, []i18n.Text{i18n.M(effect)}, missing[0].Effects)
		require.Equal(t, "https://discord.com/developers/applications/2/bot", missing[0].URL)
		require.Contains(t, log.String(), effect)
	})
	t.Run("by the gateway", func(t *testing.T) {
		t.Parallel()
		w := newWild(t)
		w.status = http.StatusServiceUnavailable // nobody says which
		b := New(Config{Token: wildToken, Rest: NewRest(wildToken, w.url, slog.New(slog.DiscardHandler)), Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry()})
		prefer(b.Listeners)
		opened := make(chan error, 1)
		go func() { opened <- b.Open(t.Context()) }()
		first := <-w.connections
		require.True(t, asked(t, first).Has(gateway.IntentMessageContent))
		first.end(gateway.CloseEventCodeDisallowedIntent)
		second := <-w.connections
		require.False(t, asked(t, second).Has(gateway.IntentMessageContent))
		second.ready()
		require.NoError(t, <-opened)
		require.Len(t, b.Missing(), 1)
		require.NoError(t, b.Close(t.Context()))
	})
}

func asked(t *testing.T, l *link) gateway.Intents {
	t.Helper()
	var identify gateway.MessageDataIdentify
	require.NoError(t, json.Unmarshal(l.heard(gateway.OpcodeIdentify), &identify))
	return identify.Intents
}

func TestARefusedBotDoesNotTryAgain(t *testing.T) {
	t.Parallel()
	w := newWild(t)
	b := New(Config{Token: wildToken, Rest: NewRest(wildToken, w.url, slog.New(slog.DiscardHandler)), Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry()})
	opened := make(chan error, 1)
	go func() { opened <- b.Open(t.Context()) }()
	l := <-w.connections
	l.heard(gateway.OpcodeIdentify)
	l.end(gateway.CloseEventCodeAuthenticationFailed)
	require.ErrorIs(t, <-opened, errGatewayRefused)
	require.Empty(t, w.connections)
}
