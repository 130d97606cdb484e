package store

import (
	"context"
	"errors"
	"time"
)

// Operation is one call that reached the database.
type Operation struct {
	Name string        // transfer, transfers, claim, write, snapshot or read
	Took time.Duration // with the wait for a connection and the commit; of a read, until its rows are closed
	Err  error         // nil also for a refusal by a rule
}

// WithOperations calls observe after each operation, on the caller's goroutine: it must be quick.
func WithOperations(observe func(Operation)) Option {
	return func(o *options) { o.operation = observe }
}

// observed measures an engine.
type observed struct {
	engine
	observe func(Operation)
}

func (e *observed) since(began time.Time, name string, err error) {
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrExists) || AsRefusal(err) != nil {
		err = nil
	}
	e.observe(Operation{Name: name, Took: time.Since(began), Err: err})
}

func (e *observed) reader(ctx context.Context) conn {
	return &observedConn{e.engine.reader(ctx), e}
}

func (e *observed) snapshot(ctx context.Context, fn func(conn) error) (err error) {
	defer func(began time.Time) { e.since(began, "snapshot", err) }(time.Now())
	return e.engine.snapshot(ctx, fn)
}

func (e *observed) write(ctx context.Context, fn func(conn) error) (err error) {
	defer func(began time.Time) { e.since(began, "write", err) }(time.Now())
	return e.engine.write(ctx, fn)
}

func (e *observed) transfer(ctx context.Context, o transferOrder) (_ outcome, err error) {
	defer func(began time.Time) { e.since(began, "transfer", err) }(time.Now())
	return e.engine.transfer(ctx, o)
}

func (e *observed) claim(ctx context.Context, o claimOrder) (_ outcome, err error) {
	defer func(began time.Time) { e.since(began, "claim", err) }(time.Now())
	return e.engine.claim(ctx, o)
}

func (e *observed) transfers(ctx context.Context, orders []transferOrder) []transferResult {
	began := time.Now()
	results := e.engine.transfers(ctx, orders)
	var err error
	for _, r := range results {
		err = errors.Join(err, r.err)
	}
	e.since(began, "transfers", err)
	return results
}

// observedConn measures reads.
type observedConn struct {
	conn
	e *observed
}

func (c *observedConn) query(sql string, args ...any) (rows, error) {
	began := time.Now()
	rs, err := c.conn.query(sql, args...)
	if err != nil {
		c.e.since(began, "read", err)
		return nil, err
	}
	return &observedRows{rows: rs, e: c.e, began: began}, nil
}

type observedRows struct {
	rows
	e      *observed
	began  time.Time
	closed bool
}

func (r *observedRows) Close() {
	r.rows.Close()
	if !r.closed {
		r.closed = true
		r.e.since(r.began, "read", r.rows.Err())
	}
}
