package proofs

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// load works until it is killed.
func (do task) load(ctx context.Context, say *reporter) error {
	s, err := do.open(ctx)
	if err != nil {
		return err
	}
	c := &crowd{name: do.Name, guilds: []snowflake.ID{1, 2}, keyed: 100, writes: say}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() { c.work(ctx, s, do.Seed, i, func() bool { return false }) })
	}
	wg.Wait()
	return nil
}

// A process under load is killed at random, again and again on one database. Whatever it had acknowledged is
// there with its figures, nothing is half done, and what was under way comes to one outcome when it is
// delivered again.
func TestKilledUnderLoadKeepsWhatItAcknowledged(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		db.Migrated(t).Close()
		books := newBooks(t)
		r := rand.New(rand.NewPCG(newSeed(t), 0))
		rounds, settled, done, replayed := sized(5, 100), 0, 0, 0
		var report store.Report
		for round := range rounds {
			var held *store.Store // or else nobody else has the database open, and it is recovered when it is opened
			if round%2 == 1 {
				held = open(t, db)
			}
			c := spawn(t, task{Role: "load", URL: db.URL, Name: fmt.Sprint("round ", round), Seed: r.Uint64()})
			left := r.IntN(400)
			c.follow(books, func(event) {
				if left--; left <= 0 {
					c.kill()
				}
			})
			c.ended()

			s := open(t, db)
			doubtful, carriedOut := books.settle(s)
			settled, done = settled+doubtful, done+carriedOut
			replayed += books.replay(s, 1000)
			report = books.audit(s)
			require.NoError(t, s.Close())
			if held != nil {
				require.NoError(t, held.Close())
			}
		}
		require.Positive(t, replayed)
		t.Logf("%d kills: %d orders, %d acknowledged and replayed, %d in doubt (%d of them carried out) and settled, %d rows",
			rounds, len(books.entries), replayed, settled, done, report.Rows)
	})
}

// open opens a store that the test closes by itself.
func open(t *testing.T, db storetest.Database) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), db.URL, storetest.Migrations(t), store.WithPoolSize(8))
	require.NoError(t, err)
	return s
}
