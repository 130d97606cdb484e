package rest

import (
	"slices"

	"github.com/go-chi/chi/v5"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// readable is a message as the application may read it: without the message content intent,
// what people entered is empty, but in direct messages and where the bot is mentioned.
func (c *call) readable(m *wire.Message, channel *wire.Channel) *wire.Message {
	app := c.world.Application()
	if app.MessageContent || channel.Type == wire.DMChannel || m.Author.ID == app.BotID ||
		slices.ContainsFunc(m.Mentions, func(u *wire.User) bool { return u.ID == app.BotID }) {
		return m
	}
	return wire.Redact(m, app.BotID)
}

func (c *call) readableList(list []*wire.Message, channel wire.ID) ([]*wire.Message, error) {
	ch, err := c.world.Channel(c.me, channel)
	if err != nil {
		return nil, err
	}
	for i, m := range list {
		list[i] = c.readable(m, ch)
	}
	return list, nil
}

func getMessages(c *call) (any, error) {
	channel, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	var page world.Page
	for _, part := range []struct {
		name string
		into *wire.ID
	}{{"around", &page.Around}, {"before", &page.Before}, {"after", &page.After}} {
		if *part.into, err = c.queryID(part.name); err != nil {
			return nil, err
		}
	}
	if page.Limit, err = c.queryInt("limit", 50, 1, 100); err != nil {
		return nil, err
	}
	list, err := c.world.Messages(c.me, channel, page)
	if err != nil {
		return nil, err
	}
	return c.readableList(list, channel)
}

func getMessage(c *call) (any, error) {
	ids, err := c.ids("channel", "message")
	if err != nil {
		return nil, err
	}
	m, err := c.world.Message(c.me, ids[0], ids[1])
	if err != nil {
		return nil, err
	}
	list, err := c.readableList([]*wire.Message{m}, ids[0])
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

func createMessage(c *call) (any, error) {
	channel, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	in, err := c.message()
	if err != nil {
		return nil, err
	}
	return c.world.Write(c.me, channel, in)
}

func editMessage(c *call) (any, error) {
	ids, err := c.ids("channel", "message")
	if err != nil {
		return nil, err
	}
	in, err := c.message()
	if err != nil {
		return nil, err
	}
	return c.world.Edit(c.me, ids[0], ids[1], in)
}

func deleteMessage(c *call) (any, error) {
	ids, err := c.ids("channel", "message")
	if err != nil {
		return nil, err
	}
	return nil, c.world.DeleteMessage(c.me, ids[0], ids[1], c.reason)
}

func deleteMessages(c *call) (any, error) {
	channel, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	var in struct {
		Messages []wire.ID `json:"messages"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return nil, c.world.DeleteMessages(c.me, channel, in.Messages, c.reason)
}

func react(c *call) (any, error) {
	ids, err := c.ids("channel", "message")
	if err != nil {
		return nil, err
	}
	emoji, err := c.emoji()
	if err != nil {
		return nil, err
	}
	return nil, c.world.React(c.me, ids[0], ids[1], emoji)
}

func unreact(c *call) (any, error) {
	ids, err := c.ids("channel", "message")
	if err != nil {
		return nil, err
	}
	user := c.me
	if chi.URLParam(c.Request, "user") != "" {
		if user, err = c.id("user"); err != nil {
			return nil, err
		}
	}
	emoji, err := c.emoji()
	if err != nil {
		return nil, err
	}
	return nil, c.world.Unreact(c.me, ids[0], ids[1], user, emoji)
}

func clearReactions(c *call) (any, error) {
	ids, err := c.ids("channel", "message")
	if err != nil {
		return nil, err
	}
	if chi.URLParam(c.Request, "emoji") == "" {
		return nil, c.world.ClearReactions(c.me, ids[0], ids[1], nil)
	}
	emoji, err := c.emoji()
	if err != nil {
		return nil, err
	}
	return nil, c.world.ClearReactions(c.me, ids[0], ids[1], &emoji)
}

func getReactors(c *call) (any, error) {
	ids, err := c.ids("channel", "message")
	if err != nil {
		return nil, err
	}
	emoji, err := c.emoji()
	if err != nil {
		return nil, err
	}
	limit, err := c.queryInt("limit", 25, 1, 100)
	if err != nil {
		return nil, err
	}
	after, err := c.queryID("after")
	if err != nil {
		return nil, err
	}
	return c.world.Reactors(c.me, ids[0], ids[1], emoji, after, limit)
}

func pin(c *call) (any, error)   { return nil, setPin(c, true) }
func unpin(c *call) (any, error) { return nil, setPin(c, false) }

func setPin(c *call, on bool) error {
	ids, err := c.ids("channel", "message")
	if err != nil {
		return err
	}
	return c.world.Pin(c.me, ids[0], ids[1], on, c.reason)
}

func getPinsOld(c *call) (any, error) {
	channel, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	list, err := c.world.Pinned(c.me, channel)
	if err != nil {
		return nil, err
	}
	return c.readableList(list, channel)
}

func getPins(c *call) (any, error) {
	list, err := getPinsOld(c)
	if err != nil {
		return nil, err
	}
	type item struct {
		PinnedAt wire.Time     `json:"pinned_at"`
		Message  *wire.Message `json:"message"`
	}
	items := []item{}
	for _, m := range list.([]*wire.Message) {
		items = append(items, item{m.Timestamp, m})
	}
	return map[string]any{"items": items, "has_more": false}, nil
}
