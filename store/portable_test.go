package store_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

var exportedAt = time.Date(2026, 11, 27, 1, 2, 3, 0, time.UTC)

var ada = store.Actor{ID: 7, Name: "Ada", Source: store.SourceAPI}

// lateJob is a job that waits.
type lateJob struct {
	N int `json:"n"`
}

func (lateJob) Kind() string { return "store_late" }

// livedIn writes something of every kind into two guilds, with letters and amounts that are easily lost.
func livedIn(t *testing.T, s *store.Store) {
	t.Helper()
	at := time.Date(2026, 11, 20, 10, 0, 0, 123456000, time.UTC)
	for _, guild := range []snowflake.ID{1191168914231394304, 1} {
		for user := snowflake.ID(1); user <= 20; user++ {
			_, err := s.Claim(t.Context(), store.Claim{Guild: guild, User: user, Name: "Zoë 🦊 \"<&>\"\n", Amount: 50, Starting: 100, At: at})
			require.NoError(t, err)
		}
		sent, err := s.Transfer(t.Context(), store.Transfer{Guild: guild, From: 1, To: 2, Amount: 30, Max: 1000, Reason: "naïve – \u2028 \\", Starting: 100, At: at, Key: "api:a"})
		require.NoError(t, err)
		_, err = s.Reverse(t.Context(), store.Reverse{Guild: guild, ID: sent.ID, At: at, Audit: store.AuditEntry{GuildID: guild, Actor: ada, Action: "reverse", Subject: "x", CreatedAt: at}})
		require.NoError(t, err)
		squad, err := s.CreateSquad(t.Context(), store.Squad{GuildID: guild, RoleID: guild + 5, Name: "Owls", Active: true, CreatedAt: at, UpdatedAt: at}, ada)
		require.NoError(t, err)
		_, err = s.Join(t.Context(), store.Join{Guild: guild, User: 3, Squad: squad.ID, At: at})
		require.NoError(t, err)
		require.NoError(t, s.Enqueue(t.Context(), store.At(guild, "unban:3", at.Add(48*time.Hour), lateJob{3})))
	}
	require.NoError(t, s.Enqueue(t.Context(), lateJob{4}))
}

func export(t *testing.T, s *store.Store, guild snowflake.ID) string {
	t.Helper()
	var out bytes.Buffer
	m, err := s.Export(t.Context(), &out, store.ExportOptions{Now: exportedAt, Guild: guild})
	require.NoError(t, err)
	require.Equal(t, int64(strings.Count(out.String(), "\n[")), m.Rows())
	return out.String()
}

// importing returns what the import said.
func importing(t *testing.T, s *store.Store, text string) error {
	t.Helper()
	m, report, err := s.Import(t.Context(), strings.NewReader(text), store.ImportOptions{})
	if err == nil {
		require.True(t, report.OK())
		require.NotZero(t, m.Rows())
	}
	return err
}

// SQLite does not know what a column holds: its name and its CHECK say so. A new column that this test names needs
// the ending _at for a time, _id for an id, or the CHECK that our other columns of its kind have.
func TestBothEnginesExportTheSameColumns(t *testing.T) {
	t.Parallel()
	of := func(s *store.Store) []store.ExportTable {
		m, err := s.Export(t.Context(), io.Discard, store.ExportOptions{Now: exportedAt})
		require.NoError(t, err)
		return m.Tables
	}
	require.Equal(t, of(storetest.Postgres(t)), of(storetest.SQLite(t)))
}

// What either engine exports the other imports, and exports again byte for byte.
func TestExportGoesAroundBothEngines(t *testing.T) {
	t.Parallel()
	first := storetest.SQLite(t)
	livedIn(t, first)
	text := export(t, first, 0)
	require.Contains(t, text, `"1191168914231394304"`, "ids are strings")

	second := storetest.Postgres(t)
	require.NoError(t, importing(t, second, text))
	require.Equal(t, text, export(t, second, 0))
	third := storetest.SQLite(t)
	require.NoError(t, importing(t, third, export(t, second, 0)))
	require.Equal(t, text, export(t, third, 0))

	// Life goes on: the numbers of new rows are behind those that were loaded.
	for _, s := range []*store.Store{second, third} {
		_, err := s.Transfer(t.Context(), store.Transfer{Guild: 1, From: 4, To: 5, Amount: 1, Max: 10, At: exportedAt})
		require.NoError(t, err)
		again, err := s.Transfer(t.Context(), store.Transfer{Guild: 1, From: 1, To: 2, Amount: 30, Max: 1000, Reason: "naïve – \u2028 \\", Starting: 100, At: exportedAt, Key: "api:a"})
		require.NoError(t, err)
		require.True(t, again.Again, "a key that was used before stays used")
		storetest.Prove(t, s)
		require.ErrorIs(t, importing(t, s, text), store.ErrNotEmpty)
	}
}

