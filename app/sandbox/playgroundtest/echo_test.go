package playgroundtest_test

import (
	"context"
	"log/slog"
	"os"
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

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

// echoBot is a bot that knows every kind of interaction and no feature.
type echoBot struct {
	t      *testing.T
	client *bot.Client
	think  chan struct{} // lets /think answer
}

// play starts a stand-in with a page, and the bot on it.
func play(t *testing.T) (*sandboxtest.World, *echoBot) {
	t.Helper()
	world := sandboxtest.Start(t, sandbox.Config{UI: os.DirFS("../../..")})
	b := &echoBot{t: t, think: make(chan struct{})}
	client, err := disgo.New(world.BotToken,
		bot.WithLogger(slog.New(slog.DiscardHandler)),
		bot.WithRestClientConfigOpts(rest.WithURL(world.APIURL+"/v10")),
		bot.WithGatewayConfigOpts(gateway.WithIntents(gateway.IntentGuilds|gateway.IntentGuildMessages|gateway.IntentMessageContent)),
		bot.WithEventListenerFunc(b.command), bot.WithEventListenerFunc(b.component),
		bot.WithEventListenerFunc(b.modal), bot.WithEventListenerFunc(b.complete),
	)
	require.NoError(t, err)
	b.client = client
	require.NoError(t, client.OpenGateway(t.Context()))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		client.Close(ctx)
	})
	_, err = client.Rest.SetGuildCommands(client.ApplicationID, world.GuildID, commands())
	require.NoError(t, err)
	world.Ready("echo")
	return world, b
}

func commands() []discord.ApplicationCommandCreate {
	return []discord.ApplicationCommandCreate{
		discord.SlashCommandCreate{Name: "echo", Description: "Say it again", Options: []discord.ApplicationCommandOption{
			discord.ApplicationCommandOptionString{Name: "text", Description: "What to say", Required: true, MaxLength: new(40)},
			discord.ApplicationCommandOptionInt{Name: "times", Description: "How often", Required: true, MinValue: new(1), MaxValue: new(5)},
			discord.ApplicationCommandOptionUser{Name: "to", Description: "To whom"},
			discord.ApplicationCommandOptionRole{Name: "role", Description: "For which role"},
			discord.ApplicationCommandOptionChannel{Name: "where", Description: "About which channel"},
			discord.ApplicationCommandOptionBool{Name: "private", Description: "Show it to you alone"},
			discord.ApplicationCommandOptionString{Name: "shade", Description: "In which colour", Choices: []discord.ApplicationCommandOptionChoiceString{
				{Name: "Leaf green", Value: "22c55e"}, {Name: "Sky blue", Value: "3b82f6"},
			}},
			discord.ApplicationCommandOptionString{Name: "fruit", Description: "With which fruit", Autocomplete: true},
		}},
		discord.SlashCommandCreate{Name: "panel", Description: "Show an embed with components"},
		discord.SlashCommandCreate{Name: "think", Description: "Answer late"},
		discord.SlashCommandCreate{Name: "silent", Description: "Never answer"},
		discord.SlashCommandCreate{Name: "form", Description: "Open a form"},
		discord.SlashCommandCreate{Name: "lists", Description: "Commands with branches", Options: []discord.ApplicationCommandOption{
			discord.ApplicationCommandOptionSubCommand{Name: "show", Description: "Show the list"},
		}},
		discord.UserCommandCreate{Name: "Wave"},
		discord.MessageCommandCreate{Name: "Count letters"},
	}
}

func (b *echoBot) command(e *events.ApplicationCommandInteractionCreate) {
	say := func(text string) {
		require.NoError(b.t, e.CreateMessage(discord.NewMessageCreate().WithContent(text)))
	}
	switch e.Data.CommandName() {
	case "echo":
		b.echo(e)
	case "panel":
		require.NoError(b.t, e.CreateMessage(panel()))
	case "think":
		require.NoError(b.t, e.DeferCreateMessage(false))
		go func() {
			<-b.think
			_, err := b.client.Rest.UpdateInteractionResponse(e.ApplicationID(), e.Token(), discord.NewMessageUpdate().WithContent("I have thought."))
			require.NoError(b.t, err)
		}()
	case "form":
		require.NoError(b.t, e.Modal(discord.ModalCreate{CustomID: "/form", Title: "Tell us", Components: []discord.LayoutComponent{
			discord.NewLabel("Your name", discord.NewShortTextInput("name").WithMinLength(3).WithRequired(true)).WithDescription("What we should call you"),
			discord.NewLabel("Favourite", discord.NewStringSelectMenu("favourite", "Choose one",
				discord.NewStringSelectMenuOption("Tea", "tea"), discord.NewStringSelectMenuOption("Coffee", "coffee")).WithRequired(true)),
			discord.NewLabel("Anything else", discord.NewParagraphTextInput("more").WithRequired(false)),
		}}))
	case "lists":
		say("The list is empty.")
	case "Wave":
		say("waves at " + e.UserCommandInteractionData().TargetUser().Mention())
	case "Count letters":
		say("That has " + string(rune('0'+len(e.MessageCommandInteractionData().TargetMessage().Content))) + " letters.")
	}
}

