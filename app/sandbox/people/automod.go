package people

import "github.com/smarter-dev/smarterdev/app/sandbox/wire"

// Discord's AutoMod, as somebody who may manage the guild sets it up in its settings.

func (h *Handler) rules(a *ask) (any, error) {
	me, guild := a.id("me"), a.id("guild")
	if a.err != nil {
		return nil, a.err
	}
	return h.World.Rules(me, guild)
}

func (h *Handler) createRule(a *ask) (any, error) {
	var in wire.AutoModInput
	me, guild := a.id("me"), a.id("guild")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return h.World.CreateRule(me, guild, in, "")
}

func (h *Handler) editRule(a *ask) (any, error) {
	var in wire.AutoModInput
	me, guild, rule := a.id("me"), a.id("guild"), a.id("rule")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return h.World.EditRule(me, guild, rule, in, "")
}

func (h *Handler) deleteRule(a *ask) (any, error) {
	me, guild, rule := a.id("me"), a.id("guild"), a.id("rule")
	if a.err != nil {
		return nil, a.err
	}
	return nil, h.World.DeleteRule(me, guild, rule, "")
}
