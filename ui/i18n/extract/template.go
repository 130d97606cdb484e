package extract

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"text/template/parse"

	"golang.org/x/net/html"
)

// action marks in the text of a template what is filled in.
const action = "\uFFFC"

func (f *finder) template(tree fs.FS, path string) error {
	text, err := fs.ReadFile(tree, path)
	if err != nil {
		return err
	}
	set := make(map[string]*parse.Tree)
	t := parse.New(path)
	t.Mode = parse.SkipFuncCheck
	if _, err := t.Parse(string(text), "", "", set); err != nil {
		return err
	}
	for _, one := range set {
		if one.Root == nil {
			continue
		}
		tf := templateFile{finder: f, path: path, text: string(text)}
		tf.nodes(one.Root)
		if tf.err != nil {
			return tf.err
		}
		tf.bypasses()
	}
	return nil
}

type templateFile struct {
	*finder
	path, text string
	html       strings.Builder // the template with actions replaced
	err        error
}

func (t *templateFile) nodes(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.TextNode:
			t.html.Write(n.Text)
		case *parse.ActionNode:
			t.pipe(n.Pipe)
			t.html.WriteString(action)
		case *parse.TemplateNode:
			t.pipe(n.Pipe)
			t.html.WriteString(action)
		case *parse.IfNode:
			t.branch(&n.BranchNode)
		case *parse.RangeNode:
			t.branch(&n.BranchNode)
		case *parse.WithNode:
			t.branch(&n.BranchNode)
		}
	}
}

func (t *templateFile) branch(n *parse.BranchNode) {
	t.pipe(n.Pipe)
	t.nodes(n.List)
	t.nodes(n.ElseList)
}

func (t *templateFile) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for _, command := range p.Cmds {
		t.command(command)
	}
}

func (t *templateFile) command(c *parse.CommandNode) {
	for _, arg := range c.Args {
		if nested, ok := arg.(*parse.PipeNode); ok {
			t.pipe(nested)
		}
	}
	name, ok := c.Args[0].(*parse.IdentifierNode)
	if !ok {
		return
	}
	literals := make([]string, len(c.Args))
	for i, arg := range c.Args {
		if s, ok := arg.(*parse.StringNode); ok {
			literals[i] = s.Text
		}
	}
	where := fmt.Sprintf("%s:%d", t.path, 1+strings.Count(t.text[:int(c.Pos)], "\n"))
	switch {
	case (name.Ident == "t" || name.Ident == "th") && len(c.Args) > 1:
		t.found(where, literals[1], "")
	case name.Ident == "n" && len(c.Args) > 2:
		t.found(where, literals[1], literals[2])
	case name.Ident == "count" && len(c.Args) > 2 && literals[2] != "":
		t.found(where, "%s "+literals[2], "%s "+literals[2]+"s")
	case name.Ident == "bytes":
		t.found(where, "%s byte", "%s bytes")
	}
}

func (t *templateFile) found(where, id, plural string) {
	if err := t.add(where, "", id, plural); err != nil && t.err == nil {
		t.err = err
	}
}

// readable are the attributes whose values people read or hear.
var readable = map[string]bool{
	"aria-label": true, "title": true, "placeholder": true, "alt": true, "hx-confirm": true, "data-label": true, "data-confirm": true,
}

// words finds two letters in a row; names of products are the same in every language.
var (
	words    = regexp.MustCompile(`\p{L}{2,}`)
	products = strings.NewReplacer("Smarter Dev", "", "smarterdev", "", "Discord", "", "CSV", "", "JSON", "", "REST", "", "API", "", "UTC", "", "GitHub", "", "CHAR", "", "grow.go", "")
)

// bypasses finds text that is in the template itself instead of going through t.
func (t *templateFile) bypasses() {
	tokens := html.NewTokenizer(strings.NewReader(t.html.String()))
	quiet := 0 // inside of elements whose text is no language
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			if quiet == 0 && !strings.HasPrefix(strings.TrimSpace(string(tokens.Raw())), "aria-") { // a part of a tag
				t.bypass(string(tokens.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			if token.Type == html.StartTagToken && speechless(token.Data) {
				quiet++
			}
			for _, a := range token.Attr {
				if readable[a.Key] {
					t.bypass(a.Val)
				}
			}
		case html.EndTagToken:
			if name, _ := tokens.TagName(); speechless(string(name)) {
				quiet--
			}
		}
	}
}

func speechless(tag string) bool {
	switch tag {
	case "script", "style", "svg", "code", "pre", "kbd":
		return true
	}
	return false
}

func (t *templateFile) bypass(text string) {
	if words.MatchString(products.Replace(text)) {
		t.bypassed = append(t.bypassed, Bypass{Where: t.path, Text: strings.Join(strings.Fields(text), " ")})
	}
}
