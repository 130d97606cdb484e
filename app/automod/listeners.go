package automod

import (
	"context"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	judgeSize    = 16384
	judgeWorkers = 4
	actSize      = 4096
	actWorkers   = 8
	judgeTime    = 10 * time.Second
	actTime      = 45 * time.Second
	inviteTime   = 2 * time.Second
)

// happening is one event of a guild on its way to the rules.
type happening struct {
	guild   snowflake.ID
	kind    engine.Kind
	message discord.Message // of messages and edits
	member  discord.Member  // of joins and renames
	thread  *discord.GuildThread
}

// found is a verdict on its way to what is done about it.
type found struct {
	guild snowflake.ID
	ready *ready
	event happening
	match engine.Match
	acts  bool // this match acts; the others are only logged
	tag   string
	user  snowflake.ID
}

// listen judges what is written and who joins. Events of one guild are judged in order; what is done about them is done
// member by member, so that a slow answer of Discord's holds up no judging.
func (s *Service) listen(l *bot.Listeners) {
	l.Require(gateway.IntentGuilds | gateway.IntentGuildMessages)
	l.Prefer(gateway.IntentMessageContent, i18n.M("Auto-moderation cannot read what messages say: rules about words, links, mentions and files find nothing."))
	l.Prefer(gateway.IntentGuildMembers, i18n.M("Auto-moderation is not told who joins or takes another name: rules about raids and names find nothing."))
	acts := bot.NewQueue(l, bot.QueueConfig[found]{
		Name: "automod acts", Size: actSize, Workers: actWorkers,
		Key: func(f found) bot.Key { return bot.Key{Guild: f.guild, User: f.user} },
		Work: func(ctx context.Context, f found) {
			ctx, cancel := context.WithTimeout(ctx, actTime)
			defer cancel()
			if err := s.act(ctx, f); err != nil {
				s.log.ErrorContext(ctx, "auto-moderation could not act", "guild", f.guild, "rule", f.match.Rule.ID, "error", err)
			}
		},
	})
	judging := bot.NewQueue(l, bot.QueueConfig[happening]{
		Name: "automod", Size: judgeSize, Workers: judgeWorkers,
		Key: func(h happening) bot.Key { return bot.Key{Guild: h.guild} },
		Work: func(ctx context.Context, h happening) {
			ctx, cancel := context.WithTimeout(ctx, judgeTime)
			defer cancel()
			matches, err := s.judge(ctx, h)
			if err != nil {
				s.log.ErrorContext(ctx, "auto-moderation could not judge an event", "guild", h.guild, "event", h.kind, "error", err)
			}
			for _, f := range matches {
				acts.Add(f)
			}
		},
	})
	bot.On(l, func(e *events.GuildMessageCreate) {
		if written(e.Message) {
			judging.Add(happening{guild: e.GuildID, kind: engine.KindMessage, message: e.Message})
		}
	})
	bot.On(l, func(e *events.GuildMessageUpdate) {
		if e.Message.EditedTimestamp != nil && written(e.Message) { // without it Discord only added a preview
			judging.Add(happening{guild: e.GuildID, kind: engine.KindEdit, message: e.Message})
		}
	})
	bot.On(l, func(e *events.GuildMemberJoin) {
		judging.Add(happening{guild: e.GuildID, kind: engine.KindJoin, member: e.Member})
	})
	bot.On(l, func(e *events.GuildMemberUpdate) {
		if named(e.OldMember) != named(e.Member) && e.OldMember.User.ID != 0 {
			judging.Add(happening{guild: e.GuildID, kind: engine.KindRename, member: e.Member})
		}
	})
	bot.On(l, func(e *events.ThreadCreate) {
		judging.Add(happening{guild: e.GuildID, kind: engine.KindThread, thread: &e.Thread})
	})
	again := func(guild snowflake.ID) {
		s.ready.Invalidate(guild)
		s.pauses.clear(guild)
	}
	bot.On(l, func(e *events.RoleCreate) { again(e.GuildID) })
	bot.On(l, func(e *events.RoleUpdate) { again(e.GuildID) })
	bot.On(l, func(e *events.RoleDelete) { again(e.GuildID) })
	bot.On(l, func(e *events.GuildUpdate) { again(e.GuildID) })
	bot.On(l, func(e *events.GuildLeave) {
		s.recent.forget(e.GuildID)
		s.windows.Forget(engine.Snowflake(e.GuildID))
	})
}

