package app_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

type options = sandboxtest.Options

// sharedRedis lets the programs of one test share a real Redis.
func sharedRedis(t *testing.T) func(*app.Setup) {
	t.Helper()
	url := os.Getenv("TEST_REDIS_URL")
	if url == "" {
		t.Skip("set TEST_REDIS_URL to the redis:// URL of a throw-away server to run processes beside one another")
	}
	prefix := "test-" + rand.Text() + ":"
	return func(s *app.Setup) { s.Config.RedisURL, s.RedisPrefix = config.Secret(url), prefix }
}

func TestTwoProcessesShareOneInstallation(t *testing.T) {
	t.Parallel()
	redis := sharedRedis(t)
	db := storetest.NewPostgres(t)
	one := apptest.Start(t, db, redis)
	two := apptest.Join(t, one.World, db, redis)
	guild := one.World.GuildID

	daily := int64(77)
	_, err := one.Economy.Configure(t.Context(), economy.Configure{
		Guild: guild, Patch: settings.Set[economy.Settings]("daily_amount", daily), Actor: store.Actor{Name: "a test", Source: store.SourceCommand},
	})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		cfg, err := two.Economy.Settings(t.Context(), guild)
		return err == nil && cfg.DailyAmount == daily
	}, 5*time.Second, time.Millisecond, "what one process changes, the other obeys at once")

	// Both hear every interaction: one answers, and bytes move once.
	ken, ada := one.World.Member("Ken"), one.World.Member("Ada")
	require.Contains(t, ken.Run("/bytes daily").Text(), "+77 bytes")
	require.Contains(t, ken.Run("/bytes send", options{"member": ada.ID, "amount": "30"}).Text(), "30 bytes")
	question := ken.Run("/bytes send", options{"member": ada.ID, "amount": "110"})
	question.Press("Confirm")
	st, err := two.Economy.Look(t.Context(), guild, ada.ID)
	require.NoError(t, err)
	require.Equal(t, int64(240), st.Balance.Balance)
	one.Proven()
}

func TestCommandsAreWrittenOnlyWhenTheyChanged(t *testing.T) {
	t.Parallel()
	for scope, guilds := range map[string]func(*app.Setup){
		"in a guild": func(*app.Setup) {},
		"everywhere": func(s *app.Setup) { s.CommandGuilds = nil },
	} {
		t.Run(scope, func(t *testing.T) {
			t.Parallel()
			db, world := storetest.NewSQLite(t), sandboxtest.Start(t, sandbox.Config{})
			for _, change := range []string{`"commands_changed":true`, `"commands_changed":false`} {
				var log strings.Builder
				apptest.Join(t, world, db, guilds, func(s *app.Setup) { s.Log = slog.New(slog.NewJSONHandler(&log, nil)) }).Stop()
				require.Contains(t, log.String(), change)
			}
		})
	}
}

func TestShardsAreDividedOverProcesses(t *testing.T) {
	t.Parallel()
	redis := sharedRedis(t)
	db := storetest.NewPostgres(t)
	description := sandbox.World{Seed: 7, Members: 30}
	description.Guilds.Count = 6
	world := sandboxtest.Start(t, sandbox.Config{World: description})
	shard := func(id int) func(*app.Setup) {
		return func(s *app.Setup) { s.Config.ShardCount, s.Config.ShardIDs = 2, []int{id} }
	}
	processes := []*apptest.Program{
		apptest.Join(t, world, db, redis, shard(0)),
		apptest.Join(t, world, db, redis, shard(1)),
	}
	seen := map[int]bool{}
	for _, g := range world.Guilds {
		id := int((uint64(g.ID) >> 22) % 2)
		seen[id] = true
		channel := textChannel(t, processes[id], g.ID)
		member := newcomer(world, g.ID)
		member.Write(channel, "Hello everyone!").WaitReaction("🪙")
		require.Contains(t, member.In(channel).Run("/bytes balance").Text(), "110 bytes")
	}
	require.Len(t, seen, 2, "the world has guilds of both shards")
	processes[0].Proven()
}

func newcomer(w *sandboxtest.World, guild snowflake.ID) *sandboxtest.Person {
	p := w.Newcomer(sandboxtest.Newcomer{Username: "newcomer" + guild.String()[12:]}).At(guild)
	p.Join()
	return p
}

func textChannel(t *testing.T, p *apptest.Program, guild snowflake.ID) snowflake.ID {
	t.Helper()
	g, err := p.Guilds.Guild(t.Context(), guild)
	require.NoError(t, err)
	i := slices.IndexFunc(g.Channels, func(c directory.Channel) bool { return c.Type == discord.ChannelTypeGuildText })
	require.GreaterOrEqual(t, i, 0)
	return g.Channels[i].ID
}

// TestTheBotSurvives lets Discord fail in each of its ways and then wants a command answered.
func TestTheBotSurvives(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(w *sandboxtest.World){
		"a cut connection":          func(w *sandboxtest.World) { w.Disturb("drop") },
		"an order to reconnect":     func(w *sandboxtest.World) { w.Disturb("reconnect") },
		"an invalid session":        func(w *sandboxtest.World) { w.Disturb("invalidate") },
		"a session that may resume": func(w *sandboxtest.World) { w.Disturb("invalidate_resume") },
		"a close code":              func(w *sandboxtest.World) { w.CloseGateway(4000) },
		"events that come twice": func(w *sandboxtest.World) {
			w.Fault(faults.Rule{Kind: faults.Duplicate, Event: "INTERACTION_CREATE", Times: 1})
		},
		"a 429 for the bot": func(w *sandboxtest.World) {
			w.Fault(faults.Rule{Kind: faults.RateLimit, Scope: "user", RetryAfter: 0.2, Times: 2})
		},
		"a 429 for all": func(w *sandboxtest.World) {
			w.Fault(faults.Rule{Kind: faults.RateLimit, Scope: "global", RetryAfter: 0.2, Times: 1})
		},
		"a reaction that fails": func(w *sandboxtest.World) {
			w.Fault(faults.Rule{Kind: faults.Answer, Method: "PUT", Status: 502, Times: 1})
		},
		"offline for a moment": func(w *sandboxtest.World) { w.Fault(faults.Rule{Kind: faults.Offline, Millis: 300}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := apptest.Start(t, storetest.NewSQLite(t))
			ken := p.World.Member("Ken")
			require.Contains(t, ken.Run("/bytes balance").Text(), "110 bytes")
			fail(p.World)
			require.Eventually(t, func() bool {
				r, err := ken.TryRun("/bytes send", options{"member": p.World.Member("Ada").ID, "amount": "1"})
				return err == nil && r.Failed == "" && r.Message != nil
			}, 30*time.Second, 50*time.Millisecond, "the bot answers again")
			p.Proven()
			require.NoError(t, p.Store.Ping(context.Background()))
		})
	}
}
