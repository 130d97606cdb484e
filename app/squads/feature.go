package squads

import (
	"context"

	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
)

// Feature is squads as the program mounts them. roles gives and takes the roles.
func Feature(s *Service, roles reconciler) platform.Feature {
	return platform.Feature{
		Name: "squads",
		Topics: []dashboard.Topic{
			{Topic: bus.MembershipChanged, Icon: "users-group", Text: "A member joined or left a squad"},
			{Topic: bus.SquadsChanged, Icon: "users-group", Text: "Squads were changed"},
		},
		Commands:     commands(),
		Interactions: discordSide{s}.mount,
		API:          s.api,
		Pages:        s.pages,
		Listeners:    s.listen,
		Roles:        s.desiredRoles(),
		Findings:     s.findings,
		Close:        s.Close,
		Jobs: func(r *jobs.Registry) {
			jobs.Work(r, func(ctx context.Context, a TakeRoles) error { return s.takeRoles(ctx, a.Guild, roles) })
		},
	}
}

// scope is that of operations that change squads and who is in them.
const scope api.Scope = "squads"

// Scopes are the scopes that API keys need for squads.
func Scopes() []api.ScopeInfo {
	return []api.ScopeInfo{{Scope: scope, Help: "Change squads and who is in them"}}
}
