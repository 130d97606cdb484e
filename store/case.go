package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// MaxReason is how many characters the reason of a case can have.
const MaxReason = 500

// CaseAction is what was done to somebody.
type CaseAction string

// The actions.
const (
	CaseBan       CaseAction = "ban"
	CaseUnban     CaseAction = "unban"
	CaseKick      CaseAction = "kick"
	CaseSoftban   CaseAction = "softban" // a ban and an unban at once, to delete messages
	CaseTimeout   CaseAction = "timeout"
	CaseUntimeout CaseAction = "untimeout"
	CaseWarn      CaseAction = "warn"
	CaseNote      CaseAction = "note"
)

// CaseActions returns every action.
func CaseActions() []CaseAction {
	return []CaseAction{CaseBan, CaseUnban, CaseKick, CaseSoftban, CaseTimeout, CaseUntimeout, CaseWarn, CaseNote}
}

// Lasting is the action whose effect this one begins, replaces or ends: CaseBan, CaseTimeout, or empty.
func (a CaseAction) Lasting() CaseAction {
	switch a {
	case CaseBan, CaseUnban, CaseSoftban:
		return CaseBan
	case CaseTimeout, CaseUntimeout:
		return CaseTimeout
	}
	return ""
}

// CaseState is what became of a case.
type CaseState string

// The states.
const (
	CasePending CaseState = "pending" // Discord has not said yet whether it was done
	CaseDone    CaseState = "done"
	CaseFailed  CaseState = "failed"
	CaseUndone  CaseState = "undone"
)

// CaseDM says whether the person was told by a direct message.
type CaseDM string

// What became of the direct message.
const (
	DMSent    CaseDM = "sent"
	DMRefused CaseDM = "refused" // they take none from this server, or have blocked the bot
	DMOff     CaseDM = "off"     // the guild or the moderator did not want one
	DMNone    CaseDM = "none"    // none was sent: too many at once, or Discord did not answer
)

// CaseFailure is why an act failed.
type CaseFailure struct {
	Code    *int64 `json:"code" doc:"Discord's code; null when it gave none." example:"50013"`
	Message string `json:"message" doc:"What Discord said, or what happened." example:"Missing Permissions"`
}

