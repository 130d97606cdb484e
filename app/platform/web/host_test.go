package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/web"
)

func statusUnder(s *web.Server, host, path string, headers ...string) int {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host, r.RemoteAddr = host, "127.0.0.1:5000"
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return ask(s, r).Code
}

func TestForeignNamesAreMisdirected(t *testing.T) {
	t.Parallel()
	guarded, _ := newServer(web.Config{BaseURL: "http://box.example:8000", OwnHosts: true})
	open, _ := newServer(web.Config{BaseURL: "https://smarter.example"})
	for host, want := range map[string]int{
		"localhost": 200, "LOCALHOST.:8000": 200, "a.localhost:1": 200, "127.0.0.1:8000": 200, "127.9.9.9": 200, "[::1]:8000": 200, "[::1]": 200,
		"box.example:8000": 200, "BOX.example": 200,
		"evil.example": 421, "evil.example:8000": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421, "10.0.0.1": 421, "": 421,
		"box.example.evil": 421, "notlocalhost": 421,
	} {
		require.Equal(t, want, statusUnder(guarded, host, "/health"), host)
		require.Equal(t, http.StatusOK, statusUnder(open, host, "/health"), host)
	}
}

func TestOperatorsRoutesWithoutATokenAreOfThisMachine(t *testing.T) {
	t.Parallel()
	routes := []string{"/metrics", "/health/detailed", "/debug/pprof/"}
	for _, c := range []struct {
		base, token, host string
		headers           []string
		want              int
	}{
		{"https://smarter.example", "", "smarter.example", nil, http.StatusNotFound}, // as behind a proxy that adds no header
		{"https://smarter.example", "", "localhost", nil, http.StatusNotFound},
		{"", "", "localhost", nil, http.StatusNotFound},
		{"http://localhost:8000", "", "localhost:8000", nil, http.StatusOK},
		{"http://localhost:8000", "", "evil.example", nil, http.StatusMisdirectedRequest},
		{"http://localhost:8000", "", "localhost", []string{"X-Forwarded-For", "1.2.3.4"}, http.StatusNotFound},
		{"https://smarter.example", "token", "smarter.example", nil, http.StatusNotFound},
		{"https://smarter.example", "token", "10.0.0.7:8000", []string{"Authorization", "Bearer token"}, http.StatusOK},
	} {
		s, _ := newServer(web.Config{BaseURL: c.base})
		s.MountOperators(c.token, prometheus.NewRegistry())
		for _, route := range routes {
			require.Equal(t, c.want, statusUnder(s, c.host, route, c.headers...), "%s %s as %s", c.base, route, c.host)
		}
	}
}
