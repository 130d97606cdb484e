package seed_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

func build(t *testing.T, w seed.World) world.State {
	t.Helper()
	s, err := seed.Build(w)
	require.NoError(t, err)
	return s
}

func TestTheSameSeedGivesTheSameWorld(t *testing.T) {
	t.Parallel()
	for _, w := range []seed.World{{}, {Seed: 3, Guilds: seed.Guilds{Count: 7}, Members: 100}} {
		one, two := build(t, w), build(t, w)
		a, err := json.Marshal(one)
		require.NoError(t, err)
		b, err := json.Marshal(two)
		require.NoError(t, err)
		require.JSONEq(t, string(a), string(b))
	}
	require.NotEqual(t,
		build(t, seed.World{Seed: 1, Members: 10}).Users[1].ID, build(t, seed.World{Seed: 2, Members: 10}).Users[1].ID)
}

func TestGeneratedWorlds(t *testing.T) {
	t.Parallel()
	s := build(t, seed.World{Seed: 11, Guilds: seed.Guilds{Count: 40}, Members: 4003})
	require.Len(t, s.Guilds, 40)
	ids, names, members, shards := map[wire.ID]bool{}, map[string]bool{}, 0, [4]int{}
	for _, u := range s.Users {
		require.False(t, ids[u.ID], "two accounts with one id")
		require.False(t, names[u.Username], "two accounts with one name")
		ids[u.ID], names[u.Username] = true, true
	}
	for _, g := range s.Guilds {
		members += len(g.Members) - 1 // without the bot
		shards[uint64(g.Guild.ID)>>22%4]++
		require.Equal(t, g.Members[1].User.ID, g.Guild.OwnerID)
	}
	require.Equal(t, 4003, members)
	require.Equal(t, [4]int{10, 10, 10, 10}, shards)
}

func TestTheDefaultGuild(t *testing.T) {
	t.Parallel()
	s := build(t, seed.World{})
	g := s.Guilds[0]
	require.Equal(t, "Smarter Dev", g.Guild.Name)
	position := map[string]int{}
	for _, r := range g.Guild.Roles {
		position[r.Name] = r.Position
	}
	require.Greater(t, position["Smarter Dev"], position["Moderator"])
	require.Greater(t, position["Admin"], position["Smarter Dev"])
	without := 0
	for _, m := range g.Members {
		if len(m.Roles) == 0 && !m.User.Bot {
			without++
		}
	}
	require.Positive(t, without, "someone without rights")
	require.Regexp(t, `^[A-Za-z0-9+/]+\.\w{6}\.\w{38}$`, s.Application.BotToken)
}

func TestLoad(t *testing.T) {
	t.Parallel()
	write := func(t *testing.T, text string) string {
		file := filepath.Join(t.TempDir(), "world.json")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		return file
	}
	t.Run("generated", func(t *testing.T) {
		w, err := seed.Load(write(t, `{"seed": 7, "guilds": 3, "members": 30, "intents": {"members": true}}`))
		require.NoError(t, err)
		s := build(t, w)
		require.Len(t, s.Guilds, 3)
		require.True(t, s.Application.Members)
		require.False(t, s.Application.MessageContent)
	})
	t.Run("spelled out", func(t *testing.T) {
		w, err := seed.Load(write(t, `{"name": "Small Town", "bot": "Helper",
			"roles": [{"name": "Baker", "color": "#fbbf24"}, {"name": "Sheriff", "permissions": ["BAN_MEMBERS"]}],
			"channels": [{"name": "square"}, {"name": "Office", "type": "category"}, {"name": "files", "category": "Office", "private": ["Sheriff"], "slow_mode": 5}],
			"members": [{"name": "Mina", "owner": true}, {"name": "Tom", "nick": "Tommy", "roles": ["Sheriff"]}, {"name": "Beep", "bot": true}]}`))
		require.NoError(t, err)
		g := build(t, w).Guilds[0]
		require.Equal(t, "Small Town", g.Guild.Name)
		require.Len(t, g.Members, 4)
		require.Equal(t, 0xfbbf24, g.Guild.Roles[1].Color)
		require.Equal(t, wire.BanMembers, g.Guild.Roles[2].Permissions)
		require.Equal(t, "Helper", g.Guild.Roles[3].Name)
		require.Equal(t, g.Channels[1].Channel.ID, *g.Channels[2].Channel.ParentID)
		require.Equal(t, 5, g.Channels[2].Channel.RateLimitPerUser)
	})
	for name, text := range map[string]string{
		"no JSON":            `{`,
		"two owners":         `{"name": "x", "members": [{"name": "a", "owner": true}, {"name": "b", "owner": true}]}`,
		"too many guilds":    `{"guilds": 100000}`,
		"unknown role":       `{"name": "x", "members": [{"name": "a", "owner": true, "roles": ["nobody"]}]}`,
		"unknown permission": `{"name": "x", "roles": [{"name": "r", "permissions": ["FLY"]}], "members": [{"name": "a", "owner": true}]}`,
		"unknown type":       `{"name": "x", "channels": [{"name": "c", "type": "hole"}], "members": [{"name": "a", "owner": true}]}`,
		"unknown category":   `{"name": "x", "channels": [{"name": "c", "category": "none"}], "members": [{"name": "a", "owner": true}]}`,
		"wrong colour":       `{"name": "x", "roles": [{"name": "r", "color": "red"}], "members": [{"name": "a", "owner": true}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, err := seed.Load(write(t, text))
			if err == nil {
				_, err = seed.Build(w)
			}
			require.Error(t, err)
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		if _, err := seed.Build(seed.World{Seed: 1, Guilds: seed.Guilds{Count: 1000}, Members: 100_000}); err != nil {
			b.Fatal(err)
		}
	}
}
