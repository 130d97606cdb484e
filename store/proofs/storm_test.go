package proofs

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// Sixteen clients open, send, claim, give, undo and repeat at random, one by one and in bulk,
// while the ledger is proved on snapshots. In the end every outcome that was told is the one in the ledger,
// nothing else is there, and each key still means what it meant.
func TestManyRandomOperationsKeepTheLedgerTrue(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		const clients = 16
		total := int64(sized(3_000, 100_000))
		stores := []*store.Store{db.Migrated(t), db.Open(t)}
		writers := stores
		if !db.IsPostgres() {
			writers = stores[:1] // in two processes the writers of SQLite mostly wait for each other
		}
		books := newBooks(t)
		c := &crowd{name: "storm", guilds: []snowflake.ID{1, 2, 3}, keyed: 50, writes: &witness{books, stores, atomic.Int64{}}}
		seed := newSeed(t)

		snapshots := make(chan struct{}, 1)
		proved := make(chan int)
		go func() {
			n := 0
			for range snapshots {
				report, err := stores[n%2].Verify(t.Context())
				assert.NoError(t, err)
				assert.True(t, report.OK(), "%v", report.Differences)
				n++
			}
			proved <- n
		}()
		var drawn atomic.Int64
		done := func() bool {
			n := drawn.Add(1)
			if n%(total/20) == 0 {
				select {
				case snapshots <- struct{}{}:
				default: // one is under way and one waits
				}
			}
			return n > total
		}
		var wg sync.WaitGroup
		for i := range clients {
			wg.Go(func() { c.work(t.Context(), writers[i%len(writers)], seed, i, done) })
		}
		wg.Wait()
		close(snapshots)
		n := <-proved
		require.Positive(t, n)

		report := books.audit(stores[0])
		require.Positive(t, report.Burned)
		replayed := books.replay(stores[1], int(total)/5)
		require.Equal(t, report, books.audit(stores[0]), "repeats move nothing")
		t.Logf("%d orders, %d rows, %d proofs on snapshots meanwhile, %d keys replayed", len(books.entries), report.Rows, n, replayed)
	})
}

// witness looks at acknowledged rows through the other store: what one was told all can see.
type witness struct {
	*books
	stores []*store.Store
	seen   atomic.Int64
}

func (w *witness) got(o order, f figures) {
	w.books.got(o, f)
	n := w.seen.Add(1)
	if f.ID == (uuid.UUID{}) || n%8 != 0 {
		return
	}
	for _, s := range w.stores {
		row, err := s.Transaction(w.t.Context(), o.Guild, f.ID)
		if assert.NoError(w.t, err, "%+v was acknowledged", o) {
			_, written := told(row)
			assert.Equal(w.t, f.first(), written)
		}
	}
}
