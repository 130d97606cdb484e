package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	_ "modernc.org/sqlite" // registers the driver
)

// sqliteEngine keeps one connection for all writes and a pool that can only read. In WAL mode neither waits
// for the other.
type sqliteEngine struct {
	path       string
	dsn        string
	migrations fs.FS
	write1     *sql.DB // one connection, shared by the writer and the job queue
	read       *sql.DB
	stmts      sync.Map // SQL text → *sql.Stmt on read
	writer     *writer
	file       *liveFile
	jobs       *jobInserter[*sql.Tx]
	opts       options
}

var sqliteDialect = dialect{
	forUpdate:   "", // the one writer is the lock
	folder:      "sqlite",
	countTables: `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1`,
	appliedAt:   "strftime('%Y-%m-%d %H:%M:%S', tstamp)",
	nextSeq:     "(SELECT coalesce(max(seq), 0) + 1 FROM ledger WHERE guild_id = $1)",
	dueFor:      "unixepoch('now') - unixepoch(scheduled_at)",
	size:        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
	integrity:   "PRAGMA integrity_check(20)",
	columns: `SELECT t.name, c.name, c.type, t.sql FROM sqlite_schema t, pragma_table_info(t.name) c
		WHERE t.type = 'table' ORDER BY t.name, c.name`,
	keys: `SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND c.pk > 0
		ORDER BY t.name, c.pk`,
	references: `SELECT DISTINCT t.name, f."table" FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'
		ORDER BY 1, 2`,
	kindOf:  sqliteKind,
	jobArgs: "CAST(j.args AS TEXT)",
	jobDue:  "CAST(round(unixepoch(j.scheduled_at, 'subsec') * 1000000) AS INTEGER)",
	jobAt:   "strftime('%Y-%m-%d %H:%M:%f', $6 / 1000000.0, 'unixepoch')",
}

func openSQLite(ctx context.Context, url string, o options) (_ *sqliteEngine, err error) {
	path, pragmas, err := sqliteURL(url)
	if err != nil {
		return nil, err
	}
	if err := touchFile(path); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	e := &sqliteEngine{path: path, dsn: sqliteDSN(path, pragmas, false), migrations: o.migrations, opts: o}
	defer func() {
		if err != nil {
			_ = e.close()
		}
	}()
	if e.write1, err = sql.Open("sqlite", e.dsn); err != nil {
		return nil, err
	}
	e.write1.SetMaxOpenConns(1)
	if err := connectFirst(ctx, e.write1); err != nil {
		return nil, err
	}
	if e.file, err = watchFile(path); err != nil {
		return nil, err
	}
	if e.read, err = sql.Open("sqlite", sqliteDSN(path, pragmas, true)); err != nil {
		return nil, err
	}
	e.read.SetMaxOpenConns(o.pool)
	e.read.SetMaxIdleConns(o.pool)
	if e.jobs, err = newJobInserter(riversqlite.New(e.write1), o.log); err != nil {
		return nil, err
	}
	e.writer = startWriter(e.write1, sqlitePatience(pragmas), e.jobs, o)
	return e, nil
}

// touchFile makes a database file that is readable by its owner alone; SQLite gives its journals the same rights.
// A file that is there is left alone: opening and closing it beside SQLite would drop the locks that this process
// holds on it. For the same reason a new file appears under its name only when it is closed.
func touchFile(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*") // of mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil //nolint:nilerr // a file system without links: SQLite makes the file, as readable as the umask lets it
	}
	return nil
}

