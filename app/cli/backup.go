package cli

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/backups"
	"github.com/smarter-dev/smarterdev/store"
)

type (
	backupCommand struct {
		database `embed:""`
		File     string `arg:"" placeholder:"FILE" help:"Where to write it. A folder: a file in it that is named after the time."`
	}
	restoreCommand struct {
		database `embed:""`
		File     string `arg:"" placeholder:"FILE" help:"What smarterdev backup wrote."`
		Yes      bool   `short:"y" help:"Do not ask."`
	}
	exportCommand struct {
		database `embed:""`
		File     string       `arg:"" placeholder:"FILE" help:"Where to write it; - for the standard output. With the ending .gz it is compressed."`
		Guild    snowflake.ID `placeholder:"ID" type:"setting" help:"Only what belongs to this server."`
	}
	importCommand struct {
		database `embed:""`
		File     string `arg:"" placeholder:"FILE" help:"What smarterdev export wrote; - for the standard input."`
		DryRun   bool   `help:"Read and prove all of it, and keep nothing."`
	}
	heldCommand struct {
		List    heldListCommand    `cmd:"" help:"List the jobs that a restore or an import holds."`
		Release heldReleaseCommand `cmd:"" help:"Do what they say: what is overdue happens within seconds."`
		Drop    heldDropCommand    `cmd:"" help:"Forget them."`
	}
	heldListCommand struct {
		database `embed:""`
	}
	heldReleaseCommand struct {
		database `embed:""`
	}
	heldDropCommand struct {
		database `embed:""`
		Yes      bool `short:"y" help:"Do not ask."`
	}
)

// Run writes a backup, proves it and says what is in it.
func (c backupCommand) Run(p Program) error {
	return c.with(p, mustExist, func(db *store.Store, _ *slog.Logger) error {
		file := c.File
		if info, err := os.Stat(file); err == nil && info.IsDir() {
			file = filepath.Join(file, backups.Name(c.url(), time.Now()))
		}
		made, err := backups.Make(p, db, c.url(), file, app.Migrations(p.Files))
		if errors.Is(err, store.ErrNoTool) {
			return fmt.Errorf("%w; install them, or use smarterdev export, which needs none", err)
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(p.Stdout, "wrote %s, %s\n  SHA-256 %s\n", made.File, megabytes(made.Bytes), made.SHA256)
		return printProof(p.Stdout, made.Proof)
	})
}

// printProof says what was found when a copy was opened.
func printProof(out io.Writer, proof backups.Proof) error {
	if !proof.Ledger {
		_, err := fmt.Fprintln(out, "  The file is whole. Its ledger was not looked at: that takes the right to create databases.")
		return err
	}
	_, err := fmt.Fprintf(out, "  Opened and checked: %d servers, %d accounts, %d ledger rows, %d bytes held; everything adds up\n",
		proof.Report.Guilds, proof.Report.Accounts, proof.Report.Rows, proof.Report.Held)
	return err
}

// Run puts a backup in the place of the database.
func (c restoreCommand) Run(p Program) error {
	if _, err := os.Stat(c.File); err != nil {
		return fmt.Errorf("read the backup: %w", err)
	}
	url := c.url()
	if url == "" {
		return errNoDatabase
	}
	var restored backups.Restored
	if path, ok := sqlitePath(url); ok {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fmt.Errorf("make the folder of the database: %w", err)
		}
		release, err := claim(path) // no process has it open
		if err != nil {
			return err
		}
		defer release()
		if _, err := os.Stat(path); err == nil && !c.Yes &&
			!p.confirm(fmt.Sprintf("Put %s in the place of the database %s, which is kept beside it?", c.File, path)) {
			return errors.New("nothing was restored; answer y, or give --yes")
		}
		if restored, err = backups.RestoreSQLite(p, c.File, path, time.Now(), app.Migrations(p.Files)); err != nil {
			return err
		}
	} else {
		var err error
		if restored, err = backups.RestorePostgres(p, c.File, url, app.Migrations(p.Files)); err != nil {
			return err
		}
	}
	fmt.Fprintf(p.Stdout, "restored %s\n", c.File)
	if err := printProof(p.Stdout, restored.Proof); err != nil {
		return err
	}
	if restored.Kept != "" {
		fmt.Fprintf(p.Stdout, "  What was there before is in %s\n", restored.Kept)
	}
	return printHeld(p.Stdout, restored.Held)
}

// printHeld says that the installation starts quiet.
func printHeld(out io.Writer, held int64) error {
	if held == 0 {
		return nil
	}
	_, err := fmt.Fprintf(out, "  %d jobs are held, so that nothing old happens again by itself.\n"+
		"  smarterdev held list shows them; held release does what they say, held drop forgets them.\n", held)
	return err
}

// Run writes the data as JSON lines.
func (c exportCommand) Run(p Program) error {
	return c.with(p, mustExist, func(db *store.Store, _ *slog.Logger) error {
		total, err := db.Size(p)
		if err != nil {
			return err
		}
		bar := newProgress(p.Stderr, "exporting")
		options := store.ExportOptions{Guild: c.Guild, Now: time.Now(), Progress: func(_ string, n int64) { bar.at(n, 0) }}
		if c.File == "-" {
			_, err := db.Export(p, p.Stdout, options)
			return errors.Join(err, bar.end())
		}
		m, err := backups.WriteExport(p, db, c.File, total, options)
		if err := errors.Join(err, bar.end()); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.Stdout, "wrote %s: %d rows of %d tables\n", c.File, m.Rows(), len(m.Tables))
		return err
	})
}

