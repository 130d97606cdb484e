package rest

import (
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
)

func getVoters(c *call) (any, error) {
	ids, err := c.ids("channel", "message")
	if err != nil {
		return nil, err
	}
	answer, err := strconv.Atoi(chi.URLParam(c.Request, "answer"))
	if err != nil {
		f := problem.NewForm()
		f.At("answer_id").Add("NUMBER_TYPE_COERCE", "Value \"%s\" is not int.", chi.URLParam(c.Request, "answer"))
		return nil, f.Err()
	}
	limit, err := c.queryInt("limit", 25, 1, 100)
	if err != nil {
		return nil, err
	}
	after, err := c.queryID("after")
	if err != nil {
		return nil, err
	}
	users, err := c.world.Voters(c.me, ids[0], ids[1], answer, after, limit)
	return map[string]any{"users": users}, err
}

func endPoll(c *call) (any, error) {
	ids, err := c.ids("channel", "message")
	if err != nil {
		return nil, err
	}
	return c.world.EndPoll(c.me, ids[0], ids[1])
}
