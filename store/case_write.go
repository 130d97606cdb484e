package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"
)

// CaseChange is what a write did to a case, and to what holds of the same person.
type CaseChange struct {
	Case     Case
	Before   *Case  // as it was; nil when it is new
	InForce  *Case  // the ban or timeout of the person that holds now, of the kind that the case is about; nil: none
	Replaced []Case // those that held before and no longer do, as they are now
}

// CaseJobs says what follows from a change of a case, for its transaction. It only computes and may run more than once.
type CaseJobs func(CaseChange) []river.JobArgs

// BeginCase writes a new case with the next number of its guild, its audit entry and its evidence. It is pending, or
// done when Discord has no part in it; CreatedAt is when. Of the case the store sets the number, the version and
// whether it is in force.
//
// A request key that is known returns the case that it led to, with again. While another case of the same person is
// pending it fails with *ErrCaseBusy. With seen, the number of the person's newest case must be that, 0 for none, else
// ErrStale: somebody else acted since the caller looked.
func (s *Store) BeginCase(ctx context.Context, c Case, seen *int64, evidence []Evidence, actor Actor, then CaseJobs) (begun Case, again bool, err error) {
	c.Version, c.InForce, c.UpdatedAt = 1, false, c.CreatedAt
	c = c.normal()
	if err := c.check(); err != nil {
		return Case{}, false, err
	}
	err = s.db.write(ctx, func(q conn) error {
		begun, again = c, false
		if err := lockCases(q, c.GuildID); err != nil {
			return err
		}
		if c.RequestKey != "" {
			known, err := one(q, scanCase, selectCases+`WHERE c.guild_id = $1 AND c.request_key = $2`, c.GuildID, c.RequestKey)
			if gone, err := missing(err); err != nil || !gone {
				begun, again = known, true
				return err
			}
		}
		if err := free(q, c, seen); err != nil {
			return err
		}
		begun, err = insertCase(q, c, actor, then)
		if err != nil {
			return err
		}
		for i := range evidence {
			evidence[i].GuildID, evidence[i].Number = begun.GuildID, begun.Number
		}
		begun.EvidenceCount = int64(len(evidence))
		return insertEvidence(q, evidence)
	})
	return begun, again, wrap("begin case", err)
}

// free fails while another case of the person is pending, and when their newest case is not the one that was seen.
func free(q conn, c Case, seen *int64) error {
	type state struct {
		newest  int64
		pending *int64
	}
	now, err := one(q, func(r row) (s state, err error) { return s, r.Scan(&s.newest, &s.pending) },
		`SELECT coalesce(max(number), 0), max(CASE WHEN state = 'pending' THEN number END) FROM cases WHERE guild_id = $1 AND user_id = $2`, c.GuildID, c.UserID)
	switch {
	case err != nil:
		return err
	case now.pending != nil && c.State == CasePending:
		busy, err := one(q, scanCase, selectCase, c.GuildID, *now.pending)
		if err != nil {
			return err
		}
		return &ErrCaseBusy{busy}
	case seen != nil && now.newest != *seen:
		return ErrStale
	}
	return nil
}

// RecordCase writes a case of something that happened already, such as an entry of Discord's audit log. When its
// audit log id or its external ref is known, it returns the case that has it, with again.
func (s *Store) RecordCase(ctx context.Context, c Case, actor Actor, then CaseJobs) (recorded Case, again bool, err error) {
	c.Version, c.InForce, c.UpdatedAt = 1, false, c.CreatedAt
	c = c.normal()
	if err := c.check(); err != nil {
		return Case{}, false, err
	}
	err = s.db.write(ctx, func(q conn) error {
		recorded, again = c, false
		if err := lockCases(q, c.GuildID); err != nil {
			return err
		}
		known, err := one(q, scanCase, selectCases+`WHERE c.guild_id = $1 AND (c.audit_log_id = $2 OR c.source = $3 AND c.external_ref = $4)`,
			c.GuildID, c.AuditLogID, string(c.Source), c.ExternalRef)
		if gone, err := missing(err); err != nil || !gone {
			recorded, again = known, true
			return err
		}
		recorded, err = insertCase(q, c, actor, then)
		return err
	})
	return recorded, again, wrap("record case", err)
}

