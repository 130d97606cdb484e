package squads

import (
	"context"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Trouble says why the role of a squad cannot be given, in words for an admin, or nothing when it
// can as far as is known.
func (s *Service) Trouble(ctx context.Context, q store.Squad) i18n.Text {
	if q.RoleGone {
		return i18n.M("Its role was deleted in Discord. Choose another role, then activate the squad.")
	}
	problems, err := s.store.RoleProblems(ctx, q.GuildID)
	if err != nil {
		s.log.WarnContext(ctx, "problems of roles are not known", "guild", q.GuildID, "error", err)
	}
	power := i18n.M("Its role has moderation permissions, which the bot does not hand out. Remove them from the role in Discord, or choose another role.")
	for _, p := range problems {
		if p.RoleID != q.RoleID {
			continue
		}
		if p.Reason == store.HasPower {
			return power
		}
		return i18n.M("The bot cannot assign its role (%s). In Discord, move the bot’s role above it and give the bot the Manage Roles permission; the members then get the role automatically.", p.Reason)
	}
	guild, err := s.who.Guild(ctx, q.GuildID)
	if err != nil {
		return i18n.Text{}
	}
	for _, r := range guild.Roles {
		if r.ID == q.RoleID && r.Powerful {
			return power
		}
		if r.ID == q.RoleID && !r.Assignable {
			return i18n.M("The bot cannot assign its role. In Discord, move the bot’s role above it and give the bot the Manage Roles permission; the members then get the role automatically.")
		}
	}
	return i18n.Text{}
}
