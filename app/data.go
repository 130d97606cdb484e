package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/smarter-dev/smarterdev/store"
)

// DataOptions say which data a command works on and where it tells what it found.
type DataOptions struct {
	DatabaseURL Secret
	Data        string // the folder of a dev; wins over DatabaseURL
	Files       fs.FS
	Log         *slog.Logger
	Out         io.Writer
}

// ErrDifferences is what Verify returns when the ledger does not add up.
var ErrDifferences = errors.New("the ledger does not add up")

// Migrate applies every pending step of the schema and names them.
func Migrate(ctx context.Context, o DataOptions) error {
	return o.with(ctx, maybeNew, func(db *store.Store) error {
		before, err := db.MigrationStatus(ctx)
		if err != nil {
			return err
		}
		if err := db.Migrate(ctx); err != nil {
			return err
		}
		for _, step := range before {
			if step.AppliedAt == nil {
				fmt.Fprintln(o.Out, "applied", step.Name)
			}
		}
		_, err = fmt.Fprintf(o.Out, "the schema is up to date, at %s\n", before[len(before)-1].Name)
		return err
	})
}

// MigrateStatus lists the steps of the schema and when each was applied.
func MigrateStatus(ctx context.Context, o DataOptions) error {
	return o.with(ctx, mustExist, func(db *store.Store) error {
		steps, err := db.MigrationStatus(ctx)
		if err != nil {
			return err
		}
		table := o.table()
		fmt.Fprintln(table, "STEP\tAPPLIED")
		for _, step := range steps {
			applied := "pending"
			if step.AppliedAt != nil {
				applied = step.AppliedAt.UTC().Format(time.RFC3339)
			}
			fmt.Fprintf(table, "%s\t%s\n", step.Name, applied)
		}
		return table.Flush()
	})
}

// MigrateDown takes back the latest step that is applied and names it.
func MigrateDown(ctx context.Context, o DataOptions) error {
	return o.with(ctx, mustExist, func(db *store.Store) error {
		steps, err := db.MigrationStatus(ctx)
		if err != nil {
			return err
		}
		if err := db.MigrateDown(ctx); errors.Is(err, store.ErrNotFound) {
			return errors.New("no step is applied, so there is none to take back")
		} else if err != nil {
			return err
		}
		latest := ""
		for _, step := range steps {
			if step.AppliedAt != nil {
				latest = step.Name
			}
		}
		_, err = fmt.Fprintln(o.Out, "took back", latest)
		return err
	})
}

// Verify proves the ledger's invariants and prints every figure, then every difference with the
// row it was found in. It returns ErrDifferences when there is any.
func Verify(ctx context.Context, o DataOptions) error {
	return o.with(ctx, mustExist, func(db *store.Store) error {
		steps, err := db.MigrationStatus(ctx)
		if err != nil {
			return err
		}
		for _, step := range steps {
			if step.AppliedAt == nil {
				return fmt.Errorf("the schema lacks %s, so there is nothing to prove yet; run smarterdev migrate up", step.Name)
			}
		}
		report, err := db.Verify(ctx)
		if err != nil {
			return err
		}
		return o.tell(report)
	})
}

// existence says whether a command may make the database it is pointed at.
type existence bool

const (
	maybeNew  existence = false
	mustExist existence = true
)

// with opens the database, and closes it when do is done.
func (o DataOptions) with(ctx context.Context, exists existence, do func(*store.Store) error) (err error) {
	url := o.DatabaseURL.Reveal()
	if o.Data != "" {
		url = "sqlite:" + databaseFile(o.Data)
	}
	if url == "" {
		return errors.New("which database? set DATABASE_URL, or give --data with the folder of a dev")
	}
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok && exists == mustExist {
		path, _, _ = strings.Cut(strings.TrimPrefix(path, "//"), "?")
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no database at %s; smarterdev dev or smarterdev migrate up makes one", path)
		}
	}
	db, err := store.Open(ctx, url, migrations(o.Files), store.WithLogger(o.Log))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return do(db)
}

func (o DataOptions) table() *tabwriter.Writer {
	return tabwriter.NewWriter(o.Out, 0, 8, 2, ' ', 0)
}

// tell prints what was proved: the figures, each invariant with how often it was tested, and every
// difference with its row.
func (o DataOptions) tell(report store.Report) error {
	table := o.table()
	for _, figure := range []struct {
		name  string
		value int64
	}{
		{"guilds", report.Guilds}, {"accounts", report.Accounts}, {"ledger rows", report.Rows},
		{"minted", report.Minted}, {"burned", report.Burned}, {"held by members", report.Held},
	} {
		fmt.Fprintf(table, "%s\t%d\n", figure.name, figure.value)
	}
	fmt.Fprintln(table, "\nCHECK\tTESTED\tFAILED\tWHAT HOLDS")
	failed := int64(0)
	for _, check := range report.Checks {
		failed += check.Failed
		fmt.Fprintf(table, "%s\t%d\t%d\t%s\n", check.Name, check.Tested, check.Failed, check.Says)
	}
	if failed > 0 {
		fmt.Fprintln(table, "\nDIFFERS\tTABLE\tGUILD\tROW\tFOUND\tWANT")
		for _, d := range report.Differences {
			fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\n", d.Check, d.Table, uint64(d.Guild), cmp.Or(d.Row, "(all)"), d.Found, d.Want)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if failed == 0 {
		_, err := fmt.Fprintln(o.Out, "\neverything adds up")
		return err
	}
	if left := failed - int64(len(report.Differences)); left > 0 {
		fmt.Fprintf(o.Out, "… and %d more\n", left)
	}
	return fmt.Errorf("%w: %d differences; restore a backup, or write down what happened before anything else is changed", ErrDifferences, failed)
}

// migrations is the folder of the schema's steps among the files that ship.
func migrations(files fs.FS) fs.FS {
	steps, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // only for a name that is no path
	}
	return steps
}
