package world

import (
	"slices"
	"strings"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// JoinVoice connects someone to a voice channel, moves them from another one, or changes how they
// are connected. It needs CONNECT, and a place in the channel or MOVE_MEMBERS.
func (w *World) JoinVoice(person, guild ID, in wire.VoiceInput) (*wire.VoiceState, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(person, guild)
	if err != nil {
		return nil, err
	}
	ch, err := w.voiceChannel(g, in.ChannelID)
	if err != nil {
		return nil, err
	}
	old := g.voice[person]
	if here := old != nil && *old.ChannelID == in.ChannelID; !here {
		may := w.allowed(person, ch)
		if !may.Has(wire.ViewChannel | wire.Connect) {
			return nil, problem.MissingPermissions
		}
		if most := ch.wire.UserLimit; most != nil && *most > 0 && g.connected(in.ChannelID) >= *most && !may.Has(wire.MoveMembers) {
			return nil, problem.MissingPermissions
		}
	}
	return w.connect(g, ch, g.members[person], func(v *wire.VoiceState) {
		v.SelfMute, v.SelfDeaf, v.SelfVideo, v.SelfStream = in.SelfMute, in.SelfDeaf, in.SelfVideo, in.SelfStream
	}), nil
}

// LeaveVoice disconnects someone by their own wish. Not being connected is nothing.
func (w *World) LeaveVoice(person, guild ID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(person, guild)
	if err != nil {
		return err
	}
	w.hangUp(g, person)
	return nil
}

// VoiceState returns how someone is connected, or 10065. Another's needs CONNECT in their channel.
func (w *World) VoiceState(by, guild, user ID) (*wire.VoiceState, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	v := g.voice[user]
	if v == nil {
		return nil, problem.UnknownVoiceState
	}
	if by != user && !w.allowed(by, w.chans[*v.ChannelID]).Has(wire.ViewChannel|wire.Connect) {
		return nil, problem.MissingAccess
	}
	return w.withMember(g, v), nil
}

// EditVoiceState lets someone in a stage channel speak, silences them, or asks to speak. Another's
// needs MUTE_MEMBERS, as does letting oneself speak; to ask needs REQUEST_TO_SPEAK.
func (w *World) EditVoiceState(by, guild, user ID, in wire.VoiceStateInput) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return err
	}
	old := g.voice[user]
	if old == nil || in.ChannelID.Set && in.ChannelID.Value != *old.ChannelID {
		return problem.UnknownVoiceState
	}
	ch := w.chans[*old.ChannelID]
	if ch.wire.Type != wire.StageChannel {
		return problem.WrongChannelType
	}
	may := w.allowed(by, ch)
	loud := in.Suppress.Set && !in.Suppress.Value
	if (by != user || loud) && !may.Has(wire.MuteMembers) {
		return problem.MissingPermissions
	}
	if in.RequestToSpeak.Set && !in.RequestToSpeak.Null && !may.Has(wire.RequestToSpeak) {
		return problem.MissingPermissions
	}
	w.connect(g, ch, g.members[user], func(v *wire.VoiceState) {
		if in.RequestToSpeak.Set {
			v.RequestToSpeak = in.RequestToSpeak.Pointer()
		}
		if !in.Suppress.Set {
			return
		}
		v.Suppress, v.RequestToSpeak = in.Suppress.Value, nil
		if loud && by != user && !w.users[user].Bot {
			v.RequestToSpeak = new(wire.At(w.now()))
		}
	})
	return nil
}

func (w *World) voiceChannel(g *guild, id ID) (*channel, error) {
	ch := w.chans[id]
	if ch == nil || ch.guild != g {
		return nil, problem.UnknownChannel
	}
	if !ch.wire.Voice() {
		return nil, problem.WrongChannelType
	}
	return ch, nil
}

func (g *guild) connected(channel ID) (n int) {
	for _, v := range g.voice {
		if *v.ChannelID == channel {
			n++
		}
	}
	return n
}

