package squads

import (
	"context"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/finding"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// findings are the squads of a guild whose members do not get their role.
func (s *Service) findings(ctx context.Context, guild snowflake.ID) ([]finding.Finding, error) {
	squads, err := s.store.Squads(ctx, guild)
	if err != nil {
		return nil, err
	}
	var found []finding.Finding
	for _, q := range squads {
		if !q.Active && !q.RoleGone {
			continue
		}
		if hint := s.Trouble(ctx, q); !hint.IsZero() {
			found = append(found, finding.Finding{Severity: finding.Warning, Text: i18n.M("Members of the squad %s do not get its role.", q.Name), Hint: hint})
		}
	}
	return found, nil
}
