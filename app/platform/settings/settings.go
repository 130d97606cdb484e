// Package settings keeps what a guild sets for a feature as one typed document.
//
// A feature declares a struct; one field with its tags is one setting, and nothing else has to be
// written for it:
//
//	json     its name in the API, in forms, in the audit log and in the database
//	default  its value while nobody has set it; of a map or list initial, since huma cannot read it
//	minimum, maximum, enum, maxLength, maxItems, maxProperties  what it may be
//	unit     what a number counts: "bytes", "hours"
//	label, help  what the form of the dashboard says; without a label the form has no such field
//	doc, example  what the reference of the API says
//
// From these come defaults, validation, the schemas of the API, the fields of the form, and taking
// a change back. What tags cannot say, the type of a field or the struct says by a Check method.
package settings

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

// Head says whose settings a document holds, and when they were saved. A feature embeds it beside
// the document in what it returns.
type Head struct {
	GuildID   snowflake.ID `json:"guild_id" doc:"The guild." example:"1000000000000000001"`
	Version   int64        `json:"-"` // bumped by each write, 0 while the defaults hold; for ETag
	CreatedAt time.Time    `json:"created_at,omitzero" doc:"When the settings were first saved; absent while nobody has."`
	UpdatedAt time.Time    `json:"updated_at,omitzero" doc:"When they last changed; absent while nobody has saved any."`
}

// Document is the settings of one feature, whose struct is T.
type Document[T any] struct {
	feature  string
	fields   []field
	defaults json.RawMessage
}

// New reads the tags of T. It panics when they cannot be right: an unnamed field, a default that is
// not JSON or not allowed.
func New[T any](feature string) *Document[T] {
	d := &Document[T]{feature: feature}
	t := reflect.TypeFor[T]()
	for i := range t.NumField() {
		d.fields = append(d.fields, readField(t.Field(i)))
	}
	all, err := d.decode(nil)
	if err == nil {
		err = d.Validate(all)
	}
	if err != nil {
		panic(fmt.Sprintf("settings of %s: the defaults: %v", feature, err))
	}
	d.defaults = d.encode(all)
	return d
}

// Default returns the settings of a guild that has saved none.
func (d *Document[T]) Default() T {
	v, err := d.decode(d.defaults)
	if err != nil {
		panic(err) // New has encoded it
	}
	return v
}

// Load returns a guild's settings, the defaults with Version 0 when it has saved none.
func (d *Document[T]) Load(ctx context.Context, s *store.Store, guild snowflake.ID) (Head, T, error) {
	g, err := s.GuildSettings(ctx, guild, d.feature, d.defaults)
	if err != nil {
		return Head{}, *new(T), err
	}
	return d.read(g)
}

// Change asks to change a guild's settings.
type Change[T any] struct {
	Guild     snowflake.ID
	Patch     Patch[T]    // what is to change
	IfVersion *int64      // the version that they must be of; nil: any
	Actor     store.Actor // who does it
	At        time.Time   // when
	Then      []river.JobArgs
}

// Save changes a guild's settings, with an entry in the audit log, and returns them. It fails with
// invalid and the names of the wrong settings, and with stale when they are not of IfVersion.
func (d *Document[T]) Save(ctx context.Context, s *store.Store, c Change[T]) (Head, T, error) {
	if err := d.Check(c.Patch); err != nil {
		return Head{}, *new(T), err
	}
	saved, err := s.UpdateGuildSettings(ctx, c.Guild, d.feature, d.defaults, c.IfVersion, c.Actor,
		func(old store.GuildSettings) (store.GuildSettings, error) {
			v, err := d.decode(old.Doc)
			if err == nil {
				v, err = d.apply(v, c.Patch)
			}
			if err != nil {
				return old, err
			}
			old.Doc, old.UpdatedAt = d.encode(v), c.At
			return old, nil
		}, c.Then...)
	if errors.Is(err, store.ErrStale) {
		err = Stale().Because(err)
	}
	if err != nil {
		return Head{}, *new(T), err
	}
	return d.read(saved)
}

// Stale is the fault for settings that somebody else has changed.
func Stale() *fault.Error {
	return fault.New(fault.Stale, "stale",
		"Somebody else changed these settings in the meantime. Look at what is new, then save again.")
}

func (d *Document[T]) read(g store.GuildSettings) (Head, T, error) {
	v, err := d.decode(g.Doc)
	if err != nil {
		err = fmt.Errorf("read the %s settings of guild %d: %w", d.feature, g.GuildID, err)
	}
	return Head{GuildID: g.GuildID, Version: g.Version, CreatedAt: g.CreatedAt, UpdatedAt: g.UpdatedAt}, v, err
}

// decode reads a document. A setting that it lacks has its default, one that T lacks is left out:
// the document may be from a version before the setting, or after.
func (d *Document[T]) decode(doc json.RawMessage) (v T, err error) {
	var given map[string]json.RawMessage
	if doc != nil {
		if err := json.Unmarshal(doc, &given); err != nil {
			return v, err
		}
	}
	into := reflect.ValueOf(&v).Elem()
	for i, f := range d.fields {
		text, ok := given[f.name]
		if !ok {
			text = f.initial
		}
		if err := json.Unmarshal(text, into.Field(i).Addr().Interface()); err != nil {
			return v, fmt.Errorf("setting %s: %w", f.name, err)
		}
	}
	return v, nil
}

// encode writes every setting of v. Ampersands and the like stay as they are.
func (d *Document[T]) encode(v T) json.RawMessage {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // New has encoded the same fields
	}
	return bytes.TrimSpace(text.Bytes())
}

// Validate fails with an Invalid fault that names every wrong setting.
func (d *Document[T]) Validate(v T) error {
	var f fault.Fields
	for i := range d.fields {
		d.fields[i].check(&f, reflect.ValueOf(v).Field(i))
	}
	if c, ok := any(v).(interface{ Check(f *fault.Fields) }); ok && len(f) == 0 {
		c.Check(&f)
	}
	return f.Err()
}
