package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/disgoorg/snowflake/v2"
)

// MaxBalance is the most bytes an account can hold: the largest integer that JSON readers keep exact.
const MaxBalance int64 = 1<<53 - 1

// Balance is the account of one member in one guild. Balance = TotalReceived − TotalSent, always.
type Balance struct {
	GuildID       snowflake.ID `json:"guild_id" doc:"The guild." example:"1000000000000000001"`
	UserID        snowflake.ID `json:"user_id" doc:"The member." example:"1000000000000000002"`
	Balance       int64        `json:"balance" doc:"Bytes held now." example:"110"`
	TotalReceived int64        `json:"total_received" doc:"Bytes ever received; what was undone is taken back." example:"160"`
	TotalSent     int64        `json:"total_sent" doc:"Bytes ever sent; what was undone is taken back." example:"50"`
	Streak        int          `json:"streak_count" doc:"Days in a row with a claim." example:"3"`
	LastDaily     *Day         `json:"last_daily" doc:"The UTC day of the last claim." example:"2026-11-22"`
	LastSentAt    *time.Time   `json:"-"`
	CreatedAt     time.Time    `json:"created_at" doc:"When the account was opened."`
	UpdatedAt     time.Time    `json:"updated_at" doc:"When it last changed."`
}

const balanceColumns = `guild_id, user_id, balance, total_received, total_sent, streak, last_daily, last_sent_at, created_at, updated_at`

func scanBalance(r row) (Balance, error) {
	var b Balance
	err := r.Scan(&b.GuildID, &b.UserID, &b.Balance, &b.TotalReceived, &b.TotalSent,
		&b.Streak, &b.LastDaily, &b.LastSentAt, &b.CreatedAt, &b.UpdatedAt)
	return b, err
}

// Account is what opening an account needs: Starting bytes are minted for it at At.
type Account struct {
	Guild, User snowflake.ID
	Name        string // of the person at the time, for the ledger; may be empty
	Starting    int64
	At          time.Time
}

const selectBalance = `SELECT ` + balanceColumns + ` FROM balances WHERE guild_id = $1 AND user_id = $2`

// OpenAccount returns the account, opened with Starting bytes when it was not there: exactly once,
// however many first touches race. Name and Starting are ignored for an account that exists.
func (s *Store) OpenAccount(ctx context.Context, a Account) (Balance, error) {
	if err := checkAccount(a.Guild, a.User, a.Starting); err != nil {
		return Balance{}, err
	}
	b, err := s.Balance(ctx, a.Guild, a.User)
	if !errors.Is(err, ErrNotFound) {
		return b, err
	}
	a.At = moment(a.At)
	err = s.db.write(ctx, func(c conn) error {
		b, err = openAccount(c, a)
		return err
	})
	return b, wrap("open account", err)
}

// Balance returns an account as it is and opens nothing: ErrNotFound when there is none.
func (s *Store) Balance(ctx context.Context, guild, user snowflake.ID) (Balance, error) {
	if err := checkIDs(guild, user); err != nil {
		return Balance{}, err
	}
	b, err := one(s.db.reader(ctx), scanBalance, selectBalance, guild, user)
	return b, wrap("read balance", err)
}

// Balances returns the accounts of a guild by ascending user id, after the given one (0 for the first
// page), at most limit.
func (s *Store) Balances(ctx context.Context, guild, after snowflake.ID, limit int) ([]Balance, error) {
	if err := checkIDs(guild, after); err != nil {
		return nil, err
	}
	found, err := list(s.db.reader(ctx), scanBalance, `SELECT `+balanceColumns+` FROM balances
		WHERE guild_id = $1 AND user_id > $2 ORDER BY guild_id, user_id LIMIT $3`, guild, after, limit)
	return found, wrap("list balances", err)
}

// ClaimedOn returns the members who cannot claim on this day, because they have: today, or on a later
// day when the clock was set back since.
func (s *Store) ClaimedOn(ctx context.Context, guild snowflake.ID, day Day) ([]snowflake.ID, error) {
	if err := checkIDs(guild); err != nil {
		return nil, err
	}
	found, err := list(s.db.reader(ctx), scalar[snowflake.ID],
		`SELECT user_id FROM balances WHERE guild_id = $1 AND last_daily >= $2`, guild, day)
	return found, wrap("list claims", err)
}

func checkAccount(guild, user snowflake.ID, starting int64) error {
	if user == Bank {
		return fmt.Errorf("%w: account 0 is the bank", ErrInvalid)
	}
	if starting < 0 || starting > MaxBalance {
		return fmt.Errorf("%w: a starting balance of %d is outside 0–%d", ErrInvalid, starting, MaxBalance)
	}
	return checkIDs(guild, user)
}
