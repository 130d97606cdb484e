package sandbox_test

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// documented is what Discord's documentation says of responses and events, condensed:
//
//	METHOD /path/{parameter} STATUS TYPE or STATUS TYPE    a route of the API
//	GATEWAY EVENT TYPE                                     an event
//	Name = TYPE                                            another name for a type
//	Name Base                                              an object with the fields of Base and
//		field TYPE                                         these, in their place; Base may be missing
//		field? TYPE                                        may be absent
//
// A type is snowflake, string, int, number, bool, time, null, any, =constant, [list], {map}, a name, or
// several of these with | between them.
//
//go:embed testdata/discord.txt
var documented string

// property is a field of an object.
type property struct {
	kind     string
	optional bool
}

// schemas are the documented types, by name; routes by method and pattern, then status; events by name.
type schemas struct {
	objects map[string]map[string]property
	aliases map[string]string
	routes  map[string]map[int]string
	events  map[string]string
}

func readSchemas(t *testing.T) *schemas {
	t.Helper()
	s := &schemas{make(map[string]map[string]property), make(map[string]string), make(map[string]map[int]string), make(map[string]string)}
	var object map[string]property
	bases := make(map[string]string)
	for line := range strings.Lines(documented) {
		line = strings.TrimRight(line, "\n")
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case line[0] == '\t':
			require.Len(t, words, 2, line)
			name, optional := strings.CutSuffix(words[0], "?")
			object[name] = property{words[1], optional}
		case words[0] == "GATEWAY":
			s.events[words[1]] = words[2]
		case len(words) > 1 && words[1][0] == '/':
			s.routes[words[0]+" "+words[1]] = make(map[int]string)
			for answer := range strings.SplitSeq(strings.Join(words[2:], " "), " or ") {
				status, kind, _ := strings.Cut(answer, " ")
				n, err := strconv.Atoi(status)
				require.NoError(t, err, line)
				s.routes[words[0]+" "+words[1]][n] = kind
			}
		case len(words) == 3 && words[1] == "=":
			s.aliases[words[0]] = words[2]
		default:
			object = make(map[string]property)
			s.objects[words[0]] = object
			if len(words) > 1 {
				bases[words[0]] = words[1]
			}
		}
	}
	var inherit func(name string) map[string]property
	inherit = func(name string) map[string]property {
		base, ok := bases[name]
		if !ok {
			return s.objects[name]
		}
		delete(bases, name)
		for k, f := range inherit(base) {
			if _, own := s.objects[name][k]; !own {
				s.objects[name][k] = f
			}
		}
		return s.objects[name]
	}
	for name := range s.objects {
		inherit(name)
	}
	return s
}

// check returns what is wrong with a value of a type, each with where it is.
func (s *schemas) check(kind string, v any, at string) []string {
	choices := alternatives(kind)
	if len(choices) == 1 {
		return s.one(kind, v, at)
	}
	var closest []string
	meant := false // whether closest is of a choice that has its constants
	for _, choice := range choices {
		wrong := s.one(choice, v, at)
		if len(wrong) == 0 {
			return nil
		}
		if closer := s.meant(choice, v); closest == nil || closer && !meant || closer == meant && len(wrong) < len(closest) {
			closest, meant = wrong, closer
		}
	}
	return closest
}

// meant reports whether a value has the constants of an object, such as its type.
func (s *schemas) meant(kind string, v any) bool {
	fields, isObject := s.objects[kind]
	o, ok := v.(object)
	for name, f := range fields {
		ok = ok && (f.kind[0] != '=' || fmt.Sprint(o[name]) == f.kind[1:])
	}
	return isObject && ok
}

func (s *schemas) one(kind string, v any, at string) []string {
	wrong := func(ok bool) []string {
		if ok {
			return nil
		}
		return []string{fmt.Sprintf("%s is no %s: %.80v", at, kind, v)}
	}
	if alias, ok := s.aliases[kind]; ok {
		return s.check(alias, v, at)
	}
	if fields, ok := s.objects[kind]; ok {
		o, ok := v.(object)
		if !ok {
			return wrong(false)
		}
		return s.fields(kind, fields, o, at)
	}
	number, isNumber := v.(float64)
	text, isText := v.(string)
	switch {
	case kind == "any":
		return nil
	case kind == "null":
		return wrong(v == nil)
	case kind == "bool":
		_, ok := v.(bool)
		return wrong(ok)
	case kind == "string":
		return wrong(isText)
	case kind == "number":
		return wrong(isNumber)
	case kind == "int":
		return wrong(isNumber && number == float64(int64(number)))
	case kind == "snowflake":
		n, err := strconv.ParseUint(text, 10, 64)
		return wrong(isText && err == nil && n > 0)
	case kind == "time":
		_, err := time.Parse("2006-01-02T15:04:05.000000-07:00", text)
		_, whole := time.Parse("2006-01-02T15:04:05-07:00", text)
		return wrong(isText && (err == nil || whole == nil) && !strings.HasSuffix(text, "Z"))
	case kind[0] == '=':
		return wrong(fmt.Sprint(v) == kind[1:])
	case kind[0] == '[':
		list, ok := v.([]any)
		if !ok {
			return wrong(false)
		}
		var all []string
		for i, item := range list {
			all = append(all, s.check(kind[1:len(kind)-1], item, fmt.Sprintf("%s[%d]", at, i))...)
		}
		return all
	case kind[0] == '{':
		o, ok := v.(object)
		if !ok {
			return wrong(false)
		}
		var all []string
		for k, item := range o {
			all = append(all, s.check(kind[1:len(kind)-1], item, at+"."+k)...)
		}
		return all
	}
	return []string{at + ": there is no type " + kind}
}

func (s *schemas) fields(kind string, fields map[string]property, o object, at string) (wrong []string) {
	for name, f := range fields {
		v, there := o[name]
		switch {
		case there:
			wrong = append(wrong, s.check(f.kind, v, at+"."+name)...)
		case !f.optional:
			wrong = append(wrong, fmt.Sprintf("%s: a %s without %s", at, kind, name))
		}
	}
	for name := range o {
		if _, known := fields[name]; !known {
			wrong = append(wrong, fmt.Sprintf("%s: a %s has no %s", at, kind, name))
		}
	}
	slices.Sort(wrong)
	return wrong
}

// alternatives splits a type at the | outside of lists and maps.
func alternatives(kind string) (list []string) {
	depth, from := 0, 0
	for i, r := range kind {
		switch r {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		case '|':
			if depth == 0 {
				list = append(list, kind[from:i])
				from = i + 1
			}
		}
	}
	return append(list, kind[from:])
}
