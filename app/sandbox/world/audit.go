package world

import (
	"slices"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

const (
	mostAudited = 10_000              // lines of one guild; older ones are forgotten
	auditLife   = 45 * 24 * time.Hour // what is older cannot be read
)

// log adds a line to the guild's audit log and tells those who may read it.
func (w *World) log(g *guild, by ID, action int, target ID, reason string, options *wire.AuditOptions, changes ...wire.AuditChange) {
	e := &wire.AuditEntry{
		ID: w.next(), UserID: by, ActionType: action, Reason: reason, Options: options, Changes: changes,
	}
	if target != 0 {
		e.TargetID = &target
	}
	if len(g.audit) >= mostAudited {
		g.audit = slices.Clone(g.audit[mostAudited/2:])
	}
	g.audit = append(g.audit, e)
	told := new(*e)
	told.GuildID = g.wire.ID
	w.emit(&Event{
		Name: "GUILD_AUDIT_LOG_ENTRY_CREATE", Guild: g.wire.ID, Data: told, People: true, Needs: wire.ViewAuditLog,
		Bots: w.base(g, w.app.BotID).Has(wire.ViewAuditLog),
	})
}

// AuditQuery selects lines of an audit log; zero values select everything.
type AuditQuery struct {
	User, Target, Before, After ID
	Action                      int
	Oldest                      bool // the oldest come first
	Limit                       int  // 1–100
}

// AuditLog returns the lines of the last 45 days that match, newest first unless the oldest are
// asked for, and the users they name. It needs VIEW_AUDIT_LOG.
func (w *World) AuditLog(by, guild ID, q AuditQuery) ([]*wire.AuditEntry, []*wire.User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, nil, err
	}
	if err := w.require(g, by, wire.ViewAuditLog); err != nil {
		return nil, nil, err
	}
	entries := []*wire.AuditEntry{}
	users := []*wire.User{}
	seen := make(map[ID]bool)
	name := func(id ID) {
		if u := w.users[id]; u != nil && !seen[id] {
			seen[id] = true
			users = append(users, u)
		}
	}
	since := w.now().Add(-auditLife)
	for _, e := range g.auditOrder(q.Oldest) {
		if len(entries) == q.Limit {
			break
		}
		if e.ID.Time().Before(since) || !q.matches(e) {
			continue
		}
		entries = append(entries, e)
		name(e.UserID)
		if e.TargetID != nil {
			name(*e.TargetID)
		}
	}
	return entries, users, nil
}

func (g *guild) auditOrder(oldestFirst bool) []*wire.AuditEntry {
	list := slices.Clone(g.audit)
	if !oldestFirst {
		slices.Reverse(list)
	}
	return list
}

func (q AuditQuery) matches(e *wire.AuditEntry) bool {
	return (q.User == 0 || e.UserID == q.User) &&
		(q.Target == 0 || e.TargetID != nil && *e.TargetID == q.Target) &&
		(q.Action == 0 || e.ActionType == q.Action) &&
		(q.Before == 0 || e.ID < q.Before) &&
		(q.After == 0 || e.ID > q.After)
}
