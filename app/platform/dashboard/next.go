package dashboard

import (
	"net/url"
	"path"
	"strings"
)

const (
	home = "/admin"
	// maxNext bounds in bytes what is kept of a visitor's wish where to go after the sign-in.
	maxNext = 512
)

// nextPath returns where to go after a sign-in: the requested path if it is a page of the dashboard,
// the overview otherwise. It rejects everything that a browser might take for another host.
func nextPath(requested string) string {
	if len(requested) > maxNext || !strings.HasPrefix(requested, home) || strings.ContainsFunc(requested, func(c rune) bool { return c < ' ' || c == '\\' || c == 0x7f }) {
		return home
	}
	u, err := url.Parse(requested)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || u.Opaque != "" {
		return home
	}
	clean := path.Clean(u.Path)
	if clean != u.Path || (clean != home && !strings.HasPrefix(clean, home+"/")) || strings.Contains(clean, "//") {
		return home
	}
	for _, page := range []string{"/login", "/logout", "/oauth", "/theme"} {
		if clean == home+page || strings.HasPrefix(clean, home+page+"/") {
			return home
		}
	}
	if next := (&url.URL{Path: clean, RawQuery: u.RawQuery}).String(); len(next) <= maxNext { // escaping makes it longer
		return next
	}
	return home
}
