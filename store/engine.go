package store

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/riverqueue/river"
)

// engine is what SQLite and Postgres each provide. Everything above it is written once.
type engine interface {
	// reader runs single statements outside of a transaction.
	reader(ctx context.Context) conn
	// snapshot runs fn in one read-only transaction that sees one state of the database throughout.
	snapshot(ctx context.Context, fn func(conn) error) error
	// write runs fn in one transaction: all of it is durable when write returns nil, none of it after an
	// error. fn does SQL and nothing else, and may run more than once; each run must set its results again.
	write(ctx context.Context, fn func(conn) error) error
	// transfer and claim are the two hot operations, each engine in the shape that is fast there.
	transfer(ctx context.Context, o transferOrder) (outcome, error)
	claim(ctx context.Context, o claimOrder) (outcome, error)
	// transfers carries out a bulk in order, each with its own outcome.
	transfers(ctx context.Context, orders []transferOrder) []transferResult
	// work starts a job client; enqueue is a method of conn, since it belongs to a transaction.
	work(ctx context.Context, cfg *river.Config) (*Jobs, error)

	// fill runs fn in one transaction that may take long, for loading whole tables into a database that nobody uses.
	fill(ctx context.Context, fn func(filler) error) error

	// backup writes a copy of the database to a file that is not there.
	backup(ctx context.Context, file string) error

	migrator(ctx context.Context) (*migrator, error)
	ping(ctx context.Context) error
	close() error
}

// conn runs statements under the context it was made with. Placeholders are $1, $2…; arguments and scan
// targets may be integers, strings, bools, []byte, time.Time, uuid.UUID, snowflake.ID, Day,
// json.RawMessage, and pointers to them for NULL.
type conn interface {
	exec(sql string, args ...any) (affected int64, err error)
	query(sql string, args ...any) (rows, error)
	enqueue(jobs []river.JobArgs) error
	dialect() *dialect
}

// filler is a conn that can also load the rows of a table, in the order in which next returns them; nil ends them.
type filler interface {
	conn
	load(table string, columns []string, next func() ([]any, error)) error
	// loaded is called once after every load: what the engine counts by itself goes on behind what was loaded.
	loaded() error
}

// dialect holds the few words in which the engines' SQL differs.
type dialect struct {
	forUpdate   string // ends a SELECT that locks its rows
	nextSeq     string // the next position in the ledger of guild $1
	folder      string // of the migrations
	countTables string // counts the tables of name $1
	appliedAt   string // when goose applied a migration, as text in UTC to the second
	dueFor      string // for how many seconds a job has been due, below 0 when it is not yet

	size       string // bytes of the database
	integrity  string // what is damaged, or "ok"; empty where the engine looks by itself
	columns    string // every column: its table, its name, its declared type, the declaration of the table
	keys       string // every column of a primary key: its table, its name, in the order of the key
	references string // every foreign key: its table, the table it points to
	kindOf     func(name, declared, ddl string) (columnKind, error)
	bytewise   string // behind a text in ORDER BY: by its bytes

	jobArgs string // the arguments of job j as JSON
	jobDue  string // when job j is due
	jobAt   string // the moment $6 as the queue keeps it
}

// rows is a result being read; Close may be called at any time and more than once.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}

// row is the part of rows that a row mapper needs.
type row interface{ Scan(dest ...any) error }

// all yields every row of a query, mapped by scan; the first error ends it.
func all[T any](c conn, scan func(row) (T, error), sql string, args ...any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		rs, err := c.query(sql, args...)
		if err != nil {
			yield(none, err)
			return
		}
		defer rs.Close()
		for rs.Next() {
			v, err := scan(rs)
			if !yield(v, err) || err != nil {
				return
			}
		}
		if err := rs.Err(); err != nil {
			yield(none, err)
		}
	}
}

// list returns every row of a query; never nil.
func list[T any](c conn, scan func(row) (T, error), sql string, args ...any) ([]T, error) {
	found := []T{}
	for v, err := range all(c, scan, sql, args...) {
		if err != nil {
			return nil, err
		}
		found = append(found, v)
	}
	return found, nil
}

// one returns the first row of a query, ErrNotFound when there is none.
func one[T any](c conn, scan func(row) (T, error), sql string, args ...any) (T, error) {
	for v, err := range all(c, scan, sql, args...) {
		return v, err
	}
	var none T
	return none, ErrNotFound
}

// scalar maps a row of one column.
func scalar[T any](r row) (T, error) {
	var v T
	return v, r.Scan(&v)
}

// wrap says what was being done; the sentinels stay visible through it.
func wrap(what string, err error) error {
	if err == nil || errors.Is(err, ErrNotFound) || AsRefusal(err) != nil {
		return err
	}
	return fmt.Errorf("%s: %w", what, err)
}
