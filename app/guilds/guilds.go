// Package guilds shows the servers that the bot is in.
package guilds

import (
	"context"
	"errors"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/cache"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/finding"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// statsKept is how old a guild's figures may be.
const statsKept = time.Minute

// Service reads guilds and their statistics.
type Service struct {
	store *store.Store
	who   *directory.Directory
	now   func() time.Time
	stats *cache.Cache[snowflake.ID, store.Stats]
}

// New makes the service; Close it.
func New(s *store.Store, who *directory.Directory, now func() time.Time) *Service {
	return &Service{store: s, who: who, now: now, stats: cache.New[snowflake.ID, store.Stats](10_000, statsKept)}
}

// Close ends the cache's upkeep.
func (s *Service) Close() { s.stats.Close() }

// Findings is what all features find wrong in a guild.
type Findings func(ctx context.Context, guild snowflake.ID) []finding.Finding

// Feature is the guilds as the program mounts them.
func Feature(s *Service, findings Findings) platform.Feature {
	return platform.Feature{Name: "guilds", Listeners: s.who.Listen, API: s.api, Pages: func(p *dashboard.Pages) { s.pages(p, findings) }, Close: s.Close,
		Topics: []dashboard.Topic{
			{Topic: bus.SettingsChanged, Icon: "adjustments", Text: i18n.M("Settings changed")},
			{Topic: bus.CommandUsed, Icon: "message-circle", Text: i18n.M("Command used")},
		}}
}

// Guild returns a guild with its roles and channels, at most five minutes old. It fails with
// bot_not_in_guild, and with unavailable when Discord does not answer.
func (s *Service) Guild(ctx context.Context, id snowflake.ID) (directory.Guild, error) {
	g, err := s.who.Guild(ctx, id)
	if errors.Is(err, directory.ErrUnknown) {
		return directory.Guild{}, fault.New(fault.Forbidden, "bot_not_in_guild",
			"the bot is not in guild %s; invite it first", id).Because(err)
	}
	return g, err
}

// sums are the figures of a guild's economy, at most a minute old.
func (s *Service) sums(ctx context.Context, guild snowflake.ID) (store.Stats, error) {
	return s.stats.Get(ctx, guild, func(ctx context.Context, guild snowflake.ID) (store.Stats, error) {
		return s.store.Stats(ctx, guild, store.DayOf(s.now()))
	})
}
