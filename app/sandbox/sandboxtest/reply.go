package sandboxtest

import (
	"net/http"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Options are the options of a command, by name: strings, numbers, booleans or ids.
type Options map[string]any

// Reply is what came of an interaction: a message, a modal, or a failure.
type Reply struct {
	*Message    // the answer, or the message that was changed; nil with a modal or a failure
	Interaction snowflake.ID
	Modal       *Modal
	Failed      string // what the client shows when the application did not respond
	by          *Person
	next        int // where in what the person saw the further outcome begins
}

// Modal is an open modal.
type Modal struct {
	wire.OpenModal
	by *Person
}

// Run uses a slash command, such as "/bytes send", in the person's channel, and returns the
// answer once it is more than "thinking…".
func (p *Person) Run(command string, options ...Options) *Reply {
	p.world.t.Helper()
	r, err := p.TryRun(command, options...)
	if err != nil {
		p.world.t.Fatalf("run %s: %v", command, err)
	}
	return r
}

// TryRun is Run for what Discord may refuse to send.
func (p *Person) TryRun(command string, options ...Options) (*Reply, error) {
	p.world.t.Helper()
	merged := Options{}
	for _, o := range options {
		for k, v := range o {
			merged[k] = v
		}
	}
	return p.ask("/channels/"+p.channel.String()+"/commands", map[string]any{"command": command, "options": merged})
}

// Menu uses a context menu command on another person.
func (p *Person) Menu(command string, on *Person) *Reply {
	p.world.t.Helper()
	return p.menu(command, wire.UserCommand, on.ID)
}

// MenuOn uses a context menu command on a message.
func (p *Person) MenuOn(command string, on *Message) *Reply {
	p.world.t.Helper()
	return p.In(on.ChannelID).menu(command, wire.MessageMenu, on.ID)
}

func (p *Person) menu(command string, kind int, target snowflake.ID) *Reply {
	p.world.t.Helper()
	r, err := p.ask("/channels/"+p.channel.String()+"/commands", map[string]any{"command": command, "type": kind, "target_id": target})
	if err != nil {
		p.world.t.Fatalf("use %s: %v", command, err)
	}
	return r
}

// Complete types into an option and returns what the bot offers.
func (p *Person) Complete(command, option, typed string, others ...Options) []wire.Choice {
	p.world.t.Helper()
	options := Options{option: typed}
	for _, o := range others {
		for k, v := range o {
			options[k] = v
		}
	}
	at := p.count()
	var asked struct {
		Interaction snowflake.ID `json:"interaction_id"`
	}
	p.world.must(http.MethodPost, p.path+"/channels/"+p.channel.String()+"/commands",
		map[string]any{"command": command, "options": options, "focused": option}, &asked)
	var offered struct {
		Choices []wire.Choice `json:"choices"`
	}
	p.waitFrom(at, "", func(e Event) bool {
		if e.Interaction != asked.Interaction {
			return false
		}
		if e.Name == "INTERACTION_FAILURE" {
			p.world.t.Fatalf("complete %s of %s: loading options failed", option, command)
		}
		return e.Name == "APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE" && e.Into(&offered)
	})
	return offered.Choices
}

// Submit fills a modal and sends it. Values are by label or custom id.
func (r *Reply) Submit(values map[string]string) *Reply {
	r.by.world.t.Helper()
	if r.Modal == nil {
		r.by.world.t.Fatalf("no modal was opened; the answer is %q", r.text())
	}
	filled := make(map[string][]string)
	for name, value := range values {
		filled[r.Modal.field(name)] = []string{value}
	}
	next, err := r.by.ask("/modals/"+r.Modal.ID.String(), map[string]any{"values": filled})
	if err != nil {
		r.by.world.t.Fatalf("submit %q: %v", r.Modal.Title, err)
	}
	return next
}

// field finds a custom id by its label.
func (m *Modal) field(name string) string {
	id := name
	wire.Walk(m.Components, func(c *wire.Component) {
		switch {
		case c.Type == wire.TextInput && c.Label == name:
			id = c.CustomID
		case c.Type == wire.Label && c.Label == name && c.Component != nil:
			id = c.Component.CustomID
		}
	})
	return id
}

// Next waits for the next message or change that comes of the same interaction.
func (r *Reply) Next() *Reply {
	r.by.world.t.Helper()
	return r.by.outcome(r.Interaction, r.next)
}

// Gone reports whether the answer has been deleted since.
func (r *Reply) Gone() bool {
	_, there := r.Now()
	return !there
}

func (r *Reply) text() string {
	switch {
	case r.Message != nil:
		return r.Text()
	case r.Modal != nil:
		return r.Modal.Title
	}
	return r.Failed
}

// ask sends an interaction and waits for what comes of it.
func (p *Person) ask(path string, body map[string]any) (*Reply, error) {
	p.world.t.Helper()
	at := p.count()
	var asked struct {
		Interaction snowflake.ID `json:"interaction_id"`
	}
	if err := p.world.call(http.MethodPost, p.path+path, body, &asked); err != nil {
		return nil, err
	}
	return p.outcome(asked.Interaction, at), nil
}

// outcome waits for a message that is more than "thinking…", a modal or a failure.
func (p *Person) outcome(interaction snowflake.ID, at int) *Reply {
	p.world.t.Helper()
	r := &Reply{Interaction: interaction, by: p}
	for {
		list, n, more, open := p.from(at)
		for i, e := range list {
			if e.Interaction == interaction && r.take(e) {
				r.next = at + i + 1
				return r
			}
		}
		if !open {
			p.world.t.Fatalf("the stream ended before the interaction had an outcome")
		}
		at = n
		<-more
	}
}

func (r *Reply) take(e Event) bool {
	switch e.Name {
	case "INTERACTION_FAILURE":
		var f struct {
			Message string `json:"message"`
		}
		e.Into(&f)
		r.Failed = f.Message
	case "INTERACTION_MODAL_CREATE":
		r.Modal = &Modal{by: r.by}
		return e.Into(&r.Modal.OpenModal)
	case "MESSAGE_CREATE", "MESSAGE_UPDATE":
		m := &Message{by: r.by}
		if !e.Into(&m.Message) || m.Loading() {
			return false
		}
		r.Message = m
	default:
		return false
	}
	return true
}
