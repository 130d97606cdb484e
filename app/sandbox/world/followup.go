package world

import (
	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Followup sends a further message for an answered interaction. Directly after a deferred
// answer it fills that instead, as Discord still does. 10015 and 50027 as for a webhook.
func (w *World) Followup(app ID, token string, in wire.MessageInput) (*wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	it, err := w.webhook(app, token)
	if err != nil {
		return nil, err
	}
	if it.deferred {
		if p, err := it.ch.postFor(it.person.ID, it.original); err == nil && p.msg.Loading() {
			in.Flags.Value &^= wire.FlagEphemeral
			return w.editAnswer(it, p, in)
		}
	}
	p, err := w.fillAnswer(it, &in, problem.NewForm())
	if err != nil {
		return nil, err
	}
	p.msg.InteractionMetadata = new(*it.metadata)
	p.msg.InteractionMetadata.OriginalResponseID = it.original
	p.msg.Interaction = nil
	if original, err := it.ch.postFor(it.person.ID, it.original); err == nil {
		p.msg.Type = wire.MessageReply
		p.msg.Reference = &wire.Reference{MessageID: it.original, ChannelID: it.ch.wire.ID, GuildID: it.wire.GuildID}
		if original.only == 0 || p.only == original.only { // an ephemeral message is for one person alone
			p.msg.Referenced = original.msg
		}
	}
	w.put(it.ch, p)
	return p.show(w.app.BotID), nil
}

// AnswerMessage returns the original answer (id 0) or a followup: 10008 when it is gone.
func (w *World) AnswerMessage(app ID, token string, id ID) (*wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, p, err := w.answerPost(app, token, id)
	if err != nil {
		return nil, err
	}
	return p.show(w.app.BotID), nil
}

// EditAnswer changes the original answer (id 0) or a followup.
func (w *World) EditAnswer(app ID, token string, id ID, in wire.MessageInput) (*wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	it, p, err := w.answerPost(app, token, id)
	if err != nil {
		return nil, err
	}
	return w.editAnswer(it, p, in)
}

func (w *World) editAnswer(it *interaction, p *post, in wire.MessageInput) (*wire.Message, error) {
	if err := w.edit(it.ch, p, &in, w.answering(it), it.wire.ID); err != nil {
		return nil, err
	}
	if p.msg.ID == it.original {
		it.deferred = false
	}
	return p.show(w.app.BotID), nil
}

// DeleteAnswer deletes the original answer (id 0) or a followup.
func (w *World) DeleteAnswer(app ID, token string, id ID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	it, p, err := w.answerPost(app, token, id)
	if err != nil {
		return err
	}
	w.erase(it.ch, []ID{p.msg.ID})
	return nil
}

// answerPost finds a message that belongs to the interaction of a token.
func (w *World) answerPost(app ID, token string, id ID) (*interaction, *post, error) {
	it, err := w.webhook(app, token)
	if err != nil {
		return nil, nil, err
	}
	if id == 0 {
		id = it.original
	}
	p, err := it.ch.postFor(it.person.ID, id)
	if err != nil || p.via != it.wire.ID && id != it.original {
		return nil, nil, problem.UnknownMessage
	}
	return it, p, nil
}
