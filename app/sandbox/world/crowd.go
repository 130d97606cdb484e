package world

import "github.com/smarter-dev/smarterdev/app/sandbox/wire"

// People lists up to limit members of a guild who are no bots, ascending by id.
func (w *World) People(guild ID, limit int) []ID {
	w.mu.Lock()
	defer w.mu.Unlock()
	g := w.guilds[guild]
	if g == nil {
		return nil
	}
	var list []ID
	for _, id := range g.sorted {
		if len(list) < limit && !g.members[id].User.Bot {
			list = append(list, id)
		}
	}
	return list
}

// Writable lists the text channels of a guild in which someone may write.
func (w *World) Writable(person, guild ID) []ID {
	w.mu.Lock()
	defer w.mu.Unlock()
	g := w.guilds[guild]
	if g == nil {
		return nil
	}
	var list []ID
	for _, id := range g.channels {
		ch := w.chans[id]
		if ch.wire.Type == wire.TextChannel && ch.wire.RateLimitPerUser == 0 && w.allowed(person, ch).Has(wire.ViewChannel|wire.SendMessages) {
			list = append(list, id)
		}
	}
	return list
}
