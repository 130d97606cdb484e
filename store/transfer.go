package store

import (
	"context"
	"fmt"
	"time"

	"github.com/disgoorg/snowflake/v2"
)

// Transfer moves Amount bytes from one member to another. Both accounts are opened with Starting when they
// are not there. Max and Cooldown are the guild's settings at the time; 0 for Cooldown means none.
type Transfer struct {
	Guild            snowflake.ID
	From, To         snowflake.ID
	FromName, ToName string // at the time, for the ledger
	Amount, Max      int64
	Reason           string
	Cooldown         time.Duration
	Starting         int64
	At               time.Time
	Key              string // idempotency key, "caller:key"; empty for none
}

type transferOrder struct {
	Transfer
	identified
}

type transferResult struct {
	outcome
	err error
}

// TransferResult is the outcome of one transfer of a bulk.
type TransferResult struct {
	Transaction Transaction
	Err         error // as from Transfer
}

// Transfer carries out a transfer and returns its row. A *Refusal says that a rule forbids it: over the
// maximum, cooldown, too few bytes, in this order. With a key that was used before it moves nothing and
// returns the first outcome, marked Again; ErrKeyReused when the key stood for another request.
func (s *Store) Transfer(ctx context.Context, t Transfer) (Transaction, error) {
	o, err := t.order()
	if err != nil {
		return Transaction{}, err
	}
	out, err := s.db.transfer(ctx, o)
	return out.transaction("transfer", err)
}

// Transfers carries out a bulk in its order; each has its own outcome, and one that fails stops no other.
func (s *Store) Transfers(ctx context.Context, bulk []Transfer) []TransferResult {
	results := make([]TransferResult, len(bulk))
	orders := make([]transferOrder, 0, len(bulk))
	place := make([]int, 0, len(bulk))
	for i, t := range bulk {
		o, err := t.order()
		if err != nil {
			results[i].Err = err
			continue
		}
		orders, place = append(orders, o), append(place, i)
	}
	for i, r := range s.db.transfers(ctx, orders) {
		results[place[i]].Transaction, results[place[i]].Err = r.transaction("transfer", r.err)
	}
	return results
}

func (o outcome) transaction(what string, err error) (Transaction, error) {
	if err != nil {
		return Transaction{}, wrap(what, err)
	}
	if o.refusal != nil {
		return Transaction{}, o.refusal
	}
	return o.row, nil
}

func (t Transfer) order() (transferOrder, error) {
	if t.From == t.To {
		return transferOrder{}, fmt.Errorf("%w: a transfer to oneself", ErrInvalid)
	}
	if t.Amount < 1 || t.Amount > MaxBalance {
		return transferOrder{}, fmt.Errorf("%w: a transfer of %d bytes", ErrInvalid, t.Amount)
	}
	for _, user := range []snowflake.ID{t.From, t.To} {
		if err := checkAccount(t.Guild, user, t.Starting); err != nil {
			return transferOrder{}, err
		}
	}
	t.At = moment(t.At)
	return transferOrder{t, identified{
		id: NewID(t.At), guild: t.Guild, key: t.Key, at: t.At,
		request: fingerprint("transfer", t.From, t.To, t.Amount, t.Reason),
	}}, nil
}

func (o transferOrder) giver() Account {
	return Account{Guild: o.Guild, User: o.From, Name: o.FromName, Starting: o.Starting, At: o.At}
}

func (o transferOrder) receiver() Account {
	return Account{Guild: o.Guild, User: o.To, Name: o.ToName, Starting: o.Starting, At: o.At}
}

// verdict judges by the locked rows alone; an empty code lets the transfer through.
func (o transferOrder) verdict(from, to Balance) (code string, f facts) {
	f = facts{Amount: o.Amount, Balance: from.Balance}
	switch {
	case o.Amount > o.Max:
		f.Max = o.Max
		return OverMaxTransfer, f
	case o.Cooldown > 0 && from.LastSentAt != nil && from.LastSentAt.Add(o.Cooldown).After(o.At):
		retry := from.LastSentAt.Add(o.Cooldown)
		f.LastSentAt, f.RetryAt = from.LastSentAt, &retry
		return TransferCooldown, f
	case from.Balance < o.Amount:
		return InsufficientBalance, f
	case to.Balance > MaxBalance-o.Amount:
		f.Balance, f.Max = to.Balance, MaxBalance
		return OverMaxBalance, f
	}
	return "", f
}

// transferIn is the transfer in a transaction of several statements.
func transferIn(c conn, o transferOrder) (outcome, error) {
	from, to, err := lockPair(c, o.giver(), o.receiver())
	if err != nil {
		return outcome{}, err
	}
	if code, f := o.verdict(from, to); code != "" {
		return refuse(c, o.identified, code, f)
	}
	free, err := remember(c, o.identified, &o.id, "", nil)
	if err != nil {
		return outcome{}, err
	}
	if !free {
		return recallOutcome(c, o.identified)
	}
	from.LastSentAt = &o.At
	row, err := move(c, o.row(), &from, &to)
	return outcome{row: row}, err
}

func (o transferOrder) row() Transaction {
	return Transaction{
		ID: o.id, GuildID: o.Guild, Kind: KindTransfer, FromID: o.From, FromName: text(o.FromName),
		ToID: o.To, ToName: text(o.ToName), Amount: o.Amount, Reason: text(o.Reason), CreatedAt: o.At,
	}
}
