package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// binary is the program, built as it is released, with what it embeds.
type binary string

func build(t *testing.T) binary {
	t.Helper()
	path := filepath.Join(t.TempDir(), "smarterdev")
	// The flags of make build, so that what it compiled is compiled once.
	cmd := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-trimpath", "-o", path, "../..")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return binary(path)
}

// process is a process of the program that runs until the test ends it.
type process struct {
	*exec.Cmd
	t    *testing.T
	out  *bufio.Reader
	err  bytes.Buffer
	done bool
}

func (b binary) start(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.CommandContext(t.Context(), string(b), args...), t: t}
	p.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}, env...)
	p.Stderr = &p.err
	out, err := p.StdoutPipe()
	require.NoError(t, err)
	p.out = bufio.NewReader(out)
	require.NoError(t, p.Start())
	t.Cleanup(func() {
		if !p.done {
			_ = p.Process.Kill()
			_ = p.Wait()
		}
	})
	return p
}

// ready waits for the line that says so and returns the address that the process listens on. What
// it says after that is thrown away.
func (p *process) ready() (url string) {
	p.t.Helper()
	for {
		line, err := p.out.ReadString('\n')
		require.NoError(p.t, err, "%s ended: %s", p.Args[1:], &p.err)
		var said struct{ Msg, Address string }
		if json.Unmarshal([]byte(line), &said) == nil && said.Msg == "ready" {
			go func() { _, _ = io.Copy(io.Discard, p.out) }()
			return "http://" + said.Address
		}
	}
}

// end asks the process to stop, as an operator does, and wants it to do so cleanly.
func (p *process) end() {
	p.t.Helper()
	p.done = true
	require.NoError(p.t, p.Process.Signal(syscall.SIGTERM))
	require.NoError(p.t, p.Wait(), "%s: %s", p.Args[1:], &p.err)
}

// output runs a command to its end and returns what it prints.
func (b binary) output(t *testing.T, env []string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), string(b), args...)
	cmd.Env = append([]string{}, env...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s: %s", args, out)
	return string(out)
}

// standIn starts a stand-in for Discord of six guilds in a process of its own.
func (b binary) standIn(t *testing.T) (world *sandboxtest.World, env []string) {
	t.Helper()
	description := filepath.Join(t.TempDir(), "world.json")
	require.NoError(t, os.WriteFile(description, []byte(`{"seed": 7, "guilds": 6, "members": 60}`), 0o600))
	p := b.start(t, nil, "sandbox", "--listen=127.0.0.1:0", "--world", description)
	for {
		line, err := p.out.ReadString('\n')
		require.NoError(t, err, "the stand-in ended: %s", &p.err)
		if _, playground, found := strings.Cut(line, "Playground"); found {
			go func() { _, _ = io.Copy(io.Discard, p.out) }()
			world = sandboxtest.Dial(t, strings.TrimSpace(playground))
			break
		}
	}
	return world, []string{
		"DISCORD_API_URL=" + world.APIURL, "DISCORD_TOKEN=" + world.BotToken, "DISCORD_APPLICATION_ID=" + world.ApplicationID.String(),
		"DISCORD_CLIENT_ID=" + world.ClientID.String(), "DISCORD_CLIENT_SECRET=" + world.ClientSecret,
	}
}

// Two processes of serve, each with a shard, on one Postgres and Redis, and a stand-in in a third:
// every command works in the guilds of both shards, each event reaches the one process that it is
// for, and what is changed through one is obeyed by the other.
func TestProcessesApartAreOneInstallation(t *testing.T) {
	t.Parallel()
	redis := os.Getenv("TEST_REDIS_URL")
	if redis == "" {
		t.Skip("set TEST_REDIS_URL to the redis:// URL of a throw-away server to run processes beside one another")
	}
	program := build(t)
	db := storetest.NewPostgres(t)
	world, env := program.standIn(t)
	env = append(env, "DATABASE_URL="+db.URL, "REDIS_URL="+strings.TrimSuffix(redis, "/0")+"/9", "LISTEN=127.0.0.1:0",
		"BASE_URL=http://localhost:8000", "SESSION_SECRET=a secret of thirty-two bytes, for tests", "API_RATE_LIMIT=0", "SHARD_COUNT=2")
	first := program.start(t, append(env, "SHARD_IDS=0"), "serve")
	second := program.start(t, append(env, "SHARD_IDS=1"), "serve", "--only=bot,jobs,web")
	urls := []string{first.ready(), second.ready()}
	for _, url := range urls {
		require.Contains(t, program.output(t, []string{"LISTEN=" + strings.TrimPrefix(url, "http://")}, "healthcheck"), "healthy")
	}
	lines := strings.Split(strings.TrimSpace(program.output(t, env, "apikey", "create", "--scopes=read,economy,squads,config")), "\n")
	operator := client{t, lines[len(lines)-1]}

	shards := map[uint64]bool{}
	for i, g := range world.Guilds {
		shard := uint64(g.ID) >> 22 % 2
		shards[shard] = true
		// Asked of the process that has the other shard.
		operator.send(http.MethodPatch, urls[1-shard]+"/api/guilds/"+g.ID.String()+"/bytes/config", fmt.Sprintf(`{"daily_amount": %d}`, 20+i))
		everyCommand(t, world, g.ID, int64(20+i), operator, urls[1-shard])
	}
	require.Len(t, shards, 2, "the world has guilds of both shards")
	first.end()
	second.end()
	require.NotContains(t, first.err.String()+second.err.String(), "panic")
	require.Contains(t, program.output(t, env, "verify"), "guilds")
}

