package economy

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/rolesync"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/store"
)

// Settings is what a guild sets of its economy; see package settings for the tags.
type Settings struct {
	StartingBalance       int64         `json:"starting_balance" default:"100" minimum:"0" maximum:"1000000" unit:"bytes" label:"Starting balance" help:"bytes of a new account" doc:"Bytes of a new account." example:"100"`
	DailyAmount           int64         `json:"daily_amount" default:"10" minimum:"0" maximum:"100000" unit:"bytes" label:"Daily claim" help:"before the streak multiplier" doc:"Bytes of a daily claim before the streak multiplier." example:"10"`
	StreakBonuses         StreakBonuses `json:"streak_bonuses" initial:"{\"8\": 2, \"16\": 4, \"32\": 8, \"64\": 16}" maxProperties:"4" doc:"Multiplier (1–1000) from this many days in a row on (1–3650); at most 4." example:"{\"8\": 2, \"16\": 4, \"32\": 8, \"64\": 16}"`
	MaxTransfer           int64         `json:"max_transfer" default:"1000" minimum:"1" maximum:"10000" unit:"bytes" label:"Maximum transfer" help:"the most bytes that one transfer can move" doc:"The most bytes that one transfer can move." example:"1000"`
	TransferCooldownHours int           `json:"transfer_cooldown_hours" default:"0" minimum:"0" maximum:"720" unit:"hours" label:"Transfer cooldown" help:"how long members wait between transfers; 0 for no wait" doc:"How many hours a member waits between transfers; 0 for no wait." example:"0"`
	RoleRewards           RoleRewards   `json:"role_rewards" initial:"{}" maxProperties:"50" doc:"The role that a member gets who has received this many bytes, by the role's id; at most 50." example:"{\"1000000000000000009\": 500}"`
	DailyOnMessage        bool          `json:"daily_on_message" default:"true" label:"Claim with the first message of the day" help:"The bot reacts to that message. When off, members claim with /bytes daily." doc:"Whether a member's first message of the day claims." example:"true"`
}

// Config is a guild's settings with when they were saved.
type Config struct {
	settings.Head
	Settings
}

// Document returns the settings of the economy as they are kept for each guild.
func Document() *settings.Document[Settings] { return settings.New[Settings]("bytes") }

// StreakBonuses are what a claim is multiplied by from so many days in a row on.
type StreakBonuses map[int]int64

const (
	mostTiers      = 4
	longestStreak  = 3650
	mostMultiplier = 1000
)

// UnmarshalJSON refuses thresholds that are not days.
func (b *StreakBonuses) UnmarshalJSON(text []byte) error {
	var given map[string]int64
	if err := json.Unmarshal(text, &given); err != nil {
		return err
	}
	*b = make(StreakBonuses, len(given))
	for _, key := range slices.Sorted(maps.Keys(given)) {
		days, err := strconv.Atoi(key)
		if err != nil || days < 1 || days > longestStreak || strconv.Itoa(days) != key {
			return settings.Problem(fmt.Sprintf("A threshold is a whole number of days from 1 to %d; %q is not one.", longestStreak, shorten(key)))
		}
		(*b)[days] = given[key]
	}
	return nil
}

// Check notes multipliers that are out of bounds.
func (b StreakBonuses) Check(f *fault.Fields, name string) {
	for _, days := range slices.Sorted(maps.Keys(b)) {
		if n := b[days]; n < 1 || n > mostMultiplier {
			f.Add(name, "A multiplier is a whole number from 1 to %d; for %d days it was %d.", mostMultiplier, days, n)
		}
	}
}

// RoleRewards are the roles that members get who have received so many bytes.
type RoleRewards map[snowflake.ID]int64

// UnmarshalJSON refuses names that are not ids of roles.
func (r *RoleRewards) UnmarshalJSON(text []byte) error {
	var given map[string]int64
	if err := json.Unmarshal(text, &given); err != nil {
		return err
	}
	*r = make(RoleRewards, len(given))
	for _, key := range slices.Sorted(maps.Keys(given)) {
		role, err := strconv.ParseInt(key, 10, 64)
		if err != nil || role < 1 || strconv.FormatInt(role, 10) != key {
			return settings.Problem(fmt.Sprintf("A reward is named by the id of its role; %q is not one.", shorten(key)))
		}
		(*r)[snowflake.ID(role)] = given[key]
	}
	return nil
}

