package web_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/web"
)

// lines is a log that a test can read while the server still writes it.
type lines struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.Write(b)
}

// with returns the log lines that have this message.
func (l *lines) with(t *testing.T, message string) []map[string]any {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []map[string]any
	for line := range strings.Lines(l.buffer.String()) {
		var fields map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &fields))
		if fields["msg"] == message {
			found = append(found, fields)
		}
	}
	return found
}

func newServer(config web.Config) (*web.Server, *lines) {
	log := new(lines)
	config.Log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return web.New(config), log
}

// ask puts one request through the server without a network.
func ask(s *web.Server, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

// serve listens on a free port of loopback; stop orders the end and returns what Serve returned.
func serve(t *testing.T, s *web.Server) (url string, stop func() error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { _ = stop() })
	return "http://" + l.Addr().String(), stop
}

func TestHealthTellsStatusAndVersion(t *testing.T) {
	t.Parallel()
	s, _ := newServer(web.Config{Version: "1.2.3"})
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		w := ask(s, httptest.NewRequest(method, "/health", nil))
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, "application/json", w.Header().Get("Content-Type"))
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		require.JSONEq(t, `{"status":"healthy","version":"1.2.3"}`, w.Body.String())
	}
}

func TestMountTakesThePrefixOff(t *testing.T) {
	t.Parallel()
	s, _ := newServer(web.Config{})
	s.Mount("/stand/in/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.URL.Path)
	}))
	for path, want := range map[string]string{
		"/stand/in": "/", "/stand/in/": "/", "/stand/in/v10/gateway": "/v10/gateway",
	} {
		w := ask(s, httptest.NewRequest(http.MethodPost, path, nil))
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, want, w.Body.String())
	}
	require.Equal(t, http.StatusNotFound, ask(s, httptest.NewRequest(http.MethodGet, "/stand/inside", nil)).Code)

	s.Mount("/stand", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "outer "+r.URL.Path)
	}))
	require.Equal(t, "/v10", ask(s, httptest.NewRequest(http.MethodGet, "/stand/in/v10", nil)).Body.String())
	require.Equal(t, "outer /inside", ask(s, httptest.NewRequest(http.MethodGet, "/stand/inside", nil)).Body.String())
	require.Equal(t, "outer /a/b", ask(s, httptest.NewRequest(http.MethodGet, "/stand/a/b", nil)).Body.String())
}

func TestStreamIsUncompressedUnhurriedAndEndsWithTheServer(t *testing.T) {
	t.Parallel()
	s, log := newServer(web.Config{})
	left := make(chan struct{})
	s.Router().Get("/events", func(w http.ResponseWriter, r *http.Request) {
		defer close(left)
		w.Header().Set("Content-Type", "text/event-stream")
		w.(http.Flusher).Flush() // the headers alone, before any event
		_, _ = io.WriteString(w, "data: "+strings.Repeat("a", 4000)+"\n\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	url, stop := serve(t, s)

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/events", nil)
	require.NoError(t, err)
	request.Header.Set("Accept-Encoding", "gzip, zstd")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Empty(t, response.Header.Get("Content-Encoding"))
	require.Equal(t, "no", response.Header.Get("X-Accel-Buffering"))
	event, err := bufio.NewReader(response.Body).ReadString('\n')
	require.NoError(t, err)
	require.Len(t, event, len("data: ")+4000+1)

	require.NoError(t, stop())
	<-left
	require.Len(t, log.with(t, "request"), 1)
}

func TestRequestUnderWayIsAnsweredBeforeTheEnd(t *testing.T) {
	t.Parallel()
	s, _ := newServer(web.Config{})
	entered, release := make(chan struct{}), make(chan struct{})
	s.Router().Get("/slow", func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-release
		if r.Context().Err() != nil {
			w.WriteHeader(http.StatusTeapot)
		}
	})
	url, stop := serve(t, s)

	answered := make(chan int, 1)
	go func() {
		response, err := http.Get(url + "/slow") //nolint:noctx // ends with the server
		if err != nil {
			answered <- 0
			return
		}
		_ = response.Body.Close()
		answered <- response.StatusCode
	}()
	<-entered
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	for { // the listener is closed first, then Serve waits for the request
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			break
		}
		_ = conn.Close()
	}
	close(release)
	require.Equal(t, http.StatusOK, <-answered)
	require.NoError(t, <-ended)
}

func TestServeReportsAListenerThatFails(t *testing.T) {
	t.Parallel()
	s, _ := newServer(web.Config{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	require.ErrorContains(t, s.Serve(t.Context(), l), l.Addr().String())
}
