package world

import (
	"cmp"
	"slices"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

const (
	mostActive  = 1000 // threads of a guild that are not archived
	mostJoined  = 1000 // members of a thread
	mostCounted = 50   // from which on Discord no longer counts the members of a thread
	dayLong     = 1440 // minutes after which a thread is archived unless somebody says otherwise
)

// StartThreadAt starts a thread from a message: it gets the message's id, and 160004 when there is
// one. It needs CREATE_PUBLIC_THREADS.
func (w *World) StartThreadAt(by, channel, message ID, in wire.ThreadInput, reason string) (*wire.Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return nil, err
	}
	kind := wire.PublicThread
	switch ch.wire.Type {
	case wire.TextChannel:
	case wire.NewsChannel:
		kind = wire.NewsThread
	default:
		return nil, problem.WrongChannelType
	}
	p, err := ch.post(message)
	if err != nil {
		return nil, err
	}
	if err := w.mayStart(by, ch, kind, &in); err != nil {
		return nil, err
	}
	if p.thread != nil {
		return nil, problem.ThreadExists
	}
	if p.msg.System() {
		return nil, problem.SystemMessage
	}
	t := w.startThread(by, ch, kind, message, &in, reason)
	p.thread = t
	m := new(*p.msg)
	m.Flags |= wire.FlagHasThread
	w.replace(ch, p, m, 0)
	w.put(t, &post{msg: &wire.Message{
		Type: wire.MessageThreadStarter, Author: p.msg.Author, Referenced: m,
		Reference: &wire.Reference{MessageID: message, ChannelID: channel, GuildID: ch.guild.wire.ID},
	}})
	return t.seenBy(by), nil
}

// StartThread starts a thread that belongs to no message, in a forum with its first message: then
// it also returns that. Public ones need CREATE_PUBLIC_THREADS, private ones CREATE_PRIVATE_THREADS,
// posts in a forum SEND_MESSAGES.
func (w *World) StartThread(by, channel ID, in wire.ThreadInput, reason string) (*wire.Channel, *wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return nil, nil, err
	}
	if ch.wire.Type == wire.ForumChannel {
		return w.startPost(by, ch, &in, reason)
	}
	kind := wire.PrivateThread // the default, as long as Discord has one
	if in.Type.Set {
		kind = in.Type.Value
	}
	switch {
	case ch.wire.Type == wire.TextChannel && (kind == wire.PublicThread || kind == wire.PrivateThread):
	case ch.wire.Type == wire.NewsChannel && kind == wire.NewsThread:
	default:
		return nil, nil, problem.WrongChannelType
	}
	if err := w.mayStart(by, ch, kind, &in); err != nil {
		return nil, nil, err
	}
	t := w.startThread(by, ch, kind, 0, &in, reason)
	if kind != wire.PrivateThread {
		w.put(ch, &post{msg: &wire.Message{
			Type: wire.MessageThreadCreated, Author: w.users[by], Content: t.wire.Label(),
			Reference: &wire.Reference{ChannelID: t.wire.ID, GuildID: ch.guild.wire.ID},
		}})
	}
	return t.seenBy(by), nil, nil
}

func (w *World) startPost(by ID, ch *channel, in *wire.ThreadInput, reason string) (*wire.Channel, *wire.Message, error) {
	may := w.allowed(by, ch)
	if !may.Has(wire.SendMessages) {
		return nil, nil, problem.MissingPermissions
	}
	f := problem.NewForm()
	if !in.Message.Set || in.Message.Null {
		f.At("message").Required()
		return nil, nil, f.Err()
	}
	if err := w.checkThread(by, ch, in); err != nil {
		return nil, nil, err
	}
	body := &in.Message.Value
	if err := w.mayWrite(ch, by, may, body); err != nil {
		return nil, nil, err
	}
	m := &wire.Message{Author: w.users[by], Flags: body.Flags.Value & settable}
	if err := w.compose(ch, m, body, may); err != nil {
		return nil, nil, err
	}
	body.Reference = nil
	if err := w.enrich(by, ch, m, body, may); err != nil {
		return nil, nil, err
	}
	fired := w.screened(ch, by, m.Content, m)
	if err := w.blocked(ch, by, m.Content, fired); err != nil {
		return nil, nil, err
	}
	t := w.startThread(by, ch, wire.PublicThread, 0, in, reason)
	m.ID = t.wire.ID
	p := &post{msg: m}
	w.put(t, p)
	w.enforce(t, by, m.Content, m.ID, fired)
	return t.seenBy(by), p.show(by), nil
}

