package store_test

import (
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// Four processes migrate one empty database at once: all succeed, and each step was taken once.
func TestProcessesMigrateOnce(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		var processes sync.WaitGroup
		for range 4 {
			processes.Go(func() {
				cmd := exec.CommandContext(t.Context(), os.Args[0])
				cmd.Env = append(os.Environ(), childMode+"=migrate", "STORE_TEST_URL="+db.URL)
				out, err := cmd.CombinedOutput()
				assert.NoError(t, err, string(out))
			})
		}
		processes.Wait()
		var rows, versions int
		require.NoError(t, db.Raw(t).QueryRow(`SELECT count(*), count(DISTINCT version_id) FROM goose_db_version`).Scan(&rows, &versions))
		steps, err := db.Open(t).MigrationStatus(t.Context())
		require.NoError(t, err)
		require.Equal(t, []int{len(steps) + 1, len(steps) + 1}, []int{rows, versions})
	})
}

func TestMigrateUpAndDown(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := db.Open(t)
		steps, err := s.MigrationStatus(t.Context())
		require.NoError(t, err)
		require.Equal(t, "00001_economy", steps[0].Name)
		for _, step := range steps {
			require.Nil(t, step.AppliedAt, step.Name)
		}
		for range 2 {
			require.NoError(t, s.Migrate(t.Context()))
			require.NoError(t, s.Migrate(t.Context()), "twice changes nothing")
			steps, err = s.MigrationStatus(t.Context())
			require.NoError(t, err)
			before := int64(0)
			for _, step := range steps {
				require.NotNil(t, step.AppliedAt, step.Name)
				require.Greater(t, step.Version, before)
				before = step.Version
			}
			_, err = s.OpenAccount(t.Context(), store.Account{Guild: 1, User: 1, Starting: 1})
			require.NoError(t, err)
			for range steps {
				require.NoError(t, s.MigrateDown(t.Context()))
			}
			require.ErrorIs(t, s.MigrateDown(t.Context()), store.ErrNotFound)
			_, err = s.Balance(t.Context(), 1, 1)
			require.Error(t, err, "the table is gone")
		}
	})
}
