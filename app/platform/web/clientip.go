package web

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/go-chi/chi/v5/middleware"
)

// clientIP determines the address of the client. Without trusted proxies that is the peer itself and
// X-Forwarded-For is ignored.
func clientIP(trusted []netip.Prefix) func(http.Handler) http.Handler {
	if len(trusted) == 0 {
		return middleware.ClientIPFromRemoteAddr
	}
	prefixes := make([]string, len(trusted))
	for i, prefix := range trusted {
		prefixes[i] = prefix.String()
	}
	return middleware.ClientIPFromXFF(prefixes...)
}

// ClientKey is what a client is counted by: its address, or the /64 that an IPv6 customer has at least.
func ClientKey(ip netip.Addr) string {
	if ip.Is6() && !ip.Is4In6() {
		if prefix, err := ip.WithZone("").Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return ip.Unmap().String()
}

// ClientIP returns the address of the client that made the request. It is invalid (the zero Addr)
// when a trusted proxy sent a chain that cannot be read.
func ClientIP(ctx context.Context) netip.Addr { return middleware.GetClientIPAddr(ctx) }
