// Package text reads what people write on Discord the way a reader sees it, and the way a
// filter has to see it.
//
// A [Text] is read once. Visible is what a client shows: without the marks that format, without
// escapes, masked links reduced to their text. From it come views in which disguises are undone;
// each knows where its bytes came from, so that a hit can be shown in the text as it was typed:
//
//   - Folded (view A): compatibility forms (ｚｏｒｇ, 𝐳𝐨𝐫𝐠) and case folded, what is shown as nothing
//     dropped, marks between letters (z*o*rg) dropped, heaps of accents dropped, runs of white
//     space as one space. Spaces are never removed.
//   - Bare (view B): without accents on Latin, Greek and Cyrillic letters.
//   - LookAlike and LookAlikeUpper (view C): tokens that mix scripts or hold pictured letters as what
//     they look like. A token of one script is never folded to another: сор is a Russian word,
//     not "cop".
//   - Leet: digits and signs as the letters they stand for, accents dropped.
//   - Raw: Visible with its case folded and nothing else, in which the literals of regular
//     expressions are looked for.
//
// The words of a rule go through the same functions when a rule is compiled.
package text

import "sync"

// Version is the version of the pipeline. A rule keeps the one that it was saved under; it grows
// when the same words could match differently.
const Version = 1

// Text is one text, read. It may be used again by Read; its views are valid until then.
type Text struct {
	Source  string
	Visible View
	Code    []Span // parts of Visible that stand in code
	Markup  []Span // parts of Visible that are mentions, custom emoji or addresses
	Links   []Link // addresses that a client opens, in the order of Source
	// CustomEmojis is how many custom emoji there are.
	CustomEmojis int

	hosts     []Host
	kind      Kind
	scan      scanner
	built     built
	disguised bool // the pipeline changed more than case and white space
	ascii     bool
	folded    View
	raw       View
	bare      View
	like      View
	likeUp    View
	leet      View
	scratch   View
}

// built says which views are there.
type built struct{ folded, raw, bare, like, leet bool }

var pool = sync.Pool{New: func() any { return new(Text) }}

// New reads a text into buffers that Release gives back.
func New(source string, kind Kind) *Text {
	t := pool.Get().(*Text)
	t.Read(source, kind)
	return t
}

// Release gives the buffers back. The text must not be used afterwards.
func (t *Text) Release() {
	if cap(t.folded.Bytes) <= 64<<10 { // one huge embed must not be kept for ever
		t.Read("", Plain) // lets go of what it held
		pool.Put(t)
	}
}

// Read replaces what the text held.
func (t *Text) Read(source string, kind Kind) {
	t.Source, t.kind, t.built, t.disguised, t.CustomEmojis = source, kind, built{}, false, 0
	clear(t.Links)
	clear(t.hosts)
	t.Code, t.Markup, t.Links, t.hosts, t.scan.s = t.Code[:0], t.Markup[:0], t.Links[:0], t.hosts[:0], ""
	t.see()
}

// InCode reports whether a part of Source lies in code.
func (t *Text) InCode(source Span) bool {
	for _, code := range t.Code {
		if code.Start < code.End && source.Overlaps(t.Visible.Source(code)) {
			return true
		}
	}
	return false
}
