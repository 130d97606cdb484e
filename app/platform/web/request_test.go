package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/web"
)

func TestRequestIDIsTakenOverOnlyWhenPlain(t *testing.T) {
	t.Parallel()
	s, _ := newServer(web.Config{})
	var seen string
	s.Router().Get("/", func(_ http.ResponseWriter, r *http.Request) { seen = web.RequestID(r.Context()) })
	for given, kept := range map[string]bool{
		"":                         false,
		"0196-ab_C.9":              true,
		strings.Repeat("x", 64):    true,
		strings.Repeat("x", 65):    false,
		"a b":                      false,
		"a\"} {\"msg\":\"forged\"": false,
		"é":                        false,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("X-Request-ID", given)
		w := ask(s, r)
		require.Equal(t, seen, w.Header().Get("X-Request-ID"))
		require.NotEmpty(t, seen)
		require.Equal(t, kept, seen == given, "%q", given)
	}
}

func TestAccessLineTellsTheRouteAndNoSecret(t *testing.T) {
	t.Parallel()
	s, log := newServer(web.Config{})
	s.Router().Get("/guilds/{id}", func(w http.ResponseWriter, r *http.Request) {
		web.Identify(r.Context(), "key:deploy")
		w.WriteHeader(http.StatusAccepted)
		_, _ = w.Write([]byte("four"))
	})
	r := httptest.NewRequest(http.MethodGet, "/guilds/7?token=canary", nil)
	r.Header.Set("Authorization", "Bearer canary")
	w := ask(s, r)
	require.Regexp(t, `^\d+\.\d{3}ms$`, w.Header().Get("X-Response-Time"))

	access := log.with(t, "request")
	require.Len(t, access, 1)
	line := access[0]
	require.Equal(t, w.Header().Get("X-Request-ID"), line["request_id"])
	require.Equal(t, "GET", line["method"])
	require.Equal(t, "/guilds/{id}", line["route"])
	require.EqualValues(t, http.StatusAccepted, line["status"])
	require.EqualValues(t, 4, line["bytes"])
	require.Equal(t, "key:deploy", line["who"])
	require.Contains(t, line, "duration")
	require.NotContains(t, log.buffer.String(), "canary")
}

func TestForwardedForIsBelievedFromTrustedPeersOnly(t *testing.T) {
	t.Parallel()
	proxy := netip.MustParsePrefix("10.0.0.0/8")
	for _, c := range []struct {
		name, peer, forwarded string
		trusted               []netip.Prefix
		want                  string
	}{
		{"no proxy is trusted", "10.0.0.1:5", "203.0.113.9", nil, "10.0.0.1"},
		{"a stranger says so", "198.51.100.4:5", "203.0.113.9", []netip.Prefix{proxy}, "198.51.100.4"},
		{"the proxy says so", "10.0.0.1:5", "203.0.113.9", []netip.Prefix{proxy}, "203.0.113.9"},
		{"the client forged the left end", "10.0.0.1:5", "1.1.1.1, 203.0.113.9, 10.2.2.2", []netip.Prefix{proxy}, "203.0.113.9"},
		{"garbage from the proxy", "10.0.0.1:5", "nobody", []netip.Prefix{proxy}, "invalid IP"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, _ := newServer(web.Config{TrustedProxies: c.trusted})
			var got string
			s.Router().Get("/", func(_ http.ResponseWriter, r *http.Request) { got = web.ClientIP(r.Context()).String() })
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = c.peer
			r.Header.Set("X-Forwarded-For", c.forwarded)
			r.Header.Set("X-Real-IP", "192.0.2.1")
			ask(s, r)
			require.Equal(t, c.want, got)
		})
	}
}

func TestWhatIsMountedQuietlyIsLoggedForDebugging(t *testing.T) {
	t.Parallel()
	s, log := newServer(web.Config{})
	answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	s.MountQuiet("/sandbox", answer)
	s.Mount("/other", answer)
	for _, path := range []string{"/sandbox/api/v10/gateway", "/other/x"} {
		s.Handler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	}
	lines := log.with(t, "request")
	require.Len(t, lines, 2)
	require.Equal(t, "DEBUG", lines[0]["level"])
	require.Equal(t, "INFO", lines[1]["level"])
}
