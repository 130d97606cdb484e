package store

import (
	"errors"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// The parts that money operations are made of, inside a transaction: lock the accounts, judge by the locked
// rows, remember, move. SQLite does all of them so; Postgres all but the two hot ones.

// outcome is what a money operation came to: a row of the ledger, a claim, or a refusal.
type outcome struct {
	row     Transaction
	claimed Claimed
	refusal *Refusal
}

// openAccount opens an account unless it is there, and returns it locked.
func openAccount(c conn, a Account) (Balance, error) {
	n, err := c.exec(`INSERT INTO balances (`+balanceColumns+`) VALUES ($1, $2, $3, $3, 0, 0, NULL, NULL, $4, $4)
		ON CONFLICT DO NOTHING`, a.Guild, a.User, a.Starting, a.At)
	if err != nil {
		return Balance{}, err
	}
	if n > 0 && a.Starting > 0 {
		_, err := writeRow(c, Transaction{ID: NewID(a.At), GuildID: a.Guild, Kind: KindOpening, FromID: Bank,
			ToID: a.User, ToName: text(a.Name), Amount: a.Starting, ToBalance: &a.Starting, CreatedAt: a.At})
		if err != nil {
			return Balance{}, err
		}
	}
	return one(c, scanBalance, selectBalance+c.dialect().forUpdate, a.Guild, a.User)
}

// lockAccount returns an account locked, opened when it was not there.
func lockAccount(c conn, a Account) (Balance, error) {
	b, err := one(c, scanBalance, selectBalance+c.dialect().forUpdate, a.Guild, a.User)
	if errors.Is(err, ErrNotFound) {
		return openAccount(c, a)
	}
	return b, err
}

// lockPair locks two accounts, the lower id first: so opposing operations queue and never deadlock.
func lockPair(c conn, a, b Account) (first, second Balance, err error) {
	if a.User > b.User {
		second, first, err = lockPair(c, b, a)
		return first, second, err
	}
	if first, err = lockAccount(c, a); err == nil {
		second, err = lockAccount(c, b)
	}
	return first, second, err
}

// move writes the row and the accounts on its two sides, both locked; nil is the bank. A reversal
// takes back from the totals what the row that it undoes had added.
func move(c conn, t Transaction, from, to *Balance) (Transaction, error) {
	if from != nil {
		from.Balance -= t.Amount
		if t.Kind == KindReversal {
			from.TotalReceived -= t.Amount
			t.Received = from.TotalReceived
		} else {
			from.TotalSent += t.Amount
		}
		t.FromID, t.FromBalance = from.UserID, &from.Balance
	}
	if to != nil {
		to.Balance += t.Amount
		if t.Kind == KindReversal {
			to.TotalSent -= t.Amount
		} else {
			to.TotalReceived += t.Amount
			t.Received = to.TotalReceived
		}
		t.ToID, t.ToBalance = to.UserID, &to.Balance
	}
	for _, b := range []*Balance{from, to} {
		if b == nil {
			continue
		}
		b.UpdatedAt = t.CreatedAt
		_, err := c.exec(`UPDATE balances SET balance = $3, total_received = $4, total_sent = $5, streak = $6,
			last_daily = $7, last_sent_at = $8, updated_at = $9 WHERE guild_id = $1 AND user_id = $2`,
			b.GuildID, b.UserID, b.Balance, b.TotalReceived, b.TotalSent, b.Streak, b.LastDaily, b.LastSentAt, b.UpdatedAt)
		if err != nil {
			return t, err
		}
	}
	return writeRow(c, t)
}

// writeRow appends to the ledger and returns the row with its place in it.
func writeRow(c conn, t Transaction) (Transaction, error) {
	var err error
	t.Seq, err = one(c, scalar[int64], `INSERT INTO ledger (`+ledgerColumns+`)
		VALUES ($1, `+c.dialect().nextSeq+`, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING seq`,
		t.GuildID, t.ID, t.Kind, t.FromID, t.FromName, t.ToID, t.ToName, t.Amount, t.FromBalance, t.ToBalance,
		t.Reason, t.Reverses, t.CreatedAt)
	return t, err
}

// text returns nil for an empty string, which the database keeps as NULL.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// identified is what tells one call of a money operation from another.
type identified struct {
	id      uuid.UUID // of the ledger row that it writes
	guild   snowflake.ID
	key     string // empty for none
	request []byte // what the key is used for, see fingerprint
	at      time.Time
}

// always gives a call without a key one of its own, so that it can be found again when the connection is
// lost before its answer.
func (i identified) always() identified {
	if i.key == "" {
		i.key = "auto:" + i.id.String()
	}
	return i
}
