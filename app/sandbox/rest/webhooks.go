package rest

import (
	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

func getChannelWebhooks(c *call) (any, error) {
	channel, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	return c.world.Webhooks(c.me, channel)
}

func getGuildWebhooks(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	return c.world.GuildWebhooks(c.me, guild)
}

func createWebhook(c *call) (any, error) {
	channel, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	var in wire.WebhookInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.world.CreateWebhook(c.me, channel, in, c.reason)
}

// webhook reads which webhook is meant, and by what it is opened: the token of the path, or the bot.
func (c *call) webhook() (wire.ID, world.Key, error) {
	id, err := c.id("app")
	if err != nil {
		return 0, world.Key{}, problem.UnknownWebhook
	}
	token := c.param("token")
	if token == "" {
		return id, world.Key{By: c.me}, nil
	}
	return id, world.Key{Token: token}, nil
}

func getWebhook(c *call) (any, error) {
	id, key, err := c.webhook()
	if err != nil {
		return nil, err
	}
	return c.world.Webhook(id, key)
}

func editWebhook(c *call) (any, error) {
	id, key, err := c.webhook()
	if err != nil {
		return nil, err
	}
	var in wire.WebhookInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.world.EditWebhook(id, key, in, c.reason)
}

func deleteWebhook(c *call) (any, error) {
	id, key, err := c.webhook()
	if err != nil {
		return nil, err
	}
	return nil, c.world.DeleteWebhook(id, key, c.reason)
}

// post serves the one address of both kinds of webhooks: those of channels, and interactions.
func postWebhook(c *call) (any, error) {
	id, key, err := c.webhook()
	if err != nil {
		return nil, err
	}
	if id == c.world.Application().ID {
		return followUp(c)
	}
	var in wire.WebhookMessage
	if in.Files, err = c.bodyWithFiles(&in); err != nil {
		return nil, err
	}
	if in.ThreadID, err = c.queryID("thread_id"); err != nil {
		return nil, err
	}
	in.WithComponents = c.queryBool("with_components")
	m, err := c.world.Execute(id, key.Token, in)
	if err != nil || !c.queryBool("wait") {
		return nil, err
	}
	return m, nil
}

// ofInteraction reports whether a message of a webhook is one of an interaction.
func (c *call) ofInteraction() bool {
	id, err := c.id("app")
	return err != nil || id == c.world.Application().ID
}

// webhookMessage reads which message of a channel's webhook is meant.
func (c *call) webhookMessage() (id wire.ID, token string, thread, message wire.ID, err error) {
	ids, err := c.ids("app", "message")
	if err != nil {
		return 0, "", 0, 0, problem.UnknownMessage
	}
	thread, err = c.queryID("thread_id")
	return ids[0], c.param("token"), thread, ids[1], err
}

func getWebhookMessage(c *call) (any, error) {
	if c.ofInteraction() {
		return getAnswer(c)
	}
	id, token, thread, message, err := c.webhookMessage()
	if err != nil {
		return nil, err
	}
	return c.world.WebhookMessage(id, token, thread, message)
}

func editWebhookMessage(c *call) (any, error) {
	if c.ofInteraction() {
		return editAnswer(c)
	}
	id, token, thread, message, err := c.webhookMessage()
	if err != nil {
		return nil, err
	}
	in, err := c.message()
	if err != nil {
		return nil, err
	}
	return c.world.EditWebhookMessage(id, token, thread, message, in)
}

func deleteWebhookMessage(c *call) (any, error) {
	if c.ofInteraction() {
		return deleteAnswer(c)
	}
	id, token, thread, message, err := c.webhookMessage()
	if err != nil {
		return nil, err
	}
	return nil, c.world.DeleteWebhookMessage(id, token, thread, message)
}
