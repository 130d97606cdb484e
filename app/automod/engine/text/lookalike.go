package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bare is view B.
func (t *Text) Bare() *View {
	if !t.built.bare {
		t.built.bare = true
		bare := t.other(t.Folded())
		writeBare(bare, t.Folded())
		t.bare.reset()
		foldCase(&t.bare, bare) // dropping an accent can uncover a mark between letters
	}
	return &t.bare
}

// writeBare drops accents. It leaves the marks alone that a script needs: those on Arabic,
// Hebrew, Thai, Indic or Kana.
func writeBare(out, in *View) {
	out.reset()
	table := properties()
	accents := false // those that follow are decoration
	forRunes(in.Bytes, func(r rune, part Span) {
		p := table.of(r)
		if p.bits&nonspacing != 0 && accents {
			return
		}
		accents = p.bits&accentable != 0
		out.put(r+p.baseIfAccentable(), in.Source(part))
	})
}

// LookAlike is view C of the folded text, and nil if nothing in it looks like something else.
func (t *Text) LookAlike() *View {
	t.buildLookAlike()
	return orNil(&t.like)
}

// LookAlikeUpper is view C of the upper-case form: Н looks like H, but н like ʜ.
func (t *Text) LookAlikeUpper() *View {
	t.buildLookAlike()
	return orNil(&t.likeUp)
}

func orNil(v *View) *View {
	if len(v.Disguised) == 0 {
		return nil
	}
	return v
}

func (t *Text) buildLookAlike() {
	if t.built.like {
		return
	}
	t.built.like = true
	t.like.reset()
	t.likeUp.reset()
	folded := t.Folded()
	if folded.identity || !anySuspicious(folded.Bytes) {
		return
	}
	forTokens(folded.Bytes, func(token Span, kind tokenKind) {
		for _, view := range []struct {
			out   *View
			upper bool
		}{{&t.like, false}, {&t.likeUp, true}} {
			from := len(view.out.Bytes)
			forRunes(folded.Bytes[token.Start:token.End], func(r rune, part Span) {
				source := folded.Source(Span{token.Start + part.Start, token.Start + part.End})
				if kind == foreign {
					view.out.put(r, source)
					return
				}
				putSkeleton(view.out, r, view.upper, source)
			})
			if kind == suspicious {
				view.out.disguise(Span{from, len(view.out.Bytes)})
			}
		}
	})
}

// tokenKind says what view C does with a token.
type tokenKind uint8

const (
	latin      tokenKind = iota // replaced by its skeleton, so that phrases compare
	foreign                     // of another script alone: kept as it is
	suspicious                  // mixes scripts or holds pictured letters: replaced, and a hit
)

// forTokens calls do for each run of letters, numbers, marks and pictured letters, and for what
// is between them.
func forTokens(b []byte, do func(token Span, kind tokenKind)) {
	table := properties()
	var found tokenScripts
	start, inside := 0, false
	for i := 0; i < len(b); {
		r, n := decode(b[i:])
		p := table.of(r)
		if in := p.bits&(word|symbol) != 0; in != inside {
			if i > start {
				do(Span{start, i}, found.kind())
			}
			start, inside, found = i, in, tokenScripts{}
		}
		found.add(r, p)
		i += n
	}
	if start < len(b) {
		do(Span{start, len(b)}, found.kind())
	}
}

// tokenScripts collects which scripts a token is written in.
type tokenScripts struct {
	latin, eastAsian bool
	other            uint8 // one further script
	mixed            bool  // two further scripts, or Latin beside one
	pictured         int
	flags            int
}

func (s *tokenScripts) add(r rune, p property) {
	switch {
	case p.bits&symbol != 0:
		s.pictured++
		if r >= 0x1F1E6 {
			s.flags++
		}
	case p.bits&letter == 0 || p.script == 0:
	case p.bits&latinScript != 0:
		s.latin = true
	case p.bits&eastAsian != 0:
		s.eastAsian = true
	case s.other != 0 && s.other != p.script:
		s.mixed = true
	default:
		s.other = p.script
	}
}

func (s *tokenScripts) kind() tokenKind {
	switch {
	case s.pictured > 0 && (s.pictured != 2 || s.flags != 2 || s.latin || s.other != 0): // two make a flag
		return suspicious
	case s.mixed, s.latin && s.other != 0:
		return suspicious
	case s.other != 0 || s.eastAsian: // Latin is often written into Japanese, Chinese and Korean
		return foreign
	}
	return latin
}

func anySuspicious(b []byte) (found bool) {
	forTokens(b, func(_ Span, kind tokenKind) { found = found || kind == suspicious })
	return found
}

func putSkeleton(out *View, r rune, upperCase bool, source Span) {
	if r < utf8.RuneSelf && !upperCase {
		if r != 'm' {
			out.put(asciiSkeleton(r), source)
			return
		}
	}
	var buffer [utf8.UTFMax]byte
	n := utf8.EncodeRune(buffer[:], r)
	var decomposed [64]byte
	for _, d := range string(norm.NFD.Append(decomposed[:0], buffer[:n]...)) {
		if upperCase {
			d = unicode.ToUpper(d)
		}
		if letter, ok := picturedLetter(d); ok {
			d = letter
		}
		if at := properties().of(d).skeleton; at > 0 {
			for _, s := range skeletons[at-1].to {
				putFolded(out, s, source)
			}
			continue
		}
		putFolded(out, d, source)
	}
}

// asciiSkeleton is the skeleton of an ASCII character that does not become two.
func asciiSkeleton(r rune) rune {
	switch r {
	case '0':
		return 'o'
	case '1', '|':
		return 'l'
	}
	return r
}

// Skeleton is what a text looks like, as Unicode TR39 has it: two texts with the same skeleton
// are taken for one another. It compares names as a whole, whatever scripts they mix.
func Skeleton(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if at := properties().of(r).skeleton; at > 0 {
			b.WriteString(skeletons[at-1].to)
			continue
		}
		b.WriteRune(r)
	}
	return norm.NFD.String(b.String())
}

// Leet is the view in which digits and signs are the letters that they stand for, without
// accents. It is nil if there are no such digits and signs.
func (t *Text) Leet() *View {
	if !t.built.leet {
		t.built.leet = true
		writeLeet(&t.leet, t.Bare())
	}
	return orNil(&t.leet)
}

// leetLetters are the letters that digits and signs stand for. 1 stands for i and for l, so the two are
// one in this view.
var leetLetters = map[rune]rune{
	'0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '9': 'g',
	'@': 'a', '$': 's', '!': 'i', '€': 'e', '+': 't',
}

func writeLeet(out, in *View) {
	out.reset()
	inWord := false // what came before is read as part of a word
	forRunes(in.Bytes, func(r rune, part Span) {
		from, original := len(out.Bytes), r
		if to, ok := leetLetters[r]; ok {
			next, _ := decode(in.Bytes[part.End:])
			sentence := r == '!' || r == '+' // these also end one
			if r >= '0' && r <= '9' || isWord(next) || inWord && !sentence {
				r = to
			}
		}
		inWord = isWord(r)
		if r == 'l' {
			r = 'i'
		}
		out.put(r, in.Source(part))
		if r != original && original != 'l' {
			out.disguise(Span{from, len(out.Bytes)})
		}
	})
}
