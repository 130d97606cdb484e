package store

import (
	"context"
	"fmt"
	"strconv"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// Report is what Verify found, with the figures that it went by.
type Report struct {
	Guilds      int64        `json:"guilds"`
	Accounts    int64        `json:"accounts"`
	Rows        int64        `json:"rows"` // of the ledger
	Minted      int64        `json:"minted"`
	Burned      int64        `json:"burned"`
	Held        int64        `json:"held"` // by all accounts together
	Checks      []Check      `json:"checks"`
	Differences []Difference `json:"differences"` // the first hundred
}

// OK reports that no check failed.
func (r Report) OK() bool {
	for _, c := range r.Checks {
		if c.Failed > 0 {
			return false
		}
	}
	return true
}

// Check is one invariant of the ledger.
type Check struct {
	Name   string `json:"name"`
	Says   string `json:"says"`   // the invariant in words
	Tested int64  `json:"tested"` // how many guilds, accounts, rows or keys were compared
	Failed int64  `json:"failed"`
}

// Difference names one row that breaks an invariant, and the two figures.
type Difference struct {
	Check string       `json:"check"`
	Table string       `json:"table"`
	Guild snowflake.ID `json:"guild_id"`
	Row   string       `json:"row"` // the user id of an account, the id of a ledger row, the key of an idempotency row; empty for a guild
	Found string       `json:"found"`
	Want  string       `json:"want"`
}

func (d Difference) String() string {
	return fmt.Sprintf("%s: table %s, guild %d, row %q: found %s, want %s", d.Check, d.Table, uint64(d.Guild), d.Row, d.Found, d.Want)
}

// keptDifferences bounds the report, not the count.
const keptDifferences = 100

// The invariants, in the order of the report.
const (
	checkGuild = iota
	checkBalance
	checkSum
	checkLast
	checkReceived
	checkSent
	checkChain
	checkOpening
	checkRange
	checkExists
	checkReversal
	checkKey
)

func newReport() *Report {
	return &Report{Differences: []Difference{}, Checks: []Check{
		checkGuild:    {Name: "guild", Says: "the balances of each guild add up to minted − burned"},
		checkBalance:  {Name: "balance", Says: "each balance is received − sent"},
		checkSum:      {Name: "sum", Says: "each balance is the sum of its rows in the ledger"},
		checkLast:     {Name: "last", Says: "each balance is the one written in its last row"},
		checkReceived: {Name: "received", Says: "each total received follows from the rows"},
		checkSent:     {Name: "sent", Says: "each total sent follows from the rows"},
		checkChain:    {Name: "chain", Says: "each row leaves its accounts with the balance before it ± its amount"},
		checkOpening:  {Name: "opening", Says: "an account opens once, before anything else"},
		checkRange:    {Name: "range", Says: "no balance is negative or too large"},
		checkExists:   {Name: "account", Says: "every account in the ledger exists"},
		checkReversal: {Name: "reversal", Says: "a reversal undoes one row, whole, and no other reversal does"},
		checkKey:      {Name: "key", Says: "an idempotency key remembers rows that exist"},
	}}
}

// expect counts a comparison and notes a difference.
func (r *Report) expect(check int, table string, guild snowflake.ID, name string, found, want int64) {
	r.expectText(check, table, guild, name, strconv.FormatInt(found, 10), strconv.FormatInt(want, 10))
}

func (r *Report) expectText(check int, table string, guild snowflake.ID, name, found, want string) {
	c := &r.Checks[check]
	c.Tested++
	if found == want {
		return
	}
	c.Failed++
	if len(r.Differences) < keptDifferences {
		r.Differences = append(r.Differences, Difference{c.Name, table, guild, name, found, want})
	}
}

// Verify proves every invariant of the ledger over all guilds, on one snapshot, and reports the figures and
// every difference. It reads each row once, in order, and holds one account at a time. An error means that it
// could not look; what it found wrong is in the report.
func (s *Store) Verify(ctx context.Context) (Report, error) {
	var r *Report
	err := s.db.snapshot(ctx, func(c conn) error {
		r = newReport()
		if err := verifyAccounts(c, r); err != nil {
			return err
		}
		if err := verifyReversals(c, r); err != nil {
			return err
		}
		return verifyKeys(c, r)
	})
	if err != nil {
		return Report{}, wrap("verify", err)
	}
	return *r, nil
}

// verifyReversals compares each reversal with the row that it undoes.
func verifyReversals(c conn, r *Report) error {
	type pair struct {
		undo     Transaction
		kind     *string
		from, to *int64
		amount   *int64
	}
	scan := func(row row) (p pair, err error) {
		u := &p.undo
		return p, row.Scan(&u.GuildID, &u.ID, &u.Reverses, &u.FromID, &u.ToID, &u.Amount, &p.kind, &p.from, &p.to, &p.amount)
	}
	var last *uuid.UUID
	for p, err := range all(c, scan, `SELECT r.guild_id, r.id, r.reverses, r.from_id, r.to_id, r.amount, o.kind, o.from_id, o.to_id, o.amount
		FROM ledger r LEFT JOIN ledger o ON o.guild_id = r.guild_id AND o.id = r.reverses
		WHERE r.kind = 'reversal' OR r.reverses IS NOT NULL ORDER BY r.guild_id, r.reverses`) {
		if err != nil {
			return err
		}
		u, want := p.undo, "a row of its own to undo"
		found := fmt.Sprintf("%d bytes from %d to %d", u.Amount, uint64(u.FromID), uint64(u.ToID))
		twice := last != nil && u.Reverses != nil && *last == *u.Reverses
		if p.kind != nil && reversible(Kind(*p.kind)) && !twice {
			want = fmt.Sprintf("%d bytes from %d to %d", *p.amount, *p.to, *p.from)
		}
		r.expectText(checkReversal, "ledger", u.GuildID, u.ID.String(), found, want)
		last = u.Reverses
	}
	return nil
}

// reversible tells the kinds that an admin may undo.
func reversible(k Kind) bool {
	return k == KindTransfer || k == KindSquadFee || k == KindAdjustment
}

func verifyKeys(c conn, r *Report) error {
	n, err := one(c, scalar[int64], `SELECT count(*) FROM idempotency WHERE ledger_id IS NOT NULL`)
	if err != nil {
		return err
	}
	type lost struct {
		guild snowflake.ID
		key   string
		id    uuid.UUID
	}
	scan := func(row row) (l lost, err error) { return l, row.Scan(&l.guild, &l.key, &l.id) }
	for l, err := range all(c, scan, `SELECT i.guild_id, i.key, i.ledger_id FROM idempotency i
		WHERE i.ledger_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger l WHERE l.guild_id = i.guild_id AND l.id = i.ledger_id)`) {
		if err != nil {
			return err
		}
		r.expectText(checkKey, "idempotency", l.guild, l.key, "no row", "row "+l.id.String())
		n--
	}
	r.Checks[checkKey].Tested += n
	return nil
}
