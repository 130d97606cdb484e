package world

import (
	"slices"
	"unicode/utf8"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Filled is a person submitting a modal.
type Filled struct {
	Modal  ID                  // the id under which it was opened
	Values map[string][]string // by custom id; one value for a text
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
	data := &wire.ModalData{CustomID: m.open.CustomID, Components: r.fill(f.At("data", "components"), m.open.Components, in.Values)}
	if err := f.Err(); err != nil {
		return 0, err
	}
	if r.used {
		data.Resolved = r.out
	}
	it := &interaction{
		wire: &wire.Interaction{Type: wire.ModalInteraction, Data: data}, nonce: in.Nonce,
		person: from.person, ch: from.ch, source: from.source,
		metadata: &wire.InteractionMetadata{InteractedMessageID: from.source},
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
func (r *resolver) fill(f problem.Form, layout []wire.Component, values map[string][]string) []wire.Submitted {
	out := []wire.Submitted{}
	for i := range layout {
		c := &layout[i]
		s := wire.Submitted{Type: c.Type, ID: c.ID, CustomID: c.CustomID}
		switch {
		case c.Type == wire.ActionRow:
			s.Components = r.fill(f.At(i, "components"), c.Components, values)
		case c.Type == wire.Label && c.Component != nil:
			s.Component = &r.fill(f.At(i), []wire.Component{*c.Component}, values)[0]
		case c.Type == wire.TextInput:
			text := c.Value
			if given, ok := values[c.CustomID]; ok {
				text = first(given)
			}
			checkText(f.At(i, "value"), c, text)
			s.Value = &text
		case c.Select():
			s.Values = slices.Concat([]string{}, values[c.CustomID])
			r.values(f.At(i, "values"), c, s.Values)
		}
		out = append(out, s)
	}
	return out
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
