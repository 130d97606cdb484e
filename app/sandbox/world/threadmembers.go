package world

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// add puts somebody into the thread, without telling.
func (ch *channel) add(user ID, at wire.Time) {
	ch.joined[user] = &wire.ThreadMember{ID: ch.wire.ID, UserID: user, JoinedAt: at}
	ch.count()
}

func (ch *channel) count() {
	ch.wire = new(*ch.wire)
	ch.wire.MemberCount = new(min(len(ch.joined), mostCounted))
}

func (ch *channel) sortedJoined() []ID {
	ids := make([]ID, 0, len(ch.joined))
	for id := range ch.joined {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// joinedEvent tells who came into a thread and who left it, one event for each of them, since an
// application without the members intent hears only of itself.
func (w *World) joinedEvent(t *channel, added, removed []ID) {
	type addedMember struct {
		wire.ThreadMember
		Presence *wire.Presence `json:"presence"`
	}
	type update struct {
		ID          ID            `json:"id"`
		GuildID     ID            `json:"guild_id"`
		MemberCount int           `json:"member_count"`
		Added       []addedMember `json:"added_members,omitempty"`
		Removed     []ID          `json:"removed_member_ids,omitempty"`
	}
	for _, id := range added {
		m := addedMember{ThreadMember: *t.joined[id]}
		m.Member = t.guild.members[id]
		if p := w.present[id]; p.online() {
			m.Presence = p.wire(id, 0)
		}
		w.threadEvent("THREAD_MEMBERS_UPDATE", t, update{t.wire.ID, t.guild.wire.ID, *t.wire.MemberCount, []addedMember{m}, nil}, id)
	}
	for _, id := range removed {
		told := update{t.wire.ID, t.guild.wire.ID, *t.wire.MemberCount, nil, []ID{id}}
		w.threadEvent("THREAD_MEMBERS_UPDATE", t, told, id)
		if !w.allowed(id, t).Has(wire.ViewChannel) { // who was in a private thread learns that they no longer are
			w.emit(&Event{Name: "THREAD_MEMBERS_UPDATE", Guild: t.guild.wire.ID, Channel: t.wire.ID, Only: id, Data: told, People: true})
		}
	}
}

// wake prepares a thread for a message: it is opened again if it was archived, and its author and
// whoever is mentioned and sees its channel come into it.
func (w *World) wake(t *channel, author ID, mentioned []*wire.User) {
	if t.joined == nil {
		return
	}
	if t.wire.Metadata.Archived {
		t.wire = new(*t.wire)
		t.wire.Metadata = new(*t.wire.Metadata)
		t.wire.Metadata.Archived, t.wire.Metadata.ArchivedAt = false, wire.At(w.now())
		w.threadEvent("THREAD_UPDATE", t, t.wire, 0)
		w.reopened(t)
	}
	w.enterThread(t, author)
	if m := t.wire.Metadata; m.Invitable != nil && !*m.Invitable && !w.allowed(author, t).Has(wire.ManageThreads) {
		return
	}
	for _, u := range mentioned {
		if t.guild.members[u.ID] != nil && w.allowed(u.ID, w.parentOf(t)).Has(wire.ViewChannel) {
			w.enterThread(t, u.ID)
		}
	}
}

// enterThread puts somebody into a thread and tells, if they are not in it yet and there is room.
func (w *World) enterThread(t *channel, user ID) {
	if t.joined[user] != nil || t.guild.members[user] == nil || len(t.joined) >= mostJoined {
		return
	}
	t.add(user, wire.At(w.now()))
	w.joinedEvent(t, []ID{user}, nil)
	if user == w.app.BotID {
		w.emit(&Event{Name: "THREAD_CREATE", Guild: t.guild.wire.ID, Channel: t.wire.ID, Subject: user, Data: t.seenBy(user), Bots: true})
	}
}

// leaveThread takes somebody out of a thread and tells.
func (w *World) leaveThread(t *channel, user ID) {
	if t.joined[user] == nil {
		return
	}
	delete(t.joined, user)
	t.count()
	w.joinedEvent(t, nil, []ID{user})
}

// threadFor finds a thread that someone sees: 50024 when it is another channel, 50083 when it is
// archived.
func (w *World) threadFor(by, id ID) (*channel, error) {
	t, err := w.channelFor(by, id)
	switch {
	case err != nil:
		return nil, err
	case !t.wire.Thread():
		return nil, problem.WrongChannelType
	case t.wire.Metadata.Archived:
		return nil, problem.ThreadArchived
	}
	return t, nil
}

// JoinThread puts someone into a thread by their own wish.
func (w *World) JoinThread(by, thread ID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, err := w.threadFor(by, thread)
	if err != nil {
		return err
	}
	if t.joined[by] == nil && len(t.joined) >= mostJoined {
		return problem.TooManyInThread
	}
	w.enterThread(t, by)
	return nil
}

// LeaveThread takes someone out of a thread by their own wish.
func (w *World) LeaveThread(by, thread ID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, err := w.threadFor(by, thread)
	if err != nil {
		return err
	}
	w.leaveThread(t, by)
	return nil
}

// AddToThread puts another member into a thread where one may write. In a private thread that is
// not invitable it needs MANAGE_THREADS.
func (w *World) AddToThread(by, thread, user ID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, err := w.threadFor(by, thread)
	if err != nil {
		return err
	}
	may := w.allowed(by, t)
	closed := t.wire.Metadata.Invitable != nil && !*t.wire.Metadata.Invitable
	if !may.Has(wire.SendMessages) || closed && !may.Has(wire.ManageThreads) {
		return problem.MissingPermissions
	}
	if t.guild.members[user] == nil {
		return problem.UnknownMember
	}
	if !w.allowed(user, w.parentOf(t)).Has(wire.ViewChannel) {
		return problem.MissingAccess
	}
	if t.joined[user] != nil {
		return nil
	}
	if len(t.joined) >= mostJoined {
		return problem.TooManyInThread
	}
	w.enterThread(t, user)
	w.put(t, &post{msg: &wire.Message{Type: wire.MessageRecipientAdd, Author: w.users[by], Mentions: []*wire.User{w.users[user]}}})
	return nil
}

// RemoveFromThread takes another member out of a thread. It needs MANAGE_THREADS, or to own a
// private one.
func (w *World) RemoveFromThread(by, thread, user ID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, err := w.threadFor(by, thread)
	if err != nil {
		return err
	}
	owner := t.wire.Type == wire.PrivateThread && t.wire.OwnerID == by
	if !owner && !w.allowed(by, t).Has(wire.ManageThreads) {
		return problem.MissingPermissions
	}
	if t.joined[user] == nil {
		return problem.UnknownMember
	}
	w.leaveThread(t, user)
	w.put(t, &post{msg: &wire.Message{Type: wire.MessageRecipientRemove, Author: w.users[by], Mentions: []*wire.User{w.users[user]}}})
	return nil
}

// ThreadMember returns somebody in a thread, or 10007; with says whether as a member of the guild too.
func (w *World) ThreadMember(by, thread, user ID, with bool) (*wire.ThreadMember, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, err := w.channelFor(by, thread)
	if err != nil {
		return nil, err
	}
	if t.joined[user] == nil {
		return nil, problem.UnknownMember
	}
	return t.joinedAs(user, with), nil
}

func (ch *channel) joinedAs(user ID, with bool) *wire.ThreadMember {
	m := new(*ch.joined[user])
	if with {
		m.Member = ch.guild.members[user]
	}
	return m
}

// ThreadMembers lists up to limit people in a thread, after one, ascending by id.
func (w *World) ThreadMembers(by, thread, after ID, limit int, with bool) ([]*wire.ThreadMember, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, err := w.channelFor(by, thread)
	if err != nil {
		return nil, err
	}
	if !t.wire.Thread() {
		return nil, problem.WrongChannelType
	}
	list := []*wire.ThreadMember{}
	for _, id := range t.sortedJoined() {
		if id > after && len(list) < limit {
			list = append(list, t.joinedAs(id, with))
		}
	}
	return list, nil
}
