package moderation

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	longestTimeout = 365 * 24 * time.Hour
	shortestTime   = time.Second
	longestBan     = 10 * 365 * 24 * time.Hour
	longestDelete  = 604800 // seconds
	softbanDelete  = 86400  // seconds
)

// ActRequest asks to do something to somebody. By says whose rights count: those of the moderator, of the owner of the
// installation, or, for a key or a rule, of the bot.
type ActRequest struct {
	Guild    snowflake.ID
	Action   store.CaseAction
	User     snowflake.ID
	UserTag  string // their user name, where the caller knows it
	Reason   string
	Template string        // the name or ID of one that says what is not given: reason, duration, delete
	Duration time.Duration // of a ban, timeout or warning; 0: a ban for ever, a warning for as long as the guild says
	Until    *time.Time    // instead of Duration
	Forever  bool          // without an end, whatever the template and the guild say
	// DeleteSeconds is how far back a ban deletes messages; nil: as the guild says. A softban deletes a day.
	DeleteSeconds *int64
	Notify        *bool // whether the person is told; nil: as the guild says
	Confirm       bool  // what was asked again is confirmed: recently_acted and shorter do not refuse it

	Actor store.Actor      // who does it and by which way; the history names them
	By    access.Authority // whose rights count
	// Key makes a repetition of the same request return the case that it led to; empty: none.
	Key string

	Evidence      []store.Evidence
	RuleID        *uuid.UUID
	ReportID      *uuid.UUID
	AppealID      *uuid.UUID
	BatchID       *uuid.UUID
	CausedBy      *int64 // the warning that reached a step, or the case that this undoes
	InteractionID snowflake.ID
}

// Validate fails with an Invalid fault that names everything that is wrong.
func (in ActRequest) Validate() error {
	var f fault.Fields
	if in.User == 0 || in.User > 1<<63-1 {
		f.Add("user_id", "Say whom it is about.")
	}
	if n := utf8.RuneCountInString(in.Reason); n > store.MaxReason {
		f.Add("reason", "A reason can have at most %d characters; this one has %d.", store.MaxReason, n)
	}
	in.checkTimes(&f)
	if in.DeleteSeconds != nil {
		switch {
		case in.Action != store.CaseBan && in.Action != store.CaseSoftban:
			f.Add("delete_message_seconds", "Only a ban and a softban delete messages.")
		case *in.DeleteSeconds < 0 || *in.DeleteSeconds > longestDelete:
			f.Add("delete_message_seconds", "Messages of at most 7 days can be deleted: from 0 to 604,800 seconds.")
		}
	}
	if len(in.Evidence) > store.MaxEvidence {
		f.Add("evidence", "A case can have at most %d pieces of evidence, not %d.", store.MaxEvidence, len(in.Evidence))
	}
	return f.Err()
}

func (in ActRequest) checkTimes(f *fault.Fields) {
	given := in.Duration != 0 || in.Until != nil
	if in.Forever && (given || in.Action == store.CaseTimeout) {
		f.Add("duration_seconds", "A timeout needs an end, and nothing can have both an end and none.")
		return
	}
	var longest time.Duration
	switch in.Action {
	case store.CaseTimeout:
		if longest = longestTimeout; !given {
			f.Add("duration_seconds", "Say how long the timeout lasts, for example 10m, 2h or 7d.")
		}
	case store.CaseBan, store.CaseWarn:
		longest = longestBan
	default:
		if given {
			f.Add("duration_seconds", "Only a ban, a timeout and a warning can have a duration.")
		}
		return
	}
	if in.Duration != 0 && in.Until != nil {
		f.Add("duration_seconds", "Give either a duration or an end, not both.")
	}
	if in.Duration != 0 && (in.Duration < shortestTime || in.Duration > longest) {
		f.Add("duration_seconds", "This can last from a second to %s.", i18n.Duration(longest))
	}
}

// new is the case that the request would be, for a moment.
func (in ActRequest) new(cfg Settings, now time.Time) (store.Case, error) {
	var f fault.Fields
	c := store.Case{
		GuildID: in.Guild, Action: in.Action, UserID: in.User, UserTag: in.UserTag, ModeratorTag: in.Actor.Name,
		Reason: strings.TrimSpace(in.Reason), State: store.CasePending, Source: in.Actor.Source, DM: store.DMNone,
		RuleID: in.RuleID, ReportID: in.ReportID, AppealID: in.AppealID, BatchID: in.BatchID, CausedBy: in.CausedBy,
		RequestKey: in.Key, CreatedAt: now,
	}
	if by, person := in.By.User(); person {
		c.ModeratorID = by
	} else if in.By == access.AsOwner() {
		c.ModeratorID = in.Actor.ID
	}
	if in.InteractionID != 0 {
		c.InteractionID = &in.InteractionID
	}
	if c.Action == store.CaseWarn || c.Action == store.CaseNote {
		c.State = store.CaseDone // Discord has no part in it
	}
	if cfg.ReasonRequired && fault.Blank(c.Reason) && c.Action != store.CaseUnban && c.Action != store.CaseUntimeout && in.Actor.Source != store.SourceLadder {
		f.Add("reason", "This server requires a reason. Say why.")
		return c, f.Err()
	}
	switch {
	case in.Duration != 0:
		c.ExpiresAt = new(now.Add(in.Duration))
		c.DurationSeconds = new(int64(in.Duration.Seconds()))
	case in.Until != nil:
		left := in.Until.Sub(now)
		if left < shortestTime || left > longestBan || c.Action == store.CaseTimeout && left > longestTimeout {
			f.Add("expires_at", "This end is in the past or too far away: a timeout lasts at most a year, anything else ten.")
			return c, f.Err()
		}
		c.ExpiresAt, c.DurationSeconds = in.Until, new(int64(left.Round(time.Second).Seconds()))
	case c.Action == store.CaseWarn && !in.Forever:
		c.ExpiresAt = cfg.warningEnds(now)
	}
	switch c.Action {
	case store.CaseBan:
		c.DeleteMessageSeconds = &cfg.DeleteMessageSeconds
	case store.CaseSoftban:
		c.DeleteMessageSeconds = new(int64(softbanDelete))
	}
	if in.DeleteSeconds != nil {
		c.DeleteMessageSeconds = in.DeleteSeconds
	}
	if !cfg.Notify.tells(c.Action) || in.Notify != nil && !*in.Notify {
		c.DM = store.DMOff
	}
	return c, nil
}
