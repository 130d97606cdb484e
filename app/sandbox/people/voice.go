package people

import (
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// joinVoice connects, moves or changes how one is connected.
func (h *Handler) joinVoice(a *ask) (any, error) {
	var in wire.VoiceInput
	me, guild := a.id("me"), a.id("guild")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return h.World.JoinVoice(me, guild, in)
}

func (h *Handler) leaveVoice(a *ask) (any, error) {
	me, guild := a.id("me"), a.id("guild")
	if a.err != nil {
		return nil, a.err
	}
	return nil, h.World.LeaveVoice(me, guild)
}
