package world

import (
	"slices"
	"strings"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Channel returns a channel that someone can see.
func (w *World) Channel(by, id ID) (*wire.Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, id)
	if err != nil {
		return nil, err
	}
	return ch.seenBy(by), nil
}

// Channels lists all channels of a guild, those that the asker cannot see included, as REST does.
func (w *World) Channels(by, guild ID) ([]*wire.Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	list := []*wire.Channel{}
	for _, id := range g.channels {
		list = append(list, w.chans[id].wire)
	}
	return list, nil
}

// channelEvent tells those who see the channel; whoever cannot see it hears nothing.
func (w *World) channelEvent(name string, ch *channel) {
	w.emit(&Event{
		Name: name, Guild: ch.guild.wire.ID, Channel: ch.wire.ID, Data: ch.wire, People: true,
		Bots: w.allowed(w.app.BotID, ch).Has(wire.ViewChannel),
	})
}

// CreateChannel makes a channel. It needs MANAGE_CHANNELS.
func (w *World) CreateChannel(by, guild ID, in wire.ChannelInput, reason string) (*wire.Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	if err := w.require(g, by, wire.ManageChannels); err != nil {
		return nil, err
	}
	c := &wire.Channel{ID: w.next(), Type: in.Type.Value, GuildID: guild, Overwrites: []wire.Overwrite{}, Position: len(g.channels)}
	f := problem.NewForm()
	if !in.Name.Set {
		f.At("name").Required()
	}
	if !slices.Contains([]int{wire.TextChannel, wire.VoiceChannel, wire.CategoryChannel, wire.NewsChannel, wire.StageChannel, wire.ForumChannel}, c.Type) {
		f.At("type").OneOf("0, 2, 4, 5, 13, 15")
	}
	if c.Type == wire.ForumChannel {
		c.AvailableTags = new([]wire.ForumTag{})
	}
	if err := w.fillChannel(f, g, c, in); err != nil {
		return nil, err
	}
	ch := &channel{wire: c, guild: g}
	w.chans[c.ID] = ch
	g.channels = append(g.channels, c.ID)
	w.channelEvent("CHANNEL_CREATE", ch)
	w.log(g, by, wire.AuditChannelCreate, c.ID, reason, nil, wire.AuditChange{Key: "name", New: c.Label()})
	return c, nil
}

// EditChannel changes a channel. It needs MANAGE_CHANNELS there. Name, archive and tags of a thread
// are for its owner and those with MANAGE_THREADS, slow mode and lock for the latter alone; whoever
// may write there may open it again unless it is locked. 50083 for an archived thread that is not
// opened by the same change.
func (w *World) EditChannel(by, id ID, in wire.ChannelInput, reason string) (*wire.Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t := w.chans[id]; t != nil && t.joined != nil {
		if _, err := w.channelFor(by, id); err != nil {
			return nil, err
		}
		return w.editThread(by, t, in, reason)
	}
	ch, err := w.manageable(by, id, wire.ManageChannels)
	if err != nil {
		return nil, err
	}
	c := new(*ch.wire)
	if err := w.fillChannel(problem.NewForm(), ch.guild, c, in); err != nil {
		return nil, err
	}
	old := ch.wire
	ch.wire = c
	w.channelEvent("CHANNEL_UPDATE", ch)
	w.log(ch.guild, by, wire.AuditChannelUpdate, id, reason, nil, wire.AuditChange{Key: "name", Old: old.Label(), New: c.Label()})
	return c, nil
}

