package app_test

import (
	"bytes"
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/store"
)

// dataOptions are for the folder of a dev; what is told lands in the buffer.
func dataOptions(t *testing.T) (app.DataOptions, *bytes.Buffer) {
	t.Helper()
	out := new(bytes.Buffer)
	return app.DataOptions{
		Data: t.TempDir(), Files: os.DirFS(".."), Log: slog.New(slog.DiscardHandler), Out: out,
	}, out
}

func TestMigrateUpStatusDown(t *testing.T) {
	t.Parallel()
	o, out := dataOptions(t)
	require.NoError(t, app.Migrate(t.Context(), o))
	require.Contains(t, out.String(), "applied 00001_")
	require.Contains(t, out.String(), "the schema is up to date, at ")

	out.Reset()
	require.NoError(t, app.Migrate(t.Context(), o))
	require.NotContains(t, out.String(), "applied")

	out.Reset()
	require.NoError(t, app.MigrateStatus(t.Context(), o))
	steps := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Regexp(t, `^STEP +APPLIED$`, steps[0])
	require.Regexp(t, `^00001_\w+ +20\d\d-`, steps[1])
	require.NotContains(t, out.String(), "pending")

	out.Reset()
	require.NoError(t, app.MigrateDown(t.Context(), o))
	latest := strings.Fields(steps[len(steps)-1])[0]
	require.Equal(t, "took back "+latest+"\n", out.String())

	out.Reset()
	require.NoError(t, app.MigrateStatus(t.Context(), o))
	require.Regexp(t, latest+` +pending`, out.String())
	require.ErrorContains(t, app.Verify(t.Context(), o), "lacks "+latest)

	for range len(steps) - 2 {
		require.NoError(t, app.MigrateDown(t.Context(), o))
	}
	require.ErrorContains(t, app.MigrateDown(t.Context(), o), "none to take back")
}

func TestCommandsOnDataThatIsNotThere(t *testing.T) {
	t.Parallel()
	o, _ := dataOptions(t)
	require.ErrorContains(t, app.Verify(t.Context(), o), "there is no database at "+filepath.Join(o.Data, "smarterdev.db"))
	require.ErrorContains(t, app.MigrateStatus(t.Context(), o), "there is no database")
	entries, err := os.ReadDir(o.Data)
	require.NoError(t, err)
	require.Empty(t, entries, "looking makes nothing")

	o.DatabaseURL = app.Secret("sqlite://" + filepath.Join(o.Data, "none.db"))
	o.Data = ""
	require.ErrorContains(t, app.MigrateDown(t.Context(), o), "there is no database at")
	o.DatabaseURL = ""
	require.ErrorContains(t, app.Verify(t.Context(), o), "set DATABASE_URL, or give --data")
}

func TestVerifyPrintsTheFiguresAndNamesATamperedRow(t *testing.T) {
	t.Parallel()
	o, out := dataOptions(t)
	require.NoError(t, app.Migrate(t.Context(), o))
	file := filepath.Join(o.Data, "smarterdev.db")
	db, err := store.Open(t.Context(), "sqlite:"+file, os.DirFS("../migrations"))
	require.NoError(t, err)
	now := time.Now()
	for user := range 3 {
		_, err = db.OpenAccount(t.Context(), store.Account{Guild: 7, User: snowflake.ID(40 + user), Starting: 100, At: now})
		require.NoError(t, err)
	}
	_, err = db.Transfer(t.Context(), store.Transfer{Guild: 7, From: 40, To: 41, Amount: 30, Max: 1000, Starting: 100, At: now})
	require.NoError(t, err)
	require.NoError(t, db.Close())

	out.Reset()
	require.NoError(t, app.Verify(t.Context(), o))
	for _, figure := range []string{`guilds +1\n`, `accounts +3\n`, `ledger rows +4\n`, `minted +300\n`, `burned +0\n`, `held by members +300\n`} {
		require.Regexp(t, figure, out.String())
	}
	require.Contains(t, out.String(), "everything adds up")
	require.NotContains(t, out.String(), "DIFFERS")

	raw, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	result, err := raw.ExecContext(t.Context(), `UPDATE balances SET balance = balance + 5 WHERE user_id = 42`)
	require.NoError(t, err)
	changed, err := result.RowsAffected()
	require.NoError(t, err)
	require.EqualValues(t, 1, changed)
	require.NoError(t, raw.Close())

	out.Reset()
	err = app.Verify(t.Context(), o)
	require.ErrorIs(t, err, app.ErrDifferences)
	require.Regexp(t, `sum +\w+ +7 +42 +105 +100\n`, out.String())
	require.Regexp(t, `guild +\w+ +7 +\S+ +305 +300\n`, out.String())
	require.NotContains(t, out.String(), "everything adds up")
}
