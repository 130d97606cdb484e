package settings

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Fields are the fields of a form for the settings that have a label, in their order: v as it is,
// or what was typed.
func (d *Document[T]) Fields(p *i18n.Printer, form ui.Form, v T) []ui.Field {
	var fields []ui.Field
	for i := range d.fields {
		if s := &d.fields[i]; s.label != "" {
			fields = append(fields, form.Field(s.field(p, reflect.ValueOf(v).Field(i))))
		}
	}
	return fields
}

func (s *field) field(p *i18n.Printer, v reflect.Value) ui.Field {
	f := ui.Field{Name: s.name, Label: p.T(s.label), Help: p.T(s.help), Unit: p.T(s.unit)}
	switch s.kind.Kind() {
	case reflect.Bool:
		f.Type, f.Checked = "checkbox", v.Bool()
	case reflect.Int, reflect.Int64:
		f.Type, f.Required, f.Value = "number", true, strconv.FormatInt(v.Int(), 10)
		f.Min, f.Max = text(s.least), text(s.most)
		if s.least != nil && s.most != nil {
			f.Help = strings.TrimSuffix(p.T("%s to %s", i18n.Number(*s.least), i18n.Number(*s.most))+", "+f.Help, ", ")
		}
	case reflect.String:
		f.Value, f.Longest = v.String(), s.longest
		for _, choice := range s.enum {
			f.Type, f.Options = "select", append(f.Options, ui.Option{Value: choice, Label: choice})
		}
	default:
		panic(fmt.Sprintf("setting %s: there is no field for a %s", s.name, s.kind))
	}
	return f
}

func text(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// Posted is a form that was sent.
type Posted interface {
	PostFormValue(name string) string
	// Number reads a whole number and notes when it is not one; nil when it cannot be read.
	Number(f *fault.Fields, name string) *int64
}

// Read reads the fields of Fields from a form that was sent and notes what cannot be read.
func (d *Document[T]) Read(form Posted, f *fault.Fields) Patch[T] {
	var p Patch[T]
	for _, s := range d.fields {
		switch {
		case s.label == "":
		case s.kind.Kind() == reflect.Bool:
			p = p.Set(s.name, form.PostFormValue(s.name) != "")
		case s.kind.Kind() == reflect.String:
			p = p.Set(s.name, form.PostFormValue(s.name))
		default:
			if n := form.Number(f, s.name); n != nil {
				p = p.Set(s.name, *n)
			} else if form.PostFormValue(s.name) == "" {
				f.Add(s.name, "This cannot be empty.")
			}
		}
	}
	return p
}
