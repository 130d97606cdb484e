package people

import (
	"github.com/go-chi/chi/v5"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

func (h *Handler) createInvite(a *ask) (any, error) {
	var in wire.InviteInput
	me, channel := a.id("me"), a.id("channel")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return h.World.CreateInvite(me, channel, in, "")
}

func (h *Handler) invites(a *ask) (any, error) {
	me, guild := a.id("me"), a.id("guild")
	if a.err != nil {
		return nil, a.err
	}
	return h.World.Invites(me, guild)
}

func (h *Handler) lookUp(a *ask) (any, error) {
	return h.World.LookUp(chi.URLParam(a.Request, "code"), true)
}

// accept joins a guild by an invite and answers with where one is then.
func (h *Handler) accept(a *ask) (any, error) {
	me := a.id("me")
	if a.err != nil {
		return nil, a.err
	}
	_, guild, err := h.World.Accept(me, chi.URLParam(a.Request, "code"))
	return map[string]wire.ID{"guild_id": guild}, err
}

func (h *Handler) deleteInvite(a *ask) (any, error) {
	me := a.id("me")
	if a.err != nil {
		return nil, a.err
	}
	return h.World.DeleteInvite(me, chi.URLParam(a.Request, "code"), "")
}

func (h *Handler) createWebhook(a *ask) (any, error) {
	var in wire.WebhookInput
	me, channel := a.id("me"), a.id("channel")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return h.World.CreateWebhook(me, channel, in, "")
}

func (h *Handler) webhooks(a *ask) (any, error) {
	me, channel := a.id("me"), a.id("channel")
	if a.err != nil {
		return nil, a.err
	}
	return h.World.Webhooks(me, channel)
}

func (h *Handler) deleteWebhook(a *ask) (any, error) {
	me, hook := a.id("me"), a.id("webhook")
	if a.err != nil {
		return nil, a.err
	}
	return nil, h.World.DeleteWebhook(hook, world.Key{By: me}, "")
}