func (w *World) mayStart(by ID, ch *channel, kind int, in *wire.ThreadInput) error {
	need := wire.CreatePublicThreads
	if kind == wire.PrivateThread {
		need = wire.CreatePrivateThreads
	}
	if !w.allowed(by, ch).Has(need) {
		return problem.MissingPermissions
	}
	return w.checkThread(by, ch, in)
}

// checkThread refuses what is wrong with a new thread itself, its name by AutoMod included.
func (w *World) checkThread(by ID, ch *channel, in *wire.ThreadInput) error {
	f := problem.NewForm()
	in.Check(f)
	if err := f.Err(); err != nil {
		return err
	}
	if err := w.checkTags(by, ch, in.AppliedTags.Value); err != nil {
		return err
	}
	if len(ch.guild.threads) >= mostActive {
		active := 0
		for _, id := range ch.guild.threads {
			if !w.chans[id].wire.Metadata.Archived {
				active++
			}
		}
		if active >= mostActive {
			return problem.TooManyThreads
		}
	}
	return w.blockedTitle(ch, by, in.Name.Value)
}

// blockedTitle carries out what AutoMod does to the name of a thread: 200001 where it blocks it.
func (w *World) blockedTitle(ch *channel, by ID, name string) error {
	fired := w.screened(ch, by, name, nil)
	if w.blocked(ch, by, name, fired) != nil {
		return problem.TitleBlocked
	}
	w.enforce(ch, by, name, 0, fired)
	return nil
}

// checkTags refuses tags that the forum does not have, and moderated ones without MANAGE_THREADS.
func (w *World) checkTags(by ID, forum *channel, tags []ID) error {
	if forum.wire.Type != wire.ForumChannel {
		return nil
	}
	if len(tags) == 0 && forum.wire.Flags&wire.FlagRequireTag != 0 {
		return problem.TagRequired
	}
	f := problem.NewForm()
	for i, id := range tags {
		at := slices.IndexFunc(*forum.wire.AvailableTags, func(t wire.ForumTag) bool { return t.ID == id })
		switch {
		case at < 0:
			f.At("applied_tags", i).Add("FORUM_TAG_NOT_FOUND", "Unknown tag %s", id)
		case (*forum.wire.AvailableTags)[at].Moderated && !w.allowed(by, forum).Has(wire.ManageThreads):
			return problem.MissingPermissions
		}
	}
	return f.Err()
}

// startThread makes a checked thread, with whoever starts it in it, and tells.
func (w *World) startThread(by ID, parent *channel, kind int, id ID, in *wire.ThreadInput, reason string) *channel {
	if id == 0 {
		id = w.next()
	}
	now := wire.At(w.now())
	c := &wire.Channel{
		ID: id, Type: kind, GuildID: parent.guild.wire.ID, ParentID: &parent.wire.ID, Name: &in.Name.Value, Overwrites: []wire.Overwrite{},
		NSFW: parent.wire.NSFW, RateLimitPerUser: cmp.Or(in.Pause.Value, parent.wire.DefaultThreadPause),
		ThreadFields: wire.ThreadFields{
			OwnerID: by, MessageCount: new(int), MemberCount: new(int), TotalSent: new(int),
			Metadata: &wire.ThreadMetadata{
				AutoArchive: cmp.Or(in.AutoArchive.Value, parent.wire.DefaultAutoArchive, dayLong), ArchivedAt: now, CreatedAt: &now,
			},
		},
	}
	if kind == wire.PrivateThread {
		c.Metadata.Invitable = new(!in.Invitable.Set || in.Invitable.Value)
	}
	if parent.wire.Type == wire.ForumChannel {
		c.AppliedTags = new(append([]ID{}, in.AppliedTags.Value...))
	}
	t := &channel{wire: c, guild: parent.guild, joined: make(map[ID]*wire.ThreadMember)}
	w.chans[id] = t
	parent.guild.threads = append(parent.guild.threads, id)
	starts := parent.guild.members[by] != nil // and is no webhook
	if starts {
		t.add(by, now)
	}
	if parent.wire.Type == wire.ForumChannel {
		parent.wire = new(*parent.wire)
		parent.wire.LastMessageID = &id
	}
	told := t.seenBy(w.app.BotID)
	told.NewlyCreated = true
	w.threadEvent("THREAD_CREATE", t, told, 0)
	if starts {
		w.joinedEvent(t, []ID{by}, nil)
	}
	w.log(parent.guild, by, wire.AuditThreadCreate, id, reason, nil, wire.AuditChange{Key: "name", New: c.Label()})
	return t
}

