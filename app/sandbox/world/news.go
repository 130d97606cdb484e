package world

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Follow brings what is published in a channel for announcements into another channel, by a webhook
// there. It needs MANAGE_WEBHOOKS in the other one.
func (w *World) Follow(by, channel, into ID, reason string) (*wire.Webhook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	from, err := w.channelFor(by, channel)
	if err != nil {
		return nil, err
	}
	if from.wire.Type != wire.NewsChannel {
		return nil, problem.WrongChannelType
	}
	to, err := w.manageable(by, into, wire.ManageWebhooks)
	if err != nil {
		return nil, err
	}
	source := from.guild.wire
	name := source.Name + " #" + from.wire.Label()
	h, err := w.newWebhook(by, to, wire.WebhookInput{Name: wire.Given(name)}, reason, func(h *wire.Webhook) {
		h.Type, h.Avatar, h.ApplicationID = wire.FollowerWebhook, source.Icon, nil
		h.SourceGuild, h.SourceChannel = &wire.FollowedGuild{ID: source.ID, Name: source.Name, Icon: source.Icon}, &wire.FollowedChannel{ID: from.wire.ID, Name: from.wire.Label()}
	})
	if err != nil {
		return nil, err
	}
	w.put(to, &post{msg: &wire.Message{
		Type: wire.MessageFollowAdd, Author: w.users[by], Content: name, WebhookID: h.ID,
		Reference: &wire.Reference{ChannelID: channel, GuildID: source.ID},
	}})
	return h, nil
}

// Publish sends a message of a channel for announcements to all who follow it: 40033 for one that is
// published already. One's own needs SEND_MESSAGES, another's MANAGE_MESSAGES.
func (w *World) Publish(by, channel, message ID) (*wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return nil, err
	}
	if ch.wire.Type != wire.NewsChannel {
		return nil, problem.WrongChannelType
	}
	p, err := ch.post(message)
	if err != nil {
		return nil, err
	}
	need := wire.SendMessages
	if p.msg.Author.ID != by {
		need |= wire.ManageMessages
	}
	switch {
	case !w.allowed(by, ch).Has(need):
		return nil, problem.MissingPermissions
	case p.msg.System():
		return nil, problem.SystemMessage
	case p.msg.Flags&wire.FlagCrossposted != 0:
		return nil, problem.AlreadyPublished
	}
	m := new(*p.msg)
	m.Flags |= wire.FlagCrossposted
	w.replace(ch, p, m, 0)
	for _, h := range w.hooksOf(func(h *wire.Webhook) bool { return h.SourceChannel != nil && h.SourceChannel.ID == channel }) {
		w.put(w.chans[h.ChannelID], &post{msg: &wire.Message{
			Author: h.Author("", nil), WebhookID: h.ID, Content: m.Content, Embeds: m.Embeds, Attachments: m.Attachments, Flags: wire.FlagIsCrosspost,
			Reference: &wire.Reference{MessageID: message, ChannelID: channel, GuildID: ch.guild.wire.ID},
		}})
	}
	return p.show(by), nil
}

// RoleCounts tells how many members have each role, but for @everyone.
func (w *World) RoleCounts(by, guild ID) (map[ID]int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	counts := make(map[ID]int, len(g.roles))
	for id := range g.roles {
		if id != guild {
			counts[id] = 0
		}
	}
	for _, m := range g.members {
		for _, id := range slices.Compact(slices.Sorted(slices.Values(m.Roles))) {
			counts[id]++
		}
	}
	return counts, nil
}
