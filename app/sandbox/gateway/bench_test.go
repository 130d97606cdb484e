package gateway_test

import (
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/gateway"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/app/sandbox/trace"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// BenchmarkMessages measures what the stand-in can send: a message written, heard by one session
// and read from its WebSocket as bytes.
func BenchmarkMessages(b *testing.B) {
	s, err := seed.Build(seed.World{})
	require.NoError(b, err)
	w := world.New(s, world.Options{})
	g := gateway.New(w, "ws://unused", &faults.Set{}, &trace.Log{}, slog.New(slog.DiscardHandler))
	server := httptest.NewServer(g)
	defer server.Close()
	defer g.Close()
	ws, _, err := websocket.Dial(b.Context(), "ws"+strings.TrimPrefix(server.URL, "http"), nil)
	require.NoError(b, err)
	defer func() { _ = ws.CloseNow() }()
	ws.SetReadLimit(1 << 20)
	_, _, err = ws.Read(b.Context())
	require.NoError(b, err)
	hello, err := json.Marshal(map[string]any{"op": 2, "d": map[string]any{"token": s.Application.BotToken, "intents": gateway.GuildMessages | gateway.MessageContent}})
	require.NoError(b, err)
	require.NoError(b, ws.Write(b.Context(), websocket.MessageText, hello))
	_, _, err = ws.Read(b.Context())
	require.NoError(b, err)

	author, channel := s.Guilds[0].Members[3].User.ID, s.Guilds[0].Channels[1].Channel.ID
	written := make(chan struct{}, 1000)
	go func() {
		for range written {
			_, _ = w.Write(author, channel, wire.MessageInput{Content: wire.Given("hello")})
		}
	}()
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		written <- struct{}{}
		if n++; n > 500 { // so that writing and reading go on side by side
			if _, _, err := ws.Read(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	close(written)
}
