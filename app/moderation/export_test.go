package moderation

import (
	"context"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/store"
)

// RecoverPending compares pending cases with Discord, as the job does each minute.
func (s *Service) RecoverPending(ctx context.Context) error { return s.recoverPending(ctx) }

// Run ends or renews a case, as its job does.
func (s *Service) Run(ctx context.Context, job Expire) error { return s.expire(ctx, job) }

// Log writes the message of a case, as its job does.
func (s *Service) Log(ctx context.Context, guild snowflake.ID, number int64) error {
	return s.logCase(ctx, LogCase{guild, number})
}

// Flood writes one message about many cases, as its job does.
func (s *Service) Flood(ctx context.Context, job LogFlood) error { return s.logFlood(ctx, job) }

// Arrive follows a member who comes back.
func (s *Service) Arrive(ctx context.Context, m discord.Member, guild snowflake.ID) error {
	return s.arrive(ctx, guild, m.User.ID, m.CommunicationDisabledUntil)
}

// Unseen follows a ban or unban of which only the event is known.
func (s *Service) Unseen(ctx context.Context, guild snowflake.ID, user discord.User, action store.CaseAction) error {
	return s.unseen(ctx, guild, user, action)
}

// Findings are what is wrong in a guild.
func (s *Service) Findings(ctx context.Context, guild snowflake.ID) (texts []string, err error) {
	found, err := s.findings(ctx, guild)
	for _, f := range found {
		texts = append(texts, f.Text.String())
	}
	return texts, err
}
