package proofs

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// meddler is a journal that does harm after some random number of deliveries, at most span, from within one
// of them. A patient one counts only those that had an outcome.
type meddler struct {
	*books
	left, failures atomic.Int64
	span           int
	patient        bool
	harm           func()
}

func (m *meddler) got(o order, f figures) {
	m.books.got(o, f)
	m.step()
}

func (m *meddler) failed(o order, err error) {
	m.books.failed(o, err)
	m.failures.Add(1)
	if !m.patient {
		m.step()
	}
}

func (m *meddler) step() {
	if m.left.Add(-1) == 0 {
		m.harm()
		m.left.Store(1 + rand.Int64N(int64(m.span)))
	}
}

// endure lets eight clients work through total orders while harm is done again and again.
func endure(t *testing.T, m *meddler, c *crowd, s *store.Store, total int) {
	t.Helper()
	m.left.Store(1)
	c.writes = m
	seed := newSeed(t)
	var drawn atomic.Int64
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() { c.work(t.Context(), s, seed, i, func() bool { return drawn.Add(1) > int64(total) }) })
	}
	wg.Wait()
}

// Sockets are cut while orders are under way: at once, after a few bytes in either direction, by a reset. Every
// call has its outcome or says that the database is unavailable, callers who leave know that nothing was done,
// and what was in doubt comes to one outcome when it is delivered again.
func TestCutSocketsLoseAndRepeatNothing(t *testing.T) {
	t.Parallel()
	db := storetest.NewPostgres(t)
	direct := db.Migrated(t)
	net, through := throughNetwork(t, db)
	s := through.Open(t)
	books := newBooks(t)
	cuts := 0
	harms := []func(){
		net.cut,
		func() { net.worsen("limit_data", "downstream", map[string]int{"bytes": rand.IntN(4000)}) },
		func() { net.worsen("limit_data", "upstream", map[string]int{"bytes": rand.IntN(20000)}) },
		func() { net.worsen("reset_peer", "downstream", map[string]int{"timeout": rand.IntN(5)}) },
	}
	m := &meddler{books: books, span: 40, harm: func() {
		if cuts++; cuts%2 == 0 {
			net.heal()
		} else {
			harms[rand.IntN(len(harms))]()
		}
	}}
	endure(t, m, &crowd{name: "cut", guilds: []snowflake.ID{1, 2}, keyed: 70, impatient: 4, stubborn: 2}, s, sized(400, 8_000))

	net.heal()
	took := recovers(t, s)
	settled, done := books.settle(direct)
	replayed := books.replay(s, 2000)
	report := books.audit(direct)
	require.Positive(t, m.failures.Load())
	t.Logf("%d cuts, %d orders, %d deliveries failed, %d in doubt at the end (%d of them carried out), %d replayed, %d rows; back in %s",
		cuts, len(books.entries), m.failures.Load(), settled, done, replayed, report.Rows, took)
}

// A network that is slow, narrow and cuts everything to pieces costs time and nothing else.
func TestSlowNetworkLosesNothing(t *testing.T) {
	t.Parallel()
	db := storetest.NewPostgres(t)
	direct := db.Migrated(t)
	net, through := throughNetwork(t, db)
	s := through.Open(t)
	for _, stream := range []string{"upstream", "downstream"} {
		net.worsen("slicer", stream, map[string]int{"average_size": 40, "size_variation": 30, "delay": 10})
		net.worsen("latency", stream, map[string]int{"latency": 2, "jitter": 2})
		net.worsen("bandwidth", stream, map[string]int{"rate": 200})
	}
	books := newBooks(t)
	m := &meddler{books: books, span: 1000, harm: func() {}}
	endure(t, m, &crowd{name: "slow", guilds: []snowflake.ID{1, 2}, keyed: 50, impatient: 3}, s, sized(200, 3_000))
	require.Empty(t, books.doubtful())
	books.replay(s, 100)
	report := books.audit(direct)
	t.Logf("%d orders, %d of them by callers who left, %d rows", len(books.entries), m.failures.Load(), report.Rows)
}
