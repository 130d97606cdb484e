package engine

import (
	"bytes"
	"unicode/utf8"

	"github.com/smarter-dev/smarterdev/app/automod/engine/text"
)

// wordHit is a keyword that was found and that nothing excuses.
type wordHit struct {
	rule, keyword, part int32
	source              text.Span
}

// maxHits bounds what is kept of one rule and event.
const maxHits = 50

// match looks for the words of all rules, and for the literals of their patterns.
func (m *matcher) match(c *Compiled, r *reading) {
	if r.matched {
		return
	}
	r.matched = true
	width := (len(m.patterns) + 63) / 64
	for range width * len(r.parts) {
		r.gates = append(r.gates, 0)
	}
	for i := range r.parts {
		gates := r.gates[i*width : (i+1)*width]
		for _, at := range m.loose {
			gates[at/64] |= 1 << (at % 64)
		}
		m.matchPart(c, r, i, gates)
	}
}

func (m *matcher) matchPart(c *Compiled, r *reading, i int, gates []uint64) {
	if m.automaton == nil {
		return
	}
	read := r.parts[i].text
	look := func(view *text.View, active views) {
		if view == nil {
			return
		}
		disguised := active&(inLookAlike|inLookAlikeUpper|inLeet) != 0
		m.automaton.find(view.Bytes, active, func(e *entry, end int) {
			if e.gate {
				gates[e.target/64] |= 1 << (e.target % 64)
				return
			}
			span := text.Span{Start: end - int(e.length), End: end}
			if !view.Alone(span, e.start, e.end) || disguised && !view.Touches(span) {
				return
			}
			m.keep(c, r, i, e.target, view.Source(span))
		})
	}
	active := inFolded
	if !read.Disguised() {
		active |= inRaw
	}
	if read.ASCII() {
		active |= inBare
	}
	look(read.Folded(), active)
	if active&inRaw == 0 && len(m.patterns) > 0 {
		look(read.Raw(), inRaw)
	}
	if active&inBare == 0 && m.views&inBare != 0 {
		look(read.Bare(), inBare)
	}
	if !read.ASCII() && m.views&inLookAlike != 0 {
		look(read.LookAlike(), inLookAlike)
		look(read.LookAlikeUpper(), inLookAlikeUpper)
	}
	if m.views&inLeet != 0 {
		look(read.Leet(), inLeet)
	}
}

// keep writes a keyword down unless its rule does not look there or something excuses it.
func (m *matcher) keep(c *Compiled, r *reading, i int, target int32, source text.Span) {
	rule := &c.rules[m.keywords[target].rule]
	if rule.Mode == Off || rule.excuses(r, i, source) {
		return
	}
	n := 0
	for _, hit := range r.words {
		if hit.rule != rule.index {
			continue
		}
		if n++; n >= maxHits || hit.part == int32(i) && hit.keyword == target && hit.source.Overlaps(source) {
			return
		}
	}
	r.words = append(r.words, wordHit{rule: rule.index, keyword: target, part: int32(i), source: source})
}

// excuses reports whether a hit of the rule does not count where it is.
func (rule *compiledRule) excuses(r *reading, i int, source text.Span) bool {
	read := &r.parts[i]
	if rule.parts&partBit(read.place) == 0 || rule.skipCode && read.text.InCode(source) {
		return true
	}
	for _, allowed := range rule.allowed(r, i) {
		if source.Within(allowed) {
			return true
		}
	}
	return false
}

// allowed returns where the phrases of the allow list stand. Each hit is judged by itself, so a
// phrase excuses no other.
func (rule *compiledRule) allowed(r *reading, i int) []text.Span {
	if len(rule.allow) == 0 {
		return nil
	}
	for _, known := range r.allowed {
		if known.rule == rule.index && known.part == i {
			return known.spans
		}
	}
	view := r.parts[i].text.Folded()
	var spans []text.Span
	for _, phrase := range rule.allow {
		for from := 0; ; {
			at := bytes.Index(view.Bytes[from:], []byte(phrase.folded))
			if at < 0 {
				break
			}
			span := text.Span{Start: from + at, End: from + at + len(phrase.folded)}
			if view.Alone(span, phrase.start, phrase.end) {
				spans = append(spans, view.Source(span))
			}
			_, n := utf8.DecodeRune(view.Bytes[span.Start:])
			from = span.Start + n
		}
	}
	r.allowed = append(r.allowed, allowedSpans{rule: rule.index, part: i, spans: spans})
	return spans
}

// allowedSpans is where a rule's allow list applies in a part.
type allowedSpans struct {
	rule  int32
	part  int
	spans []text.Span
}

// hits returns the words and patterns of a rule in an event.
func (m *matcher) hits(c *Compiled, rule *compiledRule, r *reading) (hits []Hit) {
	m.match(c, r)
	for _, found := range r.words {
		if found.rule == rule.index {
			hits = append(hits, r.hit(int(found.part), found.source, m.keywords[found.keyword].of(rule)))
		}
	}
	width := (len(m.patterns) + 63) / 64
	for _, at := range rule.patterns {
		for i := range r.parts {
			if len(hits) < maxHits && r.gates[i*width+int(at/64)]&(1<<(at%64)) != 0 {
				hits = m.patterns[at].find(rule, r, i, hits)
			}
		}
	}
	return hits
}

// find runs a pattern on the text as it is seen, and on view A where that differs.
func (p *pattern) find(rule *compiledRule, r *reading, i int, hits []Hit) []Hit {
	read := r.parts[i].text
	run := func(view *text.View) {
		// A few at first: the next thousand are of interest only if all of these are excused.
		for _, limit := range [...]int{8, -1} {
			found := p.regexp().FindAllIndex(view.Bytes, limit)
			before := len(hits)
			for _, at := range found {
				if at[0] == at[1] {
					continue
				}
				source := view.Source(text.Span{Start: at[0], End: at[1]})
				if rule.excuses(r, i, source) {
					continue
				}
				hit := r.hit(i, source, p.expr)
				if len(hits) < maxHits && !contains(hits, hit) {
					hits = append(hits, hit)
				}
			}
			if len(hits) > before || len(found) < limit {
				return
			}
		}
	}
	run(&read.Visible)
	if folded := read.Folded(); !p.exact && !bytes.EqualFold(folded.Bytes, read.Visible.Bytes) {
		run(folded)
	}
	return hits
}

func contains(hits []Hit, hit Hit) bool {
	for _, other := range hits {
		if other.Part == hit.Part && other.Index == hit.Index && other.By == hit.By &&
			hit.Offset < other.Offset+other.Length && other.Offset < hit.Offset+hit.Length {
			return true
		}
	}
	return false
}

// hit describes a place of a part.
func (r *reading) hit(i int, source text.Span, by string) Hit {
	part := &r.parts[i]
	matched := part.text.Source[source.Start:source.End]
	return Hit{
		Part: part.place, Index: part.index, By: by, Text: firstRunes(matched, maxExcerpt), text: part.text.Source,
		Offset: utf8.RuneCountInString(part.text.Source[:source.Start]), Length: utf8.RuneCountInString(matched),
	}
}

const maxExcerpt = 100

// firstRunes cuts a text to so many characters.
func firstRunes(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
