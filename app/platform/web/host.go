package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// ownHosts answers 421 to requests under any name but this machine's own ones and that of BaseURL, so
// that a page elsewhere cannot reach the server by pointing a name of its own at this machine.
func (s *Server) ownHosts(next http.Handler) http.Handler {
	own := s.config.baseHost()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if host := hostname(r.Host); !IsLoopback(host) && (own == "" || !strings.EqualFold(host, own)) {
			StatusProblem(r.Context(), http.StatusMisdirectedRequest, "misdirected",
				"this server does not answer under the name "+host).Write(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// baseHost is the host of BaseURL; empty without one.
func (c Config) baseHost() string {
	u, err := url.Parse(c.BaseURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

func hostname(hostport string) string {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return strings.Trim(host, "[]")
}

// IsLoopback reports whether a host name or address is this machine's own.
func IsLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
