package rolesync

import (
	"context"
	"log/slog"

	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/store"
)

// abilities is that what the bot can do in a guild may have changed.
type abilities struct {
	guild   snowflake.ID
	arrived bool // the bot has just come, so that everything may differ
}

// Follow orders the roles of a guild when something changed that kept the bot from giving them: its own
// role or permissions, the place or the power of a role, or its absence.
func Follow(l *bot.Listeners, s *store.Store, log *slog.Logger) {
	queue := bot.NewQueue(l, bot.QueueConfig[abilities]{
		Name: "abilities", Size: 1024, Workers: 1, // what is dropped is left to the next reconciliation
		Key: func(a abilities) bot.Key { return bot.Key{Guild: a.guild} },
		Work: func(ctx context.Context, a abilities) {
			if err := a.order(ctx, s); err != nil {
				log.ErrorContext(ctx, "roles not ordered; the next reconciliation gives them", "guild", a.guild, "error", err)
			}
		},
	})
	bot.On(l, func(e *events.GuildJoin) { queue.Add(abilities{guild: e.GuildID, arrived: true}) })
	bot.On(l, func(e *events.RoleUpdate) { queue.Add(abilities{guild: e.GuildID}) })
	bot.On(l, func(e *events.GuildMemberUpdate) {
		if e.Member.User.ID == e.Client().ID() {
			queue.Add(abilities{guild: e.GuildID})
		}
	})
}

func (a abilities) order(ctx context.Context, s *store.Store) error {
	if !a.arrived {
		problems, err := s.RoleProblems(ctx, a.guild)
		if err != nil || len(problems) == 0 {
			return err
		}
	}
	return s.Enqueue(ctx, Guild{Guild: a.guild})
}
