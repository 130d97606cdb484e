package cli

import (
	"database/sql"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

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
	require.Equal(t, "reverted "+latest+"\n", succeed(t, "migrate", "down", data))
	require.Regexp(t, latest+` +pending`, succeed(t, "migrate", "status", data))
	require.Contains(t, refuse(t, "verify", data), "lacks "+latest)

	for range len(steps) - 2 {
		succeed(t, "migrate", "down", data)
	}
	require.Contains(t, refuse(t, "migrate", "down", data), "nothing to revert")
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
