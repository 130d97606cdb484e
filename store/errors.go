package store

import (
	"errors"
	"fmt"
	"time"
)

// The errors that callers tell apart; everything else is a fault of the program or the machine.
// Compare with errors.Is. The drivers' own errors stay in the chain, for logs.
var (
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("not found")
	// ErrExists: a row with this id or this unique value is there already.
	ErrExists = errors.New("exists already")
	// ErrStale: the row has changed since the version that the caller read.
	ErrStale = errors.New("changed since it was read")
	// ErrInvalid: the input cannot be stored: an id above 2^63−1, an amount below 1, a transfer to oneself.
	ErrInvalid = errors.New("invalid input")
	// ErrKeyReused: the idempotency key was used before, for another request.
	ErrKeyReused = errors.New("the idempotency key was used for another request")
	// ErrUnavailable: the database cannot be reached, is full, or was lost under way. With an
	// idempotency key the same call may be repeated safely.
	ErrUnavailable = errors.New("the database is unavailable")
	// ErrClosed: the store was closed; it is an ErrUnavailable too.
	ErrClosed = fmt.Errorf("%w: the store is closed", ErrUnavailable)
)

// The codes of a Refusal.
const (
	OverMaxTransfer     = "over_max_transfer"    // Amount is above Max
	TransferCooldown    = "transfer_cooldown"    // the giver may send again at RetryAt
	InsufficientBalance = "insufficient_balance" // Balance is below Amount
	AlreadyClaimed      = "already_claimed"      // the day is LastDaily; the next opens at RetryAt
	OverMaxBalance      = "over_max_balance"     // the receiver would hold more than MaxBalance
	AlreadyReversed     = "already_reversed"     // the row was reversed before
	NotReversible       = "not_reversible"       // openings, claims and reversals stay
)

// Refusal is the error of a money operation that a rule forbids. It is an outcome: remembered under the
// idempotency key with its figures, so that the same call gets the same refusal again whatever has
// changed since.
type Refusal struct {
	Code       string
	Amount     int64      // what was asked for, in bytes
	Balance    int64      // of the account that would pay (of the receiver with OverMaxBalance)
	Max        int64      // the limit, with OverMaxTransfer and OverMaxBalance
	LastSentAt *time.Time // with TransferCooldown
	LastDaily  *Day       // with AlreadyClaimed
	RetryAt    *time.Time // when the same call would no longer be refused for this reason
	Again      bool       // this is the remembered outcome of an earlier call with the same key
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("refused: %s (amount %d, balance %d)", r.Code, r.Amount, r.Balance)
}

// AsRefusal returns the refusal in err's chain, or nil when there is none.
func AsRefusal(err error) *Refusal {
	var r *Refusal
	if errors.As(err, &r) {
		return r
	}
	return nil
}
