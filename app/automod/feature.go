package automod

import (
	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Feature is auto-moderation as the program mounts it.
func Feature(s *Service) platform.Feature {
	return platform.Feature{
		Name: "automod",
		Topics: []dashboard.Topic{
			{Topic: bus.RulesChanged, Icon: "shield-check", Text: i18n.M("Rules of auto-moderation changed")},
			{Topic: bus.RuleHit, Icon: "shield-check", Text: i18n.M("A rule found something")},
		},
		Scopes:   []api.ScopeInfo{{Scope: scope, Help: i18n.M("Read and change the rules of auto-moderation, read its log")}},
		Commands: commands(),
		Interactions: func(m *bot.Mux) {
			s.interactions(m)
			s.mountCommands(m)
		},
		Listeners: s.listen,
		API:       s.api,
		Pages:     s.pages,
		Findings:  s.findings,
		Metrics:   s.metrics.collectors(),
		Close:     s.Close,
		Jobs: func(r *jobs.Registry) {
			jobs.Work(r, s.alert)
			jobs.Work(r, s.endSlowmode)
		},
	}
}

// scope is that of everything below /automod, reading included: excerpts and blocked words are nobody else's business.
const scope api.Scope = "automod"
