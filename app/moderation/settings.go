package moderation

import (
	"context"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/store"
)

// Settings is what a guild sets of its moderation; see package settings for the tags.
type Settings struct {
	LogChannelID         *snowflake.ID `json:"log_channel_id" initial:"null" doc:"The channel that shows each case; null for none." example:"1000000000000000005"`
	EphemeralReplies     bool          `json:"ephemeral_replies" default:"true" label:"Replies to moderators are private" help:"Otherwise everybody in the channel sees what was done." doc:"Whether only the moderator sees the reply to a command." example:"true"`
	ReasonRequired       bool          `json:"reason_required" default:"false" label:"A reason is required" doc:"Whether an act needs a reason." example:"false"`
	DeleteMessageSeconds int64         `json:"delete_message_seconds" default:"0" minimum:"0" maximum:"604800" unit:"seconds" label:"A ban deletes messages of the last" help:"unless the moderator says otherwise; 0 for none" doc:"How far back a ban deletes messages unless the moderator says otherwise." example:"3600"`
	WarnExpiryDays       int64         `json:"warn_expiry_days" default:"90" minimum:"0" maximum:"3650" unit:"days" label:"A warning counts for" help:"0 for ever" doc:"Days that a warning counts; 0 for ever." example:"90"`
	WarnSteps            WarnSteps     `json:"warn_steps" initial:"[]" maxItems:"10" doc:"What happens when warnings add up. A step fires when the warnings that count reach exactly its number."`
	Notify               Notify        `json:"notify" initial:"{\"warn\": true, \"timeout\": true, \"kick\": true, \"ban\": true, \"softban\": true}" doc:"Which acts tell the person by a direct message."`
	Messages             Messages      `json:"messages" initial:"{}" doc:"What the direct messages say instead of our own words, by action: ban, softban, kick, timeout, warn; {server}, {action}, {reason}, {duration}, {expires} and {appeal} are replaced."`
	ShowModerator        bool          `json:"show_moderator" default:"false" label:"Direct messages name the moderator" doc:"Whether the direct message says who did it." example:"false"`
	NativeCases          bool          `json:"native_cases" default:"true" label:"What is done in Discord itself becomes a case" help:"Bans, kicks and timeouts by hand or by other bots." doc:"Whether what is done in Discord itself becomes a case." example:"true"`
}

// Notify says which acts tell the person.
type Notify struct {
	Warn    bool `json:"warn" doc:"Of a warning."`
	Timeout bool `json:"timeout" doc:"Of a timeout."`
	Kick    bool `json:"kick" doc:"Of a kick."`
	Ban     bool `json:"ban" doc:"Of a ban."`
	Softban bool `json:"softban" doc:"Of a softban."`
}

// tells reports whether the person is told of an action.
func (n Notify) tells(a store.CaseAction) bool {
	switch a {
	case store.CaseWarn:
		return n.Warn
	case store.CaseTimeout:
		return n.Timeout
	case store.CaseKick:
		return n.Kick
	case store.CaseBan:
		return n.Ban
	case store.CaseSoftban:
		return n.Softban
	}
	return false
}

// Messages are a guild's own words for direct messages, by action.
type Messages map[store.CaseAction]string

const longestMessage = 1500

// Check notes words for what tells nobody, and those that are too long.
func (m Messages) Check(f *fault.Fields, name string) {
	all := Notify{true, true, true, true, true}
	for action, text := range m {
		if !all.tells(action) {
			f.Add(name, "There is no direct message about “%s”. There is one about ban, softban, kick, timeout and warn.", string(action))
		}
		if n := len([]rune(text)); n > longestMessage {
			f.Add(name, "A direct message can have at most %d characters; this one has %d.", longestMessage, n)
		}
	}
}

// Config is a guild's settings with when they were saved.
type Config struct {
	settings.Head
	Settings
}

// Document returns the settings of moderation as they are kept for each guild.
func Document() *settings.Document[Settings] { return settings.New[Settings]("moderation") }

// SettingsNow are the guild's settings as they are in the database, for someone who is about to change them.
func (s *Service) SettingsNow(ctx context.Context, guild snowflake.ID) (Config, error) {
	head, cfg, err := s.document.Load(ctx, s.store, guild)
	return Config{head, cfg}, err
}

// Settings are the guild's settings, at most 30 s old. They must not be altered.
func (s *Service) Settings(ctx context.Context, guild snowflake.ID) (Config, error) {
	return s.settings.Get(ctx, guild)
}

// Configure asks to change a guild's settings.
type Configure struct {
	Guild     snowflake.ID
	Patch     settings.Patch[Settings] // what is to change
	IfVersion *int64                   // the version that they must be of; nil: any
	Actor     store.Actor
}

// Configure changes a guild's settings, with an entry in the audit log, and returns them. It fails with invalid and the
// names of the wrong settings, and with stale when they are not of IfVersion.
func (s *Service) Configure(ctx context.Context, in Configure) (Config, error) {
	head, cfg, err := s.document.Save(ctx, s.store, settings.Change[Settings]{
		Guild: in.Guild, Patch: in.Patch, IfVersion: in.IfVersion, Actor: in.Actor, At: s.now(),
	})
	if err != nil {
		return Config{}, err
	}
	if _, err := s.store.SetCaseLogProblem(ctx, in.Guild, nil); err != nil { // the channel may be another one
		return Config{}, err
	}
	s.settings.Invalidate(in.Guild)
	s.bus.Publish(ctx, bus.Event{Topic: bus.SettingsChanged, Guild: in.Guild, IDs: []string{"moderation"}})
	return Config{head, cfg}, nil
}

// warningEnds is when a warning of now stops counting; nil for never.
func (c Settings) warningEnds(now time.Time) *time.Time {
	if c.WarnExpiryDays == 0 {
		return nil
	}
	return new(now.AddDate(0, 0, int(c.WarnExpiryDays)))
}
