package sandboxtest

import (
	"net/http"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Poll is a poll of a draft.
type Poll struct {
	Question string
	Answers  []string
	Hours    int // 0: a day
	Multiple bool
}

func (p *Poll) body() map[string]any {
	type media map[string]any
	answers := []media{}
	for _, a := range p.Answers {
		answers = append(answers, media{"poll_media": media{"text": a}})
	}
	body := map[string]any{"question": media{"text": p.Question}, "answers": answers, "allow_multiselect": p.Multiple}
	if p.Hours != 0 {
		body["duration"] = p.Hours
	}
	return body
}

// Ask posts a poll.
func (p *Person) Ask(channel snowflake.ID, poll Poll) *Message {
	p.world.t.Helper()
	return p.Post(channel, Draft{Poll: poll.body()})
}

// Vote votes in the message's poll for these answers, numbered from 1, and no longer for others.
func (m *Message) Vote(answers ...int) {
	m.by.world.t.Helper()
	if err := m.TryVote(answers...); err != nil {
		m.by.world.t.Fatalf("vote: %v", err)
	}
}

// TryVote is Vote for what may be refused.
func (m *Message) TryVote(answers ...int) error {
	return m.by.try(http.MethodPut, m.path()+"/votes", map[string]any{"answer_ids": append([]int{}, answers...)})
}

// EndPoll ends the message's poll.
func (m *Message) EndPoll() {
	m.by.world.t.Helper()
	m.by.do(http.MethodPost, m.path()+"/expire", nil)
}

// Forward forwards the message into a channel.
func (m *Message) Forward(to snowflake.ID) *Message {
	m.by.world.t.Helper()
	return m.by.Post(to, Draft{Forward: &wire.Reference{ChannelID: m.ChannelID, MessageID: m.ID}})
}

// Stickers lists the ids of the first guild's stickers.
func (w *World) Stickers() (ids []snowflake.ID) {
	w.t.Helper()
	for _, m := range w.Members {
		if m.Role != "owner" {
			continue
		}
		for _, s := range w.Person(m.ID).StateOf(w.GuildID).Guild.Stickers {
			ids = append(ids, s.ID)
		}
	}
	return ids
}
