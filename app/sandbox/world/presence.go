package world

import (
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

type presence struct {
	status     string
	activities []wire.Activity
	seen       time.Time // when it was last changed
}

func (p presence) online() bool { return p.status != "" && p.status != "offline" }

func (p presence) wire(user, guild ID) *wire.Presence {
	out := &wire.Presence{
		User: wire.PresenceUser{ID: user}, GuildID: guild, Status: p.status,
		Activities: p.activities, ClientStatus: map[string]string{},
	}
	if out.Activities == nil {
		out.Activities = []wire.Activity{}
	}
	if out.Status == "" || out.Status == "invisible" {
		out.Status = "offline"
	}
	if p.online() {
		out.ClientStatus["desktop"] = p.status
	}
	return out
}

// seededPresence is who is there when a world starts: most people, other bots, not the application's
// own, which is there when it connects.
func seededPresence(u *wire.User) presence {
	switch {
	case u.Bot:
		return presence{status: "offline"}
	case u.ID>>22%5 == 4:
		return presence{status: "offline"}
	case u.ID>>22%5 == 3:
		return presence{status: "idle"}
	}
	return presence{status: "online"}
}

func (w *World) online(g *guild) (n int) {
	for id := range g.members {
		if w.present[id].online() {
			n++
		}
	}
	return n
}

// Presence returns what someone shows of being there.
func (w *World) Presence(user ID) *wire.Presence {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.present[user].wire(user, 0)
}

// SetPresence shows someone as online, idle, dnd, invisible or offline, in every guild they are in.
func (w *World) SetPresence(user ID, status string, activities []wire.Activity) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if status == "invisible" {
		status = "offline"
	}
	p := presence{status: status, activities: activities, seen: w.now()}
	if old := w.present[user]; old.online() == p.online() && old.status == status && len(activities) == 0 && len(old.activities) == 0 {
		return
	}
	w.present[user] = p
	for _, id := range w.order {
		g := w.guilds[id]
		if g.members[user] != nil {
			w.emit(&Event{Name: "PRESENCE_UPDATE", Guild: id, Subject: user, Data: p.wire(user, id), Bots: w.hears(g), People: true})
		}
	}
}
