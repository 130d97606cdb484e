package rest

import (
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func getVoiceRegions(*call) (any, error) { return wire.VoiceRegions, nil }

func getVoiceState(c *call) (any, error) {
	ids, err := c.ids("guild", "user")
	if err != nil {
		return nil, err
	}
	return c.world.VoiceState(c.me, ids[0], ids[1])
}

func editVoiceState(c *call) (any, error) {
	ids, err := c.ids("guild", "user")
	if err != nil {
		return nil, err
	}
	var in wire.VoiceStateInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return nil, c.world.EditVoiceState(c.me, ids[0], ids[1], in)
}
