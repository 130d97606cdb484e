package text

import (
	"slices"
	"unicode/utf8"
)

// Span is a part of a text in bytes: from Start up to, but not including, End.
type Span struct{ Start, End int }

// Within reports whether s lies inside o.
func (s Span) Within(o Span) bool { return o.Start <= s.Start && s.End <= o.End }

// Overlaps reports whether the two share a byte.
func (s Span) Overlaps(o Span) bool { return s.Start < o.End && o.Start < s.End }

// View is a text in another form that knows where each of its bytes came from.
type View struct {
	Bytes []byte
	// Disguised are the parts that were written to look like something else. Only the views of
	// look-alikes and of leet have any; a hit there counts if it touches one.
	Disguised []Span

	identity bool // byte i came from byte i
	origins  []origin
}

// origin is the part of the source that a byte came from.
type origin struct{ from, to int32 }

// Source returns what the part came from, in the text that was read.
func (v *View) Source(part Span) Span {
	if v.identity || part.Start >= part.End {
		return part
	}
	return Span{int(v.origins[part.Start].from), int(v.origins[part.End-1].to)}
}

// Touches reports whether the part overlaps a disguised one.
func (v *View) Touches(part Span) bool {
	for _, d := range v.Disguised {
		if part.Overlaps(d) {
			return true
		}
	}
	return false
}

// Alone reports whether no letter, number or mark of any script is beside the part, at the
// ends that are asked about.
func (v *View) Alone(part Span, start, end bool) bool {
	if start && part.Start > 0 {
		before, _ := utf8.DecodeLastRune(v.Bytes[:part.Start])
		if properties().of(before).bits&word != 0 {
			return false
		}
	}
	if end && part.End < len(v.Bytes) {
		after, _ := utf8.DecodeRune(v.Bytes[part.End:])
		if properties().of(after).bits&word != 0 {
			return false
		}
	}
	return true
}

func (v *View) reset() {
	v.Bytes, v.Disguised, v.identity = v.Bytes[:0], v.Disguised[:0], false
	v.origins = v.origins[:0]
}

// grow makes room for as many bytes.
func (v *View) grow(n int) {
	v.Bytes, v.origins = slices.Grow(v.Bytes, n), slices.Grow(v.origins, n)
}

// put appends a rune that came from the span.
func (v *View) put(r rune, source Span) {
	at := origin{int32(source.Start), int32(source.End)}
	if uint32(r) < utf8.RuneSelf {
		v.Bytes, v.origins = append(v.Bytes, byte(r)), append(v.origins, at)
		return
	}
	before := len(v.Bytes)
	v.Bytes = utf8.AppendRune(v.Bytes, r)
	for range len(v.Bytes) - before {
		v.origins = append(v.origins, at)
	}
}

// putBytes appends bytes that all came from the span.
func (v *View) putBytes(b []byte, source Span) {
	v.Bytes = append(v.Bytes, b...)
	for range b {
		v.origins = append(v.origins, origin{int32(source.Start), int32(source.End)})
	}
}

// putEach appends bytes that came from themselves, one by one.
func (v *View) putEach(s string, at int) {
	v.Bytes = append(v.Bytes, s...)
	for i := range len(s) {
		v.origins = append(v.origins, origin{int32(at + i), int32(at + i + 1)})
	}
}

// truncate drops what was appended after the view had n bytes.
func (v *View) truncate(n int) {
	v.Bytes, v.origins = v.Bytes[:n], v.origins[:n]
}

func (v *View) disguise(part Span) {
	if n := len(v.Disguised); n > 0 && v.Disguised[n-1].End == part.Start {
		v.Disguised[n-1].End = part.End
		return
	}
	v.Disguised = append(v.Disguised, part)
}
