package store_test

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
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

// A step of a newer binary is refused unless it says that this one may run on it, and is always shown.
func TestANewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := db.Open(t)
		schema, err := s.Schema(t.Context())
		require.NoError(t, err)
		require.Zero(t, schema.Version, "an empty database")
		require.NoError(t, s.Migrate(t.Context()))
		schema, err = s.Schema(t.Context())
		require.NoError(t, err)
		known := schema.Known
		require.Equal(t, store.Schema{Version: known, Known: known, Lowest: known}, schema)

		apply := `INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, true)`
		says := `INSERT INTO schema_versions (version, lowest) VALUES ($1, $2)`
		db.Exec(t, apply, known+1)
		refused := func(lowest int64) {
			t.Helper()
			for _, err := range []error{s.CheckSchema(t.Context()), s.Migrate(t.Context()), s.MigrateDown(t.Context())} {
				var refusal *store.SchemaError
				require.ErrorAs(t, err, &refusal)
				require.Equal(t, known, refusal.Known)
				require.Equal(t, lowest, refusal.Lowest)
				require.ErrorContains(t, err, "migrate down")
			}
		}
		refused(-1)
		db.Exec(t, says, known+1, known)
		require.NoError(t, s.CheckSchema(t.Context()), "it only adds")
		require.NoError(t, s.Migrate(t.Context()))
		db.Exec(t, apply, known+2)
		db.Exec(t, says, known+2, known+2)
		refused(known + 2)
		db.Exec(t, apply, known+3)
		refused(-1)

		steps, err := s.MigrationStatus(t.Context())
		require.NoError(t, err)
		last := steps[len(steps)-1]
		require.Equal(t, []any{known + 3, ""}, []any{last.Version, last.Name})
		require.NotNil(t, last.AppliedAt)
	})
}

// Every migration says what taking it back loses, and the lowest step that a binary must know.
func TestMigrationsSayWhatTheyAskFor(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := db.Migrated(t)
		steps, err := s.MigrationStatus(t.Context())
		require.NoError(t, err)
		raw := db.Raw(t)
		for _, step := range steps {
			require.NotEmpty(t, step.Loses, "%s: write -- Loses: behind -- +goose Down", step.Name)
			require.NotNil(t, step.AppliedAt)
			require.WithinDuration(t, time.Now(), *step.AppliedAt, time.Hour)
			var lowest int64
			require.NoError(t, raw.QueryRow(`SELECT lowest FROM schema_versions WHERE version = $1`, step.Version).Scan(&lowest),
				"%s: INSERT INTO schema_versions (version, lowest)", step.Name)
		}
		var rows int
		require.NoError(t, raw.QueryRow(`SELECT count(*) FROM schema_versions`).Scan(&rows))
		require.Len(t, steps, rows)
	})
}

// The economy's settings move into the table of all settings and back without losing anything.
func TestSettingsOfTheEconomyMove(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := db.Migrated(t)
		for schema, err := s.Schema(t.Context()); schema.Version >= 10; schema, err = s.Schema(t.Context()) {
			require.NoError(t, err)
			require.NoError(t, s.MigrateDown(t.Context()))
		}
		const columns = `guild_id, starting_balance, daily_amount, streak_bonuses, max_transfer, transfer_cooldown_hours, role_rewards, daily_on_message, version, created_at, updated_at`
		times, on, off := []string{"1700000000000001", "1700000000000002"}, "1", "0"
		if db.IsPostgres() {
			times, on, off = []string{"'2023-11-14 22:13:20.000001+00'", "'2023-11-14 22:13:20.000002+00'"}, "true", "false"
		}
		db.Exec(t, `INSERT INTO bytes_config (`+columns+`) VALUES
			(1, 0, 100000, '{}', 1, 720, '{}', `+off+`, 1, `+times[0]+`, `+times[0]+`),
			(9223372036854775807, 1000000, 0, '{"8":2,"3650":1000}', 10000, 0, '{"9223372036854775806":9007199254740991}', `+on+`, 77, `+times[0]+`, `+times[1]+`)`)
		dump := func() string {
			var text string
			rows, err := db.Raw(t).Query(`SELECT ` + columns + ` FROM bytes_config ORDER BY guild_id`)
			require.NoError(t, err)
			defer rows.Close()
			for rows.Next() {
				values, into := make([]any, 11), make([]any, 11)
				for i := range values {
					into[i] = &values[i]
				}
				require.NoError(t, rows.Scan(into...))
				text += fmt.Sprintf("%s\n", values)
			}
			require.NoError(t, rows.Err())
			return text
		}
		before := dump()
		require.NoError(t, s.Migrate(t.Context()))
		for guild, want := range map[snowflake.ID]string{
			1: `{"starting_balance": 0, "daily_amount": 100000, "streak_bonuses": {}, "max_transfer": 1, "transfer_cooldown_hours": 720, "role_rewards": {}, "daily_on_message": false}`,
			9223372036854775807: `{"starting_balance": 1000000, "daily_amount": 0, "streak_bonuses": {"8": 2, "3650": 1000}, "max_transfer": 10000,
				"transfer_cooldown_hours": 0, "role_rewards": {"9223372036854775806": 9007199254740991}, "daily_on_message": true}`,
		} {
			g, err := s.GuildSettings(t.Context(), guild, "bytes", nil)
			require.NoError(t, err)
			require.JSONEq(t, want, string(g.Doc))
			require.Equal(t, int64(1700000000000001), g.CreatedAt.UnixMicro())
			require.Equal(t, map[snowflake.ID]int64{1: 1, 9223372036854775807: 77}[guild], g.Version)
		}
		guilds, err := s.RewardGuilds(t.Context())
		require.NoError(t, err)
		require.Equal(t, []snowflake.ID{9223372036854775807}, guilds)
		for schema, err := s.Schema(t.Context()); schema.Version >= 10; schema, err = s.Schema(t.Context()) {
			require.NoError(t, err)
			require.NoError(t, s.MigrateDown(t.Context()))
		}
		require.Equal(t, before, dump())
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
