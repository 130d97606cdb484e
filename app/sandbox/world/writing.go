package world

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func itoa(n int) string { return strconv.Itoa(n) }

// flags that the writer of a message may set
const settable = wire.FlagSuppressEmbeds | wire.FlagSilent | wire.FlagComponentsV2

// Write posts a message as someone, in a channel where they may.
func (w *World) Write(by, channel ID, in wire.MessageInput) (*wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return nil, err
	}
	switch {
	case ch.wire.Type == wire.ForumChannel:
		return nil, problem.ForumChannel
	case !ch.wire.Text():
		return nil, problem.NotATextChannel
	}
	if ch.guild == nil && by == w.app.BotID {
		if err := w.reachable(ch.wire.Recipients[0].ID); err != nil {
			return nil, err
		}
	}
	may := w.allowed(by, ch)
	if err := w.mayWrite(ch, by, may, &in); err != nil {
		return nil, err
	}
	if in.EnforceNonce {
		if p := ch.sameNonce(by, in.Nonce); p != nil {
			return p.show(by), nil
		}
	}
	m := &wire.Message{Author: w.users[by], Nonce: in.Nonce, TTS: in.TTS, Flags: in.Flags.Value & settable}
	if err := w.compose(ch, m, &in, may); err != nil {
		return nil, err
	}
	if err := w.enrich(by, ch, m, &in, may); err != nil {
		return nil, err
	}
	fired := w.screened(ch, by, m.Content, m)
	if err := w.blocked(ch, by, m.Content, fired); err != nil {
		return nil, err
	}
	p := &post{msg: m}
	w.wake(ch, by, m.Mentions)
	w.put(ch, p)
	w.enforce(ch, by, m.Content, m.ID, fired)
	return p.show(by), nil
}

// enrich gives a new message what cannot be edited later: what it answers or forwards, a poll, stickers.
func (w *World) enrich(by ID, ch *channel, m *wire.Message, in *wire.MessageInput, may wire.Permissions) error {
	if in.Poll != nil {
		m.Poll = w.poll(in.Poll)
	}
	if err := w.stick(by, ch, m, in.Stickers, may); err != nil {
		return err
	}
	if in.Forwards() {
		return w.forward(by, m, in.Reference)
	}
	return w.refer(ch, m, in)
}

func (ch *channel) sameNonce(by ID, nonce json.RawMessage) *post {
	if nonce == nil {
		return nil
	}
	for i := len(ch.posts) - 1; i >= max(0, len(ch.posts)-100); i-- {
		if p := ch.posts[i]; p.msg.Author.ID == by && bytes.Equal(p.msg.Nonce, nonce) {
			return p
		}
	}
	return nil
}

func (w *World) mayWrite(ch *channel, by ID, may wire.Permissions, in *wire.MessageInput) error {
	want := wire.SendMessages
	if len(in.Files) > 0 {
		want |= wire.AttachFiles
	}
	if in.TTS {
		want |= wire.SendTTSMessages
	}
	if in.Poll != nil {
		want |= wire.SendPolls
	}
	if by == w.app.BotID && len(in.Embeds.Value) > 0 {
		want |= wire.EmbedLinks
	}
	if !may.Has(want) {
		return problem.MissingPermissions
	}
	if ch.joined != nil && ch.wire.Metadata.Locked && !may.Has(wire.ManageThreads) {
		return problem.ThreadLocked
	}
	f := problem.NewForm()
	if by != w.app.BotID {
		if len(in.Embeds.Value) > 0 || len(in.Components.Value) > 0 {
			return problem.BotsOnly
		}
	}
	in.Check(f, in.Flags.Value)
	if err := f.Err(); err != nil {
		return err
	}
	if in.Empty() {
		return problem.EmptyMessage
	}
	return w.slow(ch, by, may)
}

// slow enforces a channel's slow mode on those who may not bypass it.
func (w *World) slow(ch *channel, by ID, may wire.Permissions) error {
	if ch.wire.RateLimitPerUser == 0 || may&(wire.ManageMessages|wire.ManageChannels|wire.BypassSlowmode) != 0 {
		return nil
	}
	if ch.wrote == nil {
		ch.wrote = make(map[ID]time.Time)
	}
	pause := time.Duration(ch.wire.RateLimitPerUser) * time.Second
	if left := ch.wrote[by].Add(pause).Sub(w.now()); left > 0 {
		return problem.SlowMode.After(left.Seconds())
	}
	ch.wrote[by] = w.now()
	return nil
}

// compose fills a message with a checked body: text with its mentions, embeds, components, files.
func (w *World) compose(ch *channel, m *wire.Message, in *wire.MessageInput, may wire.Permissions) error {
	if in.Content.Set {
		m.Content = in.Content.Value
	}
	if err := w.attach(ch, m, in); err != nil {
		return err
	}
	if in.Embeds.Set {
		m.Embeds = make([]wire.Embed, len(in.Embeds.Value))
		for i, e := range in.Embeds.Value {
			e.Type = "rich"
			m.Embeds[i] = unfurlEmbed(e, m.Attachments)
		}
	}
	if in.Components.Set {
		m.Components = w.unfurl(wire.Number(in.Components.Value), m.Attachments)
	}
	if m.ID == 0 || in.Content.Set {
		w.mention(ch, m, in.AllowedMentions, may)
	}
	return nil
}

