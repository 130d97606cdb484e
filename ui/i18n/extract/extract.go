// Package extract finds the sentences of the program, for the catalogues of package i18n and for
// the tests that compare the two.
package extract

import (
	"cmp"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Message is a sentence that catalogues translate.
type Message struct {
	Context string // "command" for names that Discord shows; usually empty
	ID      string // the English sentence, the singular where there is a plural
	Plural  string
	Where   []string // "app/economy/replies.go:18", in order
}

// Bypass is a text that people read and that no catalogue can translate.
type Bypass struct{ Where, Text string }

// Find reads all Go files and templates of the source tree, tests and the stand-in left out. The
// messages are ordered by where they first appear.
func Find(tree fs.FS) ([]Message, []Bypass, error) {
	f := finder{byKey: make(map[[2]string]*Message)}
	err := fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && skipped(path):
			return fs.SkipDir
		case entry.IsDir() && (path == "app" || strings.HasPrefix(path, "app/") || path == "ui" || strings.HasPrefix(path, "ui/") || path == "store"):
			return f.goPackage(tree, path)
		case strings.HasPrefix(path, "ui/") && strings.HasSuffix(path, ".html"):
			return f.template(tree, path)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	slices.SortStableFunc(f.messages, func(a, b *Message) int { return cmp.Compare(a.Where[0], b.Where[0]) })
	messages := make([]Message, len(f.messages))
	for i, m := range f.messages {
		messages[i] = *m
	}
	return messages, f.bypassed, nil
}

// skipped folders hold no sentence that is translated: the API and the stand-in speak English.
func skipped(path string) bool {
	switch path {
	case ".git", ".cache", "dist", "docs", "migrations", "data", "app/platform/api", "app/sandbox", "app/apptest", "ui/node_modules", "ui/playground", "ui/reference", "ui/i18n/extract":
		return true
	}
	return strings.HasPrefix(path, ".") && path != "."
}

// verbs are those of formats.
var verbs = regexp.MustCompile(`%[-+# 0-9.\[\]]*[a-zA-Z%]`)

type finder struct {
	messages []*Message
	byKey    map[[2]string]*Message
	bypassed []Bypass
}

func (f *finder) add(where, context, id, plural string) error {
	if !strings.ContainsFunc(verbs.ReplaceAllString(id, ""), unicode.IsLetter) {
		return nil // the same in every language
	}
	key := [2]string{context, id}
	m, known := f.byKey[key]
	if !known {
		m = &Message{Context: context, ID: id, Plural: plural}
		f.byKey[key] = m
		f.messages = append(f.messages, m)
	}
	if m.Plural == "" {
		m.Plural = plural
	} else if plural != "" && m.Plural != plural {
		return fmt.Errorf("%s: %q has the plurals %q and %q", where, id, m.Plural, plural)
	}
	m.Where = append(m.Where, where)
	return nil
}