func (b *echoBot) echo(e *events.ApplicationCommandInteractionCreate) {
	in := e.SlashCommandInteractionData()
	text := strings.TrimSpace(strings.Repeat(in.String("text")+" ", in.Int("times")))
	if to, ok := in.OptUser("to"); ok {
		text += " to " + to.Mention()
	}
	if role, ok := in.OptRole("role"); ok {
		text += " for " + role.Mention()
	}
	if where, ok := in.OptChannel("where"); ok {
		text += " about " + discord.ChannelMention(where.ID)
	}
	if fruit, ok := in.OptString("fruit"); ok {
		text += " with " + fruit
	}
	text += " in " + in.String("shade")
	require.NoError(b.t, e.CreateMessage(discord.NewMessageCreate().WithContent(text).WithEphemeral(in.Bool("private"))))
}

func panel() discord.MessageCreate {
	in := discord.NewEmbed().WithTitle("A panel").WithDescription("With **everything** in it\n- one\n- two").WithColor(0x22c55e).
		AddField("First", "1", true).AddField("Second", "2", true).AddField("Whole line", "`code`", false).WithFooterText("At the foot")
	return discord.NewMessageCreate().WithEmbeds(in).
		AddActionRow(
			discord.NewPrimaryButton("Count", "/count/0"), discord.NewSuccessButton("Change", "/change"), discord.NewDangerButton("Hang", "/hang"),
			discord.NewSecondaryButton("Locked", "/locked").AsDisabled(), discord.NewLinkButton("Docs", "https://example.com/docs"),
		).
		AddActionRow(discord.NewStringSelectMenu("/drink", "Something to drink?",
			discord.NewStringSelectMenuOption("Tea", "tea").WithDescription("Green"), discord.NewStringSelectMenuOption("Coffee", "coffee"))).
		AddActionRow(discord.NewUserSelectMenu("/pick", "Whom?").WithMaxValues(3)).
		AddActionRow(discord.NewRoleSelectMenu("/role", "Which role?"))
}

func (b *echoBot) component(e *events.ComponentInteractionCreate) {
	id := e.Data.CustomID()
	whisper := func(text string) {
		require.NoError(b.t, e.CreateMessage(discord.NewMessageCreate().WithContent(text).WithEphemeral(true)))
	}
	switch id {
	case "/change":
		require.NoError(b.t, e.UpdateMessage(discord.NewMessageUpdate().WithContent("It has changed.").ClearComponents()))
	case "/hang":
	case "/drink":
		whisper("You drink " + e.StringSelectMenuInteractionData().Values[0] + ".")
	case "/pick":
		var names []string
		for _, user := range e.UserSelectMenuInteractionData().Values {
			names = append(names, discord.UserMention(user))
		}
		whisper("You picked " + strings.Join(names, " and ") + ".")
	case "/role":
		whisper("You chose " + discord.RoleMention(e.RoleSelectMenuInteractionData().Values[0]) + ".")
	default:
		whisper("Counted once.")
	}
}

func (b *echoBot) modal(e *events.ModalSubmitInteractionCreate) {
	require.NoError(b.t, e.CreateMessage(discord.NewMessageCreate().WithContent(
		"Hello "+e.Data.Text("name")+", here is your "+e.Data.StringValues("favourite")[0]+".")))
}

func (b *echoBot) complete(e *events.AutocompleteInteractionCreate) {
	var found []discord.AutocompleteChoice
	for _, fruit := range []string{"Apple", "Apricot", "Banana"} {
		if strings.HasPrefix(strings.ToLower(fruit), strings.ToLower(e.Data.String("fruit"))) {
			found = append(found, discord.AutocompleteChoiceString{Name: fruit, Value: strings.ToLower(fruit)})
		}
	}
	require.NoError(b.t, e.AutocompleteResult(found))
}
