package squads

import (
	"context"

	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/finding"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/app/platform/question"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Feature is squads as the program mounts them. roles gives and takes the roles.
func Feature(s *Service, roles reconciler, questions *question.Questions) platform.Feature {
	return platform.Feature{
		Name: "squads",
		Topics: []dashboard.Topic{
			{Topic: bus.MembershipChanged, Icon: "users-group", Text: i18n.M("Squad joined or left")},
			{Topic: bus.SquadsChanged, Icon: "users-group", Text: i18n.M("Squads changed")},
		},
		Commands:     commands(),
		Scopes:       []api.ScopeInfo{{Scope: scope, Help: i18n.M("Change squads and their members")}},
		Interactions: func(m *bot.Mux) { newDiscordSide(s, questions).mount(m) },
		API:          s.api,
		Pages:        s.pages,
		Listeners:    s.listen,
		Roles:        s.desiredRoles(),
		Findings:     finding.InGuild(s.findings),
		Close:        s.Close,
		Jobs: func(r *jobs.Registry) {
			jobs.Work(r, func(ctx context.Context, a TakeRoles) error { return s.takeRoles(ctx, a.Guild, roles) })
		},
	}
}

// scope is that of operations that change squads and who is in them.
const scope api.Scope = "squads"
