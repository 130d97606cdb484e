package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migration is one step of the schema.
type Migration struct {
	Version   int64
	Name      string     // empty for a step that this binary does not know
	AppliedAt *time.Time // nil while it is pending
	Loses     string     // what taking it back loses, as a sentence
}

// Migrate brings the schema up to date. When several processes start at once one of them migrates and the
// others wait and find it done. It fails as CheckSchema does.
func (s *Store) Migrate(ctx context.Context) error {
	if err := s.CheckSchema(ctx); err != nil {
		return err
	}
	return s.migration(ctx, func(m *migrator) error {
		_, err := m.goose.Up(ctx)
		return err
	})
}

// MigrateDown takes back the latest step. ErrNotFound when there is none. It fails with a *SchemaError when the
// latest step is one that this binary does not know.
func (s *Store) MigrateDown(ctx context.Context) error {
	schema, err := s.Schema(ctx)
	if err != nil {
		return err
	}
	if schema.Version > schema.Known {
		return &SchemaError{schema}
	}
	return s.migration(ctx, func(m *migrator) error {
		_, err := m.goose.Down(ctx)
		if errors.Is(err, goose.ErrNoNextVersion) {
			return fmt.Errorf("%w: no migration is applied", ErrNotFound)
		}
		return err
	})
}

func (s *Store) migration(ctx context.Context, do func(*migrator) error) (err error) {
	m, err := s.db.migrator(ctx)
	if err != nil {
		return wrap("migrate", err)
	}
	defer func() { err = wrap("migrate", errors.Join(err, m.close())) }()
	return m.translate(do(m))
}

// migrator is goose on a connection of its own, for the length of one call.
type migrator struct {
	goose     *goose.Provider
	close     func() error
	translate func(error) error // the driver's errors
}

// newMigrator takes over db.
func newMigrator(dialect goose.Dialect, db *sql.DB, migrations fs.FS, folder string, log *slog.Logger, lock goose.ProviderOption) (*migrator, error) {
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	provider, err := goose.NewProvider(dialect, db, files, lock, goose.WithSlog(log), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &migrator{goose: provider, close: db.Close, translate: sqliteError}, nil
}

func (e *sqliteEngine) migrator(context.Context) (*migrator, error) {
	db, err := sql.Open("sqlite", e.dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return newMigrator(goose.DialectSQLite3, db, e.migrations, "sqlite", e.opts.log, goose.WithLocker(&fileLock{path: e.path + ".migrate"}))
}

// fileLock keeps other processes from migrating the same SQLite file. The lock is an exclusive transaction on
// an empty database beside it: SQLite's own locks work wherever SQLite does, and end with the process.
type fileLock struct {
	path string
	db   *sql.DB
	tx   *sql.Tx
}

var _ lock.Locker = (*fileLock)(nil)

func (l *fileLock) Lock(ctx context.Context, _ *sql.DB) (err error) {
	if err := touchFile(l.path); err != nil {
		return err
	}
	l.db, err = sql.Open("sqlite", sqliteLockDSN(l.path))
	if err != nil {
		return err
	}
	if l.tx, err = l.db.BeginTx(ctx, nil); err != nil {
		return errors.Join(sqliteError(err), l.db.Close())
	}
	return nil
}

func (l *fileLock) Unlock(context.Context, *sql.DB) error {
	return errors.Join(l.tx.Rollback(), l.db.Close())
}
