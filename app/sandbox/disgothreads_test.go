package sandbox_test

import (
	"testing"
	"time"

	"github.com/disgoorg/disgo/bot"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func TestDisgoInThreads(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	made, heard, left := make(chan discord.GuildThread, 8), make(chan discord.Message, 8), make(chan *events.ThreadMemberRemove, 8)
	client := startDisgo(t, w, withGateway(gateway.CompressionZstdStream),
		bot.WithEventListenerFunc(func(e *events.ThreadCreate) { made <- e.Thread }),
		bot.WithEventListenerFunc(func(e *events.GuildMessageCreate) { heard <- e.Message }),
		bot.WithEventListenerFunc(func(e *events.ThreadMemberRemove) { left <- e }),
	)
	api := client.Rest
	ada, ken := w.Member("Ada"), w.Member("Ken")
	ada.GiveRole(w.Person(w.ApplicationID), ada.CreateRoleWith("Threads", wire.ManageThreads))
	m := ken.Write(w.ChannelID, "a question")
	<-heard
	thread, err := api.CreateThreadFromMessage(w.ChannelID, m.ID, discord.ThreadCreateFromMessage{Name: "Answers", AutoArchiveDuration: discord.AutoArchiveDuration1h})
	require.NoError(t, err)
	require.Equal(t, m.ID, (<-made).ID())
	require.Equal(t, discord.MessageTypeThreadStarterMessage, (<-heard).Type)
	ken.Write(thread.ID(), "thanks")
	require.Equal(t, "thanks", (<-heard).Content)
	members, err := api.GetThreadMembers(thread.ID())
	require.NoError(t, err)
	require.Len(t, members, 2)
	require.NoError(t, api.RemoveThreadMember(thread.ID(), ken.ID))
	require.Equal(t, ken.ID, (<-left).ThreadMemberID)
	active, err := api.GetActiveGuildThreads(w.GuildID)
	require.NoError(t, err)
	require.Len(t, active.Threads, 1)
	_, err = api.UpdateChannel(thread.ID(), discord.GuildThreadUpdate{Archived: new(true), Locked: new(true)})
	require.NoError(t, err)
	archived, err := api.GetPublicArchivedThreads(w.ChannelID, time.Now().Add(time.Hour), 10)
	require.NoError(t, err)
	require.True(t, archived.Threads[0].ThreadMetadata.Locked)

	channel, err := api.CreateGuildChannel(w.GuildID, discord.GuildForumChannelCreate{Name: "forum", AvailableTags: []discord.ChannelTag{{Name: "Go"}}})
	require.NoError(t, err)
	post, err := api.CreatePostInThreadChannel(channel.ID(), discord.ThreadChannelPostCreate{Name: "Welcome", Message: discord.NewMessageCreate().WithContent("read me")})
	require.NoError(t, err)
	require.Equal(t, "read me", post.Message.Content)
	require.Equal(t, post.ID(), post.Message.ID)
	require.NoError(t, api.DeleteChannel(post.ID()))
}
