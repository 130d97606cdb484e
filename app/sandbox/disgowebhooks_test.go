package sandbox_test

import (
	"testing"

	"github.com/disgoorg/disgo/bot"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/disgo/rest"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func TestDisgoUsesWebhooksAndInvites(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	invited, heard := make(chan *events.InviteCreate, 8), make(chan discord.Message, 8)
	client := startDisgo(t, w, withGateway(gateway.CompressionZstdStream),
		bot.WithEventListenerFunc(func(e *events.InviteCreate) { invited <- e }),
		bot.WithEventListenerFunc(func(e *events.GuildMessageCreate) { heard <- e.Message }),
	)
	api := client.Rest
	ada := w.Member("Ada")
	ada.GiveRole(w.Person(w.ApplicationID), ada.CreateRoleWith("Hooks", wire.ManageWebhooks))
	hook, err := api.CreateWebhook(w.ChannelID, discord.WebhookCreate{Name: "News"})
	require.NoError(t, err)
	m, err := api.CreateWebhookMessage(hook.ID(), hook.Token, discord.WebhookMessageCreate{Content: "hello", Username: "Herald"}, rest.CreateWebhookMessageParams{Wait: true})
	require.NoError(t, err)
	require.Equal(t, "Herald", m.Author.Username)
	require.Equal(t, hook.ID(), *(<-heard).WebhookID)
	_, err = api.UpdateWebhookMessage(hook.ID(), hook.Token, m.ID, discord.WebhookMessageUpdate{Content: new("changed")}, rest.UpdateWebhookMessageParams{})
	require.NoError(t, err)
	hooks, err := api.GetWebhooks(w.ChannelID)
	require.NoError(t, err)
	require.Equal(t, hook.ID(), hooks[0].ID())

	invite, err := api.CreateInvite(w.ChannelID, discord.InviteCreate{MaxUses: new(1)})
	require.NoError(t, err)
	require.Equal(t, invite.Code, (<-invited).Code)
	w.Newcomer(sandboxtest.Newcomer{Username: "tim"}).Accept(invite.Code)
	list, err := api.GetGuildInvites(w.GuildID)
	require.NoError(t, err)
	require.Empty(t, list, "it was good for one")
	_, err = api.GetInvite(invite.Code)
	require.True(t, rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownInvite))
}
