package rest

import (
	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func answerInteraction(c *call) (any, error) {
	id, err := c.id("interaction")
	if err != nil {
		return nil, problem.UnknownInteraction
	}
	var cb wire.Callback
	if cb.Data.Files, err = c.bodyWithFiles(&cb); err != nil {
		return nil, err
	}
	result, err := c.world.Answer(id, c.param("token"), cb)
	if err != nil || !c.queryBool("with_response") {
		return nil, err
	}
	return result, nil
}

func followUp(c *call) (any, error) {
	app, err := c.id("app")
	if err != nil {
		return nil, problem.UnknownWebhook
	}
	in, err := c.message()
	if err != nil {
		return nil, err
	}
	return c.world.Followup(app, c.param("token"), in)
}

// answerOf reads which message of an interaction is meant; 0 is @original.
func (c *call) answerOf() (app, message wire.ID, token string, err error) {
	if app, err = c.id("app"); err != nil {
		return 0, 0, "", problem.UnknownWebhook
	}
	if c.param("message") != "@original" {
		message, err = c.id("message")
	}
	return app, message, c.param("token"), err
}

func getAnswer(c *call) (any, error) {
	app, message, token, err := c.answerOf()
	if err != nil {
		return nil, err
	}
	return c.world.AnswerMessage(app, token, message)
}

func editAnswer(c *call) (any, error) {
	app, message, token, err := c.answerOf()
	if err != nil {
		return nil, err
	}
	in, err := c.message()
	if err != nil {
		return nil, err
	}
	return c.world.EditAnswer(app, token, message, in)
}

func deleteAnswer(c *call) (any, error) {
	app, message, token, err := c.answerOf()
	if err != nil {
		return nil, err
	}
	return nil, c.world.DeleteAnswer(app, token, message)
}
