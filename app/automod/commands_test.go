//go:build !race

package automod_test

import (
	"fmt"
	"testing"

	"github.com/disgoorg/disgo/discord"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

type options = sandboxtest.Options

func TestTheRulesByCommands(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		rule := p.rule(t, `"name": "Nitro", "type": "content", "config": {"keyword_filter": ["free nitro"]}, "mode": "shadow", "actions": [{"type": "delete"}]`)
		listed := p.grace.Run("/automod list", nil)
		require.True(t, listed.Ephemeral())
		require.Contains(t, listed.Text(), "**Nitro** · shadow")
		require.NotContains(t, listed.Text(), "free nitro", "what is blocked is nobody's business in a list")

		message := p.write(p.linus, "Get your free nitro here")
		link := fmt.Sprintf("https://discord.com/channels/%d/%d/%d", p.World.GuildID, p.general, message.ID)
		why := p.grace.Run("/automod why", options{"message": link}).Text()
		require.Contains(t, why, "**Nitro** (shadow) · finds this:")
		require.Contains(t, why, "Get your free nitro here")
		require.Contains(t, p.grace.Run("/automod why", options{"message": "https://discord.com/channels/1/2/3"}).Text(), "is not a message of this server")
		require.Contains(t, p.grace.Run("/automod why", options{"message": "12345"}).Text(), "There is no such message")
		owners := p.write(p.ada, "my free nitro")
		require.Contains(t, p.grace.Run("/automod why", options{"message": fmt.Sprintf("https://discord.com/channels/%d/%d/%d", p.World.GuildID, p.general, owners.ID)}).Text(),
			"the owner of the server wrote it")

		tried := p.ada.Run("/automod test", options{"rule": rule.ID, "text": "a free nitro"}).Text()
		require.Contains(t, tried, "It finds 1 of 1, from 1 member.")
		require.Contains(t, p.ada.Run("/automod test", options{"rule": "nitro", "text": "hello"}).Text(), "It finds 0 of 1")
		require.Contains(t, p.ada.Run("/automod test", options{"rule": "Nothing"}).Text(), "There is no rule called “Nothing”")
		require.Contains(t, p.grace.Run("/automod test", options{"rule": rule.ID}).Text(), "takes the permission Manage Server")

		require.Contains(t, p.ada.Run("/automod panic", options{"rules": "off"}).Text(), "All rules are off.")
		require.Contains(t, p.grace.Run("/automod list", nil).Text(), "All rules are off")
		require.Contains(t, p.grace.Run("/automod panic", options{"rules": "on"}).Text(), "takes the permission Manage Server")
		require.Contains(t, p.ada.Run("/automod panic", options{"rules": "on"}).Text(), "The rules work again.")

		require.Contains(t, p.ada.Run("/automod exempt", options{"channel": p.general}).Text(), "No rule looks at this")
		require.Contains(t, p.grace.Run("/automod why", options{"message": link}).Text(), "the channel is exempt")
		require.Contains(t, p.grace.Run("/automod exempt", options{"channel": p.general, "end": true}).Text(), "takes the permission Manage Server")
		require.Contains(t, p.ada.Run("/automod exempt", options{"channel": p.general, "end": true}).Text(), "The rules look at this again")
		cfg, err := p.Automod.SettingsNow(t.Context(), p.World.GuildID)
		require.NoError(t, err)
		require.Empty(t, cfg.ExemptChannels)
		require.Contains(t, p.ada.Run("/automod exempt", options{}).Text(), "Choose a role or a channel.")
	})
}

// What is said about a message is said to those who can read it alone.
func TestWhyTellsNobodyWhatTheyCannotRead(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		p.rule(t, nitro+`, "actions": [{"type": "delete"}]`)
		secret := p.World.Channel("code-help")
		p.ada.ChangeChannel(secret, map[string]any{"permission_overwrites": []map[string]any{
			{"id": p.World.GuildID, "type": 0, "allow": "0", "deny": wire.Permissions(discord.PermissionViewChannel)},
			{"id": p.World.Role("Smarter Dev"), "type": 0, "allow": wire.Permissions(discord.PermissionViewChannel), "deny": "0"}}})
		message := p.ada.Post(secret, sandboxtest.Draft{Content: "free nitro for the team"})
		link := fmt.Sprintf("https://discord.com/channels/%d/%d/%d", p.World.GuildID, secret, message.ID)
		require.Contains(t, p.grace.Run("/automod why", options{"message": link}).Text(), "There is no such message, or you or the bot cannot read it")
		require.Contains(t, p.ada.Run("/automod why", options{"message": link}).Text(), "free nitro for the team")
	})
}
