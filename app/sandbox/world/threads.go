package world

import (
	"cmp"
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
// fillThread changes a copy of a thread and returns what the audit log says of it.
// reopened tells the members of a thread, who may no longer know it.
// deleteThread is DeleteChannel for a thread.
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