// DeleteChannel deletes a channel with its messages and threads. It needs MANAGE_CHANNELS there, for
// a thread MANAGE_THREADS.
func (w *World) DeleteChannel(by, id ID, reason string) (*wire.Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t := w.chans[id]; t != nil && t.joined != nil {
		if _, err := w.channelFor(by, id); err != nil {
			return nil, err
		}
		return w.deleteThread(by, t, reason)
	}
	ch, err := w.manageable(by, id, wire.ManageChannels)
	if err != nil {
		return nil, err
	}
	for _, thread := range slices.Clone(ch.guild.threads) {
		if t := w.chans[thread]; *t.wire.ParentID == id {
			w.dropThread(t)
		}
	}
	for _, v := range ch.guild.voiceStates() {
		if *v.ChannelID == id {
			w.hangUp(ch.guild, v.UserID)
		}
	}
	for _, h := range w.hooksOf(func(h *wire.Webhook) bool { return h.ChannelID == id }) {
		delete(w.hooks, h.ID)
	}
	for _, i := range slices.Clone(ch.guild.invites) {
		if i.Channel == id {
			w.dropInvite(ch.guild, i)
		}
	}
	w.channelEvent("CHANNEL_DELETE", ch)
	delete(w.chans, id)
	ch.guild.channels = slices.DeleteFunc(ch.guild.channels, func(c ID) bool { return c == id })
	w.log(ch.guild, by, wire.AuditChannelDelete, id, reason, nil, wire.AuditChange{Key: "name", Old: ch.wire.Label()})
	return ch.wire, nil
}

// SetOverwrite changes what a role or member may do in a channel; a zero allow and deny with
// remove takes the overwrite away. It needs MANAGE_ROLES there.
func (w *World) SetOverwrite(by, id ID, o wire.Overwrite, remove bool, reason string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.manageable(by, id, wire.ManageRoles)
	if err != nil {
		return err
	}
	list := slices.Clone(ch.wire.Overwrites)
	i := slices.IndexFunc(list, func(have wire.Overwrite) bool { return have.ID == o.ID })
	changed := o.Allow | o.Deny
	if i >= 0 {
		changed = o.Allow ^ list[i].Allow | o.Deny ^ list[i].Deny
	}
	if !remove && !w.mayOverwrite(by, ch, changed) {
		return problem.MissingPermissions
	}
	action := wire.AuditOverwriteUpdate
	switch {
	case remove && i < 0:
		return problem.UnknownOverwrite
	case remove:
		list = slices.Delete(list, i, i+1)
		action = wire.AuditOverwriteDelete
	case i < 0:
		list = append(list, o)
		action = wire.AuditOverwriteCreate
	default:
		list[i] = o
	}
	ch.wire = new(*ch.wire)
	ch.wire.Overwrites = list
	w.channelEvent("CHANNEL_UPDATE", ch)
	w.log(ch.guild, by, action, id, reason, &wire.AuditOptions{ID: o.ID, Type: itoa(o.Type)})
	return nil
}

// mayOverwrite reports whether someone may allow or deny permissions in a channel: those that they have in the guild or
// in the category, whatever the channel itself says; all of them with an overwrite of the channel that lets them manage
// its permissions, and only then that one too.
func (w *World) mayOverwrite(by ID, ch *channel, changed wire.Permissions) bool {
	have := w.base(ch.guild, by)
	if have == wire.AllPermissions {
		return true
	}
	m := ch.guild.members[by]
	if overwritten(0, ch.guild.wire.ID, m, ch.wire.Overwrites).Has(wire.ManageRoles) {
		return true
	}
	if ch.wire.ParentID != nil {
		have |= w.allowed(by, w.parentOf(ch))
	}
	return have.Has(changed) && changed&wire.ManageRoles == 0
}

func (w *World) manageable(by, id ID, want wire.Permissions) (*channel, error) {
	ch, err := w.channelFor(by, id)
	if err != nil {
		return nil, err
	}
	switch {
	case ch.guild == nil:
		return nil, problem.DMChannelForbidden
	case ch.joined != nil:
		return nil, problem.WrongChannelType
	}
	if !w.allowed(by, ch).Has(want) {
		return nil, problem.MissingPermissions
	}
	return ch, nil
}