// Case is one thing that was done to somebody in a guild.
type Case struct {
	GuildID              snowflake.ID  `json:"guild_id" doc:"The guild." example:"1000000000000000001"`
	Number               int64         `json:"number" doc:"Counts the guild's cases from 1, without gaps." example:"12"`
	Action               CaseAction    `json:"action" enum:"ban,unban,kick,softban,timeout,untimeout,warn,note" doc:"What was done; softban is a ban and an unban at once, to delete messages." example:"timeout"`
	UserID               snowflake.ID  `json:"user_id" doc:"To whom." example:"1000000000000000007"`
	UserTag              string        `json:"user_tag" doc:"Their user name at the time; empty when it was not known." example:"linus"`
	ModeratorID          snowflake.ID  `json:"moderator_id" doc:"Who did it; 0 when that is not known, or no person." example:"1000000000000000003"`
	ModeratorTag         string        `json:"moderator_tag" doc:"Their user name at the time; empty when it was not known." example:"grace"`
	Reason               string        `json:"reason" doc:"Why, in up to 500 characters; empty when nobody said." example:"Spam in #general"`
	DurationSeconds      *int64        `json:"duration_seconds" doc:"For how long, as was asked; null for no limit." example:"86400"`
	ExpiresAt            *time.Time    `json:"expires_at" doc:"When a ban or timeout ends, or a warning stops counting; null for never." example:"2026-11-23T15:04:05Z"`
	DeleteMessageSeconds *int64        `json:"delete_message_seconds" doc:"How far back the person's messages were deleted; null when the act deletes none." example:"3600"`
	State                CaseState     `json:"state" enum:"pending,done,failed,undone" doc:"What became of it; pending while Discord has not said." example:"done"`
	Failure              *CaseFailure  `json:"failure" doc:"Why it failed; null when it did not."`
	Source               Source        `json:"source" enum:"command,dashboard,api,automod,ladder,discord,native,import" doc:"The way by which it came: discord is what was done in Discord itself or by another bot, native Discord's own AutoMod, ladder warnings that add up." example:"command"`
	DM                   CaseDM        `json:"dm" enum:"sent,refused,off,none" doc:"Whether the person was told by a direct message." example:"sent"`
	RuleID               *uuid.UUID    `json:"rule_id" doc:"The rule of auto-moderation that did it; null for none."`
	ReportID             *uuid.UUID    `json:"report_id" doc:"The report that led to it; null for none."`
	AppealID             *uuid.UUID    `json:"appeal_id" doc:"The appeal that led to it; null for none."`
	BatchID              *uuid.UUID    `json:"batch_id" doc:"What all cases of one bulk act share; null for others."`
	CausedBy             *int64        `json:"caused_by" doc:"The case that led to this one: the warning that reached a step, or the case that this one undoes; null for none." example:"11"`
	UndoneBy             *int64        `json:"undone_by" doc:"The case that undid this one; null for none." example:"13"`
	AuditLogID           *snowflake.ID `json:"audit_log_id" doc:"The entry of Discord's audit log; null while it is not known." example:"1000000000000000100"`
	ExternalRef          *string       `json:"external_ref" doc:"Its number where it was imported from; null for others." example:"zeppelin:42"`
	InteractionID        *snowflake.ID `json:"interaction_id" doc:"Discord's interaction that asked for it; null for others." example:"1000000000000000101"`
	EvidenceCount        int64         `json:"evidence_count" doc:"How many pieces of evidence it has." example:"1"`
	Resolved             bool          `json:"resolved" doc:"Whether it is closed: by a moderator, or by itself when it was undone, replaced or over." example:"false"`
	ResolvedBy           *snowflake.ID `json:"resolved_by" doc:"Who closed it; null when nobody or it did by itself." example:"1000000000000000003"`
	ResolvedAt           *time.Time    `json:"resolved_at" doc:"When it was closed." example:"2026-11-23T15:04:05Z"`
	CreatedAt            time.Time     `json:"created_at" doc:"When it happened." example:"2026-11-22T15:04:05Z"`
	UpdatedAt            time.Time     `json:"updated_at" doc:"When it last changed." example:"2026-11-22T15:04:05Z"`

	RequestKey   string        `json:"-"` // the same request is one case; empty: none
	Happened     snowflake.ID  `json:"-"` // orders what happened to a person: the entry of the audit log, else the moment as a snowflake
	InForce      bool          `json:"-"` // whether it is the ban or timeout that holds now
	EndedAt      *time.Time    `json:"-"` // when its time was over
	LogChannelID *snowflake.ID `json:"-"` // where its message in the log channel is
	LogMessageID *snowflake.ID `json:"-"`
	Version      int64         `json:"-"` // bumped by each change, for ETag
}

// Counts reports whether a warning counts at a moment: it is neither undone, nor resolved, nor over.
func (c Case) Counts(at time.Time) bool {
	return c.Action == CaseWarn && c.State == CaseDone && !c.Resolved && (c.ExpiresAt == nil || c.ExpiresAt.After(at))
}

const caseFields = `guild_id, number, action, user_id, user_tag, moderator_id, moderator_tag, reason, duration_seconds, expires_at,
	delete_message_seconds, state, failure_code, failure_message, source, dm, rule_id, report_id, appeal_id, batch_id, caused_by, undone_by,
	audit_log_id, external_ref, interaction_id, request_key, happened, in_force, ended_at, resolved, resolved_by, resolved_at,
	log_channel_id, log_message_id, version, created_at, updated_at`

const selectCases = `SELECT ` + caseFields + `, (SELECT count(*) FROM case_evidence e WHERE e.guild_id = c.guild_id AND e.number = c.number)
	FROM cases c `

const selectCase = selectCases + `WHERE c.guild_id = $1 AND c.number = $2`

