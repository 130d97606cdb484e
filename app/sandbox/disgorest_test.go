package sandbox_test

import (
	"testing"
	"time"

	"github.com/disgoorg/disgo/bot"
	"github.com/disgoorg/disgo/cache"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/omit"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

// What disgo decodes is what Discord sends: everything a bot asks for, through its own types.
func TestDisgoReadsTheWorld(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	ready := make(chan struct{}, 1)
	client := startDisgo(t, w, withGateway(gateway.CompressionZstdStream), bot.WithCacheConfigOpts(cache.WithCaches(cache.FlagsAll)),
		bot.WithEventListenerFunc(func(*events.GuildReady) { ready <- struct{}{} }))
	<-ready
	guild, found := client.Caches.Guild(w.GuildID)
	require.True(t, found)
	require.Equal(t, "Smarter Dev", guild.Name)
	require.Len(t, collected(client.Caches.Channels()), len(w.Channels))
	require.Len(t, collected(client.Caches.Roles(w.GuildID)), len(w.Roles))
	require.Len(t, collected(client.Caches.Members(w.GuildID)), len(w.Members))

	api := client.Rest
	ken := w.Member("Ken")
	channels, err := api.GetGuildChannels(w.GuildID)
	require.NoError(t, err)
	require.Len(t, channels, len(w.Channels))
	roles, err := api.GetRoles(w.GuildID)
	require.NoError(t, err)
	require.Equal(t, w.Roles[0].Name, roles[0].Name)
	members, err := api.GetMembers(w.GuildID, 1000, 0)
	require.NoError(t, err)
	require.Len(t, members, len(w.Members))
	found2, err := api.SearchMembers(w.GuildID, "kat", 10)
	require.NoError(t, err)
	require.Equal(t, "Kat", found2[0].EffectiveName())
	user, err := api.GetUser(ken.ID)
	require.NoError(t, err)
	require.Equal(t, "Ken", user.EffectiveName())
	mine, err := api.GetCurrentUserGuilds("", 0, 0, 200, true)
	require.NoError(t, err)
	require.Equal(t, len(w.Members), mine[0].ApproximateMemberCount)
	app, err := api.GetCurrentApplication()
	require.NoError(t, err)
	require.Equal(t, w.ApplicationID, app.ID)

	role := w.Role("Regular")
	require.NoError(t, api.AddMemberRole(w.GuildID, ken.ID, role, rest.WithReason("earned it")))
	require.NoError(t, api.RemoveMemberRole(w.GuildID, ken.ID, role))
	require.True(t, rest.IsJSONErrorCode(api.AddMemberRole(w.GuildID, ken.ID, w.Role("Admin")), rest.JSONErrorCodeLackPermissionsToPerformAction))
	until := time.Now().Add(time.Hour)
	member, err := api.UpdateMember(w.GuildID, ken.ID, discord.MemberUpdate{CommunicationDisabledUntil: omit.NewPtr(until)}, rest.WithReason("schluß jetzt"))
	require.NoError(t, err)
	require.WithinDuration(t, until, *member.CommunicationDisabledUntil, time.Second)
	log, err := api.GetAuditLog(w.GuildID, 0, discord.AuditLogEventMemberUpdate, 0, 0, 10)
	require.NoError(t, err)
	require.Equal(t, "schluß jetzt", *log.AuditLogEntries[0].Reason)

	dm, err := api.CreateDMChannel(ken.ID)
	require.NoError(t, err)
	message, err := api.CreateMessage(dm.ID(), discord.NewMessageCreate().WithEmbeds(discord.NewEmbed().WithTitle("You are silenced")).
		AddActionRow(discord.NewLinkButton("Why", "https://example.com")))
	require.NoError(t, err)
	require.Equal(t, "You are silenced", ken.WaitMessage(dm.ID(), func(*sandboxtest.Message) bool { return true }).Text())
	_, err = api.UpdateMessage(dm.ID(), message.ID, discord.NewMessageUpdate().WithContent("after all not"))
	require.NoError(t, err)
	require.NoError(t, api.DeleteMessage(dm.ID(), message.ID))

	require.NoError(t, api.AddBan(w.GuildID, ken.ID, time.Hour, rest.WithReason("enough")))
	ban, err := api.GetBan(w.GuildID, ken.ID)
	require.NoError(t, err)
	require.Equal(t, "enough", *ban.Reason)
	require.NoError(t, api.DeleteBan(w.GuildID, ken.ID))
	bulk, err := api.BulkBan(w.GuildID, discord.BulkBan{UserIDs: []snowflake.ID{ken.ID, w.Member("Ada").ID}})
	require.NoError(t, err)
	require.Equal(t, []snowflake.ID{ken.ID}, bulk.BannedUsers)
	_, err = api.GetMember(w.GuildID, ken.ID)
	require.True(t, rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownMember))
}

func collected[T any](seq func(func(T) bool)) (list []T) {
	seq(func(v T) bool { list = append(list, v); return true })
	return list
}
