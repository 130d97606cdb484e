package extract

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"reflect"
	"strconv"
	"strings"
)

// A call whose arguments are sentences: the positions of the sentence and, with a plural, of the
// form for many.
type sentenceCall struct{ one, many int }

// Calls by the name of the method or function. With a package in front, only that package's.
var sentenceCalls = map[string]sentenceCall{
	"T":          {0, -1}, // Printer.T, and the shorthands of requests and interactions
	"N":          {0, 1},
	"i18n.M":     {0, -1},
	"i18n.Count": {1, 2},
	"fault.New":  {2, -1},
}

// contextCommand is the context of the names of commands.
const contextCommand = "command"

func (f *finder) goPackage(tree fs.FS, folder string) error {
	names, err := fs.Glob(tree, path.Join(folder, "*.go"))
	if err != nil {
		return err
	}
	set := token.NewFileSet()
	var files []*ast.File
	constants := make(map[string]string)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, file)
		collectConstants(file, constants)
	}
	for _, file := range files {
		g := goFile{finder: f, set: set, constants: constants}
		ast.Inspect(file, g.visit)
		if g.err != nil {
			return g.err
		}
	}
	return nil
}

func collectConstants(file *ast.File, into map[string]string) {
	for _, declaration := range file.Decls {
		group, ok := declaration.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			value := spec.(*ast.ValueSpec)
			for i, name := range value.Names {
				if i < len(value.Values) {
					if s, ok := literal(value.Values[i], nil); ok {
						into[name.Name] = s
					}
				}
			}
		}
	}
}

type goFile struct {
	*finder
	set       *token.FileSet
	constants map[string]string
	err       error
}

func (g *goFile) visit(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.CallExpr:
		g.call(n)
	case *ast.CompositeLit:
		g.command(n)
	case *ast.Field:
		g.tags(n)
	}
	return g.err == nil
}

func (g *goFile) found(node ast.Node, context, id, plural string) {
	at := g.set.Position(node.Pos())
	if err := g.add(fmt.Sprintf("%s:%d", at.Filename, at.Line), context, id, plural); err != nil && g.err == nil {
		g.err = err
	}
}

func (g *goFile) call(call *ast.CallExpr) {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	name := selector.Sel.Name
	if name == "Add" && len(call.Args) >= 2 { // fault.Fields.Add(name, sentence, …)
		if s, ok := literal(call.Args[1], g.constants); ok && strings.Contains(s, " ") {
			g.found(call.Args[1], "", s, "")
		}
		return
	}
	rule, ok := sentenceCalls[name]
	if !ok {
		pkg, isName := selector.X.(*ast.Ident)
		if !isName {
			return
		}
		if rule, ok = sentenceCalls[pkg.Name+"."+name]; !ok {
			return
		}
	}
	if len(call.Args) <= max(rule.one, rule.many) {
		return
	}
	one, ok := literal(call.Args[rule.one], g.constants)
	if !ok {
		return // worded elsewhere and only passed through
	}
	var many string
	if rule.many >= 0 {
		if many, ok = literal(call.Args[rule.many], g.constants); !ok {
			return
		}
	}
	g.found(call.Args[rule.one], "", one, many)
}

// command finds names and descriptions of commands, options and choices.
func (g *goFile) command(lit *ast.CompositeLit) {
	kind := lit.Type
	if list, ok := kind.(*ast.ArrayType); ok {
		if isCommandPart(list.Elt) {
			for _, element := range lit.Elts {
				if item, ok := element.(*ast.CompositeLit); ok && item.Type == nil {
					g.commandFields(item)
				}
			}
		}
		return
	}
	if isCommandPart(kind) {
		g.commandFields(lit)
	}
}

func isCommandPart(kind ast.Expr) bool {
	selector, ok := kind.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := selector.X.(*ast.Ident)
	return ok && pkg.Name == "discord" &&
		(strings.HasPrefix(selector.Sel.Name, "ApplicationCommandOption") || strings.HasSuffix(selector.Sel.Name, "CommandCreate"))
}

func (g *goFile) commandFields(lit *ast.CompositeLit) {
	for _, element := range lit.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key, _ := pair.Key.(*ast.Ident)
		text, isText := literal(pair.Value, g.constants)
		if key == nil || !isText {
			continue
		}
		switch key.Name {
		case "Name":
			g.found(pair.Value, contextCommand, text, "")
		case "Description":
			g.found(pair.Value, "", text, "")
		}
	}
}

// tags finds the label and the help of a setting in the tags of its field.
func (g *goFile) tags(field *ast.Field) {
	if field.Tag == nil {
		return
	}
	raw, err := strconv.Unquote(field.Tag.Value)
	if err != nil {
		return
	}
	if _, labelled := reflect.StructTag(raw).Lookup("label"); !labelled {
		return // a flag of the command line
	}
	for _, name := range []string{"label", "help", "unit"} {
		if text, ok := reflect.StructTag(raw).Lookup(name); ok {
			g.found(field.Tag, "", text, "")
		}
	}
}

// literal is the value of a string literal, of several joined by +, or of a constant of the package.
func literal(e ast.Expr, constants map[string]string) (string, bool) {
	switch v := e.(type) {
	case *ast.BasicLit:
		if v.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(v.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		left, ok := literal(v.X, constants)
		right, too := literal(v.Y, constants)
		return left + right, ok && too && v.Op == token.ADD
	case *ast.ParenExpr:
		return literal(v.X, constants)
	case *ast.Ident:
		s, ok := constants[v.Name]
		return s, ok
	}
	return "", false
}
