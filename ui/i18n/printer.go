package i18n

import (
	"fmt"

	"github.com/leonelquinteros/gotext"
	"golang.org/x/text/language"
)

// Printer words sentences in one language. It is safe for concurrent use.
type Printer struct {
	tag     language.Tag
	name    string
	po      *gotext.Po // nil for English
	lines   map[string]*gotext.Translation
	change  func(string) string // of the pseudo-language alone
	formats formats
}

var english = newPrinter(language.English, nil)

// English words sentences as they are in the code.
func English() *Printer { return english }

func newPrinter(tag language.Tag, po *gotext.Po) *Printer {
	p := &Printer{tag: tag, name: tag.String(), po: po}
	if po != nil {
		p.lines = po.GetDomain().GetTranslations() // a copy: read without the library's lock
		delete(p.lines, "")                        // the file's header
	}
	p.formats = readFormats(p)
	return p
}

// Language is the BCP 47 name of the printer's language, as the attribute lang takes it.
func (p *Printer) Language() string { return p.name }

// T words a sentence. With values it is a format as fmt.Sprintf takes it; a translation may order
// them otherwise, by "%[2]s". Values that implement Localizer are worded in the same language.
func (p *Printer) T(sentence string, values ...any) string {
	text := p.lookUp(sentence)
	if len(values) == 0 {
		return text
	}
	return fmt.Sprintf(text, p.localized(values)...)
}

// N words a sentence about n things: one when the language's plural rule says so, else many. In
// both, the first %s is the number as the language writes it; values follow.
func (p *Printer) N(one, many string, n int64, values ...any) string {
	text := one
	switch {
	case p.po != nil:
		text = p.po.GetN(one, many, pluralOperand(n))
	case n != 1:
		text = many
	}
	if p.change != nil {
		text = p.change(text)
	}
	return fmt.Sprintf(text, append([]any{p.Number(n)}, p.localized(values)...)...)
}

// C words a sentence whose meaning depends on where it is used, such as the name of a command.
func (p *Printer) C(context, sentence string) string {
	if p.po == nil {
		return sentence
	}
	return p.po.GetC(sentence, context)
}

func (p *Printer) lookUp(sentence string) string {
	if p.change != nil {
		return p.change(sentence)
	}
	if line, ok := p.lines[sentence]; ok {
		return line.Get()
	}
	return sentence
}

func (p *Printer) localized(values []any) []any {
	out := values
	copied := false
	for i, v := range values {
		l, ok := v.(Localizer)
		if !ok {
			continue
		}
		if !copied {
			out, copied = append([]any(nil), values...), true
		}
		out[i] = l.Localize(p)
	}
	return out
}

// pluralOperand is n as plural rules take it: they look at the last digits of what is not negative.
func pluralOperand(n int64) int {
	if n < 0 {
		n = -n
	}
	if n < 0 { // the smallest integer has no positive counterpart
		return 0
	}
	if n > 1_000_000 {
		n = 1_000_000 + n%1_000_000
	}
	return int(n)
}
