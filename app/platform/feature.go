// Package platform is what features stand on; it knows none of them.
package platform

import (
	"github.com/disgoorg/disgo/discord"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/finding"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/app/platform/rolesync"
)

// Feature is one part of the product as the program mounts it. A field that is not set says that the
// feature has no such surface.
type Feature struct {
	Name         string
	Commands     []discord.ApplicationCommandCreate // registered with Discord
	Interactions func(*bot.Mux)                     // commands, buttons and modals
	Listeners    func(*bot.Listeners)               // gateway events
	Jobs         func(*jobs.Registry)               // durable work
	Roles        *rolesync.Desired                  // which roles members are to have
	Topics       []dashboard.Topic                  // how its events are shown in the recent activity
	API          func(*api.API)                     // REST operations
	Scopes       []api.ScopeInfo                    // of API keys, that its operations require beside the shared ones
	Pages        func(*dashboard.Pages)             // what people see in a browser
	Findings     finding.Source                     // what is wrong in a guild or the installation, and how to fix it
	Metrics      []prometheus.Collector             // on /metrics of every process
	Close        func()                             // called once, when nothing of the feature runs any more
}
