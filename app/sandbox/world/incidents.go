package world

import (
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

const longestPause = 24 * time.Hour

// Pause stops invites and direct messages of a guild until an instant within 24 hours, or goes on
// with them. It needs MANAGE_GUILD.
func (w *World) Pause(by, guild ID, in wire.IncidentActions) (*wire.IncidentsData, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	if err := w.require(g, by, wire.ManageGuild); err != nil {
		return nil, err
	}
	data := new(wire.IncidentsData)
	if g.wire.IncidentsData != nil {
		*data = *g.wire.IncidentsData
	}
	f := problem.NewForm()
	for _, part := range []struct {
		name string
		in   wire.Opt[wire.Time]
		to   **wire.Time
	}{
		{"invites_disabled_until", in.InvitesDisabledUntil, &data.InvitesDisabledUntil},
		{"dms_disabled_until", in.DMsDisabledUntil, &data.DMsDisabledUntil},
	} {
		if !part.in.Set {
			continue
		}
		if !part.in.Null && part.in.Value.After(w.now().Add(longestPause)) {
			f.At(part.name).Add("DATE_TIME_TYPE_TOO_FAR", "Must be within 24 hours from now.")
		}
		*part.to = part.in.Pointer()
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	g.wire = new(*g.wire)
	g.wire.IncidentsData = data
	w.everyone("GUILD_UPDATE", g, g.rest())
	return data, nil
}

// invitesPaused reports whether nobody can join by an invite at this time.
func (w *World) invitesPaused(g *guild) bool {
	d := g.wire.IncidentsData
	return d != nil && d.InvitesDisabledUntil != nil && d.InvitesDisabledUntil.After(w.now())
}
