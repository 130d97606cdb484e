package rest

import (
	"net/http"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func getChannels(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	return c.world.Channels(c.me, guild)
}

func createChannel(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	var in wire.ChannelInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	c.status = http.StatusCreated
	return c.world.CreateChannel(c.me, guild, in, c.reason)
}

func getChannel(c *call) (any, error) {
	id, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	return c.world.Channel(c.me, id)
}

func editChannel(c *call) (any, error) {
	id, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	var in wire.ChannelInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.world.EditChannel(c.me, id, in, c.reason)
}

func deleteChannel(c *call) (any, error) {
	id, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	return c.world.DeleteChannel(c.me, id, c.reason)
}

func setOverwrite(c *call) (any, error) {
	ids, err := c.ids("channel", "overwrite")
	if err != nil {
		return nil, err
	}
	var in wire.Overwrite
	if err := c.body(&in); err != nil {
		return nil, err
	}
	in.ID = ids[1]
	return nil, c.world.SetOverwrite(c.me, ids[0], in, false, c.reason)
}

func deleteOverwrite(c *call) (any, error) {
	ids, err := c.ids("channel", "overwrite")
	if err != nil {
		return nil, err
	}
	return nil, c.world.SetOverwrite(c.me, ids[0], wire.Overwrite{ID: ids[1]}, true, c.reason)
}

func startTyping(c *call) (any, error) {
	id, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	return nil, c.world.Typing(c.me, id)
}

func moveChannels(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	var in []wire.ChannelMove
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return nil, c.world.MoveChannels(c.me, guild, in, c.reason)
}
