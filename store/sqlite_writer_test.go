package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// openWriter opens a migrated store whose batches are recorded.
func openWriter(t *testing.T) (s *Store, batches func() []Batch) {
	t.Helper()
	var mu sync.Mutex
	var seen []Batch
	s, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "test.db"), os.DirFS("../migrations"), WithBatches(func(b Batch) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, b)
	}))
	require.NoError(t, err)
	require.NoError(t, s.Ping(t.Context()), "a connection from before the migration sees what it brings")
	require.NoError(t, s.Migrate(t.Context()))
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s, func() []Batch {
		mu.Lock()
		defer mu.Unlock()
		return seen
	}
}

func sqliteOf(s *Store) *sqliteEngine { return s.db.(*watched).engine.(*sqliteEngine) }

// hold occupies the writer until release is called, and returns once it does.
func hold(s *Store) (release func()) {
	began, end := make(chan struct{}), make(chan struct{})
	w := sqliteOf(s).writer
	t := w.queue(context.Background(), func(conn) error {
		close(began)
		<-end
		return nil
	})
	<-began
	return func() { close(end); _ = w.wait(t) }
}

// A neighbour that holds the lock nearly all the time, as another busy process does, only slows our writes.
func TestWritesGetPastANeighbourThatNeverRests(t *testing.T) {
	t.Parallel()
	s, _ := openWriter(t)
	e := sqliteOf(s)
	other, err := sql.Open("sqlite", e.dsn)
	require.NoError(t, err)
	defer other.Close()
	other.SetMaxOpenConns(1)
	var rest atomic.Bool
	var neighbour sync.WaitGroup
	neighbour.Go(func() {
		for !rest.Load() {
			tx, err := other.Begin()
			if err != nil {
				continue
			}
			_ = pause(t.Context(), 60*time.Millisecond)
			_ = tx.Rollback()
			_ = pause(t.Context(), 2*time.Millisecond)
		}
	})
	for user := range int64(20) {
		require.NoError(t, e.writer.do(t.Context(), put(user+1, nil)))
	}
	rest.Store(true)
	neighbour.Wait()
}

// put is an operation that opens an account and then runs a function.
func put(user int64, then func(conn) error) func(conn) error {
	return func(c conn) error {
		_, err := c.exec(`INSERT INTO balances (`+balanceColumns+`) VALUES (1, $1, 0, 0, 0, 0, NULL, NULL, 0, 0)`, user)
		if err != nil || then == nil {
			return err
		}
		return then(c)
	}
}

// users returns who has an account.
func users(t *testing.T, s *Store) []int64 {
	t.Helper()
	found, err := list(s.db.reader(t.Context()), scalar[int64], `SELECT user_id FROM balances ORDER BY user_id`)
	require.NoError(t, err)
	return found
}

// batched queues the operations while the writer is held, so that they share a batch, and returns their errors.
func batched(s *Store, operations ...func(conn) error) []error {
	release := hold(s)
	w := sqliteOf(s).writer
	var queued []*operation
	for _, fn := range operations {
		queued = append(queued, w.queue(context.Background(), fn))
	}
	release()
	errs := make([]error, len(operations))
	for i, t := range queued {
		errs[i] = w.wait(t)
	}
	return errs
}

func TestWriterCommitsInGroups(t *testing.T) {
	t.Parallel()
	s, batches := openWriter(t)
	var operations []func(conn) error
	for i := range 2 * maxBatch {
		operations = append(operations, put(int64(i+1), nil))
	}
	for _, err := range batched(s, operations...) {
		require.NoError(t, err)
	}
	require.Len(t, users(t, s), 2*maxBatch)
	var sizes []int
	for _, b := range batches() {
		require.NoError(t, b.Err)
		require.Positive(t, b.Took)
		sizes = append(sizes, b.Size)
	}
	require.Equal(t, []int{1, maxBatch, maxBatch}, sizes)
}

// An error, a refusal by a constraint and a panic undo their own operation and no other.
func TestWriterIsolatesTurns(t *testing.T) {
	t.Parallel()
	s, batches := openWriter(t)
	wrong := errors.New("wrong")
	errs := batched(s,
		put(1, nil),
		put(2, func(conn) error { return wrong }),
		put(3, func(conn) error { panic("planted") }),
		put(1, nil),
		put(4, func(c conn) error { _, err := c.exec("no SQL"); return err }),
		put(5, func(c conn) error { _, err := c.exec("SELECT $1", struct{}{}); return err }),
		put(6, nil),
	)
	require.NoError(t, errs[0])
	require.ErrorIs(t, errs[1], wrong)
	require.ErrorContains(t, errs[2], "planted")
	require.ErrorIs(t, errs[3], ErrExists)
	require.Error(t, errs[4])
	require.ErrorIs(t, errs[5], ErrInvalid)
	require.NoError(t, errs[6])
	require.Equal(t, []int64{1, 6}, users(t, s))
	require.Equal(t, 7, batches()[1].Size, "they shared a commit")
}

