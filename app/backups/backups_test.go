package backups_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/backups"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

const guild snowflake.ID = 900000000000000001

var at = time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)

// waitingJob is a job of long ago.
type waitingJob struct{}

func (waitingJob) Kind() string { return "backups_waiting" }

func claim(t *testing.T, s *store.Store, user snowflake.ID) {
	t.Helper()
	_, err := s.Claim(t.Context(), store.Claim{Guild: guild, User: user, Amount: 10, Starting: 100, At: at})
	require.NoError(t, err)
}

// each runs a test with a migrated database of each engine and an empty one to restore into.
func each(t *testing.T, test func(t *testing.T, db storetest.Database, empty string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, storetest.NewSQLite(t), "sqlite:"+filepath.Join(t.TempDir(), "restored.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		server := os.Getenv(storetest.Variable)
		if server == "" {
			t.Skipf("set %s to the postgres:// URL of a throw-away server to run this on PostgreSQL", storetest.Variable)
		}
		names := [2]string{}
		for i := range names {
			scratch, drop, err := store.ScratchPostgres(context.WithoutCancel(t.Context()), server)
			require.NoError(t, err)
			t.Cleanup(drop)
			names[i] = scratch
		}
		test(t, storetest.Database{URL: names[0]}, names[1])
	})
}

func restore(t *testing.T, file, databaseURL string) (backups.Restored, error) {
	t.Helper()
	if path, ok := strings.CutPrefix(databaseURL, "sqlite:"); ok {
		return backups.RestoreSQLite(t.Context(), file, path, at, storetest.Migrations(t))
	}
	return backups.RestorePostgres(t.Context(), file, databaseURL, storetest.Migrations(t))
}

// A backup that is made while members claim is one moment of the ledger; what it restores starts quiet.
func TestBackupUnderLoadAndRestoreElsewhere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db storetest.Database, empty string) {
		s := db.Migrated(t)
		require.NoError(t, s.Enqueue(t.Context(), waitingJob{}))
		for user := snowflake.ID(1); user <= 50; user++ {
			claim(t, s, user)
		}
		stop, done := make(chan struct{}), sync.WaitGroup{}
		done.Go(func() {
			for user := snowflake.ID(1000); ; user++ {
				select {
				case <-stop:
					return
				default:
					_, _ = s.Claim(context.WithoutCancel(t.Context()), store.Claim{Guild: guild, User: user, Amount: 10, Starting: 100, At: at})
				}
			}
		})
		file := filepath.Join(t.TempDir(), backups.Name(db.URL, at))
		made, err := backups.Make(t.Context(), s, db.URL, file, storetest.Migrations(t))
		close(stop)
		done.Wait()
		require.NoError(t, err)
		require.True(t, made.Ledger)
		require.GreaterOrEqual(t, made.Report.Accounts, int64(50))
		require.Len(t, made.SHA256, 64)
		left, err := os.ReadDir(filepath.Dir(file))
		require.NoError(t, err)
		require.Len(t, left, 1, "nothing is left beside it")
		_, err = backups.Make(t.Context(), s, db.URL, file, storetest.Migrations(t))
		require.ErrorIs(t, err, store.ErrExists)

		restored, err := restore(t, file, empty)
		require.NoError(t, err)
		require.Equal(t, made.Report, restored.Report)
		require.EqualValues(t, 1, restored.Held)
		other := storetest.Database{URL: empty}.Open(t)
		require.Equal(t, made.Report, storetest.Prove(t, other))
	})
}

