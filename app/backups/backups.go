// Package backups makes copies of the database, proves that each can be restored, keeps as many as is asked for, and
// restores them. A copy that was never opened is a hope: none counts before its ledger added up.
package backups

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/smarter-dev/smarterdev/store"
)

// ErrNoSpace: the disk has less room than the copy needs.
var ErrNoSpace = errors.New("the disk is too full")

// Proof is what was found when a copy was opened.
type Proof struct {
	Schema int64        // the step of the schema that it is in
	Report store.Report // of the ledger; empty when Ledger is false
	Ledger bool         // false: the file is whole, but its ledger could not be looked at here
}

// Made is a finished backup.
type Made struct {
	File   string // its path
	Bytes  int64
	SHA256 string
	Proof
}

// Name is what a backup of a moment is called: in UTC, so that names sort by age.
func Name(databaseURL string, at time.Time) string {
	ending := ".db"
	if !strings.HasPrefix(databaseURL, "sqlite:") {
		ending = ".dump"
	}
	return "smarterdev-" + at.UTC().Format("20060102-150405") + ending
}

// Make writes a backup of the database to file, opens the copy and proves its ledger. It appears under its name when
// it is proved; until then it is beside it, and gone after an error. ErrNoSpace before anything is written,
// store.ErrExists when the file is there, store.ErrNoTool without the client programs of PostgreSQL.
func Make(ctx context.Context, db *store.Store, databaseURL, file string, migrations fs.FS) (Made, error) {
	if _, err := os.Lstat(file); err == nil {
		return Made{}, fmt.Errorf("%s: %w", file, store.ErrExists)
	}
	size, err := db.Size(ctx)
	if err != nil {
		return Made{}, err
	}
	// The copy, and the copy of it that is opened.
	if err := checkSpace(filepath.Dir(file), 2*size); err != nil {
		return Made{}, err
	}
	part := file + ".part"
	_ = os.Remove(part) // of a run that was interrupted
	defer os.Remove(part)
	if err := db.Backup(ctx, part); err != nil {
		return Made{}, err
	}
	made := Made{File: file}
	if made.Proof, err = Prove(ctx, part, databaseURL, migrations); err != nil {
		return Made{}, fmt.Errorf("the copy cannot be used: %w", err)
	}
	if made.Bytes, made.SHA256, err = sum(part); err != nil {
		return Made{}, err
	}
	return made, place(part, file)
}

// Prove opens a copy of a backup and proves that its ledger adds up; the file itself is only read. What PostgreSQL
// wrote is restored into a database of its own beside that of databaseURL, which is dropped afterwards; where that may
// not be made, only the table of contents is read and Proof.Ledger is false.
func Prove(ctx context.Context, file, databaseURL string, migrations fs.FS) (Proof, error) {
	if !strings.HasPrefix(databaseURL, "sqlite:") {
		return provePostgres(ctx, file, databaseURL, migrations)
	}
	folder, err := os.MkdirTemp(filepath.Dir(file), ".proof-*")
	if err != nil {
		return Proof{}, err
	}
	defer os.RemoveAll(folder)
	copied := filepath.Join(folder, "copy.db")
	if err := copyFile(file, copied); err != nil {
		return Proof{}, err
	}
	return proveDatabase(ctx, "sqlite:"+copied, migrations)
}

func provePostgres(ctx context.Context, file, databaseURL string, migrations fs.FS) (Proof, error) {
	scratch, drop, err := store.ScratchPostgres(ctx, databaseURL)
	if errors.Is(err, store.ErrForbidden) {
		return Proof{}, store.ReadDump(ctx, databaseURL, file)
	}
	if err != nil {
		return Proof{}, err
	}
	defer drop()
	if err := store.RestorePostgres(ctx, scratch, file); err != nil {
		return Proof{}, err
	}
	return proveDatabase(ctx, scratch, migrations)
}

// proveDatabase proves a database that nobody else uses; an older schema is brought up to date first.
func proveDatabase(ctx context.Context, databaseURL string, migrations fs.FS) (_ Proof, err error) {
	db, err := store.Open(ctx, databaseURL, migrations)
	if err != nil {
		return Proof{}, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.CheckIntegrity(ctx); err != nil {
		return Proof{}, err
	}
	schema, err := db.Schema(ctx)
	if err != nil {
		return Proof{}, err
	}
	if schema.Version == 0 {
		return Proof{}, errors.New("it holds no tables of smarterdev")
	}
	if err := db.Migrate(ctx); err != nil {
		return Proof{}, err
	}
	report, err := db.Verify(ctx)
	if err != nil {
		return Proof{}, err
	}
	if !report.OK() {
		return Proof{}, fmt.Errorf("its ledger does not add up: %s", report.Differences[0])
	}
	return Proof{Schema: schema.Version, Report: report, Ledger: true}, nil
}

// place gives a finished file its name, durably. The name must be free.
func place(part, file string) error {
	if err := os.Link(part, file); err != nil { // unlike a rename it replaces nothing
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s: %w", file, store.ErrExists)
		}
		if err := os.Rename(part, file); err != nil { // a file system without links
			return err
		}
	}
	return syncFolder(filepath.Dir(file))
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

func sum(file string) (bytes int64, hash string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return n, hex.EncodeToString(h.Sum(nil)), err
}
