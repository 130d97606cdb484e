package settings

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

// Patch is the part of a document that is to change; what it does not name stays as it is. As the
// body of an operation its schema is that of T with every field optional.
type Patch[T any] struct{ given map[string]json.RawMessage }

// Whole is a patch that names every setting: the body of an operation that replaces them all.
type Whole[T any] struct{ Patch[T] }

// Set is a patch of one setting, or with Set on it of one more. It panics when value is not JSON.
func Set[T any](name string, value any) Patch[T] { return Patch[T]{}.Set(name, value) }

// Set returns the patch with one more setting.
func (p Patch[T]) Set(name string, value any) Patch[T] {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	more := map[string]json.RawMessage{name: text}
	for name, text := range p.given {
		if _, ok := more[name]; !ok {
			more[name] = text
		}
	}
	return Patch[T]{more}
}

// Get reads one setting of the patch into to, and reports whether the patch names it and it can be
// read.
func (p Patch[T]) Get(name string, to any) bool {
	text, ok := p.given[name]
	return ok && json.Unmarshal(text, to) == nil
}

// UnmarshalJSON reads the names that are given.
func (p *Patch[T]) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, &p.given) }

// MarshalJSON writes the names that are given.
func (p Patch[T]) MarshalJSON() ([]byte, error) { return json.Marshal(p.given) }

// TransformSchema makes the schema that of T, with nothing required.
func (Patch[T]) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	of := huma.SchemaFromType(r, reflect.TypeFor[T]())
	s.Type, s.AdditionalProperties, s.Required = huma.TypeObject, false, nil
	s.Properties = make(map[string]*huma.Schema, len(of.Properties))
	for name, property := range of.Properties {
		own := *property
		own.Default = nil // what is left out stays, and does not get its default
		s.Properties[name] = &own
	}
	return s
}

// TransformSchema makes the schema that of T, with everything required.
func (w Whole[T]) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	s = w.Patch.TransformSchema(r, s)
	for name := range s.Properties {
		s.Required = append(s.Required, name)
	}
	slices.Sort(s.Required)
	return s
}

// All is the patch that makes the settings what v says.
func (d *Document[T]) All(v T) Patch[T] {
	p, _ := d.Recorded(d.encode(v))
	return p
}

// Recorded is the patch that makes the settings what an entry of the audit log says of them; what
// it says of anything else is left out.
func (d *Document[T]) Recorded(doc json.RawMessage) (Patch[T], error) {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(doc, &given); err != nil {
		return Patch[T]{}, err
	}
	p := Patch[T]{make(map[string]json.RawMessage, len(d.fields))}
	for _, f := range d.fields {
		if text, ok := given[f.name]; ok {
			p.given[f.name] = text
		}
	}
	return p, nil
}

// Check fails with an Invalid fault that names every setting of the patch that is wrong by itself.
func (d *Document[T]) Check(p Patch[T]) error {
	var f fault.Fields
	d.patch(&f, d.Default(), p)
	return f.Err()
}

// apply is v with the patch. It fails as Check does, and by what T checks of the whole.
func (d *Document[T]) apply(v T, p Patch[T]) (T, error) {
	var f fault.Fields
	v = d.patch(&f, v, p)
	if c, ok := any(v).(interface{ Check(f *fault.Fields) }); ok && len(f) == 0 {
		c.Check(&f)
	}
	return v, f.Err()
}

func (d *Document[T]) patch(f *fault.Fields, v T, p Patch[T]) T {
	into := reflect.ValueOf(&v).Elem()
	known := 0
	for i := range d.fields {
		if text, ok := p.given[d.fields[i].name]; ok {
			d.fields[i].decode(f, text, into.Field(i))
			known++
		}
	}
	if known < len(p.given) {
		for name := range p.given {
			if !slices.ContainsFunc(d.fields, func(known field) bool { return known.name == name }) {
				f.Add(name, "There is no such setting.")
			}
		}
	}
	return v
}
