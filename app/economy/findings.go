package economy

import (
	"context"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/finding"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// findings are the reward roles of a guild that the bot may not give.
func (s *Service) findings(ctx context.Context, guild snowflake.ID) ([]finding.Finding, error) {
	if guild == 0 {
		return nil, nil
	}
	cfg, err := s.Settings(ctx, guild)
	if err != nil || len(cfg.RoleRewards) == 0 {
		return nil, err
	}
	problems, err := s.store.RoleProblems(ctx, guild)
	if err != nil {
		return nil, err
	}
	var found []finding.Finding
	for _, p := range problems {
		if _, rewarded := cfg.RoleRewards[p.RoleID]; rewarded {
			found = append(found, finding.Finding{
				Severity: finding.Warning,
				Text:     i18n.M("Members do not get the reward role %s. Discord’s reason: %s.", p.RoleID.String(), p.Reason),
				Hint:     i18n.M("In Discord, move the bot’s role above it and give the bot the Manage Roles permission, or remove the reward in the Bytes settings."),
			})
		}
	}
	return found, nil
}
