package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// field is one setting with what its tags say.
type field struct {
	name                 string
	initial              json.RawMessage
	least, most          *int64
	longest, items, keys int // 0 for no limit
	enum                 []string
	unit, label, help    string
	kind                 reflect.Type
}

func readField(f reflect.StructField) field {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" || name == "-" || !f.IsExported() {
		panic(fmt.Sprintf("setting %s has no name in JSON", f.Name))
	}
	s := field{
		name: name, kind: f.Type, unit: f.Tag.Get("unit"), label: f.Tag.Get("label"), help: f.Tag.Get("help"),
		least: number(f, "minimum"), most: number(f, "maximum"),
		longest: limit(f, "maxLength"), items: limit(f, "maxItems"), keys: limit(f, "maxProperties"),
	}
	if list := f.Tag.Get("enum"); list != "" {
		s.enum = strings.Split(list, ",")
	}
	initial, ok := f.Tag.Lookup("default")
	if !ok {
		initial, ok = f.Tag.Lookup("initial")
	}
	switch {
	case !ok:
		panic(fmt.Sprintf("setting %s has no default", name))
	case f.Type.Kind() == reflect.String && !strings.HasPrefix(initial, `"`):
		initial = strconv.Quote(initial) // as huma writes the default of a string
	}
	s.initial = json.RawMessage(initial)
	return s
}

func number(f reflect.StructField, tag string) *int64 {
	text, ok := f.Tag.Lookup(tag)
	if !ok {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		panic(fmt.Sprintf("setting %s: %s is %q", f.Name, tag, text))
	}
	return &n
}

func limit(f reflect.StructField, tag string) int {
	if n := number(f, tag); n != nil {
		return int(*n)
	}
	return 0
}

// Problem is the error of UnmarshalJSON with a sentence that may be told to a person.
type Problem string

func (p Problem) Error() string { return string(p) }

// decode reads a value of the setting into the field of a document and notes what is wrong with it.
func (s *field) decode(f *fault.Fields, text json.RawMessage, into reflect.Value) {
	fresh := reflect.New(s.kind) // a map in the document must not be added to
	err := json.Unmarshal(text, fresh.Interface())
	var p Problem
	switch {
	case errors.As(err, &p):
		f.Add(s.name, "%s", string(p))
	case err != nil:
		f.Add(s.name, "This must be %s.", s.form())
	default:
		into.Set(fresh.Elem())
		s.check(f, into)
	}
}

// form says what the setting looks like.
func (s *field) form() i18n.Text {
	switch s.kind.Kind() {
	case reflect.Bool:
		return i18n.M("true or false")
	case reflect.Int, reflect.Int64:
		return i18n.M("a whole number, digits only")
	case reflect.String:
		return i18n.M("text")
	case reflect.Slice:
		return i18n.M("a list")
	}
	return i18n.M("an object")
}

// check notes what is wrong with a value.
func (s *field) check(f *fault.Fields, v reflect.Value) {
	switch s.kind.Kind() {
	case reflect.Int, reflect.Int64:
		if n := v.Int(); s.least != nil && n < *s.least || s.most != nil && n > *s.most {
			f.Add(s.name, "This must be a whole number %s, not %s.", s.bounds(), i18n.Number(n))
		}
	case reflect.String:
		if n := utf8.RuneCountInString(v.String()); s.longest > 0 && n > s.longest {
			f.Add(s.name, "This can have at most %s; it has %s.", i18n.Count(int64(s.longest), "%s character", "%s characters"), i18n.Number(n))
		}
		if len(s.enum) > 0 && !slices.Contains(s.enum, v.String()) {
			f.Add(s.name, "This must be one of %s.", strings.Join(s.enum, ", "))
		}
	case reflect.Slice:
		if s.items > 0 && v.Len() > s.items {
			f.Add(s.name, "There can be at most %d, not %d.", s.items, v.Len())
		}
	case reflect.Map:
		if s.keys > 0 && v.Len() > s.keys {
			f.Add(s.name, "There can be at most %d, not %d.", s.keys, v.Len())
		}
	}
	if c, ok := v.Interface().(interface {
		Check(f *fault.Fields, name string)
	}); ok {
		c.Check(f, s.name)
	}
}

// bounds are the limits of a number that has some.
func (s *field) bounds() i18n.Text {
	switch {
	case s.least != nil && s.most != nil:
		return i18n.M("from %s to %s", i18n.Number(*s.least), i18n.Number(*s.most))
	case s.least != nil:
		return i18n.M("of at least %s", i18n.Number(*s.least))
	}
	return i18n.M("of at most %s", i18n.Number(*s.most))
}
