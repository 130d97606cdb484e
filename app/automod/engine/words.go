package engine

import (
	"bytes"
	"cmp"
	"slices"
)

// views says in which views of a text something is looked for.
type views uint8

const (
	inFolded views = 1 << iota
	inRaw
	inBare
	inLookAlike
	inLookAlikeUpper
	inLeet
)

// entry is what an automaton reports at the end of a word.
type entry struct {
	target     int32 // index of a keyword, or of a pattern that the word is a literal of
	views      views
	gate       bool // target is a pattern
	start, end bool // no letter, number or mark may stand beside
	length     int32
}

// automaton finds many words in one pass over the bytes of a text (Aho–Corasick). UTF-8 needs no
// decoding: no character's bytes occur inside another's.
//
// States are numbered breadth first, so that the children of a state lie in a row and a state
// needs thirteen bytes.
type automaton struct {
	root   [256]int32 // the state after one byte
	pairs  [32]uint32 // which two bytes some word begins with, by their last five bits
	deep   int32      // the first state after two bytes
	labels []byte     // the byte that leads to a state
	child  []int32    // the first child; the last is before the next state's first
	fail   []int32    // where to go on when no child fits
	report []int32    // what ends here: an index into endings, 0 for nothing
	// endings are the words that end at a state, and at those on the way back from it.
	endings []ending
	entries []entry
}

// ending is the words that end at one state.
type ending struct {
	first, last int32 // in entries
	next        int32 // the ending on the way back
}

// word is an entry and its bytes.
type word struct {
	bytes string
	entry
}

// newAutomaton returns nil if there is nothing to look for.
func newAutomaton(words []word) *automaton {
	if len(words) == 0 {
		return nil
	}
	words = slices.Clone(words)
	slices.SortStableFunc(words, func(a, b word) int { return cmp.Compare(a.bytes, b.bytes) })
	a := &automaton{labels: []byte{0}, fail: []int32{0}, report: []int32{0}, endings: make([]ending, 1), entries: make([]entry, 0, len(words))}
	// A state is a range of the sorted words that share its first depth bytes.
	type state struct{ from, to, parent int32 }
	level := []state{{0, int32(len(words)), 0}}
	for depth, first := 0, int32(0); len(level) > 0; depth++ {
		var next []state
		for i, s := range level {
			at := first + int32(i)
			a.child = append(a.child, int32(len(a.labels)))
			ends := ending{first: int32(len(a.entries)), next: a.report[a.fail[at]]}
			from := s.from
			for from < s.to && len(words[from].bytes) == depth { // sorted: these come first
				a.entries = append(a.entries, words[from].entry)
				from++
			}
			a.report[at] = ends.next
			if ends.last = int32(len(a.entries)); ends.last > ends.first {
				a.report[at] = int32(len(a.endings))
				a.endings = append(a.endings, ends)
			}
			for from < s.to {
				c, to := words[from].bytes[depth], from
				for to < s.to && words[to].bytes[depth] == c {
					to++
				}
				next = append(next, state{from, to, at})
				a.labels = append(a.labels, c)
				from = to
			}
		}
		first += int32(len(level))
		for i, s := range next { // the states of the next depth, whose parents are all done
			a.link(first+int32(i), s.parent)
		}
		if depth == 0 {
			a.deep = int32(len(a.labels))
		}
		level = next
	}
	a.child = append(a.child, int32(len(a.labels)))
	a.labels, a.child, a.fail, a.report = slices.Clone(a.labels), slices.Clone(a.child), slices.Clone(a.fail), slices.Clone(a.report)
	a.endings = slices.Clone(a.endings) // each as long as it is, not as it grew
	return a
}

// link sets where a new state goes on when no child fits.
func (a *automaton) link(at, parent int32) {
	c := a.labels[at]
	if parent == 0 {
		a.root[c] = at
		a.fail = append(a.fail, 0)
	} else {
		a.fail = append(a.fail, a.step(a.fail[parent], c))
		if parent < a.deep {
			a.pairs[a.labels[parent]%32] |= 1 << (c % 32)
		}
	}
	a.report = append(a.report, 0)
}

// step returns the state after one more byte.
func (a *automaton) step(state int32, c byte) int32 {
	for state != 0 {
		if state < a.deep && a.pairs[a.labels[state]%32]&(1<<(c%32)) == 0 {
			break // most letters of a text go no further than this
		}
		first, last := a.child[state], a.child[state+1]
		if last-first <= 4 {
			for i := first; i < last; i++ {
				if a.labels[i] == c {
					return i
				}
			}
		} else if i := bytes.IndexByte(a.labels[first:last], c); i >= 0 {
			return first + int32(i)
		}
		state = a.fail[state]
	}
	return a.root[c]
}

// find calls found for each word of one of the views that ends at a place of the text.
func (a *automaton) find(b []byte, active views, found func(e *entry, end int)) {
	state := int32(0)
	for i, c := range b {
		if state == 0 {
			if state = a.root[c]; state == 0 {
				continue
			}
		} else {
			state = a.step(state, c)
		}
		for at := a.report[state]; at != 0; at = a.endings[at].next {
			for j := a.endings[at].first; j < a.endings[at].last; j++ {
				if e := &a.entries[j]; e.views&active != 0 {
					found(e, i+1)
				}
			}
		}
	}
}
