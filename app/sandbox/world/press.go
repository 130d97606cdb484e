package world

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Use is a person pressing a button or choosing from a select.
type Use struct {
	Channel  ID
	Message  ID
	CustomID string
	Values   []string // of a select: option values, or ids
	Nonce    string
}

// Press delivers the use of a component to the bot and returns the interaction's id. Only what
// the person sees can be used, and nothing that is disabled.
func (w *World) Press(person ID, in Use) (ID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(person, in.Channel)
	if err != nil {
		return 0, err
	}
	p, err := ch.postFor(person, in.Message)
	if err != nil {
		return 0, err
	}
	f := problem.NewForm()
	c := wire.Find(p.msg.Components, in.CustomID)
	if c == nil || in.CustomID == "" || c.Disabled {
		f.At("data").Add("COMPONENT_VALIDATION_FAILED", "Component validation failed")
		return 0, f.Err()
	}
	data := &wire.ComponentData{ID: c.ID, CustomID: c.CustomID, ComponentType: c.Type}
	r := &resolver{w: w, ch: ch, out: &wire.Resolved{}}
	if c.Select() {
		data.Values = slices.Concat([]string{}, in.Values)
		r.values(f.At("data", "values"), c, in.Values)
	}
	if err := f.Err(); err != nil {
		return 0, err
	}
	if r.used {
		data.Resolved = r.out
	}
	shown := p.show(w.app.BotID)
	it := &interaction{
		wire: &wire.Interaction{Type: wire.ComponentInteraction, Data: data, Message: shown}, nonce: in.Nonce,
		person: w.users[person], ch: ch, source: p.msg.ID,
		metadata: &wire.InteractionMetadata{InteractedMessageID: p.msg.ID},
	}
	w.deliver(it)
	w.describe(it)
	it.legacy = nil
	return it.wire.ID, nil
}

// values checks a selection and resolves the ids in it.
func (r *resolver) values(f problem.Form, c *wire.Component, values []string) {
	least, most := c.Bounds()
	f.Count(len(values), least, most)
	kind := map[int]int{
		wire.UserSelect: wire.UserOption, wire.RoleSelect: wire.RoleOption,
		wire.MentionableSelect: wire.MentionableOption, wire.ChannelSelect: wire.ChannelOption,
	}[c.Type]
	for i, v := range values {
		if c.Type == wire.StringSelect {
			if !slices.ContainsFunc(c.Options, func(o wire.SelectOption) bool { return o.Value == v }) {
				f.At(i).Add("COMPONENT_VALIDATION_FAILED", "The value is not one of the options")
			}
			continue
		}
		r.resolve(f.At(i), kind, parseID(v), c.ChannelTypes)
	}
}
