package dashboard

import (
	"strings"

	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/ui"
)

// Health is the health of the installation. Details are for its administrators.
func (p *Pages) Health(r *Request) ui.Health {
	var health ui.Health
	for _, f := range web.RunChecks(r.Context(), p.config.Checks) {
		line := ui.HealthLine{Name: f.Label.Localize(r.Printer()), State: string(f.Status), Word: r.status(f.Status)}
		if r.Person.Admin {
			line.Name = strings.TrimSpace(line.Name + " " + f.Instance)
			line.Detail = f.Detail.Localize(r.Printer())
		}
		health.Lines = append(health.Lines, line)
	}
	return health
}

func (r *Request) status(s web.Status) string {
	switch s {
	case web.Healthy:
		return r.T("healthy")
	case web.Degraded:
		return r.T("degraded")
	case web.Unhealthy:
		return r.T("unhealthy")
	}
	return r.T("unknown")
}
