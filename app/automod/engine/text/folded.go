package text

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Folded is view A.
func (t *Text) Folded() *View {
	if !t.built.folded {
		t.built.folded = true
		t.fold()
	}
	return &t.folded
}

// Raw is Visible with its case folded. Where Folded shows every letter that Visible shows, it is
// the same view.
func (t *Text) Raw() *View {
	if t.Folded(); t.disguised {
		if !t.built.raw {
			t.built.raw = true
			t.raw.reset()
			visible := &t.Visible
			forRunes(visible.Bytes, func(r rune, part Span) { putFolded(&t.raw, r, visible.Source(part)) })
		}
		return &t.raw
	}
	return &t.folded
}

// Disguised reports whether Folded differs from Visible in more than case and white space.
func (t *Text) Disguised() bool {
	t.Folded()
	return t.disguised
}

// ASCII reports whether the text is nothing but ordinary ASCII, so that Bare is Folded.
func (t *Text) ASCII() bool {
	t.Folded()
	return t.ascii
}

// asciiFolded is the folded form of an ASCII byte, and 0 for what the long way has to look at.
var asciiFolded = func() (table [256]byte) {
	for c := range byte(0x80) {
		switch {
		case c >= 'A' && c <= 'Z':
			table[c] = c + 'a' - 'A'
		case c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f':
			table[c] = ' '
		case c < ' ' || c == '*' || c == '~' || c == '|' || c == '\\' || c == 0x7F:
		default:
			table[c] = c
		}
	}
	return table
}()

// foldASCII handles what most messages are, and reports whether it did.
func (t *Text) foldASCII() bool {
	out, visible := &t.folded, &t.Visible
	before := byte(0)
	for _, c := range visible.Bytes {
		c = asciiFolded[c]
		if c == 0 || c == ' ' && before == ' ' {
			return false
		}
		out.Bytes = append(out.Bytes, c)
		before = c
	}
	if out.identity = visible.identity; !out.identity {
		out.origins = append(out.origins, visible.origins...)
	}
	return true
}

// fold makes the view. What one round uncovers may need another one, as in a*(invisible)b; each
// round takes away more than it adds, so a few are enough.
func (t *Text) fold() {
	t.folded.reset()
	if t.ascii = t.foldASCII(); t.ascii {
		return
	}
	const rounds = 8
	in := &t.Visible
	for round := range rounds {
		changed := t.foldOnce(in)
		if round == 0 {
			t.disguised = changed
		}
		if !changed {
			return
		}
		t.folded, t.scratch = t.scratch, t.folded
		in = &t.scratch
	}
	t.folded, t.scratch = t.scratch, t.folded
}

// other is a buffer to write to while in is read.
func (t *Text) other(in *View) *View {
	out := &t.scratch
	if in == out {
		out = &t.raw // Raw is built after Folded
	}
	out.reset()
	return out
}

// foldOnce writes the folded view of in. It reports whether it changed more than case and white
// space.
func (t *Text) foldOnce(in *View) (changed bool) {
	unseen, accents, restless := survey(in.Bytes)
	if unseen {
		in, changed = dropIgnorable(t.other(in), in), true
	}
	if restless && !norm.NFKC.IsNormal(in.Bytes) {
		in, changed = compose(t.other(in), in), true
		accents = true
	}
	if accents {
		if heaps := findHeaps(in.Bytes); heaps != nil {
			in, changed = dropHeaps(t.other(in), in, heaps), true
		}
	}
	out := &t.folded
	out.reset()
	if foldCase(out, in) {
		changed = true
	}
	if accents && !norm.NFKC.IsNormal(out.Bytes) { // a small letter can compose with an accent where its capital does not
		composed := compose(t.other(out), out)
		t.folded, *composed = *composed, t.folded
		changed = true
	}
	return changed
}

