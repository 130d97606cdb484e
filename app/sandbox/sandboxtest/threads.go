package sandboxtest

import (
	"net/http"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Thread describes a thread to be started; in a forum with its first message.
type Thread struct {
	Name        string         `json:"name"`
	Private     bool           `json:"private,omitempty"`
	Content     string         `json:"content,omitempty"`
	AppliedTags []snowflake.ID `json:"applied_tags,omitempty"`
}

// StartThread starts a thread in a channel.
func (p *Person) StartThread(channel snowflake.ID, t Thread) *wire.Channel {
	p.world.t.Helper()
	c, err := p.TryStartThread(channel, t)
	if err != nil {
		p.world.t.Fatalf("start a thread: %v", err)
	}
	return c
}

// TryStartThread is StartThread for what may be refused.
func (p *Person) TryStartThread(channel snowflake.ID, t Thread) (*wire.Channel, error) {
	c := new(wire.Channel)
	err := p.world.call(http.MethodPost, p.path+"/channels/"+channel.String()+"/threads", t, c)
	return c, err
}

// StartThread starts a thread from the message.
func (m *Message) StartThread(name string) *wire.Channel {
	m.by.world.t.Helper()
	c := new(wire.Channel)
	m.by.world.must(http.MethodPost, m.by.path+m.path()+"/threads", Thread{Name: name}, c)
	return c
}

// Threads lists the threads of a channel that the person sees, active and archived, newest first.
func (p *Person) Threads(channel snowflake.ID) (list []*wire.Channel) {
	p.world.t.Helper()
	p.world.must(http.MethodGet, p.path+"/channels/"+channel.String()+"/threads", nil, &list)
	return list
}

// ChangeChannel changes a channel or thread, with the fields that Discord's API has.
func (p *Person) ChangeChannel(channel snowflake.ID, change map[string]any) {
	p.world.t.Helper()
	if err := p.TryChangeChannel(channel, change); err != nil {
		p.world.t.Fatalf("change a channel: %v", err)
	}
}

// TryChangeChannel is ChangeChannel for what may be refused.
func (p *Person) TryChangeChannel(channel snowflake.ID, change map[string]any) error {
	return p.try(http.MethodPatch, p.inGuild("/channels/"+channel.String()), change)
}

// AddToThread brings somebody into a thread, or the person themselves.
func (p *Person) AddToThread(thread snowflake.ID, who *Person) {
	p.world.t.Helper()
	p.do(http.MethodPut, "/channels/"+thread.String()+"/thread-members/"+who.ID.String(), nil)
}

// RemoveFromThread takes somebody out of a thread, or the person themselves.
func (p *Person) RemoveFromThread(thread snowflake.ID, who *Person) {
	p.world.t.Helper()
	p.do(http.MethodDelete, "/channels/"+thread.String()+"/thread-members/"+who.ID.String(), nil)
}
