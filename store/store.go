// Package store is the data of the program: one struct per noun with its SQL beside it, on SQLite and on
// PostgreSQL. Every exported method of Store is atomic: what it did is durable when it returns without an
// error, and after an error nothing of it is there, unless the error is ErrUnavailable: then the outcome may
// be unknown, and a call with an idempotency key can be repeated safely.
//
// Times are kept in UTC to the microsecond, ids of Discord as signed 64-bit integers.
package store

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// Store is the one way to the data, safe for use by many goroutines.
type Store struct {
	db         engine
	log        *slog.Logger
	ranks      rankCache
	writes     writeHealth
	migrations fs.FS
	close      sync.Once
}

// Option adjusts Open.
type Option func(*options)

type options struct {
	log        *slog.Logger
	url        string
	pool       int
	migrations fs.FS
	observe    func(Batch)
	operation  func(Operation) // nil: nobody looks
}

// WithLogger sets where the store reports what it retries and heals; the default discards it.
func WithLogger(log *slog.Logger) Option { return func(o *options) { o.log = log } }

// WithPoolSize sets how many connections are kept for reads (SQLite) or for everything (PostgreSQL, which
// may use half as many again when busy). The default is 20; less than 1 means the default.
func WithPoolSize(n int) Option {
	return func(o *options) {
		if n > 0 {
			o.pool = n
		}
	}
}

// Batch is one group commit of the SQLite writer.
type Batch struct {
	Size int           // operations in it
	Took time.Duration // from begin to commit
	Err  error         // why none of it was kept; nil when it was
}

// WithBatches calls observe after each group commit, on the writer's goroutine: it must be quick. Only SQLite
// commits in groups.
func WithBatches(observe func(Batch)) Option { return func(o *options) { o.observe = observe } }

// Open connects to the database at url: "sqlite:PATH" for a file, made when it is missing, in a folder that is there, or
// "postgres://…". Options of a SQLite URL under which it could lose or corrupt data are refused, with
// ErrInvalid. ErrUnavailable when the database cannot be reached. It does not migrate; migrations holds the
// folders sqlite and postgres for Migrate.
func Open(ctx context.Context, url string, migrations fs.FS, opts ...Option) (*Store, error) {
	o := options{url: url, log: slog.New(slog.DiscardHandler), pool: 20, migrations: migrations, observe: func(Batch) {}}
	for _, opt := range opts {
		opt(&o)
	}
	s := &Store{log: o.log, migrations: migrations}
	var err error
	switch scheme, _, _ := strings.Cut(url, ":"); scheme {
	case "sqlite":
		s.db, err = openSQLite(ctx, url, o)
	case "postgres", "postgresql":
		s.db, err = openPostgres(ctx, url, o)
	default:
		return nil, fmt.Errorf("%w: a database URL begins with sqlite: or postgres://, this one with %q", ErrInvalid, scheme)
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s.db = &watched{s.db, &s.writes}
	if o.operation != nil {
		s.db = &observed{s.db, o.operation}
	}
	return s, nil
}

// Close waits for what is under way and closes the database. Calls after it get ErrClosed.
func (s *Store) Close() error {
	var err error
	s.close.Do(func() {
		s.ranks.wait()
		err = s.db.close()
	})
	return err
}

// Ping asks the database for an answer: ErrUnavailable when there is none.
func (s *Store) Ping(ctx context.Context) error { return wrap("ping database", s.db.ping(ctx)) }
