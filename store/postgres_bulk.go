package store

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/disgoorg/snowflake/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// lockAll locks the accounts of a whole bulk in the order of their ids, before its transfers lock them in
// theirs: so two bulks queue and never deadlock.
const lockAll = `SELECT user_id FROM balances WHERE guild_id = $1 AND user_id = ANY ($2::bigint[]) ORDER BY user_id FOR UPDATE`

// transfers sends a bulk in one transaction and two round trips. What that transaction cannot decide, such as
// a key that is remembered, and everything when it fails, is then carried out one by one: the keys see to it
// that nothing is done twice. While the database is away only the first of them waits for it.
func (e *postgresEngine) transfers(ctx context.Context, orders []transferOrder) []transferResult {
	results := make([]transferResult, len(orders))
	done := make([]bool, len(orders))
	var away error
	for guild, places := range byGuild(orders) {
		if err := e.group(ctx, guild, orders, places, results, done); err != nil {
			e.opts.log.DebugContext(ctx, "bulk carried out one by one", "err", err)
			if errors.Is(err, errLost) {
				ctx = context.WithoutCancel(ctx) // a caller who left would not know what became of it
			}
			for _, i := range places {
				done[i] = false
			}
		}
	}
	for i, o := range orders {
		switch {
		case done[i]:
		case away != nil:
			results[i].err = away
		default:
			results[i].outcome, results[i].err = e.transfer(ctx, o)
			if errors.Is(results[i].err, ErrUnavailable) {
				away = results[i].err
			}
		}
	}
	return results
}

func byGuild(orders []transferOrder) map[snowflake.ID][]int {
	places := map[snowflake.ID][]int{}
	for i := range orders {
		places[orders[i].Guild] = append(places[orders[i].Guild], i)
	}
	return places
}

// group carries out the orders at the given places; done tells which it has decided.
func (e *postgresEngine) group(ctx context.Context, guild snowflake.ID, orders []transferOrder, places []int, results []transferResult, done []bool) error {
	var accounts []Account
	for _, i := range places {
		accounts = append(accounts, orders[i].giver(), orders[i].receiver())
	}
	slices.SortStableFunc(accounts, func(a, b Account) int { return cmp.Compare(a.User, b.User) })
	accounts = slices.CompactFunc(accounts, func(a, b Account) bool { return a.User == b.User })
	users := make([]snowflake.ID, len(accounts))
	for i, a := range accounts {
		users[i] = a.User
	}
	if err := e.open(ctx, accounts); err != nil {
		return err
	}
	return e.with(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, lockAll, guild, users); err != nil {
				return err
			}
			batch := &pgx.Batch{}
			for _, i := range places {
				m := orders[i].statement()
				batch.Queue(m.sql, m.args...).QueryRow(func(r pgx.Row) error {
					out, result, err := m.scan(r)
					results[i].outcome, done[i] = out, result == resultFirst
					return err
				})
			}
			return tx.SendBatch(ctx, batch).Close()
		})
	})
}
