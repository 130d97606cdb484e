package rest

import "github.com/smarter-dev/smarterdev/app/sandbox/wire"

func getRules(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	return c.world.Rules(c.me, guild)
}

func getRule(c *call) (any, error) {
	ids, err := c.ids("guild", "rule")
	if err != nil {
		return nil, err
	}
	return c.world.Rule(c.me, ids[0], ids[1])
}

func createRule(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	var in wire.AutoModInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.world.CreateRule(c.me, guild, in, c.reason)
}

func editRule(c *call) (any, error) {
	ids, err := c.ids("guild", "rule")
	if err != nil {
		return nil, err
	}
	var in wire.AutoModInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.world.EditRule(c.me, ids[0], ids[1], in, c.reason)
}

func deleteRule(c *call) (any, error) {
	ids, err := c.ids("guild", "rule")
	if err != nil {
		return nil, err
	}
	return nil, c.world.DeleteRule(c.me, ids[0], ids[1], c.reason)
}
