package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

// AutomodHitsKept is how long the log of auto-moderation is kept.
const AutomodHitsKept = 30 * 24 * time.Hour

// mostHitMessages is how many messages of a burst are remembered.
const mostHitMessages = 200

// The verdicts of moderators on a hit.
const (
	VerdictOpen      = "open"
	VerdictConfirmed = "confirmed"
	VerdictFalse     = "false"
)

// What became of an action.
const (
	OutcomeDone   = "done"
	OutcomeFailed = "failed"
	OutcomePaused = "paused" // it failed too often for want of a permission
	OutcomeCapped = "capped" // the ceiling was reached
	OutcomeShadow = "shadow" // it was only logged
)

// AutomodAction is one thing that a rule does about a hit, and what became of it.
type AutomodAction struct {
	Type    string `json:"type" doc:"What was to be done: delete, warn, timeout, kick, ban, nickname, alert, notify, slowmode, raid_mode." example:"delete"`
	Outcome string `json:"outcome" enum:"done,failed,paused,capped,shadow" doc:"What became of it; capped: the ceiling was reached, shadow: it was only logged." example:"done"`
	Code    *int64 `json:"code" doc:"Discord's code where it failed; null otherwise." example:"50013"`
}

// AutomodHit is what a rule found: one burst of one member.
type AutomodHit struct {
	ID         uuid.UUID       `json:"id" doc:"A UUIDv7." example:"019a0000-0000-7000-8000-000000000001"`
	GuildID    snowflake.ID    `json:"guild_id" doc:"The guild." example:"1000000000000000001"`
	RuleID     uuid.UUID       `json:"rule_id" doc:"The rule, which may be gone." example:"019a0000-0000-7000-8000-000000000002"`
	RuleName   string          `json:"rule_name" doc:"Its name at the time." example:"Mass mentions"`
	UserID     snowflake.ID    `json:"user_id" doc:"Who it was." example:"1000000000000000007"`
	UserTag    string          `json:"user_tag" doc:"Their user name at the time." example:"linus"`
	ChannelID  *snowflake.ID   `json:"channel_id" doc:"Where; null for joins and names." example:"1000000000000000005"`
	MessageIDs []snowflake.ID  `json:"message_ids" doc:"The messages, at most 200." example:"[\"1000000000000000009\"]"`
	Part       string          `json:"part" doc:"In which part of a message; empty for what was counted." example:"content"`
	Excerpt    string          `json:"excerpt" doc:"Up to 100 characters around what matched." example:"free nitro here"`
	Matched    string          `json:"matched" doc:"What matched, up to 100 characters." example:"free nitro"`
	Actions    []AutomodAction `json:"actions" doc:"What was done about it."`
	Shadow     bool            `json:"shadow" doc:"Whether it was only logged." example:"true"`
	Masked     bool            `json:"masked" doc:"Whether a milder rule before it acted." example:"false"`
	Count      int64           `json:"count" doc:"How many events of the burst matched." example:"1"`
	Verdict    string          `json:"verdict" enum:"open,confirmed,false" doc:"What moderators say of it." example:"open"`
	VerdictBy  *snowflake.ID   `json:"verdict_by" doc:"Who said so; null for nobody or a key." example:"1000000000000000003"`
	CaseNumber *int64          `json:"case_number" doc:"The case that it led to; null for none." example:"12"`
	CreatedAt  time.Time       `json:"created_at" doc:"When the burst began." example:"2026-11-22T15:04:05Z"`
	UpdatedAt  time.Time       `json:"updated_at" doc:"When it last changed." example:"2026-11-22T15:04:05Z"`

	Settled        bool          `json:"-"` // the member had been there for over a day
	Acted          string        `json:"-"` // warn, timeout, kick, ban, or empty: what was done to the member
	AlertChannelID *snowflake.ID `json:"-"` // where its alert is
	AlertMessageID *snowflake.ID `json:"-"`
}

const automodHitColumns = `guild_id, id, rule_id, rule_name, user_id, user_tag, channel_id, message_ids, part, excerpt, matched, actions,
	shadow, masked, settled, acted, count, verdict, verdict_by, case_number, alert_channel_id, alert_message_id, created_at, updated_at`

