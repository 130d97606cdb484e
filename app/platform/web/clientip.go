package web

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"github.com/go-chi/chi/v5/middleware"
)

// clientIP finds out who is on the other end. Without trusted proxies that is the peer itself and
// X-Forwarded-For is never read.
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

// ClientIP returns the address of the client that made the request. It is invalid (the zero Addr)
// when a trusted proxy sent a chain that cannot be read.
func ClientIP(ctx context.Context) netip.Addr { return middleware.GetClientIPAddr(ctx) }

// ParseProxy reads one trusted proxy: an address such as 10.0.0.1 or a range such as 10.0.0.0/8.
func ParseProxy(text string) (netip.Prefix, error) {
	text = strings.TrimSpace(text)
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap().WithZone("")
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is neither an address like 10.0.0.1 nor a range like 10.0.0.0/8", text)
	}
	return prefix.Masked(), nil
}
