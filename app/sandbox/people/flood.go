package people

import (
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/smarter-dev/smarterdev/app/sandbox/flood"
	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
)

// startFlood lets many people act at once.
func (h *Handler) startFlood(a *ask) (any, error) {
	var in flood.Flood
	if err := a.input(&in); err != nil {
		return nil, err
	}
	id, err := h.Floods.Start(in)
	if err != nil {
		return nil, err
	}
	p, _ := h.Floods.Progress(a.Context(), id, false)
	return p, nil
}

// floodOf tells how far a flood has come; with wait, when it is done.
func (h *Handler) floodOf(a *ask) (any, error) {
	id, _ := strconv.Atoi(chi.URLParam(a.Request, "flood"))
	p, found := h.Floods.Progress(a.Context(), id, a.URL.Query().Has("wait"))
	if !found {
		return nil, problem.NotFound
	}
	return p, nil
}

func (h *Handler) stopFlood(a *ask) (any, error) {
	id, _ := strconv.Atoi(chi.URLParam(a.Request, "flood"))
	h.Floods.Stop(id)
	return nil, nil
}
