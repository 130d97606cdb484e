package world

import (
	"slices"
	"sort"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// post is a message in its channel.
type post struct {
	msg       *wire.Message // without reactions, guild and member
	only      ID            // an ephemeral one: who sees it
	via       ID            // the interaction that made it
	reactions []reaction
	thread    *channel     // that was started from it
	votes     map[int][]ID // in its poll, by answer
	ended     bool         // its poll is over
}

const (
	mostPosts  = 5000                // kept in a channel; older ones are forgotten
	bulkOldest = 14 * 24 * time.Hour // what is older cannot be deleted in bulk
)

func (ch *channel) index(id ID) int {
	i := sort.Search(len(ch.posts), func(i int) bool { return ch.posts[i].msg.ID >= id })
	if i < len(ch.posts) && ch.posts[i].msg.ID == id {
		return i
	}
	return -1
}

// post finds a message that is there for everyone, or 10008.
func (ch *channel) post(id ID) (*post, error) {
	if i := ch.index(id); i >= 0 && ch.posts[i].only == 0 {
		return ch.posts[i], nil
	}
	return nil, problem.UnknownMessage
}

// postFor finds a message that one person sees, ephemeral ones included, or 10008.
func (ch *channel) postFor(person, id ID) (*post, error) {
	if i := ch.index(id); i >= 0 && (ch.posts[i].only == 0 || ch.posts[i].only == person) {
		return ch.posts[i], nil
	}
	return nil, problem.UnknownMessage
}

// show is the message as one viewer gets it from REST.
func (p *post) show(viewer ID) *wire.Message {
	if len(p.reactions) == 0 && p.thread == nil && p.msg.Poll == nil {
		return p.msg
	}
	m := new(*p.msg)
	if m.Poll != nil {
		m.Poll = p.counted(viewer)
	}
	if p.thread != nil {
		m.Thread = p.thread.seenBy(viewer)
	}
	if len(p.reactions) == 0 {
		return m
	}
	m.Reactions = make([]wire.Reaction, len(p.reactions))
	for i, r := range p.reactions {
		m.Reactions[i] = r.wire(viewer)
	}
	return m
}

// put adds a message to a channel and tells. It fills in what every message has.
func (w *World) put(ch *channel, p *post) {
	m := p.msg
	if m.ID == 0 { // the first message of a post in a forum has the post's
		m.ID = w.next()
	}
	m.ChannelID, m.Timestamp = ch.wire.ID, wire.At(w.now())
	if m.Mentions == nil {
		m.Mentions = []*wire.User{}
	}
	if m.MentionRoles == nil {
		m.MentionRoles = []ID{}
	}
	if m.Embeds == nil {
		m.Embeds = []wire.Embed{}
	}
	if m.Attachments == nil {
		m.Attachments = []wire.Attachment{}
	}
	if m.Components == nil {
		m.Components = []wire.Component{}
	}
	if len(ch.posts) >= mostPosts {
		ch.posts = slices.Clone(ch.posts[len(ch.posts)-mostPosts/2:])
	}
	ch.posts = append(ch.posts, p)
	if p.only == 0 {
		ch.wire = new(*ch.wire)
		ch.wire.LastMessageID = &m.ID
		ch.sent(m)
	}
	w.tell("MESSAGE_CREATE", ch, p, p.via)
}

// sent counts a message of a thread. The one from which it was started does not count.
func (ch *channel) sent(m *wire.Message) {
	if ch.joined == nil {
		return
	}
	m.Position = new(*ch.wire.TotalSent)
	if m.ID == ch.wire.ID || m.Type == wire.MessageThreadStarter {
		return
	}
	ch.wire.MessageCount, ch.wire.TotalSent = new(*ch.wire.MessageCount+1), new(*ch.wire.TotalSent+1)
}

// tell announces a message. Ephemeral ones go to the person and, as a direct message would, to
// the bot that wrote them: without guild and member.
func (w *World) tell(name string, ch *channel, p *post, via ID) {
	m := new(*p.msg)
	if p.thread != nil {
		m.Thread = p.thread.wire
	}
	if m.Poll != nil {
		m.Poll = p.counted(0)
		if name == "MESSAGE_CREATE" {
			w.polls = append(slices.Clone(w.polls), openPoll{ch, m.ID})
		}
	}
	e := &Event{Name: name, Channel: ch.wire.ID, Only: p.only, Subject: m.Author.ID, Bots: true, People: true, Via: via, Data: m}
	e.Bots = m.Author != systemUser // what AutoMod tells somebody is no bot's
	if ch.guild != nil && p.only == 0 {
		e.Guild = ch.guild.wire.ID
		e.Bots = w.allowed(w.app.BotID, ch).Has(wire.ViewChannel)
		m.GuildID = e.Guild
		if author := ch.guild.members[m.Author.ID]; author != nil {
			m.Member = new(*author)
			m.Member.User = nil
		}
	}
	w.emit(e)
}

// replace puts a changed message in the place of the old and tells.
func (w *World) replace(ch *channel, p *post, m *wire.Message, via ID) {
	p.msg = m
	w.tell("MESSAGE_UPDATE", ch, p, via)
}

// erase removes messages and tells, one by one or in bulk.
func (w *World) erase(ch *channel, ids []ID) {
	var only ID
	bots := true
	ch.posts = slices.DeleteFunc(ch.posts, func(p *post) bool {
		gone := slices.Contains(ids, p.msg.ID)
		if gone {
			only, bots = p.only, p.msg.Author != systemUser
		}
		return gone
	})
	if ch.joined != nil && only == 0 {
		ch.wire = new(*ch.wire)
		ch.wire.MessageCount = new(max(*ch.wire.MessageCount-len(ids), 0))
	}
	e := &Event{Channel: ch.wire.ID, Only: only, Bots: bots, People: true}
	if ch.guild != nil && only == 0 {
		e.Guild = ch.guild.wire.ID
		e.Bots = w.allowed(w.app.BotID, ch).Has(wire.ViewChannel)
	}
	if len(ids) == 1 {
		e.Name = "MESSAGE_DELETE"
		e.Data = struct {
			ID        ID `json:"id"`
			ChannelID ID `json:"channel_id"`
			GuildID   ID `json:"guild_id,omitempty"`
		}{ids[0], ch.wire.ID, e.Guild}
	} else {
		e.Name = "MESSAGE_DELETE_BULK"
		e.Data = struct {
			IDs       []ID `json:"ids"`
			ChannelID ID   `json:"channel_id"`
			GuildID   ID   `json:"guild_id,omitempty"`
		}{ids, ch.wire.ID, e.Guild}
	}
	w.emit(e)
}

// Message returns one message, or 10008. It needs READ_MESSAGE_HISTORY.
func (w *World) Message(by, channel, id ID) (*wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return nil, err
	}
	if !w.allowed(by, ch).Has(wire.ReadMessageHistory) {
		return nil, problem.MissingAccess
	}
	p, err := ch.post(id)
	if err != nil {
		return nil, err
	}
	return p.show(by), nil
}