func scanCase(r row) (Case, error) {
	var c Case
	var code *int64
	var message, key *string
	err := r.Scan(&c.GuildID, &c.Number, (*string)(&c.Action), &c.UserID, &c.UserTag, &c.ModeratorID, &c.ModeratorTag, &c.Reason,
		&c.DurationSeconds, &c.ExpiresAt, &c.DeleteMessageSeconds, (*string)(&c.State), &code, &message, (*string)(&c.Source), (*string)(&c.DM),
		&c.RuleID, &c.ReportID, &c.AppealID, &c.BatchID, &c.CausedBy, &c.UndoneBy, &c.AuditLogID, &c.ExternalRef, &c.InteractionID, &key,
		&c.Happened, &c.InForce, &c.EndedAt, &c.Resolved, &c.ResolvedBy, &c.ResolvedAt, &c.LogChannelID, &c.LogMessageID,
		&c.Version, &c.CreatedAt, &c.UpdatedAt, &c.EvidenceCount)
	if message != nil {
		c.Failure = &CaseFailure{code, *message}
	}
	if key != nil {
		c.RequestKey = *key
	}
	return c, err
}

// values are the case in the order of caseFields.
func (c Case) values() []any {
	var code *int64
	var message, key *string
	if c.Failure != nil {
		code, message = c.Failure.Code, &c.Failure.Message
	}
	if c.RequestKey != "" {
		key = &c.RequestKey
	}
	return []any{
		c.GuildID, c.Number, string(c.Action), c.UserID, c.UserTag, c.ModeratorID, c.ModeratorTag, c.Reason, c.DurationSeconds, c.ExpiresAt,
		c.DeleteMessageSeconds, string(c.State), code, message, string(c.Source), string(c.DM), c.RuleID, c.ReportID, c.AppealID, c.BatchID, c.CausedBy, c.UndoneBy,
		c.AuditLogID, c.ExternalRef, c.InteractionID, key, c.Happened, c.InForce, c.EndedAt, c.Resolved, c.ResolvedBy, c.ResolvedAt,
		c.LogChannelID, c.LogMessageID, c.Version, c.CreatedAt, c.UpdatedAt,
	}
}

func (c Case) check() error {
	if c.GuildID == 0 || c.UserID == 0 || !slices.Contains(CaseActions(), c.Action) || !slices.Contains(Sources(), c.Source) {
		return fmt.Errorf("%w: a case needs a guild, a user, an action and a source", ErrInvalid)
	}
	if n := utf8.RuneCountInString(c.Reason); n > MaxReason {
		return fmt.Errorf("%w: a reason of %d characters", ErrInvalid, n)
	}
	return checkIDs(c.GuildID, c.UserID, c.ModeratorID)
}

// normal is the case with times as they are kept.
func (c Case) normal() Case {
	c.CreatedAt, c.UpdatedAt = moment(c.CreatedAt), moment(c.UpdatedAt)
	for _, at := range []**time.Time{&c.ExpiresAt, &c.EndedAt, &c.ResolvedAt} {
		if *at != nil {
			*at = new(moment(**at))
		}
	}
	return c
}

// Case returns one case of a guild; ErrNotFound when there is none.
func (s *Store) Case(ctx context.Context, guild snowflake.ID, number int64) (Case, error) {
	if err := checkIDs(guild); err != nil {
		return Case{}, err
	}
	c, err := one(s.db.reader(ctx), scanCase, selectCase, guild, number)
	return c, wrap("read case", err)
}

// CaseByRequest returns the case that a request led to; ErrNotFound when there is none.
func (s *Store) CaseByRequest(ctx context.Context, guild snowflake.ID, key string) (Case, error) {
	if err := checkIDs(guild); err != nil {
		return Case{}, err
	}
	c, err := one(s.db.reader(ctx), scanCase, selectCases+`WHERE c.guild_id = $1 AND c.request_key = $2`, guild, key)
	return c, wrap("read case", err)
}

// CaseInRange returns the case of somebody whose number is from first to last, the newest of several; ErrNotFound when
// there is none.
func (s *Store) CaseInRange(ctx context.Context, guild, user snowflake.ID, first, last int64) (Case, error) {
	if err := checkIDs(guild, user); err != nil {
		return Case{}, err
	}
	c, err := one(s.db.reader(ctx), scanCase, selectCases+`WHERE c.guild_id = $1 AND c.user_id = $2 AND c.number BETWEEN $3 AND $4
		ORDER BY c.number DESC LIMIT 1`, guild, user, first, last)
	return c, wrap("read case", err)
}

