package economy

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/finding"
	"github.com/smarter-dev/smarterdev/app/platform/question"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Feature is the economy as the program mounts it.
func Feature(s *Service, who *directory.Directory, discordAPI reactor, questions *question.Questions) platform.Feature {
	return platform.Feature{
		Name:         "economy",
		Topics:       []dashboard.Topic{{Topic: bus.TransactionCreated, Icon: "coin", Text: i18n.M("Bytes moved")}},
		Commands:     commands(),
		Scopes:       []api.ScopeInfo{{Scope: scope, Help: i18n.M("Transfer, adjust and undo bytes")}},
		Interactions: func(m *bot.Mux) { newDiscordSide(s, who, questions).mount(m) },
		Listeners:    func(l *bot.Listeners) { s.listen(l, discordAPI) },
		Roles:        s.desiredRoles(),
		Findings:     finding.InGuild(s.findings),
		Metrics:      []prometheus.Collector{movedBytes{s}},
		Close:        s.Close,
		API:          s.api,
		Pages:        s.pages(who),
	}
}

// scope is that of operations that move bytes.
const scope api.Scope = "economy"
