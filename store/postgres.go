package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/google/uuid"
)

// postgresEngine is a pool of connections; the database does the rest.
type postgresEngine struct {
	pool       *pgxpool.Pool
	migrations fs.FS
	jobs       *jobInserter[pgx.Tx]
	opts       options
}

var postgresDialect = dialect{
	forUpdate:   " FOR UPDATE",
	folder:      "postgres",
	countTables: `SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = $1`,
	appliedAt:   "to_char(tstamp, 'YYYY-MM-DD HH24:MI:SS')",
	nextSeq:     "DEFAULT",
	dueFor:      "floor(extract(epoch FROM now() - scheduled_at))::bigint",
	size:        "SELECT pg_database_size(current_database())",
	columns: `SELECT c.table_name::text, c.column_name::text, c.data_type::text, '' FROM information_schema.columns c
		JOIN pg_catalog.pg_tables t ON t.schemaname = c.table_schema AND t.tablename = c.table_name
		WHERE c.table_schema = current_schema() ORDER BY c.table_name COLLATE "C", c.column_name COLLATE "C"`,
	keys: `SELECT t.relname::text, a.attname::text FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid,
			unnest(i.indkey) WITH ORDINALITY k(num, n), pg_attribute a
		WHERE i.indisprimary AND a.attrelid = t.oid AND a.attnum = k.num AND t.relnamespace = current_schema()::regnamespace
		ORDER BY t.relname, k.n`,
	references: `SELECT DISTINCT t.relname::text, f.relname::text FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
			JOIN pg_class f ON f.oid = c.confrelid
		WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace ORDER BY 1, 2`,
	kindOf:   postgresKind,
	bytewise: ` COLLATE "C"`,
	jobArgs:  "j.args",
	jobDue:   "date_trunc('milliseconds', j.scheduled_at)", // what SQLite keeps of it
	jobAt:    "$6",
}

// writeTimeout bounds the wait for a connection, and a read or a write once it has begun: a server that has
// fallen silent holds nobody up for ever. Snapshots alone may take as long as their callers let them.
const writeTimeout = 5 * time.Second

func openPostgres(ctx context.Context, url string, o options) (*postgresEngine, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("%w: the database URL cannot be read", ErrInvalid) // the driver's words would quote the password
	}
	cfg.MaxConns = int32(o.pool + (o.pool+1)/2)
	cfg.MaxConnLifetime = time.Hour
	cfg.MaxConnIdleTime = 5 * time.Minute
	cfg.PingTimeout = 2 * time.Second
	cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if cfg.ConnConfig.RuntimeParams["application_name"] == "" {
		cfg.ConnConfig.RuntimeParams["application_name"] = "smarterdev"
	}
	cfg.AfterConnect = func(_ context.Context, c *pgx.Conn) error {
		c.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}})
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, postgresError(err)
	}
	e := &postgresEngine{pool: pool, migrations: o.migrations, opts: o}
	if e.jobs, err = newJobInserter(riverpgxv5.New(pool), o.log); err == nil {
		err = e.ping(ctx)
	}
	if err != nil {
		pool.Close()
		return nil, err
	}
	return e, nil
}

func (e *postgresEngine) ping(ctx context.Context) error {
	bounded, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return postgresError(e.pool.Ping(bounded))
}

func (e *postgresEngine) close() error {
	e.pool.Close()
	return nil
}

func (e *postgresEngine) work(ctx context.Context, cfg *river.Config) (*Jobs, error) {
	return startJobs(ctx, riverpgxv5.New(e.pool), cfg)
}

// migrator locks by schema, so that installations which share a database do not wait for each other.
func (e *postgresEngine) migrator(ctx context.Context) (*migrator, error) {
	var schema int64
	err := e.pool.QueryRow(ctx, `SELECT hashtextextended('smarterdev migrations of ' || current_schema(), 0)`).Scan(&schema)
	if err != nil {
		return nil, postgresError(err)
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(schema), lock.WithLockTimeout(1, 60))
	if err != nil {
		return nil, err
	}
	m, err := newMigrator(goose.DialectPostgres, stdlib.OpenDBFromPool(e.pool), e.migrations, "postgres", e.opts.log, goose.WithSessionLocker(locker))
	if err != nil {
		return nil, err
	}
	m.translate = postgresError
	return m, nil
}