// Run reads an export into an empty database, whose schema it brings up to date first.
func (c importCommand) Run(p Program) error {
	release := func() {}
	if url := c.url(); url != "" {
		if err := makeFolder(url, true); err != nil {
			return err
		}
		var err error
		if release, err = claimDatabase(url); err != nil {
			return err
		}
	}
	defer release()
	in, err := backups.OpenExport(c.File, p.Stdin)
	if err != nil {
		return fmt.Errorf("read the export: %w", err)
	}
	defer in.Close()
	return c.with(p, mayCreate, func(db *store.Store, _ *slog.Logger) error {
		if err := db.Migrate(p); err != nil {
			return err
		}
		bar := newProgress(p.Stderr, "importing")
		m, report, err := db.Import(p, in, store.ImportOptions{DryRun: c.DryRun, Progress: func(_ string, n, of int64) { bar.at(n, of) }})
		if err := errors.Join(err, bar.end()); err != nil {
			return err
		}
		done := "imported"
		if c.DryRun {
			done = "nothing is kept of this dry run; it would import"
		}
		fmt.Fprintf(p.Stdout, "%s %d rows of %d tables, exported on %s\n", done, m.Rows(), len(m.Tables), m.CreatedAt.Format(time.RFC3339))
		if err := printProof(p.Stdout, backups.Proof{Report: report, Ledger: true}); err != nil || c.DryRun {
			return err
		}
		held, err := db.CountHeldJobs(p)
		if err != nil {
			return err
		}
		return printHeld(p.Stdout, held)
	})
}

// Run lists the held jobs, the earliest first.
func (c heldListCommand) Run(p Program) error {
	return c.with(p, mustExist, func(db *store.Store, _ *slog.Logger) error {
		const shown = 100
		jobs, err := db.HeldJobs(p, shown)
		if err != nil {
			return err
		}
		all, err := db.CountHeldJobs(p)
		if err != nil {
			return err
		}
		if all == 0 {
			_, err := fmt.Fprintln(p.Stdout, "no job is held")
			return err
		}
		table := newTable(p.Stdout)
		fmt.Fprintln(table, "DUE\tKIND\tSERVER\tKEY\tARGUMENTS")
		for _, j := range jobs {
			guild := ""
			if j.Guild != 0 {
				guild = j.Guild.String()
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", j.DueAt.UTC().Format(time.RFC3339), j.Kind, guild, j.Key, j.Args)
		}
		if err := table.Flush(); err != nil {
			return err
		}
		if all > shown {
			_, err = fmt.Fprintf(p.Stdout, "… and %d more\n", all-shown)
		}
		return err
	})
}

// Run gives the held jobs back to the queue.
func (c heldReleaseCommand) Run(p Program) error {
	return c.with(p, mustExist, func(db *store.Store, _ *slog.Logger) error {
		n, err := db.ReleaseJobs(p)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.Stdout, "released %d jobs\n", n)
		return err
	})
}

// Run ends the held jobs without working them.
func (c heldDropCommand) Run(p Program) error {
	return c.with(p, mustExist, func(db *store.Store, _ *slog.Logger) error {
		n, err := db.CountHeldJobs(p)
		if err != nil {
			return err
		}
		if n > 0 && !c.Yes && !p.confirm(fmt.Sprintf("Forget %d jobs? What they were to do does not happen.", n)) {
			return errors.New("nothing was dropped; answer y, or give --yes")
		}
		if n, err = db.DropJobs(p); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.Stdout, "dropped %d jobs\n", n)
		return err
	})
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// progress shows how far a long command is: a bar on a terminal, elsewhere a line now and then.
type progress struct {
	bar  *progressbar.ProgressBar
	out  io.Writer
	what string
	next time.Time
	last int64
}

func newProgress(out io.Writer, what string) *progress {
	pr := &progress{out: out, what: what, next: time.Now().Add(lineEvery)}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		pr.bar = progressbar.NewOptions64(-1, progressbar.OptionSetWriter(out), progressbar.OptionSetDescription(what),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("rows"),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true))
	}
	return pr
}

// lineEvery is how often a command that is not watched on a terminal says how far it is.
const lineEvery = 5 * time.Second

// at says that n rows of of are done; of is 0 when that is not known.
func (pr *progress) at(n, of int64) {
	switch {
	case pr.bar != nil:
		if of > 0 && pr.bar.GetMax64() != of {
			pr.bar.ChangeMax64(of)
		}
		_ = pr.bar.Set64(n)
	case time.Now().After(pr.next):
		pr.next = time.Now().Add(lineEvery)
		rate := (n - pr.last) / int64(lineEvery/time.Second)
		pr.last = n
		text := fmt.Sprintf("%s: %d rows, %d a second", pr.what, n, rate)
		if of > 0 && rate > 0 {
			text = fmt.Sprintf("%s: %d of %d rows, %d a second, %s left", pr.what, n, of, rate, (time.Duration((of-n)/rate) * time.Second).String())
		}
		fmt.Fprintln(pr.out, strings.TrimSpace(text))
	}
}

func (pr *progress) end() error {
	if pr.bar == nil {
		return nil
	}
	return pr.bar.Finish()
}
