package sandboxtest

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Message is a message as one person sees it.
type Message struct {
	wire.Message
	by *Person
}

func (m *Message) path() string {
	return "/channels/" + m.ChannelID.String() + "/messages/" + m.ID.String()
}

// Text is everything one can read in the message: its content and its embeds, line by line.
func (m *Message) Text() string {
	var lines []string
	add := func(s string) {
		if s != "" {
			lines = append(lines, s)
		}
	}
	add(m.Content)
	for _, e := range m.Embeds {
		if e.Author != nil {
			add(e.Author.Name)
		}
		add(e.Title)
		add(e.Description)
		for _, f := range e.Fields {
			add(f.Name + ": " + f.Value)
		}
		if e.Footer != nil {
			add(e.Footer.Text)
		}
	}
	wire.Walk(m.Components, func(c *wire.Component) { add(c.Content) })
	return strings.Join(lines, "\n")
}

// Buttons lists the labels of the message's buttons that can be pressed.
func (m *Message) Buttons() []string {
	var labels []string
	wire.Walk(m.Components, func(c *wire.Component) {
		if c.Type == wire.Button && !c.Disabled {
			labels = append(labels, c.Label)
		}
	})
	return labels
}

// As returns the same message in another person's eyes, who may then press its buttons.
func (m *Message) As(p *Person) *Message { return &Message{m.Message, p} }

// Edit changes the message.
func (m *Message) Edit(content string) *Message {
	m.by.world.t.Helper()
	edited := &Message{by: m.by}
	m.by.world.must(http.MethodPatch, m.by.path+m.path(), map[string]any{"content": content}, &edited.Message)
	return edited
}

// TryEdit is Edit for what may be refused.
func (m *Message) TryEdit(content string) error {
	return m.by.try(http.MethodPatch, m.path(), map[string]any{"content": content})
}

// Delete deletes the message.
func (m *Message) Delete() { m.by.world.t.Helper(); m.by.do(http.MethodDelete, m.path(), nil) }

// React adds a reaction of the person.
func (m *Message) React(emoji string) {
	m.by.world.t.Helper()
	m.by.do(http.MethodPut, m.path()+"/reactions/"+url.PathEscape(emoji), nil)
}

// Unreact takes the person's reaction back.
func (m *Message) Unreact(emoji string) {
	m.by.world.t.Helper()
	m.by.do(http.MethodDelete, m.path()+"/reactions/"+url.PathEscape(emoji), nil)
}

// Now returns the message as it is now; false when it is gone.
func (m *Message) Now() (*Message, bool) {
	m.by.world.t.Helper()
	var list []wire.Message
	m.by.world.must(http.MethodGet, m.by.path+"/channels/"+m.ChannelID.String()+"/messages?before="+(m.ID+1).String(), nil, &list)
	for _, found := range list {
		if found.ID == m.ID {
			return &Message{found, m.by}, true
		}
	}
	return nil, false
}

// WaitReaction waits until someone has reacted with an emoji; an empty one means any.
func (m *Message) WaitReaction(emoji string) wire.Reaction {
	m.by.world.t.Helper()
	var got wire.Reaction
	m.by.Until("there is a reaction "+emoji, func() bool {
		now, there := m.Now()
		if !there {
			return false
		}
		for _, r := range now.Reactions {
			if emoji == "" || r.Emoji.Name == emoji {
				got = r
				return true
			}
		}
		return false
	})
	return got
}

// WaitGone waits until the message is deleted.
func (m *Message) WaitGone() {
	m.by.world.t.Helper()
	m.by.Until("the message is deleted", func() bool { _, there := m.Now(); return !there })
}

// Press presses a button, by its label or custom id, and returns what comes of it.
func (m *Message) Press(button string) *Reply {
	m.by.world.t.Helper()
	r, err := m.TryPress(button)
	if err != nil {
		m.by.world.t.Fatalf("press %q: %v", button, err)
	}
	return r
}

// TryPress is Press for what may be refused.
func (m *Message) TryPress(button string) (*Reply, error) {
	m.by.world.t.Helper()
	c := m.component(func(c *wire.Component) bool {
		return c.Type == wire.Button && (c.Label == button || c.CustomID == button)
	})
	if c == nil {
		m.by.world.t.Fatalf("there is no button %q; there are %q", button, m.Buttons())
	}
	return m.use(c.CustomID, nil)
}

// Select chooses from a select of the message, by placeholder or custom id ("" means the only
// one). Choices are labels or values; for users, roles and channels ids.
func (m *Message) Select(which string, choices ...string) *Reply {
	m.by.world.t.Helper()
	c := m.component(func(c *wire.Component) bool {
		return c.Select() && (which == "" || c.CustomID == which || c.Placeholder == which)
	})
	if c == nil {
		m.by.world.t.Fatalf("there is no select %q", which)
	}
	values := make([]string, len(choices))
	for i, choice := range choices {
		values[i] = choice
		for _, o := range c.Options {
			if o.Label == choice {
				values[i] = o.Value
			}
		}
	}
	r, err := m.use(c.CustomID, values)
	if err != nil {
		m.by.world.t.Fatalf("select %q: %v", choices, err)
	}
	return r
}

func (m *Message) component(match func(*wire.Component) bool) (found *wire.Component) {
	wire.Walk(m.Components, func(c *wire.Component) {
		if found == nil && match(c) {
			found = c
		}
	})
	return found
}

func (m *Message) use(customID string, values []string) (*Reply, error) {
	m.by.world.t.Helper()
	return m.by.ask(m.path()+"/press", map[string]any{"custom_id": customID, "values": values})
}
