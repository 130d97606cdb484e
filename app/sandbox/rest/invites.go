package rest

import "github.com/smarter-dev/smarterdev/app/sandbox/wire"

func createInvite(c *call) (any, error) {
	channel, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	var in wire.InviteInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.world.CreateInvite(c.me, channel, in, c.reason)
}

func getChannelInvites(c *call) (any, error) {
	channel, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	return c.world.ChannelInvites(c.me, channel)
}

func getGuildInvites(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	return c.world.Invites(c.me, guild)
}

func getInvite(c *call) (any, error) {
	return c.world.LookUp(c.param("code"), c.queryBool("with_counts"))
}

func deleteInvite(c *call) (any, error) { return c.world.DeleteInvite(c.me, c.param("code"), c.reason) }

func getVanity(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	code, uses, err := c.world.Vanity(c.me, guild)
	if err != nil {
		return nil, err
	}
	out := struct {
		Code *string `json:"code"`
		Uses int     `json:"uses"`
	}{nil, uses}
	if code != "" {
		out.Code = &code
	}
	return out, nil
}