func (w *World) fillChannel(f problem.Form, g *guild, c *wire.Channel, in wire.ChannelInput) error {
	if in.Name.Set {
		f.At("name").Length(strings.TrimSpace(in.Name.Value), 1, 100)
		name := in.Name.Value
		if c.Type == wire.TextChannel || c.Type == wire.NewsChannel {
			name = strings.ReplaceAll(strings.ToLower(name), " ", "-")
		}
		c.Name = &name
	}
	if in.Topic.Set {
		longest := 1024
		if c.Type == wire.ForumChannel {
			longest = 4096
		}
		f.At("topic").Length(in.Topic.Value, 0, longest)
		c.Topic = in.Topic.Pointer()
	}
	if in.Position.Set && !in.Position.Null {
		c.Position = in.Position.Value
	}
	if in.NSFW.Set {
		c.NSFW = in.NSFW.Value
	}
	if in.RateLimitPerUser.Set {
		f.At("rate_limit_per_user").Range(in.RateLimitPerUser.Value, 0, 21600)
		c.RateLimitPerUser = in.RateLimitPerUser.Value
	}
	if in.Overwrites.Set && !in.Overwrites.Null {
		c.Overwrites = in.Overwrites.Value
	}
	if in.ParentID.Set {
		c.ParentID = in.ParentID.Pointer()
		if parent := w.chans[in.ParentID.Value]; !in.ParentID.Null && (parent == nil || parent.guild != g || parent.wire.Type != wire.CategoryChannel) {
			f.At("parent_id").Add("CHANNEL_PARENT_INVALID", "Category does not exist")
		}
	}
	w.fillForum(f, c, in)
	if c.Voice() {
		if c.Bitrate == 0 {
			c.Bitrate, c.UserLimit = 64000, new(int)
		}
		if in.Bitrate.Set && !in.Bitrate.Null {
			f.At("bitrate").Range(in.Bitrate.Value, 8000, 384000)
			c.Bitrate = in.Bitrate.Value
		}
		if in.UserLimit.Set && !in.UserLimit.Null {
			f.At("user_limit").Range(in.UserLimit.Value, 0, 10_000)
			c.UserLimit = new(in.UserLimit.Value)
		}
	}
	return f.Err()
}

// OpenDirect returns the direct conversation of the bot with a person. 50007 for a bot or for oneself.
func (w *World) OpenDirect(person ID) (*wire.Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, err := w.user(person)
	if err != nil {
		return nil, problem.InvalidRecipients
	}
	if u.Bot {
		return nil, problem.CannotMessageUser
	}
	return w.direct(u).wire, nil
}

func (w *World) direct(u *wire.User) *channel {
	if id := w.dms[u.ID]; id != 0 {
		return w.chans[id]
	}
	c := &wire.Channel{ID: w.next(), Type: wire.DMChannel, Recipients: []*wire.User{u}, Overwrites: []wire.Overwrite{}}
	ch := &channel{wire: c}
	w.chans[c.ID], w.dms[u.ID] = ch, c.ID
	w.emit(&Event{Name: "CHANNEL_CREATE", Channel: c.ID, Only: u.ID, Data: c, People: true})
	return ch
}

// reachable says whether the bot's direct messages arrive: 50278 without a guild in common,
// 50007 when the person takes none.
func (w *World) reachable(person ID) error {
	if !w.acquainted(w.app.BotID, person) {
		return problem.NoMutualGuild
	}
	if w.closed[person] {
		return problem.CannotMessageUser
	}
	return nil
}

// UseLanguage sets the language of a person's client, such as "de"; it comes with their interactions.
func (w *World) UseLanguage(person ID, locale string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.locales[person] = locale
	w.opts.Changed()
}

// TakeDirect sets whether a person takes direct messages from people of their guilds.
func (w *World) TakeDirect(person ID, take bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.closed, person)
	if !take {
		w.closed[person] = true
	}
	w.opts.Changed()
}
