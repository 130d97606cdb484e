package interop

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

// What discord.js does beyond what every library does.
func TestDiscordJS(t *testing.T) {
	t.Parallel()
	w := start(t)
	b := run(t, w, node(t, "discordjs.mjs"))
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
	b.event("message", func(l line) bool { return l.Content == "hello bot" && l.Author == ada.ID.String() })
	b.event("reaction", func(l line) bool { return l.Emoji == "🎉" })

	var until float64
	b.do(&until, "timeout", radia.ID, 60_000)
	require.Positive(t, until)
	b.event("audit", func(l line) bool { return l.Reason == "too loud ✋" })

	b.do(nil, "kick", radia.ID)
	b.event("leave", func(l line) bool { return l.User == radia.ID.String() })
	radia.Join()
	b.event("join", func(l line) bool { return l.User == radia.ID.String() })
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
	b.event("message", func(l line) bool { return l.Content == "while you were away" })
}