func TestExportOfOneGuild(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		livedIn(t, s)
		text := export(t, s, 1)
		require.NotContains(t, text, "1191168914231394304")
		require.ErrorIs(t, importing(t, s, text), store.ErrNotEmpty)

		other := storetest.SQLite(t)
		require.NoError(t, other.Enqueue(t.Context(), lateJob{9}))
		_, err := other.Claim(t.Context(), store.Claim{Guild: 2, User: 3, Amount: 5, Starting: 100, At: exportedAt})
		require.NoError(t, err)
		require.NoError(t, importing(t, other, text), "beside another guild")
		require.Equal(t, text, export(t, other, 1))
		n, err := other.CountHeldJobs(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1, n, "the guild's own job")
	})
}

// Whatever is wrong with an export, nothing of it is kept.
func TestDamagedExportsAreRefused(t *testing.T) {
	t.Parallel()
	source := storetest.SQLite(t)
	livedIn(t, source)
	text := export(t, source, 0)
	lines := strings.SplitAfter(text, "\n")
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for name, damaged := range map[string]string{
			"empty":              "",
			"no manifest":        lines[1] + text,
			"another format":     strings.Replace(text, store.ExportFormat, "other", 1),
			"a newer version":    strings.Replace(text, `"version":1`, `"version":2`, 1),
			"cut off":            text[:len(text)/2],
			"without its end":    text[:len(text)-10],
			"a row left out":     strings.Replace(text, "\n[", "\n", 1),
			"a changed amount":   strings.Replace(text, "[30,", "[31,", 1),
			"a swapped user":     strings.Replace(text, `"1191168914231394304"`, `"1191168914231394305"`, 1),
			"more behind it":     text + "{}\n",
			"an unknown table":   strings.ReplaceAll(text, `"audit"`, `"diary"`),
			"a line that is not": strings.Replace(text, "\n[", "\n[[", 1),
		} {
			require.NotEqual(t, text, damaged, name)
			err := importing(t, s, damaged)
			require.ErrorIs(t, err, store.ErrDamaged, name)
			m, err := s.Export(t.Context(), io.Discard, store.ExportOptions{Now: exportedAt})
			require.NoError(t, err)
			require.Zero(t, m.Rows(), name)
		}
		m, report, err := s.Import(t.Context(), strings.NewReader(text), store.ImportOptions{DryRun: true})
		require.NoError(t, err)
		require.True(t, report.OK())
		require.Greater(t, m.Rows(), int64(100))
		require.NoError(t, importing(t, s, text), "the dry run kept nothing")
	})
}

// Jobs that come with an import wait to be released, and the changes that they belong to still cancel them.
func TestImportedJobsAreHeld(t *testing.T) {
	t.Parallel()
	source := storetest.SQLite(t)
	livedIn(t, source)
	text := export(t, source, 0)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, importing(t, s, text))
		held, err := s.HeldJobs(t.Context(), 10)
		require.NoError(t, err)
		require.Len(t, held, 3)
		require.Equal(t, "unban:3", held[0].Key)
		require.JSONEq(t, `{"n": 3}`, string(held[0].Args))
		require.Equal(t, "2026-11-22T10:00:00.123Z", held[0].DueAt.Format(time.RFC3339Nano))

		worked := make(chan int, 10)
		workers := river.NewWorkers()
		river.AddWorker(workers, river.WorkFunc(func(_ context.Context, job *river.Job[lateJob]) error {
			worked <- job.Args.N
			return nil
		}))
		require.NoError(t, s.Enqueue(t.Context(), store.Cancel(1, "unban:3"), lateJob{5}))
		jobs, err := s.RunJobs(t.Context(), &river.Config{Workers: workers, Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}}})
		require.NoError(t, err)
		require.Equal(t, 5, <-worked, "what is new is worked, what is held is not")
		n, err := s.ReleaseJobs(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 2, n, "the cancelled one is gone")
		require.ElementsMatch(t, []int{3, 4}, []int{<-worked, <-worked})
		require.NoError(t, jobs.Stop(t.Context()))

		require.NoError(t, s.Enqueue(t.Context(), lateJob{6}))
		n, err = s.HoldJobs(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		n, err = s.DropJobs(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		n, err = s.CountHeldJobs(t.Context())
		require.NoError(t, err)
		require.Zero(t, n)
	})
}

// go test ./store -run '^$' -bench Portable -benchtime 1x
func BenchmarkPortable(b *testing.B) {
	const members = 1_000_000
	source := storetest.NewSQLite(b)
	s := source.Migrated(b)
	for _, statement := range storetest.Members(false, 1, members) {
		source.Exec(b, statement)
	}
	for b.Loop() {
		var out bytes.Buffer
		begun := time.Now()
		m, err := s.Export(b.Context(), &out, store.ExportOptions{Now: exportedAt})
		require.NoError(b, err)
		exported := time.Since(begun)
		target := storetest.Postgres(b)
		begun = time.Now()
		_, _, err = target.Import(b.Context(), &out, store.ImportOptions{})
		require.NoError(b, err)
		b.Logf("%d rows: exported in %s, imported in %s", m.Rows(), exported, time.Since(begun))
	}
}
