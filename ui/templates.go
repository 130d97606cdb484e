package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// otherEngine is the folder whose templates the stand-in's own page engine reads.
const otherEngine = "playground"

// Templates turns views into HTML. All templates are parsed when it is made, so that a broken one
// stops the program at its start and not a visitor. It is safe for concurrent use.
type Templates struct {
	assets *Assets
	parse  func() (*templateSet, error)
}

// NewTemplates parses every template of files, which has the folders ui and dist. It returns an
// error that names the template and the line when one is wrong.
func NewTemplates(files fs.FS, assets *Assets) (*Templates, error) {
	t := &Templates{assets: assets}
	set, err := t.parseAll(files)
	if err != nil {
		return nil, err
	}
	t.parse = func() (*templateSet, error) { return set, nil }
	return t, nil
}

// LiveTemplates parses the templates again for each view, for someone who is writing them.
func LiveTemplates(files fs.FS, assets *Assets) *Templates {
	t := &Templates{assets: assets}
	t.parse = func() (*templateSet, error) { return t.parseAll(files) }
	return t
}

// Names lists the templates, sorted.
func (t *Templates) Names() ([]string, error) {
	set, err := t.parse()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, one := range set.parsed.Templates() {
		names = append(names, one.Name())
	}
	slices.Sort(names)
	return names, nil
}

// Render executes a view's template in the language of the printer. Nothing is written before all of
// it worked: the bytes are the whole response or there is an error.
func (t *Templates) Render(p *i18n.Printer, v View) ([]byte, error) {
	set, err := t.parse()
	if err != nil {
		return nil, err
	}
	templates, err := set.in(p)
	if err != nil {
		return nil, err
	}
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := templates.ExecuteTemplate(b, v.Template(), v); err != nil {
		return nil, fmt.Errorf("render %s: %w", v.Template(), err)
	}
	return bytes.Clone(b.Bytes()), nil
}

// templateSet holds the templates once as they were parsed and once for each language that was asked
// for, whose functions word in it.
type templateSet struct {
	parsed    *template.Template // never executed, so that it can be cloned
	mu        sync.Mutex
	languages map[*i18n.Printer]*template.Template
}

func (s *templateSet) in(p *i18n.Printer) (*template.Template, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.languages[p]; ok {
		return t, nil
	}
	t, err := s.parsed.Clone()
	if err != nil {
		return nil, fmt.Errorf("clone templates: %w", err)
	}
	t.Funcs(wording(p)).Funcs(template.FuncMap{"view": viewIn(t)})
	s.languages[p] = t
	return t, nil
}

// viewIn shows one view inside another, which need not know its kind.
func viewIn(set *template.Template) func(View) (template.HTML, error) {
	return func(v View) (template.HTML, error) {
		if v == nil {
			return "", errors.New("there is no view to show")
		}
		var b strings.Builder
		err := set.ExecuteTemplate(&b, v.Template(), v)
		return template.HTML(b.String()), err //nolint:gosec // a template of ours, escaped by its own execution
	}
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func (t *Templates) parseAll(files fs.FS) (*templateSet, error) {
	icons, err := readIcons(files)
	if err != nil {
		return nil, err
	}
	set := template.New("")
	set.Funcs(functions(t.assets, icons)).Funcs(wording(i18n.English())).Funcs(template.FuncMap{"view": viewIn(set)})
	paths, err := fs.Glob(files, "ui/*/*.html")
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, errors.New("there are no templates below ui/")
	}
	for _, path := range paths {
		name := strings.TrimSuffix(strings.TrimPrefix(path, "ui/"), ".html")
		if strings.HasPrefix(name, otherEngine+"/") {
			continue
		}
		text, err := fs.ReadFile(files, path)
		if err != nil {
			return nil, fmt.Errorf("read template: %w", err)
		}
		if _, err := set.New(name).Parse(strings.TrimRight(string(text), "\n")); err != nil {
			return nil, fmt.Errorf("parse template: %w", err)
		}
	}
	return &templateSet{parsed: set, languages: make(map[*i18n.Printer]*template.Template)}, nil
}

// readIcons reads what is inside the <svg> of each icon that is built in.
func readIcons(files fs.FS) (map[string]template.HTML, error) {
	text, err := fs.ReadFile(files, "dist/icons.json")
	if err != nil {
		return nil, fmt.Errorf("read icons: %w; run make assets", err)
	}
	icons := make(map[string]template.HTML)
	if err := json.Unmarshal(text, &icons); err != nil {
		return nil, fmt.Errorf("dist/icons.json: %w", err)
	}
	return icons, nil
}
