package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// CaseHistory is one change of a case.
type CaseHistory struct {
	At        time.Time    `json:"at" doc:"When." example:"2026-11-22T15:04:05Z"`
	ActorID   snowflake.ID `json:"actor_id" doc:"Who; 0 when it was nobody of Discord." example:"1000000000000000003"`
	ActorName string       `json:"actor_name" doc:"Their name at the time; of an API key its name." example:"grace"`
	Source    Source       `json:"source" doc:"The way by which it came." example:"dashboard"`
	Field     string       `json:"field" enum:"reason,expires_at,state,resolved,evidence,dm" doc:"What changed." example:"reason"`
	Before    *string      `json:"before" doc:"The value before; null when there was none." example:"Spam"`
	After     *string      `json:"after" doc:"The value after; null when there is none." example:"Spam in three channels"`
}

// CaseHistory returns the changes of a case, the oldest first.
func (s *Store) CaseHistory(ctx context.Context, guild snowflake.ID, number int64) ([]CaseHistory, error) {
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	found, err := list(s.db.reader(ctx), func(r row) (h CaseHistory, err error) {
		return h, r.Scan(&h.At, &h.ActorID, &h.ActorName, (*string)(&h.Source), &h.Field, &h.Before, &h.After)
	}, `SELECT at, actor_id, actor_name, source, field, before, after FROM case_history WHERE guild_id = $1 AND number = $2 ORDER BY seq`, guild, number)
	return found, wrap("read the history of a case", err)
}

// MaxEvidence is how many pieces of evidence a case can have.
const MaxEvidence = 10

// Attachment is a file of a message that is evidence.
type Attachment struct {
	Filename    string  `json:"filename" doc:"Its name." example:"screenshot.png"`
	Size        int64   `json:"size" doc:"In bytes." example:"18211"`
	ContentType *string `json:"content_type" doc:"Its type, as Discord says; null when it does not." example:"image/png"`
	SHA256      *string `json:"sha256" doc:"Its hash in hexadecimal; null when it was not read."`
	Kept        bool    `json:"kept" doc:"Whether the file itself is kept." example:"false"`
}

// Evidence is what a case rests on.
type Evidence struct {
	GuildID     snowflake.ID  `json:"-"`
	Number      int64         `json:"-"` // of the case
	ID          uuid.UUID     `json:"id" doc:"A UUIDv7."`
	Kind        string        `json:"kind" enum:"message,text,link,file" doc:"What it is." example:"message"`
	ChannelID   *snowflake.ID `json:"channel_id" doc:"Where the message was; null for others." example:"1000000000000000005"`
	MessageID   *snowflake.ID `json:"message_id" doc:"The message; null for others." example:"1000000000000000102"`
	URL         *string       `json:"url" doc:"Where it can be seen; null for a text."`
	AuthorID    *snowflake.ID `json:"author_id" doc:"Who wrote the message; null for others." example:"1000000000000000007"`
	AuthorTag   *string       `json:"author_tag" doc:"Their user name at the time; null for others." example:"linus"`
	Content     string        `json:"content" doc:"What it says, in up to 4,000 characters." example:"Buy cheap coins"`
	SentAt      *time.Time    `json:"sent_at" doc:"When the message was written; null for others." example:"2026-11-22T15:03:00Z"`
	Attachments []Attachment  `json:"attachments" doc:"The files of the message."`
	AddedBy     snowflake.ID  `json:"added_by" doc:"Who added it; 0 when nobody of Discord did." example:"1000000000000000003"`
	AddedAt     time.Time     `json:"added_at" doc:"When it was added." example:"2026-11-22T15:04:05Z"`
}

const evidenceColumns = `guild_id, number, id, kind, channel_id, message_id, url, author_id, author_tag, content, sent_at, attachments, added_by, added_at`

func scanEvidence(r row) (Evidence, error) {
	var e Evidence
	var files json.RawMessage
	err := r.Scan(&e.GuildID, &e.Number, &e.ID, &e.Kind, &e.ChannelID, &e.MessageID, &e.URL, &e.AuthorID, &e.AuthorTag, &e.Content, &e.SentAt, &files, &e.AddedBy, &e.AddedAt)
	if err == nil {
		err = json.Unmarshal(files, &e.Attachments)
	}
	return e, err
}

