package text

import (
	"strings"
	"unicode/utf8"
)

// Link is an address that a client opens.
type Link struct {
	Address string
	Source  Span
	Masked  bool // the reader sees another text
}

// Host reads where the address of a link leads, once.
func (t *Text) Host(link int) *Host {
	for len(t.hosts) < len(t.Links) {
		t.hosts = append(t.hosts, ReadHost(t.Links[len(t.hosts)].Address))
	}
	return &t.hosts[link]
}

// addressAt returns how long the scheme is if an address begins here, and 0 if none does.
func addressAt(s string) int {
	if len(s) < len("http://") || s[1]|0x20 != 't' || s[3]|0x20 != 'p' {
		return 0
	}
	for _, scheme := range [...]string{"https://", "http://"} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			return len(scheme)
		}
	}
	return 0
}

// hasScheme reports whether a client opens the target of a masked link.
func hasScheme(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	return ok && rest != "" && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "discord"))
}

// addressEnd returns how much of s belongs to an address, as clients find its end: no white
// space, and not the signs of the sentence around it. The address of a masked link ends at the
// bracket that closes it.
func addressEnd(s string, masked bool) int {
	end, depth := 0, 0
scan:
	for end < len(s) {
		switch c := s[end]; {
		case c <= ' ' || c == '<' || c == '`':
			break scan
		case c == '(':
			depth++
		case c == ')':
			if masked && depth == 0 {
				break scan
			}
			depth--
		case c == ']' && strings.HasPrefix(s[end:], "]("), c == '|' && strings.HasPrefix(s[end:], "||"):
			break scan
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[end:])
			if isSpace(r) {
				break scan
			}
			end += n - 1
		}
		end++
	}
	if masked {
		return end
	}
	for end > 0 {
		c := s[end-1]
		if c != ')' && strings.IndexByte(".,:;\"'!?*_~|]}>", c) < 0 || c == ')' && depth >= 0 {
			break
		}
		if c == ')' {
			depth++
		}
		end--
	}
	return end
}

// Invite is an invitation to a guild.
type Invite struct {
	Code   string
	Source Span
}

// Invites returns the invites in the text: behind addresses, and those that a reader can copy
// without a scheme in front, also from code.
func (t *Text) Invites() []Invite {
	var found []Invite
	add := func(invite Invite) {
		for _, other := range found {
			if other.Code == invite.Code && other.Source.Overlaps(invite.Source) {
				return
			}
		}
		found = append(found, invite)
	}
	for i := range t.Links {
		for _, code := range inviteCodes(t.Host(i)) {
			add(Invite{Code: code, Source: t.Links[i].Source})
		}
	}
	t.copied(add)
	return found
}

// inviteCodes returns the codes of an address of Discord's own. The last part of the path is what
// a client opens; what is before it is a code too for some clients.
func inviteCodes(host *Host) []string {
	path := host.Path
	switch {
	case under(host.Name, "discord.gg"):
	case under(host.Name, "discord.com"), under(host.Name, "discordapp.com"):
		first, rest, _ := strings.Cut(strings.TrimLeft(path, "/"), "/")
		if !strings.EqualFold(first, "invite") {
			return nil
		}
		path = rest
	case host.Scheme == "discord":
		_, rest, ok := strings.Cut(strings.ToLower(path), "invite/")
		if !ok {
			return nil
		}
		path = path[len(path)-len(rest):]
	default:
		return nil
	}
	var codes []string
	for part := range strings.SplitSeq(path, "/") {
		if code := part[:codeLength(part)]; len(code) >= minCode && len(codes) < 3 && !strings.EqualFold(code, "invite") {
			codes = append(codes, code)
		}
	}
	return codes
}

const minCode = 2

func codeLength(s string) int {
	n := 0
	for n < len(s) && isCodeByte(s[n]) {
		n++
	}
	return n
}

