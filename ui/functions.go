package ui

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// functions are what templates may call beside what html/template brings.
func functions(assets *Assets, icons map[string]template.HTML) template.FuncMap {
	return template.FuncMap{
		"asset": assets.Path,
		"icon":  func(name string) (template.HTML, error) { return icon(icons, name, "") },
		// bigicon is for places where an icon is the picture, such as an empty state.
		"bigicon": func(name string) (template.HTML, error) { return icon(icons, name, " icon-lg") },
		"iso":     func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"color":   color,
		"code":    func(s string) template.HTML { return element("code", s) },
		"em":      func(s string) template.HTML { return element("em", s) },
		"link": func(path, label string) template.HTML {
			return template.HTML(`<a href="` + template.HTMLEscapeString(path) + `">` + template.HTMLEscapeString(label) + `</a>`) //nolint:gosec // escaped
		},
		"initials": initials,
		"join":     strings.Join,
		"id":       func(id snowflake.ID) string { return id.String() },
		"add":      func(a, b int) int { return a + b },
	}
}

// wording are the functions that word in the reader's language.
func wording(p *i18n.Printer) template.FuncMap {
	return template.FuncMap{
		"lang": p.Language,
		// t words a sentence of the template, with its values, or a text that a view brings.
		"t": func(sentence any, values ...any) (string, error) {
			switch s := sentence.(type) {
			case string:
				return p.T(s, values...), nil
			case i18n.Localizer:
				return s.Localize(p), nil
			}
			return "", fmt.Errorf("t: %T is not a text", sentence)
		},
		// th is t for a sentence with markup in it: values made by code, em and link stay as they
		// are, everything else is escaped.
		"th": func(sentence string, values ...any) template.HTML {
			for i, v := range values {
				if _, markup := v.(template.HTML); !markup {
					values[i] = template.HTMLEscapeString(fmt.Sprint(v))
				}
			}
			format := template.HTMLEscapeString(p.T(sentence))
			return template.HTML(fmt.Sprintf(format, values...)) //nolint:gosec // every part is escaped
		},
		// n words a sentence about n things: n "%s pet" "%s pets" .Count.
		"n": func(one, many string, n any, values ...any) (string, error) {
			v, err := whole(n)
			return p.N(one, many, v, values...), err
		},
		"count": func(n any, noun string) (string, error) {
			v, err := whole(n)
			return p.N("%s "+noun, "%s "+noun+"s", v), err
		},
		"number": func(n any) (string, error) {
			v, err := whole(n)
			return p.Number(v), err
		},
		"bytes":    p.Bytes,
		"duration": p.Duration,
		"exact":    p.ExactMoment,
		"moment":   p.ShortMoment,
		"day":      p.Day,
	}
}

// element is a piece of markup for th.
func element(name, text string) template.HTML {
	return template.HTML("<" + name + ">" + template.HTMLEscapeString(text) + "</" + name + ">") //nolint:gosec // escaped
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
