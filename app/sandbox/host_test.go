package sandbox_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
)

// A page that points its own name at this machine must not read the bot's token.
func TestOnlyOwnHosts(t *testing.T) {
	t.Parallel()
	status := func(cfg sandbox.Config, host string) (int, int) {
		s, err := sandbox.New(cfg)
		require.NoError(t, err)
		defer s.Close()
		get := func(h http.Handler, path string) int {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Host = host
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w.Code
		}
		return get(s.API(), "/v10/gateway"), get(s.Playground(), "/people/details")
	}
	here := sandbox.Config{URL: "http://127.0.0.1:8001/api", PlaygroundURL: "http://127.0.0.1:8001/sandbox"}
	for _, host := range []string{"127.0.0.1:8001", "localhost:8001", "localhost", "LocalHost.", "play.localhost:8001", "[::1]:8001", "127.1.2.3"} {
		api, people := status(here, host)
		require.Equal(t, []int{200, 200}, []int{api, people}, host)
	}
	for _, host := range []string{"evil.example", "evil.example:8001", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1:8001", ""} {
		api, people := status(here, host)
		require.Equal(t, []int{421, 421}, []int{api, people}, host)
	}
	named := sandbox.Config{URL: "https://play.example.org/api", PlaygroundURL: "https://play.example.org/sandbox"}
	api, people := status(named, "play.example.org")
	require.Equal(t, []int{200, 200}, []int{api, people})
	remote := here
	remote.AnyHost = true
	api, people = status(remote, "workstation:8001")
	require.Equal(t, []int{200, 200}, []int{api, people})
}
