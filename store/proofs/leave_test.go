package proofs

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// served is the journal of callers who stay: each of them has an outcome.
type served struct{ *books }

func (s served) failed(o order, err error) {
	if !o.Stolen {
		assert.NoError(s.t, err, "%+v", o)
	}
	s.books.failed(o, err)
}

// Half of the callers leave within microseconds, in the queue, between two statements or while their commit is
// under way. Those who stay never notice, and those who left were told the truth.
func TestCallersWhoLeaveDisturbNobody(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := db.Migrated(t)
		books := newBooks(t)
		stay := &crowd{name: "stay", guilds: []snowflake.ID{1, 2}, keyed: 50, writes: served{books}}
		leave := &crowd{name: "leave", guilds: []snowflake.ID{1, 2}, keyed: 50, impatient: 1, writes: books}
		seed := newSeed(t)
		total := int64(sized(2_000, 20_000))
		var drawn atomic.Int64
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				[]*crowd{stay, leave}[i%2].work(t.Context(), s, seed, i, func() bool { return drawn.Add(1) > total })
			})
		}
		wg.Wait()
		left := 0
		for _, e := range books.entries {
			if e.nothing && !e.Stolen {
				require.ErrorIs(t, e.err, context.DeadlineExceeded)
				require.NotErrorIs(t, e.err, store.ErrUnavailable)
				left++
			}
		}
		require.Positive(t, left)
		require.Empty(t, books.doubtful())
		report := books.audit(s)
		t.Logf("%d orders, %d callers left before their turn, %d rows", len(books.entries), left, report.Rows)
	})
}
