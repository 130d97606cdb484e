package sandbox_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/disgo"
	"github.com/disgoorg/disgo/bot"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/disgo/rest"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

// startDisgo logs a disgo client in and waits until it is ready.
func startDisgo(t *testing.T, w *sandboxtest.World, opts ...bot.ConfigOpt) *bot.Client {
	t.Helper()
	ready := make(chan struct{}, 8)
	opts = append([]bot.ConfigOpt{
		bot.WithLogger(slog.New(slog.DiscardHandler)),
		bot.WithRestClientConfigOpts(rest.WithURL(w.APIURL + "/v10")),
		bot.WithEventListenerFunc(func(*events.Ready) { ready <- struct{}{} }),
	}, opts...)
	client, err := disgo.New(w.BotToken, opts...)
	require.NoError(t, err)
	require.NoError(t, client.OpenGateway(t.Context()))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		client.Close(ctx)
	})
	<-ready
	return client
}

// every intent that the tests use, and a compression
func withGateway(compression gateway.CompressionType) bot.ConfigOpt {
	return bot.WithGatewayConfigOpts(gateway.WithIntents(gateway.IntentsAll), gateway.WithCompression(compression))
}

// echo answers each kind of interaction.
func echo(t *testing.T) bot.ConfigOpt {
	return bot.WithEventListenerFunc(func(e *events.ApplicationCommandInteractionCreate) {
		switch e.Data.CommandName() {
		case "echo":
			data := e.SlashCommandInteractionData()
			require.NoError(t, e.CreateMessage(discord.NewMessageCreate().WithContent(data.String("text")).
				WithEphemeral(data.Bool("private")).
				AddActionRow(discord.NewPrimaryButton("Again", "/again"), discord.NewSecondaryButton("Ask", "/ask"))))
		case "slow":
			require.NoError(t, e.DeferCreateMessage(false))
			_, err := e.Client().Rest.UpdateInteractionResponse(e.ApplicationID(), e.Token(),
				discord.NewMessageUpdate().WithContent("done"))
			require.NoError(t, err)
			_, err = e.Client().Rest.CreateFollowupMessage(e.ApplicationID(), e.Token(),
				discord.NewMessageCreate().WithContent("and more").WithEphemeral(true))
			require.NoError(t, err)
		case "Wave":
			require.NoError(t, e.CreateMessage(discord.NewMessageCreate().WithContent("waves at "+e.UserCommandInteractionData().TargetUser().Username)))
		}
	})
}

var echoCommands = []discord.ApplicationCommandCreate{
	discord.SlashCommandCreate{Name: "echo", Description: "Say it again", Options: []discord.ApplicationCommandOption{
		discord.ApplicationCommandOptionString{Name: "text", Description: "What", Required: true, Autocomplete: true},
		discord.ApplicationCommandOptionBool{Name: "private", Description: "Only to you"},
	}},
	discord.SlashCommandCreate{Name: "slow", Description: "Think first"},
	discord.SlashCommandCreate{Name: "silent", Description: "Never answer"},
	discord.UserCommandCreate{Name: "Wave"},
}

func TestDisgoAnswersPeople(t *testing.T) {
	t.Parallel()
	for _, compression := range []gateway.CompressionType{gateway.CompressionNone, gateway.CompressionZlibPayload, gateway.CompressionZlibStream, gateway.CompressionZstdStream} {
		t.Run(compression.String(), func(t *testing.T) {
			t.Parallel()
			w := sandboxtest.Start(t)
			client := startDisgo(t, w, withGateway(compression), echo(t),
				bot.WithEventListenerFunc(func(e *events.ComponentInteractionCreate) {
					switch e.Data.CustomID() {
					case "/again":
						require.NoError(t, e.UpdateMessage(discord.NewMessageUpdate().WithContent("again!").ClearComponents()))
					case "/ask":
						require.NoError(t, e.Modal(discord.NewModalCreate("/asked", "A question").
							AddLabel("Your name", discord.NewShortTextInput("name"))))
					}
				}),
				bot.WithEventListenerFunc(func(e *events.ModalSubmitInteractionCreate) {
					require.NoError(t, e.CreateMessage(discord.NewMessageCreate().WithContent("hello "+e.Data.Text("name"))))
				}),
				bot.WithEventListenerFunc(func(e *events.AutocompleteInteractionCreate) {
					typed := e.Data.String("text")
					require.NoError(t, e.AutocompleteResult([]discord.AutocompleteChoice{
						discord.AutocompleteChoiceString{Name: strings.ToUpper(typed), Value: typed},
					}))
				}),
				bot.WithEventListenerFunc(func(e *events.GuildMessageCreate) {
					if e.Message.Content == "ping" {
						require.NoError(t, e.Client().Rest.AddReaction(e.ChannelID, e.MessageID, "👍"))
					}
				}),
			)
			_, err := client.Rest.SetGuildCommands(client.ApplicationID, w.GuildID, echoCommands)
			require.NoError(t, err)

			ada := w.Ready("echo")
			reply := ada.Run("/echo", sandboxtest.Options{"text": "hello"})
			require.Equal(t, "hello", reply.Text())
			require.False(t, reply.Ephemeral())
			require.Equal(t, "again!", reply.Press("Again").Text())

			private := ada.Run("/echo", sandboxtest.Options{"text": "psst", "private": true})
			require.True(t, private.Ephemeral())
			require.Equal(t, "hello Ada", private.Press("Ask").Submit(map[string]string{"Your name": "Ada"}).Text())

			slow := ada.Run("/slow")
			require.Equal(t, "done", slow.Text())
			require.Equal(t, "and more", slow.Next().Text())

			require.Equal(t, "waves at grace", ada.Menu("Wave", w.Member("Grace")).Text())
			choices := ada.Complete("/echo", "text", "ab")
			require.Len(t, choices, 1)
			require.Equal(t, "AB", choices[0].Name)

			require.Equal(t, 1, ada.Write(w.ChannelID, "ping").WaitReaction("👍").Count)
			require.Equal(t, "The application did not respond", ada.Run("/silent").Failed)
		})
	}
}
