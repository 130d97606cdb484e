package world

import (
	"encoding/json"
	"mime"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Filled is a person submitting a modal.
type Filled struct {
	Modal  ID                  // the id under which it was opened
	Values map[string][]string // by custom id; one value for a text or a choice, "true" for a checkbox
	Files  map[string][]wire.File
	Nonce  string
}

// Submit delivers a filled modal to the bot and returns the interaction's id. A modal can be
// submitted once, by the person who sees it.
func (w *World) Submit(person ID, in Filled) (ID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	m := w.asked.modals[in.Modal]
	if m == nil || m.person != person {
		return 0, problem.UnknownInteraction
	}
	from := m.from
	if w.allowed(person, from.ch)&wire.ViewChannel == 0 {
		return 0, problem.MissingAccess
	}
	f := problem.NewForm()
	r := &resolver{w: w, ch: from.ch, out: &wire.Resolved{}}
	data := &wire.ModalData{CustomID: m.open.CustomID, Components: r.fill(f.At("data", "components"), m.open.Components, in)}
	if err := f.Err(); err != nil {
		return 0, err
	}
	if r.used {
		data.Resolved = r.out
	}
	it := &interaction{
		wire: &wire.Interaction{Type: wire.ModalInteraction, Data: data}, nonce: in.Nonce,
		person: from.person, ch: from.ch, source: from.source,
		metadata: &wire.InteractionMetadata{Triggering: from.metadata},
	}
	if p, err := from.ch.postFor(person, from.source); err == nil {
		it.wire.Message = p.show(w.app.BotID)
	}
	delete(w.asked.modals, in.Modal)
	w.deliver(it)
	w.describe(it)
	it.legacy = nil
	return it.wire.ID, nil
}

// Dismiss closes a modal without submitting it.
func (w *World) Dismiss(person, modal ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if m := w.asked.modals[modal]; m != nil && m.person == person {
		delete(w.asked.modals, modal)
	}
}

// fill mirrors a modal's layout with the values in it.
func (r *resolver) fill(f problem.Form, layout []wire.Component, in Filled) []wire.Submitted {
	out := []wire.Submitted{}
	for i := range layout {
		c := &layout[i]
		s := wire.Submitted{Type: c.Type, ID: c.ID, CustomID: c.CustomID}
		switch {
		case c.Type == wire.ActionRow:
			s.Components = r.fill(f.At(i, "components"), c.Components, in)
		case c.Type == wire.Label && c.Component != nil:
			s.Component = &r.fill(f.At(i), []wire.Component{*c.Component}, in)[0]
		case c.Type == wire.TextInput:
			text := c.Value
			if given, ok := in.Values[c.CustomID]; ok {
				text = first(given)
			}
			checkText(f.At(i, "value"), c, text)
			s.Value = encoded(text)
		case c.Select():
			s.Values = new(slices.Concat([]string{}, in.Values[c.CustomID]))
			r.values(f.At(i, "values"), c, *s.Values)
		case c.Type == wire.RadioGroup:
			s.Value = radio(f.At(i, "value"), c, first(in.Values[c.CustomID]))
		case c.Type == wire.CheckboxGroup:
			s.Values = new(slices.Concat([]string{}, in.Values[c.CustomID]))
			checks(f.At(i, "values"), c, *s.Values)
		case c.Type == wire.Checkbox:
			given, ok := in.Values[c.CustomID]
			s.Value = encoded(!ok && c.Default || first(given) == "true")
		case c.Type == wire.FileUpload:
			s.Values = new(r.uploads(f.At(i, "values"), c, in.Files[c.CustomID]))
		}
		out = append(out, s)
	}
	return out
}

// encoded is a value as it is in an interaction. Texts and truths can always be written as JSON.
func encoded(v any) json.RawMessage {
	raw, _ := json.Marshal(v)
	return raw
}

// radio checks a choice of one option; none is null, where one is not required.
func radio(f problem.Form, c *wire.Component, choice string) json.RawMessage {
	if choice == "" {
		if c.Required == nil || *c.Required {
			f.Required()
		}
		return json.RawMessage("null")
	}
	checks(f, &wire.Component{Type: c.Type, Options: c.Options}, []string{choice})
	return encoded(choice)
}

// checks checks a choice of several options.
func checks(f problem.Form, c *wire.Component, chosen []string) {
	least, most := c.Bounds()
	if len(chosen) > 0 || least > 0 {
		f.Count(len(chosen), least, most)
	}
	for i, v := range chosen {
		if !slices.ContainsFunc(c.Options, func(o wire.SelectOption) bool { return o.Value == v }) {
			f.At(i).Add("COMPONENT_VALIDATION_FAILED", "The value is not one of the options")
		}
	}
}

// uploads stores the files of a modal and returns their ids.
func (r *resolver) uploads(f problem.Form, c *wire.Component, files []wire.File) []string {
	least, most := c.Bounds()
	if len(files) > 0 || least > 0 {
		f.Count(len(files), least, most)
	}
	ids := []string{}
	for i, file := range files {
		if !fits(file, c.FileTypes) {
			f.At(i).Add("FILE_TYPE_NOT_ALLOWED", "Files of this type cannot be uploaded here")
			continue
		}
		var id string
		if json.Unmarshal(r.attachment(file), &id) == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// fits reports whether a file's name has one of the endings that are asked for.
func fits(file wire.File, kinds []string) bool {
	ending := strings.ToLower(path.Ext(file.Name))
	return len(kinds) == 0 || slices.ContainsFunc(kinds, func(kind string) bool {
		return kind == ending || strings.HasPrefix(mime.TypeByExtension(ending), kind+"/")
	})
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func checkText(f problem.Form, c *wire.Component, text string) {
	n := utf8.RuneCountInString(text)
	required := c.Required == nil || *c.Required
	least, most := 0, 4000
	if c.MinLength != nil {
		least = *c.MinLength
	}
	if c.MaxLength != nil {
		most = *c.MaxLength
	}
	switch {
	case n == 0 && required:
		f.Required()
	case n == 0:
	case n < least || n > most:
		f.Add("BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", least, most)
	}
}