func isCodeByte(c byte) bool {
	return c == '-' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// copied finds invites in the folded text, disguised stops and percent-encoding included.
func (t *Text) copied(add func(Invite)) {
	view := t.Folded()
	for at := 0; ; {
		next := indexFrom(view.Bytes, "discord", at)
		if next < 0 {
			return
		}
		at = next + len("discord")
		if next > 0 && (isCodeByte(view.Bytes[next-1])) { // another host
			continue
		}
		tail := readTail(view, at)
		for _, code := range tail.codes() {
			source := Span{view.Source(Span{next, next + 1}).Start, view.Source(code).End}
			add(Invite{Code: t.original(view, code), Source: source})
		}
	}
}

func indexFrom(b []byte, what string, at int) int {
	i := strings.Index(unsafeString(b[at:]), what)
	if i < 0 {
		return -1
	}
	return at + i
}

// original returns what was typed for a part of the folded view, its capitals kept: codes differ
// by case.
func (t *Text) original(view *View, part Span) string {
	var code strings.Builder
	for i := part.Start; i < part.End; i++ {
		c := view.Bytes[i]
		if c == '%' && i+2 < len(view.Bytes) {
			if decoded, ok := unhex(view.Bytes[i+1], view.Bytes[i+2]); ok {
				code.WriteByte(decoded)
				i += 2
				continue
			}
		}
		if source := view.Source(Span{i, i + 1}); source.End-source.Start == 1 {
			if typed := t.Source[source.Start]; typed|0x20 == c && c >= 'a' && c <= 'z' {
				c = typed
			}
		}
		code.WriteByte(c)
	}
	return code.String()
}

// tail is what follows "discord", percent-decoded, and where each byte of it is.
type tail struct {
	bytes [128]byte
	at    [129]int
	n     int
}

func readTail(view *View, at int) *tail {
	t := &tail{}
	for at < len(view.Bytes) && t.n < len(t.bytes) {
		c, n := view.Bytes[at], 1
		if c == '%' && at+2 < len(view.Bytes) {
			if decoded, ok := unhex(view.Bytes[at+1], view.Bytes[at+2]); ok {
				c, n = decoded, 3
				if c >= 'A' && c <= 'Z' {
					c += 'a' - 'A'
				}
			}
		}
		t.bytes[t.n], t.at[t.n] = c, at
		t.n++
		at += n
	}
	t.at[t.n] = at
	return t
}

// codes returns where the codes stand if this is how an invite goes on.
func (t *tail) codes() (codes []Span) {
	rest := string(t.bytes[:t.n])
	whole := len(rest)
	app, hasApp := strings.CutPrefix(rest, "app")
	if hasApp {
		rest = app
	}
	if after, ok := cutStop(rest); ok {
		rest = after
	} else if after, ok := strings.CutPrefix(rest, "://"); ok {
		rest = "com/" + strings.TrimPrefix(after, "-/")
	} else {
		return nil
	}
	if after, ok := strings.CutPrefix(rest, "gg"); ok && !hasApp {
		rest = after
	} else if after, ok := strings.CutPrefix(rest, "com"); ok {
		slashes := strings.TrimLeft(after, `/\`)
		if after, ok = strings.CutPrefix(slashes, "invite"); !ok || len(slashes) == len(rest)-3 {
			return nil
		}
		rest = after
	} else {
		return nil
	}
	for len(codes) < 3 {
		after := strings.TrimLeft(rest, `/\`)
		n := codeLength(after)
		if len(after) == len(rest) || n < minCode {
			return codes
		}
		start := whole - len(after)
		codes = append(codes, Span{t.at[start], t.at[start+n]})
		rest = after[n:]
	}
	return codes
}

// cutStop cuts what people write for the dot of a host.
func cutStop(s string) (string, bool) {
	for _, stop := range [...]string{".", "。", "[.]", "(.)", "{.}", "[dot]", "(dot)", "{dot}"} {
		if after, ok := strings.CutPrefix(s, stop); ok {
			return after, true
		}
	}
	return s, false
}

func unhex(high, low byte) (byte, bool) {
	h, ok := hexDigit(high)
	l, also := hexDigit(low)
	return h<<4 | l, ok && also
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
