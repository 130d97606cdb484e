package moderation

import (
	"context"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	queueSize    = 4096
	queueWorkers = 4
	// followTime bounds the work on one event.
	followTime = 20 * time.Second
)

// happening is something that happened in Discord and that moderation follows.
type happening struct {
	key  bot.Key
	what string
	act  func(context.Context) error
}

// listen follows the audit log, bans where that cannot be read, members who come back, and what may let the log channel
// be written to again. What is lost is read from the audit log later.
func (s *Service) listen(l *bot.Listeners) {
	l.Require(gateway.IntentGuildModeration)
	l.Prefer(gateway.IntentGuildMembers, i18n.M("Members who leave while they are timed out are not timed out again when they come back."))
	queue := bot.NewQueue(l, bot.QueueConfig[happening]{
		Name: "moderation", Size: queueSize, Workers: queueWorkers,
		Key: func(h happening) bot.Key { return h.key },
		Work: func(ctx context.Context, h happening) {
			ctx, cancel := context.WithTimeout(ctx, followTime)
			defer cancel()
			if err := h.act(ctx); err != nil {
				s.log.ErrorContext(ctx, "moderation could not follow an event", "event", h.what, "guild", h.key.Guild, "error", err)
			}
		},
	})
	follow := func(guild, user snowflake.ID, what string, act func(context.Context) error) {
		queue.Add(happening{bot.Key{Guild: guild, User: user}, what, act})
	}
	bot.On(l, func(e *events.GuildAuditLogEntryCreate) {
		entry := e.AuditLogEntry
		var target snowflake.ID
		if entry.TargetID != nil {
			target = *entry.TargetID
		}
		for _, event := range wanted {
			if event == entry.ActionType {
				follow(e.GuildID, target, "audit log", func(ctx context.Context) error { return s.Entry(ctx, e.GuildID, entry, nil) })
			}
		}
	})
	ban := func(guild snowflake.ID, user discord.User, action store.CaseAction) {
		follow(guild, user.ID, string(action), func(ctx context.Context) error { return s.unseen(ctx, guild, user, action) })
	}
	bot.On(l, func(e *events.GuildBan) { ban(e.GuildID, e.User, store.CaseBan) })
	bot.On(l, func(e *events.GuildUnban) { ban(e.GuildID, e.User, store.CaseUnban) })
	bot.On(l, func(e *events.GuildMemberJoin) {
		m := e.Member
		follow(e.GuildID, m.User.ID, "member joined", func(ctx context.Context) error {
			return s.arrive(ctx, e.GuildID, m.User.ID, m.CommunicationDisabledUntil)
		})
	})
	catchUp := func(guild snowflake.ID) {
		follow(guild, 0, "guild met", func(ctx context.Context) error { return s.store.Enqueue(ctx, CatchUpGuild{guild}) })
	}
	bot.On(l, func(e *events.GuildReady) { catchUp(e.GuildID) })
	bot.On(l, func(e *events.GuildJoin) { catchUp(e.GuildID) })
	bot.On(l, func(e *events.GuildAvailable) { catchUp(e.GuildID) })
	retry := func(guild snowflake.ID) {
		follow(guild, 0, "permissions changed", func(ctx context.Context) error { return s.retryLog(ctx, guild) })
	}
	bot.On(l, func(e *events.RoleUpdate) { retry(e.GuildID) })
	bot.On(l, func(e *events.GuildChannelUpdate) { retry(e.GuildID) })
	bot.On(l, func(e *events.GuildMemberUpdate) {
		if e.Member.User.ID == e.Client().ID() {
			retry(e.GuildID)
		}
	})
}
