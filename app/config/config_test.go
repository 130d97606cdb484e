package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/config"
)

// read parses flags as a production command does; what could not be read comes back beside it.
func read(t *testing.T, args ...string) (config.Config, config.Problems) {
	t.Helper()
	var c config.Config
	lenient := new(config.Lenient)
	parser, err := kong.New(&c, kong.NamedMapper("setting", lenient), kong.Exit(func(int) { t.Fatal("exit") }))
	require.NoError(t, err)
	ctx, err := parser.Parse(args)
	require.NoError(t, err)
	return c, lenient.Problems(ctx)
}

// good is the smallest configuration that runs all roles.
var good = []string{
	"--database-url=sqlite:data/smarterdev.db",
	"--discord-token=MTIz.abc.def", "--discord-application-id=123",
	"--discord-client-id=123", "--discord-client-secret=shh",
	"--base-url=https://bytes.example.com", "--session-secret=0123456789abcdef0123456789abcdef",
}

func variables(problems []config.Problem) []string {
	names := make([]string, len(problems))
	for i, p := range problems {
		names[i] = p.Variable
	}
	return names
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	c, unread := read(t, good...)
	require.Empty(t, unread)
	require.Empty(t, c.Check(config.AllRoles))
	require.Equal(t, 20, c.DBPoolSize)
	require.Equal(t, 20, c.RedisPoolSize)
	require.Equal(t, 30, c.APIRateLimit)
	require.Equal(t, ":8000", c.Listen)
	require.Equal(t, "https://discord.com/api", c.APIURL)
	require.Equal(t, "info", c.LogLevel)
	require.Equal(t, snowflake.ID(123), c.ApplicationID)
}

func TestEnvironmentAndLists(t *testing.T) {
	t.Setenv("ADMIN_DISCORD_IDS", "80351110224678912, 175928847299117063,")
	t.Setenv("SHARD_IDS", "0,1")
	t.Setenv("TRUSTED_PROXIES", "10.0.0.0/8,::1")
	t.Setenv("DB_POOL_SIZE", "")
	c, unread := read(t, append(good, "--shard-count=4")...)
	require.Empty(t, unread)
	require.Equal(t, []snowflake.ID{80351110224678912, 175928847299117063}, c.AdminDiscordIDs)
	require.Equal(t, []int{0, 1}, c.ShardIDs)
	require.Equal(t, 20, c.DBPoolSize, "an empty variable is one that is not set")
	proxies, err := c.Proxies()
	require.NoError(t, err)
	require.Equal(t, "[10.0.0.0/8 ::1/128]", fmt.Sprint(proxies))
}

func TestProxies(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"10.1.2.3": "10.1.2.3/32", " 10.1.2.3/8 ": "10.0.0.0/8", "::1": "::1/128", "fd00::/8": "fd00::/8",
	} {
		got, err := config.HTTP{TrustedProxies: []string{text}}.Proxies()
		require.NoError(t, err)
		require.Equal(t, want, got[0].String())
	}
	for _, text := range []string{"", "nginx", "10.0.0.0/33"} {
		_, err := config.HTTP{TrustedProxies: []string{text}}.Proxies()
		require.ErrorContains(t, err, "neither an address")
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	c, unread := read(t, "--db-pool-size=many", "--shard-ids=0,x", "--discord-application-id=me", "--redis-pool-size=0",
		"--listen=8000", "--log-level=loud", "--log-format=xml", "--trusted-proxies=nginx", "--cors-origins=https://a.b/c",
		"--api-rate-limit=-1", "--session-idle-timeout=soon", "--redis-url=localhost", "--discord-api-url=ftp://x", "--admin-discord-ids=0")
	problems := c.Check(config.AllRoles, unread...)
	require.ElementsMatch(t, []string{
		"DB_POOL_SIZE", "SHARD_IDS", "DISCORD_APPLICATION_ID", // unreadable, and each named once
		"DATABASE_URL", "REDIS_URL", "REDIS_POOL_SIZE", "DISCORD_TOKEN", "DISCORD_CLIENT_ID", "DISCORD_CLIENT_SECRET",
		"DISCORD_API_URL", "LISTEN", "BASE_URL", "SESSION_SECRET", "ADMIN_DISCORD_IDS", "TRUSTED_PROXIES", "CORS_ORIGINS",
		"API_RATE_LIMIT", "LOG_LEVEL", "LOG_FORMAT", "SESSION_IDLE_TIMEOUT",
	}, variables(problems))
	text := problems.Error()
	require.Contains(t, text, "the configuration has 20 problems:")
	require.Contains(t, text, `SESSION_IDLE_TIMEOUT is "soon"; write a time, such as 30m or 2h`)
	require.Contains(t, text, `DB_POOL_SIZE is "many"; write a whole number`)
	require.Contains(t, text, "SESSION_SECRET has 0 bytes and needs 32; generate one with: openssl rand -hex 32")
	for _, p := range problems {
		require.NotEmpty(t, p.Wrong)
		require.NotEmpty(t, p.Hint)
	}
}

