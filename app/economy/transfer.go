package economy

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	// MostPerTransfer bounds an amount before any guild's own maximum does.
	MostPerTransfer = 10_000
	longestReason   = 200
	// confirmFrom is the largest amount that a command sends without asking again.
	confirmFrom = 100
)

// Send asks to move bytes from one member to another.
type Send struct {
	Guild    snowflake.ID `json:"-"`
	From     snowflake.ID `json:"giver_id" doc:"Who pays." example:"1000000000000000002"`
	FromName string       `json:"giver_username" doc:"What they are called now; kept with the transaction." minLength:"1" maxLength:"100" example:"ada"`
	To       snowflake.ID `json:"receiver_id" doc:"Who receives." example:"1000000000000000003"`
	ToName   string       `json:"receiver_username" doc:"What they are called now; kept with the transaction." minLength:"1" maxLength:"100" example:"grace"`
	Amount   int64        `json:"amount" doc:"Bytes to move, up to the guild's max_transfer." minimum:"1" maximum:"10000" example:"50"`
	Reason   string       `json:"reason" required:"false" doc:"What for." maxLength:"200" example:"thank you"`
	Key      string       `json:"-"` // makes a repetition give the same outcome; may be empty
}

// Validate fails with an Invalid fault that names every wrong input, or with self_transfer.
func (in Send) Validate() error {
	var f fault.Fields
	checkUser(&f, "giver_id", in.From)
	checkUser(&f, "receiver_id", in.To)
	if in.Amount < 1 || in.Amount > MostPerTransfer {
		f.Add("amount", "An amount is a whole number of bytes from 1 to 10,000.")
	}
	if n := utf8.RuneCountInString(in.Reason); n > longestReason {
		f.Add("reason", "A reason can have at most %d characters; this one has %d.", longestReason, n)
	}
	if err := f.Err(); err != nil {
		return err
	}
	if in.From == in.To {
		return selfTransfer()
	}
	return nil
}

// Send moves the bytes. Refusals win in this order: invalid, self_transfer,
// over_max_transfer (max), transfer_cooldown (retry_at), insufficient_balance (balance,
// shortfall). The same Key gives the same outcome again; with another request it fails with
// idempotency_mismatch.
func (s *Service) Send(ctx context.Context, in Send) (store.Transaction, error) {
	if err := in.Validate(); err != nil {
		return store.Transaction{}, err
	}
	cfg, err := s.Settings(ctx, in.Guild)
	if err != nil {
		return store.Transaction{}, err
	}
	now := s.now()
	tx, err := s.store.Transfer(ctx, in.order(cfg, now))
	if err != nil {
		return store.Transaction{}, refused(err)
	}
	if !tx.Again {
		s.Moved(ctx, in.Guild, tx.Kind, tx.Amount, in.From, in.To)
		s.reward(ctx, cfg, in.To, tx.Amount, tx.Received)
	}
	return tx, nil
}

// order is the transfer as the store takes it, under the guild's settings.
func (in Send) order(cfg Config, now time.Time) store.Transfer {
	return store.Transfer{
		Guild: in.Guild, From: in.From, FromName: in.FromName, To: in.To, ToName: in.ToName,
		Amount: in.Amount, Reason: in.Reason, Key: in.Key, At: now,
		Max: cfg.MaxTransfer, Cooldown: cooldown(cfg), Starting: cfg.StartingBalance,
	}
}

func cooldown(cfg Config) time.Duration {
	return time.Duration(cfg.TransferCooldownHours) * time.Hour
}

// MaySend looks whether a transfer would be refused now, before its sender is asked to confirm it. It fails
// as Send does.
func (s *Service) MaySend(ctx context.Context, in Send) error {
	if err := in.Validate(); err != nil {
		return err
	}
	cfg, err := s.Settings(ctx, in.Guild)
	if err != nil {
		return err
	}
	giver, err := s.Balance(ctx, in.Guild, in.From)
	if err != nil {
		return err
	}
	return mayGive(giver.Balance, in.Amount, cfg, s.now())
}

// mayGive is the store's verdict asked in advance: it spares a member a question whose answer
// would be refused. The store decides again when bytes move.
func mayGive(b store.Balance, amount int64, cfg Config, now time.Time) error {
	pause := cooldown(cfg)
	switch {
	case amount > cfg.MaxTransfer:
		return overMax(amount, cfg.MaxTransfer)
	case pause > 0 && b.LastSentAt != nil && now.Before(b.LastSentAt.Add(pause)):
		return coolingDown(b.LastSentAt.Add(pause))
	case b.Balance < amount:
		return insufficient(amount, b.Balance)
	}
	return nil
}

// refused words the store's refusal of a money operation.
func refused(err error) error {
	r := store.AsRefusal(err)
	if r == nil {
		return worded(err)
	}
	switch r.Code {
	case store.OverMaxTransfer:
		return overMax(r.Amount, r.Max)
	case store.TransferCooldown:
		return coolingDown(*r.RetryAt)
	case store.InsufficientBalance:
		return insufficient(r.Amount, r.Balance)
	case store.OverMaxBalance:
		return overFull()
	}
	return err
}

func overFull() error {
	return fault.New(fault.Refused, store.OverMaxBalance,
		"The receiver would have more than %s, the most that one account can hold.", i18n.Bytes(store.MaxBalance))
}

func selfTransfer() error {
	return fault.New(fault.Refused, "self_transfer", "You cannot send bytes to yourself. Choose another member.")
}

func overMax(amount, most int64) error {
	return fault.New(fault.Refused, store.OverMaxTransfer,
		"At most %s can be sent at a time; this would be %s.", i18n.Bytes(most), i18n.Bytes(amount)).
		With("max_transfer", most)
}

func coolingDown(until time.Time) error {
	return fault.New(fault.Refused, store.TransferCooldown,
		"You have to wait between transfers. The next one is possible from %s.", i18n.Moment(until)).
		With("retry_at", until)
}

func insufficient(amount, balance int64) error {
	return fault.New(fault.Refused, store.InsufficientBalance,
		"Refused, insufficient balance: this takes %s, the balance is %s, %s short.", i18n.Bytes(amount), i18n.Bytes(balance), i18n.Bytes(amount-balance)).
		With("balance", balance).With("shortfall", amount-balance)
}

// worded turns what the store says of any money operation into a fault.
func worded(err error) error {
	if errors.Is(err, store.ErrKeyReused) {
		return fault.KeyReused()
	}
	return err
}