// refer makes a message a reply.
func (w *World) refer(ch *channel, m *wire.Message, in *wire.MessageInput) error {
	if in.Reference == nil {
		return nil
	}
	p, err := ch.post(in.Reference.MessageID)
	if err != nil {
		if strict := in.Reference.FailIfNotExists; strict != nil && !*strict {
			return nil
		}
		f := problem.NewForm()
		f.At("message_reference").Add("MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
		return f.Err()
	}
	m.Type = wire.MessageReply
	m.Reference = &wire.Reference{MessageID: p.msg.ID, ChannelID: ch.wire.ID}
	if ch.guild != nil {
		m.Reference.GuildID = ch.guild.wire.ID
	}
	m.Referenced = p.msg
	if a := in.AllowedMentions; a == nil || a.RepliedUser {
		m.Mentions = appendUser(m.Mentions, p.msg.Author)
	}
	return nil
}

// Edit changes one's own message (50005 for another's); what is absent stays.
func (w *World) Edit(by, channel, id ID, in wire.MessageInput) (*wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return nil, err
	}
	p, err := ch.post(id)
	if err != nil {
		return nil, err
	}
	if p.msg.Author.ID != by {
		onlyFlags := in.Flags.Set && !in.Content.Set && !in.Embeds.Set && !in.Components.Set && !in.Attachments.Set
		if !onlyFlags || !w.allowed(by, ch).Has(wire.ManageMessages) {
			return nil, problem.EditOthersMessage
		}
	}
	switch {
	case p.msg.System():
		return nil, problem.SystemMessage
	case p.msg.Poll != nil:
		return nil, problem.EditPoll
	}
	if ch.archived() {
		return nil, problem.ThreadArchived
	}
	if err := w.edit(ch, p, &in, w.allowed(by, ch), 0); err != nil {
		return nil, err
	}
	return p.show(by), nil
}

// edit changes a message in place; a loading one is thereby answered rather than edited.
func (w *World) edit(ch *channel, p *post, in *wire.MessageInput, may wire.Permissions, via ID) error {
	m := new(*p.msg)
	if in.Flags.Set {
		m.Flags = m.Flags&^wire.FlagSuppressEmbeds | in.Flags.Value&settable | m.Flags&wire.FlagComponentsV2
	}
	if in.Attachments.Set {
		m.Attachments = keep(m.Attachments, in.Attachments.Value)
	}
	in.Kept = m.Attachments
	f := problem.NewForm()
	in.Check(f, m.Flags)
	if err := f.Err(); err != nil {
		return err
	}
	if in.Content.Null {
		in.Content = wire.Given("")
	}
	if err := w.compose(ch, m, in, may); err != nil {
		return err
	}
	var fired []match
	if via == 0 && in.Content.Set {
		fired = w.screened(ch, m.Author.ID, m.Content, m)
		if err := w.blocked(ch, m.Author.ID, m.Content, fired); err != nil {
			return err
		}
	}
	if wire.Blank(m.Content) && len(m.Embeds) == 0 && len(m.Components) == 0 && len(m.Attachments) == 0 && len(m.StickerItems)+len(m.Snapshots) == 0 {
		return problem.EmptyMessage
	}
	if m.Loading() {
		m.Flags &^= wire.FlagLoading
	} else {
		m.EditedTimestamp = new(wire.At(w.now()))
	}
	w.replace(ch, p, m, via)
	w.enforce(ch, m.Author.ID, m.Content, m.ID, fired)
	return nil
}

// Typing shows someone as typing for a while.
func (w *World) Typing(by, channel ID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(by, channel)
	if err != nil {
		return err
	}
	if !w.allowed(by, ch).Has(wire.SendMessages) {
		return problem.MissingPermissions
	}
	e := &Event{Name: "TYPING_START", Channel: channel, Subject: by, Bots: true, People: true}
	data := struct {
		ChannelID ID           `json:"channel_id"`
		GuildID   ID           `json:"guild_id,omitempty"`
		UserID    ID           `json:"user_id"`
		Timestamp int64        `json:"timestamp"` // seconds
		Member    *wire.Member `json:"member,omitempty"`
	}{ChannelID: channel, UserID: by, Timestamp: w.now().Unix()}
	if ch.guild != nil {
		e.Guild, data.GuildID, data.Member = ch.guild.wire.ID, ch.guild.wire.ID, ch.guild.members[by]
		e.Bots = w.allowed(w.app.BotID, ch).Has(wire.ViewChannel)
	}
	e.Data = data
	w.emit(e)
	return nil
}
