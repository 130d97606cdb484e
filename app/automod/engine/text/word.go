package text

import "unicode/utf8"

// Forms are the forms of a word or phrase of a rule in each view. A form is empty where the
// view's hits would be those of another.
type Forms struct {
	Folded, Bare, LookAlike, LookAlikeUpper, Leet string
}

// FormsOf runs a word or phrase through the same functions as a message. Its Markdown is left
// alone: a rule's word is no message.
func FormsOf(phrase string) Forms {
	t := New(phrase, Plain)
	defer t.Release()
	folded := t.Folded()
	forms := Forms{Folded: string(folded.Bytes), Bare: string(t.Bare().Bytes)}
	var view View
	writeLeet(&view, t.Bare())
	forms.Leet = string(view.Bytes)
	for _, form := range []struct {
		to    *string
		upper bool
	}{{&forms.LookAlike, false}, {&forms.LookAlikeUpper, true}} {
		view.reset()
		forRunes(folded.Bytes, func(r rune, part Span) { putSkeleton(&view, r, form.upper, part) })
		*form.to = string(view.Bytes)
	}
	return forms
}

// EndsInWord reports whether the text begins and ends with a letter, number or mark, so that a
// boundary can be asked for there. No boundary is asked for beside a sign.
func EndsInWord(s string) (start, end bool) {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	return s != "" && isWord(first), s != "" && isWord(last)
}

// Fold folds the case of a literal of a regular expression as Raw and Folded do.
func Fold(s string) string {
	var view View
	for _, r := range s {
		putFolded(&view, r, Span{})
	}
	return string(view.Bytes)
}

// IsWord reports whether a rune is a letter, number or mark of any script.
func IsWord(r rune) bool { return isWord(r) }

// LettersAndDigits appends what of the view is a letter or a number, and says how many they are.
func (v *View) LettersAndDigits(to []byte) (letters []byte, n int) {
	table := properties()
	for i := 0; i < len(v.Bytes); {
		if c := v.Bytes[i]; c < utf8.RuneSelf {
			if isCodeByte(c) && c != '-' {
				to = append(to, c)
				n++
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(v.Bytes[i:])
		if table.of(r).bits&(letter|number) != 0 {
			to = append(to, v.Bytes[i:i+size]...)
			n++
		}
		i += size
	}
	return to, n
}
