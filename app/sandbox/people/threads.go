package people

import "github.com/smarter-dev/smarterdev/app/sandbox/wire"

// thread is the body of starting a thread; content and attachments are a post's first message.
type thread struct {
	Name        string    `json:"name"`
	Private     bool      `json:"private"`
	Content     string    `json:"content"`
	Attachments []upload  `json:"attachments"`
	AppliedTags []wire.ID `json:"applied_tags"`
}

func (t thread) input() wire.ThreadInput {
	in := wire.ThreadInput{Name: wire.Given(t.Name), Type: wire.Given(wire.PublicThread), AppliedTags: wire.Given(t.AppliedTags)}
	if t.Private {
		in.Type.Value = wire.PrivateThread
	}
	in.Message = wire.Given(wire.MessageInput{Content: wire.Given(t.Content)})
	for i, u := range t.Attachments {
		in.Message.Value.Files = append(in.Message.Value.Files, u.file(i))
	}
	return in
}

func (h *Handler) threads(a *ask) (any, error) {
	me, channel := a.id("me"), a.id("channel")
	if a.err != nil {
		return nil, a.err
	}
	return h.World.SeeThreads(me, channel)
}

func (h *Handler) startThread(a *ask) (any, error) {
	var in thread
	me, channel := a.id("me"), a.id("channel")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	body := in.input()
	if ch, err := h.World.Channel(me, channel); err == nil && ch.Type == wire.NewsChannel {
		body.Type.Value = wire.NewsThread
	}
	t, _, err := h.World.StartThread(me, channel, body, "")
	return t, err
}

func (h *Handler) startThreadAt(a *ask) (any, error) {
	var in thread
	me, channel, message := a.id("me"), a.id("channel"), a.id("message")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return h.World.StartThreadAt(me, channel, message, in.input(), "")
}

func (h *Handler) addToThread(a *ask) (any, error) {
	me, thread, user := a.id("me"), a.id("channel"), a.id("user")
	switch {
	case a.err != nil:
		return nil, a.err
	case me == user:
		return nil, h.World.JoinThread(me, thread)
	}
	return nil, h.World.AddToThread(me, thread, user)
}

func (h *Handler) removeFromThread(a *ask) (any, error) {
	me, thread, user := a.id("me"), a.id("channel"), a.id("user")
	switch {
	case a.err != nil:
		return nil, a.err
	case me == user:
		return nil, h.World.LeaveThread(me, thread)
	}
	return nil, h.World.RemoveFromThread(me, thread, user)
}
