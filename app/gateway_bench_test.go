package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"
	"github.com/disgoorg/disgo/bot"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// BenchmarkMessageEvents measures how fast messages are taken from the gateway when they come as
// fast as they are taken, beside a bot of nothing but disgo that counts them. Every member has had
// their claim of the day, as at most times.
func BenchmarkMessageEvents(b *testing.B) {
	b.Run("disgo", func(b *testing.B) {
		f := newFlood(b)
		n := 0
		bare(b, f.world, gateway.IntentGuilds|gateway.IntentGuildMessages, bot.WithEventListenerFunc(func(*events.GuildMessageCreate) { n++ }))
		f.run(b, func(*sandboxtest.Message) {})
		require.GreaterOrEqual(b, n, b.N)
	})
	b.Run("smarterdev", func(b *testing.B) {
		f := newFlood(b)
		apptest.Join(b, f.world, storetest.NewSQLite(b))
		f.run(b, func(m *sandboxtest.Message) { m.WaitReaction("🪙") })
	})
}

// flood sits between a bot and the gateway of the stand-in. It hands on everything, until it
// pours in messages of its own, made of those that the stand-in has sent and packed beforehand, so
// that nothing but the bot takes time.
type flood struct {
	world   *sandboxtest.World
	gateway string

	mu       sync.Mutex // of everything that goes to the bot
	ws       *websocket.Conn
	packer   *zstd.Encoder
	packed   bytes.Buffer
	messages [][]byte // MESSAGE_CREATE, as the stand-in sends it
	more     chan struct{}
	beat     chan struct{} // a heartbeat of the bot
}

func newFlood(b *testing.B) *flood {
	b.Helper()
	f := &flood{more: make(chan struct{}, 100), beat: make(chan struct{}, 100)}
	server := httptest.NewUnstartedServer(nil)
	base := "http://" + server.Listener.Addr().String()
	standIn, err := sandbox.New(sandbox.Config{URL: base + "/api", PlaygroundURL: base + "/sandbox"})
	require.NoError(b, err)
	direct := httptest.NewServer(standIn.API())
	f.gateway = "ws" + strings.TrimPrefix(direct.URL, "http") + "/gateway"
	f.packer, err = zstd.NewWriter(&f.packed, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(256<<10), zstd.WithEncoderLevel(zstd.SpeedFastest))
	require.NoError(b, err)
	mux := http.NewServeMux()
	mux.HandleFunc("/api/gateway", f.stand)
	mux.Handle("/api/", http.StripPrefix("/api", standIn.API()))
	mux.Handle("/sandbox/", http.StripPrefix("/sandbox", standIn.Playground()))
	server.Config.Handler = mux
	server.Start()
	b.Cleanup(func() {
		require.NoError(b, standIn.Close())
		for _, s := range []*httptest.Server{server, direct} {
			s.CloseClientConnections()
			s.Close()
		}
	})
	f.world = sandboxtest.Dial(b, base+"/sandbox")
	return f
}

// stand joins a bot with the gateway.
func (f *flood) stand(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = ws.CloseNow() }()
	up, _, err := websocket.Dial(ctx, f.gateway+"?"+url.Values{"v": {"10"}, "encoding": {"json"}}.Encode(), nil)
	if err != nil {
		return
	}
	defer func() { _ = up.CloseNow() }()
	up.SetReadLimit(1 << 24)
	f.mu.Lock()
	f.ws = ws
	f.mu.Unlock()
	go func() {
		defer cancel()
		for {
			kind, data, err := ws.Read(ctx)
			if err != nil || up.Write(ctx, kind, data) != nil {
				return
			}
			if bytes.Contains(data, []byte(`"op":1,`)) {
				f.beat <- struct{}{}
			}
		}
	}()
	for {
		_, data, err := up.Read(ctx)
		if err != nil || f.hand(ctx, data) != nil {
			return
		}
	}
}

// hand gives one payload to the bot, and keeps messages for the flood.
func (f *flood) hand(ctx context.Context, payload []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	frame, err := f.pack(payload)
	if err != nil {
		return err
	}
	if bytes.HasPrefix(payload, []byte(`{"t":"MESSAGE_CREATE"`)) {
		f.messages = append(f.messages, payload)
		defer func() { f.more <- struct{}{} }()
	}
	return f.ws.Write(ctx, websocket.MessageBinary, frame)
}

// pack compresses a payload as the next of the connection's stream.
func (f *flood) pack(payload []byte) ([]byte, error) {
	f.packed.Reset()
	if _, err := f.packer.Write(payload); err != nil {
		return nil, err
	}
	if err := f.packer.Flush(); err != nil {
		return nil, err
	}
	return bytes.Clone(f.packed.Bytes()), nil
}

var sequence = regexp.MustCompile(`"s":(\d+)`)

// run pours b.N messages in. The bot reads in order, so when it answers the request for a heartbeat
// that comes after them, every listener has had every message. heard waits until the bot has done
// what it does with a member's first.
func (f *flood) run(b *testing.B, heard func(*sandboxtest.Message)) {
	b.Helper()
	for _, m := range f.world.Members {
		if m.Bot {
			continue
		}
		heard(f.world.Person(m.ID).Write(f.world.ChannelID, "Has anyone tried the new release? It starts in no time at all."))
		<-f.more
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	last, err := strconv.Atoi(string(sequence.FindSubmatch(f.messages[len(f.messages)-1])[1]))
	require.NoError(b, err)
	frames := make([][]byte, b.N+1)
	for i := range b.N {
		message := f.messages[i%len(f.messages)]
		at := sequence.FindSubmatchIndex(message)
		payload := append(strconv.AppendInt(bytes.Clone(message[:at[2]]), int64(last+1+i), 10), message[at[3]:]...)
		require.True(b, json.Valid(payload))
		frames[i], err = f.pack(payload)
		require.NoError(b, err)
	}
	frames[b.N], err = f.pack([]byte(`{"op":1,"d":null,"s":null,"t":null}`))
	require.NoError(b, err)
	for len(f.beat) > 0 {
		<-f.beat
	}
	b.ReportAllocs()
	b.ResetTimer()
	for _, frame := range frames {
		require.NoError(b, f.ws.Write(b.Context(), websocket.MessageBinary, frame))
	}
	<-f.beat
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