// CaseEdit asks to change a case.
type CaseEdit struct {
	Guild     snowflake.ID
	Number    int64
	IfVersion *int64 // the version that it must be of; nil: any
	Actor     Actor
	At        time.Time
	Audit     string // what the audit log calls it: "case.undo"; empty: the history of the case is enough
	// Change gets the case as it is and returns what it becomes. It only computes and may run more than once. An
	// error is returned and nothing is written.
	Change func(Case) (Case, error)
	Then   CaseJobs
}

// EditCase changes a case, with a row of history for each of reason, expiry, state, direct message and resolved that
// differ, and decides what holds of the person now. A change that changes nothing writes nothing. ErrNotFound when
// there is no such case, ErrStale when it is of another version.
func (s *Store) EditCase(ctx context.Context, e CaseEdit) (Case, error) {
	if err := checkIDs(e.Guild); err != nil {
		return Case{}, err
	}
	var saved Case
	err := s.db.write(ctx, func(q conn) error {
		if err := lockCases(q, e.Guild); err != nil {
			return err
		}
		old, err := one(q, scanCase, selectCase, e.Guild, e.Number)
		if err != nil {
			return err
		}
		if e.IfVersion != nil && *e.IfVersion != old.Version {
			return ErrStale
		}
		if saved, err = e.Change(old); err != nil {
			return err
		}
		saved.GuildID, saved.Number, saved.UserID, saved.Action, saved.CreatedAt = old.GuildID, old.Number, old.UserID, old.Action, old.CreatedAt
		saved.Version, saved.UpdatedAt = old.Version+1, e.At
		saved = saved.normal()
		if err := saved.check(); err != nil {
			return err
		}
		rows := compare(old, saved)
		if len(rows) == 0 && saved.same(old) {
			saved = old
			return nil
		}
		if err := updateCase(q, saved); err != nil {
			return err
		}
		if err := insertHistory(q, saved, moment(e.At), e.Actor, rows); err != nil {
			return err
		}
		if saved.Reason != old.Reason || saved.UserTag != old.UserTag {
			if err := indexWords(q, saved, true); err != nil {
				return err
			}
		}
		if e.Audit != "" {
			if err := writeChange(q, e.Actor.Entry(e.Audit, saved.subject()), e.Guild, saved.UpdatedAt, old, saved); err != nil {
				return err
			}
		}
		if saved.State == CaseDone && old.State == CasePending {
			if err := undoCause(q, saved, e.Actor); err != nil {
				return err
			}
		}
		saved, err = decideForce(q, CaseChange{Case: saved, Before: &old}, e.Actor, e.Then)
		return err
	})
	return saved, wrap("change case", err)
}

// undoCause notes that an unban or untimeout undid the case that it was made for.
func undoCause(q conn, c Case, actor Actor) error {
	if c.CausedBy == nil || c.Action != CaseUnban && c.Action != CaseUntimeout {
		return nil
	}
	old, err := one(q, scanCase, selectCase, c.GuildID, *c.CausedBy)
	if gone, err := missing(err); gone || err != nil {
		return err
	}
	undone := old
	undone.State, undone.UndoneBy, undone.Version, undone.UpdatedAt = CaseUndone, &c.Number, old.Version+1, c.UpdatedAt
	if err := updateCase(q, undone); err != nil {
		return err
	}
	return insertHistory(q, undone, c.UpdatedAt, actor, compare(old, undone))
}

// subject is what the audit log calls a case.
func (c Case) subject() string {
	who := c.UserTag
	if who == "" {
		who = c.UserID.String()
	}
	return fmt.Sprintf("#%d %s", c.Number, who)
}

// same reports whether nothing that is kept differs but version and time.
func (c Case) same(other Case) bool {
	other.Version, other.UpdatedAt = c.Version, c.UpdatedAt
	return slices.EqualFunc(c.values(), other.values(), func(a, b any) bool { return plain(a) == plain(b) })
}

