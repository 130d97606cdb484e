package proofs

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// undoings counts, by the log of a store, the writes that the database undid and that were carried out again.
type undoings struct {
	slog.Handler
	n atomic.Int64
}

func (u *undoings) Enabled(context.Context, slog.Level) bool { return true }

func (u *undoings) Handle(_ context.Context, record slog.Record) error {
	record.Attrs(func(a slog.Attr) bool {
		if err := a.Value.String(); strings.Contains(err, "40P01") || strings.Contains(err, "40001") {
			u.n.Add(1)
		}
		return true
	})
	return nil
}

// migrated returns an empty, migrated database on Postgres.
func migrated(t *testing.T) storetest.Database {
	db := storetest.NewPostgres(t)
	db.Migrated(t)
	return db
}

// opened opens a store on Postgres whose sessions have this setting.
func opened(t *testing.T, db storetest.Database, setting string) (*store.Store, *undoings) {
	u := &undoings{Handler: slog.DiscardHandler}
	db.URL += "&" + setting
	return db.Open(t, store.WithLogger(slog.New(u))), u
}

// Transfers in all directions between few accounts wait for each other and never in a circle: Postgres has no
// deadlock to break.
func TestOpposingTransfersNeverDeadlock(t *testing.T) {
	t.Parallel()
	s, undone := opened(t, migrated(t), "deadlock_timeout=5ms")
	seed := newSeed(t)
	together(16, func(i int) {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		for n := range sized(60, 1_500) {
			o := order{Verb: sends, Name: fmt.Sprint(i, ".", n), Guild: 1, From: snowflake.ID(1 + r.IntN(4)), Amount: 1, At: noon}
			o.To = 1 + (o.From+snowflake.ID(r.IntN(3)))%4
			_, err := o.carryOut(t.Context(), s)
			assert.NoError(t, err)
		}
	})
	require.Zero(t, undone.n.Load())
	storetest.Prove(t, s)
}

// Someone from outside locks accounts in the wrong order. Postgres breaks the deadlock by undoing the store's
// write, and the store carries it out again, as a whole and once.
func TestDeadlockedWriteIsRepeatedAsAWhole(t *testing.T) {
	t.Parallel()
	send := order{Verb: sends, Name: "earlier", Guild: 1, From: 1, To: 2, Amount: 5, At: noon}
	for name, write := range map[string]func(context.Context, *store.Store, figures) error{
		"transfer": func(ctx context.Context, s *store.Store, _ figures) error {
			o := send
			o.Name, o.Key = "written", "proofs:deadlock"
			_, err := o.carryOut(ctx, s)
			return err
		},
		"reversal": func(ctx context.Context, s *store.Store, earlier figures) error {
			_, err := order{Verb: undoes, Name: "written", Guild: 1, Row: earlier.ID, At: noon}.carryOut(ctx, s)
			return err
		},
		"bulk": func(ctx context.Context, s *store.Store, _ figures) error {
			bulk := []store.Transfer{send.transfer()}
			bulk[0].Reason = "written"
			return s.Transfers(ctx, bulk)[0].Err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := storetest.NewPostgres(t)
			direct := db.Migrated(t)
			earlier, err := send.carryOut(t.Context(), direct)
			require.NoError(t, err)
			s, undone := opened(t, db, "deadlock_timeout=1s") // long enough that both wait when Postgres looks
			stranger, err := db.Raw(t).Conn(t.Context())
			require.NoError(t, err)
			const lock = `SELECT FROM balances WHERE guild_id = 1 AND user_id = `
			execute(t, stranger, `SET deadlock_timeout = '10min'`) // it is not the one that gives way
			execute(t, stranger, `BEGIN`)
			execute(t, stranger, lock+`2 FOR UPDATE`)
			written := make(chan error)
			go func() { written <- write(t.Context(), s, earlier) }() // locks 1 and waits for 2
			require.Eventually(t, func() bool {
				var waits bool
				err := stranger.QueryRowContext(t.Context(), `SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))`).Scan(&waits)
				return assert.NoError(t, err) && waits
			}, time.Minute, time.Millisecond)
			execute(t, stranger, lock+`1 FOR UPDATE`) // returns when the write has been undone
			execute(t, stranger, `COMMIT`)
			require.NoError(t, stranger.Close())
			require.NoError(t, <-written)
			require.Positive(t, undone.n.Load())
			rows := map[string]int{}
			for row := range ledger(t, direct, 1) {
				name, _ := told(row)
				rows[name]++
			}
			require.Equal(t, map[string]int{"": 2, "earlier": 1, "written": 1}, rows)
			storetest.Prove(t, direct)
		})
	}
}

func execute(t *testing.T, c *sql.Conn, statement string) {
	t.Helper()
	_, err := c.ExecContext(t.Context(), statement)
	require.NoError(t, err, statement)
}

// Sessions that must serialize are undone all the time. Each write is repeated as a whole, a bounded number of
// times, and then told that the database is unavailable: nothing of it is there, and it comes to one outcome
// when it is delivered again.
func TestUnserializableWritesAreRepeatedAsAWhole(t *testing.T) {
	t.Parallel()
	for _, level := range []string{"repeatable read", "serializable"} {
		t.Run(level, func(t *testing.T) {
			t.Parallel()
			db := storetest.NewPostgres(t)
			direct := db.Migrated(t)
			s, undone := opened(t, db, "default_transaction_isolation="+strings.ReplaceAll(level, " ", "%20"))
			books := newBooks(t)
			m := &meddler{books: books, span: 1 << 30, harm: func() {}}
			endure(t, m, &crowd{name: "undone", guilds: []snowflake.ID{1, 2, 3, 4}, keyed: 50}, s, sized(300, 5_000))
			require.Positive(t, undone.n.Load())
			settled, done := books.settle(direct)
			require.Zero(t, done)
			books.replay(s, 100)
			report := books.audit(direct)
			t.Logf("%d orders, undone %d times, %d given up, %d rows", len(books.entries), undone.n.Load(), settled, report.Rows)
		})
	}
}
