package squads_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/app/squads"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

func TestMain(m *testing.M) { apptest.Main(m, child) }

// child works the jobs and moves members between squads until it is killed, and prints who moved
// once it is acknowledged.
func child(ctx context.Context) error {
	s, err := store.Open(ctx, os.Getenv("SQUADS_TEST_DATABASE"), nil)
	if err != nil {
		return err
	}
	guild := snowflake.GetEnv("SQUADS_TEST_GUILD")
	o, err := openOffice(ctx, s, os.Getenv("SQUADS_TEST_TOKEN"), os.Getenv("SQUADS_TEST_DISCORD"))
	if err != nil {
		return err
	}
	if _, err := jobs.Run(ctx, s, o.registry, slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	places, err := o.Squads(ctx, guild)
	if err != nil {
		return err
	}
	users := strings.Fields(os.Getenv("SQUADS_TEST_USERS"))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				text := users[rand.IntN(len(users))]
				user := snowflake.MustParse(text)
				_, err := o.Join(ctx, squads.Join{Guild: guild, User: user, Squad: places[rand.IntN(len(places))].ID})
				switch {
				case err == nil:
					os.Stdout.WriteString(text + "\n") // one write a line, so that a line is whole or not there
				case !strings.HasPrefix(err.Error(), store.AlreadyMember):
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
			}
		})
	}
	wg.Wait()
	return nil
}

// A process is killed at random while it moves members between squads and changes their roles. After
// a restart Discord and the database agree within a minute, and nothing that was acknowledged is lost.
func TestRolesAgreeAfterAKill(t *testing.T) {
	t.Parallel()
	worlds, kills := 1, 1
	if storetest.Full() {
		worlds, kills = 10, 10
	}
	for n := range worlds {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
				s := db.Migrated(t)
				c := newCrowd(t, s, 30)
				joins := map[snowflake.ID]int64{}
				between := 0
				for kill := range kills {
					c.killedAfter(t, db, 1+rand.IntN(30), joins)
					for user, acknowledged := range joins {
						last, err := s.LastMembership(t.Context(), c.GuildID, user)
						require.NoError(t, err)
						require.GreaterOrEqual(t, last.Nth, acknowledged, "kill %d lost a join of %s", kill, user)
					}
					between += c.restarted(t, s)
				}
				require.NotZero(t, between, "no kill came between a commit and its change of roles")
				storetest.Prove(t, s)
			})
		})
	}
}

// killedAfter runs a child until it has acknowledged n joins, kills it, and counts the joins of each
// member.
func (c *crowd) killedAfter(t *testing.T, db storetest.Database, n int, joins map[snowflake.ID]int64) {
	t.Helper()
	var users []string
	for _, m := range c.Members {
		if !m.Bot {
			users = append(users, m.ID.String())
		}
	}
	for _, line := range apptest.Killed(t, n, "SQUADS_TEST_DATABASE="+db.URL, "SQUADS_TEST_TOKEN="+c.BotToken,
		"SQUADS_TEST_DISCORD="+c.APIURL, "SQUADS_TEST_GUILD="+c.GuildID.String(),
		"SQUADS_TEST_USERS="+strings.Join(users, " ")) {
		joins[snowflake.MustParse(line)]++
	}
}

// restarted starts the jobs again, and requires that within a minute Discord says what the database
// says. It returns of how many members it did not before.
func (c *crowd) restarted(t *testing.T, s *store.Store) (before int) {
	t.Helper()
	o, err := openOffice(t.Context(), s, c.BotToken, c.APIURL)
	require.NoError(t, err)
	defer o.close()
	before = c.astray(t, s, o.calls.Rest)
	running, err := jobs.Run(t.Context(), s, o.registry, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer func() { require.NoError(t, running.Stop(t.Context())) }()
	require.Eventually(t, func() bool { return c.astray(t, s, o.calls.Rest) == 0 }, time.Minute, 250*time.Millisecond)
	return before
}
