package directory_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/disgoorg/disgo/cache"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

// noGateway is a process without a connection to the gateway.
func noGateway() cache.Caches { return nil }

func open(t *testing.T) (*directory.Directory, *sandboxtest.World) {
	t.Helper()
	w := sandboxtest.Start(t)
	api := bot.NewRest(w.BotToken, w.APIURL, slog.New(slog.DiscardHandler))
	d := directory.New(api, noGateway)
	t.Cleanup(func() { d.Close(); api.Close(context.Background()) })
	return d, w
}

func TestAGuildIsToldAsDiscordKnowsIt(t *testing.T) {
	t.Parallel()
	d, w := open(t)
	g, err := d.Guild(t.Context(), w.GuildID)
	require.NoError(t, err)
	require.Equal(t, w.Guilds[0].Name, g.Name)
	require.Equal(t, len(w.Members), g.MemberCount)
	require.Len(t, g.Channels, len(w.Channels))
	require.Len(t, g.Roles, len(w.Roles))
	for _, m := range w.Members {
		if m.Role == "owner" {
			require.Equal(t, m.ID, g.OwnerID)
		}
	}
	require.True(t, slices.IsSortedFunc(g.Roles, func(a, b directory.Role) int { return b.Position - a.Position }), "the highest first")
}

func TestTheBotCanGiveJustTheRolesBelowItsOwn(t *testing.T) {
	t.Parallel()
	d, w := open(t)
	g, err := d.Guild(t.Context(), w.GuildID)
	require.NoError(t, err)
	below := false
	var assignable int
	for _, r := range g.Roles { // from the highest down
		switch {
		case r.Managed:
			require.False(t, r.Assignable, r.Name)
			below = true // the bot's own role is the managed one
		case r.ID == w.GuildID:
			require.False(t, r.Assignable, "@everyone is given to nobody")
		default:
			require.Equal(t, below, r.Assignable, r.Name)
			if r.Assignable {
				assignable++
			}
		}
	}
	require.NotZero(t, assignable)
}

func TestWhereTheBotIsCostsNoRefusedRequest(t *testing.T) {
	t.Parallel()
	d, w := open(t)
	in, err := d.Present(t.Context(), w.GuildID)
	require.NoError(t, err)
	require.True(t, in)
	for id := range 50 {
		in, err := d.Present(t.Context(), w.GuildID+1+snowflake.ID(id))
		require.NoError(t, err)
		require.False(t, in)
	}
	_, err = d.Guild(t.Context(), 12345)
	require.ErrorIs(t, err, directory.ErrUnknown)
	require.Zero(t, w.Standing().Invalid)
	list, err := d.Guilds(t.Context())
	require.NoError(t, err)
	require.Len(t, list, len(w.Guilds))
	require.Equal(t, w.GuildID, list[0].ID)
}

func TestWithoutDiscordTheDirectoryIsUnavailable(t *testing.T) {
	t.Parallel()
	d, w := open(t)
	w.Fault(faults.Rule{Kind: faults.Answer, Status: 503})
	_, err := d.Present(t.Context(), w.GuildID)
	require.True(t, fault.Has(err, "unavailable"), "%v", err)
	_, err = d.Guild(t.Context(), w.GuildID)
	require.True(t, fault.Has(err, "unavailable"), "%v", err)
}

func TestAManagerWhoIsTimedOutManagesNothing(t *testing.T) {
	t.Parallel()
	d, w := open(t)
	owner, manager, plain := w.Member("Ada"), w.Member("Grace"), w.Member("Ken")
	manages := func(who *sandboxtest.Person) bool {
		is, err := d.Manages(t.Context(), w.GuildID, who.ID)
		require.NoError(t, err)
		return is
	}
	require.True(t, manages(owner))
	require.False(t, manages(plain))
	owner.EditRole(w.Role("Moderator"), map[string]any{"permissions": discord.PermissionManageGuild})
	require.True(t, manages(manager))
	owner.Timeout(manager, time.Now().Add(time.Hour), "too loud")
	require.False(t, manages(manager), "Discord leaves a member who is timed out nothing but sight")
	owner.Timeout(manager, time.Time{}, "")
	require.True(t, manages(manager))
	_, err := d.Holder(t.Context(), w.GuildID, 12345)
	require.ErrorIs(t, err, directory.ErrUnknown)
}
