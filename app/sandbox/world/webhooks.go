package world

import (
	"crypto/rand"
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

const mostWebhooks = 15 // of one channel

// Webhooks lists the webhooks of a channel. It needs MANAGE_WEBHOOKS there.
func (w *World) Webhooks(by, channel ID) ([]*wire.Webhook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.manageable(by, channel, wire.ManageWebhooks)
	if err != nil {
		return nil, err
	}
	return w.hooksOf(func(h *wire.Webhook) bool { return h.ChannelID == ch.wire.ID }), nil
}

// GuildWebhooks lists the webhooks of a guild. It needs MANAGE_WEBHOOKS.
func (w *World) GuildWebhooks(by, guild ID) ([]*wire.Webhook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	if err := w.require(g, by, wire.ManageWebhooks); err != nil {
		return nil, err
	}
	return w.hooksOf(func(h *wire.Webhook) bool { return h.GuildID == guild }), nil
}

func (w *World) hooksOf(match func(*wire.Webhook) bool) []*wire.Webhook {
	list := []*wire.Webhook{}
	for _, h := range w.hooks {
		if match(h) {
			list = append(list, h)
		}
	}
	slices.SortFunc(list, func(a, b *wire.Webhook) int { return compareIDs(a.ID, b.ID) })
	return list
}

// CreateWebhook makes a webhook: 30007 where the channel has 15. It needs MANAGE_WEBHOOKS there.
func (w *World) CreateWebhook(by, channel ID, in wire.WebhookInput, reason string) (*wire.Webhook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.manageable(by, channel, wire.ManageWebhooks)
	if err != nil {
		return nil, err
	}
	return w.newWebhook(by, ch, in, reason, func(h *wire.Webhook) { h.Type = wire.IncomingWebhook })
}

func (w *World) newWebhook(by ID, ch *channel, in wire.WebhookInput, reason string, finish func(*wire.Webhook)) (*wire.Webhook, error) {
	if !ch.wire.Text() && ch.wire.Type != wire.ForumChannel {
		return nil, problem.WrongChannelType
	}
	f := problem.NewForm()
	wire.CheckWebhookName(f.At("name"), in.Name.Value)
	if err := f.Err(); err != nil {
		return nil, err
	}
	if len(w.hooksOf(func(h *wire.Webhook) bool { return h.ChannelID == ch.wire.ID })) >= mostWebhooks {
		return nil, problem.TooManyWebhooks
	}
	h := &wire.Webhook{ID: w.next(), GuildID: ch.guild.wire.ID, ChannelID: ch.wire.ID, User: w.users[by], Name: &in.Name.Value}
	if in.Avatar.Set && !in.Avatar.Null {
		h.Avatar = new(AvatarHash(h.ID))
	}
	if by == w.app.BotID {
		h.ApplicationID = &w.app.ID
	}
	finish(h)
	if h.Type == wire.IncomingWebhook {
		h.Token = rand.Text() + rand.Text() + rand.Text()[:16]
		h.URL = w.opts.FilesURL + "/webhooks/" + h.ID.String() + "/" + h.Token
	}
	w.hooks[h.ID] = h
	w.hooksChanged(ch)
	w.log(ch.guild, by, wire.AuditWebhookCreate, h.ID, reason, nil,
		wire.AuditChange{Key: "name", New: *h.Name}, wire.AuditChange{Key: "type", New: h.Type}, wire.AuditChange{Key: "channel_id", New: h.ChannelID})
	return h, nil
}

func (w *World) hooksChanged(ch *channel) {
	w.emit(&Event{
		Name: "WEBHOOKS_UPDATE", Guild: ch.guild.wire.ID, Channel: ch.wire.ID, People: true,
		Bots: w.allowed(w.app.BotID, ch).Has(wire.ViewChannel),
		Data: struct {
			GuildID   ID `json:"guild_id"`
			ChannelID ID `json:"channel_id"`
		}{ch.guild.wire.ID, ch.wire.ID},
	})
}

// Key opens a webhook: to somebody who manages it, or to who knows its token.
type Key struct {
	By    ID     // somebody; 0: nobody who has signed in
	Token string // instead of a person
}

// webhook finds a webhook that a key opens: 10015 when there is none, 50027 for a wrong token.
func (w *World) webhookFor(id ID, k Key) (*wire.Webhook, *channel, error) {
	h := w.hooks[id]
	if h == nil {
		return nil, nil, problem.UnknownWebhook
	}
	ch := w.chans[h.ChannelID]
	switch {
	case k.Token != "" && (k.Token != h.Token || h.Type != wire.IncomingWebhook):
		return nil, nil, problem.InvalidWebhookToken
	case k.Token == "" && !w.allowed(k.By, ch).Has(wire.ManageWebhooks):
		return nil, nil, problem.MissingPermissions
	}
	return h, ch, nil
}

func (k Key) sees(h *wire.Webhook) *wire.Webhook {
	if k.Token == "" {
		return h
	}
	h = new(*h)
	h.User = nil
	return h
}

// Webhook returns a webhook, without who made it to those who ask with its token.
func (w *World) Webhook(id ID, k Key) (*wire.Webhook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h, _, err := w.webhookFor(id, k)
	if err != nil {
		return nil, err
	}
	return k.sees(h), nil
}

// EditWebhook renames a webhook, or moves it to another channel, which needs MANAGE_WEBHOOKS there
// and cannot be done with its token.
func (w *World) EditWebhook(id ID, k Key, in wire.WebhookInput, reason string) (*wire.Webhook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	old, ch, err := w.webhookFor(id, k)
	if err != nil {
		return nil, err
	}
	h := new(*old)
	f := problem.NewForm()
	if in.Name.Set && !in.Name.Null {
		wire.CheckWebhookName(f.At("name"), in.Name.Value)
		h.Name = &in.Name.Value
	}
	if in.Avatar.Set {
		h.Avatar = nil
		if !in.Avatar.Null {
			h.Avatar = new(AvatarHash(w.next()))
		}
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	to := ch
	if in.ChannelID.Set && !in.ChannelID.Null && k.Token == "" {
		if to, err = w.manageable(k.By, in.ChannelID.Value, wire.ManageWebhooks); err != nil {
			return nil, err
		}
		if to.guild != ch.guild {
			return nil, problem.UnknownChannel
		}
		h.ChannelID = to.wire.ID
	}
	w.hooks[id] = h
	w.hooksChanged(ch)
	if to != ch {
		w.hooksChanged(to)
	}
	w.log(ch.guild, k.By, wire.AuditWebhookUpdate, id, reason, nil, wire.AuditChange{Key: "name", Old: *old.Name, New: *h.Name})
	return k.sees(h), nil
}

// DeleteWebhook deletes a webhook. What it has posted stays.
func (w *World) DeleteWebhook(id ID, k Key, reason string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	h, ch, err := w.webhookFor(id, k)
	if err != nil {
		return err
	}
	delete(w.hooks, id)
	w.hooksChanged(ch)
	w.log(ch.guild, k.By, wire.AuditWebhookDelete, id, reason, nil, wire.AuditChange{Key: "name", Old: *h.Name})
	return nil
}
