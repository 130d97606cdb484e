package world

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func (w *World) editThread(by ID, t *channel, in wire.ChannelInput, reason string) (*wire.Channel, error) {
	may := w.allowed(by, t)
	manages := may.Has(wire.ManageThreads)
	owner := t.wire.OwnerID == by
	opens := in.Archived.Set && !in.Archived.Value
	onlyOpens := opens && !in.Name.Set && !in.AutoArchive.Set && !in.Locked.Set && !in.Invitable.Set && !in.RateLimitPerUser.Set && !in.AppliedTags.Set && !in.Flags.Set
	switch {
	case manages:
	case in.Locked.Set || in.RateLimitPerUser.Set || in.Flags.Set:
		return nil, problem.MissingPermissions
	case t.wire.Metadata.Locked:
		return nil, problem.ThreadLocked
	case onlyOpens && may.Has(wire.SendMessages):
	case !owner:
		return nil, problem.MissingPermissions
	}
	if t.wire.Metadata.Archived && !opens {
		return nil, problem.ThreadArchived
	}
	f := problem.NewForm()
	c := new(*t.wire)
	c.Metadata = new(*c.Metadata)
	changes := w.fillThread(f, c, in)
	if err := f.Err(); err != nil {
		return nil, err
	}
	if in.AppliedTags.Set {
		if err := w.checkTags(by, w.parentOf(t), in.AppliedTags.Value); err != nil {
			return nil, err
		}
		c.AppliedTags = new(append([]ID{}, in.AppliedTags.Value...))
	}
	if in.Name.Set && c.Label() != t.wire.Label() {
		if err := w.blockedTitle(t, by, c.Label()); err != nil {
			return nil, err
		}
	}
	renamed, opened := c.Label() != t.wire.Label(), t.wire.Metadata.Archived && !c.Metadata.Archived
	t.wire = c
	w.threadEvent("THREAD_UPDATE", t, c, 0)
	if opened {
		w.reopened(t)
	}
	if renamed {
		w.put(t, &post{msg: &wire.Message{Type: wire.MessageRename, Author: w.users[by], Content: c.Label()}})
	}
	w.log(t.guild, by, wire.AuditThreadUpdate, c.ID, reason, nil, changes...)
	return t.seenBy(by), nil
}

func (w *World) fillThread(f problem.Form, c *wire.Channel, in wire.ChannelInput) (changes []wire.AuditChange) {
	change := func(key string, old, fresh any) {
		if old != fresh {
			changes = append(changes, wire.AuditChange{Key: key, Old: old, New: fresh})
		}
	}
	now := wire.At(w.now())
	m := c.Metadata
	if in.Name.Set {
		f.At("name").Length(in.Name.Value, 1, 100)
		change("name", c.Label(), in.Name.Value)
		c.Name = &in.Name.Value
	}
	if in.AutoArchive.Set && !in.AutoArchive.Null {
		wire.CheckAutoArchive(f.At("auto_archive_duration"), in.AutoArchive.Value)
		change("auto_archive_duration", m.AutoArchive, in.AutoArchive.Value)
		m.AutoArchive, m.ArchivedAt = in.AutoArchive.Value, now
	}
	if in.Archived.Set && in.Archived.Value != m.Archived {
		change("archived", m.Archived, in.Archived.Value)
		m.Archived, m.ArchivedAt = in.Archived.Value, now
	}
	if in.Locked.Set {
		change("locked", m.Locked, in.Locked.Value)
		m.Locked = in.Locked.Value
	}
	if in.Invitable.Set && m.Invitable != nil {
		change("invitable", *m.Invitable, in.Invitable.Value)
		m.Invitable = &in.Invitable.Value
	}
	if in.RateLimitPerUser.Set {
		f.At("rate_limit_per_user").Range(in.RateLimitPerUser.Value, 0, 21600)
		change("rate_limit_per_user", c.RateLimitPerUser, in.RateLimitPerUser.Value)
		c.RateLimitPerUser = in.RateLimitPerUser.Value
	}
	if in.Flags.Set && !in.Flags.Null {
		c.Flags = in.Flags.Value & wire.FlagPinnedPost
	}
	f.At("applied_tags").Count(len(in.AppliedTags.Value), 0, 5)
	return changes
}

func (w *World) reopened(t *channel) {
	for _, id := range t.sortedJoined() {
		told := struct {
			wire.ThreadMember
			GuildID ID `json:"guild_id"`
		}{*t.joined[id], t.guild.wire.ID}
		w.emit(&Event{
			Name: "THREAD_MEMBER_UPDATE", Guild: t.guild.wire.ID, Channel: t.wire.ID, Only: id, Data: told, People: true, Bots: id == w.app.BotID,
		})
	}
}

func (w *World) deleteThread(by ID, t *channel, reason string) (*wire.Channel, error) {
	if !w.allowed(by, t).Has(wire.ManageThreads) {
		return nil, problem.MissingPermissions
	}
	w.threadEvent("THREAD_DELETE", t, struct {
		ID       ID  `json:"id"`
		GuildID  ID  `json:"guild_id"`
		ParentID *ID `json:"parent_id"`
		Type     int `json:"type"`
	}{t.wire.ID, t.guild.wire.ID, t.wire.ParentID, t.wire.Type}, 0)
	w.dropThread(t)
	if parent := w.parentOf(t); parent != nil {
		if p, err := parent.post(t.wire.ID); err == nil && p.thread != nil {
			p.thread = nil
			m := new(*p.msg)
			m.Flags &^= wire.FlagHasThread
			w.replace(parent, p, m, 0)
		}
	}
	w.log(t.guild, by, wire.AuditThreadDelete, t.wire.ID, reason, nil, wire.AuditChange{Key: "name", Old: t.wire.Label()})
	return t.wire, nil
}

func (w *World) dropThread(t *channel) {
	delete(w.chans, t.wire.ID)
	t.guild.threads = slices.DeleteFunc(t.guild.threads, func(id ID) bool { return id == t.wire.ID })
}