// Page selects messages of a channel; zero values select the newest.
type Page struct {
	Around, Before, After ID
	Limit                 int
}

// Messages lists messages newest first; none without READ_MESSAGE_HISTORY.
func (w *World) Messages(by, channel ID, page Page) ([]*wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return nil, err
	}
	return w.history(by, ch, page, false), nil
}

// history lists what someone sees; own adds the ephemeral messages that are theirs.
func (w *World) history(by ID, ch *channel, page Page, own bool) []*wire.Message {
	w.endPolls()
	list := []*wire.Message{}
	if !w.allowed(by, ch).Has(wire.ReadMessageHistory) {
		return list
	}
	seen := ch.posts
	if slices.ContainsFunc(seen, func(p *post) bool { return p.only != 0 }) {
		seen = slices.DeleteFunc(slices.Clone(seen), func(p *post) bool { return p.only != 0 && (!own || p.only != by) })
	}
	at := func(id ID) int { return sort.Search(len(seen), func(i int) bool { return seen[i].msg.ID >= id }) }
	from, to := len(seen)-page.Limit, len(seen)
	switch {
	case page.Around != 0:
		from = at(page.Around) - page.Limit/2
		to = from + page.Limit
	case page.Before != 0:
		to = at(page.Before)
		from = to - page.Limit
	case page.After != 0:
		from = at(page.After + 1)
		to = from + page.Limit
	}
	for _, p := range seen[max(0, from):min(max(to, 0), len(seen))] {
		list = append(list, p.show(by))
	}
	slices.Reverse(list)
	return list
}

