package guilds_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/disgoorg/disgo/discord"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

func named(g directory.Guild, name string) (directory.Role, bool) {
	for _, r := range g.Roles {
		if r.Name == name {
			return r, true
		}
	}
	return directory.Role{}, false
}

func TestAChangeInDiscordIsSeenAtOnceWhereTheGatewayIsHeard(t *testing.T) {
	t.Parallel()
	p := apptest.Start(t, storetest.NewSQLite(t))
	g, err := p.Guilds.Guild(t.Context(), p.World.GuildID)
	require.NoError(t, err)
	require.Equal(t, p.World.Guilds[0].Name, g.Name)
	require.Len(t, g.Channels, len(p.World.Channels))
	_, there := named(g, "Gardeners")
	require.False(t, there)

	api := bot.NewRest(p.World.BotToken, p.World.APIURL, slog.New(slog.DiscardHandler))
	defer api.Close(context.Background())
	made, err := api.CreateRole(p.World.GuildID, discord.RoleCreate{Name: "Gardeners", Colors: discord.RoleColors{PrimaryColor: 0x22c55e}})
	require.NoError(t, err)
	var role directory.Role
	for there = false; !there; role, there = named(g, "Gardeners") {
		g, err = p.Guilds.Guild(t.Context(), p.World.GuildID)
		require.NoError(t, err)
	}
	require.Equal(t, made.ID, role.ID)
	require.Equal(t, 0x22c55e, role.Color)
	require.True(t, role.Assignable)
}

func TestAGuildWithoutTheBotIsSaidToBeOne(t *testing.T) {
	t.Parallel()
	p := apptest.Start(t, storetest.NewSQLite(t))
	_, err := p.Guilds.Guild(t.Context(), 12345)
	require.True(t, fault.Has(err, "bot_not_in_guild"), "%v", err)
}
