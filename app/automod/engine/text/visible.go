package text

import (
	"strings"
	"unicode/utf8"
)

// Kind says how a client shows a text.
type Kind uint8

const (
	Markdown Kind = iota // message content and the like
	Plain                // names, titles, file names: every character is shown
	Address              // a link of its own, as on a button
)

// scanner turns Markdown into what a reader sees, as Discord's clients do it: marks that format,
// escapes and the addresses behind masked links are not seen. It is one pass; a mark is written
// down and taken out at the end if it found its partner.
type scanner struct {
	text *Text
	out  *View
	s    string

	marks    []formatMark
	brackets []int                 // marks of "[" that no "]" has closed
	open     [formatKinds]int      // mark that opened a format, plus 1
	noCloser [fenceLength + 1]bool // no run of so many backticks follows
}

// formatMark is a place in the output that may turn out to format and not to be seen.
type formatMark struct {
	Span
	gone bool
}

const fenceLength = 3

// The formats whose marks come in pairs.
const (
	italic = iota
	bold
	boldItalic
	strike
	spoiler
	underline
	emphasis // italic by "_"
	formatKinds
)

// special are the bytes at which the scanner has to look.
var special = [256]bool{'`': true, '*': true, '_': true, '~': true, '|': true, '\\': true, '[': true, ']': true, '<': true, 'h': true, 'H': true}

// plain reports whether a client shows the text as it was typed, links included.
func plain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case !special[c]:
		case c != 'h' && c != 'H' || addressAt(s[i:]) > 0:
			return false
		}
	}
	return true
}

func (t *Text) see() {
	out := &t.Visible
	out.reset()
	if t.kind == Address {
		t.Links = append(t.Links, Link{Address: t.Source, Source: Span{0, len(t.Source)}})
	}
	if t.kind != Markdown || plain(t.Source) {
		out.Bytes = append(out.Bytes, t.Source...)
		out.identity = true
		return
	}
	scan := &t.scan
	*scan = scanner{text: t, out: out, s: t.Source, marks: scan.marks[:0], brackets: scan.brackets[:0]}
	for i := 0; i < len(scan.s); {
		i += scan.step(i)
	}
	scan.finish()
}

// step reads what begins at i and returns how many bytes it took.
func (c *scanner) step(i int) int {
	s := c.s[i:]
	switch s[0] {
	case '`':
		if n := c.code(i); n > 0 {
			return n
		}
		return c.literal(i, run(s))
	case '\\':
		if len(s) > 1 && isPunctuation(s[1]) {
			c.out.putEach(s[1:2], i+1)
			return 2
		}
	case '*', '_', '~', '|':
		return c.format(i)
	case '[':
		c.brackets = append(c.brackets, len(c.marks))
		c.marks = append(c.marks, formatMark{Span: Span{len(c.out.Bytes), len(c.out.Bytes) + 1}})
	case ']':
		if n := c.masked(i); n > 0 {
			return n
		}
		if n := len(c.brackets); n > 0 {
			c.brackets = c.brackets[:n-1]
		}
	case '<':
		if n := c.angle(i); n > 0 {
			return n
		}
	case 'h', 'H':
		if n := addressAt(s); n > 0 {
			return c.address(i, i+n)
		}
	}
	n := 1
	for n < len(s) && !special[s[n]] {
		n++
	}
	return c.literal(i, n)
}

func (c *scanner) literal(i, n int) int {
	c.out.putEach(c.s[i:i+n], i)
	return n
}

// code reads `x`, “x“ and ```lang\nx```.
func (c *scanner) code(i int) int {
	fence := run(c.s[i:])
	if fence > fenceLength || c.noCloser[fence] {
		return 0
	}
	start := i + fence
	end := start
	for {
		at := strings.IndexByte(c.s[end:], '`')
		if at < 0 {
			c.noCloser[fence] = true
			return 0
		}
		end += at
		n := run(c.s[end:])
		if n == fence {
			break
		}
		end += n
	}
	next := end + fence
	if fence == fenceLength {
		if line := strings.IndexByte(c.s[start:end], '\n'); line >= 0 && !strings.ContainsAny(c.s[start:start+line], " \t") {
			start += line + 1
		}
	}
	from := len(c.out.Bytes)
	c.out.putEach(c.s[start:end], start)
	c.text.Code = append(c.text.Code, Span{from, len(c.out.Bytes)})
	return next - i
}

// format reads a run of marks. A mark on its own is shown.
func (c *scanner) format(i int) int {
	n := run(c.s[i:])
	kind := -1
	switch c.s[i] {
	case '*':
		if n <= 3 {
			kind = italic + n - 1
		}
	case '~':
		if n == 2 {
			kind = strike
		}
	case '|':
		if n == 2 {
			kind = spoiler
		}
	case '_':
		if n <= 2 {
			kind = emphasis
		}
		if n == 2 {
			kind = underline
		}
	}
	if kind >= 0 {
		c.pair(kind, Span{i, i + n})
	}
	return c.literal(i, n)
}

func (c *scanner) pair(kind int, at Span) {
	before, _ := utf8.DecodeLastRuneInString(c.s[:at.Start])
	after, _ := utf8.DecodeRuneInString(c.s[at.End:])
	opens := at.End < len(c.s) && (kind == spoiler || !isSpace(after))
	closes := at.Start > 0 && (kind == spoiler || !isSpace(before))
	if kind == emphasis { // not inside a word: snake_case is shown as it is
		opens = opens && (at.Start == 0 || !isWord(before))
		closes = closes && (at.End == len(c.s) || !isWord(after))
	}
	place := formatMark{Span: Span{len(c.out.Bytes), len(c.out.Bytes) + at.End - at.Start}}
	switch {
	case c.open[kind] > 0 && closes:
		opener := &c.marks[c.open[kind]-1]
		opener.gone = true
		place.gone = true
		c.open[kind] = 0
	case opens:
		c.open[kind] = len(c.marks) + 1
	}
	c.marks = append(c.marks, place)
}