func TestEachProblem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		args  []string
		roles config.Roles
		want  []string
	}{
		{"the bot needs no web settings", []string{"--session-secret=", "--base-url=", "--database-url=postgres://db/x", "--redis-url=redis://r"}, config.RoleBot, nil},
		{"a role apart shares Postgres and Redis", nil, config.RoleWeb, []string{"DATABASE_URL", "REDIS_URL"}},
		{"so do shards apart", []string{"--shard-count=2", "--shard-ids=1"}, config.AllRoles, []string{"DATABASE_URL", "REDIS_URL"}},
		{"shards without a count", []string{"--shard-ids=1", "--database-url=postgres://db/x", "--redis-url=redis://r"}, config.AllRoles, []string{"SHARD_COUNT"}},
		{"a shard too many and one twice", []string{"--shard-count=2", "--shard-ids=2,1,1", "--database-url=postgres://db/x", "--redis-url=redis://r"}, config.AllRoles, []string{"SHARD_IDS", "SHARD_IDS"}},
		{"a session that ends at once", []string{"--session-idle-timeout=10s"}, config.AllRoles, []string{"SESSION_IDLE_TIMEOUT"}},
		{"a negative count", []string{"--shard-count=-2"}, config.AllRoles, []string{"SHARD_COUNT"}},
		{"jobs need the token", []string{"--discord-token=", "--database-url=postgres://db/x", "--redis-url=redis://r"}, config.RoleJobs, []string{"DISCORD_TOKEN"}},
		{"a token with its scheme", []string{"--discord-token=Bot abc"}, config.AllRoles, []string{"DISCORD_TOKEN"}},
		{"http beyond this machine", []string{"--base-url=http://bytes.example.com"}, config.AllRoles, []string{"BASE_URL"}},
		{"http on this machine", []string{"--base-url=http://127.0.0.1:8000"}, config.AllRoles, nil},
		{"a base with a path", []string{"--base-url=https://bytes.example.com/bot"}, config.AllRoles, []string{"BASE_URL"}},
		{"an unknown database", []string{"--database-url=mysql://db"}, config.AllRoles, []string{"DATABASE_URL"}},
		{"SQLite without a path", []string{"--database-url=sqlite:"}, config.AllRoles, []string{"DATABASE_URL"}},
		{"a short secret", []string{"--session-secret=short"}, config.AllRoles, []string{"SESSION_SECRET"}},
		{"development in production", []string{"--dev-mode=true"}, config.AllRoles, []string{"DEV_MODE"}},
		{"development denied", []string{"--dev-mode=false"}, config.AllRoles, nil},
		{"a port too high", []string{"--listen=:70000"}, config.AllRoles, []string{"LISTEN"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, unread := read(t, append(append([]string{}, good...), c.args...)...)
			require.Empty(t, unread)
			require.ElementsMatch(t, c.want, variables(got.Check(c.roles)))
		})
	}
}

func TestProblemsNeverTellASecret(t *testing.T) {
	t.Parallel()
	c, unread := read(t, "--database-url=postgres://admin:canary@[bad/x", "--redis-url=canary", "--discord-token=Bot canary",
		"--discord-client-secret=canary", "--session-secret=canary", "--metrics-token=canary")
	problems := c.Check(config.AllRoles, unread...)
	require.Contains(t, variables(problems), "DATABASE_URL")
	require.NotContains(t, problems.Error(), "canary")
}

func TestSecretIsNeverSeen(t *testing.T) {
	t.Parallel()
	type holder struct{ Token config.Secret }
	secret := config.Secret("canary")
	encoded, err := json.Marshal(holder{secret})
	require.NoError(t, err)
	require.JSONEq(t, `{"Token":"[redacted]"}`, string(encoded))
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "token", secret, "config", holder{secret})
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "token", secret, "config", holder{secret})
	require.NotContains(t, log.String(), "canary")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, value := range []any{secret, holder{secret}, &holder{secret}} {
			printed := fmt.Sprintf(verb, value)
			require.NotContains(t, printed, "canary")
			require.NotContains(t, printed, "63616e617279")
			require.Contains(t, printed, "[redacted]")
		}
	}
	require.Equal(t, "canary", secret.Reveal())
	require.Empty(t, config.Secret("").String(), "one sees whether it is set")
}
