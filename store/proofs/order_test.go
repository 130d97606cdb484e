package proofs

import (
	"context"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/smarter-dev/smarterdev/store"
)

// verb says what an order does.
type verb string

const (
	opens  verb = "open"  // first touch of From; it has no key
	sends  verb = "send"  // Amount from From to To
	claims verb = "claim" // the daily claim of From
	gives  verb = "give"  // Amount to From by an admin; negative takes
	undoes verb = "undo"  // reverses Row
)

// order is one operation, which can be delivered more than once.
type order struct {
	Verb     verb
	Name     string // unique; written into the ledger, so that the row of an order is found again
	Key      string // idempotency key; empty for none
	Stolen   bool   // the key is that of another, acknowledged order: this one must be refused
	Guild    snowflake.ID
	From, To snowflake.ID
	Amount   int64
	Cooldown time.Duration
	At       time.Time
	Row      uuid.UUID
}

// figures are what an order came to: a row of the ledger with the balances after it, or a refusal. The same
// order under the same key must come to the same figures always.
type figures struct {
	ID      uuid.UUID // of the row; a claim does not tell it
	Seq     int64
	Amount  int64
	From    int64 // balance after; −1 for the bank
	To      int64
	Streak  int // of a claim
	Refusal string
	Balance int64 // that the refusal went by
	Again   bool  // the remembered outcome of an earlier delivery
}

// first returns the figures as the first delivery had them.
func (f figures) first() figures {
	f.Again = false
	return f
}

const (
	starting    = 100
	maxTransfer = 110
	dailyAmount = 10
)

// carryOut delivers the order. The error is what is no outcome: see store.
func (o order) carryOut(ctx context.Context, s *store.Store) (figures, error) {
	switch o.Verb {
	case opens:
		_, err := s.OpenAccount(ctx, store.Account{Guild: o.Guild, User: o.From, Name: o.Name, Starting: starting, At: o.At})
		return figures{}, err
	case sends:
		return rowFigures(s.Transfer(ctx, o.transfer()))
	case claims:
		return claimFigures(s.Claim(ctx, store.Claim{Guild: o.Guild, User: o.From, Name: o.Name, Amount: dailyAmount,
			Tiers: []store.Tier{{Threshold: 2, Multiplier: 3}}, Starting: starting, At: o.At, Key: o.Key}))
	case gives:
		return rowFigures(s.Adjust(ctx, store.Adjust{Guild: o.Guild, User: o.From, Name: "member", Amount: o.Amount, Reason: o.Name,
			Starting: starting, At: o.At, Key: o.Key, Audit: o.audit(), Then: []river.JobArgs{note{}}}))
	default:
		return rowFigures(s.Reverse(ctx, store.Reverse{Guild: o.Guild, ID: o.Row, Reason: o.Name, At: o.At, Key: o.Key, Audit: o.audit()}))
	}
}

// transfer is the order as the store takes it, alone or in a bulk.
func (o order) transfer() store.Transfer {
	return store.Transfer{Guild: o.Guild, From: o.From, To: o.To, Amount: o.Amount, Max: maxTransfer, Reason: o.Name,
		Cooldown: o.Cooldown, Starting: starting, At: o.At, Key: o.Key}
}

func (o order) audit() store.AuditEntry {
	return store.Actor{ID: 1, Name: "admin", Source: store.SourceDashboard}.Entry(string(o.Verb), o.Name)
}

func rowFigures(row store.Transaction, err error) (figures, error) {
	if err != nil {
		return refusalFigures(err)
	}
	return figures{ID: row.ID, Seq: row.Seq, Amount: row.Amount, From: after(row.FromBalance), To: after(row.ToBalance), Again: row.Again}, nil
}

func claimFigures(c store.Claimed, err error) (figures, error) {
	if err != nil {
		return refusalFigures(err)
	}
	return figures{Amount: c.Earned, From: -1, To: c.Balance.Balance, Streak: c.Streak, Again: c.Again}, nil
}

func refusalFigures(err error) (figures, error) {
	r := store.AsRefusal(err)
	if r == nil {
		return figures{}, err
	}
	return figures{Refusal: r.Code, Amount: r.Amount, Balance: r.Balance, Again: r.Again}, nil
}

func after(balance *int64) int64 {
	if balance == nil {
		return -1
	}
	return *balance
}

// told returns the name of the order that wrote a row, and the figures that its caller was told. The opening
// of an account belongs to no order.
func told(row store.Transaction) (name string, f figures) {
	f, _ = rowFigures(row, nil)
	switch row.Kind {
	case store.KindOpening:
		return "", f
	case store.KindDaily:
		f.ID, f.Seq = uuid.UUID{}, 0
		return *row.ToName, f
	default:
		return *row.Reason, f
	}
}
