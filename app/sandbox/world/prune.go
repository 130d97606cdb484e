package world

import (
	"slices"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Pruning selects members to prune.
type Pruning struct {
	Days  int  // without being seen, 1 to 30
	Roles []ID // whoever has no other roles than these; empty: no roles at all
}

// PruneCount tells how many members Prune would remove. It needs MANAGE_GUILD and KICK_MEMBERS.
func (w *World) PruneCount(by, guild ID, in Pruning) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, idle, err := w.prunable(by, guild, in)
	return len(idle), err
}

// Prune removes the members who have not been seen for a while, and returns how many they were.
// It needs MANAGE_GUILD and KICK_MEMBERS.
func (w *World) Prune(by, guild ID, in Pruning, reason string) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, idle, err := w.prunable(by, guild, in)
	if err != nil {
		return 0, err
	}
	for _, m := range idle {
		w.part(g, m)
	}
	w.log(g, by, wire.AuditMemberPrune, 0, reason, &wire.AuditOptions{DeleteMemberDays: itoa(in.Days), MembersRemoved: itoa(len(idle))})
	return len(idle), nil
}

func (w *World) prunable(by, guild ID, in Pruning) (*guild, []*wire.Member, error) {
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, nil, err
	}
	if err := w.require(g, by, wire.ManageGuild|wire.KickMembers); err != nil {
		return nil, nil, err
	}
	f := problem.NewForm()
	f.At("days").Range(in.Days, 1, 30)
	if err := f.Err(); err != nil {
		return nil, nil, err
	}
	since := w.now().Add(-time.Duration(in.Days) * 24 * time.Hour)
	var idle []*wire.Member
	for _, id := range g.sorted {
		m := g.members[id]
		kept := m.User.Bot || id == g.wire.OwnerID || w.present[id].online() || w.lastSeen(m).After(since) ||
			slices.ContainsFunc(m.Roles, func(role ID) bool { return !slices.Contains(in.Roles, role) })
		if !kept {
			idle = append(idle, m)
		}
	}
	return g, idle, nil
}

// lastSeen is when a member was last online, or when they joined.
func (w *World) lastSeen(m *wire.Member) time.Time {
	if seen := w.present[m.User.ID].seen; seen.After(m.JoinedAt.Time) {
		return seen
	}
	return m.JoinedAt.Time
}
