// Package automod is auto-moderation: the rules of a guild, what they find, and what is done about it. Judging is the
// pure package engine's; here are the listener that asks it, the log of what it found, and the acts, which go through
// package moderation like everybody else's.
//
// A rule that is new only logs (shadow): it says what it would have done before it may do anything.
package automod

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/disgoorg/disgo/cache"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	ours "github.com/smarter-dev/smarterdev/app/platform/cache"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/store"
)

// Service holds the rules of auto-moderation and what they do. Its verbs return *fault.Error for what a person may be told.
type Service struct {
	store      *store.Store
	bus        *bus.Bus
	discord    Discord
	who        Guilds
	caches     func() cache.Caches
	moderation Moderator
	log        *slog.Logger
	now        func() time.Time
	baseURL    string
	document   *settings.Document[Settings]
	windows    *engine.Windows
	ready      *ours.Guild[*ready]
	pauses     pauses
	ceilings   [64]sync.Mutex
	recent     recent
	metrics    *metrics
	intents    func() bool // whether Discord sends what messages say
}

// Discord is what auto-moderation asks of Discord.
type Discord interface {
	DeleteMessage(channelID, messageID snowflake.ID, opts ...rest.RequestOpt) error
	BulkDeleteMessages(channelID snowflake.ID, messageIDs []snowflake.ID, opts ...rest.RequestOpt) error
	UpdateMember(guildID, userID snowflake.ID, update discord.MemberUpdate, opts ...rest.RequestOpt) (*discord.Member, error)
	UpdateChannel(channelID snowflake.ID, update discord.ChannelUpdate, opts ...rest.RequestOpt) (discord.Channel, error)
	UpdateGuildIncidentActions(guildID snowflake.ID, update discord.GuildIncidentActionsUpdate, opts ...rest.RequestOpt) (*discord.GuildIncidentsData, error)
	CreateDMChannel(userID snowflake.ID, opts ...rest.RequestOpt) (*discord.DMChannel, error)
	CreateMessage(channelID snowflake.ID, message discord.MessageCreate, opts ...rest.RequestOpt) (*discord.Message, error)
	UpdateMessage(channelID, messageID snowflake.ID, update discord.MessageUpdate, opts ...rest.RequestOpt) (*discord.Message, error)
	GetMessages(channelID, around, before, after snowflake.ID, limit int, opts ...rest.RequestOpt) ([]discord.Message, error)
	GetMessage(channelID, messageID snowflake.ID, opts ...rest.RequestOpt) (*discord.Message, error)
	GetGuildChannels(guildID snowflake.ID, opts ...rest.RequestOpt) ([]discord.GuildChannel, error)
	GetInvite(inviteCode string, opts ...rest.RequestOpt) (*discord.Invite, error)
}

// Guilds is what auto-moderation asks of the directory.
type Guilds interface {
	Rights(ctx context.Context, guild snowflake.ID) (access.Guild, error)
	Self(ctx context.Context, guild snowflake.ID) (access.Member, error)
	Guild(ctx context.Context, id snowflake.ID) (directory.Guild, error)
	Member(ctx context.Context, guild, user snowflake.ID) (discord.Member, error)
	Holder(ctx context.Context, guild, user snowflake.ID) (access.Member, error)
}

// Moderator carries out acts on people, as cases.
type Moderator interface {
	Act(ctx context.Context, in moderation.ActRequest) (store.Case, error)
	Undo(ctx context.Context, in moderation.EditRequest, reason string) (store.Case, error)
	MayRead(ctx context.Context, guild snowflake.ID, by access.Authority) error
}

// Setup is what the service stands on.
type Setup struct {
	Store      *store.Store
	Bus        *bus.Bus
	Discord    Discord
	Guilds     Guilds
	Caches     func() cache.Caches // what the gateway said; nil before it is connected
	Moderation Moderator
	Log        *slog.Logger
	Now        func() time.Time
	BaseURL    string      // of the dashboard; without a slash at its end
	Reads      func() bool // whether Discord sends what messages say
}

// New makes the service; Close it.
func New(in Setup) *Service {
	s := &Service{store: in.Store, bus: in.Bus, discord: in.Discord, who: in.Guilds, caches: in.Caches, moderation: in.Moderation, log: in.Log, now: in.Now,
		baseURL: in.BaseURL, intents: in.Reads, document: settings.New[Settings]("automod"), windows: engine.NewWindows(engine.DefaultLimits()), metrics: newMetrics()}
	s.metrics.windows = s.windows.Stats
	s.ready = ours.ByGuild(in.Bus, "rules of auto-moderation", s.prepare, bus.RulesChanged, bus.SettingsChanged)
	return s
}

// Close ends the upkeep of the service's cache.
func (s *Service) Close() { s.ready.Close() }

