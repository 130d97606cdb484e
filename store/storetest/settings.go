package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

var settingsDefaults = json.RawMessage(`{"a": 0}`)

// saveSettings makes the guild's settings of the feature "test" what doc says.
func saveSettings(t testing.TB, s *store.Store, doc string, ifVersion *int64, then ...river.JobArgs) (store.GuildSettings, error) {
	t.Helper()
	return s.UpdateGuildSettings(t.Context(), guild, "test", settingsDefaults, ifVersion, root, func(g store.GuildSettings) (store.GuildSettings, error) {
		g.Doc = json.RawMessage(doc)
		return g, nil
	}, then...)
}

func savesSettings(t *testing.T, db Database) {
	s := db.Migrated(t)
	none, err := s.GuildSettings(t.Context(), guild, "test", settingsDefaults)
	require.NoError(t, err)
	require.Equal(t, store.GuildSettings{GuildID: guild, Feature: "test", Doc: settingsDefaults}, none)
	configured, err := s.Configured(t.Context(), guild)
	require.NoError(t, err)
	require.False(t, configured)

	first, err := s.UpdateGuildSettings(t.Context(), guild, "test", settingsDefaults, new(int64), root, func(old store.GuildSettings) (store.GuildSettings, error) {
		assert.Equal(t, none, old)
		return store.GuildSettings{GuildID: 77, Feature: "another", Version: 77, Doc: json.RawMessage(`{"a": 1}`), CreatedAt: noon.Add(-time.Hour), UpdatedAt: noon}, nil
	})
	require.NoError(t, err)
	require.Equal(t, store.GuildSettings{GuildID: guild, Feature: "test", Version: 1, Doc: first.Doc, CreatedAt: noon, UpdatedAt: noon}, first)
	read, err := s.GuildSettings(t.Context(), guild, "test", settingsDefaults)
	require.NoError(t, err)
	require.JSONEq(t, string(first.Doc), string(read.Doc))
	configured, err = s.Configured(t.Context(), guild)
	require.NoError(t, err)
	require.True(t, configured)
	for other, feature := range map[int]string{0: "other", 1: "test"} {
		g, err := s.GuildSettings(t.Context(), guild+snowflake.ID(other), feature, settingsDefaults)
		require.NoError(t, err)
		require.Zero(t, g.Version)
	}

	_, err = saveSettings(t, s, `{}`, new(int64))
	require.ErrorIs(t, err, store.ErrStale)
	for _, wrong := range []string{`[]`, `null`, `{`, `1`, ``} {
		_, err = saveSettings(t, s, wrong, nil)
		require.ErrorIs(t, err, store.ErrInvalid, wrong)
	}
	mine := errors.New("mine")
	_, err = s.UpdateGuildSettings(t.Context(), guild, "test", settingsDefaults, nil, root, func(g store.GuildSettings) (store.GuildSettings, error) { return g, mine })
	require.ErrorIs(t, err, mine)
	second, err := saveSettings(t, s, `{"a": 2}`, new(int64(1)))
	require.NoError(t, err)
	require.EqualValues(t, 2, second.Version)
	require.Equal(t, noon, second.CreatedAt)
	require.WithinDuration(t, time.Now(), second.UpdatedAt, time.Minute)

	log, err := s.AuditEntries(t.Context(), guild, nil, 10)
	require.NoError(t, err)
	require.Len(t, log, 2, "what was not done is not recorded")
	require.Equal(t, []any{"test.config", "test settings", root}, []any{log[0].Action, log[0].Subject, log[0].Actor})
	found := map[string]string{}
	for _, entry := range log {
		found[entry.ID.String()] = fmt.Sprint(string(entry.Before), string(entry.After))
	}
	require.Len(t, found, 2)
}

// savesSettingsOnce races saves of one version.
func savesSettingsOnce(t *testing.T, db Database) {
	stores := []*store.Store{db.Migrated(t), db.Open(t)}
	for version := range int64(sized(5, 50)) {
		var won atomic.Int64
		together(20, func(i int) {
			if _, err := saveSettings(t, stores[i%2], fmt.Sprintf(`{"a": %d}`, i), &version); err != nil {
				assert.ErrorIs(t, err, store.ErrStale)
				return
			}
			won.Add(1)
		})
		require.EqualValues(t, 1, won.Load())
	}
}

// countsInSettings changes one document from many sides at once, with no version: no change is lost.
func countsInSettings(t *testing.T, db Database) {
	stores := []*store.Store{db.Migrated(t), db.Open(t)}
	together(20, func(i int) {
		_, err := stores[i%2].UpdateGuildSettings(t.Context(), guild, "test", settingsDefaults, nil, root, func(g store.GuildSettings) (store.GuildSettings, error) {
			var doc struct{ A int }
			if err := json.Unmarshal(g.Doc, &doc); err != nil {
				return g, err
			}
			g.Doc = json.RawMessage(fmt.Sprintf(`{"a": %d}`, doc.A+1))
			return g, nil
		})
		assert.NoError(t, err)
	})
	g, err := stores[0].GuildSettings(t.Context(), guild, "test", settingsDefaults)
	require.NoError(t, err)
	require.JSONEq(t, `{"a": 20}`, string(g.Doc))
}