// connect puts a member into a voice channel, or changes how they are in it, and tells.
func (w *World) connect(g *guild, ch *channel, m *wire.Member, change func(*wire.VoiceState)) *wire.VoiceState {
	user := m.User.ID
	v := &wire.VoiceState{GuildID: g.wire.ID, UserID: user, SessionID: strings.ToLower(AvatarHash(w.next()))}
	if old := g.voice[user]; old != nil {
		v = new(*old)
	}
	if v.ChannelID == nil || *v.ChannelID != ch.wire.ID {
		may := w.allowed(user, ch)
		v.ChannelID, v.RequestToSpeak = &ch.wire.ID, nil
		v.Suppress = !may.Has(wire.Speak) || ch.wire.Type == wire.StageChannel && !may.Has(wire.MuteMembers)
	}
	v.Mute, v.Deaf = m.Mute, m.Deaf
	if change != nil {
		change(v)
	}
	if g.voice == nil {
		g.voice = make(map[ID]*wire.VoiceState)
	}
	g.voice[user] = v
	w.everyone("VOICE_STATE_UPDATE", g, w.withMember(g, v))
	return v
}

// hangUp disconnects someone, if they are connected, and tells.
func (w *World) hangUp(g *guild, user ID) {
	old := g.voice[user]
	if old == nil {
		return
	}
	delete(g.voice, user)
	v := new(*old)
	v.ChannelID = nil
	w.everyone("VOICE_STATE_UPDATE", g, w.withMember(g, v))
}

func (w *World) withMember(g *guild, v *wire.VoiceState) *wire.VoiceState {
	v = new(*v)
	v.Member = g.members[v.UserID]
	return v
}

// voiceStates lists who is connected, in the order of their ids.
func (g *guild) voiceStates() []*wire.VoiceState {
	list := []*wire.VoiceState{}
	for _, v := range g.voice {
		v = new(*v)
		v.GuildID = 0
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b *wire.VoiceState) int { return compareIDs(a.UserID, b.UserID) })
	return list
}

// mayEditVoice checks the parts of a member's change that are about voice: 40032 for somebody who
// is not connected. Moving needs MOVE_MEMBERS, and CONNECT where it leads.
func (w *World) mayEditVoice(g *guild, by ID, m *wire.Member, in MemberInput) error {
	if !in.Mute.Set && !in.Deaf.Set && !in.Channel.Set {
		return nil
	}
	v := g.voice[m.User.ID]
	if v == nil {
		return problem.NotConnected
	}
	may := w.allowed(by, w.chans[*v.ChannelID])
	for _, part := range []struct {
		set  bool
		need wire.Permissions
	}{{in.Mute.Set, wire.MuteMembers}, {in.Deaf.Set, wire.DeafenMembers}, {in.Channel.Set, wire.MoveMembers}} {
		if part.set && !may.Has(part.need) {
			return problem.MissingPermissions
		}
	}
	if !in.Channel.Set || in.Channel.Null {
		return nil
	}
	to, err := w.voiceChannel(g, in.Channel.Value)
	if err != nil {
		return err
	}
	if !w.allowed(by, to).Has(wire.ViewChannel | wire.Connect) {
		return problem.MissingPermissions
	}
	return nil
}

// editVoice carries out what mayEditVoice has checked.
func (w *World) editVoice(g *guild, by, user ID, in MemberInput, reason string) {
	if in.Mute.Set || in.Deaf.Set {
		m := g.members[user]
		changed := new(*m)
		var changes []wire.AuditChange
		for _, part := range []struct {
			key string
			in  wire.Opt[bool]
			is  *bool
		}{{"mute", in.Mute, &changed.Mute}, {"deaf", in.Deaf, &changed.Deaf}} {
			if part.in.Set && part.in.Value != *part.is {
				changes = append(changes, wire.AuditChange{Key: part.key, Old: *part.is, New: part.in.Value})
				*part.is = part.in.Value
			}
		}
		if len(changes) > 0 {
			w.setMember(g, changed)
			w.connect(g, w.chans[*g.voice[user].ChannelID], changed, nil)
			w.log(g, by, wire.AuditMemberUpdate, user, reason, nil, changes...)
		}
	}
	switch {
	case !in.Channel.Set:
	case in.Channel.Null:
		w.hangUp(g, user)
		w.log(g, by, wire.AuditMemberDisconnect, 0, reason, &wire.AuditOptions{Count: "1"})
	case *g.voice[user].ChannelID != in.Channel.Value:
		w.connect(g, w.chans[in.Channel.Value], g.members[user], nil)
		w.log(g, by, wire.AuditMemberMove, 0, reason, &wire.AuditOptions{Count: "1", ChannelID: in.Channel.Value})
	}
}
