package world

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// forward makes a message the forward of another one, with a copy of it: whoever forwards must see
// it, and an application be able to read it.
func (w *World) forward(by ID, m *wire.Message, ref *wire.Reference) error {
	f := problem.NewForm()
	if ref.ChannelID == 0 || ref.MessageID == 0 {
		f.At("message_reference", "channel_id").Required()
		return f.Err()
	}
	from, err := w.channelFor(by, ref.ChannelID)
	if err != nil {
		return err
	}
	if !w.allowed(by, from).Has(wire.ReadMessageHistory) {
		return problem.MissingAccess
	}
	p, err := from.post(ref.MessageID)
	switch {
	case err != nil:
		return err
	case p.msg.System() || p.msg.Poll != nil:
		f.At("message_reference").Add("MESSAGE_REFERENCE_NOT_FORWARDABLE", "Cannot forward this message")
		return f.Err()
	case by == w.app.BotID && !w.readable(p.msg, from):
		return problem.CannotForward
	}
	m.Flags |= wire.FlagHasSnapshot
	m.Reference = &wire.Reference{Type: wire.ForwardReference, MessageID: ref.MessageID, ChannelID: ref.ChannelID, GuildID: from.wire.GuildID}
	m.Snapshots = []wire.Snapshot{wire.SnapshotOf(p.msg)}
	return nil
}

// readable reports whether the application can read the content of a message.
func (w *World) readable(m *wire.Message, ch *channel) bool {
	return w.app.MessageContent || ch.guild == nil || m.Author.ID == w.app.BotID ||
		slices.ContainsFunc(m.Mentions, func(u *wire.User) bool { return u.ID == w.app.BotID })
}
