package interop

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

// bot is a library in a process of its own, which does what it is told; clients/line.mjs describes the lines.
type bot struct {
	t     *testing.T
	in    io.Writer
	mu    sync.Mutex
	lines []line
	more  chan struct{}
	last  int
}

// line is an answer, when ID is set, or an event.
type line struct {
	ID      int             `json:"id"`
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Code    int             `json:"code"`
	Event   string          `json:"event"`
	Content string          `json:"content"`
	User    string          `json:"user"`
	Author  string          `json:"author"`
	Emoji   string          `json:"emoji"`
	Message string          `json:"message"`
	Reason  string          `json:"reason"`
	Action  int             `json:"action"`
}

// install fetches the libraries of Node.js by their lock file, once.
var install = sync.OnceValue(func() error {
	if _, err := os.Stat(filepath.Join("clients", "node_modules", "eris")); err == nil {
		return nil
	}
	npm := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline", "--omit=optional")
	npm.Dir = "clients"
	out, err := npm.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
})

// node returns the command that runs a bot of clients with Node.js.
func node(t *testing.T, file string) *exec.Cmd {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is tried only where there is %s", file, program)
		}
	}
	if err := install(); err != nil {
		t.Skipf("the libraries cannot be installed here: %v", err)
	}
	return exec.Command("node", file)
}

// python returns the command that runs a bot of clients with a Python that has discord.py.
func python(t *testing.T, file string) *exec.Cmd {
	t.Helper()
	for _, program := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(program, "-c", "import discord").Run() == nil {
			return exec.Command(program, file)
		}
	}
	t.Skip("discord.py is tried only where Python has it; .ci/services installs it on Debian")
	return nil
}

// run starts a bot, which logs in.
func run(t *testing.T, w *sandboxtest.World, cmd *exec.Cmd) *bot {
	t.Helper()
	cmd.Dir = "clients"
	cmd.Env = append(os.Environ(), "API="+w.APIURL, "TOKEN="+w.BotToken, "GUILD="+w.GuildID.String())
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	b := &bot{t: t, in: in, more: make(chan struct{})}
	done := make(chan struct{})
	go func() { defer close(done); b.read(out) }()
	t.Cleanup(func() {
		_ = in.Close()
		<-done
		_ = cmd.Wait()
	})
	return b
}

func (b *bot) read(r io.Reader) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		var l line
		if json.Unmarshal(lines.Bytes(), &l) != nil {
			continue
		}
		b.mu.Lock()
		b.lines = append(b.lines, l)
		close(b.more)
		b.more = make(chan struct{})
		b.mu.Unlock()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, line{Event: "end"})
	close(b.more)
	b.more = make(chan struct{})
}

func (b *bot) wait(what string, match func(line) bool) line {
	b.t.Helper()
	for at := 0; ; {
		b.mu.Lock()
		lines, more := b.lines[at:], b.more
		at = len(b.lines)
		b.mu.Unlock()
		for _, l := range lines {
			require.NotEqual(b.t, "error", l.Event, "%s", l.Message)
			if match(l) {
				return l
			}
			require.NotEqual(b.t, "end", l.Event, "the bot ended before %s", what)
		}
		<-more
	}
}

func (b *bot) event(name string, match func(line) bool) line {
	b.t.Helper()
	return b.wait(name, func(l line) bool { return l.Event == name && (match == nil || match(l)) })
}

// try makes the bot do something and returns Discord's error code when it was refused.
func (b *bot) try(into any, act string, args ...any) int {
	b.t.Helper()
	b.last++
	id := b.last
	if args == nil {
		args = []any{}
	}
	require.NoError(b.t, json.NewEncoder(b.in).Encode(map[string]any{"id": id, "act": act, "args": args}))
	l := b.wait(act, func(l line) bool { return l.ID == id })
	if l.Error != "" {
		require.NotZero(b.t, l.Code, "%s: %s", act, l.Error)
		return l.Code
	}
	if into != nil {
		require.NoError(b.t, json.Unmarshal(l.Result, into))
	}
	return 0
}

// events counts those of a name so far.
func (b *bot) events(name string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.lines {
		if l.Event == name {
			n++
		}
	}
	return n
}

// again waits until an event has come more than n times.
func (b *bot) again(name string, n int) {
	b.t.Helper()
	b.event(name, func(line) bool { n--; return n < 0 })
}

func (b *bot) do(into any, act string, args ...any) {
	b.t.Helper()
	require.Zero(b.t, b.try(into, act, args...), act)
}
