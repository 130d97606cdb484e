package cli

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// staleJob is a job of the installation that was backed up.
type staleJob struct{}

func (staleJob) Kind() string { return "cli_stale" }

// A drill: what the commands wrote in one folder they bring back in others, and say what they did.
func TestBackupRestoreExportImport(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	live := filepath.Join(folder, "live")
	require.NoError(t, os.Mkdir(live, 0o700))
	s := storetest.Database{URL: "sqlite:" + databaseFile(live)}.Migrated(t)
	for user := snowflake.ID(1); user <= 3; user++ {
		_, err := s.Claim(t.Context(), store.Claim{Guild: 7, User: user, Amount: 10, Starting: 100, At: time.Now()})
		require.NoError(t, err)
	}
	require.NoError(t, s.Enqueue(t.Context(), store.At(7, "remind:1", time.Now(), staleJob{})))

	out := succeed(t, "backup", folder, "--data="+live)
	require.Regexp(t, `wrote .*smarterdev-\d{8}-\d{6}\.db, 0\.\d MB`, out)
	require.Contains(t, out, "1 servers, 3 accounts, 6 ledger rows, 330 bytes held; everything adds up")
	files, err := filepath.Glob(filepath.Join(folder, "*.db"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.Contains(t, refuse(t, "backup", files[0], "--data="+live), "exists already")
	require.NoError(t, s.Close())

	elsewhere := filepath.Join(folder, "elsewhere")
	out = succeed(t, "restore", files[0], "--data="+elsewhere)
	require.Contains(t, out, "1 jobs are held")
	require.Contains(t, succeed(t, "verify", "--data="+elsewhere), "everything adds up")
	require.Contains(t, refuse(t, "restore", files[0], "--data="+elsewhere), "nothing was restored")
	require.Contains(t, succeed(t, "restore", "--yes", files[0], "--data="+elsewhere), "before-restore-")
	release, err := claim(databaseFile(elsewhere))
	require.NoError(t, err)
	require.Contains(t, refuse(t, "restore", "--yes", files[0], "--data="+elsewhere), "in use by another smarterdev")
	release()
	require.Contains(t, refuse(t, "restore", "--yes", filepath.Join(folder, "none.db"), "--data="+elsewhere), "no such file")

	require.Regexp(t, `cli_stale +7 +remind:1`, succeed(t, "held", "list", "--data="+elsewhere))
	require.Contains(t, refuse(t, "held", "drop", "--data="+elsewhere), "nothing was dropped")
	require.Contains(t, succeed(t, "held", "drop", "--yes", "--data="+elsewhere), "dropped 1 jobs")
	require.Contains(t, succeed(t, "held", "list", "--data="+elsewhere), "no job is held")

	packed := filepath.Join(folder, "all.jsonl.gz")
	require.Contains(t, succeed(t, "export", packed, "--data="+live), "rows of")
	imported := filepath.Join(folder, "imported")
	require.Contains(t, succeed(t, "import", "--dry-run", packed, "--data="+imported), "nothing is kept")
	require.Contains(t, succeed(t, "import", packed, "--data="+imported), "3 accounts, 6 ledger rows")
	require.Contains(t, refuse(t, "import", packed, "--data="+imported), "an import goes into an empty database")
	require.Contains(t, succeed(t, "held", "release", "--data="+imported), "released 1 jobs")

	code, lines, _ := command(t, "export", "-", "--guild=7", "--data="+imported)
	require.Zero(t, code)
	require.Contains(t, lines, `"guild_id":"7"`)
}