// When the transaction ends under an operation, SQLite would commit what follows one by one: the whole batch fails.
func TestWriterFailsBatchWithoutTransaction(t *testing.T) {
	t.Parallel()
	s, batches := openWriter(t)
	errs := batched(s, put(1, nil), put(2, func(c conn) error { _, err := c.exec("ROLLBACK"); return err }), put(3, nil))
	for i, err := range errs {
		require.Error(t, err, "operation %d", i)
	}
	require.Error(t, batches()[1].Err)
	require.Empty(t, users(t, s))
	require.NoError(t, s.db.write(t.Context(), put(4, nil)), "and the next one is whole again")
	require.Equal(t, []int64{4}, users(t, s))
}

func TestWriterHonoursContextsBeforeTheirTurn(t *testing.T) {
	t.Parallel()
	s, _ := openWriter(t)
	w := sqliteOf(s).writer
	release := hold(s)
	ctx, cancel := context.WithCancel(t.Context())
	gone := w.queue(ctx, put(1, nil))
	stays := w.queue(t.Context(), put(2, nil))
	during, leave := context.WithCancel(t.Context())
	leaves := w.queue(during, put(3, func(conn) error { leave(); return nil }))
	cancel()
	release()
	require.ErrorIs(t, w.wait(gone), context.Canceled)
	require.NoError(t, w.wait(stays))
	require.NoError(t, w.wait(leaves), "once begun, the outcome is told")
	require.Equal(t, []int64{2, 3}, users(t, s))

	release = hold(s)
	for range cap(w.operations) {
		w.queue(t.Context(), func(conn) error { return nil })
	}
	full, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	require.ErrorIs(t, w.do(full, put(5, nil)), context.DeadlineExceeded, "a full queue holds nobody longer than they want")
	release()
}

func TestWriterStops(t *testing.T) {
	t.Parallel()
	s, _ := openWriter(t)
	w := sqliteOf(s).writer
	release := hold(s)
	queued := w.queue(t.Context(), put(1, nil))
	stopped := make(chan struct{})
	go func() { w.stop(); close(stopped) }()
	<-w.quit
	late := make(chan error)
	go func() { late <- w.do(context.Background(), put(2, nil)) }()
	release()
	<-stopped
	require.NoError(t, w.wait(queued), "what was queued is done")
	if err := <-late; err != nil {
		require.ErrorIs(t, err, ErrClosed)
		require.Equal(t, []int64{1}, users(t, s))
	}
	require.ErrorIs(t, w.do(t.Context(), put(3, nil)), ErrUnavailable)
	e := sqliteOf(s)
	e.writer = startWriter(e.write1, time.Second, e.jobs, e.opts) // for Close
}

// A disk that is full fails what does not fit; what was acknowledged stays, and it goes on when there is room.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	s, _ := openWriter(t)
	pages, err := one(s.db.reader(t.Context()), scalar[int64], `PRAGMA page_count`)
	require.NoError(t, err)
	limit := func(pages int64) {
		db := sqliteOf(s).write1
		var now int64
		require.NoError(t, db.QueryRow(`PRAGMA max_page_count`).Scan(&now))
		_, err := db.Exec(`PRAGMA max_page_count = ` + strconv.FormatInt(pages, 10))
		require.NoError(t, err)
	}
	limit(pages + 10)

	var mu sync.Mutex
	var kept []Transaction
	var failed int
	var workers sync.WaitGroup
	for worker := range 8 {
		workers.Go(func() {
			for i := range 100 {
				row, err := s.Transfer(context.Background(), Transfer{Guild: 1, From: 1, To: 2, Amount: 1, Max: 1, Starting: 1000,
					At: time.Now(), Reason: "the reason makes the row longer, so that the disk fills up sooner", Key: strconv.Itoa(worker*1000 + i)})
				mu.Lock()
				if err == nil {
					kept = append(kept, row)
				} else if errors.Is(err, ErrUnavailable) {
					failed++
				}
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	require.NotEmpty(t, kept)
	require.Equal(t, 800, len(kept)+failed)
	require.Positive(t, failed)
	proveKept(t, s, kept)

	limit(1 << 30)
	row, err := s.Transfer(t.Context(), Transfer{Guild: 1, From: 1, To: 2, Amount: 1, Max: 1, Starting: 1000, At: time.Now()})
	require.NoError(t, err)
	proveKept(t, s, append(kept, row))
}

func proveKept(t *testing.T, s *Store, kept []Transaction) {
	t.Helper()
	for _, row := range kept {
		_, err := s.Transaction(t.Context(), row.GuildID, row.ID)
		require.NoError(t, err)
	}
	r, err := s.Verify(t.Context())
	require.NoError(t, err)
	require.True(t, r.OK(), "%v", r.Differences)
	b, err := s.Balance(t.Context(), 1, 2)
	require.NoError(t, err)
	require.EqualValues(t, 1000+len(kept), b.Balance)
}
