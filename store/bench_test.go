package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// Each benchmark measures the store and, in the same run, the bare driver with the same statements. "driver"
// on SQLite commits each operation by itself; "driver-grouped" puts 64 into one commit, which is what the
// writer aims at.

const (
	benchMembers = 10_000
	groupSize    = 64
)

var benchStart = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func benchTransfer(i int64) store.Transfer {
	from := i * 7919 % benchMembers
	return store.Transfer{Guild: 1, From: snowflake.ID(1 + from), To: snowflake.ID(1 + (from+1+i%97)%benchMembers),
		FromName: "from", ToName: "to", Amount: 1, Max: 1000, Starting: 1_000_000, At: benchStart}
}

func benchClaim(i int64) store.Claim {
	return store.Claim{Guild: 1, User: snowflake.ID(1 + i%benchMembers), Name: "who", Amount: 10, Starting: 100,
		At: benchStart.AddDate(0, 0, int(1+i/benchMembers))}
}

// run calls do with rising numbers from so many goroutines, and reports operations per second; each call
// counts for so many.
func run(b *testing.B, goroutines, counts int, do func(i int64) error) {
	b.Helper()
	var n atomic.Int64
	b.SetParallelism(max(1, goroutines/runtime.GOMAXPROCS(0)))
	b.ResetTimer()
	if goroutines == 1 {
		for b.Loop() {
			if err := do(n.Add(1)); err != nil {
				b.Fatal(err)
			}
		}
	} else {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := do(n.Add(1)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	b.ReportMetric(float64(n.Load())*float64(counts)/b.Elapsed().Seconds(), "ops/s")
}

// competitors run one operation each their way.
func compare(b *testing.B, name string, competitors map[string]func(i int64) error) {
	b.Helper()
	for _, who := range []string{"store", "driver", "driver-grouped"} {
		do, ok := competitors[who]
		for _, goroutines := range []int{1, 32} {
			if ok && (goroutines == 1 || who != "driver-grouped") {
				b.Run(fmt.Sprintf("%s/%s/%d", name, who, goroutines), func(b *testing.B) {
					counts := 1
					if who == "driver-grouped" {
						counts = groupSize
					}
					run(b, goroutines, counts, do)
				})
			}
		}
	}
}

// open prepares a database whose members all have accounts.
func openBench(b *testing.B, db storetest.Database) *store.Store {
	b.Helper()
	s := db.Migrated(b, store.WithPoolSize(16))
	fill(b, db, 1, benchMembers)
	return s
}

// fill writes members past the store, each with its opening.
func fill(b testing.TB, db storetest.Database, guild, members int) {
	b.Helper()
	for _, statement := range storetest.Members(db.IsPostgres(), snowflake.ID(guild), members) {
		db.Exec(b, statement)
	}
}

func BenchmarkSQLite(b *testing.B) {
	db := storetest.NewSQLite(b)
	s := openBench(b, db)
	raw := openRawSQLite(b, db)
	compare(b, "balance", map[string]func(int64) error{
		"store":  func(i int64) error { _, err := s.Balance(b.Context(), 1, snowflake.ID(1+i%benchMembers)); return err },
		"driver": raw.balance,
	})
	compare(b, "transfer", map[string]func(int64) error{
		"store":          func(i int64) error { _, err := s.Transfer(b.Context(), benchTransfer(i)); return err },
		"driver":         func(i int64) error { return raw.commit(1, func(tx *sql.Tx) error { return raw.transfer(tx, i) }) },
		"driver-grouped": grouped(raw, raw.transfer),
	})
	compare(b, "claim", map[string]func(int64) error{
		"store":          advancing(new(atomic.Int64), func(i int64) error { _, err := s.Claim(b.Context(), benchClaim(i)); return err }),
		"driver":         func(i int64) error { return raw.commit(1, func(tx *sql.Tx) error { return raw.claim(tx, i) }) },
		"driver-grouped": grouped(raw, raw.claim),
	})
}

func BenchmarkPostgres(b *testing.B) {
	db := storetest.NewPostgres(b)
	s := openBench(b, db)
	pool, err := pgxpool.New(b.Context(), db.URL+"&pool_max_conns=24")
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	exec := func(statement string, args []any) error {
		rows, err := pool.Query(context.Background(), statement, args...)
		if err != nil {
			return err
		}
		row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToMap)
		if code, judged := row["code"]; err == nil && judged && code != "ok" {
			return fmt.Errorf("refused: %v", code) // which is less work
		}
		return err
	}
	compare(b, "balance", map[string]func(int64) error{
		"store": func(i int64) error { _, err := s.Balance(b.Context(), 1, snowflake.ID(1+i%benchMembers)); return err },
		"driver": func(i int64) error {
			return exec(`SELECT `+store.BalanceColumns+` FROM balances WHERE guild_id = $1 AND user_id = $2`, []any{1, 1 + i%benchMembers})
		},
	})
	compare(b, "transfer", map[string]func(int64) error{
		"store":  func(i int64) error { _, err := s.Transfer(b.Context(), benchTransfer(i)); return err },
		"driver": func(i int64) error { return exec(store.TransferStatement, store.TransferArgs(benchTransfer(i))) },
	})
	var claims atomic.Int64 // of both, or the second would be refused the days of the first, which is less work
	compare(b, "claim", map[string]func(int64) error{
		"store":  advancing(&claims, func(i int64) error { _, err := s.Claim(b.Context(), benchClaim(i)); return err }),
		"driver": advancing(&claims, func(i int64) error { return exec(store.ClaimStatement, store.ClaimArgs(benchClaim(i))) }),
	})
}

// advancing numbers calls over all rounds of a benchmark: a claim can be made once.
func advancing(n *atomic.Int64, do func(i int64) error) func(int64) error {
	return func(int64) error { return do(n.Add(1)) }
}

// rawSQLite does what the writer does, by hand on the bare driver.
type rawSQLite struct {
	db    *sql.DB
	stmts map[string]*sql.Stmt
}

func openRawSQLite(b *testing.B, like storetest.Database) *rawSQLite {
	b.Helper()
	other := storetest.NewSQLite(b)
	other.Migrated(b)
	fill(b, other, 1, benchMembers)
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(other.URL, "sqlite:")+
		"?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)")
	require.NoError(b, err)
	db.SetMaxOpenConns(1)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	r := &rawSQLite{db: db, stmts: map[string]*sql.Stmt{}}
	for name, text := range map[string]string{
		"account": `SELECT ` + store.BalanceColumns + ` FROM balances WHERE guild_id = 1 AND user_id = $1`,
		"update":  `UPDATE balances SET balance = balance + $2, total_received = total_received + $3, total_sent = total_sent + $4, updated_at = $5 WHERE guild_id = 1 AND user_id = $1`,
		"insert": `INSERT INTO ledger (guild_id, seq, id, kind, from_id, from_name, to_id, to_name, amount, from_balance, to_balance, created_at)
			VALUES (1, (SELECT coalesce(max(seq), 0) + 1 FROM ledger WHERE guild_id = 1), randomblob(16), $1, $2, 'from', $3, 'to', $4, $5, $6, $7) RETURNING seq`,
	} {
		r.stmts[name], err = db.Prepare(text)
		require.NoError(b, err)
	}
	return r
}

