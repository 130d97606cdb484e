package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// sqliteFiller loads by one prepared statement a table.
type sqliteFiller struct{ sqliteTx }

func (e *sqliteEngine) fill(ctx context.Context, fn func(filler) error) error {
	tx, err := e.write1.BeginTx(ctx, nil)
	if err != nil {
		return sqliteError(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "PRAGMA defer_foreign_keys = ON"); err != nil {
		return sqliteError(err)
	}
	if err := fn(&sqliteFiller{sqliteTx{ctx: ctx, tx: tx}}); err != nil {
		return err
	}
	return sqliteError(tx.Commit())
}

func (f *sqliteFiller) load(table string, columns []string, next func() ([]any, error)) (err error) {
	marks := strings.TrimSuffix(strings.Repeat("?,", len(columns)), ",")
	stmt, err := f.tx.PrepareContext(f.ctx, fmt.Sprintf(`INSERT INTO %s (%s) VALUES (%s)`, table, quoted(columns), marks))
	if err != nil {
		return sqliteError(err)
	}
	defer func(stmt *sql.Stmt) { _ = stmt.Close() }(stmt)
	for {
		values, err := next()
		if values == nil || err != nil {
			return err
		}
		args, err := bindSQLite(values)
		if err != nil {
			return err
		}
		if _, err := stmt.ExecContext(f.ctx, args...); err != nil {
			return sqliteError(err)
		}
	}
}

func (f *sqliteFiller) loaded() error { return nil } // it counts by what the tables hold

// postgresFiller loads by COPY.
type postgresFiller struct{ postgresConn }

func (e *postgresEngine) fill(ctx context.Context, fn func(filler) error) error {
	return postgresError(e.pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
			return fn(&postgresFiller{postgresConn{ctx: ctx, on: tx, tx: tx, jobs: e.jobs}})
		})
	}))
}

func (f *postgresFiller) load(table string, columns []string, next func() ([]any, error)) error {
	var failed error // the server would say of it only that the copy was broken off
	_, err := f.tx.CopyFrom(f.ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() (values []any, err error) {
		values, failed = next()
		return bindPostgres(values), failed
	}))
	if failed != nil {
		return failed
	}
	return postgresError(err)
}

// loaded moves every sequence behind the highest number that its column holds.
func (f *postgresFiller) loaded() error {
	type identity struct{ table, column string }
	scan := func(r row) (i identity, err error) { return i, r.Scan(&i.table, &i.column) }
	columns, err := list(f, scan, `SELECT table_name::text, column_name::text FROM information_schema.columns
		WHERE table_schema = current_schema() AND is_identity = 'YES' ORDER BY 1, 2`)
	if err != nil {
		return err
	}
	for _, i := range columns { // a handful, by the schema
		_, err := f.exec(fmt.Sprintf(`SELECT setval(pg_get_serial_sequence('%[1]s', '%[2]s'), max(%[2]s)) FROM %[1]s HAVING max(%[2]s) IS NOT NULL`, i.table, i.column))
		if err != nil {
			return err
		}
	}
	return nil
}

func quoted(columns []string) string { return `"` + strings.Join(columns, `", "`) + `"` }