// Settings is what the rules of a guild have in common; see package settings for the tags.
type Settings struct {
	AlertChannelID   *snowflake.ID  `json:"alert_channel_id" initial:"null" doc:"The channel of alerts; null for none." example:"1000000000000000005"`
	AlertRoleID      *snowflake.ID  `json:"alert_role_id" initial:"null" doc:"The role that an alert mentions; null for none." example:"1000000000000000009"`
	ExemptModerators bool           `json:"exempt_moderators" default:"true" label:"Moderators are exempt" help:"Members who may kick, ban, time out, or manage messages or the server. The owner and other bots always are." doc:"Whether members who hold a moderator's permission are exempt." example:"true"`
	ExemptRoles      []snowflake.ID `json:"exempt_roles" initial:"[]" maxItems:"50" doc:"Roles that no rule looks at." example:"[\"1000000000000000009\"]"`
	ExemptChannels   []snowflake.ID `json:"exempt_channels" initial:"[]" maxItems:"100" doc:"Channels that no rule looks at; a category covers what is in it." example:"[\"1000000000000000005\"]"`
	RemovalsMinute   int64          `json:"removals_minute" default:"10" minimum:"1" maximum:"100" label:"Kicks and bans in a minute" help:"of members who have been here for over a day" doc:"The most kicks and bans of settled members in a minute." example:"10"`
	RemovalsHour     int64          `json:"removals_hour" default:"30" minimum:"1" maximum:"500" label:"Kicks and bans in an hour" help:"of members who have been here for over a day" doc:"The most kicks and bans of settled members in an hour." example:"30"`
	TimeoutsMinute   int64          `json:"timeouts_minute" default:"20" minimum:"1" maximum:"200" label:"Timeouts in a minute" help:"of members who have been here for over a day" doc:"The most timeouts of settled members in a minute." example:"20"`
	MembersTenMin    int64          `json:"members_10min" default:"50" minimum:"5" maximum:"1000" label:"Members that one rule acts on in ten minutes" help:"a rule that acts on more only logs from then on" doc:"How many different settled members one rule acts on in ten minutes before it goes to shadow." example:"50"`
}

// Config is a guild's settings with their version and times.
type Config struct {
	settings.Head
	Settings
}

// SettingsNow are the guild's settings as they are in the database.
func (s *Service) SettingsNow(ctx context.Context, guild snowflake.ID) (Config, error) {
	head, cfg, err := s.document.Load(ctx, s.store, guild)
	return Config{head, cfg}, err
}

// Configure asks to change a guild's settings.
type Configure struct {
	Guild     snowflake.ID
	Patch     settings.Patch[Settings]
	IfVersion *int64 // the version that they must be of; nil: any
	Actor     store.Actor
	By        access.Authority
}

// Configure changes a guild's settings, with an entry in the audit log, and returns them. It fails with not_allowed,
// with invalid and the names of the wrong settings, and with stale when they are not of IfVersion.
func (s *Service) Configure(ctx context.Context, in Configure) (Config, error) {
	if err := s.maySetUp(ctx, in.Guild, in.By); err != nil {
		return Config{}, err
	}
	head, cfg, err := s.document.Save(ctx, s.store, settings.Change[Settings]{Guild: in.Guild, Patch: in.Patch, IfVersion: in.IfVersion, Actor: in.Actor, At: s.now()})
	if err != nil {
		return Config{}, err
	}
	s.ready.Invalidate(in.Guild)
	s.bus.Publish(ctx, bus.Event{Topic: bus.SettingsChanged, Guild: in.Guild, IDs: []string{"automod"}})
	return Config{head, cfg}, nil
}

// maySetUp fails with not_allowed unless somebody may change rules and settings: holders of Manage Server, the owner of
// the installation, and keys.
func (s *Service) maySetUp(ctx context.Context, guild snowflake.ID, by access.Authority) error {
	return s.may(ctx, guild, by, access.SetUp, "Changing auto-moderation takes the permission Manage Server.")
}

func (s *Service) may(ctx context.Context, guild snowflake.ID, by access.Authority, act access.Act, sentence string) error {
	user, person := by.User()
	if !person {
		if by == (access.Authority{}) {
			return fault.New(fault.Forbidden, "not_allowed", "%s", sentence)
		}
		return nil // the owner of the installation, or a key whose scope was checked
	}
	g, err := s.who.Rights(ctx, guild)
	if err != nil {
		return err
	}
	m, err := s.who.Holder(ctx, guild, user)
	if errors.Is(err, directory.ErrUnknown) {
		return fault.New(fault.Forbidden, "not_allowed", "%s", sentence)
	}
	if err != nil {
		return err
	}
	self, err := s.who.Self(ctx, guild)
	if err != nil {
		return err
	}
	if v := g.MayDo(act, by, &m, self, nil, time.Now()); v.Refusal != "" {
		return fault.New(fault.Forbidden, "not_allowed", "%s", sentence)
	}
	return nil
}
