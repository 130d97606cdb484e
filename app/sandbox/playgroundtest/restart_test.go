package playgroundtest_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/playgroundtest"
)

// The numbers of events begin anew when the stand-in does: what happens then must not be missed.
func TestThePageComesBackAfterARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	address := "127.0.0.1:0"
	start := func() (stop func()) {
		l, err := net.Listen("tcp", address)
		require.NoError(t, err)
		address = l.Addr().String()
		s, err := sandbox.New(sandbox.Config{
			URL: "http://" + address + "/api", PlaygroundURL: "http://" + address + "/sandbox", Dir: dir, UI: os.DirFS("../../.."),
		})
		require.NoError(t, err)
		mux := http.NewServeMux()
		mux.Handle("/api/", http.StripPrefix("/api", s.API()))
		mux.Handle("/sandbox/", http.StripPrefix("/sandbox", s.Playground()))
		server := &httptest.Server{Listener: l, Config: &http.Server{Handler: mux}}
		server.Start()
		return func() {
			require.NoError(t, s.Close())
			server.CloseClientConnections()
			server.Close()
		}
	}
	stop := start()
	p := playgroundtest.Open(t, "http://"+address+"/sandbox/", playgroundtest.Desktop)
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
