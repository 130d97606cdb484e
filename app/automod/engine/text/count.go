package text

import (
	"bytes"
	"unicode/utf8"
	"unsafe"
)

// unsafeString reads bytes as a string for as long as nobody writes to them.
func unsafeString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Emojis counts custom emoji and pictures as a reader sees them: a flag, a family and a keycap
// are one each. Those in code do not count.
func (t *Text) Emojis() int {
	count := t.CustomEmojis
	if t.ASCII() {
		return count
	}
	b := t.Visible.Bytes
	table := properties()
	joined, flag := false, false
	for i := 0; i < len(b); {
		r, n := decode(b[i:])
		at := i
		i += n
		if r < 0x80 {
			if rest := b[i:]; (r == '#' || r == '*' || r >= '0' && r <= '9') && (bytes.HasPrefix(rest, []byte("\uFE0F\u20E3")) || bytes.HasPrefix(rest, []byte("\u20E3"))) {
				count++
			}
			joined, flag = false, false
			continue
		}
		p := table.of(r).bits
		next, _ := decode(b[i:])
		switch {
		case r == 0x200D: // joins what follows to the picture before
			joined = true
			continue
		case r == 0xFE0F || r >= 0x1F3FB && r <= 0x1F3FF || r >= 0xE0020 && r <= 0xE007F:
			continue // belongs to the picture before
		case p&emoji == 0 && (p&textEmoji == 0 || next != 0xFE0F), next == 0xFE0E, t.inVisibleCode(at):
		case joined:
		case r >= 0x1F1E6 && r <= 0x1F1FF && flag:
			flag = false
			continue
		default:
			count++
			flag = r >= 0x1F1E6 && r <= 0x1F1FF
			joined = false
			continue
		}
		joined, flag = false, false
	}
	return count
}

func (t *Text) inVisibleCode(at int) bool {
	for _, code := range t.Code {
		if code.Start <= at && at < code.End {
			return true
		}
	}
	return false
}

// Letters counts the letters that have a case and those in upper case, without those in code,
// mentions and addresses.
func (t *Text) Letters() (cased, uppers int) {
	code, markup := t.Code, t.Markup
	for at := 0; at < len(t.Visible.Bytes); { // from one of them to the next
		next := Span{len(t.Visible.Bytes), len(t.Visible.Bytes)}
		for len(code) > 0 && code[0].End <= at {
			code = code[1:]
		}
		for len(markup) > 0 && markup[0].End <= at {
			markup = markup[1:]
		}
		if len(code) > 0 && code[0].Start < next.Start {
			next = code[0]
		}
		if len(markup) > 0 && markup[0].Start < next.Start {
			next = markup[0]
		}
		if at < next.Start {
			c, u := countLetters(t.Visible.Bytes[at:next.Start])
			cased, uppers = cased+c, uppers+u
		}
		at = next.End
	}
	return cased, uppers
}

func countLetters(b []byte) (cased, uppers int) {
	table := properties()
	for i := 0; i < len(b); {
		if c := b[i]; c < utf8.RuneSelf {
			if c|0x20 >= 'a' && c|0x20 <= 'z' {
				cased++
				uppers += int(1 - c>>5&1)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		switch p := table.of(r).bits; {
		case p&upper != 0:
			cased++
			uppers++
		case p&lower != 0:
			cased++
		}
		i += n
	}
	return cased, uppers
}

// LineBreaks counts line breaks, and the longest run of them with nothing to be seen between.
func (t *Text) LineBreaks() (all, consecutive int) {
	if bytes.IndexByte(t.Visible.Bytes, '\n') < 0 {
		return 0, 0
	}
	current := 0
	table := properties()
	forRunes(t.Visible.Bytes, func(r rune, _ Span) {
		switch p := table.of(r).bits; {
		case r == '\n':
			all++
			current++
			consecutive = max(consecutive, current)
		case p&space == 0 && !isUnseen(r, p):
			current = 0
		}
	})
	return all, consecutive
}
