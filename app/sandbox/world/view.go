package world

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// View is the world as one person's client shows it: all their guilds, one of them open, and in
// it one channel.
type View struct {
	Me     *wire.User      `json:"me"`
	Bot    *wire.User      `json:"bot"`
	Guilds []GuildSummary  `json:"guilds"`
	Direct []*wire.Channel `json:"direct"` // conversations with the bot

	Installed bool `json:"installed"` // they have the application for themselves

	Guild   *GuildView   `json:"guild,omitempty"`
	Channel *ChannelView `json:"channel,omitempty"`
}

// GuildSummary is a guild in the list of a person's guilds.
type GuildSummary struct {
	ID      ID      `json:"id"`
	Name    string  `json:"name"`
	Icon    *string `json:"icon"`
	OwnerID ID      `json:"owner_id"`
	Members int     `json:"members"`
	Bot     bool    `json:"bot"` // the application's bot is in it
}

// GuildView is an open guild.
type GuildView struct {
	*wire.Guild
	Permissions wire.Permissions `json:"permissions"` // the person's
	Channels    []*wire.Channel  `json:"channels"`    // those the person sees, with what they may do there
	Members     []MemberView     `json:"members"`     // the first, online ones before offline ones
	MemberCount int              `json:"member_count"`

	Voice   []*wire.VoiceState `json:"voice_states"` // who is connected by voice
	Threads []*wire.Channel    `json:"threads"`      // those that are not archived and that the person sees
}

// MemberView is a member with what clients compute.
type MemberView struct {
	*wire.Member
	Name   string `json:"name"`   // nickname, global name or username
	Color  int    `json:"color"`  // of the highest role that has one
	Hoist  ID     `json:"hoist"`  // the highest role that is shown apart, or 0
	Status string `json:"status"` // online, idle, dnd, offline
	Owner  bool   `json:"owner"`
}

// ChannelView is an open channel.
type ChannelView struct {
	*wire.Channel
	Permissions wire.Permissions `json:"permissions"` // the person's
	Messages    []*wire.Message  `json:"messages"`    // oldest first, the person's ephemeral ones included
	Commands    []*wire.Command  `json:"commands"`    // those the person may use here
}

const (
	mostShown    = 500 // members of an open guild
	mostMessages = 100 // messages of an open channel
)

// See returns a person's view. Guild and channel may be 0: then the person's first guild and its
// first text channel are open.
func (w *World) See(person, guild, channel ID) (*View, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	me, err := w.user(person)
	if err != nil {
		return nil, err
	}
	v := &View{Me: me, Bot: w.bot(), Guilds: []GuildSummary{}, Direct: []*wire.Channel{}, Installed: w.installed[person]}
	for _, id := range w.order {
		if g := w.guilds[id]; g.members[person] != nil {
			v.Guilds = append(v.Guilds, GuildSummary{id, g.wire.Name, g.wire.Icon, g.wire.OwnerID, len(g.members), w.hears(g)})
		}
	}
	if id := w.dms[person]; id != 0 {
		v.Direct = append(v.Direct, w.chans[id].wire)
	}
	if channel != 0 {
		ch, err := w.channelFor(person, channel)
		if err != nil {
			return nil, err
		}
		v.Channel = w.seeChannel(person, ch)
		guild = ch.wire.GuildID
	}
	if guild == 0 && v.Channel == nil && len(v.Guilds) > 0 {
		guild = v.Guilds[0].ID
	}
	if guild == 0 {
		return v, nil
	}
	g, err := w.guildFor(person, guild)
	if err != nil {
		return nil, err
	}
	v.Guild = w.seeGuild(person, g)
	if v.Channel == nil {
		i := slices.IndexFunc(v.Guild.Channels, func(c *wire.Channel) bool { return c.Type == wire.TextChannel })
		if i >= 0 {
			v.Channel = w.seeChannel(person, w.chans[v.Guild.Channels[i].ID])
		}
	}
	return v, nil
}

func (w *World) seeGuild(person ID, g *guild) *GuildView {
	v := &GuildView{
		Guild: g.rest(), Permissions: w.base(g, person), Channels: []*wire.Channel{}, Members: []MemberView{}, MemberCount: len(g.members),
		Voice: g.voiceStates(), Threads: []*wire.Channel{},
	}
	for _, t := range w.active(g, person) {
		v.Threads = append(v.Threads, t.seenBy(person))
	}
	for _, id := range g.channels {
		ch := w.chans[id]
		if may := w.allowed(person, ch); may.Has(wire.ViewChannel) {
			c := new(*ch.wire)
			c.Permissions = &may
			v.Channels = append(v.Channels, c)
		}
	}
	for _, here := range []bool{true, false} {
		for _, id := range g.sorted {
			if len(v.Members) == mostShown {
				return v
			}
			if w.present[id].online() == here {
				v.Members = append(v.Members, w.seeMember(g, g.members[id]))
			}
		}
	}
	return v
}

func (w *World) seeMember(g *guild, m *wire.Member) MemberView {
	v := MemberView{Member: m, Name: m.Name(), Status: w.present[m.User.ID].wire(m.User.ID, 0).Status, Owner: g.wire.OwnerID == m.User.ID}
	var color, hoist *wire.Role
	for _, id := range m.Roles {
		r := g.roles[id]
		if r == nil {
			continue
		}
		if r.Color != 0 && (color == nil || above(r, color)) {
			color, v.Color = r, r.Color
		}
		if r.Hoist && (hoist == nil || above(r, hoist)) {
			hoist, v.Hoist = r, r.ID
		}
	}
	return v
}

func (w *World) seeChannel(person ID, ch *channel) *ChannelView {
	messages := w.history(person, ch, Page{Limit: mostMessages}, true)
	slices.Reverse(messages)
	return &ChannelView{Channel: ch.seenBy(person), Permissions: w.allowed(person, ch), Messages: messages, Commands: w.usable(person, ch)}
}

// SeeMember returns one member as a person of the same guild sees them.
func (w *World) SeeMember(person, guild, user ID) (MemberView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(person, guild)
	if err != nil {
		return MemberView{}, err
	}
	m, err := g.member(user)
	if err != nil {
		return MemberView{}, err
	}
	return w.seeMember(g, m), nil
}

// SeeMessages lists messages newest first, the person's ephemeral ones included.
func (w *World) SeeMessages(person, channel ID, page Page) ([]*wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(person, channel)
	if err != nil {
		return nil, err
	}
	return w.history(person, ch, page, true), nil
}

// InviteBot brings the application's bot into a guild. It needs MANAGE_GUILD.
func (w *World) InviteBot(by, guild ID) (*wire.Member, error) {
	w.mu.Lock()
	g, err := w.guildFor(by, guild)
	if err == nil {
		err = w.require(g, by, wire.ManageGuild)
	}
	bot := w.app.BotID
	w.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return w.Join(bot, guild)
}

// MessageBot opens a person's conversation with the bot. 50278 without a guild in common.
func (w *World) MessageBot(person ID) (*wire.Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, err := w.user(person)
	if err != nil {
		return nil, err
	}
	if !w.acquainted(person, w.app.BotID) {
		return nil, problem.NoMutualGuild
	}
	return w.direct(u).wire, nil
}
