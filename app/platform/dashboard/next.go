package dashboard

import (
	"net/url"
	"path"
	"strings"
)

const home = "/admin"

// nextPath returns where to go after a sign-in: to the path that was asked for if it is a page of
// the dashboard, and otherwise to its front. Nothing that a browser might read as another host
// gets through.
func nextPath(asked string) string {
	if !strings.HasPrefix(asked, home) || strings.ContainsFunc(asked, func(c rune) bool { return c < ' ' || c == '\\' || c == 0x7f }) {
		return home
	}
	u, err := url.Parse(asked)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || u.Opaque != "" {
		return home
	}
	clean := path.Clean(u.Path)
	if clean != u.Path || (clean != home && !strings.HasPrefix(clean, home+"/")) || strings.Contains(clean, "//") {
		return home
	}
	for _, door := range []string{"/login", "/logout", "/oauth", "/theme"} {
		if clean == home+door || strings.HasPrefix(clean, home+door+"/") {
			return home
		}
	}
	return (&url.URL{Path: clean, RawQuery: u.RawQuery}).String()
}
