package economy

import (
	"context"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	claimReaction = "🪙"
	queueSize     = 1024
	queueWorkers  = 4
)

// reactor is what the economy needs of Discord: marking the message that earned bytes.
type reactor interface {
	AddReaction(channelID, messageID snowflake.ID, emoji string, opts ...rest.RequestOpt) error
}

// arrival is somebody who came into a guild.
type arrival struct{ guild, user snowflake.ID }

// firstMessage is a member's message that may be the first of their day.
type firstMessage struct {
	claim            Claim
	channel, message snowflake.ID
}

// listen claims the bytes of the day with a member's first message.
func (s *Service) listen(l *bot.Listeners, discordAPI reactor) {
	l.Require(gateway.IntentGuildMessages)
	queue := bot.NewQueue(l, bot.QueueConfig[firstMessage]{
		Name: "claims", Size: queueSize, Workers: queueWorkers, // what is dropped comes again with the member's next message
		Key:  func(m firstMessage) bot.Key { return bot.Key{Guild: m.claim.Guild, User: m.claim.User} },
		Work: func(ctx context.Context, m firstMessage) { s.claimByMessage(ctx, m, discordAPI) },
	})
	l.Prefer(gateway.IntentGuildMembers, i18n.M(
		"Members who return to a server get the roles that they have earned within about 15 minutes instead of at once. Reward roles that were given by hand stay."))
	arrivals := bot.NewQueue(l, bot.QueueConfig[arrival]{
		Name: "reward arrivals", Size: 4096, Workers: 2, // what is dropped is left to the next reconciliation
		Key: func(a arrival) bot.Key { return bot.Key{Guild: a.guild, User: a.user} },
		Work: func(ctx context.Context, a arrival) {
			if err := s.arrive(ctx, a.guild, a.user); err != nil {
				s.log.ErrorContext(ctx, "role rewards not ordered for a new member; the next reconciliation gives them", "guild", a.guild, "error", err)
			}
		},
	})
	bot.On(l, func(e *events.GuildMemberJoin) { arrivals.Add(arrival{e.GuildID, e.Member.User.ID}) })
	bot.On(l, func(e *events.GuildMessageCreate) {
		if !fromMember(e.Message) || s.today.seen(e.GuildID, e.Message.Author.ID, store.DayOf(s.now())) {
			return
		}
		var nick *string
		if e.Message.Member != nil {
			nick = e.Message.Member.Nick
		}
		queue.Add(firstMessage{
			claim:   Claim{Guild: e.GuildID, User: e.Message.Author.ID, Name: bot.Name(e.Message.Author, nick)},
			channel: e.ChannelID, message: e.MessageID,
		})
	})
}

func (s *Service) claimByMessage(ctx context.Context, m firstMessage, discordAPI reactor) {
	cfg, err := s.Settings(ctx, m.claim.Guild)
	if err != nil {
		s.log.Error("daily claim by message failed", "guild", m.claim.Guild, "error", err)
		return
	}
	if !cfg.DailyOnMessage {
		return
	}
	earned, err := s.ClaimQuietly(ctx, m.claim)
	if err != nil {
		s.log.Error("daily claim by message failed", "guild", m.claim.Guild, "error", err)
		return
	}
	if earned == 0 {
		return
	}
	// Best effort: the bytes are theirs whether or not the bot may react here.
	if err := discordAPI.AddReaction(m.channel, m.message, claimReaction, rest.WithCtx(ctx)); err != nil {
		s.log.Debug("reaction to a first message failed", "guild", m.claim.Guild, "channel", m.channel, "error", err)
	}
}

// fromMember reports whether a person wrote the message themselves.
func fromMember(m discord.Message) bool {
	if m.Author.Bot || m.Author.System || m.WebhookID != nil {
		return false
	}
	return m.Type == discord.MessageTypeDefault || m.Type == discord.MessageTypeReply
}
