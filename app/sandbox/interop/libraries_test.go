package interop

import (
	"fmt"
	"os/exec"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
)

// Each library logs in and does a moderating bot's work, side by side with the others.
func TestLibraries(t *testing.T) {
	t.Parallel()
	for name, command := range map[string]func(*testing.T, string) *exec.Cmd{
		"discordjs.mjs": node, "eris.mjs": node, "oceanic.mjs": node, "discordpy.py": python,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			work(t, func(w *sandboxtest.World) *bot { return run(t, w, command(t, name)) })
		})
	}
}

// library is a guild whose members do not come in one chunk.
func library() seed.Guild {
	g := seed.Guild{
		Name: "The Library",
		Roles: []seed.Role{
			{Name: "Regular"},
			{Name: "Smarter Dev", Bot: true, Permissions: []string{
				"VIEW_CHANNEL", "SEND_MESSAGES", "EMBED_LINKS", "ATTACH_FILES", "READ_MESSAGE_HISTORY", "MANAGE_ROLES", "MANAGE_GUILD",
				"KICK_MEMBERS", "BAN_MEMBERS", "MODERATE_MEMBERS", "VIEW_AUDIT_LOG", "MANAGE_WEBHOOKS", "MANAGE_THREADS",
				"CREATE_PUBLIC_THREADS", "SEND_MESSAGES_IN_THREADS",
			}},
			{Name: "Admin", Permissions: []string{"ADMINISTRATOR"}},
		},
		Channels: []seed.Channel{{Name: "Rooms", Type: "category"}, {Name: "general", Category: "Rooms"}, {Name: "Lounge", Type: "voice"}},
		Members:  []seed.Member{{Name: "Ada", Owner: true, Roles: []string{"Admin"}}, {Name: "Radia"}, {Name: "Ken"}},
	}
	for i := range 1100 {
		g.Members = append(g.Members, seed.Member{Name: fmt.Sprintf("Reader %d", i), Username: fmt.Sprintf("reader.%d", i)})
	}
	return g
}

func work(t *testing.T, login func(*sandboxtest.World) *bot) {
	w := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Guilds: seed.Guilds{Listed: []seed.Guild{library()}}}})
	b := login(w)
	b.event("ready", nil)
	ada, radia := w.Member("Ada"), w.Member("Radia")

	var seen struct {
		Name                     string
		Channels, Roles, Members int
	}
	b.do(&seen, "sees")
	require.Equal(t, w.Guilds[0].Name, seen.Name)
	members := ada.State(0).Guild.MemberCount
	require.Equal(t, []int{len(w.Channels), len(w.Roles), members}, []int{seen.Channels, seen.Roles, seen.Members})
	var n int
	b.do(&n, "fetchMembers")
	require.Equal(t, members, n)

	b.do(&n, "register")
	require.GreaterOrEqual(t, n, 2)
	w.Ready("say")
	reply := ada.Run("/say", sandboxtest.Options{"what": "Hello"})
	require.Contains(t, reply.Text(), "Hello")
	require.Equal(t, "more", reply.Press("More").Text())
	private := ada.Run("/say", sandboxtest.Options{"what": "psst", "private": true})
	require.True(t, private.Ephemeral())
	require.Equal(t, "hello Ada", private.Press("Form").Submit(map[string]string{"Name": "Ada"}).Text())
	thought := ada.Run("/think")
	require.Equal(t, "thought", thought.Text())
	require.Equal(t, "twice", thought.Next().Text())
	require.Equal(t, "you typed wo", ada.Complete("/say", "what", "wo")[0].Name)

	var files []struct {
		Filename string
		Size     int
	}
	b.do(&files, "files", w.ChannelID)
	require.Len(t, files, 2)
	require.Equal(t, []any{"a.txt", 5, "b.txt", 10}, []any{files[0].Filename, files[0].Size, files[1].Filename, files[1].Size})

	roles := []string{"?"}
	b.do(&roles, "giveRole", radia.ID, w.Role("Regular"))
	require.Equal(t, []string{w.Role("Regular").String()}, roles)
	b.do(&roles, "takeRole", radia.ID, w.Role("Regular"))
	require.Empty(t, roles)
	require.Equal(t, 50013, b.try(nil, "giveRole", radia.ID, w.Role("Admin")))

	var until float64
	b.do(&until, "timeout", radia.ID, 60_000)
	require.Positive(t, until)
	b.do(nil, "kick", radia.ID)
	b.event("leave", func(l line) bool { return l.User == radia.ID.String() })
	radia.Join()
	b.event("join", func(l line) bool { return l.User == radia.ID.String() })
	b.do(nil, "ban", radia.ID)
	require.Error(t, radia.TryJoin())
	b.do(nil, "unban", radia.ID)
	require.Equal(t, 10026, b.try(nil, "unban", radia.ID))
	radia.Join()
	var audit []struct {
		Action int
		Reason *string
	}
	b.do(&audit, "audit")
	reasons := make(map[int]string)
	for _, e := range audit {
		if e.Reason != nil {
			reasons[e.Action] = *e.Reason
		}
	}
	require.Equal(t, map[int]string{20: "go away", 22: "and stay away", 24: "too loud ✋", 25: "well done"}, reasons)

	var rule string
	b.do(&rule, "rule")
	require.Equal(t, "No spam", rule)
	_, err := ada.TryPost(w.ChannelID, sandboxtest.Draft{Content: "hello"})
	require.NoError(t, err)
	_, err = w.Member("Ken").TryPost(w.ChannelID, sandboxtest.Draft{Content: "spamword"})
	require.ErrorContains(t, err, "200000", "blocked by AutoMod")
	b.event("blocked", func(l line) bool { return l.User == w.Member("Ken").ID.String() && l.Content == "spamword" })
	b.do(&n, "dropRules")
	require.Equal(t, 1, n)
	w.Member("Ken").Write(w.ChannelID, "spamword")

	var thread struct {
		ID   snowflake.ID
		Name string
	}
	b.do(&thread, "thread", w.ChannelID)
	require.Equal(t, "Side", thread.Name)
	ada.Write(thread.ID, "on the side")
	b.event("message", func(l line) bool { return l.Content == "on the side" && l.Author == ada.ID.String() })
	var archived bool
	b.do(&archived, "archive", thread.ID)
	require.True(t, archived)

	var posted struct{ Webhook, Author, Content string }
	b.do(&posted, "webhook", w.ChannelID)
	require.Equal(t, "Herald", posted.Author)
	require.Equal(t, "hear ye", posted.Content)
	b.event("message", func(l line) bool { return l.Content == "hear ye" && l.Author == posted.Webhook })

	identified := b.events("identified")
	require.Positive(t, w.Disturb("drop"))
	ada.Write(w.ChannelID, "while you were away")
	b.event("resume", nil)
	b.event("message", func(l line) bool { return l.Content == "while you were away" })
	require.Equal(t, identified, b.events("identified"), "it identified instead of resuming")
	require.Positive(t, w.Disturb("invalidate"))
	b.again("identified", identified)
	ada.Write(w.ChannelID, "here again")
	b.event("message", func(l line) bool { return l.Content == "here again" })
}
