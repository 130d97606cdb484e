package economy

import (
	"context"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/finding"
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
				Text:     "Members do not get the reward role " + p.RoleID.String() + ": Discord says " + p.Reason + ".",
				Hint:     "Move the bot's role above it in Discord and let the bot manage roles, or remove the reward in the settings of bytes.",
			})
		}
	}
	return found, nil
}
