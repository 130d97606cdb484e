package cli

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/store"
)

// succeed runs a command that must work and returns what it prints.
func succeed(t *testing.T, args ...string) string {
	t.Helper()
	code, out, stderr := command(t, args...)
	require.Zero(t, code, "%s: %s", args, stderr)
	return out
}

// refuse runs a command that must fail and returns what it says on stderr.
func refuse(t *testing.T, args ...string) string {
	t.Helper()
	code, _, stderr := command(t, args...)
	require.Equal(t, exitFailed, code, "%s: %s", args, stderr)
	return stderr
}

func TestMigrateUpStatusDown(t *testing.T) {
	t.Parallel()
	data := "--data=" + t.TempDir()
	out := succeed(t, "migrate", "up", data)
	require.Contains(t, out, "applied 00001_")
	require.Contains(t, out, "the schema is up to date, at ")
	require.NotContains(t, succeed(t, "migrate", "up", data), "applied")

	out = succeed(t, "migrate", "status", data)
	steps := strings.Split(strings.TrimSpace(out), "\n")
	require.Regexp(t, `^MIGRATION +APPLIED$`, steps[0])
	require.Regexp(t, `^00001_\w+ +20\d\d-`, steps[1])
	require.NotContains(t, out, "pending")

	latest := strings.Fields(steps[len(steps)-1])[0]
	require.Contains(t, refuse(t, "migrate", "down", data), "nothing was reverted")
	require.NotContains(t, succeed(t, "migrate", "status", data), "pending")
	out = succeed(t, "migrate", "down", "--yes", data)
	require.Contains(t, out, "reverting "+latest+" loses: ")
	require.Contains(t, out, "reverted "+latest+"\n")
	require.Regexp(t, latest+` +pending`, succeed(t, "migrate", "status", data))
	require.Contains(t, refuse(t, "verify", data), "lacks "+latest)

	for range len(steps) - 2 {
		succeed(t, "migrate", "down", "--yes", data)
	}
	require.Contains(t, refuse(t, "migrate", "down", "--yes", data), "nothing to revert")
}

func TestMigrateDownAsks(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]bool{"y\n": true, "YES\n": true, "n\n": false, "\n": false, "": false, "yesterday\n": false} {
		p := Program{Context: t.Context(), Stdin: strings.NewReader(said), Stdout: io.Discard}
		require.Equal(t, want, p.confirm("Revert it?"), said)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	silent, _ := io.Pipe()
	require.False(t, Program{Context: stopped, Stdin: silent, Stdout: io.Discard}.confirm("Revert it?"), "interrupted while it asks")
}

func TestAFolderIsMadeOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "misspelt")
	url := "--database-url=sqlite:" + filepath.Join(folder, "x.db")
	require.Contains(t, refuse(t, "migrate", "up", url), "the folder "+folder+" does not exist")
	require.NoDirExists(t, folder)
	_, err := claimDatabase("sqlite:" + filepath.Join(folder, "x.db"))
	require.ErrorContains(t, err, "does not exist")
	require.NoDirExists(t, folder)
	succeed(t, "migrate", "up", "--create", url)
	require.FileExists(t, filepath.Join(folder, "x.db"))
}

// stopWhen is a writer that stops something when a text is written.
type stopWhen struct {
	text string
	stop func()
}

func (w stopWhen) Write(written []byte) (int, error) {
	if strings.Contains(string(written), w.text) {
		w.stop()
	}
	return len(written), nil
}

func TestAnAbsentPostgresIsWaitedFor(t *testing.T) {
	t.Parallel()
	const absent = "postgres://nobody@127.0.0.1:1/none"
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log := slog.New(slog.NewTextHandler(stopWhen{"waiting for it", stop}, nil))
	_, err := store.Await(ctx, absent, os.DirFS("../../migrations"), store.WithLogger(log))
	require.ErrorIs(t, err, context.Canceled)

	ctx, stop = context.WithCancel(t.Context())
	defer stop()
	log = slog.New(slog.NewTextHandler(stopWhen{"waiting for it", stop}, nil))
	setup := app.Setup{Files: os.DirFS("../.."), Log: log, Insist: true, Config: config.Config{Stores: config.Stores{DatabaseURL: absent}}}
	require.NoError(t, run(ctx, nil, setup, nil), "asked to stop while it waits, it ends as it should")
}

func TestCommandsWithoutADatabase(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.Contains(t, refuse(t, "verify", "--data", folder), "there is no database at "+databaseFile(folder))
	require.Contains(t, refuse(t, "migrate", "status", "--data", folder), "there is no database")
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, entries, "looking creates nothing")

	require.Contains(t, refuse(t, "migrate", "down", "--database-url=sqlite://"+folder+"/none.db"), "there is no database at")
	require.Contains(t, refuse(t, "verify"), "set DATABASE_URL, or give --data")
}

func TestVerifyPrintsTheTotalsAndNamesATamperedRow(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	succeed(t, "migrate", "up", "--data", folder)
	file := databaseFile(folder)
	db, err := store.Open(t.Context(), "sqlite:"+file, os.DirFS("../../migrations"))
	require.NoError(t, err)
	now := time.Now()
	for user := range 3 {
		_, err = db.OpenAccount(t.Context(), store.Account{Guild: 7, User: snowflake.ID(40 + user), Starting: 100, At: now})
		require.NoError(t, err)
	}
	_, err = db.Transfer(t.Context(), store.Transfer{Guild: 7, From: 40, To: 41, Amount: 30, Max: 1000, Starting: 100, At: now})
	require.NoError(t, err)
	require.NoError(t, db.Close())

	out := succeed(t, "verify", "--data", folder)
	for _, total := range []string{`guilds +1\n`, `accounts +3\n`, `ledger rows +4\n`, `minted +300\n`, `burned +0\n`, `held by members +300\n`} {
		require.Regexp(t, total, out)
	}
	require.Contains(t, out, "everything adds up")
	require.NotContains(t, out, "DIFFERS")

	raw, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	result, err := raw.ExecContext(t.Context(), `UPDATE balances SET balance = balance + 5 WHERE user_id = 42`)
	require.NoError(t, err)
	changed, err := result.RowsAffected()
	require.NoError(t, err)
	require.EqualValues(t, 1, changed)
	require.NoError(t, raw.Close())

	code, out, stderr := command(t, "verify", "--data", folder)
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, "the ledger does not add up: ")
	require.Regexp(t, `sum +\w+ +7 +42 +105 +100\n`, out)
	require.Regexp(t, `guild +\w+ +7 +\S+ +305 +300\n`, out)
	require.NotContains(t, out, "everything adds up")
}
