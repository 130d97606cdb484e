//go:build !race

package moderation_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/store"
)

// overwrites are those of a channel, by ID.
func (p program) overwrites(t *testing.T, channel snowflake.ID) map[snowflake.ID]string {
	t.Helper()
	api := bot.NewRest(p.World.BotToken, p.World.APIURL, slog.New(slog.DiscardHandler))
	defer api.Close(t.Context())
	c, err := api.GetChannel(channel)
	require.NoError(t, err)
	found := map[snowflake.ID]string{}
	for _, o := range c.(discord.GuildChannel).PermissionOverwrites() {
		switch o := o.(type) {
		case discord.RolePermissionOverwrite:
			found[o.RoleID] = fmt.Sprintf("+%d -%d", o.Allow, o.Deny)
		case discord.MemberPermissionOverwrite:
			found[o.UserID] = fmt.Sprintf("+%d -%d", o.Allow, o.Deny)
		}
	}
	return found
}

func (p program) writes(who *sandboxtest.Person, channel snowflake.ID) bool {
	_, err := who.TryPost(channel, sandboxtest.Draft{Content: "hello"})
	return err == nil
}

const send, view, react = discord.PermissionSendMessages, discord.PermissionViewChannel, discord.PermissionAddReactions

func role(id snowflake.ID, allow, deny discord.Permissions) map[string]any {
	return map[string]any{"id": id, "type": 0, "allow": wire.Permissions(allow), "deny": wire.Permissions(deny)}
}

func TestAChannelIsLockedAndUnlocked(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		channel, everyone := p.World.ChannelID, p.World.GuildID
		moderators, regulars := p.World.Role("Moderator"), p.World.Role("Regular")
		p.ada.ChangeChannel(channel, map[string]any{"permission_overwrites": []map[string]any{
			role(everyone, view, react), role(regulars, send|react, 0), role(moderators, send, 0)}})
		before := p.overwrites(t, channel)

		locked := p.ada.Run("/mod lock", nil)
		require.Contains(t, locked.Text(), "Only moderators can write in")
		require.False(t, locked.Ephemeral(), "members see why they cannot write")
		require.False(t, p.writes(p.ken, channel))
		require.False(t, p.writes(p.linus, channel), "also by a role that was allowed here")
		require.True(t, p.writes(p.grace, channel), "moderators keep theirs")
		require.Contains(t, p.ada.Run("/mod lock", nil).Text(), "already")

		require.Contains(t, p.ada.Run("/mod unlock", nil).Text(), "Everybody can write in")
		require.Equal(t, before, p.overwrites(t, channel), "as it was, to the last bit")
		require.True(t, p.writes(p.ken, channel))
		require.Contains(t, p.ada.Run("/mod unlock", nil).Text(), "was not locked with /mod lock")

		// What somebody changes while it is locked stays.
		p.ada.Run("/mod lock", nil)
		p.ada.ChangeChannel(channel, map[string]any{"permission_overwrites": []map[string]any{
			role(everyone, view, react|send), role(regulars, react, send), role(moderators, send, 0)}})
		p.ada.Run("/mod unlock", nil)
		after := p.overwrites(t, channel)
		require.Equal(t, fmt.Sprintf("+%d -%d", react, send), after[regulars])
		require.Equal(t, before[everyone], after[everyone])
		elsewhere := p.ada.Run("/mod lock", options{"channel": p.World.Channel("code-help"), "minutes": 5})
		require.Contains(t, elsewhere.Text(), "That ends")
		require.True(t, elsewhere.Ephemeral())
		require.False(t, p.writes(p.ken, p.World.Channel("code-help")))
	})
}

func TestALockEndsByItself(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		in := moderation.ChannelRequest{Guild: p.World.GuildID, Channel: p.World.ChannelID, Actor: store.Actor{ID: p.ada.ID, Name: "ada", Source: store.SourceCommand}}
		before := p.overwrites(t, in.Channel)
		_, err := p.Moderation.LockChannel(t.Context(), in, time.Second)
		require.NoError(t, err)
		require.NotEqual(t, before, p.overwrites(t, in.Channel))
		require.Eventually(t, func() bool {
			_, err := p.Store.ChannelLock(t.Context(), in.Guild, in.Channel)
			return err != nil
		}, time.Minute, 20*time.Millisecond)
		require.Equal(t, before, p.overwrites(t, in.Channel))
	})
}

func TestWhoLocks(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		channel := p.World.ChannelID
		in := moderation.ChannelRequest{Guild: p.World.GuildID, Channel: channel, Actor: store.Actor{ID: p.ken.ID, Name: "ken", Source: store.SourceCommand}}
		_, err := p.Moderation.LockChannel(t.Context(), in, 0)
		require.ErrorContains(t, err, "You need the permission")
		require.ErrorContains(t, p.Moderation.Slowmode(t.Context(), in, time.Minute), "You need the permission")
		in.Actor.ID = p.ada.ID
		_, err = p.Moderation.LockChannel(t.Context(), in, 8*24*time.Hour)
		require.ErrorContains(t, err, "at most 7 days")

		// Discord refuses halfway: what was done is taken back, and nothing is kept.
		p.ada.ChangeChannel(channel, map[string]any{"permission_overwrites": []map[string]any{role(p.World.Role("Regular"), send, 0)}})
		before := p.overwrites(t, channel)
		lift := p.World.Fault(faults.Rule{Kind: faults.Answer, Method: "PUT", Path: fmt.Sprintf("/channels/*/permissions/%d", p.World.GuildID), Status: 403, Code: 50013, Message: "Missing Permissions"})
		_, err = p.Moderation.LockChannel(t.Context(), in, 0)
		require.ErrorContains(t, err, "The bot needs the permission")
		lift()
		require.Equal(t, before, p.overwrites(t, channel))
		_, err = p.Store.ChannelLock(t.Context(), in.Guild, channel)
		require.ErrorIs(t, err, store.ErrNotFound)

		require.Contains(t, p.ada.Run("/mod slowmode", options{"seconds": 30}).Text(), "once every 30 seconds")
		require.Contains(t, p.ada.Run("/mod slowmode", options{"seconds": 0}).Text(), "Slow mode is off")

		p.ada.EditRole(p.World.Role("Smarter Dev"), map[string]any{"permissions": wire.Permissions(discord.PermissionAdministrator)})
		thread := p.ada.StartThread(channel, sandboxtest.Thread{Name: "talk"})
		in.Channel = thread.ID
		_, err = p.Moderation.LockChannel(t.Context(), in, 0)
		require.NoError(t, err)
		require.False(t, p.writes(p.ken, in.Channel))
		require.NoError(t, p.Moderation.UnlockChannel(t.Context(), in))
		require.True(t, p.writes(p.ken, in.Channel))
	})
}
