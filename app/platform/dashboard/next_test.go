package dashboard

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNextLeadsToPagesOfOurs(t *testing.T) {
	t.Parallel()
	for req, want := range map[string]string{
		"":                                 "/admin",
		"/admin":                           "/admin",
		"/admin/guilds":                    "/admin/guilds",
		"/admin/guilds/1/bytes":            "/admin/guilds/1/bytes",
		"/admin/guilds?q=a&sort=members":   "/admin/guilds?q=a&sort=members",
		"/admin?next=https://evil.example": "/admin?next=https://evil.example",
		"/admin/guilds#top":                "/admin/guilds",

		"/admin?q=" + strings.Repeat("a", 503): "/admin?q=" + strings.Repeat("a", 503),
		"/admin?q=" + strings.Repeat("a", 504): "/admin",
		"/admin/" + strings.Repeat("ü", 100):   "/admin",
	} {
		require.Equal(t, want, nextPath(req), req)
	}
}

// Sixty ways out, and none works.
func TestNextLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	ways := []string{
		"https://evil.example", "http://evil.example/admin", "//evil.example", "//evil.example/admin", "///evil.example",
		"////evil.example/admin", "/\\evil.example", "/\\/evil.example", "\\\\evil.example", "\\/evil.example/admin",
		"/admin\\@evil.example", "/admin/\\evil.example", "/admin//evil.example", "/admin/..//evil.example", "/admin/../../evil.example",
		"/admin/..", "/admin/../", "/admin/../api", "/admin/./guilds", "/admin/guilds/",
		"/admin/guilds/../../api/auth", "/adminevil", "/admin.evil.example", "/admin@evil.example", "/admin:80@evil.example",
		"/Admin", "/api/auth", "/", "/sandbox", "/admin/login",
		"/admin/login?next=/admin", "/admin/logout", "/admin/oauth/start", "/admin/oauth/callback?code=x", "/admin/theme",
		"javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x",
		"mailto:a@b", "file:///etc/passwd", "ftp://evil.example", "admin", "admin/guilds",
		" /admin", "\t/admin", "\n/admin", "/admin\r\nSet-Cookie: a=b", "/admin\nLocation: //evil.example",
		"/admin\x00", "/admin/\x7f", "/\t/evil.example", "/admin%2f..%2f..%2fapi", "/admin/%2e%2e/%2e%2e/api",
		"/admin/%2e%2e/api", "/admin/..%2f..%2fapi/", "/admin/%5cevil.example/..", "https:/admin", "https:admin/guilds",
		"//admin/guilds", "/admin/%zz", "?next=/admin", "#/admin", ".", "..", "https://user:pass@evil.example/admin",
	}
	require.GreaterOrEqual(t, len(ways), 60)
	for _, way := range ways {
		got := nextPath(way)
		u, err := url.Parse(got)
		require.NoError(t, err, way)
		require.Empty(t, u.Host, way)
		require.Empty(t, u.Scheme, way)
		require.Regexp(t, `^/admin(/|\?|$)`, got, way)
		require.NotContains(t, got, "\\", way)
		require.NotContains(t, got, "/..", way)
		require.NotContains(t, got, "login", way)
	}
}

func FuzzNext(f *testing.F) {
	for _, seed := range []string{"/admin/guilds?q=1", "//evil.example", "/admin/\\x", "/admin/%2e%2e/x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, req string) {
		got := nextPath(req)
		u, err := url.Parse(got)
		require.NoError(t, err)
		require.Empty(t, u.Host)
		require.Regexp(t, `^/admin(/|\?|$)`, got)
		require.Equal(t, got, nextPath(got), "what it returns it accepts")
	})
}
