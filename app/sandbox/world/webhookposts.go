package world

import (
	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// what a webhook may do in its channel
const byWebhook = wire.SendMessages | wire.EmbedLinks | wire.AttachFiles | wire.MentionEveryone | wire.UseExternalEmojis | wire.SendPolls

// Execute posts a message by a webhook, in a forum into a thread that is named or made for it.
func (w *World) Execute(id ID, token string, in wire.WebhookMessage) (*wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h, ch, err := w.webhookFor(id, Key{Token: token})
	if err != nil {
		return nil, err
	}
	if err := checkExecution(h, ch, &in); err != nil {
		return nil, err
	}
	to := ch
	if in.ThreadID != 0 {
		to = w.chans[in.ThreadID]
		if to == nil || to.joined == nil || w.parentOf(to) != ch {
			return nil, problem.UnknownChannel
		}
	}
	var avatar *string
	if in.AvatarURL != "" {
		avatar = new(AvatarHash(w.next()))
	}
	m := &wire.Message{Author: h.Author(in.Username, avatar), WebhookID: id, TTS: in.TTS, Flags: in.Flags.Value & settable}
	if h.ApplicationID != nil {
		m.ApplicationID = *h.ApplicationID
	}
	if err := w.compose(to, m, &in.MessageInput, byWebhook); err != nil {
		return nil, err
	}
	if in.Poll != nil {
		m.Poll = w.poll(in.Poll)
	}
	if in.ThreadName != "" {
		to = w.startThread(id, ch, wire.PublicThread, 0, &wire.ThreadInput{Name: wire.Given(in.ThreadName), AppliedTags: wire.Given(in.AppliedTags)}, "")
		m.ID = to.wire.ID
	}
	p := &post{msg: m}
	if to.archived() {
		w.wake(to, id, nil)
	}
	w.put(to, p)
	return p.show(0), nil
}

func checkExecution(h *wire.Webhook, ch *channel, in *wire.WebhookMessage) error {
	forum := ch.wire.Type == wire.ForumChannel
	switch {
	case in.ThreadID != 0 && in.ThreadName != "":
		return problem.OneThreadOnly
	case forum && in.ThreadID == 0 && in.ThreadName == "":
		return problem.ThreadNeeded
	case !forum && in.ThreadName != "":
		return problem.ForumOnly
	}
	f := problem.NewForm()
	if in.Username != "" {
		wire.CheckWebhookName(f.At("username"), in.Username)
	}
	if h.ApplicationID == nil {
		if !in.WithComponents {
			in.Components = wire.Opt[[]wire.Component]{}
		}
		wire.Walk(in.Components.Value, func(c *wire.Component) {
			if c.CustomID != "" {
				f.At("components").Add("COMPONENT_INVALID_FOR_WEBHOOK", "Only webhooks of applications can send interactive components")
			}
		})
	}
	in.Check(f, in.Flags.Value)
	if err := f.Err(); err != nil {
		return err
	}
	if in.Empty() {
		return problem.EmptyMessage
	}
	return nil
}

// webhookPost finds a message of a webhook: 10008 for those of others.
func (w *World) webhookPost(id ID, token string, thread, message ID) (*channel, *post, error) {
	_, ch, err := w.webhookFor(id, Key{Token: token})
	if err != nil {
		return nil, nil, err
	}
	if thread != 0 {
		if ch = w.chans[thread]; ch == nil {
			return nil, nil, problem.UnknownChannel
		}
	}
	p, err := ch.post(message)
	if err != nil || p.msg.WebhookID != id {
		return nil, nil, problem.UnknownMessage
	}
	return ch, p, nil
}

// WebhookMessage returns a message that a webhook posted.
func (w *World) WebhookMessage(id ID, token string, thread, message ID) (*wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, p, err := w.webhookPost(id, token, thread, message)
	if err != nil {
		return nil, err
	}
	return p.show(0), nil
}

// EditWebhookMessage changes a message that a webhook posted.
func (w *World) EditWebhookMessage(id ID, token string, thread, message ID, in wire.MessageInput) (*wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, p, err := w.webhookPost(id, token, thread, message)
	if err != nil {
		return nil, err
	}
	if err := w.edit(ch, p, &in, byWebhook, 0); err != nil {
		return nil, err
	}
	return p.show(0), nil
}

// DeleteWebhookMessage deletes a message that a webhook posted.
func (w *World) DeleteWebhookMessage(id ID, token string, thread, message ID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, _, err := w.webhookPost(id, token, thread, message)
	if err != nil {
		return err
	}
	w.erase(ch, []ID{message})
	return nil
}
