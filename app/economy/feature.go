package economy

import (
	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
)

// Feature is the economy as the program mounts it.
func Feature(s *Service, who *directory.Directory, discordAPI reactor) platform.Feature {
	return platform.Feature{
		Name:         "economy",
		Commands:     commands(),
		Interactions: discordSide{s, who}.mount,
		Listeners:    func(l *bot.Listeners) { s.listen(l, discordAPI) },
		Jobs:         func(r *jobs.Registry) { r.Wish(s.wish()) },
		API:          s.api,
		Pages:        s.pages(who),
	}
}
