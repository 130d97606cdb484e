package world

import (
	"slices"
	"unicode/utf8"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

type reaction struct {
	emoji wire.Emoji
	users []ID // in the order in which they reacted
}

const mostReactions = 20 // different emojis under one message

func (r reaction) wire(viewer ID) wire.Reaction {
	return wire.Reaction{
		Emoji: r.emoji, Count: len(r.users), CountDetails: map[string]int{"burst": 0, "normal": len(r.users)},
		Me: slices.Contains(r.users, viewer), BurstColors: []string{},
	}
}

func sameEmoji(a, b wire.Emoji) bool {
	if a.ID != nil || b.ID != nil {
		return a.ID != nil && b.ID != nil && *a.ID == *b.ID
	}
	return a.Name == b.Name
}

// known refuses what is neither a Unicode emoji nor one of the guild's or the application's.
func (w *World) known(ch *channel, e wire.Emoji) error {
	if e.ID == nil {
		if r, _ := utf8.DecodeRuneInString(e.Name); e.Name == "" || r < 0x80 && !keycap(e.Name) || utf8.RuneCountInString(e.Name) > 16 {
			return problem.UnknownEmoji
		}
		return nil
	}
	for _, own := range w.app.Emojis {
		if own.ID == *e.ID {
			return nil
		}
	}
	if ch.guild != nil {
		for _, own := range ch.guild.wire.Emojis {
			if own.ID == *e.ID {
				return nil
			}
		}
	}
	return problem.UnknownEmoji
}

// keycap is an emoji that begins with a plain digit, # or *.
func keycap(name string) bool {
	last, _ := utf8.DecodeLastRuneInString(name)
	return last == 0x20e3
}

// React adds one's reaction: it needs READ_MESSAGE_HISTORY, and ADD_REACTIONS where nobody has
// reacted with that emoji yet.
func (w *World) React(by, channel, id ID, emoji wire.Emoji) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, p, err := w.reactable(by, channel, id, emoji)
	if err != nil {
		return err
	}
	if ch.archived() {
		return problem.ThreadArchived
	}
	may := w.allowed(by, ch)
	if !may.Has(wire.ReadMessageHistory) {
		return problem.MissingPermissions
	}
	i := slices.IndexFunc(p.reactions, func(r reaction) bool { return sameEmoji(r.emoji, emoji) })
	switch {
	case i >= 0 && slices.Contains(p.reactions[i].users, by):
		return nil
	case i >= 0:
		p.reactions[i].users = append(p.reactions[i].users, by)
	case !may.Has(wire.AddReactions):
		return problem.MissingPermissions
	case len(p.reactions) >= mostReactions:
		return problem.TooManyReactions
	default:
		p.reactions = append(p.reactions, reaction{emoji: emoji, users: []ID{by}})
	}
	w.reacted("MESSAGE_REACTION_ADD", ch, p, by, emoji)
	return nil
}

// Unreact takes a reaction back: one's own, or another's with MANAGE_MESSAGES.
func (w *World) Unreact(by, channel, id, user ID, emoji wire.Emoji) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, p, err := w.reactable(by, channel, id, emoji)
	if err != nil {
		return err
	}
	if ch.archived() {
		return problem.ThreadArchived
	}
	if by != user && !w.allowed(by, ch).Has(wire.ManageMessages) {
		return problem.MissingPermissions
	}
	i := slices.IndexFunc(p.reactions, func(r reaction) bool { return sameEmoji(r.emoji, emoji) })
	if i < 0 || !slices.Contains(p.reactions[i].users, user) {
		return nil
	}
	r := &p.reactions[i]
	r.users = slices.DeleteFunc(slices.Clone(r.users), func(u ID) bool { return u == user })
	if len(r.users) == 0 {
		p.reactions = slices.Delete(p.reactions, i, i+1)
	}
	w.reacted("MESSAGE_REACTION_REMOVE", ch, p, user, emoji)
	return nil
}

// ClearReactions removes all reactions of a message, or all of one emoji. It needs MANAGE_MESSAGES.
func (w *World) ClearReactions(by, channel, id ID, emoji *wire.Emoji) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return err
	}
	p, err := ch.post(id)
	if err != nil {
		return err
	}
	if !w.allowed(by, ch).Has(wire.ManageMessages) {
		return problem.MissingPermissions
	}
	if emoji == nil {
		p.reactions = nil
		w.reacted("MESSAGE_REACTION_REMOVE_ALL", ch, p, 0, wire.Emoji{})
		return nil
	}
	p.reactions = slices.DeleteFunc(p.reactions, func(r reaction) bool { return sameEmoji(r.emoji, *emoji) })
	w.reacted("MESSAGE_REACTION_REMOVE_EMOJI", ch, p, 0, *emoji)
	return nil
}

// Reactors lists up to limit people who reacted with an emoji, after one, by ascending id.
func (w *World) Reactors(by, channel, id ID, emoji wire.Emoji, after ID, limit int) ([]*wire.User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, p, err := w.reactable(by, channel, id, emoji)
	if err != nil {
		return nil, err
	}
	users := []*wire.User{}
	for _, r := range p.reactions {
		if !sameEmoji(r.emoji, emoji) {
			continue
		}
		for _, u := range slices.Sorted(slices.Values(r.users)) {
			if u > after && len(users) < limit {
				users = append(users, w.users[u])
			}
		}
	}
	return users, nil
}

func (w *World) reactable(by, in, id ID, emoji wire.Emoji) (*channel, *post, error) {
	ch, err := w.channelFor(by, in)
	if err != nil {
		return nil, nil, err
	}
	p, err := ch.post(id)
	if err != nil {
		return nil, nil, err
	}
	return ch, p, w.known(ch, emoji)
}

func (w *World) reacted(name string, ch *channel, p *post, user ID, emoji wire.Emoji) {
	data := struct {
		UserID          ID           `json:"user_id,omitempty"`
		ChannelID       ID           `json:"channel_id"`
		MessageID       ID           `json:"message_id"`
		GuildID         ID           `json:"guild_id,omitempty"`
		Member          *wire.Member `json:"member,omitempty"`
		MessageAuthorID ID           `json:"message_author_id,omitempty"`
		Emoji           *wire.Emoji  `json:"emoji,omitempty"`
		Burst           *bool        `json:"burst,omitempty"` // of one person's reaction, as is the type
		Type            *int         `json:"type,omitempty"`
	}{UserID: user, ChannelID: ch.wire.ID, MessageID: p.msg.ID}
	if emoji.Name != "" {
		data.Emoji = &emoji
	}
	if user != 0 {
		data.Burst, data.Type = new(false), new(0)
	}
	e := &Event{Name: name, Channel: ch.wire.ID, Subject: user, Bots: true, People: true}
	if ch.guild != nil {
		e.Guild, data.GuildID = ch.guild.wire.ID, ch.guild.wire.ID
		e.Bots = w.allowed(w.app.BotID, ch).Has(wire.ViewChannel)
	}
	if name == "MESSAGE_REACTION_ADD" {
		data.MessageAuthorID = p.msg.Author.ID
		if ch.guild != nil {
			data.Member = ch.guild.members[user]
		}
	}
	e.Data = data
	w.emit(e)
}
