package sandbox

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// guard is ownHosts, unless the configuration lets every name in.
func (s *Sandbox) guard(address string, next http.Handler) http.Handler {
	if s.cfg.AnyHost {
		return next
	}
	return ownHosts(address, next)
}

// ownHosts answers 421 to requests under any name but this machine's own ones and that of address,
// so that a page elsewhere cannot reach the stand-in by pointing a name of its own at this machine.
func ownHosts(address string, next http.Handler) http.Handler {
	own := ""
	if u, err := url.Parse(address); err == nil {
		own = u.Hostname()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if host := hostname(r.Host); !strings.EqualFold(host, own) && !loopback(host) {
			http.Error(w, "The stand-in for Discord answers under the names of this machine only.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func hostname(hostport string) string {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return strings.Trim(host, "[]")
}

func loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}
