package proofs

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store/storetest"
)

// ready waits until the parent lets every child begin at once.
func (r *reporter) ready() error {
	r.say(event{What: "ready"})
	_, err := bufio.NewReader(os.Stdin).ReadString('\n')
	return err
}

// migrate brings a database up to date together with other processes.
func (do task) migrate(ctx context.Context, say *reporter) error {
	if err := say.ready(); err != nil {
		return err
	}
	s, err := do.open(ctx)
	if err != nil {
		return err
	}
	if err := s.Migrate(ctx); err != nil {
		return err
	}
	return s.Close()
}

// contest delivers, together with other processes, claims of its own for the same members, and transfers that
// all processes deliver under the same keys.
func (do task) contest(ctx context.Context, say *reporter) error {
	s, err := do.open(ctx)
	if err != nil {
		return err
	}
	if err := say.ready(); err != nil {
		return err
	}
	c := &crowd{writes: say}
	const at = 8
	together(at, func(i int) {
		for n := i; n < do.Count; n += at {
			who := snowflake.ID(1 + n)
			_ = c.deliver(ctx, s, order{Verb: claims, Name: fmt.Sprint(do.Name, " claims for ", n), Guild: 1, From: who, At: noon})
			name := fmt.Sprint("transfer ", n)
			_ = c.deliver(ctx, s, order{Verb: sends, Name: name, Key: "proofs:" + name, Guild: 1, From: who, To: who + 1, Amount: 60, At: noon})
		}
	})
	return s.Close()
}

// race starts children that all begin at once, and follows them to their end.
func race(t *testing.T, b journal, tasks []task) {
	t.Helper()
	children := make([]*child, len(tasks))
	var started, ended sync.WaitGroup
	for i, do := range tasks {
		children[i] = spawn(t, do)
		started.Add(1)
		ready := sync.OnceFunc(started.Done)
		ended.Go(func() {
			defer ready() // also when it ended too early
			children[i].follow(b, func(e event) {
				if e.What == "ready" {
					ready()
				}
			})
			children[i].finished()
		})
	}
	started.Wait()
	for _, c := range children {
		_, err := c.in.Write([]byte("\n"))
		assert.NoError(t, err)
	}
	ended.Wait()
}

// Four processes migrate one new database at once: each succeeds, and each step was taken once.
func TestFourProcessesMigrateADatabaseOnce(t *testing.T) {
	t.Parallel()
	for name, create := range map[string]func(testing.TB) storetest.Database{"sqlite": storetest.NewSQLite, "postgres": storetest.NewPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range sized(2, 15) {
				db := create(t)
				race(t, newBooks(t), []task{{Role: "migrate", URL: db.URL}, {Role: "migrate", URL: db.URL}, {Role: "migrate", URL: db.URL}, {Role: "migrate", URL: db.URL}})
				var rows, versions, last int
				require.NoError(t, db.Raw(t).QueryRow(`SELECT count(*), count(DISTINCT version_id), max(version_id) FROM goose_db_version`).Scan(&rows, &versions, &last))
				steps, err := db.Open(t).MigrationStatus(t.Context())
				require.NoError(t, err)
				require.Equal(t, []int{len(steps) + 1, len(steps) + 1, len(steps)}, []int{rows, versions, last}, "with version 0")
				for _, step := range steps {
					require.NotNil(t, step.AppliedAt, step.Name)
				}
			}
		})
	}
}

// Four processes claim for the same members at once, and deliver the same transfers: each member is paid once,
// and each key has one outcome, whichever process asks.
func TestProcessesOnOneDatabasePayOnce(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := db.Migrated(t)
		users := sized(100, 1_000)
		books := newBooks(t)
		tasks := make([]task, 4)
		for i := range tasks {
			tasks[i] = task{Role: "contest", URL: db.URL, Name: fmt.Sprint("process ", i), Count: users}
		}
		race(t, books, tasks)
		require.Empty(t, books.doubtful())
		paid := map[snowflake.ID]int{}
		for _, e := range books.entries {
			require.True(t, e.known, "%+v", e.order)
			if e.Verb == claims && e.figures.Refusal == "" {
				paid[e.From]++
			}
		}
		require.Len(t, paid, users)
		for who, times := range paid {
			require.Equal(t, 1, times, "member %d", who)
		}
		require.Equal(t, users, books.replay(s, users))
		report := books.audit(s)
		t.Logf("%d orders of %d processes, %d rows", len(books.entries), len(tasks), report.Rows)
	})
}
