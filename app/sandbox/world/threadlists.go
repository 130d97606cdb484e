package world

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Threads are threads as REST lists them, with the asker's memberships.
type Threads struct {
	Threads []*wire.Channel      `json:"threads"`
	Members []*wire.ThreadMember `json:"members"`
	HasMore bool                 `json:"has_more"`
}

func (l *Threads) add(t *channel, by ID) {
	l.Threads = append(l.Threads, t.wire)
	if m := t.joined[by]; m != nil {
		l.Members = append(l.Members, m)
	}
}

func noThreads() *Threads {
	return &Threads{Threads: []*wire.Channel{}, Members: []*wire.ThreadMember{}}
}

// ActiveThreads lists the threads of a guild that are not archived and that someone sees, newest first.
func (w *World) ActiveThreads(by, guild ID) (*Threads, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	list := noThreads()
	for _, t := range w.active(g, by) {
		list.add(t, by)
	}
	slices.Reverse(list.Threads)
	return list, nil
}

// active are the threads that someone sees and that are not archived, oldest first.
func (w *World) active(g *guild, by ID) (list []*channel) {
	w.archiveIdle(g)
	for _, id := range g.threads {
		if t := w.chans[id]; !t.wire.Metadata.Archived && w.allowed(by, t).Has(wire.ViewChannel) {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b *channel) int { return compareIDs(a.wire.ID, b.wire.ID) })
	return list
}

// ownThreads are the threads that GUILD_CREATE tells the bot of.
func (w *World) ownThreads(g *guild) []*wire.Channel {
	list := []*wire.Channel{}
	for _, t := range w.active(g, w.app.BotID) {
		c := t.seenBy(w.app.BotID)
		if c.Joined != nil {
			c.Joined = new(*c.Joined)
			c.Joined.ID, c.Joined.UserID = 0, 0
		}
		list = append(list, c)
	}
	return list
}

// Archive selects archived threads of a channel.
type Archive struct {
	Private  bool      // private ones; else public ones
	Joined   bool      // only those that the asker is in
	Before   wire.Time // archived before it; the zero time means any
	BeforeID ID        // with an id below it; 0 means any
	Limit    int
}

// ArchivedThreads lists archived threads, the last archived first; those that the asker has joined,
// newest first. It needs READ_MESSAGE_HISTORY, and MANAGE_THREADS for private ones of others.
func (w *World) ArchivedThreads(by, channel ID, a Archive) (*Threads, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return nil, err
	}
	if ch.guild == nil || ch.wire.Thread() {
		return nil, problem.WrongChannelType
	}
	need := wire.ReadMessageHistory
	if a.Private && !a.Joined {
		need |= wire.ManageThreads
	}
	if !w.allowed(by, ch).Has(need) {
		return nil, problem.MissingPermissions
	}
	w.archiveIdle(ch.guild)
	var found []*wire.Channel
	for _, id := range ch.guild.threads {
		t := w.chans[id]
		c := t.wire
		if *c.ParentID == channel && c.Metadata.Archived && (c.Type == wire.PrivateThread) == a.Private &&
			(!a.Joined || t.joined[by] != nil) && (a.BeforeID == 0 || id < a.BeforeID) &&
			(a.Before.IsZero() || c.Metadata.ArchivedAt.Before(a.Before.Time)) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(x, y *wire.Channel) int {
		if !a.Joined && !x.Metadata.ArchivedAt.Equal(y.Metadata.ArchivedAt.Time) {
			return y.Metadata.ArchivedAt.Compare(x.Metadata.ArchivedAt.Time)
		}
		return compareIDs(y.ID, x.ID)
	})
	list := noThreads()
	list.HasMore = len(found) > a.Limit
	for _, c := range found[:min(a.Limit, len(found))] {
		list.add(w.chans[c.ID], by)
	}
	return list, nil
}

// SeeThreads lists the threads of a channel that a person sees, active and archived, newest first.
func (w *World) SeeThreads(person, channel ID) ([]*wire.Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(person, channel)
	if err != nil {
		return nil, err
	}
	list := []*wire.Channel{}
	if ch.guild == nil {
		return list, nil
	}
	w.archiveIdle(ch.guild)
	for _, id := range ch.guild.threads {
		if t := w.chans[id]; *t.wire.ParentID == channel && w.allowed(person, t).Has(wire.ViewChannel) {
			list = append(list, t.seenBy(person))
		}
	}
	slices.SortFunc(list, func(a, b *wire.Channel) int { return compareIDs(b.ID, a.ID) })
	return list, nil
}
