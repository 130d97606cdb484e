package sandboxtest

import (
	"net/http"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Install makes the application one of the person's own, which they can then use everywhere.
func (p *Person) Install() { p.world.t.Helper(); p.do(http.MethodPut, "/app", nil) }

// Uninstall takes the application away from the person's own.
func (p *Person) Uninstall() { p.world.t.Helper(); p.do(http.MethodDelete, "/app", nil) }

// UseOther uses a command of another application, a bot's, which answers with content.
func (p *Person) UseOther(channel snowflake.ID, bot *Person, command, content string) *Message {
	p.world.t.Helper()
	m := &Message{by: p}
	p.world.must(http.MethodPost, p.path+"/channels/"+channel.String()+"/apps",
		map[string]any{"bot_id": bot.ID, "command": command, "content": content}, &m.Message)
	return m
}

// SubmitWith fills a modal and sends it, with lists of values and with files. Names are labels or custom ids.
func (r *Reply) SubmitWith(values map[string][]string, files map[string][]Attachment) *Reply {
	r.by.world.t.Helper()
	next, err := r.TrySubmitWith(values, files)
	if err != nil {
		r.by.world.t.Fatalf("submit %q: %v", r.Modal.Title, err)
	}
	return next
}

// TrySubmitWith is SubmitWith for what may be refused.
func (r *Reply) TrySubmitWith(values map[string][]string, files map[string][]Attachment) (*Reply, error) {
	r.by.world.t.Helper()
	if r.Modal == nil {
		r.by.world.t.Fatalf("no modal was opened; the answer is %q", r.text())
	}
	filled, uploaded := make(map[string][]string), make(map[string][]Attachment)
	for name, list := range values {
		filled[r.Modal.field(name)] = list
	}
	for name, list := range files {
		uploaded[r.Modal.field(name)] = list
	}
	return r.by.ask("/modals/"+r.Modal.ID.String(), map[string]any{"values": filled, "files": uploaded})
}

// Owners are on whose behalf the message's interaction happened, by "0" for the guild and "1" for the person.
func (m *Message) Owners() map[string]wire.ID {
	if m.InteractionMetadata == nil {
		return nil
	}
	return m.InteractionMetadata.Owners
}

// ChangeRole changes a role of the guild, with the fields that Discord's API has.
func (p *Person) ChangeRole(role snowflake.ID, change map[string]any) {
	p.world.t.Helper()
	p.do(http.MethodPatch, p.inGuild("/roles/"+role.String()), change)
}
