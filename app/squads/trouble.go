package squads

import (
	"context"

	"github.com/smarter-dev/smarterdev/store"
)

// Trouble says why the role of a squad cannot be given, in words for an admin, or nothing when it
// can as far as is known.
func (s *Service) Trouble(ctx context.Context, q store.Squad) string {
	if q.RoleGone {
		return "Its role was deleted in Discord. Give it another role, then activate it."
	}
	const mend = " Move the bot's role above it in Discord, and let the bot manage roles; the rest happens by itself."
	problems, err := s.store.RoleProblems(ctx, q.GuildID)
	if err != nil {
		s.log.WarnContext(ctx, "problems of roles are not known", "guild", q.GuildID, "error", err)
	}
	const power = "Its role has power over others, and the bot lends no power, so nobody is given it. Take those permissions from the role in Discord, or give the squad another role."
	for _, p := range problems {
		if p.RoleID != q.RoleID {
			continue
		}
		if p.Reason == store.HasPower {
			return power
		}
		return "The bot may not give its role (" + p.Reason + ")." + mend
	}
	guild, err := s.who.Guild(ctx, q.GuildID)
	if err != nil {
		return ""
	}
	for _, r := range guild.Roles {
		if r.ID == q.RoleID && r.Powerful {
			return power
		}
		if r.ID == q.RoleID && !r.Assignable {
			return "The bot may not give its role." + mend
		}
	}
	return ""
}
