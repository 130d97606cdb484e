package moderation

import (
	"context"
	"time"

	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/app/platform/question"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// catchUpEvery is how often the audit logs are read for what no event told.
const catchUpEvery = time.Hour

// Feature is moderation as the program mounts it.
func Feature(s *Service, questions *question.Questions) platform.Feature {
	return platform.Feature{
		Name:         "moderation",
		Topics:       []dashboard.Topic{{Topic: bus.CaseChanged, Icon: "gavel", Text: i18n.M("Moderation case changed")}},
		Scopes:       []api.ScopeInfo{{Scope: scope, Help: i18n.M("Read cases and moderate members")}},
		API:          s.api,
		Pages:        s.pages,
		Commands:     commands(),
		Interactions: func(m *bot.Mux) { newDiscordSide(s, questions).mount(m) },
		Listeners:    s.listen,
		Findings:     s.findings,
		Metrics:      s.metrics.collectors(),
		Close:        s.Close,
		Jobs: func(r *jobs.Registry) {
			jobs.Work(r, s.expire)
			jobs.Work(r, s.logCase)
			jobs.Work(r, s.logFlood)
			jobs.Work(r, s.unlockLater)
			jobs.Work(r, func(ctx context.Context, j Escalate) error { return s.escalateLater(ctx, j) })
			jobs.Work(r, func(ctx context.Context, _ Recover) error { return s.recoverPending(ctx) })
			jobs.Work(r, func(ctx context.Context, j CatchUpGuild) error { return s.CatchUp(ctx, j.Guild) })
			jobs.WorkLong(r, func(ctx context.Context, _ CatchUpAll) error { return s.catchUpAll(ctx) })
			r.Every(recoverEvery, Recover{})
			r.Every(catchUpEvery, CatchUpAll{})
		},
	}
}