// plain is a value that can be compared.
func plain(v any) any {
	bound, err := bindValue(v)
	if err != nil {
		panic(err) // it was read from the database
	}
	if b, ok := bound.([]byte); ok {
		return string(b)
	}
	return bound
}

// lockCases makes changes of a guild's cases wait for each other: what holds of a person is decided from several rows.
func lockCases(q conn, guild snowflake.ID) error {
	_, err := q.exec(`INSERT INTO case_counters (guild_id, last) VALUES ($1, 0) ON CONFLICT (guild_id) DO UPDATE SET last = case_counters.last`, guild)
	return err
}

// insertCase takes the next number. The cases of the guild are locked.
func insertCase(q conn, c Case, actor Actor, then CaseJobs) (Case, error) {
	number, err := one(q, scalar[int64], `UPDATE case_counters SET last = last + 1 WHERE guild_id = $1 RETURNING last`, c.GuildID)
	if err != nil {
		return c, err
	}
	c.Number = number
	if c.Happened == 0 {
		c.Happened = snowflake.New(c.CreatedAt)
	}
	if _, err := q.exec(`INSERT INTO cases (`+caseFields+`) VALUES (`+placeholders(1, len(c.values()))+`)`, c.values()...); err != nil {
		return c, err
	}
	if err := indexWords(q, c, false); err != nil {
		return c, err
	}
	if err := writeChange(q, actor.Entry("case."+string(c.Action), c.subject()), c.GuildID, c.CreatedAt, nil, c); err != nil {
		return c, err
	}
	return decideForce(q, CaseChange{Case: c}, actor, then)
}

// placeholders are n of them from $first on.
func placeholders(first, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = "$" + strconv.Itoa(first+i)
	}
	return strings.Join(list, ", ")
}

func updateCase(q conn, c Case) error {
	fields := strings.Split(strings.Join(strings.Fields(caseFields), ""), ",")
	sets := make([]string, 0, len(fields)-2)
	for i, name := range fields[2:] {
		sets = append(sets, name+" = $"+strconv.Itoa(i+3))
	}
	_, err := q.exec(`UPDATE cases SET `+strings.Join(sets, ", ")+` WHERE guild_id = $1 AND number = $2`, c.values()...)
	return err
}

// decideForce decides which ban or timeout of the person holds now: the newest that happened, unless it was undone or its
// time is over. Those that no longer hold are resolved by themselves. Then the jobs that follow are enqueued.
func decideForce(q conn, change CaseChange, actor Actor, then CaseJobs) (Case, error) {
	c := change.Case
	if kind := c.Action.Lasting(); kind != "" && c.State != CasePending {
		newest, err := one(q, scanCase, selectCases+`WHERE c.guild_id = $1 AND c.user_id = $2 AND c.action IN ($3, $4, $5) AND c.state IN ('done', 'undone')
			ORDER BY c.happened DESC, c.number DESC LIMIT 1`, c.GuildID, c.UserID, string(kind), "un"+string(kind), "soft"+string(kind))
		gone, err := missing(err)
		if err != nil {
			return c, err
		}
		if !gone && newest.Action == kind && newest.State == CaseDone && newest.EndedAt == nil {
			change.InForce = &newest
		}
		held, err := list(q, scanCase, selectCases+`WHERE c.guild_id = $1 AND c.user_id = $2 AND c.action = $3 AND (c.in_force
			OR c.number = $4 AND c.state IN ('done', 'undone') AND NOT c.resolved)`, c.GuildID, c.UserID, string(kind), c.Number)
		if err != nil {
			return c, err
		}
		for _, old := range held {
			if change.InForce != nil && change.InForce.Number == old.Number {
				continue
			}
			ended, err := endForce(q, old, c.UpdatedAt, actor)
			if err != nil {
				return c, err
			}
			if ended.Number != c.Number {
				change.Replaced = append(change.Replaced, ended)
			} else {
				change.Case = ended
			}
		}
		if f := change.InForce; f != nil && !f.InForce {
			f.InForce = true
			if _, err := q.exec(`UPDATE cases SET in_force = $3 WHERE guild_id = $1 AND number = $2`, f.GuildID, f.Number, true); err != nil {
				return c, err
			}
		}
		if f := change.InForce; f != nil && f.Number == c.Number {
			change.Case = *f
		}
	}
	if then == nil {
		return change.Case, nil
	}
	return change.Case, q.enqueue(then(change))
}

