package backups

import (
	"context"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/finding"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Feature says on the home page and in health that a restored installation still holds jobs.
func Feature(db *store.Store) platform.Feature {
	return platform.Feature{Name: "backups", Findings: func(ctx context.Context, guild snowflake.ID) ([]finding.Finding, error) {
		if guild != 0 {
			return nil, nil
		}
		held, err := db.CountHeldJobs(ctx)
		if held == 0 || err != nil {
			return nil, err
		}
		return []finding.Finding{{
			Severity: finding.Warning,
			Text:     i18n.M("%s from before the restore.", i18n.Count(held, "The installation holds %s job", "The installation holds %s jobs")),
			Hint:     i18n.M("List them with smarterdev held list, then let them happen with held release or forget them with held drop."),
		}}, nil
	}}
}
