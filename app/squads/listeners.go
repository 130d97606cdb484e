package squads

import (
	"context"
	"errors"

	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/rolesync"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	queueSize    = 4096
	queueWorkers = 2
)

// change is something that happened in a guild and that squads follow.
type change struct {
	key  bot.Key
	what string
	act  func(context.Context) error
}

// listen follows roles that are deleted and members who join and leave.
func (s *Service) listen(l *bot.Listeners) {
	l.Prefer(gateway.IntentGuildMembers, i18n.M(
		"Members who leave a server lose their place in its squads within about 15 minutes instead of at once, and those who return get their squad’s role then. Roles of squads that were given by hand stay."))
	queue := bot.NewQueue(l, bot.QueueConfig[change]{
		Name: "squads", Size: queueSize, Workers: queueWorkers, // the reconciliation finds what is dropped
		Key: func(c change) bot.Key { return c.key },
		Work: func(ctx context.Context, c change) {
			if err := c.act(ctx); err != nil {
				s.log.ErrorContext(ctx, "squads could not follow an event", "event", c.what, "guild", c.key.Guild, "error", err)
			}
		},
	})
	bot.On(l, func(e *events.RoleDelete) {
		queue.Add(change{bot.Key{Guild: e.GuildID}, "role deleted", func(ctx context.Context) error { return s.LoseRole(ctx, e.GuildID, e.RoleID) }})
	})
	bot.On(l, func(e *events.GuildMemberLeave) {
		queue.Add(change{bot.Key{Guild: e.GuildID, User: e.User.ID}, "member left", func(ctx context.Context) error { return s.Depart(ctx, e.GuildID, e.User.ID) }})
	})
	bot.On(l, func(e *events.GuildMemberJoin) {
		queue.Add(change{bot.Key{Guild: e.GuildID, User: e.Member.User.ID}, "member joined", func(ctx context.Context) error { return s.arrive(ctx, e.GuildID, e.Member.User.ID) }})
	})
}

// arrive gives someone their role whom a program had put into a squad before they came.
func (s *Service) arrive(ctx context.Context, guild, user snowflake.ID) error {
	_, err := s.store.Membership(ctx, guild, user)
	if errors.Is(err, store.ErrNoSquad) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.store.Enqueue(ctx, rolesync.Member{Guild: guild, User: user})
}
