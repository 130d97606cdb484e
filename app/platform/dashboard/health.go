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
		line := ui.HealthLine{Name: strings.ToUpper(f.Name[:1]) + f.Name[1:], State: string(f.Status), Detail: f.Detail}
		if !r.Person.Admin {
			line.Detail = ""
			line.Name, _, _ = strings.Cut(line.Name, " ")
		}
		health.Lines = append(health.Lines, line)
	}
	return health
}