// everyCommand plays every command of the bot in one guild, and a first message.
func everyCommand(t *testing.T, world *sandboxtest.World, guild snowflake.ID, daily int64, operator client, url string) {
	t.Helper()
	come := func(name string) *sandboxtest.Person {
		p := world.Newcomer(sandboxtest.Newcomer{Username: strings.ToLower(name) + guild.String()[12:], Name: name}).At(guild)
		p.Join()
		return p
	}
	mina, tom := come("Mina"), come("Tom")
	view := mina.StateOf(guild)
	channel := view.Guild.Channels[slices.IndexFunc(view.Guild.Channels, func(c *wire.Channel) bool { return c.Name != nil && *c.Name == "general" })].ID
	role := view.Guild.Roles[slices.IndexFunc(view.Guild.Roles, func(r *wire.Role) bool { return r.Name == "Squad A" })].ID
	mina, tom = mina.In(channel), tom.In(channel)
	mina.Write(channel, "Hello everyone!").WaitReaction("🪙")
	squad := operator.send(http.MethodPost, url+"/api/guilds/"+guild.String()+"/squads", `{"name": "Bakers", "role_id": "`+role.String()+`"}`)
	id, _ := squad["id"].(string)

	type options = sandboxtest.Options
	for _, c := range []struct {
		who     *sandboxtest.Person
		command string
		options options
		press   string
		says    string
	}{
		{mina, "/bytes balance", nil, "", fmt.Sprint(100 + daily)},
		{tom, "/bytes daily", nil, "", fmt.Sprintf("+%d bytes", daily)},
		{mina, "/bytes send", options{"member": tom.ID, "amount": "105"}, "Confirm", "The transfer is announced below"},
		{mina, "/bytes leaderboard", nil, "", "Tom"},
		{mina, "/bytes history", nil, "", "105"},
		{mina, "/bytes info", nil, "", fmt.Sprint(daily)},
		{tom, "/squads list", nil, "", "Bakers"},
		{tom, "/squads join", options{"squad": id}, "Confirm", "You are now in **Bakers**"},
		{mina, "/squads info", options{"member": tom.ID}, "", "Bakers"},
		{mina, "/squads members", options{"squad": id}, "", "Tom"},
		{tom, "/squads leave", nil, "Confirm", "no longer in **Bakers**"},
	} {
		reply := c.who.Run(c.command, c.options)
		if c.press != "" {
			reply = reply.Press(c.press)
		}
		require.Contains(t, reply.Text(), c.says, "%s in %s", c.command, guild)
	}
	mina.WaitRole(tom, role, false)
	modal := tom.Menu("Send Bytes", mina).Submit(map[string]string{"amount": "5"})
	require.Contains(t, modal.Text(), "5 bytes")
	balance := operator.send(http.MethodGet, url+"/api/guilds/"+guild.String()+"/bytes/balance/"+mina.ID.String(), "")
	require.EqualValues(t, daily, balance["balance"])
}

// client calls the API with a key.
type client struct {
	t   *testing.T
	key string
}

func (c client) send(method, url, body string) map[string]any {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, url, strings.NewReader(body))
	require.NoError(c.t, err)
	r.Header.Set("Authorization", "Bearer "+c.key)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	require.NoError(c.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(c.t, err)
	require.Less(c.t, answer.StatusCode, 300, "%s %s: %s", method, url, text)
	var object map[string]any
	require.NoError(c.t, json.Unmarshal(text, &object))
	return object
}
