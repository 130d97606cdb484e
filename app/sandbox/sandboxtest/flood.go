package sandboxtest

import (
	"fmt"
	"net/http"

	"github.com/smarter-dev/smarterdev/app/sandbox/flood"
)

// Flood lets many people act at once. Without a guild it happens in the first one.
func (w *World) Flood(f flood.Flood) *Flood {
	w.t.Helper()
	if f.Guild == 0 {
		f.Guild = w.GuildID
	}
	started := &Flood{world: w}
	w.must(http.MethodPost, "/control/floods", f, &started.Progress)
	return started
}

// TryFlood is Flood for what may be refused.
func (w *World) TryFlood(f flood.Flood) error {
	if f.Guild == 0 {
		f.Guild = w.GuildID
	}
	return w.call(http.MethodPost, "/control/floods", f, nil)
}

// Flood is a flood on its way.
type Flood struct {
	flood.Progress
	world *World
}

// Wait waits until everybody has done what they were to do.
func (f *Flood) Wait() *Flood {
	f.world.t.Helper()
	for !f.Done {
		f.Progress = f.ask("?wait")
	}
	return f
}

// Now asks how far it has come.
func (f *Flood) Now() flood.Progress {
	f.world.t.Helper()
	return f.ask("")
}

func (f *Flood) ask(query string) (p flood.Progress) {
	f.world.t.Helper()
	f.world.must(http.MethodGet, fmt.Sprintf("/control/floods/%d", f.ID)+query, nil, &p)
	return p
}

// Stop ends the flood.
func (f *Flood) Stop() {
	f.world.t.Helper()
	f.world.must(http.MethodDelete, fmt.Sprintf("/control/floods/%d", f.ID), nil, nil)
}