// connectFirst makes the connection for writes. When several processes open a new file at once SQLite fails
// all but one of them, without waiting, as they switch it to WAL: they try again.
func connectFirst(ctx context.Context, db *sql.DB) error {
	const patience = 10 * time.Second
	for begun := time.Now(); ; {
		err := checkPragmas(ctx, db)
		if !locked(err) || time.Since(begun) > patience {
			return err
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

// checkPragmas asks the connection itself: a file system without shared memory silently stays out of WAL.
func checkPragmas(ctx context.Context, db *sql.DB) error {
	var journal string
	var synchronous, foreignKeys int
	for pragma, to := range map[string]any{"journal_mode": &journal, "synchronous": &synchronous, "foreign_keys": &foreignKeys} {
		if err := db.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(to); err != nil {
			return sqliteError(err)
		}
	}
	if journal != "wal" || synchronous < 2 || foreignKeys != 1 {
		return fmt.Errorf("%w: this file system gives SQLite journal_mode %s, synchronous %d, foreign_keys %d; it needs wal, 2 and 1 to keep data safe",
			ErrInvalid, journal, synchronous, foreignKeys)
	}
	return nil
}

func (e *sqliteEngine) ping(ctx context.Context) error {
	if err := e.file.look(); err != nil {
		return err
	}
	_, err := one(e.reader(ctx), scalar[int64], "SELECT 1")
	return err
}

func (e *sqliteEngine) close() error {
	var errs []error
	if e.writer != nil {
		e.writer.stop()
	}
	e.stmts.Range(func(_, stmt any) bool {
		errs = append(errs, stmt.(*sql.Stmt).Close())
		return true
	})
	for _, db := range []*sql.DB{e.read, e.write1} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

func (e *sqliteEngine) reader(ctx context.Context) conn { return &sqliteReader{ctx: ctx, e: e} }

// sqliteReader runs single reads on the pool. They take microseconds, so the context is looked at before
// and not handed down: watching it would cost a goroutine for each.
type sqliteReader struct {
	ctx context.Context
	e   *sqliteEngine
}

func (r *sqliteReader) dialect() *dialect { return &sqliteDialect }

func (r *sqliteReader) exec(string, ...any) (int64, error) {
	return 0, errors.New("a reader cannot write")
}

func (r *sqliteReader) enqueue([]river.JobArgs) error { return errors.New("a reader cannot enqueue") }

func (r *sqliteReader) query(text string, args ...any) (rows, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	args, err := bindSQLite(args)
	if err != nil {
		return nil, err
	}
	stmt, err := r.e.prepared(text)
	if err != nil {
		return nil, sqliteError(err)
	}
	rs, err := stmt.QueryContext(context.Background(), args...)
	if err != nil {
		return nil, sqliteError(err)
	}
	return &sqliteRows{Rows: rs}, nil
}

func (e *sqliteEngine) prepared(text string) (*sql.Stmt, error) {
	if stmt, ok := e.stmts.Load(text); ok {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := e.read.PrepareContext(context.Background(), text)
	if err != nil {
		return nil, err
	}
	if earlier, loaded := e.stmts.LoadOrStore(text, stmt); loaded {
		_ = stmt.Close()
		return earlier.(*sql.Stmt), nil
	}
	return stmt, nil
}

// snapshot may take long, so its statements do end with the context.
func (e *sqliteEngine) snapshot(ctx context.Context, fn func(conn) error) error {
	tx, err := e.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return sqliteError(err)
	}
	defer tx.Rollback()
	return fn(&sqliteTx{ctx: ctx, tx: tx})
}

func (e *sqliteEngine) write(ctx context.Context, fn func(conn) error) error {
	if err := e.file.recent(); err != nil {
		return err
	}
	return e.writer.do(ctx, fn)
}

func (e *sqliteEngine) transfer(ctx context.Context, o transferOrder) (out outcome, err error) {
	err = e.write(ctx, func(c conn) (err error) {
		out, err = transferIn(c, o)
		return err
	})
	return out, err
}

func (e *sqliteEngine) claim(ctx context.Context, o claimOrder) (out outcome, err error) {
	err = e.write(ctx, func(c conn) (err error) {
		out, err = claimIn(c, o)
		return err
	})
	return out, err
}

// transfers queues the whole bulk before it waits: it shares commits with itself and with others.
func (e *sqliteEngine) transfers(ctx context.Context, orders []transferOrder) []transferResult {
	results := make([]transferResult, len(orders))
	if err := e.file.recent(); err != nil {
		for i := range results {
			results[i].err = err
		}
		return results
	}
	operations := make([]*operation, len(orders))
	for i, o := range orders {
		operations[i] = e.writer.queue(ctx, func(c conn) (err error) {
			results[i].outcome, err = transferIn(c, o)
			return err
		})
	}
	for i, t := range operations {
		results[i].err = e.writer.wait(t)
	}
	return results
}

func (e *sqliteEngine) work(ctx context.Context, cfg *river.Config) (*Jobs, error) {
	return startJobs(ctx, riversqlite.New(e.write1), cfg)
}
