package economy

import (
	"cmp"
	"context"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/finding"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// findings are the reward roles of a guild that the bot may not give.
func (s *Service) findings(ctx context.Context, guild snowflake.ID) ([]finding.Finding, error) {
	cfg, err := s.Settings(ctx, guild)
	if err != nil || len(cfg.RoleRewards) == 0 {
		return nil, err
	}
	problems, err := s.store.RoleProblems(ctx, guild)
	if err != nil {
		return nil, err
	}
	var found []finding.Finding
	names := s.roleNames(ctx, guild)
	for _, p := range problems {
		if _, rewarded := cfg.RoleRewards[p.RoleID]; rewarded {
			found = append(found, finding.Finding{
				Severity: finding.Warning,
				Text:     i18n.M("Members do not get the reward role “%s”. Reason: %s.", cmp.Or(names[p.RoleID], p.RoleID.String()), reason(p.Reason)),
				Hint:     i18n.M("In Discord, move the bot’s role above it and give the bot the Manage Roles permission, or remove the reward in the Bytes settings."),
			})
		}
	}
	return found, nil
}

// roleNames are the names of a guild's roles; none while Discord does not answer.
func (s *Service) roleNames(ctx context.Context, guild snowflake.ID) map[snowflake.ID]string {
	g, err := s.who.Guild(ctx, guild)
	if err != nil {
		s.log.InfoContext(ctx, "reward roles are shown without their names", "guild", guild, "error", err)
	}
	names := make(map[snowflake.ID]string, len(g.Roles))
	for _, r := range g.Roles {
		names[r.ID] = r.Name
	}
	return names
}

// reason words why a role is not given: what Discord said, or that the bot does not hand it out.
func reason(why string) i18n.Text {
	if why == store.HasPower {
		return i18n.M("it has permissions that the bot does not hand out")
	}
	return i18n.M("%s", why)
}
