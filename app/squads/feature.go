package squads

import (
	"context"

	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
)

// Feature is squads as the program mounts them. roles gives and takes the roles.
func Feature(s *Service, roles reconciler) platform.Feature {
	return platform.Feature{
		Name:         "squads",
		Commands:     commands(),
		Interactions: discordSide{s}.mount,
		API:          s.api,
		Pages:        s.pages,
		Listeners:    s.listen,
		Roles:        s.desiredRoles(),
		Close:        s.Close,
		Jobs: func(r *jobs.Registry) {
			jobs.Work(r, func(ctx context.Context, a TakeRoles) error { return s.takeRoles(ctx, a.Guild, roles) })
		},
	}
}