// Check notes rewards that are out of bounds.
func (r RoleRewards) Check(f *fault.Fields, name string) {
	for _, role := range slices.Sorted(maps.Keys(r)) {
		if n := r[role]; n < 1 || n > store.MaxBalance {
			f.Add(name, "A reward is for a whole number of bytes from 1 to %d; for role %d it was %d.", store.MaxBalance, uint64(role), n)
		}
	}
}

// Configure asks to change a guild's settings.
type Configure struct {
	Guild     snowflake.ID
	Patch     settings.Patch[Settings] // what is to change
	IfVersion *int64                   // the version that they must be of; nil: any
	Actor     store.Actor              // who does it
	By        access.Authority         // who must be allowed to name the roles that are new among the rewards
}

// Configure changes a guild's settings, with an entry in the audit log, and returns them with
// their new version. It fails with invalid and the names of the wrong settings, and with stale
// when they are not of IfVersion. It fails with invalid_role when a role that is new among the rewards may
// not be named by the one who asks, and with role_taken when it is that of a squad.
func (s *Service) Configure(ctx context.Context, in Configure) (Config, error) {
	var then []river.JobArgs
	var rewards RoleRewards
	if err := s.document.Check(in.Patch); err != nil { // before Discord is asked about roles
		return Config{}, err
	}
	if in.Patch.Get("role_rewards", &rewards) {
		now, err := s.SettingsNow(ctx, in.Guild)
		if err != nil {
			return Config{}, err
		}
		if err := s.mayReward(ctx, in, now.RoleRewards, rewards); err != nil {
			return Config{}, err
		}
		if in.IfVersion == nil { // what was looked at is what changes
			in.IfVersion = &now.Version
		}
		then = append(then, rolesync.Guild{Guild: in.Guild}) // some may have earned what they have not got
	}
	head, saved, err := s.document.Save(ctx, s.store, settings.Change[Settings]{
		Guild: in.Guild, Patch: in.Patch, IfVersion: in.IfVersion, Actor: in.Actor, At: s.now(), Then: then,
	})
	if err != nil {
		return Config{}, err
	}
	s.settings.Invalidate(in.Guild)
	s.bus.Publish(ctx, bus.Event{Topic: bus.SettingsChanged, Guild: in.Guild})
	return Config{head, saved}, nil
}

// mayReward looks whether the roles that are new among the rewards may be named. It fails with
// invalid_role and role_taken.
func (s *Service) mayReward(ctx context.Context, in Configure, old, next RoleRewards) error {
	squads, err := s.store.Squads(ctx, in.Guild)
	if err != nil {
		return err
	}
	for _, role := range slices.Sorted(maps.Keys(next)) {
		if _, was := old[role]; was {
			continue
		}
		if slices.ContainsFunc(squads, func(q store.Squad) bool { return q.RoleID == role }) {
			return roleTaken()
		}
		err := directory.CheckRole(ctx, s.who, in.By, in.Guild, role, "role_rewards")
		if f := fault.As(err); f != nil && f.Kind == fault.Invalid {
			return f.With("role_id", role)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func roleTaken() *fault.Error {
	f := fault.New(fault.Conflict, "role_taken",
		"One of these roles belongs to a squad, and a role can serve only one purpose. Choose another role, or delete that squad.")
	f.Fields = []fault.Field{{Name: "role_rewards", Message: f.Message, Format: f.Format}}
	return f
}

// SettingsNow are the guild's settings as they are in the database, for someone who is about to
// change them.
func (s *Service) SettingsNow(ctx context.Context, guild snowflake.ID) (Config, error) {
	head, cfg, err := s.document.Load(ctx, s.store, guild)
	return Config{head, cfg}, err
}

// checkUser notes an id that no member can have.
func checkUser(f *fault.Fields, name string, user snowflake.ID) {
	if user == store.Bank || user > math.MaxInt64 {
		f.Add(name, "%s is not the ID of a member.", fmt.Sprint(user))
	}
}
