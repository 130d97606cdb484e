package economy

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Adjust asks to give a member bytes or to take them.
type Adjust struct {
	Guild  snowflake.ID `json:"-"`
	User   snowflake.ID `json:"user_id" doc:"The member." example:"1000000000000000002"`
	Name   string       `json:"-"` // what the member is called, kept with the ledger's row
	Amount int64        `json:"amount" doc:"Bytes to give; negative takes. At most 1,000,000 either way, and not 0." minimum:"-1000000" maximum:"1000000" example:"250"`
	Reason string       `json:"reason" doc:"Why, for the ledger and the audit log." minLength:"1" maxLength:"200" example:"won the quiz"`

	Key   string      `json:"-"` // makes a repetition give the same outcome; may be empty
	Actor store.Actor `json:"-"` // who does it
}

// Validate fails with an Invalid fault that names every wrong input.
func (in Adjust) Validate() error {
	var f fault.Fields
	checkUser(&f, "user_id", in.User)
	if in.Amount == 0 || in.Amount > store.MaxAdjustment || in.Amount < -store.MaxAdjustment {
		f.Add("amount", "An adjustment gives or takes 1 to 1,000,000 bytes.")
	}
	requireReason(&f, in.Reason)
	return f.Err()
}

// requireReason notes a reason that is missing or too long.
func requireReason(f *fault.Fields, reason string) {
	switch n := utf8.RuneCountInString(reason); {
	case fault.Blank(reason):
		f.Add("reason", "Give a reason. It is recorded in the ledger and the audit log.")
	case n > longestReason:
		f.Add("reason", "A reason can have at most %d characters; this one has %d.", longestReason, n)
	}
}

// Adjust gives a member bytes from the bank or takes them, with an entry in the audit log. It
// fails with insufficient_balance (balance, shortfall) when the member has less than is taken. The
// same Key gives the same outcome again; with another request it fails with idempotency_mismatch.
func (s *Service) Adjust(ctx context.Context, in Adjust) (store.Transaction, error) {
	if err := in.Validate(); err != nil {
		return store.Transaction{}, err
	}
	cfg, err := s.Settings(ctx, in.Guild)
	if err != nil {
		return store.Transaction{}, err
	}
	now := s.now()
	tx, err := s.store.Adjust(ctx, store.Adjust{
		Guild: in.Guild, User: in.User, Name: in.Name, Amount: in.Amount, Reason: in.Reason,
		Starting: cfg.StartingBalance, At: now, Key: in.Key,
		Audit: in.Actor.Entry("bytes.adjustment", in.User.String()),
	})
	if err != nil {
		return store.Transaction{}, refused(err)
	}
	if !tx.Again {
		s.Moved(ctx, in.Guild, tx.Kind, tx.Amount, in.User)
		s.reward(ctx, cfg, tx.ToID, tx.Amount, tx.Received) // what is taken was still received
	}
	return tx, nil
}

// Reverse asks to undo a transfer, a squad fee or an adjustment.
type Reverse struct {
	Guild  snowflake.ID `json:"-"`
	ID     uuid.UUID    `json:"-"` // of the transaction
	Reason string       `json:"reason" doc:"Why, for the ledger and the audit log." minLength:"1" maxLength:"200" example:"sent to the wrong member"`

	Key   string      `json:"-"` // makes a repetition give the same outcome; may be empty
	Actor store.Actor `json:"-"` // who does it
}

// Validate fails with an Invalid fault that names every wrong input.
func (in Reverse) Validate() error {
	var f fault.Fields
	requireReason(&f, in.Reason)
	return f.Err()
}

// Reverse undoes a transaction by another one, with an entry in the audit log. It fails with
// not_found, with not_reversible for an opening, a claim or a reversal, with already_reversed
// (reversed_by), and with insufficient_balance (balance, shortfall) when the receiver has spent
// it. Keys are as in Adjust.
func (s *Service) Reverse(ctx context.Context, in Reverse) (store.Transaction, error) {
	if err := in.Validate(); err != nil {
		return store.Transaction{}, err
	}
	now := s.now()
	tx, err := s.store.Reverse(ctx, store.Reverse{
		Guild: in.Guild, ID: in.ID, Reason: in.Reason, At: now, Key: in.Key,
		Audit: in.Actor.Entry("bytes.reversal", in.ID.String()),
	})
	if err != nil {
		return store.Transaction{}, s.notReversed(ctx, in, err, now)
	}
	if !tx.Again {
		s.Moved(ctx, in.Guild, tx.Kind, tx.Amount, membersOf(tx)...)
		cfg, err := s.Settings(ctx, in.Guild)
		if err != nil {
			return tx, nil //nolint:nilerr // it is undone; the reconciliation of roles does the rest
		}
		s.reward(ctx, cfg, tx.FromID, -tx.Amount, tx.Received)
	}
	return tx, nil
}

// notReversed words why a transaction was not undone.
func (s *Service) notReversed(ctx context.Context, in Reverse, err error, now time.Time) error {
	if errors.Is(err, store.ErrNotFound) {
		return transactionNotFound(in.ID)
	}
	r := store.AsRefusal(err)
	if r == nil {
		return worded(err)
	}
	switch r.Code {
	case store.NotReversible:
		return irreversible()
	case store.AlreadyReversed:
		f := alreadyReversed(r.Amount)
		if by, err := s.store.ReversedBy(ctx, in.Guild, in.ID); err == nil {
			f = f.With("reversed_by", by.ID)
		}
		return f
	case store.InsufficientBalance:
		return spent(r.Amount, r.Balance)
	}
	return refused(err)
}

func irreversible() *fault.Error {
	return fault.New(fault.Refused, store.NotReversible,
		"Only transfers, squad fees and adjustments can be undone. Use an adjustment to correct anything else.")
}

func alreadyReversed(amount int64) *fault.Error {
	return fault.New(fault.Conflict, store.AlreadyReversed, "This transaction of %s has already been undone.", i18n.Bytes(amount))
}

func spent(amount, left int64) *fault.Error {
	return fault.New(fault.Refused, store.InsufficientBalance,
		"Refused, insufficient balance: undoing this takes back %s, and the receiver has %s left, %s short.",
		i18n.Bytes(amount), i18n.Bytes(left), i18n.Bytes(amount-left)).
		With("balance", left).With("shortfall", amount-left)
}

// Transaction is one row of a guild's ledger. It fails with not_found.
func (s *Service) Transaction(ctx context.Context, guild snowflake.ID, id uuid.UUID) (store.Transaction, error) {
	tx, err := s.store.Transaction(ctx, guild, id)
	if errors.Is(err, store.ErrNotFound) {
		return store.Transaction{}, transactionNotFound(id)
	}
	return tx, err
}

func transactionNotFound(id uuid.UUID) error {
	return fault.New(fault.NotFound, "not_found", "Transaction %s not found.", id)
}

// membersOf are the sides of a transaction that are people.
func membersOf(tx store.Transaction) []snowflake.ID {
	var members []snowflake.ID
	for _, id := range []snowflake.ID{tx.FromID, tx.ToID} {
		if id != store.Bank {
			members = append(members, id)
		}
	}
	return members
}
