package dashboard

import (
	"strings"

	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/ui"
)

// Health says how the installation does. What exactly is wrong, and on which machine, is for those
// who administer it.
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