// written reports whether a message says something that a person wrote, rather than Discord.
func written(m discord.Message) bool {
	switch m.Type {
	case discord.MessageTypeDefault, discord.MessageTypeReply, discord.MessageTypeSlashCommand, discord.MessageTypeContextMenuCommand:
		return true
	}
	return false
}

// named is everything that somebody is called.
func named(m discord.Member) string {
	name := m.User.Username + "\x00"
	if m.User.GlobalName != nil {
		name += *m.User.GlobalName
	}
	if name += "\x00"; m.Nick != nil {
		name += *m.Nick
	}
	return name
}

// judge counts an event and asks the rules about it. It returns what is to be logged or done.
func (s *Service) judge(ctx context.Context, h happening) ([]found, error) {
	r, err := s.ready.Get(ctx, h.guild)
	if err != nil {
		return nil, err
	}
	var before *discord.Message
	switch h.kind {
	case engine.KindMessage:
		s.recent.add(h.guild, h.message, s.now())
	case engine.KindEdit:
		before = s.recent.edited(h.guild, h.message)
	}
	if r.rules == nil {
		return nil, nil
	}
	began := time.Now()
	e := s.event(ctx, r, h, before)
	if e == nil {
		return nil, nil
	}
	windows := s.windows.Guild(engine.Snowflake(h.guild))
	r.rules.Count(e, windows)
	verdict := r.rules.Check(e, windows)
	if s.lookUp(ctx, verdict.Unresolved) {
		verdict = r.rules.Check(e, windows)
	}
	s.metrics.judged(h.kind, verdict, time.Since(began))
	person := e.Person()
	acting := verdict.Acting()
	var out []found
	for i := range verdict.Matches {
		m := &verdict.Matches[i]
		out = append(out, found{guild: h.guild, ready: r, event: h, match: *m, acts: m == acting, tag: person.Username, user: snowflake.ID(person.ID)})
	}
	if len(out) == 0 {
		e.Release() // a match holds on to the texts
	}
	return out, nil
}

// event is what happened as the engine reads it; nil when there is nothing to judge.
func (s *Service) event(ctx context.Context, r *ready, h happening, before *discord.Message) *engine.Event {
	now := s.now()
	switch h.kind {
	case engine.KindMessage, engine.KindEdit:
		if h.message.Member == nil && h.message.WebhookID == nil && !h.message.Author.Bot {
			m, err := s.who.Member(ctx, h.guild, h.message.Author.ID)
			if err != nil {
				return nil // somebody who has left
			}
			h.message.Member = &m
		}
		return s.eventOf(r, h.guild, h.message, h.kind, before)
	case engine.KindJoin, engine.KindRename:
		return &engine.Event{Kind: h.kind, At: now, Author: userOf(h.member.User), Member: r.memberOf(&h.member, h.member.User.ID, now)}
	case engine.KindThread:
		m, err := s.who.Member(ctx, h.guild, h.thread.OwnerID)
		if err != nil {
			return nil
		}
		return &engine.Event{Kind: h.kind, At: now, MessageID: engine.Snowflake(h.thread.ID()), Channels: s.channels(h.thread.ID()), Author: userOf(m.User),
			Member: r.memberOf(&m, m.User.ID, now), Message: engine.Message{ThreadName: h.thread.Name()}}
	}
	return nil
}

// lookUp asks Discord where invites lead, for at most a few of a message, and reports whether something was learnt.
func (s *Service) lookUp(ctx context.Context, codes []string) bool {
	learnt := false
	for _, code := range codes[:min(len(codes), invitesMost)] {
		ctx, cancel := context.WithTimeout(ctx, inviteTime)
		invite, err := s.discord.GetInvite(code, rest.WithCtx(ctx))
		cancel()
		switch {
		case err == nil && invite.Guild != nil:
			s.recent.learn(code, invite.Guild.ID, s.now())
		case rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownInvite), err == nil:
			s.recent.learn(code, 0, s.now()) // it leads nowhere, or to a conversation
		default:
			continue // not known, which the rule has a setting for
		}
		learnt = true
	}
	return learnt
}
