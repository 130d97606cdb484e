package world

import (
	"fmt"
	"slices"
	"strings"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// answers lists the callback types that each interaction takes.
var answers = map[int][]int{
	wire.CommandInteraction:      {wire.Reply, wire.DeferredReply, wire.Modal},
	wire.ComponentInteraction:    {wire.Reply, wire.DeferredReply, wire.DeferredUpdate, wire.Update, wire.Modal},
	wire.AutocompleteInteraction: {wire.Choices},
	wire.ModalInteraction:        {wire.Reply, wire.DeferredReply, wire.DeferredUpdate, wire.Update},
}

// Answer takes the bot's first response to an interaction: 10062 when there is no such
// interaction or it is too late, 40060 when it has been answered, 50035 when the answer is malformed.
func (w *World) Answer(id ID, token string, cb wire.Callback) (*wire.CallbackResult, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	it := w.asked.byID[id]
	if it == nil || it.wire.Token != token {
		return nil, problem.UnknownInteraction
	}
	if it.state == answered {
		return nil, problem.AlreadyAcknowledged
	}
	if w.late(it) {
		w.fail(it)
	}
	if it.state == failed {
		return nil, problem.UnknownInteraction
	}
	f := problem.NewForm()
	taken := answers[it.wire.Type]
	if it.wire.Type == wire.ModalInteraction && it.source == 0 {
		taken = taken[:2]
	}
	if !slices.Contains(taken, cb.Type) {
		f.At("type").OneOf(strings.Trim(strings.ReplaceAll(fmt.Sprint(taken), " ", ", "), "[]"))
		return nil, f.Err()
	}
	shown, err := w.respond(it, cb)
	if err != nil {
		return nil, err
	}
	it.state = answered
	it.timer.Stop()
	result := &wire.CallbackResult{Interaction: wire.CallbackInteraction{ID: id, Type: it.wire.Type}}
	if shown != nil {
		result.Interaction.ResponseMessageID = shown.ID
		result.Interaction.Loading, result.Interaction.Ephemeral = shown.Loading(), shown.Ephemeral()
		if cb.Type == wire.Reply || cb.Type == wire.Update {
			result.Resource = &wire.CallbackResource{Type: cb.Type, Message: shown}
		}
	}
	w.toPerson(it, "INTERACTION_SUCCESS", struct {
		ID    ID     `json:"id"`
		Nonce string `json:"nonce,omitempty"`
		Type  int    `json:"type"` // of the callback
	}{id, it.nonce, cb.Type})
	return result, nil
}

// respond carries an answer out and returns the message it made or changed, if any.
func (w *World) respond(it *interaction, cb wire.Callback) (*wire.Message, error) {
	f := problem.NewForm()
	switch cb.Type {
	case wire.Choices:
		wire.CheckChoices(f.At("data", "choices"), cb.Data.Choices, it.option)
		if err := f.Err(); err != nil {
			return nil, err
		}
		w.toPerson(it, "APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE", struct {
			ID      ID            `json:"interaction_id"`
			Nonce   string        `json:"nonce,omitempty"`
			Choices []wire.Choice `json:"choices"`
		}{it.wire.ID, it.nonce, append([]wire.Choice{}, cb.Data.Choices...)})
		return nil, nil
	case wire.Modal:
		return nil, w.openModal(it, cb)
	case wire.DeferredUpdate:
		it.original = it.source
		return nil, nil
	case wire.Update:
		p, err := it.ch.postFor(it.person.ID, it.source)
		if err != nil {
			return nil, problem.UnknownMessage
		}
		it.original = it.source
		if err := w.edit(it.ch, p, &cb.Data.MessageInput, w.answering(it), it.wire.ID); err != nil {
			return nil, err
		}
		return p.msg, nil
	case wire.DeferredReply:
		p := w.answer(it, cb.Data.Flags.Value&wire.FlagEphemeral|wire.FlagLoading)
		it.deferred = true
		w.put(it.ch, p)
		it.original = p.msg.ID
		return p.msg, nil
	}
	p, err := w.fillAnswer(it, &cb.Data.MessageInput, problem.NewForm().At("data"))
	if err != nil {
		return nil, err
	}
	w.put(it.ch, p)
	it.original = p.msg.ID
	return p.msg, nil
}

// answering is what the application may do in an answer: everything but what it lacks itself.
func (w *World) answering(it *interaction) wire.Permissions {
	return w.allowed(w.app.BotID, it.ch) | wire.SendMessages | wire.EmbedLinks | wire.AttachFiles
}

// answer makes the message of an answer, still without content.
func (w *World) answer(it *interaction, flags int) *post {
	m := &wire.Message{
		Author: w.bot(), ApplicationID: w.app.ID, WebhookID: w.app.ID, Flags: flags,
		InteractionMetadata: it.metadata, Interaction: it.legacy,
	}
	switch {
	case it.wire.Type == wire.CommandInteraction && it.wire.Data.(*wire.CommandData).Type == wire.SlashCommand:
		m.Type = wire.MessageOfCommand
	case it.wire.Type == wire.CommandInteraction:
		m.Type = wire.MessageOfMenu
	case it.source != 0:
		m.Type = wire.MessageReply
		m.Reference = &wire.Reference{MessageID: it.source, ChannelID: it.ch.wire.ID, GuildID: it.wire.GuildID}
	}
	p := &post{msg: m, via: it.wire.ID}
	if g := it.ch.guild; g != nil && !w.hears(g) && !w.allowed(it.person.ID, it.ch).Has(wire.UseExternalApps) {
		m.Flags |= wire.FlagEphemeral // what one uses alone only oneself sees, where the guild does not want it
	}
	if m.Ephemeral() {
		p.only = it.person.ID
	}
	return p
}

// fillAnswer checks a body and makes the message of it.
func (w *World) fillAnswer(it *interaction, in *wire.MessageInput, f problem.Form) (*post, error) {
	in.Check(f, in.Flags.Value)
	if err := f.Err(); err != nil {
		return nil, err
	}
	if in.Empty() {
		return nil, problem.EmptyMessage
	}
	p := w.answer(it, in.Flags.Value&(settable|wire.FlagEphemeral))
	p.msg.TTS = in.TTS
	return p, w.compose(it.ch, p.msg, in, w.answering(it))
}

func (w *World) openModal(it *interaction, cb wire.Callback) error {
	f := problem.NewForm().At("data")
	f.At("custom_id").Length(cb.Data.CustomID, 1, 100)
	f.At("title").Length(cb.Data.Title, 1, 45)
	wire.CheckModal(f.At("components"), cb.Data.Components.Value)
	if err := f.Err(); err != nil {
		return err
	}
	open := wire.OpenModal{
		ID: it.wire.ID, ApplicationID: w.app.ID, ChannelID: it.ch.wire.ID,
		CustomID: cb.Data.CustomID, Title: cb.Data.Title, Components: wire.Number(cb.Data.Components.Value),
	}
	w.asked.modals[it.wire.ID] = &modal{open: open, person: it.person.ID, from: it}
	w.toPerson(it, "INTERACTION_MODAL_CREATE", open)
	return nil
}