// CaseInForce returns the ban or the timeout of somebody that holds now; ErrNotFound when there is none.
func (s *Store) CaseInForce(ctx context.Context, guild, user snowflake.ID, action CaseAction) (Case, error) {
	if err := checkIDs(guild, user); err != nil {
		return Case{}, err
	}
	c, err := one(s.db.reader(ctx), scanCase, selectCases+`WHERE c.guild_id = $1 AND c.user_id = $2 AND c.action = $3 AND c.in_force`, guild, user, string(action))
	return c, wrap("read case", err)
}

// PendingCase returns the case of somebody of which Discord has not said yet whether it was done; ErrNotFound
// when there is none.
func (s *Store) PendingCase(ctx context.Context, guild, user snowflake.ID) (Case, error) {
	if err := checkIDs(guild, user); err != nil {
		return Case{}, err
	}
	c, err := one(s.db.reader(ctx), scanCase, selectCases+`WHERE c.guild_id = $1 AND c.user_id = $2 AND c.state = 'pending'`, guild, user)
	return c, wrap("read case", err)
}

// LatestCase returns the newest case of somebody that was done or is pending, notes left out; ErrNotFound when there is
// none.
func (s *Store) LatestCase(ctx context.Context, guild, user snowflake.ID) (Case, error) {
	if err := checkIDs(guild, user); err != nil {
		return Case{}, err
	}
	c, err := one(s.db.reader(ctx), scanCase, selectCases+`WHERE c.guild_id = $1 AND c.user_id = $2 AND c.state IN ('done', 'pending') AND c.action <> 'note'
		ORDER BY c.number DESC LIMIT 1`, guild, user)
	return c, wrap("read case", err)
}

const newestNumber = `SELECT coalesce(max(number), 0) FROM cases WHERE guild_id = $1 AND user_id = $2`

// NewestCase returns the number of somebody's newest case, whatever became of it; 0 when there is none.
func (s *Store) NewestCase(ctx context.Context, guild, user snowflake.ID) (int64, error) {
	if err := checkIDs(guild, user); err != nil {
		return 0, err
	}
	n, err := one(s.db.reader(ctx), scalar[int64], newestNumber, guild, user)
	return n, wrap("read the newest case", err)
}

// PendingCases returns cases of all guilds that have been pending since before a moment, the oldest first, at most limit.
func (s *Store) PendingCases(ctx context.Context, since time.Time, limit int) ([]Case, error) {
	found, err := list(s.db.reader(ctx), scanCase, selectCases+`WHERE c.state = 'pending' AND c.updated_at < $1 ORDER BY c.updated_at LIMIT $2`, moment(since), limit)
	return found, wrap("list pending cases", err)
}

// OverdueCases returns the bans and timeouts of a guild that should have ended before a moment, the oldest first, at most limit.
func (s *Store) OverdueCases(ctx context.Context, guild snowflake.ID, since time.Time, limit int) ([]Case, error) {
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	found, err := list(s.db.reader(ctx), scanCase, selectCases+`WHERE c.in_force AND c.expires_at < $1 AND c.guild_id = $2 ORDER BY c.expires_at LIMIT $3`,
		moment(since), guild, limit)
	return found, wrap("list overdue cases", err)
}

// RecentNative returns how many cases of a guild were made from what happened in Discord itself since a moment, and the
// highest number among them.
func (s *Store) RecentNative(ctx context.Context, guild snowflake.ID, since time.Time) (n, last int64, err error) {
	if err := checkIDs(guild); err != nil {
		return 0, 0, err
	}
	type counted struct{ n, last int64 }
	c, err := one(s.db.reader(ctx), func(r row) (c counted, err error) { return c, r.Scan(&c.n, &c.last) },
		`SELECT count(*), coalesce(max(number), 0) FROM cases WHERE guild_id = $1 AND created_at >= $2 AND source IN ('discord', 'native')`, guild, moment(since))
	return c.n, c.last, wrap("count cases", err)
}

// CaseFeed is up to where a guild's audit log of Discord has been read.
type CaseFeed struct {
	AuditLogID snowflake.ID
	ReadAt     time.Time
}

