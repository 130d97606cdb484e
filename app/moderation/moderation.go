// Package moderation is what moderators do to people in a guild: warnings, timeouts, kicks and bans, each a case with a
// number. Discord holds what is true; a case says who did it and why, and what is to end when.
//
// One act is one order of steps, see [Service.Act]: the case is written before Discord is asked and finished after it,
// and what a process that died left in between is compared with Discord.
package moderation

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/cache"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Service holds the rules of moderation. Its verbs return *fault.Error for what a person may be told.
type Service struct {
	store     *store.Store
	bus       *bus.Bus
	discord   Discord
	who       Guilds
	log       *slog.Logger
	now       func() time.Time
	baseURL   string
	reads     func() bool // whether Discord sends what messages say
	document  *settings.Document[Settings]
	settings  *cache.Guild[Config]
	templates *cache.Guild[[]store.CaseTemplate]
	direct    direct
	metrics   *metrics
}

// Discord is what moderation asks of Discord.
type Discord interface {
	GetMember(guildID, userID snowflake.ID, opts ...rest.RequestOpt) (*discord.Member, error)
	GetUser(userID snowflake.ID, opts ...rest.RequestOpt) (*discord.User, error)
	UpdateMember(guildID, userID snowflake.ID, update discord.MemberUpdate, opts ...rest.RequestOpt) (*discord.Member, error)
	RemoveMember(guildID, userID snowflake.ID, opts ...rest.RequestOpt) error
	GetBan(guildID, userID snowflake.ID, opts ...rest.RequestOpt) (*discord.Ban, error)
	AddBan(guildID, userID snowflake.ID, deleteMessageDuration time.Duration, opts ...rest.RequestOpt) error
	DeleteBan(guildID, userID snowflake.ID, opts ...rest.RequestOpt) error
	GetAuditLog(guildID, userID snowflake.ID, actionType discord.AuditLogEvent, before, after snowflake.ID, limit int, opts ...rest.RequestOpt) (*discord.AuditLog, error)
	CreateDMChannel(userID snowflake.ID, opts ...rest.RequestOpt) (*discord.DMChannel, error)
	CreateMessage(channelID snowflake.ID, message discord.MessageCreate, opts ...rest.RequestOpt) (*discord.Message, error)
	UpdateMessage(channelID, messageID snowflake.ID, update discord.MessageUpdate, opts ...rest.RequestOpt) (*discord.Message, error)
	GetMessages(channelID, around, before, after snowflake.ID, limit int, opts ...rest.RequestOpt) ([]discord.Message, error)
	GetChannel(channelID snowflake.ID, opts ...rest.RequestOpt) (discord.Channel, error)
	UpdateChannel(channelID snowflake.ID, update discord.ChannelUpdate, opts ...rest.RequestOpt) (discord.Channel, error)
	UpdatePermissionOverwrite(channelID, overwriteID snowflake.ID, update discord.PermissionOverwriteUpdate, opts ...rest.RequestOpt) error
	DeletePermissionOverwrite(channelID, overwriteID snowflake.ID, opts ...rest.RequestOpt) error
	DeleteMessage(channelID, messageID snowflake.ID, opts ...rest.RequestOpt) error
	BulkDeleteMessages(channelID snowflake.ID, messageIDs []snowflake.ID, opts ...rest.RequestOpt) error
}

// Guilds is what moderation asks of the directory.
type Guilds interface {
	// Rights is what rights follow from, as of now. It fails with directory.ErrUnknown when the bot is not in the guild.
	Rights(ctx context.Context, guild snowflake.ID) (access.Guild, error)
	// Self is the bot as a member, as of now.
	Self(ctx context.Context, guild snowflake.ID) (access.Member, error)
	// Guild is the guild's name and channels, some minutes old.
	Guild(ctx context.Context, id snowflake.ID) (directory.Guild, error)
	// Printer words what the bot says by itself in a guild.
	Printer(ctx context.Context, id snowflake.ID) *i18n.Printer
	// Guilds lists those that the bot is in.
	Guilds(ctx context.Context) ([]directory.Listed, error)
	// Member is a member, some minutes old.
	Member(ctx context.Context, guild, user snowflake.ID) (discord.Member, error)
}

// Setup is what the service is built on.
type Setup struct {
	Store   *store.Store
	Bus     *bus.Bus
	Discord Discord
	Guilds  Guilds
	Log     *slog.Logger
	Now     func() time.Time // decides when something expires
	BaseURL string           // of the dashboard, for links; without a slash at its end
	Reads   func() bool      // whether Discord sends what messages say; nil: it does
}

// New makes the service; Close it.
func New(in Setup) *Service {
	s := &Service{store: in.Store, bus: in.Bus, discord: in.Discord, who: in.Guilds, log: in.Log, now: in.Now, baseURL: in.BaseURL,
		reads: in.Reads, document: Document(), metrics: newMetrics()}
	if s.reads == nil {
		s.reads = func() bool { return true }
	}
	s.settings = cache.ByGuild(in.Bus, "settings of moderation", s.SettingsNow, bus.SettingsChanged)
	s.templates = cache.ByGuild(in.Bus, "templates of moderation", in.Store.CaseTemplates, bus.SettingsChanged)
	return s
}

// Close ends the upkeep of the service's caches.
func (s *Service) Close() {
	s.settings.Close()
	s.templates.Close()
}

// Get is one case. It fails with not_found.
func (s *Service) Get(ctx context.Context, guild snowflake.ID, number int64) (store.Case, error) {
	c, err := s.store.Case(ctx, guild, number)
	return c, found(err, number)
}

// found words that there is no such case.
func found(err error, number int64) error {
	if errors.Is(err, store.ErrNotFound) {
		return fault.New(fault.NotFound, "not_found", "There is no case #%s in this server.", strconv.FormatInt(number, 10)).Because(err)
	}
	return err
}

// Search lists the cases of a guild that a filter allows, the newest first, those below the number before (0 for the
// first page), at most limit.
func (s *Service) Search(ctx context.Context, guild snowflake.ID, f store.CaseFilter, before int64, limit int) ([]store.Case, error) {
	return s.store.Cases(ctx, guild, f, before, limit)
}

// changed announces that a case is new or different.
func (s *Service) changed(ctx context.Context, c store.Case) {
	s.bus.Publish(ctx, bus.Event{Topic: bus.CaseChanged, Guild: c.GuildID, Users: []snowflake.ID{c.UserID}, IDs: []string{strconv.FormatInt(c.Number, 10)}})
}
