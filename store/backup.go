package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// ErrNoTool: a backup of PostgreSQL needs its client programs, which are not here or older than the server.
var ErrNoTool = errors.New("the client programs of PostgreSQL are needed")

// Backup writes a copy of the database of one moment to file, which must not exist: a SQLite database, or for
// PostgreSQL what pg_dump writes in its custom format. Reads and writes go on meanwhile. The file is durable when it
// returns; after an error it is not there.
func (s *Store) Backup(ctx context.Context, file string) error {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", file, ErrExists)
	}
	err := s.db.backup(ctx, file)
	if err == nil {
		err = syncFile(file)
	}
	if err != nil {
		_ = os.Remove(file)
	}
	return wrap("back up", err)
}

// syncFile makes a file durable that nobody has open.
func syncFile(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Sync(), f.Close())
}

// Size is about how many bytes a backup takes.
func (s *Store) Size(ctx context.Context) (int64, error) {
	c := s.db.reader(ctx)
	n, err := one(c, scalar[int64], c.dialect().size)
	return n, wrap("size of the database", err)
}

// backup copies over a connection of its own: reading all of it takes long.
func (e *sqliteEngine) backup(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite", e.dsn)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", file)
	return errors.Join(sqliteError(err), db.Close())
}

func (e *postgresEngine) backup(ctx context.Context, file string) error {
	schema, err := one(e.reader(ctx), scalar[string], `SELECT current_schema()`)
	if err != nil {
		return err
	}
	args := []string{"--format=custom", "--no-owner", "--no-privileges", "--file=" + file}
	if schema != "public" {
		args = append(args, "--schema="+schema)
	}
	return e.client(ctx, "pg_dump", args...)
}

// RestorePostgres loads what Backup wrote into the empty database at databaseURL. ErrNotEmpty when it holds tables,
// ErrNoTool without pg_restore. It is one transaction.
func RestorePostgres(ctx context.Context, databaseURL, file string) error {
	opened, err := openPostgres(ctx, databaseURL, options{url: databaseURL, pool: 1, log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { _ = opened.close() }()
	n, err := one(opened.reader(ctx), scalar[int64], `SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema()`)
	if err != nil {
		return err
	}
	if n > 0 {
		return fmt.Errorf("%w: the database holds %d tables; make an empty one and restore into that", ErrNotEmpty, n)
	}
	return opened.client(ctx, "pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", file)
}

// ErrForbidden: the database lets this user not do that.
var ErrForbidden = errors.New("not permitted")

// ScratchPostgres makes an empty database beside that of databaseURL, which drop removes again. ErrForbidden when its
// user may not create databases.
func ScratchPostgres(ctx context.Context, databaseURL string) (scratch string, drop func(), err error) {
	u, err := url.Parse(databaseURL)
	if err != nil {
		return "", nil, fmt.Errorf("%w: the database URL cannot be read", ErrInvalid)
	}
	e, err := openPostgres(ctx, databaseURL, options{url: databaseURL, pool: 1, log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return "", nil, err
	}
	name := "smarterdev_proof_" + strings.ReplaceAll(NewID(time.Now()).String(), "-", "")
	if _, err := e.reader(ctx).exec(`CREATE DATABASE ` + name); err != nil {
		_ = e.close()
		var denied *pgconn.PgError
		if errors.As(err, &denied) && denied.Code == "42501" {
			return "", nil, fmt.Errorf("%w: %w", ErrForbidden, err)
		}
		return "", nil, err
	}
	query := u.Query()
	query.Del("search_path")
	u.Path, u.RawQuery = "/"+name, query.Encode()
	return u.String(), func() {
		_, err := e.reader(context.WithoutCancel(ctx)).exec(`DROP DATABASE ` + name + ` WITH (FORCE)`)
		if err != nil {
			e.opts.log.Warn("a database that was made for a proof is left", "database", name, "error", err)
		}
		_ = e.close()
	}, nil
}

// ReadDump reads through the table of contents of what Backup wrote for PostgreSQL.
func ReadDump(ctx context.Context, databaseURL, file string) error {
	e, err := openPostgres(ctx, databaseURL, options{url: databaseURL, pool: 1, log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { _ = e.close() }()
	return e.client(ctx, "pg_restore", "--list", "--file="+os.DevNull, file)
}

// CheckIntegrity reads the whole file of a SQLite database and returns an error that says what is damaged. PostgreSQL
// checks its pages itself when it reads them.
func (s *Store) CheckIntegrity(ctx context.Context) error {
	return wrap("check the file", s.db.snapshot(ctx, func(c conn) error {
		if c.dialect().integrity == "" {
			return nil
		}
		found, err := list(c, scalar[string], c.dialect().integrity)
		if err != nil {
			return err
		}
		if len(found) != 1 || found[0] != "ok" {
			return fmt.Errorf("the file is damaged: %s", strings.Join(found, "; "))
		}
		return nil
	}))
}

// client runs a client program of PostgreSQL on this database; its password stays out of the list of processes.
func (e *postgresEngine) client(ctx context.Context, program string, args ...string) error {
	path, err := exec.LookPath(program)
	if err != nil {
		return fmt.Errorf("%w: %s is not installed on this machine", ErrNoTool, program)
	}
	conn := e.pool.Config().ConnConfig
	u := url.URL{Scheme: "postgres", User: url.User(conn.User), Host: fmt.Sprintf("%s:%d", conn.Host, conn.Port), Path: "/" + conn.Database}
	if strings.HasPrefix(conn.Host, "/") { // a socket
		u.Host, u.RawQuery = "", url.Values{"host": {conn.Host}, "port": {fmt.Sprint(conn.Port)}}.Encode()
	}
	if !slices.Contains(args, "--list") {
		args = append([]string{"--dbname=" + u.String()}, args...)
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), "PGPASSWORD="+conn.Password, "PGSSLMODE="+sslMode(e.opts.url), "PGAPPNAME=smarterdev "+program)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		text := strings.TrimSpace(said.String())
		if strings.Contains(text, "server version mismatch") || strings.Contains(text, "unsupported version") {
			return fmt.Errorf("%w: %s is older than the server: %s", ErrNoTool, program, text)
		}
		return fmt.Errorf("%s: %w: %s", program, err, text)
	}
	return nil
}

// sslMode is what the URL says of encryption, in libpq's words.
func sslMode(databaseURL string) string {
	if u, err := url.Parse(databaseURL); err == nil && u.Query().Get("sslmode") != "" {
		return u.Query().Get("sslmode")
	}
	return "prefer"
}
