package cli

import (
	"bytes"
	"os"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/config"
)

// command runs the program as main does, with the files of the source tree.
func command(t *testing.T, args ...string) (code int, out, err string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Run(args, Program{
		Context: t.Context(), Stdout: &stdout, Stderr: &stderr, Files: os.DirFS("../.."), Build: Build{Version: "1.2.3"}.Complete(),
	})
	return code, stdout.String(), stderr.String()
}

// parse reads a command line into commands as Run does, and runs nothing.
func parse(t *testing.T, commands any, args ...string) (*kong.Context, *config.Lenient) {
	t.Helper()
	lenient := new(config.Lenient)
	parser, err := kong.New(commands, kong.NamedMapper("setting", lenient))
	require.NoError(t, err)
	require.NoError(t, readEnvironment(parser.Model))
	parsed, err := parser.Parse(args)
	require.NoError(t, err)
	return parsed, lenient
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		args []string
		code int
		says string // on stderr
	}{
		{"a command that works", []string{"version"}, 0, ""},
		{"no command", nil, 0, ""},
		{"help", []string{"help"}, 0, ""},
		{"help with a command", []string{"help", "migrate", "up"}, 0, ""},
		{"--version", []string{"--version"}, 0, ""},
		{"no folder", []string{"migrate", "up", "--database-url=sqlite:none/x.db"}, 1, "the folder none does not exist"},
		{"an unknown command", []string{"fly"}, 2, "unexpected argument fly"},
		{"an unknown flag", []string{"verify", "--fast"}, 2, "unknown flag --fast"},
		{"not a number", []string{"dev", "--api-rate-limit=fast"}, 2, `API_RATE_LIMIT is "fast"; write a whole number`},
		{"a number that makes no sense", []string{"dev", "--api-rate-limit=-3"}, 1, "API_RATE_LIMIT is -3"},
		{"an unknown level", []string{"dev", "--log-level=loud"}, 1, `"loud" is not known`},
		{"beyond this machine", []string{"dev", "--listen=0.0.0.0:0", "--data", t.TempDir()}, 1, "127.0.0.1"},
		{"a stand-in beyond this machine", []string{"sandbox", "--listen=0.0.0.0:0"}, 1, "127.0.0.1"},
		{"the real Discord without a token", []string{"dev", "--discord", "--data", t.TempDir()}, 1, "DISCORD_TOKEN is not set"},
		{"production without a configuration", []string{"serve", "--shard-count=many"}, 1, "DISCORD_TOKEN is not set"},
		{"production, with what cannot be read", []string{"serve", "--shard-count=many"}, 1, `SHARD_COUNT is "many"`},
		{"production in development mode", []string{"serve", "--only=bot"}, 1, "DATABASE_URL is not set"},
		{"an unknown role", []string{"serve", "--only=bot,cook"}, 1, `not "cook"`},
		{"nobody there", []string{"healthcheck", "--listen=127.0.0.1:1"}, 1, "nothing answers at 127.0.0.1:1"},
		{"no such database", []string{"verify", "--data", t.TempDir()}, 1, "there is no database"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := command(t, c.args...)
			require.Equal(t, c.code, code, stderr)
			if c.says == "" {
				require.Empty(t, stderr)
				return
			}
			require.Contains(t, stderr, "smarterdev: ")
			require.Contains(t, stderr, c.says)
		})
	}
}

func TestVersionTellsTheBuild(t *testing.T) {
	t.Parallel()
	for _, asked := range []string{"version", "--version"} {
		code, out, _ := command(t, asked)
		require.Zero(t, code)
		require.Regexp(t, `^smarterdev 1\.2\.3\ncommit .+\ndate   .+\ngo1\.\d+`, out)
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"help"}, {"--help"}} {
		_, out, _ := command(t, args...)
		require.Contains(t, out, "Usage: smarterdev <command>", args)
		require.Contains(t, out, "healthcheck", args)
	}
	_, out, _ := command(t, "help", "migrate", "down")
	require.Contains(t, out, "--yes")
}

func TestDevIgnoresTheEnvironment(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgres://lying@about/x")
	t.Setenv("REDIS_URL", "redis://lying.about")
	t.Setenv("DISCORD_TOKEN", "lying-about")
	t.Setenv("DISCORD_APPLICATION_ID", "not even a number")
	var commands struct {
		Dev devCommand `cmd:""`
	}
	parsed, lenient := parse(t, &commands, "dev")
	require.Empty(t, commands.Dev.DatabaseURL)
	require.Empty(t, commands.Dev.RedisURL)
	require.False(t, commands.Dev.Real)
	problems := lenient.Problems(parsed)
	require.Len(t, problems, 1)
	require.True(t, commands.Dev.ignores(problems[0]))

	parse(t, &commands, "dev", "--discord")
	require.Equal(t, "lying-about", commands.Dev.Discord.Token.Reveal(), "asked for by its own flag")
	require.False(t, commands.Dev.ignores(problems[0]))
}

func TestEmptyVariablesAndDotEnv(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("LOG_LEVEL", "")
	t.Setenv("API_RATE_LIMIT", "7")
	require.NoError(t, os.WriteFile(".env", []byte("API_RATE_LIMIT=9\nLOG_FORMAT=json\n"), 0o600))
	t.Setenv("LOG_FORMAT", "") // restores what .env sets below
	require.NoError(t, os.Unsetenv("LOG_FORMAT"))
	var commands struct {
		Dev devCommand `cmd:""`
	}
	parse(t, &commands, "dev")
	require.Equal(t, "info", commands.Dev.Logs.LogLevel, "set to nothing is not set")
	require.Equal(t, 7, commands.Dev.Limits.APIRateLimit, "the environment wins")
	require.Equal(t, "json", commands.Dev.Logs.LogFormat, "the file adds")

	require.NoError(t, os.WriteFile(".env", []byte("DISCORD_TOKEN=\"canary"), 0o600))
	code, _, stderr := command(t, "version")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "reading .env")
	require.NotContains(t, stderr, "canary")
}
