package ui

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/ui/words"
)

// functions are what templates may call beside what html/template brings.
func functions(assets *Assets, icons map[string]template.HTML) template.FuncMap {
	return template.FuncMap{
		"asset": assets.Path,
		"icon":  func(name string) (template.HTML, error) { return icon(icons, name, "") },
		// bigicon is for places where an icon is the picture, such as an empty state.
		"bigicon":  func(name string) (template.HTML, error) { return icon(icons, name, " icon-lg") },
		"number":   number,
		"bytes":    words.Bytes,
		"count":    counted,
		"duration": words.Duration,
		"iso":      func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"exact":    func(t time.Time) string { return t.UTC().Format("Monday, 2 January 2006 15:04:05 UTC") },
		"moment":   func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 UTC") },
		"day":      func(t time.Time) string { return t.UTC().Format("2 Jan 2006") },
		"color":    color,
		"initials": initials,
		"join":     strings.Join,
		"id":       func(id snowflake.ID) string { return id.String() },
		"add":      func(a, b int) int { return a + b },
	}
}

// icon draws one of the built-in icons. It says nothing to a screen reader: the text beside it, or
// the label of its button, does.
func icon(icons map[string]template.HTML, name, class string) (template.HTML, error) {
	body, ok := icons[name]
	if !ok {
		return "", fmt.Errorf("there is no icon %q; add it to ui/icons.json and run make assets", name)
	}
	return template.HTML(`<svg class="icon`+class+`" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">`) + body + `</svg>`, nil //nolint:gosec // built by us from a fixed set
}

func number(n any) (string, error) {
	v, err := whole(n)
	return words.Number(v), err
}

func counted(n any, noun string) (string, error) {
	v, err := whole(n)
	return words.Count(v, noun), err
}

func whole(n any) (int64, error) {
	switch v := n.(type) {
	case int:
		return int64(v), nil
	case int64:
		return v, nil
	case *int64:
		if v != nil {
			return *v, nil
		}
	}
	return 0, fmt.Errorf("%T %v is no whole number", n, n)
}

// color is a Discord colour as SVG takes it. 0 is Discord's "no colour", for which the text's own
// stands in.
func color(rgb int) string {
	if rgb == 0 {
		return "currentColor"
	}
	return fmt.Sprintf("#%06x", rgb&0xffffff)
}

// initials stand in for a picture: the first letters of at most two words.
func initials(name string) string {
	var b strings.Builder
	for i, word := range strings.Fields(name) {
		if i == 2 {
			break
		}
		for _, letter := range word {
			b.WriteString(strings.ToUpper(string(letter)))
			break
		}
	}
	if b.Len() == 0 {
		return "?"
	}
	return b.String()
}