func (r *rawSQLite) commit(n int, do func(tx *sql.Tx) error) error {
	tx, err := r.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for range n {
		if err := do(tx); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// grouped puts 64 operations into one commit.
func grouped(r *rawSQLite, do func(tx *sql.Tx, i int64) error) func(int64) error {
	return func(i int64) error {
		n := i * groupSize
		return r.commit(groupSize, func(tx *sql.Tx) error { n++; return do(tx, n) })
	}
}

func (r *rawSQLite) read(stmt *sql.Stmt, user int64) error {
	rows, err := stmt.Query(user)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns := make([]any, 10)
	for i := range columns {
		columns[i] = new(any)
	}
	for rows.Next() {
		if err := rows.Scan(columns...); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (r *rawSQLite) balance(i int64) error { return r.read(r.stmts["account"], 1+i%benchMembers) }

func (r *rawSQLite) transfer(tx *sql.Tx, i int64) error {
	t := benchTransfer(i)
	from, to := int64(t.From), int64(t.To)
	for _, user := range []int64{from, to} {
		if err := r.read(tx.Stmt(r.stmts["account"]), user); err != nil {
			return err
		}
	}
	update, now := tx.Stmt(r.stmts["update"]), time.Now().UnixMicro()
	if _, err := update.Exec(from, -1, 0, 1, now); err != nil {
		return err
	}
	if _, err := update.Exec(to, 1, 1, 0, now); err != nil {
		return err
	}
	var seq int64
	return tx.Stmt(r.stmts["insert"]).QueryRow("transfer", from, to, 1, 5, 5, now).Scan(&seq)
}

func (r *rawSQLite) claim(tx *sql.Tx, i int64) error {
	user, now := 1+i%benchMembers, time.Now().UnixMicro()
	if err := r.read(tx.Stmt(r.stmts["account"]), user); err != nil {
		return err
	}
	if _, err := tx.Stmt(r.stmts["update"]).Exec(user, 10, 10, 0, now); err != nil {
		return err
	}
	var seq int64
	return tx.Stmt(r.stmts["insert"]).QueryRow("daily", 0, user, 10, nil, 5, now).Scan(&seq)
}

// The first page of a leaderboard costs the same in a guild of a thousand and of a million; a rank is cheap in
// both.
func BenchmarkLeaderboard(b *testing.B) {
	sizes := []int{1000, 100_000}
	if storetest.Full() {
		sizes = append(sizes, 1_000_000)
	}
	for engine, create := range map[string]func(testing.TB) storetest.Database{"sqlite": storetest.NewSQLite, "postgres": storetest.NewPostgres} {
		b.Run(engine, func(b *testing.B) {
			db := create(b)
			s := db.Migrated(b)
			for _, members := range sizes {
				fill(b, db, members, members)
				guild := snowflake.ID(members)
				b.Run(fmt.Sprintf("page/%d", members), func(b *testing.B) {
					run(b, 1, 1, func(int64) error { _, err := s.Leaderboard(b.Context(), guild, store.ByBalance, 0, 10); return err })
				})
				_, err := s.Rank(b.Context(), guild, 1, store.ByBalance)
				require.NoError(b, err)
				b.Run(fmt.Sprintf("rank/%d", members), func(b *testing.B) {
					run(b, 1, 1, func(i int64) error {
						_, err := s.Rank(b.Context(), guild, snowflake.ID(1+i*7919%int64(members)), store.ByBalance)
						return err
					})
				})
				b.Run(fmt.Sprintf("lastpage/%d", members), func(b *testing.B) {
					run(b, 1, 1, func(int64) error {
						_, err := s.Leaderboard(b.Context(), guild, store.ByBalance, members-10, 10)
						return err
					})
				})
				b.Run(fmt.Sprintf("lastpage-offset/%d", members), func(b *testing.B) {
					raw := db.Raw(b)
					run(b, 1, 1, func(int64) error {
						rows, err := raw.QueryContext(b.Context(), `SELECT `+store.BalanceColumns+` FROM balances WHERE guild_id = $1
							ORDER BY guild_id, balance DESC, created_at, user_id LIMIT 10 OFFSET $2`, int64(guild), members-10)
						if err != nil {
							return err
						}
						for rows.Next() {
						}
						return errors.Join(rows.Err(), rows.Close())
					})
				})
				b.Run(fmt.Sprintf("history/%d", members), func(b *testing.B) {
					run(b, 1, 1, func(i int64) error {
						user := snowflake.ID(1 + i*7919%int64(members))
						_, err := s.Transactions(b.Context(), store.TransactionFilter{Guild: guild, User: &user, Limit: 10})
						return err
					})
				})
				b.Run(fmt.Sprintf("stats/%d", members), func(b *testing.B) {
					run(b, 1, 1, func(int64) error { _, err := s.Stats(b.Context(), guild, store.DayOf(benchStart)); return err })
				})
			}
		})
	}
}