// CaseEvidence returns the evidence of a case, the oldest first.
func (s *Store) CaseEvidence(ctx context.Context, guild snowflake.ID, number int64) ([]Evidence, error) {
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	found, err := list(s.db.reader(ctx), scanEvidence, `SELECT `+evidenceColumns+` FROM case_evidence WHERE guild_id = $1 AND number = $2 ORDER BY id`, guild, number)
	return found, wrap("read evidence", err)
}

// insertEvidence adds evidence to cases that are locked. What lacks an id or a time gets one.
func insertEvidence(q conn, list []Evidence) error {
	if len(list) > MaxEvidence {
		return fmt.Errorf("%w: %d pieces of evidence, more than %d", ErrInvalid, len(list), MaxEvidence)
	}
	if len(list) == 0 {
		return nil
	}
	var args []any
	var values []string
	for _, e := range list {
		if e.AddedAt.IsZero() {
			e.AddedAt = time.Now()
		}
		e.AddedAt = moment(e.AddedAt)
		if e.ID == uuid.Nil {
			e.ID = NewID(e.AddedAt)
		}
		if e.Attachments == nil {
			e.Attachments = []Attachment{}
		}
		files, err := json.Marshal(e.Attachments)
		if err != nil {
			return err
		}
		values = append(values, "("+placeholders(len(args)+1, 14)+")")
		args = append(args, e.GuildID, e.Number, e.ID, e.Kind, e.ChannelID, e.MessageID, e.URL, e.AuthorID, e.AuthorTag, e.Content, e.SentAt, json.RawMessage(files), e.AddedBy, e.AddedAt)
	}
	_, err := q.exec(`INSERT INTO case_evidence (`+evidenceColumns+`) VALUES `+strings.Join(values, ", "), args...)
	return err
}

// CaseFilter narrows a search of cases; what is zero allows all.
type CaseFilter struct {
	User      snowflake.ID
	Moderator *snowflake.ID // 0: not known, or no person
	Actions   []CaseAction
	Source    Source
	State     CaseState
	Resolved  *bool
	Batch     *uuid.UUID
	Text      string    // every word of it must be in the reason or in the person's user name
	After     time.Time // happened at or after
	Before    time.Time // happened before
}

// Cases returns the cases of a guild that a filter allows, the newest first, those behind the one with the number before
// (0 for the first page), at most limit.
func (s *Store) Cases(ctx context.Context, guild snowflake.ID, f CaseFilter, before int64, limit int) ([]Case, error) {
	if err := checkIDs(guild, f.User); err != nil {
		return nil, err
	}
	words := caseWords(f.Text)
	if f.Text != "" && len(words) == 0 {
		return []Case{}, nil
	}
	var found []Case
	err := s.db.snapshot(ctx, func(q conn) (err error) {
		if words, err = rarestFirst(q, guild, words); err != nil {
			return err
		}
		sql, args := f.query(guild, words, before)
		found, err = list(q, scanCase, sql+fmt.Sprintf(" LIMIT %d", limit), args...)
		return err
	})
	return found, wrap("search cases", err)
}

// rarestFirst orders words by how many cases have them, as far as it is worth counting.
func rarestFirst(q conn, guild snowflake.ID, words []string) ([]string, error) {
	if len(words) < 2 {
		return words, nil
	}
	args := []any{guild}
	var parts []string
	for i, w := range words {
		args = append(args, w)
		parts = append(parts, fmt.Sprintf(`SELECT %d AS i, count(*) AS n FROM (SELECT 1 FROM case_words WHERE guild_id = $1 AND word = $%d LIMIT 5000) w`, i, i+2))
	}
	order, err := list(q, scalar[int64], `SELECT i FROM (`+strings.Join(parts, " UNION ALL ")+`) counted ORDER BY n, i`, args...)
	if err != nil {
		return nil, err
	}
	sorted := make([]string, len(order))
	for i, at := range order {
		sorted[i] = words[at]
	}
	return sorted, nil
}