func scanAutomodHit(r row) (AutomodHit, error) {
	var h AutomodHit
	var messages, actions json.RawMessage
	err := r.Scan(&h.GuildID, &h.ID, &h.RuleID, &h.RuleName, &h.UserID, &h.UserTag, &h.ChannelID, &messages, &h.Part, &h.Excerpt, &h.Matched, &actions,
		&h.Shadow, &h.Masked, &h.Settled, &h.Acted, &h.Count, &h.Verdict, &h.VerdictBy, &h.CaseNumber, &h.AlertChannelID, &h.AlertMessageID, &h.CreatedAt, &h.UpdatedAt)
	if err != nil {
		return h, err
	}
	return h, errors.Join(json.Unmarshal(messages, &h.MessageIDs), json.Unmarshal(actions, &h.Actions))
}

func (h AutomodHit) documents() (messages, actions json.RawMessage, err error) {
	if h.MessageIDs == nil {
		h.MessageIDs = []snowflake.ID{}
	}
	if h.Actions == nil {
		h.Actions = []AutomodAction{}
	}
	messages, err = json.Marshal(h.MessageIDs)
	if err != nil {
		return nil, nil, err
	}
	actions, err = json.Marshal(h.Actions)
	return messages, actions, err
}

// AddAutomodHit writes a hit. When the same rule found the same member within joined of now (or, with together, anybody),
// and both were acted on or both only logged, it joins that burst: its messages and its count are added, and it returns
// the burst, whose count is then above 1.
func (s *Store) AddAutomodHit(ctx context.Context, h AutomodHit, joined time.Duration, together bool) (AutomodHit, error) {
	if err := checkIDs(h.GuildID, h.UserID); err != nil {
		return h, err
	}
	h.CreatedAt = moment(h.CreatedAt)
	h.UpdatedAt, h.Verdict, h.Count = h.CreatedAt, VerdictOpen, 1
	h.Excerpt, h.Matched, h.UserTag = storable(h.Excerpt), storable(h.Matched), storable(h.UserTag)
	saved := h
	err := s.db.write(ctx, func(c conn) error {
		old, err := one(c, scanAutomodHit, `SELECT `+automodHitColumns+` FROM automod_hits
			WHERE guild_id = $1 AND rule_id = $2 AND (user_id = $3 OR $4) AND shadow = $5 AND updated_at > $6
			ORDER BY created_at DESC LIMIT 1`+c.dialect().forUpdate,
			h.GuildID, h.RuleID, h.UserID, together, h.Shadow, h.CreatedAt.Add(-joined))
		switch {
		case errors.Is(err, ErrNotFound):
			saved = h
			saved.ID = NewID(h.CreatedAt)
			err = insertAutomodHit(c, saved)
		case err == nil:
			saved = old.with(h)
			err = updateAutomodHit(c, saved)
		}
		return err
	})
	return saved, wrap("log automod hit", err)
}

// FinishAutomodHit notes what was done about a hit, with the jobs that follow from it, and returns the burst. What was
// done before in the burst stays done. ErrNotFound when there is no such hit.
func (s *Store) FinishAutomodHit(ctx context.Context, guild snowflake.ID, id uuid.UUID, actions []AutomodAction, number *int64, then func(AutomodHit) []river.JobArgs) (AutomodHit, error) {
	if err := checkIDs(guild); err != nil {
		return AutomodHit{}, err
	}
	var h AutomodHit
	err := s.db.write(ctx, func(c conn) (err error) {
		h, err = one(c, scanAutomodHit, `SELECT `+automodHitColumns+` FROM automod_hits WHERE guild_id = $1 AND id = $2`+c.dialect().forUpdate, guild, id)
		if err != nil {
			return err
		}
		h = h.done(actions)
		if number != nil {
			h.CaseNumber = number
		}
		if err := updateAutomodHit(c, h); err != nil || then == nil {
			return err
		}
		return c.enqueue(then(h))
	})
	return h, wrap("finish automod hit", err)
}

// storable is text that both engines keep.
func storable(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "�"), "�")
}

// with is the burst with one more hit.
func (h AutomodHit) with(next AutomodHit) AutomodHit {
	for _, id := range next.MessageIDs {
		if len(h.MessageIDs) < mostHitMessages && !slices.Contains(h.MessageIDs, id) {
			h.MessageIDs = append(h.MessageIDs, id)
		}
	}
	h = h.done(next.Actions)
	if h.Acted == "" {
		h.Acted = next.Acted
	}
	h.Count, h.UpdatedAt = h.Count+1, next.UpdatedAt
	return h
}

