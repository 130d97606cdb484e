package interop

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// start returns the stand-in that SANDBOX names, or one of the test's own.
func start(t *testing.T) *sandboxtest.World {
	t.Helper()
	if address := os.Getenv("SANDBOX"); address != "" {
		return sandboxtest.Dial(t, address)
	}
	return sandboxtest.Start(t)
}

// pointDiscordgo sets the package variables in which discordgo keeps Discord's addresses. They
// belong to the whole test binary, so only one test may use the library.
func pointDiscordgo(api string) {
	discordgo.EndpointAPI = api + "/v" + discordgo.APIVersion + "/"
	discordgo.EndpointGuilds = discordgo.EndpointAPI + "guilds/"
	discordgo.EndpointChannels = discordgo.EndpointAPI + "channels/"
	discordgo.EndpointUsers = discordgo.EndpointAPI + "users/"
	discordgo.EndpointGateway = discordgo.EndpointAPI + "gateway"
	discordgo.EndpointGatewayBot = discordgo.EndpointGateway + "/bot"
	discordgo.EndpointWebhooks = discordgo.EndpointAPI + "webhooks/"
	discordgo.EndpointApplications = discordgo.EndpointAPI + "applications"
	discordgo.EndpointOAuth2 = discordgo.EndpointAPI + "oauth2/"
	discordgo.EndpointOAuth2Applications = discordgo.EndpointOAuth2 + "applications"
}

// collect adds a handler that puts events into a channel.
func collect[E any](s *discordgo.Session) <-chan E {
	c := make(chan E, 100)
	s.AddHandler(func(_ *discordgo.Session, e E) { c <- e })
	return c
}

