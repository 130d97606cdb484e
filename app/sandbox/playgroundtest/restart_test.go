package playgroundtest_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/playgroundtest"
)

// The numbers of events start over when the stand-in does: what happens then must not be missed.
func TestThePageComesBackAfterARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var running atomic.Pointer[http.ServeMux]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux := running.Load()
		if mux == nil {
			panic(http.ErrAbortHandler) // nobody is there
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	start := func() (stop func()) {
		s, err := sandbox.New(sandbox.Config{
			URL: server.URL + "/api", PlaygroundURL: server.URL + "/sandbox", Dir: dir, UI: os.DirFS("../../.."),
		})
		require.NoError(t, err)
		mux := http.NewServeMux()
		mux.Handle("/api/", http.StripPrefix("/api", s.API()))
		mux.Handle("/sandbox/", http.StripPrefix("/sandbox", s.Playground()))
		running.Store(mux)
		return func() {
			running.Store(nil)
			require.NoError(t, s.Close())
			server.CloseClientConnections()
		}
	}
	stop := start()
	p := playgroundtest.Open(t, server.URL+"/sandbox/", playgroundtest.Desktop)
	p.ActAs("Ada")
	p.Write("before")
	p.Reply("before")
	stop()
	p.Sees(".live", "Reconnecting")

	t.Cleanup(start())
	p.Until(playgroundtest.Element(".live.on"))
	p.Reply("before")
	p.Write("after")
	p.Reply("after")
}