func (e *postgresEngine) reader(ctx context.Context) conn {
	return &postgresConn{ctx: ctx, on: e.pool, bounded: true}
}

func (e *postgresEngine) snapshot(ctx context.Context, fn func(conn) error) error {
	return postgresError(pgx.BeginTxFunc(ctx, e.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		return fn(&postgresConn{ctx: ctx, on: tx})
	}))
}

// write repeats the whole when the database undid it to break a deadlock, and only then.
func (e *postgresEngine) write(ctx context.Context, fn func(conn) error) error {
	return e.repeat(ctx, func() error {
		return e.with(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
			return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
				return guarded(&postgresConn{ctx: ctx, on: tx, tx: tx, jobs: e.jobs}, fn)
			})
		})
	})
}

// with lends a connection. Waiting for it ends with ctx; what is begun on it does not, since a caller who
// left would not know what became of it: it ends when the database has been silent for writeTimeout.
func (e *postgresEngine) with(ctx context.Context, do func(context.Context, *pgxpool.Conn) error) error {
	waiting, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	c, err := e.pool.Acquire(waiting)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if closed := postgresError(err); errors.Is(closed, ErrClosed) {
			return closed
		}
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer c.Release()
	detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	return postgresError(do(detached, c))
}

// statements is a pool or a transaction.
type statements interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// postgresConn runs statements on the pool or in a transaction.
type postgresConn struct {
	ctx     context.Context
	on      statements
	tx      pgx.Tx // nil outside of write
	jobs    *jobInserter[pgx.Tx]
	bounded bool // by writeTimeout, each query by itself
}

func (c *postgresConn) dialect() *dialect { return &postgresDialect }

func (c *postgresConn) exec(sql string, args ...any) (int64, error) {
	tag, err := c.on.Exec(c.ctx, sql, bindPostgres(args)...)
	return tag.RowsAffected(), postgresError(err)
}

func (c *postgresConn) query(sql string, args ...any) (rows, error) {
	ctx, cancel := c.ctx, context.CancelFunc(func() {})
	if c.bounded {
		ctx, cancel = context.WithTimeout(c.ctx, writeTimeout)
	}
	rs, err := c.on.Query(ctx, sql, bindPostgres(args)...)
	if err != nil {
		cancel()
		return nil, postgresError(err)
	}
	return &postgresRows{Rows: rs, cancel: cancel}, nil
}

func (c *postgresConn) enqueue(jobs []river.JobArgs) error {
	if c.tx == nil {
		return errors.New("a reader cannot enqueue")
	}
	return enqueue(c, jobs)
}

func (c *postgresConn) insertJobs(jobs []river.InsertManyParams) ([]int64, error) {
	ids, err := c.jobs.insert(c.ctx, c.tx, jobs)
	return ids, postgresError(err)
}

func (c *postgresConn) cancelJob(id int64) error {
	return postgresError(c.jobs.cancel(c.ctx, c.tx, id))
}

// bindPostgres hands uuids over as the bytes they are; the driver would take their text.
func bindPostgres(args []any) []any {
	for i, arg := range args {
		if id, ok := arg.(uuid.UUID); ok {
			args[i] = [16]byte(id)
		}
	}
	return args
}

type postgresRows struct {
	pgx.Rows
	cancel context.CancelFunc
}

func (r *postgresRows) Close() {
	r.Rows.Close()
	r.cancel()
}

func (r *postgresRows) Scan(dest ...any) error {
	for i, to := range dest {
		if id, ok := to.(*uuid.UUID); ok {
			dest[i] = (*[16]byte)(id)
		}
	}
	return postgresError(r.Rows.Scan(dest...))
}

func (r *postgresRows) Err() error { return postgresError(r.Rows.Err()) }
