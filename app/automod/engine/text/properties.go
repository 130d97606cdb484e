package text

import (
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// bits says what a code point is.
type bits uint16

const (
	letter bits = 1 << iota
	number
	mark       // a combining mark of any kind
	nonspacing // a combining mark that takes no room: an accent
	ignorable  // shown as nothing
	space
	upper
	lower
	accentable // an accent on it is decoration to a filter: Latin, Greek, Cyrillic
	joining    // its script needs ZWJ and ZWNJ to be spelled
	eastAsian  // Han, Kana, Hangul, Bopomofo: written beside Latin without a space
	latinScript
	symbol // a pictured Latin letter
	emoji
	textEmoji
	restive // NFKC may change it, or what is beside it

	word = letter | number | mark
)

// property is what the pipeline asks about a code point, in one look-up.
type property struct {
	bits     bits
	script   uint8  // 0: common to several scripts
	skeleton uint16 // index into skeletons plus 1, 0: looks like itself alone
	fold     int32  // what to add to fold the case
	base     int32  // what to add to drop the accents
}

const blockSize = 128

// propertyTable is a two-stage table: the index of a block for each 128 code points, and the
// blocks that differ.
type propertyTable struct {
	index  [(unicode.MaxRune + blockSize) / blockSize]uint16
	blocks [][blockSize]property
}

// properties is built when the first text is read, from the tables of the standard library and
// from tables.go; that is smaller and easier to check than a third table.
var properties = sync.OnceValue(buildProperties)

func (t *propertyTable) of(r rune) property {
	if uint32(r) > unicode.MaxRune {
		return property{}
	}
	return t.blocks[t.index[r/blockSize]][r%blockSize]
}

func buildProperties() *propertyTable {
	all := sparse{}
	set := func(bit bits, table *unicode.RangeTable) {
		each(table, func(r rune) { all.at(r).bits |= bit })
	}
	set(letter, unicode.L)
	set(number, unicode.N)
	set(mark, unicode.M)
	set(nonspacing, unicode.Mn)
	set(nonspacing, unicode.Me)
	set(space, unicode.White_Space)
	set(upper, unicode.Upper)
	set(lower, unicode.Lower)
	for _, script := range []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic} {
		set(accentable, script)
	}
	set(latinScript, unicode.Latin)
	for _, script := range []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo} {
		set(eastAsian, script)
	}
	names := make([]string, 0, len(unicode.Scripts))
	for name := range unicode.Scripts {
		if name != "Common" && name != "Inherited" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for i, name := range names {
		each(unicode.Scripts[name], func(r rune) { all.at(r).script = uint8(i + 1) })
	}
	for _, name := range []string{
		"Arabic", "Syriac", "Mongolian", "Nko", "Mandaic", "Devanagari", "Bengali", "Gurmukhi", "Gujarati",
		"Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Khmer", "Myanmar", "Tibetan",
	} {
		set(joining, unicode.Scripts[name])
	}
	ranges := func(bit bits, pairs [][2]rune) {
		for _, pair := range pairs {
			for r := pair[0]; r <= pair[1]; r++ {
				all.at(r).bits |= bit
			}
		}
	}
	ranges(ignorable, ignorables[:])
	ranges(ignorable, [][2]rune{{0x2800, 0x2800}}) // BRAILLE PATTERN BLANK: a space that is no space
	ranges(emoji, emojis[:])
	ranges(textEmoji, textEmojis[:])
	ranges(symbol, pictured[:])
	for i, entry := range skeletons {
		all.at(entry.from).skeleton = uint16(i + 1)
	}
	for r := range rune(0x20000) { // nothing above changes but a few Han characters
		if normal := r < 0xA0 || r >= 0x3400 && r < 0xA000 || r >= 0xAC00 && r < 0xD7A4; !normal && isRestive(r) {
			all.at(r).bits |= restive
		}
	}
	ranges(restive, [][2]rune{{0x2F800, 0x2FA1F}})
	const lastCased = 0x1E943
	for r := range rune(lastCased + 1) {
		if folded := foldOf(r); folded != r {
			all.at(r).fold = folded - r
		}
	}
	for _, script := range []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic} {
		each(script, func(r rune) { all.at(r).base = baseOf(r) - r })
	}
	return all.compress()
}

// sparse holds the blocks that say anything.
type sparse map[rune]*[blockSize]property

func (s sparse) at(r rune) *property {
	block := s[r/blockSize]
	if block == nil {
		block = new([blockSize]property)
		s[r/blockSize] = block
	}
	return &block[r%blockSize]
}

func (s sparse) compress() *propertyTable {
	table := &propertyTable{blocks: make([][blockSize]property, 1)}
	seen := map[[blockSize]property]uint16{}
	for i, block := range s {
		at, ok := seen[*block]
		if !ok {
			at = uint16(len(table.blocks))
			seen[*block] = at
			table.blocks = append(table.blocks, *block)
		}
		table.index[i] = at
	}
	return table
}

func each(table *unicode.RangeTable, do func(rune)) {
	for _, part := range table.R16 {
		for r := rune(part.Lo); r <= rune(part.Hi); r += rune(part.Stride) {
			do(r)
		}
	}
	for _, part := range table.R32 {
		for r := rune(part.Lo); r <= rune(part.Hi); r += rune(part.Stride) {
			do(r)
		}
	}
}

// foldOf is the same for all code points that differ in case alone, those that regexp's (?i)
// takes for one included. ß is left to the caller: it folds to two letters.
func foldOf(r rune) rune {
	if unicode.SimpleFold(r) == r && r != 'İ' {
		return r
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

func isRestive(r rune) bool {
	var buffer [utf8.UTFMax]byte
	encoded := buffer[:utf8.EncodeRune(buffer[:], r)]
	properties := norm.NFKC.Properties(encoded)
	return !properties.BoundaryBefore() || properties.CCC() != 0 || !norm.NFKC.IsNormal(encoded)
}

// baseOf is the letter under the accents, if the accents compose with it.
func baseOf(r rune) rune {
	decomposed := norm.NFD.PropertiesString(string(r)).Decomposition()
	for _, base := range string(decomposed) {
		return base
	}
	return r
}

// pictured holds the Latin alphabets that exist as pictures and have no decomposition.
var pictured = [...][2]rune{
	{0x1F150, 0x1F169}, // negative circled
	{0x1F170, 0x1F189}, // negative squared
	{0x1F1E6, 0x1F1FF}, // regional indicators
}

// picturedLetter returns the letter on the picture.
func picturedLetter(r rune) (rune, bool) {
	for _, alphabet := range pictured {
		if alphabet[0] <= r && r <= alphabet[1] {
			return 'a' + r - alphabet[0], true
		}
	}
	return 0, false
}