// A damaged backup replaces nothing.
func TestADamagedBackupIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db storetest.Database, empty string) {
		s := db.Migrated(t)
		for user := snowflake.ID(1); user <= 50; user++ {
			claim(t, s, user)
		}
		file := filepath.Join(t.TempDir(), "backup")
		_, err := backups.Make(t.Context(), s, db.URL, file, storetest.Migrations(t))
		require.NoError(t, err)
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		for name, damaged := range map[string][]byte{
			"empty": {}, "text": []byte("not a backup"), "half": raw[:len(raw)/2],
			"page of zeros": append(bytes.Clone(raw[:len(raw)/3]), append(make([]byte, 8192), raw[len(raw)/3+8192:]...)...),
		} {
			if db.IsPostgres() && name == "page of zeros" {
				continue // compressed data that PostgreSQL may or may not notice: its checksums are the file's
			}
			broken := filepath.Join(t.TempDir(), "broken")
			require.NoError(t, os.WriteFile(broken, damaged, 0o600))
			_, err := restore(t, broken, empty)
			require.Error(t, err, name)
			_, err = backups.Prove(t.Context(), broken, db.URL, storetest.Migrations(t))
			require.Error(t, err, name)
		}
		if path, ok := strings.CutPrefix(empty, "sqlite:"); ok {
			require.NoFileExists(t, path)
		}
		_, err = restore(t, file, empty)
		require.NoError(t, err)
	})
}

// The database that was there is kept with its journal, whose pages must not get into the restored one.
func TestRestoreKeepsWhatWasThere(t *testing.T) {
	t.Parallel()
	db := storetest.NewSQLite(t)
	path := strings.TrimPrefix(db.URL, "sqlite:")
	s := db.Migrated(t)
	claim(t, s, 1)
	file := filepath.Join(t.TempDir(), "backup.db")
	_, err := backups.Make(t.Context(), s, db.URL, file, storetest.Migrations(t))
	require.NoError(t, err)
	claim(t, s, 2)
	require.FileExists(t, path+"-wal")
	wal, err := os.ReadFile(path + "-wal")
	require.NoError(t, err)
	require.NoError(t, s.Close())
	require.NoError(t, os.WriteFile(path+"-wal", wal, 0o600)) // as a process that was killed leaves it

	restored, err := backups.RestoreSQLite(t.Context(), file, path, at, storetest.Migrations(t))
	require.NoError(t, err)
	require.NoFileExists(t, path+"-wal")
	require.EqualValues(t, 1, storetest.Prove(t, db.Open(t)).Accounts)
	require.FileExists(t, restored.Kept+"-wal")
	require.EqualValues(t, 2, storetest.Prove(t, storetest.Database{URL: "sqlite:" + restored.Kept}.Open(t)).Accounts)
}

func TestPostgresIsRestoredIntoAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	db := storetest.NewPostgres(t)
	db.Migrated(t)
	u, err := url.Parse(db.URL)
	require.NoError(t, err)
	_, err = backups.RestorePostgres(t.Context(), os.DevNull, u.String(), storetest.Migrations(t))
	require.ErrorIs(t, err, store.ErrNotEmpty)
}

// Before the schema changes there is a backup, of a few of which the oldest go.
func TestABackupBeforeEachMigration(t *testing.T) {
	t.Parallel()
	db := storetest.NewSQLite(t)
	s := db.Open(t)
	log := slog.New(slog.DiscardHandler)
	backupFiles := filepath.Join(filepath.Dir(strings.TrimPrefix(db.URL, "sqlite:")), "backups", "*")
	migrate := func(day int) []string {
		require.NoError(t, backups.Migrate(t.Context(), s, db.URL, storetest.Migrations(t), at.AddDate(0, 0, day), log))
		files, err := filepath.Glob(backupFiles)
		require.NoError(t, err)
		return files
	}
	require.Empty(t, migrate(0), "an empty database has nothing to lose")
	claim(t, s, 1)
	require.Empty(t, migrate(0), "nothing to migrate")
	for day := range 7 {
		require.NoError(t, s.MigrateDown(t.Context()))
		files := migrate(day)
		require.Len(t, files, min(day+1, 5))
		require.Contains(t, files[len(files)-1], at.AddDate(0, 0, day).Format("20060102"))
	}
	schema, err := s.Schema(t.Context())
	require.NoError(t, err)
	files := migrate(7)
	proof, err := backups.Prove(t.Context(), files[0], db.URL, storetest.Migrations(t))
	require.NoError(t, err)
	require.Equal(t, schema.Known-1, proof.Schema)
	require.EqualValues(t, 1, proof.Report.Accounts)
}
