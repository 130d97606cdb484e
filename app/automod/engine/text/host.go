package text

import (
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// Host is where an address leads, read as browsers read it (the WHATWG URL standard): a
// backslash is a slash, user information is not the host, percent-encoding and ideographic stops
// are undone.
type Host struct {
	Scheme string // "http", "https", "discord"
	Name   string // ASCII, lower case, no port, no trailing dot; empty: no client opens it
	Path   string // percent-decoded once, slashes forward
	// Unreadable is set if a client opens the address and a careful parser refuses it. Nobody
	// writes such an address by accident.
	Unreadable bool
}

// ReadHost reads an address with its scheme.
func ReadHost(address string) Host {
	address = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, address)
	scheme, rest, ok := strings.Cut(address, ":")
	if !ok {
		return Host{}
	}
	host := Host{Scheme: strings.ToLower(scheme)}
	if host.Scheme == "discord" {
		host.Path = percentDecoded(rest)
		return host
	}
	rest = strings.TrimLeft(rest, `/\`)
	authority, path := rest, ""
	if end := strings.IndexAny(rest, `/\?#`); end >= 0 {
		authority, path = rest[:end], rest[end:]
	}
	if end := strings.IndexAny(path, "?#"); end >= 0 {
		path = path[:end]
	}
	host.Path = strings.ReplaceAll(percentDecoded(path), `\`, "/")
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	name, ok := readName(authority)
	if !ok {
		return host
	}
	host.Name = name
	if isSimpleHost(authority) && isSimplePath(address) {
		return host
	}
	parsed, err := url.Parse(address)
	if err != nil {
		host.Unreadable = true
		return host
	}
	careful, ok := readName(parsed.Host)
	host.Unreadable = !ok || careful != name
	return host
}

// readName reads a host with an optional port. It is not ok if no client would open it.
func readName(authority string) (string, bool) {
	name := authority
	if strings.HasPrefix(name, "[") { // an IPv6 address
		inside, port, ok := strings.Cut(name[1:], "]")
		address, err := netip.ParseAddr(inside)
		return address.String(), ok && err == nil && address.Zone() == "" && validPort(port)
	}
	if colon := strings.LastIndexByte(name, ':'); colon >= 0 {
		if !validPort(name[colon:]) {
			return "", false
		}
		name = name[:colon]
	}
	name = percentDecoded(name)
	if !utf8.ValidString(name) {
		return "", false
	}
	if !isSimpleHost(name) {
		ascii, err := profile().ToASCII(name)
		if err != nil || strings.ContainsAny(ascii, " #%/:<>?@[\\]^|") {
			return "", false
		}
		name = ascii
	}
	name = strings.TrimSuffix(strings.ToLower(name), ".")
	// No name has an empty part: a resolver finds nothing there.
	return name, name != "" && name[0] != '.' && name[len(name)-1] != '.' && !strings.Contains(name, "..")
}

func validPort(port string) bool {
	digits, ok := strings.CutPrefix(port, ":")
	return port == "" || ok && (digits == "" || isNumber(digits) && len(digits) <= 5)
}

// profile maps as browsers do before they look a name up.
var profile = sync.OnceValue(func() *idna.Profile {
	return idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false), idna.CheckHyphens(false))
})

// isSimpleHost reports whether a name needs no mapping but that of its case.
func isSimpleHost(name string) bool {
	for i := range len(name) {
		if c := name[i]; !isCodeByte(c) && c != '.' && c != '_' {
			return false
		}
	}
	return name != "" && name[0] != '.' && !strings.Contains(strings.ToLower(name), "xn--")
}

// isSimplePath reports whether any parser reads the rest of an address alike.
func isSimplePath(address string) bool {
	for i := range len(address) {
		if c := address[i]; c <= ' ' || c >= 0x7F || c == '%' || c == '\\' {
			return false
		}
	}
	return !strings.Contains(address, ":///")
}

func percentDecoded(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, ok := unhex(s[i+1], s[i+2]); ok {
				out.WriteByte(c)
				i += 2
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// ReadDomain reads what an owner entered in a list of domains: a host, or an address with one.
func ReadDomain(entered string) (string, bool) {
	entered = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(entered), "*."), ".")
	if addressAt(entered) > 0 {
		host := ReadHost(entered)
		return host.Name, host.Name != "" && !host.Unreadable
	}
	if entered == "" || strings.ContainsAny(entered, `/\?#@`) {
		return "", false
	}
	name, ok := readName(entered)
	return name, ok && strings.Contains(name, ".")
}

// Domains is a list of domains; their subdomains are included.
type Domains map[string]struct{}

// Contains reports whether the host or a domain above it is listed.
func (d Domains) Contains(host string) bool {
	for host != "" {
		if _, ok := d[host]; ok {
			return true
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return false
}

// under reports whether a host is the domain or below it.
func under(host, domain string) bool {
	rest, ok := strings.CutSuffix(host, domain)
	return ok && (rest == "" || strings.HasSuffix(rest, "."))
}

// registrable splits a host into the label that somebody registered and its suffix. It is not ok
// for addresses of machines and for suffixes that are private, such as github.io.
func registrable(host string) (label, suffix string, ok bool) {
	suffix, icann := publicsuffix.PublicSuffix(host)
	rest := strings.TrimSuffix(strings.TrimSuffix(host, suffix), ".")
	label = rest[strings.LastIndexByte(rest, '.')+1:]
	return label, suffix, icann && label != ""
}
