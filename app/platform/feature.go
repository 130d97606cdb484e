// Package platform is what features stand on; it knows none of them.
package platform

import (
	"github.com/disgoorg/disgo/discord"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/app/platform/web"
)

// Feature is one part of the product as the program mounts it. A nil function says that the
// feature has no such surface.
type Feature struct {
	Name         string
	Commands     []discord.ApplicationCommandCreate // what Discord is told of
	Interactions func(*bot.Mux)                     // commands, buttons and modals
	Listeners    func(*bot.Listeners)               // events of the gateway
	Jobs         func(*jobs.Registry)               // durable work
	API          func(*web.API)                     // REST operations
	Pages        func(*web.Pages)                   // what people see in a browser
}