// endForce notes that a ban or timeout no longer holds.
func endForce(q conn, c Case, at time.Time, actor Actor) (Case, error) {
	old := c
	c.InForce = false
	if !c.Resolved {
		c.Resolved, c.ResolvedAt = true, &at
	}
	if err := updateCase(q, c); err != nil {
		return c, err
	}
	return c, insertHistory(q, c, at, actor, compare(old, c))
}

// historyRow is a field of a case that differs.
type historyRow struct {
	field         string
	before, after *string
}

// compare lists the fields that differ and that the history keeps.
func compare(old, saved Case) []historyRow {
	var rows []historyRow
	add := func(field string, before, after *string) {
		if plain(before) != plain(after) {
			rows = append(rows, historyRow{field, before, after})
		}
	}
	instant := func(t *time.Time) *string {
		if t == nil {
			return nil
		}
		return new(t.UTC().Format(time.RFC3339))
	}
	add("reason", &old.Reason, &saved.Reason)
	add("expires_at", instant(old.ExpiresAt), instant(saved.ExpiresAt))
	add("state", (*string)(&old.State), (*string)(&saved.State))
	add("dm", (*string)(&old.DM), (*string)(&saved.DM))
	add("resolved", new(strconv.FormatBool(old.Resolved)), new(strconv.FormatBool(saved.Resolved)))
	return rows
}

// insertHistory adds rows behind those that a case has.
func insertHistory(q conn, c Case, at time.Time, actor Actor, rows []historyRow) error {
	if len(rows) == 0 {
		return nil
	}
	last, err := one(q, scalar[int64], `SELECT coalesce(max(seq), 0) FROM case_history WHERE guild_id = $1 AND number = $2`, c.GuildID, c.Number)
	if err != nil {
		return err
	}
	args := []any{c.GuildID, c.Number, at, actor.ID, actor.Name, string(actor.Source)}
	var values []string
	for i, r := range rows {
		n := len(args)
		args = append(args, last+int64(i)+1, r.field, r.before, r.after)
		values = append(values, fmt.Sprintf("($1, $2, $%d, $3, $4, $5, $6, $%d, $%d, $%d)", n+1, n+2, n+3, n+4))
	}
	_, err = q.exec(`INSERT INTO case_history (guild_id, number, seq, at, actor_id, actor_name, source, field, before, after) VALUES `+
		strings.Join(values, ", "), args...)
	return err
}

const longestWord = 40

// caseWords are the words of a text as they are kept for searching.
func caseWords(texts ...string) []string {
	words := []string{}
	for _, text := range texts {
		for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
		}) {
			if r := []rune(w); len(r) > longestWord {
				w = string(r[:longestWord])
			}
			words = append(words, w)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// indexWords makes a case found by the words of its reason and user tag.
func indexWords(q conn, c Case, again bool) error {
	if again {
		old, err := list(q, scalar[string], `SELECT word FROM case_words WHERE guild_id = $1 AND number = $2`, c.GuildID, c.Number)
		if err != nil {
			return err
		}
		if len(old) > 0 {
			args := []any{c.GuildID, c.Number}
			for _, w := range old {
				args = append(args, w)
			}
			if _, err := q.exec(`DELETE FROM case_words WHERE guild_id = $1 AND number = $2 AND word IN (`+placeholders(3, len(old))+`)`, args...); err != nil {
				return err
			}
		}
	}
	words := caseWords(c.Reason, c.UserTag)
	if len(words) == 0 {
		return nil
	}
	args := []any{c.GuildID, c.Number}
	values := make([]string, len(words))
	for i, w := range words {
		args = append(args, w)
		values[i] = "($1, $" + strconv.Itoa(i+3) + ", $2)"
	}
	_, err := q.exec(`INSERT INTO case_words (guild_id, word, number) VALUES `+strings.Join(values, ", "), args...)
	return err
}
