package app

import (
	"context"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/finding"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// findings are what all features find wrong in a guild; with guild 0, in the installation. A feature
// that cannot be asked is logged and left out.
func (p *Program) findings(ctx context.Context, guild snowflake.ID) []finding.Finding {
	var all []finding.Finding
	for _, f := range p.features {
		if f.Findings == nil {
			continue
		}
		found, err := f.Findings(ctx, guild)
		if err != nil {
			p.setup.Log.WarnContext(ctx, "findings of a feature are not known", "feature", f.Name, "guild", guild, "error", err)
		}
		all = append(all, found...)
	}
	return all
}

// checkFeatures reports what features find wrong with the installation.
func (p *Program) checkFeatures(ctx context.Context) []web.CheckResult {
	var results []web.CheckResult
	for _, f := range p.features {
		if f.Findings == nil {
			continue
		}
		found, err := f.Findings(ctx, 0)
		if err != nil {
			results = append(results, web.CheckResult{Name: f.Name, Label: i18n.M("%s", f.Name), Status: web.Unknown, Detail: i18n.M("could not be checked")})
			p.setup.Log.WarnContext(ctx, "findings of a feature are not known", "feature", f.Name, "error", err)
		}
		for _, one := range found {
			results = append(results, web.CheckResult{Name: f.Name, Label: i18n.M("%s", f.Name), Status: statusOf(one.Severity), Detail: i18n.M("%s %s", one.Text, one.Hint)})
		}
	}
	return results
}

func statusOf(s finding.Severity) web.Status {
	switch s {
	case finding.Failure:
		return web.Unhealthy
	case finding.Warning:
		return web.Degraded
	default:
		return web.Healthy
	}
}