// seenBy is the thread as REST gives it to somebody: with their membership, if there is one.
func (ch *channel) seenBy(user ID) *wire.Channel {
	if ch.joined == nil {
		return ch.wire
	}
	c := new(*ch.wire)
	c.Joined = ch.joined[user]
	return c
}

// archived reports whether it is a thread in which nothing can be done but delete.
func (ch *channel) archived() bool { return ch.joined != nil && ch.wire.Metadata.Archived }

// threadEvent tells those who see the thread.
func (w *World) threadEvent(name string, t *channel, data any, subject ID) {
	w.emit(&Event{
		Name: name, Guild: t.guild.wire.ID, Channel: t.wire.ID, Subject: subject, Data: data, People: true,
		Bots: w.allowed(w.app.BotID, t).Has(wire.ViewChannel) || subject == w.app.BotID,
	})
}

// editThread is EditChannel for a thread.
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

// fillThread changes a copy of a thread and returns what the audit log says of it.
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

// reopened tells the members of a thread, who may no longer know it.
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

// deleteThread is DeleteChannel for a thread.
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

// parentOf is the channel that a thread belongs to.
func (w *World) parentOf(t *channel) *channel { return w.chans[*t.wire.ParentID] }

// archiveIdle archives the threads in which nothing has happened for as long as they say.
func (w *World) archiveIdle(g *guild) {
	now := w.now()
	for _, id := range g.threads {
		t := w.chans[id]
		last := t.wire.Metadata.ArchivedAt.Time
		if n := len(t.posts); n > 0 {
			last = latest(last, t.posts[n-1].msg.Timestamp.Time)
		}
		if t.wire.Metadata.Archived || now.Sub(last) < time.Duration(t.wire.Metadata.AutoArchive)*time.Minute {
			continue
		}
		t.wire = new(*t.wire)
		t.wire.Metadata = new(*t.wire.Metadata)
		t.wire.Metadata.Archived, t.wire.Metadata.ArchivedAt = true, wire.At(now)
		w.threadEvent("THREAD_UPDATE", t, t.wire, 0)
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// fillForum changes what a channel says about its threads.
func (w *World) fillForum(f problem.Form, c *wire.Channel, in wire.ChannelInput) {
	if in.DefaultAutoArchive.Set && !in.DefaultAutoArchive.Null {
		wire.CheckAutoArchive(f.At("default_auto_archive_duration"), in.DefaultAutoArchive.Value)
		c.DefaultAutoArchive = in.DefaultAutoArchive.Value
	}
	if in.DefaultThreadPause.Set {
		f.At("default_thread_rate_limit_per_user").Range(in.DefaultThreadPause.Value, 0, 21600)
		c.DefaultThreadPause = in.DefaultThreadPause.Value
	}
	if c.Type != wire.ForumChannel {
		return
	}
	if in.Flags.Set && !in.Flags.Null {
		c.Flags = in.Flags.Value & wire.FlagRequireTag
	}
	if in.DefaultReaction.Set {
		c.DefaultReaction = in.DefaultReaction.Pointer()
	}
	if in.DefaultSortOrder.Set {
		f.At("default_sort_order").Range(in.DefaultSortOrder.Value, 0, 1)
		c.DefaultSortOrder = in.DefaultSortOrder.Pointer()
	}
	if in.DefaultForumLayout.Set {
		f.At("default_forum_layout").Range(in.DefaultForumLayout.Value, 0, 2)
		c.DefaultForumLayout = in.DefaultForumLayout.Pointer()
	}
	if !in.AvailableTags.Set {
		return
	}
	f.At("available_tags").Count(len(in.AvailableTags.Value), 0, 20)
	tags := append([]wire.ForumTag{}, in.AvailableTags.Value...)
	for i := range tags {
		f.At("available_tags", i, "name").Length(tags[i].Name, 1, 20)
		if slices.ContainsFunc(tags[:i], func(t wire.ForumTag) bool { return t.Name == tags[i].Name }) {
			f.At("available_tags", i, "name").Add("FORUM_TAG_NAME_ALREADY_EXISTS", "Tag names must be unique")
		}
		if tags[i].ID == 0 {
			tags[i].ID = w.next()
		}
	}
	c.AvailableTags = &tags
}
