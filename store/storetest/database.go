// Package storetest opens throw-away databases for tests and holds the suite that every engine must pass.
//
// SQLite is always there. PostgreSQL is used when TEST_DATABASE_URL names a server that may be filled with
// rubbish; each database is then a schema of its own, dropped at the end.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"github.com/smarter-dev/smarterdev/store"
)

// Variable names the environment variable with the URL of a PostgreSQL server for tests.
const Variable = "TEST_DATABASE_URL"

// Database is an empty database of one test, on either engine.
type Database struct {
	URL string
}

// NewSQLite makes a SQLite database in the test's own folder.
func NewSQLite(t testing.TB) Database {
	t.Helper()
	return Database{URL: "sqlite:" + filepath.Join(t.TempDir(), "test.db")}
}

// NewPostgres makes a schema on the server of TEST_DATABASE_URL; without that variable it skips the test.
func NewPostgres(t testing.TB) Database {
	t.Helper()
	server := os.Getenv(Variable)
	if server == "" {
		t.Skipf("set %s to the postgres:// URL of a throw-away server to run this on PostgreSQL", Variable)
	}
	u, err := url.Parse(server)
	require.NoError(t, err, "%s is no URL", Variable)
	schema := "test_" + strings.ToLower(rand.Text())
	db := Database{URL: server}
	db.Exec(t, `CREATE SCHEMA `+schema)
	t.Cleanup(func() { db.Exec(t, `DROP SCHEMA `+schema+` CASCADE`) })
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return Database{URL: u.String()}
}

// Open opens a store on the database, closed with the test. It does not migrate.
func (d Database) Open(t testing.TB, opts ...store.Option) *store.Store {
	t.Helper()
	opts = append([]store.Option{store.WithPoolSize(8)}, opts...)
	s, err := store.Open(context.WithoutCancel(t.Context()), d.URL, Migrations(t), opts...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// Migrated opens a store on the database and brings its schema up to date.
func (d Database) Migrated(t testing.TB, opts ...store.Option) *store.Store {
	t.Helper()
	s := d.Open(t, opts...)
	require.NoError(t, s.Migrate(t.Context()))
	return s
}

// IsPostgres tells the engines apart, for the few tests that must.
func (d Database) IsPostgres() bool { return !strings.HasPrefix(d.URL, "sqlite:") }

// Raw opens the database past the store, for planting what the store would never write and for looking at
// what it wrote. It is closed with the test.
func (d Database) Raw(t testing.TB) *sql.DB {
	t.Helper()
	driver, source := "pgx", d.URL
	if !d.IsPostgres() {
		driver, source = "sqlite", "file:"+strings.TrimPrefix(d.URL, "sqlite:")+"?_txlock=immediate&_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, source)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// Exec runs one statement past the store.
func (d Database) Exec(t testing.TB, statement string, args ...any) {
	t.Helper()
	_, err := d.Raw(t).ExecContext(context.WithoutCancel(t.Context()), statement, args...)
	require.NoError(t, err, statement)
}

// SQLite opens a migrated store on a new SQLite database.
func SQLite(t testing.TB) *store.Store {
	t.Helper()
	return NewSQLite(t).Migrated(t)
}

// Postgres opens a migrated store on a new PostgreSQL schema, or skips the test, see NewPostgres.
func Postgres(t testing.TB) *store.Store {
	t.Helper()
	return NewPostgres(t).Migrated(t)
}

// Each runs a test on a store of every engine, as parallel subtests.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	EachDatabase(t, func(t *testing.T, db Database) { test(t, db.Migrated(t)) })
}

// EachDatabase runs a test on an empty database of every engine, as parallel subtests.
func EachDatabase(t *testing.T, test func(t *testing.T, db Database)) {
	t.Helper()
	for name, create := range map[string]func(testing.TB) Database{"sqlite": NewSQLite, "postgres": NewPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, create(t))
		})
	}
}

// Migrations returns the folder of migrations of the source tree that holds the test.
func Migrations(t testing.TB) fs.FS {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return os.DirFS(filepath.Join(dir, "migrations"))
		}
		dir = filepath.Dir(dir)
	}
	t.Fatal("no go.mod above the test")
	return nil
}
