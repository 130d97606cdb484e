package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/riverqueue/river"
)

// sqliteTx runs statements in a transaction, of the writer or (without w) of a snapshot.
type sqliteTx struct {
	ctx   context.Context
	tx    *sql.Tx
	w     *writer
	stmts map[string]*sql.Stmt // the writer's, bound to tx
}

func (c *sqliteTx) dialect() *dialect { return &sqliteDialect }

func (c *sqliteTx) exec(text string, args ...any) (int64, error) {
	args, err := bindSQLite(args)
	if err != nil {
		return 0, err
	}
	var result sql.Result
	if stmt := c.prepared(text); stmt != nil {
		result, err = stmt.ExecContext(c.ctx, args...)
	} else {
		result, err = c.tx.ExecContext(c.ctx, text, args...)
	}
	if err != nil {
		return 0, sqliteError(err)
	}
	n, err := result.RowsAffected()
	return n, sqliteError(err)
}

func (c *sqliteTx) query(text string, args ...any) (rows, error) {
	args, err := bindSQLite(args)
	if err != nil {
		return nil, err
	}
	var rs *sql.Rows
	if stmt := c.prepared(text); stmt != nil {
		rs, err = stmt.QueryContext(c.ctx, args...)
	} else {
		rs, err = c.tx.QueryContext(c.ctx, text, args...)
	}
	if err != nil {
		return nil, sqliteError(err)
	}
	return &sqliteRows{Rows: rs}, nil
}

func (c *sqliteTx) enqueue(jobs []river.JobArgs) error {
	if c.w == nil {
		return errors.New("a reader cannot enqueue")
	}
	return enqueue(c, jobs)
}

func (c *sqliteTx) insertJobs(jobs []river.InsertManyParams) ([]int64, error) {
	ids, err := c.w.jobs.insert(c.ctx, c.tx, jobs)
	return ids, sqliteError(err)
}

func (c *sqliteTx) cancelJob(id int64) error { return sqliteError(c.w.jobs.cancel(c.ctx, c.tx, id)) }

// prepared returns the statement for a text that was seen before. A new text cannot be prepared here: that
// would wait for the one connection, which this transaction holds.
func (c *sqliteTx) prepared(text string) *sql.Stmt {
	if c.w == nil {
		return nil
	}
	if stmt, ok := c.stmts[text]; ok {
		return stmt
	}
	if stmt, ok := c.w.stmts[text]; ok {
		c.stmts[text] = c.tx.StmtContext(c.ctx, stmt)
		return c.stmts[text]
	}
	c.w.unseen[text] = struct{}{}
	return nil
}
