package proofs

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// books are the journal that is audited. They are safe for use by many goroutines.
type books struct {
	t       testing.TB
	mu      sync.Mutex
	entries map[string]*entry // by the name of the order
}

var _ journal = (*books)(nil)

// entry is what is known of one order.
type entry struct {
	order
	known   bool // an outcome was acknowledged
	figures figures
	fresh   int   // acknowledgements that were not Again
	lost    bool  // a delivery may have done something unseen
	nothing bool  // every delivery so far did nothing
	again   bool  // replayed
	err     error // of the last delivery that failed
}

func newBooks(t testing.TB) *books { return &books{t: t, entries: map[string]*entry{}} }

func (b *books) tried(o order) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.entries[o.Name] == nil {
		b.entries[o.Name] = &entry{order: o}
	}
	b.entries[o.Name].nothing = false
}

func (b *books) got(o order, f figures) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.entries[o.Name]
	if e.known {
		assert.Equal(b.t, e.figures.first(), f.first(), "%+v came to two outcomes", o)
	}
	assert.False(b.t, o.Stolen, "%+v was carried out under the key of another", o)
	e.known, e.figures = true, f
	if !f.Again {
		e.fresh++
		assert.Equal(b.t, 1, e.fresh, "%+v was carried out more than once", o)
	}
}

func (b *books) failed(o order, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.entries[o.Name]
	e.err = err
	switch {
	case errors.Is(err, store.ErrUnavailable):
		e.lost = true
	case o.Stolen && errors.Is(err, store.ErrKeyReused), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		e.nothing = !e.lost && !e.known
	default:
		assert.NoError(b.t, err, "%+v", o)
	}
}

// doubtful lists the orders with a key of which nobody knows what they came to.
func (b *books) doubtful() []order {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found []order
	for _, e := range b.entries {
		if !e.known && !e.nothing && e.Key != "" && !e.Stolen {
			found = append(found, e.order)
		}
	}
	return found
}

// settle delivers each doubtful order again, twice: with its key it now comes to one outcome. It returns how
// many there were, and how many of them had been carried out.
func (b *books) settle(s *store.Store) (settled, done int) {
	b.t.Helper()
	for _, o := range b.doubtful() {
		for again := range 2 {
			f, err := insist(b.t.Context(), s, o)
			require.NoError(b.t, err, "%+v", o)
			b.got(o, f)
			if again == 0 && f.Again {
				done++
			}
		}
		settled++
	}
	return settled, done
}

// replay delivers acknowledged orders that have a key again, each once and at most limit: each comes to the
// same figures, and moves nothing.
func (b *books) replay(s *store.Store, limit int) (replayed int) {
	b.t.Helper()
	b.mu.Lock()
	var due []*entry
	for _, e := range b.entries {
		if e.known && e.Key != "" && !e.again && len(due) < limit {
			e.again = true
			due = append(due, e)
		}
	}
	b.mu.Unlock()
	const at = 8
	together(at, func(i int) {
		for n := i; n < len(due); n += at {
			o := due[n].order
			f, err := insist(b.t.Context(), s, o)
			if !assert.NoError(b.t, err, "%+v", o) {
				return // the others would have to wait as long
			}
			assert.True(b.t, f.Again, "%+v was acknowledged and is not remembered", o)
			b.got(o, f)
		}
	})
	return len(due)
}

// audit compares the ledger with the books, row by row, and proves it by itself. What is written together with
// a row must be there with it: the entry that says who ordered it, and the job of each adjustment.
func (b *books) audit(s *store.Store) store.Report {
	t := b.t
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	guilds := map[snowflake.ID]bool{}
	for _, e := range b.entries {
		guilds[e.Guild] = true
	}
	rows, entries, wantEntries := map[string]int{}, map[string]int{}, map[string]int{}
	jobs := int64(0)
	for guild := range guilds {
		for entry := range trail(t, s, guild) {
			entries[entry.Subject]++
		}
		for row := range ledger(t, s, guild) {
			name, f := told(row)
			if name == "" {
				continue
			}
			rows[name]++
			if row.Kind == store.KindAdjustment || row.Kind == store.KindReversal {
				wantEntries[name]++
			}
			if row.Kind == store.KindAdjustment {
				jobs++
			}
			e := b.entries[name]
			require.NotNil(t, e, "row %s was ordered by nobody", row.ID)
			if e.known {
				want := e.figures.first()
				want.Streak = 0 // not in the row
				require.Equal(t, want, f, "row %s of %+v", row.ID, e.order)
			}
		}
	}
	for name, e := range b.entries {
		switch {
		case e.Verb == opens || e.known && e.figures.Refusal != "" || e.nothing:
			require.Zero(t, rows[name], "%+v left a row, its caller was told: %v", e.order, e.err)
		case e.known:
			require.Equal(t, 1, rows[name], "rows of the acknowledged %+v", e.order)
		default:
			require.LessOrEqual(t, rows[name], 1, "rows of %+v", e.order)
		}
	}
	require.Equal(t, wantEntries, entries, "who ordered what")
	queue, err := s.Queue(t.Context())
	require.NoError(t, err)
	require.Equal(t, jobs, queue.Waiting, "jobs of adjustments")
	return storetest.Prove(t, s)
}

// trail yields every entry of a guild's audit log, newest first.
func trail(t testing.TB, s *store.Store, guild snowflake.ID) func(func(store.AuditEntry) bool) {
	return func(yield func(store.AuditEntry) bool) {
		var last *uuid.UUID
		for {
			page, err := s.AuditEntries(t.Context(), guild, last, 2000)
			require.NoError(t, err)
			if len(page) == 0 {
				return
			}
			for _, entry := range page {
				if !yield(entry) {
					return
				}
			}
			last = &page[len(page)-1].ID
		}
	}
}

// ledger yields every row of a guild, newest first.
func ledger(t testing.TB, s *store.Store, guild snowflake.ID) func(func(store.Transaction) bool) {
	return func(yield func(store.Transaction) bool) {
		filter := store.TransactionFilter{Guild: guild, Limit: 2000}
		for {
			page, err := s.Transactions(t.Context(), filter)
			require.NoError(t, err)
			if len(page) == 0 {
				return
			}
			for _, row := range page {
				if !yield(row) {
					return
				}
			}
			filter.Before = &page[len(page)-1].Seq
		}
	}
}

// together runs do n times at once and returns when all are done.
func together(n int, do func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { do(i) })
	}
	wg.Wait()
}
