package store

import (
	"context"
	"errors"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

// Reverse undoes a transfer, a squad fee or an adjustment.
type Reverse struct {
	Guild  snowflake.ID
	ID     uuid.UUID // of the row to undo
	Reason string
	At     time.Time
	Key    string     // idempotency key, "caller:key"; empty for none
	Audit  AuditEntry // who did it; After is the transaction unless it is given
	Then   []river.JobArgs
}

// Reverse writes the reversing row and returns it; the audit entry and the jobs are written with it. It takes
// back from the totals of both sides what the row had added. ErrNotFound when there is no such row. A
// *Refusal says that it cannot be undone: NotReversible by its kind, AlreadyReversed, or InsufficientBalance
// when the receiver has spent it. Keys are as in Transfer.
func (s *Store) Reverse(ctx context.Context, r Reverse) (Transaction, error) {
	if err := checkIDs(r.Guild, r.Audit.Actor.ID); err != nil {
		return Transaction{}, err
	}
	r.At = moment(r.At)
	i := identified{id: NewID(r.At), guild: r.Guild, key: r.Key, at: r.At,
		request: fingerprint("reversal", r.ID, r.Reason)}.always()
	out, err := s.once(ctx, func(c conn) (outcome, error) { return r.in(c, i) })
	return out.transaction("reverse", err)
}

func (r Reverse) in(c conn, i identified) (outcome, error) {
	undone, err := one(c, scanTransaction, selectTransaction, r.Guild, r.ID)
	if err != nil {
		return outcome{}, err
	}
	if !reversible(undone.Kind) {
		return refuse(c, i, NotReversible, facts{Amount: undone.Amount})
	}
	from, to, err := lockSides(c, undone)
	if err != nil {
		return outcome{}, err
	}
	_, err = one(c, scanTransaction, selectReversal, r.Guild, r.ID)
	switch {
	case err == nil:
		return refuse(c, i, AlreadyReversed, facts{Amount: undone.Amount, Balance: value(to).Balance})
	case !errors.Is(err, ErrNotFound):
		return outcome{}, err
	}
	row := Transaction{ID: i.id, GuildID: r.Guild, Kind: KindReversal, FromName: undone.ToName, ToName: undone.FromName,
		Amount: undone.Amount, Reason: text(r.Reason), Reverses: &r.ID, CreatedAt: r.At}
	return settle(c, i, row, to, from, r.Audit, r.Then)
}

// lockSides locks the accounts of a row, in order; nil is the bank.
func lockSides(c conn, t Transaction) (from, to *Balance, err error) {
	giver, receiver := Account{Guild: t.GuildID, User: t.FromID, At: t.CreatedAt}, Account{Guild: t.GuildID, User: t.ToID, At: t.CreatedAt}
	var a, b Balance
	switch {
	case t.FromID == Bank:
		b, err = lockAccount(c, receiver)
		return nil, &b, err
	case t.ToID == Bank:
		a, err = lockAccount(c, giver)
		return &a, nil, err
	}
	a, b, err = lockPair(c, giver, receiver)
	return &a, &b, err
}
