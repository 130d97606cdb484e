package cli

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/backups"
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
		Create   bool `help:"Make the folder of a SQLite database that is missing."`
		database `embed:""`
	}
	migrateStatusCommand struct {
		database `embed:""`
	}
	migrateDownCommand struct {
		Yes      bool `short:"y" help:"Do not ask."`
		database `embed:""`
	}
	verifyCommand struct {
		database `embed:""`
	}
)

// Run applies every pending migration and names it.
func (c migrateUpCommand) Run(p Program) error {
	if err := makeFolder(c.url(), c.Create); err != nil {
		return err
	}
	return c.with(p, mayCreate, func(db *store.Store, log *slog.Logger) error {
		before, err := db.MigrationStatus(p)
		if err != nil {
			return err
		}
		if err := backups.Migrate(p, db, c.url(), app.Migrations(p.Files), time.Now(), log); err != nil {
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

// Run says what reverting the latest migration loses, asks, reverts it and names it.
func (c migrateDownCommand) Run(p Program) error {
	return c.with(p, mustExist, func(db *store.Store, _ *slog.Logger) error {
		steps, err := db.MigrationStatus(p)
		if err != nil {
			return err
		}
		var latest store.Migration
		for _, step := range steps {
			if step.AppliedAt != nil {
				latest = step
			}
		}
		if latest.Version == 0 {
			return errors.New("no migration is applied, so there is nothing to revert")
		}
		fmt.Fprintf(p.Stdout, "reverting %s loses: %s\n", latest.Name, cmp.Or(latest.Loses, "what only it can hold."))
		if !c.Yes && !p.confirm("Revert it?") {
			return errors.New("nothing was reverted; answer y, or give --yes")
		}
		if err := db.MigrateDown(p); err != nil {
			return err
		}
		_, err = fmt.Fprintln(p.Stdout, "reverted", latest.Name)
		return err
	})
}

// confirm asks a question that only y or yes affirms. It ends with p.
func (p Program) confirm(question string) bool {
	fmt.Fprintf(p.Stdout, "%s [y/N] ", question)
	if p.Stdin == nil {
		return false
	}
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(p.Stdin).ReadString('\n') // what was read until the end is the answer
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case said := <-answer:
		return said == "y" || said == "yes"
	case <-p.Done():
		return false
	}
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
	url := d.url()
	if url == "" {
		return errNoDatabase
	}
	open := store.Open
	if exists == mayCreate {
		open = store.Await
	}
	if path, ok := sqlitePath(url); ok && exists != mayCreate {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no database at %s; smarterdev dev or smarterdev migrate up creates one", path)
		}
	}
	db, err := open(p, url, app.Migrations(p.Files), store.WithLogger(log))
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

var errNoDatabase = errors.New("which database? set DATABASE_URL, or give --data with the data folder of a dev")

func (d database) url() string {
	if d.Data != "" {
		return "sqlite:" + databaseFile(d.Data)
	}
	return d.DatabaseURL.Reveal()
}

// sqlitePath is the file that the URL of a SQLite database names.
func sqlitePath(url string) (path string, ok bool) {
	path, ok = strings.CutPrefix(url, "sqlite:")
	path, _, _ = strings.Cut(strings.TrimPrefix(path, "//"), "?")
	return filepath.Clean(path), ok
}

// makeFolder sees to the folder of a SQLite database: create makes it, otherwise it must be there, since a
// misspelt path is more likely than a new one.
func makeFolder(url string, create bool) error {
	path, ok := sqlitePath(url)
	switch {
	case !ok:
		return nil
	case !create:
		return checkFolder(path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the folder of the database: %w", err)
	}
	return nil
}

func checkFolder(path string) error {
	if _, err := os.Stat(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the folder %s does not exist, so there is no database in it; make it, or let serve or migrate up make it with --create", filepath.Dir(path))
	}
	return nil
}

func newTable(out io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(out, 0, 8, 2, ' ', 0) }
