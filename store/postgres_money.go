package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// moneyStatement is one of the two hot operations as a single statement: one round trip, one commit.
type moneyStatement struct {
	identified
	accounts []Account // opened when the verdict finds one missing
	sql      string
	args     []any
	scan     func(row) (outcome, result, error)      // reads the statement's one row
	recall   func(conn, identified) (outcome, error) // what the key was used for before
}

// result says what the statement found.
type result int

const (
	resultFirst    result = iota // the outcome is this call's own
	resultUnopened               // nothing was done: an account must be opened first
	resultAgain                  // nothing was done: the key is remembered
)

// money carries a statement out. It is repeated as a whole when the database undid it, and, for as long as a
// write may take, when the connection was lost: the key makes that safe, since the repeat finds what the first
// had done, waiting on its locks if it is still at work.
func (e *postgresEngine) money(ctx context.Context, m moneyStatement) (outcome, error) {
	begun := time.Now()
	err := errors.New("the accounts cannot be opened")
	for attempt := range attempts {
		out, result, failed := e.try(ctx, m)
		if failed == nil && result == resultUnopened {
			failed = e.open(ctx, m.accounts)
		}
		switch {
		case undone(failed), errors.Is(failed, errLost) && time.Since(begun) < writeTimeout:
			err = failed
			if errors.Is(failed, errLost) {
				ctx = context.WithoutCancel(ctx) // a caller who left would not know what became of it
			}
			e.opts.log.DebugContext(ctx, "money operation repeated", "attempt", attempt+1, "err", err)
			if err := pause(ctx, time.Duration(attempt+1)*5*time.Millisecond); err != nil {
				return outcome{}, err
			}
		case failed != nil:
			return outcome{}, failed
		case result == resultFirst:
			return out, nil
		case result == resultAgain:
			return m.recall(e.reader(ctx), m.identified)
		}
	}
	if undone(err) {
		err = fmt.Errorf("%w: undone %d times: %w", ErrUnavailable, attempts, err)
	}
	return outcome{}, err
}

func (e *postgresEngine) try(ctx context.Context, m moneyStatement) (out outcome, result result, err error) {
	err = e.with(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		rs, err := c.Query(ctx, m.sql, m.args...)
		if err != nil {
			return err
		}
		_, err = pgx.CollectExactlyOneRow(rs, func(r pgx.CollectableRow) (struct{}, error) {
			out, result, err = m.scan(r)
			return struct{}{}, err
		})
		return err
	})
	return out, result, err
}

// openAccounts opens those of the accounts that are not there. It is a statement of its own, run once in an
// account's life: what it writes must be committed before another statement can lock it.
const openAccounts = `
WITH given AS (
	SELECT * FROM unnest($2::bigint[], $3::uuid[], $4::text[], $5::bigint[]) g(user_id, id, name, starting)
), opened AS (
	INSERT INTO balances (guild_id, user_id, balance, total_received, total_sent, created_at, updated_at)
	SELECT $1, user_id, starting, starting, 0, $6::timestamptz, $6 FROM given ORDER BY user_id
	ON CONFLICT DO NOTHING RETURNING user_id
)
INSERT INTO ledger (guild_id, id, kind, from_id, to_id, to_name, amount, to_balance, created_at)
SELECT $1, id, 'opening', 0, user_id, nullif(name, ''), starting, starting, $6 FROM opened JOIN given USING (user_id) WHERE starting > 0`

// open opens accounts of one guild, as of one time.
func (e *postgresEngine) open(ctx context.Context, accounts []Account) error {
	users := make([]snowflake.ID, len(accounts))
	ids := make([][16]byte, len(accounts))
	names := make([]string, len(accounts))
	starting := make([]int64, len(accounts))
	for i, a := range accounts {
		users[i], ids[i], names[i], starting[i] = a.User, NewID(a.At), a.Name, a.Starting
	}
	return e.repeat(ctx, func() error {
		return e.with(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
			_, err := c.Exec(ctx, openAccounts, accounts[0].Guild, users, ids, names, starting, accounts[0].At)
			return err
		})
	})
}
