package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/store"
)

// database says which data a command works on.
type database struct {
	DatabaseURL config.Secret `name:"database-url" env:"DATABASE_URL" placeholder:"URL" help:"The database: sqlite:PATH or postgres://user:password@host/name."`
	Data        string        `placeholder:"DIR" help:"The data folder of a dev, instead of DATABASE_URL."`
}

type migrateCommand struct {
	Up     migrateUpCommand     `cmd:"" help:"Apply every pending migration; safe when several processes start at once."`
	Status migrateStatusCommand `cmd:"" help:"List the migrations."`
	Down   migrateDownCommand   `cmd:"" help:"Revert the latest migration, with the data that only it can hold."`
}

type (
	migrateUpCommand struct {
		database `embed:""`
	}
	migrateStatusCommand struct {
		database `embed:""`
	}
	migrateDownCommand struct {
		database `embed:""`
	}
	verifyCommand struct {
		database `embed:""`
	}
)

// Run applies every pending migration and names it.
func (c migrateUpCommand) Run(p Program) error {
	return c.with(p, mayCreate, func(db *store.Store, _ *slog.Logger) error {
		before, err := db.MigrationStatus(p)
		if err != nil {
			return err
		}
		if err := db.Migrate(p); err != nil {
			return err
		}
		for _, step := range before {
			if step.AppliedAt == nil {
				fmt.Fprintln(p.Stdout, "applied", step.Name)
			}
		}
		_, err = fmt.Fprintf(p.Stdout, "the schema is up to date, at %s\n", cmp.Or(before[len(before)-1].Name, "a newer one"))
		return err
	})
}

// Run lists the migrations and when each was applied.
func (c migrateStatusCommand) Run(p Program) error {
	return c.with(p, evenNewer, func(db *store.Store, _ *slog.Logger) error {
		steps, err := db.MigrationStatus(p)
		if err != nil {
			return err
		}
		table := newTable(p.Stdout)
		fmt.Fprintln(table, "MIGRATION\tAPPLIED")
		for _, step := range steps {
			applied := "pending"
			if step.AppliedAt != nil {
				applied = step.AppliedAt.UTC().Format(time.RFC3339)
			}
			fmt.Fprintf(table, "%s\t%s\n", cmp.Or(step.Name, fmt.Sprintf("%05d, which this binary does not know", step.Version)), applied)
		}
		return table.Flush()
	})
}

// Run reverts the latest migration that is applied and names it.
func (c migrateDownCommand) Run(p Program) error {
	return c.with(p, mustExist, func(db *store.Store, _ *slog.Logger) error {
		steps, err := db.MigrationStatus(p)
		if err != nil {
			return err
		}
		if err := db.MigrateDown(p); errors.Is(err, store.ErrNotFound) {
			return errors.New("no migration is applied, so there is nothing to revert")
		} else if err != nil {
			return err
		}
		latest := ""
		for _, step := range steps {
			if step.AppliedAt != nil {
				latest = step.Name
			}
		}
		_, err = fmt.Fprintln(p.Stdout, "reverted", latest)
		return err
	})
}

// Run checks the ledger's invariants and prints every total, then every difference with the row it was
// found in. It fails when there is any.
func (c verifyCommand) Run(p Program) error {
	return c.with(p, mustExist, func(db *store.Store, _ *slog.Logger) error {
		steps, err := db.MigrationStatus(p)
		if err != nil {
			return err
		}
		for _, step := range steps {
			if step.AppliedAt == nil {
				return fmt.Errorf("the schema lacks %s, so there is nothing to verify yet; run smarterdev migrate up", step.Name)
			}
		}
		report, err := db.Verify(p)
		if err != nil {
			return err
		}
		return printReport(p.Stdout, report)
	})
}

// printReport prints the totals, each invariant with how often it was tested, and every difference
// with its row. It fails when there is a difference.
func printReport(out io.Writer, report store.Report) error {
	table := newTable(out)
	for _, total := range []struct {
		name  string
		value int64
	}{
		{"guilds", report.Guilds}, {"accounts", report.Accounts}, {"ledger rows", report.Rows},
		{"minted", report.Minted}, {"burned", report.Burned}, {"held by members", report.Held},
	} {
		fmt.Fprintf(table, "%s\t%d\n", total.name, total.value)
	}
	fmt.Fprintln(table, "\nCHECK\tTESTED\tFAILED\tINVARIANT")
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
		_, err := fmt.Fprintln(out, "\neverything adds up")
		return err
	}
	if left := failed - int64(len(report.Differences)); left > 0 {
		fmt.Fprintf(out, "… and %d more\n", left)
	}
	return fmt.Errorf("the ledger does not add up: %d differences; restore a backup, or write down what happened before changing anything else", failed)
}

// existence says which databases a command may be pointed at.
type existence int

const (
	mayCreate existence = iota // also one that is not there yet
	mustExist
	evenNewer // one that is there, also of a binary so new that this one must not run on it
)

// with opens the database, and closes it when do returns. What the store logs goes to stderr, apart
// from the tables on stdout.
func (d database) with(p Program, exists existence, do func(*store.Store, *slog.Logger) error) (err error) {
	log, _, err := config.Logs{LogLevel: "warn"}.Open(p.Stderr, "text")
	if err != nil {
		return err
	}
	url := d.DatabaseURL.Reveal()
	if d.Data != "" {
		url = "sqlite:" + databaseFile(d.Data)
	}
	if url == "" {
		return errors.New("which database? set DATABASE_URL, or give --data with the data folder of a dev")
	}
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok && exists != mayCreate {
		path, _, _ = strings.Cut(strings.TrimPrefix(path, "//"), "?")
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no database at %s; smarterdev dev or smarterdev migrate up creates one", path)
		}
	}
	db, err := store.Open(p, url, app.Migrations(p.Files), store.WithLogger(log))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if exists != evenNewer {
		if err := db.CheckSchema(p); err != nil {
			return err
		}
	}
	return do(db, log)
}

func newTable(out io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(out, 0, 8, 2, ' ', 0) }