func TestDiscordgo(t *testing.T) {
	w := start(t)
	pointDiscordgo(w.APIURL)
	s, err := discordgo.New("Bot " + w.BotToken)
	require.NoError(t, err)
	s.Identify.Intents = discordgo.IntentsAll
	readies, guilds, resumes := collect[*discordgo.Ready](s), collect[*discordgo.GuildCreate](s), collect[*discordgo.Resumed](s)
	chunks := collect[*discordgo.GuildMembersChunk](s)
	s.AddHandler(answer)
	require.NoError(t, s.Open())
	defer s.Close()
	guild, channel := w.GuildID.String(), w.ChannelID.String()

	t.Run("sees the guild", func(t *testing.T) {
		ready := <-readies
		require.Equal(t, w.ApplicationID.String(), ready.Application.ID)
		g := <-guilds
		require.Equal(t, guild, g.ID)
		require.False(t, g.Unavailable)
		require.Len(t, g.Channels, len(w.Channels))
		require.Len(t, g.Roles, len(w.Roles))
		require.Len(t, g.Members, len(w.Members))
		require.NoError(t, s.RequestGuildMembers(guild, "", 0, "all", true))
		chunk := <-chunks
		require.Equal(t, "all", chunk.Nonce)
		require.Len(t, chunk.Members, len(w.Members))
	})

	t.Run("answers commands", func(t *testing.T) {
		commands, err := s.ApplicationCommandBulkOverwrite(w.ApplicationID.String(), guild, []*discordgo.ApplicationCommand{
			{Name: "say", Description: "Say something", Options: []*discordgo.ApplicationCommandOption{
				{Type: discordgo.ApplicationCommandOptionString, Name: "what", Description: "What to say", Required: true},
			}},
			{Name: "think", Description: "Think first"},
		})
		require.NoError(t, err)
		require.Len(t, commands, 2)
		ada := w.Ready("say")
		require.Equal(t, "you said hi", ada.Run("/say", sandboxtest.Options{"what": "hi"}).Text())
		require.Equal(t, "thought", ada.Run("/think").Text())
	})

	t.Run("writes and reacts", func(t *testing.T) {
		m, err := s.ChannelMessageSendEmbed(channel, &discordgo.MessageEmbed{Title: "News", Description: "It works", Color: 0x3b82f6})
		require.NoError(t, err)
		edited, err := s.ChannelMessageEdit(channel, m.ID, "changed")
		require.NoError(t, err)
		require.Equal(t, "changed", edited.Content)
		require.NotNil(t, edited.EditedTimestamp)
		require.NoError(t, s.MessageReactionAdd(channel, m.ID, "👍"))
		users, err := s.MessageReactions(channel, m.ID, "👍", 10, "", "")
		require.NoError(t, err)
		require.Equal(t, s.State.User.ID, users[0].ID)
		require.NoError(t, s.MessageReactionRemove(channel, m.ID, "👍", "@me"))
		second, err := s.ChannelMessageSendReply(channel, "a reply", m.Reference())
		require.NoError(t, err)
		require.Equal(t, m.ID, second.MessageReference.MessageID)
		list, err := s.ChannelMessages(channel, 2, "", "", "")
		require.NoError(t, err)
		require.Equal(t, second.ID, list[0].ID)
		require.NoError(t, s.ChannelMessagesBulkDelete(channel, []string{m.ID, second.ID}))
		_, err = s.ChannelMessage(channel, m.ID)
		requireCode(t, err, 10008)
	})

	ken := w.Member("Ken")
	t.Run("moderates", func(t *testing.T) {
		role := w.Role("Regular").String()
		require.NoError(t, s.GuildMemberRoleAdd(guild, ken.ID.String(), role))
		m, err := s.GuildMember(guild, ken.ID.String())
		require.NoError(t, err)
		require.Contains(t, m.Roles, role)
		require.NoError(t, s.GuildMemberRoleRemove(guild, ken.ID.String(), role))
		requireCode(t, s.GuildMemberRoleAdd(guild, ken.ID.String(), w.Role("Admin").String()), 50013)

		until := time.Now().Add(time.Hour)
		require.NoError(t, s.GuildMemberTimeout(guild, ken.ID.String(), &until, discordgo.WithAuditLogReason("too loud")))
		m, err = s.GuildMember(guild, ken.ID.String())
		require.NoError(t, err)
		require.WithinDuration(t, until, *m.CommunicationDisabledUntil, time.Second)
		require.NoError(t, s.GuildMemberTimeout(guild, ken.ID.String(), nil))

		require.NoError(t, s.GuildMemberDeleteWithReason(guild, ken.ID.String(), "go away"))
		_, err = s.GuildMember(guild, ken.ID.String())
		requireCode(t, err, 10007)
		require.NoError(t, s.GuildBanCreateWithReason(guild, ken.ID.String(), "and stay away", 1))
		bans, err := s.GuildBans(guild, 100, "", "")
		require.NoError(t, err)
		require.Equal(t, ken.ID.String(), bans[len(bans)-1].User.ID)
		require.Equal(t, "and stay away", bans[len(bans)-1].Reason)
		require.Error(t, ken.TryJoin())
		require.NoError(t, s.GuildBanDelete(guild, ken.ID.String()))
		_, err = s.GuildBan(guild, ken.ID.String())
		requireCode(t, err, 10026)
		require.NoError(t, ken.TryJoin())

		log, err := s.GuildAuditLog(guild, s.State.User.ID, "", int(discordgo.AuditLogActionMemberKick), 10)
		require.NoError(t, err)
		require.Equal(t, "go away", log.AuditLogEntries[0].Reason)
	})

	t.Run("lists and searches members", func(t *testing.T) {
		first, err := s.GuildMembers(guild, "", 5)
		require.NoError(t, err)
		require.Len(t, first, 5)
		rest, err := s.GuildMembers(guild, first[4].User.ID, 1000)
		require.NoError(t, err)
		require.Len(t, rest, len(w.Members)-5)
		found, err := s.GuildMembersSearch(guild, "gra", 10)
		require.NoError(t, err)
		require.Equal(t, "grace", found[0].User.Username)
	})

	t.Run("writes to people directly", func(t *testing.T) {
		dm, err := s.UserChannelCreate(ken.ID.String())
		require.NoError(t, err)
		_, err = s.ChannelMessageSend(dm.ID, "psst")
		require.NoError(t, err)
		require.Equal(t, "psst", ken.WaitMessage(parse(t, dm.ID), func(m *sandboxtest.Message) bool { return true }).Content)
		ken.TakeDMs(false)
		_, err = s.ChannelMessageSend(dm.ID, "psst again")
		requireCode(t, err, 50007)
		ken.TakeDMs(true)
	})

	t.Run("resumes with what it missed", func(t *testing.T) {
		messages := collect[*discordgo.MessageCreate](s)
		require.Positive(t, w.Disturb("drop"))
		w.Member("Ada").Write(w.ChannelID, "while you were away")
		<-resumes
		for m := range messages {
			if m.Content == "while you were away" {
				break
			}
		}
		require.Empty(t, readies, "it identified instead of resuming")
	})

	t.Run("identifies again on the connection it has", func(t *testing.T) {
		messages := collect[*discordgo.MessageCreate](s)
		require.Positive(t, w.Disturb("invalidate"))
		<-readies
		w.Member("Ada").Write(w.ChannelID, "here again")
		for m := range messages {
			if m.Content == "here again" {
				break
			}
		}
	})

	t.Run("uploads two files", func(t *testing.T) {
		m, err := s.ChannelMessageSendComplex(channel, &discordgo.MessageSend{Content: "two files", Files: []*discordgo.File{
			{Name: "a.txt", Reader: strings.NewReader("first")}, {Name: "b.txt", Reader: strings.NewReader("the second")},
		}})
		require.NoError(t, err)
		require.Len(t, m.Attachments, 2)
		require.Equal(t, "b.txt", m.Attachments[1].Filename)
	})

	t.Run("works in threads", func(t *testing.T) {
		ada := w.Member("Ada")
		ada.GiveRole(w.Person(w.ApplicationID), ada.CreateRoleWith("Helper", wire.ManageWebhooks|wire.ManageThreads))
		messages := collect[*discordgo.MessageCreate](s)
		thread, err := s.ThreadStartComplex(channel, &discordgo.ThreadStart{Name: "Side", Type: discordgo.ChannelTypeGuildPublicThread})
		require.NoError(t, err)
		require.Equal(t, channel, thread.ParentID)
		ada.Write(parse(t, thread.ID), "on the side")
		for m := range messages {
			if m.Content == "on the side" {
				require.Equal(t, thread.ID, m.ChannelID)
				break
			}
		}
		active, err := s.GuildThreadsActive(guild)
		require.NoError(t, err)
		require.Equal(t, thread.ID, active.Threads[0].ID)
		archived := true
		changed, err := s.ChannelEdit(thread.ID, &discordgo.ChannelEdit{Archived: &archived})
		require.NoError(t, err)
		require.True(t, changed.ThreadMetadata.Archived)
	})

	t.Run("posts by webhook", func(t *testing.T) {
		hook, err := s.WebhookCreate(channel, "News", "")
		require.NoError(t, err)
		m, err := s.WebhookExecute(hook.ID, hook.Token, true, &discordgo.WebhookParams{Content: "hear ye", Username: "Herald"})
		require.NoError(t, err)
		require.Equal(t, "Herald", m.Author.Username)
		require.Equal(t, hook.ID, m.WebhookID)
		require.NoError(t, s.WebhookDelete(hook.ID))
	})

	t.Run("keeps rules of AutoMod", func(t *testing.T) {
		blocked := collect[*discordgo.AutoModerationActionExecution](s)
		enabled := true
		rule, err := s.AutoModerationRuleCreate(guild, &discordgo.AutoModerationRule{
			Name: "No spam", EventType: discordgo.AutoModerationEventMessageSend, TriggerType: discordgo.AutoModerationEventTriggerKeyword,
			TriggerMetadata: &discordgo.AutoModerationTriggerMetadata{KeywordFilter: []string{"spamword"}}, Enabled: &enabled,
			Actions: []discordgo.AutoModerationAction{{Type: discordgo.AutoModerationRuleActionBlockMessage}},
		})
		require.NoError(t, err)
		_, err = ken.TryPost(w.ChannelID, sandboxtest.Draft{Content: "spamword"})
		require.ErrorContains(t, err, "200000")
		require.Equal(t, ken.ID.String(), (<-blocked).UserID)
		rules, err := s.AutoModerationRules(guild)
		require.NoError(t, err)
		require.Equal(t, rule.ID, rules[0].ID)
		require.NoError(t, s.AutoModerationRuleDelete(guild, rule.ID))
	})

	t.Run("is told what is wrong", func(t *testing.T) {
		_, err := s.ChannelMessageSendEmbed(channel, &discordgo.MessageEmbed{Title: strings.Repeat("x", 257)})
		requireCode(t, err, 50035)
		_, err = s.ChannelMessageSend(channel, "")
		requireCode(t, err, 50006)
		var options []discordgo.SelectMenuOption
		for i := range 26 {
			options = append(options, discordgo.SelectMenuOption{Label: strconv.Itoa(i), Value: strconv.Itoa(i)})
		}
		_, err = s.ChannelMessageSendComplex(channel, &discordgo.MessageSend{Content: "choose", Components: []discordgo.MessageComponent{
			discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.SelectMenu{CustomID: "s", Options: options}}},
		}})
		requireCode(t, err, 50035)
	})
}

// answer is the bot of the test.
func answer(s *discordgo.Session, i *discordgo.InteractionCreate) {
	if i.Type != discordgo.InteractionApplicationCommand {
		return
	}
	switch data := i.ApplicationCommandData(); data.Name {
	case "say":
		_ = s.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{
			Type: discordgo.InteractionResponseChannelMessageWithSource,
			Data: &discordgo.InteractionResponseData{Content: "you said " + data.Options[0].StringValue()},
		})
	case "think":
		_ = s.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource})
		content := "thought"
		_, _ = s.InteractionResponseEdit(i.Interaction, &discordgo.WebhookEdit{Content: &content})
	}
}

func requireCode(t *testing.T, err error, code int) {
	t.Helper()
	var refused *discordgo.RESTError
	require.ErrorAs(t, err, &refused)
	require.NotNil(t, refused.Message, "%d %s", refused.Response.StatusCode, http.StatusText(refused.Response.StatusCode))
	require.Equal(t, code, refused.Message.Code, "%s", refused.ResponseBody)
}

func parse(t *testing.T, id string) snowflake.ID {
	t.Helper()
	parsed, err := snowflake.Parse(id)
	require.NoError(t, err)
	return parsed
}
