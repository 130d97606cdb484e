package interop

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

// jsBot is a discord.js bot in a process of its own.
type jsBot struct {
	t     *testing.T
	in    io.Writer
	mu    sync.Mutex
	lines []jsLine
	more  chan struct{}
	last  int
}

// jsLine is an answer, when ID is set, or an event.
type jsLine struct {
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

// startJS installs discord.js from its lock file and logs the bot in.
func startJS(t *testing.T, w *sandboxtest.World) *jsBot {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("discord.js is tried only where there is %s", program)
		}
	}
	if _, err := os.Stat(filepath.Join("discordjs", "node_modules", "discord.js")); err != nil {
		install := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline")
		install.Dir = "discordjs"
		if out, err := install.CombinedOutput(); err != nil {
			t.Skipf("discord.js cannot be installed here: %v\n%s", err, out)
		}
	}
	cmd := exec.Command("node", "bot.mjs")
	cmd.Dir = "discordjs"
	cmd.Env = append(os.Environ(), "API="+w.APIURL, "TOKEN="+w.BotToken, "GUILD="+w.GuildID.String())
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	b := &jsBot{t: t, in: in, more: make(chan struct{})}
	done := make(chan struct{})
	go func() { defer close(done); b.read(out) }()
	t.Cleanup(func() {
		_ = in.Close()
		<-done
		_ = cmd.Wait()
	})
	return b
}

func (b *jsBot) read(r io.Reader) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		var l jsLine
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
	b.lines = append(b.lines, jsLine{Event: "end"})
	close(b.more)
	b.more = make(chan struct{})
}

func (b *jsBot) wait(what string, match func(jsLine) bool) jsLine {
	b.t.Helper()
	for at := 0; ; {
		b.mu.Lock()
		lines, more := b.lines[at:], b.more
		at = len(b.lines)
		b.mu.Unlock()
		for _, l := range lines {
			if match(l) {
				return l
			}
			require.NotEqual(b.t, "end", l.Event, "the bot ended before %s", what)
		}
		<-more
	}
}

func (b *jsBot) event(name string, match func(jsLine) bool) jsLine {
	b.t.Helper()
	return b.wait(name, func(l jsLine) bool { return l.Event == name && (match == nil || match(l)) })
}

// try makes the bot do something and returns Discord's error code when it was refused.
func (b *jsBot) try(into any, act string, args ...any) int {
	b.t.Helper()
	b.last++
	id := b.last
	if args == nil {
		args = []any{}
	}
	require.NoError(b.t, json.NewEncoder(b.in).Encode(map[string]any{"id": id, "act": act, "args": args}))
	l := b.wait(act, func(l jsLine) bool { return l.ID == id })
	if l.Error != "" {
		require.NotZero(b.t, l.Code, "%s: %s", act, l.Error)
		return l.Code
	}
	if into != nil {
		require.NoError(b.t, json.Unmarshal(l.Result, into))
	}
	return 0
}

func (b *jsBot) do(into any, act string, args ...any) {
	b.t.Helper()
	require.Zero(b.t, b.try(into, act, args...), act)
}

func TestDiscordJS(t *testing.T) {
	t.Parallel()
	w := start(t)
	b := startJS(t, w)
	b.event("ready", nil)
	ada, radia := w.Member("Ada"), w.Member("Radia")

	var seen struct {
		Name                     string
		Channels, Roles, Members int
	}
	b.do(&seen, "sees")
	require.Equal(t, w.Guilds[0].Name, seen.Name)
	require.Equal(t, []int{len(w.Channels), len(w.Roles), len(w.Members)}, []int{seen.Channels, seen.Roles, seen.Members})
	var n int
	b.do(&n, "fetchMembers")
	require.Equal(t, len(w.Members), n)

	b.do(&n, "register")
	require.Equal(t, 4, n)
	w.Ready("say")
	reply := ada.Run("/say", sandboxtest.Options{"what": "Hello", "to": radia.ID})
	require.Equal(t, "Hello\nradia", reply.Text())
	require.Equal(t, "more", reply.Press("More").Text())
	private := ada.Run("/say", sandboxtest.Options{"what": "psst", "private": true})
	require.True(t, private.Ephemeral())
	require.Equal(t, "hello Ada", private.Press("Form").Submit(map[string]string{"Name": "Ada"}).Text())
	thought := ada.Run("/think")
	require.Equal(t, "thought", thought.Text())
	require.Equal(t, "twice", thought.Next().Text())
	twice := ada.Run("/twice")
	require.Equal(t, "once", twice.Text())
	require.Equal(t, "refused with 40060", twice.Next().Text())
	require.Equal(t, "you typed wo", ada.Complete("/say", "what", "wo")[0].Name)
	require.Equal(t, "that is Radia", ada.Menu("Who is this", radia).Text())

	var written struct {
		Content   string
		Reactions int
	}
	b.do(&written, "write", w.ChannelID, "a message")
	require.Equal(t, "a message, edited", written.Content)
	require.Equal(t, 1, written.Reactions)
	ada.Write(w.ChannelID, "hello bot").React("🎉")
	b.event("message", func(l jsLine) bool { return l.Content == "hello bot" && l.Author == ada.ID.String() })
	b.event("reaction", func(l jsLine) bool { return l.Emoji == "🎉" })

	var has bool
	b.do(&has, "giveRole", radia.ID, w.Role("Regular"))
	require.True(t, has)
	b.do(&has, "takeRole", radia.ID, w.Role("Regular"))
	require.False(t, has)
	require.Equal(t, 50013, b.try(nil, "giveRole", radia.ID, w.Role("Admin")))
	var until float64
	b.do(&until, "timeout", radia.ID, 60_000)
	require.Positive(t, until)
	b.event("audit", func(l jsLine) bool { return l.Reason == "too loud ✋" })

	b.do(nil, "kick", radia.ID)
	b.event("leave", func(l jsLine) bool { return l.User == radia.ID.String() })
	radia.Join()
	b.event("join", func(l jsLine) bool { return l.User == radia.ID.String() })
	b.do(nil, "ban", radia.ID)
	var bans []struct{ User, Reason string }
	b.do(&bans, "bans")
	require.Contains(t, bans, struct{ User, Reason string }{radia.ID.String(), "and stay away"})
	b.do(nil, "unban", radia.ID)
	require.Equal(t, 10026, b.try(nil, "unban", radia.ID))
	var bulk struct{ BannedUsers, FailedUsers []string }
	b.do(&bulk, "bulkBan", []string{radia.ID.String(), ada.ID.String()})
	require.Equal(t, []string{radia.ID.String()}, bulk.BannedUsers)
	require.Equal(t, []string{ada.ID.String()}, bulk.FailedUsers)
	b.do(nil, "unban", radia.ID)
	radia.Join()
	var audit []struct {
		Action int
		Reason *string
	}
	b.do(&audit, "audit")
	require.NotEmpty(t, audit)

	var direct string
	b.do(&direct, "direct", radia.ID, "only to you")
	require.Equal(t, "only to you", direct)
	require.Equal(t, 50035, b.try(nil, "tooMuch", w.ChannelID))

	require.Positive(t, w.Disturb("drop"))
	ada.Write(w.ChannelID, "while you were away")
	b.event("resume", nil)
	b.event("message", func(l jsLine) bool { return l.Content == "while you were away" })
}