// masked reads the "](address)" of a masked link, whose text has been written already.
func (c *scanner) masked(i int) int {
	if len(c.brackets) == 0 || !strings.HasPrefix(c.s[i:], "](") {
		return 0
	}
	at := i + 2
	for at < len(c.s) && c.s[at] == ' ' {
		at++
	}
	var end, next int
	if strings.HasPrefix(c.s[at:], "<") {
		at++
		closing := strings.IndexAny(near(c.s[at:]), ">\n")
		if closing < 0 || c.s[at+closing] != '>' {
			return 0
		}
		end, next = at+closing, at+closing+1
	} else {
		end = at + addressEnd(c.s[at:], true)
		next = end
	}
	if !hasScheme(c.s[at:end]) {
		return 0
	}
	closing := strings.IndexAny(near(c.s[next:]), ")\n")
	if closing < 0 || c.s[next+closing] != ')' {
		return 0
	}
	c.text.Links = append(c.text.Links, Link{Address: c.s[at:end], Source: Span{at, end}, Masked: true})
	last := len(c.brackets) - 1
	c.marks[c.brackets[last]].gone = true
	c.brackets = c.brackets[:last]
	return next + closing + 1 - i
}

// angle reads <https://…>, mentions, custom emoji and what else is in angle brackets. The
// number in it is not seen, so that no rule about numbers finds one.
func (c *scanner) angle(i int) int {
	s := c.s[i+1:]
	if addressAt(s) > 0 {
		end := strings.IndexAny(near(s), "> \n")
		if end < 0 || s[end] != '>' {
			return 0
		}
		from := len(c.out.Bytes)
		c.out.putEach(s[:end], i+1)
		c.link(Link{Address: s[:end], Source: Span{i + 1, i + 1 + end}}, from)
		return end + 2
	}
	end := strings.IndexByte(s[:min(len(s), 100)], '>')
	if end <= 0 {
		return 0
	}
	inside, source := s[:end], Span{i, i + end + 2}
	from := len(c.out.Bytes)
	switch {
	case strings.HasPrefix(inside, ":"), strings.HasPrefix(inside, "a:"):
		_, name, _ := strings.Cut(inside, ":")
		name, id, ok := strings.Cut(name, ":")
		if !ok || !isNumber(id) || name == "" {
			return 0
		}
		c.text.CustomEmojis++
		start := i + 2 + strings.IndexByte(inside, ':')
		c.out.put(':', source)
		c.out.putEach(name, start)
		c.out.put(':', source)
	case inside[0] == '@' && isNumber(strings.TrimLeft(inside[1:], "!&")):
		c.out.put('@', source)
	case inside[0] == '#' && isNumber(inside[1:]):
		c.out.put('#', source)
	case strings.HasPrefix(inside, "t:"), strings.HasPrefix(inside, "id:"):
		c.out.put(' ', source)
	case inside[0] == '/' && strings.Contains(inside, ":"):
		name, _, _ := strings.Cut(inside, ":")
		c.out.putEach(name, i+1)
	default:
		return 0
	}
	c.text.Markup = append(c.text.Markup, Span{from, len(c.out.Bytes)})
	return end + 2
}

// address reads a bare link. Nothing in it formats.
func (c *scanner) address(i, after int) int {
	end := after + addressEnd(c.s[after:], false)
	if end == after {
		return c.literal(i, 1)
	}
	from := len(c.out.Bytes)
	c.out.putEach(c.s[i:end], i)
	c.link(Link{Address: c.s[i:end], Source: Span{i, end}}, from)
	return end - i
}

func (c *scanner) link(link Link, from int) {
	c.text.Links = append(c.text.Links, link)
	c.text.Markup = append(c.text.Markup, Span{from, len(c.out.Bytes)})
}

// finish takes the marks that format out of the output.
func (c *scanner) finish() {
	out := c.out
	kept, gone, next := 0, 0, 0
	code, markup := c.text.Code, c.text.Markup
	move := func(spans []Span, from, to, by int) []Span {
		for len(spans) > 0 && spans[0].Start >= from && spans[0].Start < to {
			spans[0].Start -= by
			spans[0].End -= by
			spans = spans[1:]
		}
		return spans
	}
	c.marks = append(c.marks, formatMark{Span: Span{len(out.Bytes), len(out.Bytes)}, gone: true})
	for _, m := range c.marks {
		if !m.gone {
			continue
		}
		code = move(code, next, m.Start+1, gone)
		markup = move(markup, next, m.Start+1, gone)
		copy(out.origins[kept:], out.origins[next:m.Start])
		kept += copy(out.Bytes[kept:], out.Bytes[next:m.Start])
		gone += m.End - m.Start
		next = m.End
	}
	out.truncate(kept)
}

// near is how far ahead the scanner looks for the end of what begins here, so that its work stays
// in proportion to the text.
func near(s string) string { return s[:min(len(s), 2048)] }

// run is how often the first byte is repeated.
func run(s string) int {
	n := 1
	for n < len(s) && s[n] == s[0] {
		n++
	}
	return n
}

func isPunctuation(c byte) bool {
	return c > ' ' && c < 0x7F && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}

func isSpace(r rune) bool { return properties().of(r).bits&space != 0 }
func isWord(r rune) bool  { return properties().of(r).bits&word != 0 }

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
