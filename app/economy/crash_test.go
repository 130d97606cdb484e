package economy_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disgoorg/disgo/cache"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/app/platform/rolesync"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

func TestMain(m *testing.M) { apptest.Main(m, child) }

// bank is what a process with the role jobs does for the economy: no gateway, no web.
type bank struct {
	*economy.Service
	registry *jobs.Registry
	close    func()
}

func openBank(ctx context.Context, s *store.Store, token, url string) (*bank, error) {
	log := slog.New(slog.DiscardHandler)
	b, err := bus.Open(ctx, bus.Config{})
	if err != nil {
		return nil, err
	}
	api := bot.NewRest(token, url, log)
	who := directory.New(api, func() cache.Caches { return nil })
	k := &bank{Service: economy.New(s, b, who, log, time.Now), registry: jobs.NewRegistry()}
	roles := rolesync.New(api, who, s, log)
	roles.Add(*economy.Feature(k.Service, who, api, nil).Roles)
	roles.Mount(k.registry)
	k.close = func() {
		k.Close()
		who.Close()
		api.Close(context.WithoutCancel(ctx))
		_ = b.Close()
	}
	return k, nil
}

// child works the jobs and moves bytes among members until it is killed, and prints who received
// how much once it is acknowledged.
func child(ctx context.Context) error {
	s, err := store.Open(ctx, os.Getenv("ECONOMY_TEST_DATABASE"), nil)
	if err != nil {
		return err
	}
	guild := snowflake.GetEnv("ECONOMY_TEST_GUILD")
	k, err := openBank(ctx, s, os.Getenv("ECONOMY_TEST_TOKEN"), os.Getenv("ECONOMY_TEST_DISCORD"))
	if err != nil {
		return err
	}
	if _, err := jobs.Run(ctx, s, k.registry, slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	users := strings.Fields(os.Getenv("ECONOMY_TEST_USERS"))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				to, amount := users[rand.IntN(len(users))], int64(1+rand.IntN(100))
				_, err := k.Adjust(ctx, economy.Adjust{Guild: guild, User: snowflake.MustParse(to), Amount: amount, Reason: "a test", Actor: store.Actor{Name: "a test", Source: store.SourceCommand}})
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				fmt.Fprintf(os.Stdout, "%s %d\n", to, amount) // one write a line, so that a line is whole or not there
			}
		})
	}
	wg.Wait()
	return nil
}

// A process is killed at random while members cross the thresholds of three roles. After a restart
// each has the roles of what they have received within a minute, and nothing acknowledged is lost.
func TestRewardsAreThereAfterAKill(t *testing.T) {
	t.Parallel()
	worlds, kills := 1, 1
	if storetest.Full() {
		worlds, kills = 10, 5
	}
	for n := range worlds {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
				s := db.Migrated(t)
				v := newVillage(t, s)
				acknowledged := map[snowflake.ID]int64{}
				between := 0
				for kill := range kills {
					v.killedAfter(t, db, 20+rand.IntN(60), acknowledged)
					for user, received := range acknowledged {
						b, err := s.Balance(t.Context(), v.GuildID, user)
						require.NoError(t, err)
						require.GreaterOrEqual(t, b.TotalReceived, received, "kill %d lost bytes of %s", kill, user)
					}
					between += v.restarted(t, s)
				}
				require.NotZero(t, between, "no kill came between a commit and its role")
				storetest.Prove(t, s)
			})
		})
	}
}

// village is a world of forty members whose three roles are rewards.
type village struct {
	*sandboxtest.World
	rewards map[snowflake.ID]int64
	users   []string
}

func newVillage(t *testing.T, s *store.Store) *village {
	t.Helper()
	v := &village{World: sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Guilds: seed.Guilds{Count: 1}, Members: 40}})}
	v.rewards = map[snowflake.ID]int64{v.Role("Squad A"): 150, v.Role("Squad B"): 300, v.Role("Squad C"): 1000}
	_, _, err := economy.Document().Save(t.Context(), s, settings.Change[economy.Settings]{
		Guild: v.GuildID, Patch: settings.Set[economy.Settings]("role_rewards", v.rewards), Actor: store.Actor{Source: store.SourceCommand}})
	require.NoError(t, err)
	for _, m := range v.Members {
		if !m.Bot {
			v.users = append(v.users, m.ID.String())
		}
	}
	return v
}

// killedAfter kills a child that has acknowledged n movements, and adds up what each member received.
func (v *village) killedAfter(t *testing.T, db storetest.Database, n int, received map[snowflake.ID]int64) {
	t.Helper()
	for _, line := range apptest.Killed(t, n, "ECONOMY_TEST_DATABASE="+db.URL, "ECONOMY_TEST_TOKEN="+v.BotToken,
		"ECONOMY_TEST_DISCORD="+v.APIURL, "ECONOMY_TEST_GUILD="+v.GuildID.String(),
		"ECONOMY_TEST_USERS="+strings.Join(v.users, " ")) {
		user, amount, _ := strings.Cut(line, " ")
		n, err := strconv.ParseInt(amount, 10, 64)
		require.NoError(t, err)
		received[snowflake.MustParse(user)] += n
	}
}

// restarted starts the jobs again, and requires that within a minute everybody has the roles that
// they have earned. It returns how many had not before.
func (v *village) restarted(t *testing.T, s *store.Store) (before int) {
	t.Helper()
	k, err := openBank(t.Context(), s, v.BotToken, v.APIURL)
	require.NoError(t, err)
	defer k.close()
	before = v.astray(t, s)
	running, err := jobs.Run(t.Context(), s, k.registry, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer func() { require.NoError(t, running.Stop(t.Context())) }()
	require.Eventually(t, func() bool { return v.astray(t, s) == 0 }, time.Minute, 100*time.Millisecond)
	return before
}

// astray counts the members whose roles are not those that they have earned.
func (v *village) astray(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	api := bot.NewRest(v.BotToken, v.APIURL, slog.New(slog.DiscardHandler))
	defer api.Close(t.Context())
	people, err := api.GetMembers(v.GuildID, 1000, 0)
	require.NoError(t, err)
	for _, m := range people {
		if m.User.Bot {
			continue
		}
		var received int64
		if b, err := s.Balance(t.Context(), v.GuildID, m.User.ID); err == nil {
			received = b.TotalReceived
		}
		for role, threshold := range v.rewards {
			if slices.Contains(m.RoleIDs, role) != (received >= threshold) {
				n++
				break
			}
		}
	}
	return n
}