// CaseFeed returns up to where a guild's audit log has been read; ErrNotFound when it never was.
func (s *Store) CaseFeed(ctx context.Context, guild snowflake.ID) (CaseFeed, error) {
	if err := checkIDs(guild); err != nil {
		return CaseFeed{}, err
	}
	f, err := one(s.db.reader(ctx), func(r row) (f CaseFeed, err error) { return f, r.Scan(&f.AuditLogID, &f.ReadAt) },
		`SELECT audit_log_id, read_at FROM case_feeds WHERE guild_id = $1`, guild)
	return f, wrap("read the place in the audit log", err)
}

// SaveCaseFeed notes up to where a guild's audit log has been read. It never moves back.
func (s *Store) SaveCaseFeed(ctx context.Context, guild snowflake.ID, f CaseFeed) error {
	if err := checkIDs(guild, f.AuditLogID); err != nil {
		return err
	}
	return wrap("save the place in the audit log", s.db.write(ctx, func(c conn) error {
		_, err := c.exec(`INSERT INTO case_feeds (guild_id, audit_log_id, read_at) VALUES ($1, $2, $3)
			ON CONFLICT (guild_id) DO UPDATE SET audit_log_id = CASE WHEN excluded.audit_log_id > case_feeds.audit_log_id
				THEN excluded.audit_log_id ELSE case_feeds.audit_log_id END, read_at = excluded.read_at`, guild, f.AuditLogID, moment(f.ReadAt))
		return err
	}))
}

// CaseLogProblem is a log channel that the bot could not write to.
type CaseLogProblem struct {
	ChannelID snowflake.ID
	Code      int64 // Discord's
	CreatedAt time.Time
}

// CaseLogProblem returns why a guild's log channel could not be written to; ErrNotFound when nothing is known to be wrong.
func (s *Store) CaseLogProblem(ctx context.Context, guild snowflake.ID) (CaseLogProblem, error) {
	if err := checkIDs(guild); err != nil {
		return CaseLogProblem{}, err
	}
	p, err := one(s.db.reader(ctx), func(r row) (p CaseLogProblem, err error) { return p, r.Scan(&p.ChannelID, &p.Code, &p.CreatedAt) },
		`SELECT channel_id, code, created_at FROM case_log_problems WHERE guild_id = $1`, guild)
	return p, wrap("read the problem of a log channel", err)
}

// SetCaseLogProblem notes that a guild's log channel cannot be written to, or with nil that it is worth trying again.
// It reports whether that is news.
func (s *Store) SetCaseLogProblem(ctx context.Context, guild snowflake.ID, p *CaseLogProblem) (news bool, err error) {
	if err := checkIDs(guild); err != nil {
		return false, err
	}
	err = s.db.write(ctx, func(c conn) error {
		var n int64
		var err error
		if p == nil {
			n, err = c.exec(`DELETE FROM case_log_problems WHERE guild_id = $1`, guild)
		} else {
			n, err = c.exec(`INSERT INTO case_log_problems (guild_id, channel_id, code, created_at) VALUES ($1, $2, $3, $4)
				ON CONFLICT (guild_id) DO UPDATE SET channel_id = excluded.channel_id, code = excluded.code, created_at = excluded.created_at
				WHERE case_log_problems.channel_id <> excluded.channel_id`, guild, p.ChannelID, p.Code, moment(p.CreatedAt))
		}
		news = n > 0
		return err
	})
	return news, wrap("save the problem of a log channel", err)
}

// SetCaseLogMessage notes where a case's message in the log channel is. It changes nothing else of the case.
func (s *Store) SetCaseLogMessage(ctx context.Context, guild snowflake.ID, number int64, channel, message snowflake.ID) error {
	if err := checkIDs(guild, channel, message); err != nil {
		return err
	}
	return wrap("save the message of a case", s.db.write(ctx, func(c conn) error {
		_, err := c.exec(`UPDATE cases SET log_channel_id = $3, log_message_id = $4 WHERE guild_id = $1 AND number = $2`, guild, number, channel, message)
		return err
	}))
}

// ErrCaseBusy: Discord is being asked to do something else to the same person. Compare with errors.As for the case.
type ErrCaseBusy struct{ Case Case }

func (e *ErrCaseBusy) Error() string {
	return fmt.Sprintf("case %d of the same person is pending", e.Case.Number)
}

// missing turns ErrNotFound into false.
func missing(err error) (bool, error) {
	if errors.Is(err, ErrNotFound) {
		return true, nil
	}
	return false, err
}