// query is the search as SQL, without its limit. With words the index of the first decides the order.
func (f CaseFilter) query(guild snowflake.ID, words []string, before int64) (string, []any) {
	args := []any{guild}
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	sql, ordered := selectCases, "c.number"
	var where []string
	if len(words) > 0 {
		sql += `JOIN (SELECT number AS hit FROM case_words WHERE guild_id = $1 AND word = ` + arg(words[0]) + `) w ON w.hit = c.number `
		ordered = "w.hit"
		for _, word := range words[1:] {
			where = append(where, "EXISTS (SELECT 1 FROM case_words o WHERE o.guild_id = $1 AND o.word = "+arg(word)+" AND o.number = w.hit)")
		}
	}
	where = append(where, "c.guild_id = $1")
	byTime := len(words) == 0 && f.User == 0 && (!f.After.IsZero() || !f.Before.IsZero())
	switch {
	case before > 0 && byTime:
		n := arg(before)
		where = append(where, "(c.created_at, c.number) < ((SELECT created_at FROM cases WHERE guild_id = $1 AND number = "+n+"), "+n+")")
	case before > 0:
		where = append(where, ordered+" < "+arg(before))
	}
	if f.User != 0 {
		where = append(where, "c.user_id = "+arg(f.User))
	}
	if f.Moderator != nil {
		where = append(where, "c.moderator_id = "+arg(*f.Moderator))
	}
	if len(f.Actions) > 0 {
		var in []string
		for _, a := range slices.Compact(slices.Sorted(slices.Values(f.Actions))) {
			in = append(in, arg(string(a)))
		}
		where = append(where, "c.action IN ("+strings.Join(in, ", ")+")")
	}
	if f.Source != "" {
		where = append(where, "c.source = "+arg(string(f.Source)))
	}
	if f.State != "" {
		where = append(where, "c.state = "+arg(string(f.State)))
	}
	if f.Resolved != nil {
		where = append(where, "c.resolved = "+arg(*f.Resolved))
	}
	if f.Batch != nil {
		where = append(where, "c.batch_id = "+arg(*f.Batch))
	}
	if !f.After.IsZero() {
		where = append(where, "c.created_at >= "+arg(moment(f.After)))
	}
	if !f.Before.IsZero() {
		where = append(where, "c.created_at < "+arg(moment(f.Before)))
	}
	if byTime { // old cases that were imported have high numbers
		ordered = "c.created_at DESC, c.number"
	}
	return sql + "WHERE " + strings.Join(where, " AND ") + " ORDER BY " + ordered + " DESC", args
}

// CaseRecord sums up the cases of somebody in a guild.
type CaseRecord struct {
	Total    int64 // that did not fail
	Warnings int64 // that count
	Banned   bool  // as far as cases say
	TimedOut bool
}

// CaseRecord sums up the cases of somebody at a moment.
func (s *Store) CaseRecord(ctx context.Context, guild, user snowflake.ID, at time.Time) (CaseRecord, error) {
	if err := checkIDs(guild, user); err != nil {
		return CaseRecord{}, err
	}
	r, err := one(s.db.reader(ctx), func(r row) (c CaseRecord, err error) {
		var banned, timedOut int64
		err = r.Scan(&c.Total, &c.Warnings, &banned, &timedOut)
		c.Banned, c.TimedOut = banned > 0, timedOut > 0
		return c, err
	}, `SELECT count(*),
			coalesce(sum(CASE WHEN action = 'warn' AND state = 'done' AND NOT resolved AND (expires_at IS NULL OR expires_at > $3) THEN 1 ELSE 0 END), 0),
			coalesce(sum(CASE WHEN in_force AND action = 'ban' THEN 1 ELSE 0 END), 0),
			coalesce(sum(CASE WHEN in_force AND action = 'timeout' AND (expires_at IS NULL OR expires_at > $3) THEN 1 ELSE 0 END), 0)
		FROM cases WHERE guild_id = $1 AND user_id = $2 AND state <> 'failed'`, guild, user, moment(at))
	return r, wrap("sum up cases", err)
}

// WarningsUpTo lists when the warnings of somebody were given that count at a moment, up to the one with a number. Later
// ones are left out, so that each warning has one count whenever it is asked.
func (s *Store) WarningsUpTo(ctx context.Context, guild, user snowflake.ID, number int64, at time.Time) ([]time.Time, error) {
	if err := checkIDs(guild, user); err != nil {
		return nil, err
	}
	given, err := list(s.db.reader(ctx), scalar[time.Time], `SELECT created_at FROM cases WHERE guild_id = $1 AND user_id = $2 AND action = 'warn' AND state = 'done'
		AND NOT resolved AND number <= $3 AND (expires_at IS NULL OR expires_at > $4)`, guild, user, number, moment(at))
	return given, wrap("list warnings", err)
}
