// Package i18n words what people read in their own language.
//
// Code holds the English sentence, which is also its key: p.T("Your balance is %s.", i18n.Bytes(n)).
// A language is one file, LANGUAGE.po, that translators' tools read; it holds the sentences, the
// plural rule and the formats of numbers and dates. What a language lacks appears in English.
package i18n

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/leonelquinteros/gotext"
	"golang.org/x/text/language"
)

// Folder is where the catalogues lie in the files that ship.
const Folder = "ui/i18n"

// PseudoLanguage is English with accents and a third longer. Tests use it to find sentences that
// bypass the printer and places that are too narrow for other languages.
const PseudoLanguage = "en-XA"

// Catalogues are the languages that the program speaks. They are safe for concurrent use.
type Catalogues struct {
	matcher  language.Matcher
	printers []*Printer // in the order of the matcher's tags; the first is English
}

// Load reads every LANGUAGE.po in Folder of files. It fails when a file has another name than a
// language, no plural rule or no sentence.
func Load(files fs.FS) (*Catalogues, error) {
	names, err := fs.Glob(files, path.Join(Folder, "*.po"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	c := &Catalogues{printers: []*Printer{English()}}
	tags := []language.Tag{language.English}
	for _, name := range names {
		tag, err := language.Parse(strings.TrimSuffix(path.Base(name), ".po"))
		if err != nil {
			return nil, fmt.Errorf("%s: the file is not named after a language: %w", name, err)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read catalogue: %w", err)
		}
		po := gotext.NewPo()
		po.Parse(text)
		if po.GetDomain().PluralForms == "" || len(po.GetDomain().GetTranslations()) == 0 {
			return nil, fmt.Errorf("%s: no Plural-Forms in its header, or no sentence", name)
		}
		tags = append(tags, tag)
		c.printers = append(c.printers, newPrinter(tag, po))
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

// WithPseudo returns the catalogues with PseudoLanguage, which only an exact request for it finds.
func (c *Catalogues) WithPseudo() *Catalogues {
	return &Catalogues{matcher: c.matcher, printers: append(slices.Clip(c.printers), pseudo())}
}

// Languages lists what the program speaks, English first.
func (c *Catalogues) Languages() []language.Tag {
	tags := make([]language.Tag, len(c.printers))
	for i, p := range c.printers {
		tags[i] = p.tag
	}
	return tags
}

// Printer returns the printer of the first preference that the program speaks, else English. A
// preference is a locale of Discord ("de", "pt-BR") or the value of an Accept-Language header.
func (c *Catalogues) Printer(preferences ...string) *Printer {
	var wanted []language.Tag
	for _, preference := range preferences {
		if last := c.printers[len(c.printers)-1]; preference == PseudoLanguage && last.Language() == PseudoLanguage {
			return last
		}
		tags, _, err := language.ParseAcceptLanguage(preference)
		if err != nil {
			continue // somebody else's header; English is an answer too
		}
		wanted = append(wanted, tags...)
	}
	if len(wanted) == 0 {
		return c.printers[0]
	}
	_, i, confidence := c.matcher.Match(wanted...)
	if confidence == language.No {
		return c.printers[0]
	}
	return c.printers[i]
}
