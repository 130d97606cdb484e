package economy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	mostTiers      = 4
	longestStreak  = 3650
	mostMultiplier = 1000
	mostRewards    = 50
	saveAttempts   = 5 // when others change the same settings at the same time
)

// Settings are a guild's settings as somebody asks for them; what is nil stays as it is. The keys
// of StreakBonuses are days, those of RoleRewards ids of roles; either replaces the whole.
type Settings struct {
	StartingBalance       *int64            `json:"starting_balance,omitempty" doc:"Bytes of a new account." minimum:"0" maximum:"1000000" example:"100"`
	DailyAmount           *int64            `json:"daily_amount,omitempty" doc:"Bytes of a daily claim before the multiplier." minimum:"0" maximum:"100000" example:"10"`
	StreakBonuses         *map[string]int64 `json:"streak_bonuses,omitempty" doc:"Multiplier (1–1000) from this many days in a row on (1–3650); at most 4." maxProperties:"4" example:"{\"8\": 2, \"16\": 4, \"32\": 8, \"64\": 16}"`
	MaxTransfer           *int64            `json:"max_transfer,omitempty" doc:"Most bytes of one transfer." minimum:"1" maximum:"10000" example:"1000"`
	TransferCooldownHours *int              `json:"transfer_cooldown_hours,omitempty" doc:"Hours between two transfers of one member; 0 for none." minimum:"0" maximum:"720" example:"0"`
	RoleRewards           *map[string]int64 `json:"role_rewards,omitempty" doc:"The role that a member gets who has received this many bytes, by the role's id; at most 50." maxProperties:"50" example:"{\"1000000000000000009\": 500}"`
	DailyOnMessage        *bool             `json:"daily_on_message,omitempty" doc:"Whether a member's first message of the day claims." example:"true"`
}

// Configure asks to change a guild's settings.
type Configure struct {
	Guild     snowflake.ID
	Settings         // what is to change
	IfVersion *int64 // the version that must still stand; nil: whatever stands
	Actor     store.Actor
	Action    string // what the audit log calls it; empty: bytes.config
}

// Validate fails with an Invalid fault that names every wrong setting.
func (in Settings) Validate() error {
	var f fault.Fields
	within(&f, "starting_balance", in.StartingBalance, 0, 1_000_000, "bytes")
	within(&f, "daily_amount", in.DailyAmount, 0, 100_000, "bytes")
	within(&f, "max_transfer", in.MaxTransfer, 1, MostPerTransfer, "bytes")
	if in.TransferCooldownHours != nil {
		within(&f, "transfer_cooldown_hours", new(int64(*in.TransferCooldownHours)), 0, 720, "hours")
	}
	if in.StreakBonuses != nil {
		in.bonuses(&f)
	}
	if in.RoleRewards != nil {
		in.rewards(&f)
	}
	return f.Err()
}

func within(f *fault.Fields, name string, v *int64, least, most int64, unit string) {
	if v != nil && (*v < least || *v > most) {
		f.Add(name, "This is a whole number of %s from %d to %d; it was %d.", unit, least, most, *v)
	}
}

// bonuses reads the streak bonuses and notes what is wrong with them.
func (in Settings) bonuses(f *fault.Fields) map[int]int64 {
	if n := len(*in.StreakBonuses); n > mostTiers {
		f.Add("streak_bonuses", "There can be at most %d thresholds; these are %d.", mostTiers, n)
	}
	read := make(map[int]int64, len(*in.StreakBonuses))
	for _, text := range slices.Sorted(maps.Keys(*in.StreakBonuses)) {
		multiplier := (*in.StreakBonuses)[text]
		days, err := strconv.Atoi(text)
		if err != nil || days < 1 || days > longestStreak || strconv.Itoa(days) != text {
			f.Add("streak_bonuses", "A threshold is a whole number of days from 1 to %d; %q is none.", longestStreak, shorten(text))
			continue
		}
		if multiplier < 1 || multiplier > mostMultiplier {
			f.Add("streak_bonuses", "A multiplier is a whole number from 1 to %d; that of %d days was %d.", mostMultiplier, days, multiplier)
		}
		read[days] = multiplier
	}
	return read
}

