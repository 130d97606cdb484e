// Package app is the program: it opens what everything is built on, lists the features, and
// closes in reverse.
package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/smarter-dev/smarterdev/app/apikeys"
	"github.com/smarter-dev/smarterdev/app/automod"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/guilds"
	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/app/platform/outbox"
	"github.com/smarter-dev/smarterdev/app/platform/question"
	"github.com/smarter-dev/smarterdev/app/platform/rolesync"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/app/squads"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// shutdownTimeout is how long each part may take to finish what it has begun when the program stops.
const shutdownTimeout = 5 * time.Second

// Setup is what Open needs to know.
type Setup struct {
	Config  config.Config
	Roles   config.Roles
	Files   fs.FS // what ships inside the binary: migrations, ui, dist
	Log     *slog.Logger
	Version string

	Now           func() time.Time // decides days and cooldowns; nil: time.Now
	NoMigrate     bool             // do not migrate the database
	Mounts        map[string]http.Handler
	CommandGuilds []snowflake.ID                    // where commands are registered, and appear at once; empty: globally
	Develop       bool                              // any name signs in to the dashboard, and errors show their causes
	Live          bool                              // Files change while the program runs
	RedisPrefix   string                            // separates installations that share a Redis; empty: the default
	Play          string                            // the path of the stand-in's playground; empty: none
	Features      func(*Program) []platform.Feature // beside the product's own; may be nil
	Pseudo        bool                              // speak the pseudo-language too, which is longer than any real one
	Insist        bool                              // keep trying when Discord does not accept the bot or PostgreSQL is absent, instead of failing
}

// Program is one running process. Open makes it, Run keeps it up.
type Program struct {
	Store      *store.Store
	Bus        *bus.Bus
	Economy    *economy.Service
	APIKeys    *apikeys.Service
	Guilds     *guilds.Service
	Squads     *squads.Service
	Moderation *moderation.Service
	Automod    *automod.Service
	Outbox     *outbox.Outbox
	Questions  *question.Questions
	API        *api.API         // nil without the role web
	Pages      *dashboard.Pages // likewise

	setup     Setup
	metrics   *prometheus.Registry
	rest      rest.Rest
	directory *directory.Directory
	bot       *bot.Bot
	web       *web.Server
	jobs      *jobs.Registry
	roles     *rolesync.Reconciler
	features  []platform.Feature
	assets    *ui.Assets
	templates *ui.Templates
	languages *i18n.Catalogues
}

// Close releases what Open opened. Run calls it.
func (p *Program) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	if p.Pages != nil {
		p.Pages.Close()
	}
	for _, f := range slices.Backward(p.features) {
		if f.Close != nil {
			f.Close()
		}
	}
	p.directory.Close()
	p.rest.Close(ctx)
	return errors.Join(p.Bus.Close(), p.Store.Close())
}
