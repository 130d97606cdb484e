package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// maxBatch bounds how many operations share one commit, and so how long the first waits for the last.
const maxBatch = 64

// lockTry is how long one try for the lock lasts: SQLite asks after 0, 1 and 3 ms.
const lockTry = 3 * time.Millisecond

// writer is the one goroutine that writes. A commit costs a sync of the disk, so it commits in groups:
// what is queued when a transaction begins rides in it, each operation in a savepoint of its own.
type writer struct {
	db         *sql.DB
	patience   time.Duration // for a lock that another process holds
	jobs       *jobInserter[*sql.Tx]
	operations chan *operation
	quit       chan struct{}
	stopped    chan struct{}
	stmts      map[string]*sql.Stmt
	unseen     map[string]struct{} // texts to prepare once the connection is free
	observe    func(Batch)
}

// operation is one that waits in the queue, or is carried out.
type operation struct {
	ctx  context.Context
	fn   func(conn) error
	err  error
	done chan struct{}
}

func startWriter(db *sql.DB, patience time.Duration, jobs *jobInserter[*sql.Tx], o options) *writer {
	w := &writer{
		db: db, patience: patience, jobs: jobs, observe: o.observe,
		operations: make(chan *operation, 2*maxBatch), quit: make(chan struct{}), stopped: make(chan struct{}),
		stmts: map[string]*sql.Stmt{}, unseen: map[string]struct{}{},
	}
	go w.run()
	return w
}

// do waits for the operation's turn and for the commit that holds it. ctx is looked at before the turn only:
// from then on the outcome is known, whatever the caller has become.
func (w *writer) do(ctx context.Context, fn func(conn) error) error {
	return w.wait(w.queue(ctx, fn))
}

func (w *writer) queue(ctx context.Context, fn func(conn) error) *operation {
	t := &operation{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case w.operations <- t:
	case <-ctx.Done():
		t.answer(ctx.Err())
	case <-w.quit:
		t.answer(ErrClosed)
	}
	return t
}

func (w *writer) wait(t *operation) error {
	select {
	case <-t.done:
	case <-w.stopped:
		select {
		case <-t.done: // answered before the end
		default: // queued too late ever to run
			return ErrClosed
		}
	}
	return t.err
}

func (t *operation) answer(err error) {
	t.err = err
	close(t.done)
}

// stop lets what is queued finish and ends the goroutine.
func (w *writer) stop() {
	close(w.quit)
	<-w.stopped
}

func (w *writer) run() {
	defer close(w.stopped)
	defer w.closeStatements()
	for {
		select {
		case t := <-w.operations:
			w.commit([]*operation{t})
		case <-w.quit:
			for rest := w.drain(nil); len(rest) > 0; rest = w.drain(nil) {
				w.commit(rest)
			}
			return
		}
	}
}

// drain adds what is queued right now.
func (w *writer) drain(batch []*operation) []*operation {
	for len(batch) < maxBatch {
		select {
		case t := <-w.operations:
			batch = append(batch, t)
		default:
			return batch
		}
	}
	return batch
}

// commit carries out a batch and answers every operation in it. The transaction is the writer's own: no caller's
// context may end it for the others.
func (w *writer) commit(batch []*operation) {
	start := time.Now()
	tx, leave, err := w.begin(context.Background())
	batch = w.drain(batch) // waiting for the lock let more arrive
	if err == nil {
		err = w.carryOut(tx, batch)
		leave()
	}
	err = sqliteError(err)
	for _, t := range batch {
		if t.err == nil {
			t.err = err
		}
		close(t.done)
	}
	w.observe(Batch{Size: len(batch), Took: time.Since(start), Err: err})
	w.prepareUnseen()
}

// begin waits for the lock and begins a transaction; leave gives the connection back after it. SQLite itself
// asks for a lock ten times a second, which seldom is the moment when a neighbour that writes without a pause
// lets go of it: so it is asked for in short tries, and only what comes after has SQLite's own patience.
func (w *writer) begin(ctx context.Context) (tx *sql.Tx, leave func(), err error) {
	c, err := w.db.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	leave = func() { _ = c.Close() }
	wait := func(d time.Duration) error {
		_, err := c.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", d.Milliseconds()))
		return err
	}
	if err = wait(min(lockTry, w.patience)); err == nil {
		tx, err = w.lock(ctx, c)
	}
	if err = errors.Join(err, wait(w.patience)); err != nil {
		if tx != nil {
			_ = tx.Rollback()
		}
		leave()
		return nil, nil, err
	}
	return tx, leave, nil
}

// lock tries until it has the lock or the patience is over.
func (w *writer) lock(ctx context.Context, c *sql.Conn) (*sql.Tx, error) {
	for begun := time.Now(); ; {
		tx, err := c.BeginTx(ctx, nil)
		if !locked(err) || time.Since(begun) > w.patience {
			return tx, err
		}
	}
}

// carryOut runs the operations and commits. An error means that nothing of the batch is kept.
func (w *writer) carryOut(tx *sql.Tx, batch []*operation) error {
	defer tx.Rollback()
	c := &sqliteTx{ctx: context.Background(), tx: tx, w: w, stmts: map[string]*sql.Stmt{}}
	for _, t := range batch {
		if t.err = t.ctx.Err(); t.err != nil {
			continue
		}
		if err := c.isolated(t); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// isolated runs one operation in its savepoint: an error of it undoes it alone. An error of the
// savepoint itself is returned: SQLite may have ended the transaction on its own, as it does when the disk is
// full, and statements after that would commit one by one.
func (c *sqliteTx) isolated(t *operation) error {
	if _, err := c.exec("SAVEPOINT operation"); err != nil {
		return err
	}
	if t.err = guarded(c, t.fn); t.err != nil {
		if _, err := c.exec("ROLLBACK TO operation"); err != nil {
			return errors.Join(t.err, err)
		}
	}
	_, err := c.exec("RELEASE operation")
	return err
}

func guarded(c conn, fn func(conn) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a write: %v\n%s", p, debug.Stack())
		}
	}()
	return fn(c)
}

func (w *writer) prepareUnseen() {
	for text := range w.unseen {
		if stmt, err := w.db.PrepareContext(context.Background(), text); err == nil {
			w.stmts[text] = stmt
		}
		delete(w.unseen, text)
	}
}

func (w *writer) closeStatements() {
	for _, stmt := range w.stmts {
		_ = stmt.Close()
	}
}