// rewards reads the role rewards and notes what is wrong with them.
func (in Settings) rewards(f *fault.Fields) map[snowflake.ID]int64 {
	if n := len(*in.RoleRewards); n > mostRewards {
		f.Add("role_rewards", "There can be at most %d rewards; these are %d.", mostRewards, n)
	}
	read := make(map[snowflake.ID]int64, len(*in.RoleRewards))
	for _, text := range slices.Sorted(maps.Keys(*in.RoleRewards)) {
		received := (*in.RoleRewards)[text]
		role, err := strconv.ParseInt(text, 10, 64)
		if err != nil || role < 1 || strconv.FormatInt(role, 10) != text {
			f.Add("role_rewards", "A reward is named by the id of its role; %q is none.", shorten(text))
			continue
		}
		if received < 1 || received > store.MaxBalance {
			f.Add("role_rewards", "A reward is for a whole number of bytes from 1 to %d; that of role %d was %d.", store.MaxBalance, role, received)
		}
		read[snowflake.ID(role)] = received
	}
	return read
}

// on is cfg with what is to change. The settings must be valid.
func (in Settings) on(cfg store.BytesConfig) store.BytesConfig {
	var ignore fault.Fields
	set(&cfg.StartingBalance, in.StartingBalance)
	set(&cfg.DailyAmount, in.DailyAmount)
	set(&cfg.MaxTransfer, in.MaxTransfer)
	set(&cfg.TransferCooldownHours, in.TransferCooldownHours)
	set(&cfg.DailyOnMessage, in.DailyOnMessage)
	if in.StreakBonuses != nil {
		cfg.StreakBonuses = in.bonuses(&ignore)
	}
	if in.RoleRewards != nil {
		cfg.RoleRewards = in.rewards(&ignore)
	}
	return cfg
}

func set[T any](into *T, v *T) {
	if v != nil {
		*into = *v
	}
}

// Configure changes a guild's settings, with an entry in the audit log, and returns them with
// their new version. It fails with invalid and the names of the wrong settings, and with stale
// when IfVersion no longer stands.
func (s *Service) Configure(ctx context.Context, in Configure) (store.BytesConfig, error) {
	if err := in.Validate(); err != nil {
		return store.BytesConfig{}, err
	}
	for range saveAttempts {
		saved, err := s.configure(ctx, in)
		switch {
		case errors.Is(err, store.ErrStale) && in.IfVersion != nil:
			return store.BytesConfig{}, fault.New(fault.Stale, "stale",
				"Somebody else changed these settings in the meantime. Look at what is new, then save again.").Because(err)
		case errors.Is(err, store.ErrStale):
			continue // the change is made on top of the other
		}
		return saved, err
	}
	return store.BytesConfig{}, fault.New(fault.Unavailable, "unavailable",
		"These settings are being changed by others all the time. Please try again in a moment.")
}

func (s *Service) configure(ctx context.Context, in Configure) (store.BytesConfig, error) {
	old, err := s.store.BytesConfig(ctx, in.Guild)
	if err != nil {
		return store.BytesConfig{}, err
	}
	if in.IfVersion != nil && *in.IfVersion != old.Version {
		return store.BytesConfig{}, store.ErrStale
	}
	next := in.on(old)
	next.UpdatedAt = s.now()
	action := in.Action
	if action == "" {
		action = "bytes.config"
	}
	saved, err := s.store.SaveBytesConfig(ctx, next, &old.Version, in.Actor.Entry(action, "bytes settings"))
	if err != nil {
		return store.BytesConfig{}, err
	}
	s.settings.Invalidate(in.Guild)
	s.bus.Publish(ctx, bus.Event{Topic: bus.SettingsChanged, Guild: in.Guild})
	return saved, nil
}

// SettingsNow are the guild's settings as they are in the database, for someone who is about to
// change them.
func (s *Service) SettingsNow(ctx context.Context, guild snowflake.ID) (store.BytesConfig, error) {
	return s.store.BytesConfig(ctx, guild)
}

// checkUser notes an id that no member can have.
func checkUser(f *fault.Fields, name string, user snowflake.ID) {
	if user == store.Bank || user > math.MaxInt64 {
		f.Add(name, "%s is the id of no member.", fmt.Sprint(user))
	}
}
