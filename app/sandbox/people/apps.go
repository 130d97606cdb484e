package people

import "github.com/smarter-dev/smarterdev/app/sandbox/wire"

func (h *Handler) install(a *ask) (any, error)   { return h.setInstalled(a, true) }
func (h *Handler) uninstall(a *ask) (any, error) { return h.setInstalled(a, false) }

// setInstalled makes the application one of a person's own, or no longer.
func (h *Handler) setInstalled(a *ask, on bool) (any, error) {
	me := a.id("me")
	if a.err != nil {
		return nil, a.err
	}
	return nil, h.World.Install(me, on)
}

// useOther uses a command of another application, which answers as it is told to.
func (h *Handler) useOther(a *ask) (any, error) {
	var in struct {
		Bot     wire.ID `json:"bot_id"`
		Command string  `json:"command"`
		Content string  `json:"content"`
	}
	me, channel := a.id("me"), a.id("channel")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return h.World.UseOther(me, channel, in.Bot, in.Command, in.Content)
}
