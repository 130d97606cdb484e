//go:build !race

package moderation_test

import (
	"fmt"
	"testing"

	"github.com/disgoorg/disgo/discord"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

func TestPurge(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		here := p.World.ChannelID
		contents := func() map[string]bool {
			there := map[string]bool{}
			for _, m := range p.ada.Messages(here) {
				there[m.Content] = true
			}
			return there
		}
		old := p.ken.Write(here, "an old word")
		p.linus.Write(here, "from Linus")
		p.ken.Write(here, "Buy CHEAP things")
		p.ken.Write(here, "fine")

		p.ada.GiveRole(p.linus, p.ada.CreateRoleWith("Timekeepers", wire.Permissions(discord.PermissionModerateMembers)))
		refused := p.linus.Run("/mod purge", options{"count": 5})
		require.Contains(t, refused.Text(), "You need the permission")
		require.Contains(t, p.ada.Run("/mod purge", options{"count": 5, "before": "yesterday"}).Text(), "“yesterday” is not a message")
		require.Contains(t, contents(), "fine")

		require.Contains(t, p.ada.Run("/mod purge", options{"count": 5, "member": p.ken.ID, "containing": "cheap"}).Text(), "1 message was deleted.")
		require.NotContains(t, contents(), "Buy CHEAP things")
		require.Contains(t, contents(), "fine")

		for n := range 120 { // more than one bulk
			p.ken.Write(here, fmt.Sprint("flood ", n))
		}
		done := p.ada.Run("/mod purge", options{"count": 1000, "member": p.ken.ID, "containing": "flood"})
		require.Contains(t, done.Text(), "120 messages were deleted.")
		require.NotContains(t, contents(), "flood 0")
		require.Contains(t, contents(), "from Linus", "somebody else’s")

		later := p.ken.Write(here, "later")
		require.Contains(t, p.ada.Run("/mod purge", options{"count": 1, "member": p.ken.ID, "before": later.ID.String()}).Text(), "1 message was deleted.")
		require.NotContains(t, contents(), "fine")
		require.Contains(t, contents(), old.Content)
		require.Contains(t, contents(), "later")
		require.Contains(t, p.ada.Run("/mod purge", options{"count": 9, "containing": "nowhere"}).Text(), "Nothing to delete")

		entries, err := p.Store.AuditEntries(t.Context(), p.World.GuildID, nil, 10)
		require.NoError(t, err)
		var purged []string
		for _, e := range entries {
			if e.Action == "messages.purge" {
				require.Equal(t, p.ada.ID, e.Actor.ID)
				purged = append(purged, e.Subject)
			}
		}
		require.ElementsMatch(t, []string{fmt.Sprintf("channel %d: 1 deleted", here), fmt.Sprintf("channel %d: 120 deleted", here), fmt.Sprintf("channel %d: 1 deleted", here)}, purged)
	})
}

// Without the intent Discord shows what mentions the bot and nothing else, so words would find next to nothing.
func TestPurgingWordsThatTheBotCannotRead(t *testing.T) {
	t.Parallel()
	world := sandbox.DefaultWorld()
	world.Intents = &seed.Intents{Members: true}
	p := join(t, sandboxtest.Start(t, sandbox.Config{World: world}), storetest.NewSQLite(t))
	here := p.World.ChannelID
	p.ken.Write(here, "cheap things")
	p.ken.Write(here, fmt.Sprintf("<@%d> hello", p.World.ApplicationID))
	require.Contains(t, p.ada.Run("/mod purge", options{"count": 5, "containing": "cheap"}).Text(), "Enable the Message Content Intent")
	require.Contains(t, p.ada.Run("/mod purge", options{"count": 2, "member": p.ken.ID}).Text(), "2 messages were deleted.")
}