// done is the hit with what was done about it.
func (h AutomodHit) done(actions []AutomodAction) AutomodHit {
	for _, done := range actions {
		at := slices.IndexFunc(h.Actions, func(a AutomodAction) bool { return a.Type == done.Type })
		switch {
		case at < 0:
			h.Actions = append(h.Actions, done)
		case h.Actions[at].Outcome != OutcomeDone:
			h.Actions[at] = done
		}
	}
	return h
}

func insertAutomodHit(c conn, h AutomodHit) error {
	messages, actions, err := h.documents()
	if err != nil {
		return err
	}
	_, err = c.exec(`INSERT INTO automod_hits (`+automodHitColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
		$17, $18, $19, $20, $21, $22, $23, $24)`, h.GuildID, h.ID, h.RuleID, h.RuleName, h.UserID, h.UserTag, h.ChannelID, messages, h.Part, h.Excerpt, h.Matched, actions,
		h.Shadow, h.Masked, h.Settled, h.Acted, h.Count, h.Verdict, h.VerdictBy, h.CaseNumber, h.AlertChannelID, h.AlertMessageID, h.CreatedAt, h.UpdatedAt)
	return err
}

func updateAutomodHit(c conn, h AutomodHit) error {
	messages, actions, err := h.documents()
	if err != nil {
		return err
	}
	_, err = c.exec(`UPDATE automod_hits SET message_ids = $3, actions = $4, acted = $5, count = $6, case_number = $7, updated_at = $8
		WHERE guild_id = $1 AND id = $2`, h.GuildID, h.ID, messages, actions, h.Acted, h.Count, h.CaseNumber, h.UpdatedAt)
	return err
}

// AutomodHit returns one hit of a guild, ErrNotFound when there is none.
func (s *Store) AutomodHit(ctx context.Context, guild snowflake.ID, id uuid.UUID) (AutomodHit, error) {
	if err := checkIDs(guild); err != nil {
		return AutomodHit{}, err
	}
	h, err := one(s.db.reader(ctx), scanAutomodHit, `SELECT `+automodHitColumns+` FROM automod_hits WHERE guild_id = $1 AND id = $2`, guild, id)
	return h, wrap("read automod hit", err)
}

// AutomodHitFilter narrows a list of hits; what is zero narrows nothing.
type AutomodHitFilter struct {
	Rule    *uuid.UUID
	User    snowflake.ID
	Channel snowflake.ID
	Shadow  *bool
	Verdict string
	After   *time.Time // begun at or after
	Before  *time.Time // begun before
}

// AutomodHits lists the hits of a guild that a filter allows, the newest first, those older than the one named by before
// (nil for the first page), at most limit.
func (s *Store) AutomodHits(ctx context.Context, guild snowflake.ID, f AutomodHitFilter, before *uuid.UUID, limit int) ([]AutomodHit, error) {
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	where, args := []string{"guild_id = $1"}, []any{guild}
	narrow := func(condition string, v any) {
		args = append(args, v)
		where = append(where, fmt.Sprintf(condition, len(args)))
	}
	if f.Rule != nil {
		narrow("rule_id = $%d", *f.Rule)
	}
	if f.User != 0 {
		narrow("user_id = $%d", f.User)
	}
	if f.Channel != 0 {
		narrow("channel_id = $%d", f.Channel)
	}
	if f.Shadow != nil {
		narrow("shadow = $%d", *f.Shadow)
	}
	if f.Verdict != "" {
		narrow("verdict = $%d", f.Verdict)
	}
	if f.After != nil {
		narrow("id >= $%d", firstID(*f.After)) // ids carry the time of their row
	}
	if f.Before != nil {
		narrow("id < $%d", firstID(*f.Before))
	}
	if before != nil {
		narrow("id < $%d", *before)
	}
	args = append(args, int64(limit))
	found, err := list(s.db.reader(ctx), scanAutomodHit, fmt.Sprintf(`SELECT `+automodHitColumns+` FROM automod_hits WHERE %s
		ORDER BY guild_id DESC, id DESC LIMIT $%d`, strings.Join(where, " AND "), len(args)), args...)
	return found, wrap("list automod hits", err)
}

// SetAutomodVerdict notes what a moderator says of a hit, with an audit entry, and returns it. ErrNotFound when there is
// none.
func (s *Store) SetAutomodVerdict(ctx context.Context, guild snowflake.ID, id uuid.UUID, verdict string, at time.Time, actor Actor, then ...river.JobArgs) (AutomodHit, error) {
	if err := checkIDs(guild); err != nil {
		return AutomodHit{}, err
	}
	at = moment(at)
	var h AutomodHit
	err := s.db.write(ctx, func(c conn) (err error) {
		h, err = one(c, scanAutomodHit, `SELECT `+automodHitColumns+` FROM automod_hits WHERE guild_id = $1 AND id = $2`+c.dialect().forUpdate, guild, id)
		if err != nil || h.Verdict == verdict {
			return err
		}
		old := h.Verdict
		h.Verdict, h.VerdictBy, h.UpdatedAt = verdict, nil, at
		if actor.ID != 0 {
			h.VerdictBy = &actor.ID
		}
		if _, err := c.exec(`UPDATE automod_hits SET verdict = $3, verdict_by = $4, updated_at = $5 WHERE guild_id = $1 AND id = $2`,
			guild, id, h.Verdict, h.VerdictBy, h.UpdatedAt); err != nil {
			return err
		}
		if err := writeChange(c, actor.Entry("automod.verdict", h.RuleName), guild, at, map[string]string{"verdict": old}, map[string]string{"verdict": verdict}); err != nil {
			return err
		}
		return c.enqueue(then)
	})
	return h, wrap("set automod verdict", err)
}

// SetAutomodAlert remembers where the alert of a hit is.
func (s *Store) SetAutomodAlert(ctx context.Context, guild snowflake.ID, id uuid.UUID, channel, message snowflake.ID) error {
	if err := checkIDs(guild, channel, message); err != nil {
		return err
	}
	return wrap("set automod alert", s.db.write(ctx, func(c conn) error {
		_, err := c.exec(`UPDATE automod_hits SET alert_channel_id = $3, alert_message_id = $4 WHERE guild_id = $1 AND id = $2`, guild, id, channel, message)
		return err
	}))
}

// AutomodStats is what a rule found in a while.
type AutomodStats struct {
	Hits      int64 // bursts
	Confirmed int64
	False     int64
	Open      int64
}

// AutomodStatsSince returns what each rule of a guild found since a moment.
func (s *Store) AutomodStatsSince(ctx context.Context, guild snowflake.ID, since time.Time) (map[uuid.UUID]AutomodStats, error) {
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	type counted struct {
		rule    uuid.UUID
		verdict string
		n       int64
	}
	stats := map[uuid.UUID]AutomodStats{}
	for v, err := range all(s.db.reader(ctx), func(r row) (v counted, err error) { return v, r.Scan(&v.rule, &v.verdict, &v.n) },
		`SELECT rule_id, verdict, count(*) FROM automod_hits WHERE guild_id = $1 AND created_at >= $2 GROUP BY rule_id, verdict`, guild, since) {
		if err != nil {
			return nil, wrap("automod statistics", err)
		}
		st := stats[v.rule]
		st.Hits += v.n
		switch v.verdict {
		case VerdictConfirmed:
			st.Confirmed = v.n
		case VerdictFalse:
			st.False = v.n
		default:
			st.Open = v.n
		}
		stats[v.rule] = st
	}
	return stats, nil
}

// AutomodPace is how often rules acted on settled members lately, for the ceiling.
type AutomodPace struct {
	RemovalsMinute int64 // kicks and bans
	RemovalsHour   int64
	TimeoutsMinute int64
	RuleMembers    int64 // different members that the rule acted on in ten minutes
}

// AutomodPaceOf reads it, as of a moment.
func (s *Store) AutomodPaceOf(ctx context.Context, guild snowflake.ID, rule uuid.UUID, at time.Time) (AutomodPace, error) {
	if err := checkIDs(guild); err != nil {
		return AutomodPace{}, err
	}
	p, err := one(s.db.reader(ctx), func(r row) (p AutomodPace, err error) {
		return p, r.Scan(&p.RemovalsMinute, &p.RemovalsHour, &p.TimeoutsMinute, &p.RuleMembers)
	}, `SELECT count(CASE WHEN acted IN ('kick', 'ban') AND created_at > $2 THEN 1 END), count(CASE WHEN acted IN ('kick', 'ban') THEN 1 END),
			count(CASE WHEN acted = 'timeout' AND created_at > $2 THEN 1 END),
			count(DISTINCT CASE WHEN rule_id = $4 AND created_at > $3 THEN user_id END)
		FROM automod_hits WHERE guild_id = $1 AND settled AND acted <> '' AND id > $5`,
		guild, at.Add(-time.Minute), at.Add(-10*time.Minute), rule, firstID(at.Add(-time.Hour)))
	return p, wrap("automod pace", err)
}