// DeleteMessage deletes one's own message, or another's with MANAGE_MESSAGES.
func (w *World) DeleteMessage(by, channel, id ID, reason string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return err
	}
	p, err := ch.postFor(by, id) // the bot deletes an ephemeral one by its interaction's token only
	if err != nil {
		return err
	}
	author := p.msg.Author.ID
	if author != by && p.only == 0 {
		if !w.allowed(by, ch).Has(wire.ManageMessages) || ch.guild == nil {
			return problem.MissingPermissions
		}
		w.log(ch.guild, by, wire.AuditMessageDelete, author, reason, &wire.AuditOptions{ChannelID: channel, Count: "1"})
	}
	w.erase(ch, []ID{id})
	return nil
}

// DeleteMessages deletes 2 to 100 messages at once. It needs MANAGE_MESSAGES, and refuses all of
// them when one is older than two weeks (50034) or named twice.
func (w *World) DeleteMessages(by, channel ID, ids []ID, reason string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return err
	}
	if ch.guild == nil {
		return problem.DMChannelForbidden
	}
	if !w.allowed(by, ch).Has(wire.ManageMessages) {
		return problem.MissingPermissions
	}
	f := problem.NewForm()
	problem.Unique(f.At("messages"), ids)
	switch {
	case len(ids) < 2 || len(ids) > 100:
		return problem.DeleteCount
	case f.Bad():
		return f.Err()
	}
	for _, id := range ids {
		if id.Time().Before(w.now().Add(-bulkOldest)) {
			return problem.TooOldToDelete
		}
	}
	there := slices.DeleteFunc(ids, func(id ID) bool { _, err := ch.post(id); return err != nil })
	if len(there) == 0 {
		return nil
	}
	w.log(ch.guild, by, wire.AuditMessageBulkDelete, channel, reason, &wire.AuditOptions{Count: itoa(len(there))})
	w.erase(ch, there)
	return nil
}

// Pin pins or unpins a message. It needs PIN_MESSAGES; 30003 past 50 pins.
func (w *World) Pin(by, channel, id ID, pin bool, reason string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return err
	}
	p, err := ch.post(id)
	if err != nil {
		return err
	}
	if w.allowed(by, ch)&(wire.PinMessages|wire.ManageMessages) == 0 {
		return problem.MissingPermissions
	}
	if p.msg.Pinned == pin {
		return nil
	}
	if pin && len(ch.pinned(by)) >= 50 {
		return problem.TooManyPins
	}
	m := new(*p.msg)
	m.Pinned = pin
	w.replace(ch, p, m, 0)
	w.pinsChanged(ch, pin)
	if ch.guild != nil {
		action := wire.AuditMessageUnpin
		if pin {
			action = wire.AuditMessagePin
		}
		w.log(ch.guild, by, action, m.Author.ID, reason, &wire.AuditOptions{ChannelID: channel, MessageID: id})
	}
	return nil
}

// pinsChanged says that a message was pinned or no longer is.
func (w *World) pinsChanged(ch *channel, pinned bool) {
	if pinned {
		changed := *ch.wire
		changed.LastPinAt = new(wire.At(w.now()))
		ch.wire = &changed
	}
	told := struct {
		GuildID   ID         `json:"guild_id,omitempty"`
		ChannelID ID         `json:"channel_id"`
		LastPinAt *wire.Time `json:"last_pin_timestamp"`
	}{ch.wire.GuildID, ch.wire.ID, ch.wire.LastPinAt}
	e := &Event{Name: "CHANNEL_PINS_UPDATE", Channel: ch.wire.ID, Data: told, Bots: true, People: true}
	if ch.guild != nil {
		e.Guild = ch.guild.wire.ID
		e.Bots = w.allowed(w.app.BotID, ch).Has(wire.ViewChannel)
	}
	w.emit(e)
}

// Pinned lists a channel's pinned messages, newest first.
func (w *World) Pinned(by, channel ID) ([]*wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return nil, err
	}
	return ch.pinned(by), nil
}

func (ch *channel) pinned(viewer ID) []*wire.Message {
	list := []*wire.Message{}
	for _, p := range slices.Backward(ch.posts) {
		if p.msg.Pinned {
			list = append(list, p.show(viewer))
		}
	}
	return list
}
