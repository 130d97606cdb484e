// Package bottest checks the words of replies in every language.
package bottest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Worded requires that replies say nothing that bypasses the printer, that German has every sentence,
// and that no language exceeds what Discord takes. Names that say returns must have no lower-case
// letters, to be told from sentences.
func Worded(t *testing.T, say func(p *i18n.Printer) []bot.Reply) {
	t.Helper()
	languages, err := i18n.Load(os.DirFS(sourceTree(t)))
	require.NoError(t, err)
	english := say(i18n.English())
	require.NotEmpty(t, english)
	for _, language := range []string{i18n.PseudoLanguage, "de"} {
		p := languages.WithPseudo().Printer(language)
		require.Equal(t, language, p.Language())
		for i, reply := range say(p) {
			withinLimits(t, reply)
			source := texts(t, english[i])
			for j, text := range texts(t, reply) {
				for k, line := range strings.Split(text, "\n") {
					switch words := plain(line); language {
					case i18n.PseudoLanguage:
						require.NotRegexp(t, unaccented, words, "a sentence bypasses the printer in %q", text)
					default:
						lines := strings.Split(source[j], "\n")
						if k < len(lines) && sentence.MatchString(words) {
							require.NotEqual(t, lines[k], line, "%s lacks a sentence", language)
						}
					}
				}
			}
		}
	}
}

var (
	code       = regexp.MustCompile("`[^`]*`|<[^>]*>|https?://\\S+|\\d+ [A-Z][a-z]+ \\d{4} at") // dates have a format of their own
	unaccented = regexp.MustCompile(`[aeiouycnsz]`)
	sentence   = regexp.MustCompile(`\p{Ll}{2,}\s+\S*\p{Ll}{2,}`)
)

// plain is a text without what programs read.
func plain(text string) string { return code.ReplaceAllString(text, "") }

// texts are what a person reads of a reply.
func texts(t *testing.T, r bot.Reply) []string {
	t.Helper()
	var found []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			for _, key := range []string{"title", "description", "label", "placeholder"} {
				if s, ok := v[key].(string); ok && s != "" {
					found = append(found, s)
				}
			}
			for _, key := range []string{"components", "component", "options"} {
				walk(v[key])
			}
		}
	}
	for _, part := range []any{r.Embeds, r.Components, r.Modal} {
		raw, err := json.Marshal(part)
		require.NoError(t, err)
		var v any
		require.NoError(t, json.Unmarshal(raw, &v))
		walk(v)
	}
	return found
}

func withinLimits(t *testing.T, r bot.Reply) {
	t.Helper()
	within := func(text string, limit int) {
		require.LessOrEqual(t, utf8.RuneCountInString(text), limit, "%q", text)
	}
	for _, e := range r.Embeds {
		within(e.Title, 256)
		within(e.Description, 4096)
		require.False(t, strings.HasSuffix(e.Description, "…"), "%q is cut", e.Description)
	}
	if r.Modal != nil {
		within(r.Modal.Title, 45)
	}
	raw, err := json.Marshal(r.Components)
	require.NoError(t, err)
	for _, label := range regexp.MustCompile(`"label":"([^"]*)"(,"value")?`).FindAllStringSubmatch(string(raw), -1) {
		if label[2] != "" { // a choice of a menu
			within(label[1], 100)
		} else {
			within(label[1], 80)
		}
	}
}

// sourceTree is the folder of go.mod above the test.
func sourceTree(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		require.NotEqual(t, filepath.Dir(dir), dir, "no go.mod above the test")
		dir = filepath.Dir(dir)
	}
}
