package web_test

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/web"
)

func TestSecurityHeadersOnEveryAnswer(t *testing.T) {
	t.Parallel()
	s, _ := newServer(web.Config{})
	s.Router().Get("/panic", func(http.ResponseWriter, *http.Request) { panic("at the disco") })
	for _, path := range []string{"/health", "/nothing", "/panic"} {
		h := ask(s, httptest.NewRequest(http.MethodGet, path, nil)).Header()
		policy := h.Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'")
		require.Contains(t, policy, "frame-ancestors 'none'")
		require.NotContains(t, policy, "unsafe")
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
		require.Equal(t, "DENY", h.Get("X-Frame-Options"))
		require.Equal(t, "0", h.Get("X-XSS-Protection"))
		require.Equal(t, "strict-origin-when-cross-origin", h.Get("Referrer-Policy"))
		require.Equal(t, "same-origin", h.Get("Cross-Origin-Opener-Policy"))
		require.Equal(t, "same-origin", h.Get("Cross-Origin-Resource-Policy"))
		require.Empty(t, h.Get("Strict-Transport-Security"))
	}
	secure, _ := newServer(web.Config{BaseURL: "https://smarter.example"})
	h := ask(secure, httptest.NewRequest(http.MethodGet, "/health", nil)).Header()
	require.Equal(t, "max-age=31536000; includeSubDomains", h.Get("Strict-Transport-Security"))
}

func TestPanicBecomesA500InOneVoice(t *testing.T) {
	t.Parallel()
	s, log := newServer(web.Config{})
	s.Router().Get("/", func(http.ResponseWriter, *http.Request) { panic(errors.New("canary")) })
	w := ask(s, httptest.NewRequest(http.MethodGet, "/", nil))
	body := problemIn(t, w)
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Equal(t, "internal", body["code"])
	require.NotContains(t, w.Body.String(), "canary")

	logged := log.with(t, "a handler panicked")
	require.Len(t, logged, 1)
	require.Equal(t, body["request_id"], logged[0]["request_id"])
	require.Equal(t, "canary", logged[0]["panic"])
	require.Contains(t, logged[0]["stack"], "middleware_test.go")
	require.EqualValues(t, http.StatusInternalServerError, log.with(t, "request")[0]["status"])
}

func TestPanicInTheMiddleCutsTheAnswer(t *testing.T) {
	t.Parallel()
	s, log := newServer(web.Config{})
	s.Router().Get("/", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"half":`)
		panic("at the disco")
	})
	url, _ := serve(t, s)
	response, err := http.Get(url) //nolint:noctx // ends with the server
	if err == nil {
		defer response.Body.Close()
		_, err = io.ReadAll(response.Body)
	}
	require.Error(t, err)
	require.Len(t, log.with(t, "a handler panicked"), 1)
}

func TestCompression(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("smarter ", 125)
	require.Len(t, long, 1000)
	for _, c := range []struct {
		name, kind, body, accepts string
		packed                    bool
	}{
		{"long text", "text/html; charset=utf-8", long, "gzip", true},
		{"long JSON", "application/problem+json", long, "gzip", true},
		{"one byte short", "text/html", long[1:], "gzip", false},
		{"a picture", "image/png", long, "gzip", false},
		{"a client that cannot", "text/html", long, "identity", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, log := newServer(web.Config{})
			s.Router().Get("/", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", c.kind)
				_, _ = io.WriteString(w, c.body)
			})
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header.Set("Accept-Encoding", c.accepts)
			w := ask(s, r)
			require.Contains(t, w.Header().Values("Vary"), "Accept-Encoding")
			require.EqualValues(t, w.Body.Len(), log.with(t, "request")[0]["bytes"], "the log counts what went out")
			if !c.packed {
				require.Empty(t, w.Header().Get("Content-Encoding"))
				require.Equal(t, c.body, w.Body.String())
				return
			}
			require.Equal(t, "gzip", w.Header().Get("Content-Encoding"))
			plain, err := gzip.NewReader(w.Body)
			require.NoError(t, err)
			body, err := io.ReadAll(plain)
			require.NoError(t, err)
			require.Equal(t, c.body, string(body))
		})
	}
}

func TestWebSocketsPassThrough(t *testing.T) {
	t.Parallel()
	s, _ := newServer(web.Config{})
	s.Router().Get("/socket", func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = conn.CloseNow() }()
		kind, message, err := conn.Read(r.Context())
		if err == nil {
			_ = conn.Write(r.Context(), kind, append([]byte("heard "), message...))
		}
	})
	url, _ := serve(t, s)
	conn, _, err := websocket.Dial(t.Context(), url+"/socket", nil)
	require.NoError(t, err)
	defer func() { _ = conn.CloseNow() }()
	require.NoError(t, conn.Write(t.Context(), websocket.MessageText, []byte("you")))
	_, message, err := conn.Read(t.Context())
	require.NoError(t, err)
	require.Equal(t, "heard you", string(message))
}
