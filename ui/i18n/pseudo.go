package i18n

import (
	"strings"

	"golang.org/x/text/language"
)

func pseudo() *Printer {
	p := newPrinter(language.English, nil)
	p.name = PseudoLanguage
	p.change = pseudonymous
	return p
}

var accents = strings.NewReplacer(
	"a", "á", "e", "é", "i", "í", "o", "ó", "u", "ú", "y", "ý", "c", "ç", "n", "ñ", "s", "š", "z", "ž",
	"A", "Á", "E", "É", "I", "Í", "O", "Ó", "U", "Ú", "Y", "Ý", "C", "Ç", "N", "Ñ", "S", "Š", "Z", "Ž",
)

// pseudonymous gives a sentence accents and makes it a third longer. What programs read stays as
// it is: verbs of formats, code between back quotes, mentions and addresses between < and >.
func pseudonymous(sentence string) string {
	if strings.TrimSpace(sentence) == "" {
		return sentence
	}
	var b strings.Builder
	rest := sentence
	for rest != "" {
		start := strings.IndexAny(rest, "%`<")
		if start < 0 {
			b.WriteString(accents.Replace(rest))
			break
		}
		b.WriteString(accents.Replace(rest[:start]))
		end := start + 1
		switch rest[start] {
		case '%':
			for end < len(rest) && strings.IndexByte("0123456789[].+-# ", rest[end]) >= 0 {
				end++
			}
			end = min(end+1, len(rest))
		case '`':
			if i := strings.IndexByte(rest[end:], '`'); i >= 0 {
				end += i + 1
			}
		case '<':
			if i := strings.IndexByte(rest[end:], '>'); i >= 0 {
				end += i + 1
			}
		}
		b.WriteString(rest[start:end])
		rest = rest[end:]
	}
	return b.String() + strings.Repeat("·", (len([]rune(sentence))+2)/3)
}
