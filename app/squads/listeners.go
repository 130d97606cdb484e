package squads

import (
	"context"
	"errors"

	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	eventQueue   = 4096
	eventWorkers = 2
)

// heard is something that the gateway told, to be acted on beside the shard.
type heard struct {
	what string
	act  func(context.Context) error
}

// listen follows roles that are deleted and members who come and go.
func (s *Service) listen(l *bot.Listeners) {
	l.Need(gateway.IntentGuildMembers)
	queue := bot.NewQueue(l, eventQueue, eventWorkers, func(ctx context.Context, h heard) {
		if err := h.act(ctx); err != nil {
			s.log.ErrorContext(ctx, "squads could not follow an event", "event", h.what, "error", err)
		}
	})
	offer := func(what string, guild snowflake.ID, act func(context.Context) error) {
		if !queue.Offer(heard{what, act}) {
			s.log.Warn("squads are behind with the events of the gateway; one is left to the reconciliation", "event", what, "guild", guild)
		}
	}
	bot.On(l, func(e *events.RoleDelete) {
		offer("role deleted", e.GuildID, func(ctx context.Context) error { return s.LoseRole(ctx, e.GuildID, e.RoleID) })
	})
	bot.On(l, func(e *events.GuildMemberLeave) {
		offer("member left", e.GuildID, func(ctx context.Context) error { return s.Depart(ctx, e.GuildID, e.User.ID) })
	})
	bot.On(l, func(e *events.GuildMemberJoin) {
		offer("member joined", e.GuildID, func(ctx context.Context) error { return s.arrive(ctx, e.GuildID, e.Member.User.ID) })
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
	return s.store.Enqueue(ctx, jobs.MemberRoles{Guild: guild, User: user})
}