// survey reports whether there is anything that is shown as nothing, any accent of its own, and
// anything that NFKC may change.
func survey(b []byte) (unseen, accents, restless bool) {
	table := properties()
	var seen bits
	for i := 0; i < len(b); {
		if c := b[i]; c < utf8.RuneSelf {
			unseen = unseen || c < ' ' && (c < '\t' || c > '\r') || c == 0x7F
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		seen |= table.of(r).bits
		i += n
	}
	return unseen || seen&ignorable != 0, seen&nonspacing != 0, seen&restive != 0 || seen&ignorable != 0
}

// isUnseen reports whether a client shows nothing for a code point: what Unicode calls ignorable,
// and controls.
func isUnseen(r rune, p bits) bool {
	return p&ignorable != 0 || r < ' ' && p&space == 0 || r == 0x7F
}

func dropIgnorable(out, in *View) *View {
	table := properties()
	before := property{}
	forRunes(in.Bytes, func(r rune, part Span) {
		p := table.of(r)
		if isUnseen(r, p.bits) {
			joiner := r == 0x200C || r == 0x200D
			next, _ := decode(in.Bytes[part.End:])
			if !joiner || before.bits&joining == 0 || table.of(next).bits&joining == 0 {
				return
			}
		}
		before = p
		out.put(r, in.Source(part))
	})
	return out
}

// compose writes the NFKC form.
func compose(out, in *View) *View {
	var iter norm.Iter
	iter.Init(norm.NFKC, in.Bytes)
	for start := 0; !iter.Done(); {
		segment := iter.Next()
		end := iter.Pos()
		source := Span{}
		if start < end {
			source = Span{in.Source(Span{start, start + 1}).Start, in.Source(Span{end - 1, end}).End}
		}
		out.putBytes(segment, source)
		start = end
	}
	return out
}

// findHeaps returns the tokens that have two or more accents which do not compose with their
// letter ("zalgo"), where accents are decoration.
func findHeaps(b []byte) (heaps []Span) {
	table := properties()
	start, marks, base := 0, 0, property{}
	end := func(at int) {
		if marks >= 2 {
			heaps = append(heaps, Span{start, at})
		}
	}
	forRunes(b, func(r rune, part Span) {
		p := table.of(r)
		switch {
		case p.bits&nonspacing != 0:
			if decorates(base) {
				marks++
			}
		case p.bits&word == 0:
			end(part.Start)
			start, marks, base = part.End, 0, property{}
		default:
			base = p
		}
	})
	end(len(b))
	return heaps
}

// decorates reports whether a mark on this letter is decoration to a filter.
func decorates(base property) bool {
	return base.bits&accentable != 0 || base.bits&(letter|mark) == 0
}

func dropHeaps(out, in *View, heaps []Span) *View {
	table := properties()
	base := property{}
	forRunes(in.Bytes, func(r rune, part Span) {
		for len(heaps) > 0 && part.Start >= heaps[0].End {
			heaps, base = heaps[1:], property{}
		}
		p := table.of(r)
		if len(heaps) > 0 && part.Start >= heaps[0].Start {
			if p.bits&nonspacing != 0 && decorates(base) {
				return
			}
			r += p.baseIfAccentable()
		}
		if p.bits&nonspacing == 0 {
			base = p
		}
		out.put(r, in.Source(part))
	})
	return out
}

// foldCase folds case and white space and drops marks between letters. It reports whether it
// dropped any.
func foldCase(out, in *View) (dropped bool) {
	table := properties()
	out.grow(len(in.Bytes) + 8)
	var before rune
	for i := 0; i < len(in.Bytes); {
		r, n := decode(in.Bytes[i:])
		part := Span{i, i + n}
		i += n
		if r < utf8.RuneSelf {
			c := asciiFolded[r]
			if c == 0 && isMarkBetween(r) && isLetter(before) {
				end := i
				for end < len(in.Bytes) && isMarkBetween(rune(in.Bytes[end])) {
					end++
				}
				if next, _ := decode(in.Bytes[end:]); end < len(in.Bytes) && isLetter(next) {
					dropped, i = true, end
					continue
				}
			}
			if c != 0 {
				r = rune(c)
			}
		} else {
			p := table.of(r)
			switch {
			case r == 'ß' || r == 'ẞ':
				putFolded(out, r, in.Source(part))
				before = 's'
				continue
			case p.bits&space != 0:
				r = ' '
			default:
				r += p.fold
			}
		}
		if r == ' ' && before == ' ' {
			continue
		}
		before = r
		out.put(r, in.Source(part))
	}
	return dropped
}

func (p property) baseIfAccentable() rune {
	if p.bits&accentable != 0 {
		return p.base
	}
	return 0
}

// putFolded appends a rune with its case folded.
func putFolded(v *View, r rune, source Span) {
	if r == 'ß' || r == 'ẞ' {
		v.put('s', source)
		r = 's'
	}
	v.put(r+properties().of(r).fold, source)
}

// decode is utf8.DecodeRune with a short cut. Of nothing it returns 0, and of a byte that is no
// UTF-8 the replacement character.
func decode(b []byte) (rune, int) {
	if len(b) == 0 {
		return 0, 0
	}
	if b[0] < utf8.RuneSelf {
		return rune(b[0]), 1
	}
	return utf8.DecodeRune(b)
}

func forRunes(b []byte, do func(r rune, part Span)) {
	for i := 0; i < len(b); {
		r, n := decode(b[i:])
		do(r, Span{i, i + n})
		i += n
	}
}

func isMarkBetween(r rune) bool { return r == '*' || r == '~' || r == '|' || r == '\\' }
func isLetter(r rune) bool      { return properties().of(r).bits&letter != 0 }
