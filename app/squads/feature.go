package squads

import (
	"context"

	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
)

// Feature is squads as the program mounts them. roles is the worker that gives and takes roles, asked
// for when there is work: it is made after the features have said what they wish.
func Feature(s *Service, roles func() *jobs.Roles) platform.Feature {
	return platform.Feature{
		Name:         "squads",
		Commands:     commands(),
		Interactions: discordSide{s}.mount,
		API:          s.api,
		Pages:        s.pages,
		Listeners:    s.listen,
		Jobs: func(r *jobs.Registry) {
			r.Wish(s.wish())
			jobs.Work(r, func(ctx context.Context, a TakeRoles) error { return s.takeRoles(ctx, a.Guild, roles()) })
		},
	}
}
