package sandbox_test

import (
	"testing"
	"time"

	"github.com/disgoorg/disgo/bot"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/omit"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func TestDisgoModerates(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	voice, audited := make(chan discord.VoiceState, 8), make(chan discord.AuditLogEntry, 64)
	client := startDisgo(t, w, withGateway(gateway.CompressionZstdStream),
		bot.WithEventListenerFunc(func(e *events.GuildVoiceStateUpdate) { voice <- e.VoiceState }),
		bot.WithEventListenerFunc(func(e *events.GuildAuditLogEntryCreate) { audited <- e.AuditLogEntry }),
	)
	api := client.Rest
	ada, ken, lounge := w.Member("Ada"), w.Member("Ken"), w.Channel("Lounge")
	ada.GiveRole(w.Person(w.ApplicationID), ada.CreateRoleWith("Voice", wire.MoveMembers|wire.MuteMembers))

	_, err := api.UpdateMember(w.GuildID, ken.ID, discord.MemberUpdate{Mute: new(true)})
	require.True(t, rest.IsJSONErrorCode(err, 40032))
	ken.Speak(lounge)
	require.Equal(t, lounge, *(<-voice).ChannelID)
	member, err := api.UpdateMember(w.GuildID, ken.ID, discord.MemberUpdate{Mute: new(true)})
	require.NoError(t, err)
	require.True(t, member.Mute)
	require.True(t, (<-voice).GuildMute)

	until := time.Now().Add(time.Hour)
	paused, err := api.UpdateGuildIncidentActions(w.GuildID, discord.GuildIncidentActionsUpdate{InvitesDisabledUntil: omit.NewPtr(until)})
	require.NoError(t, err)
	require.WithinDuration(t, until, *paused.InvitesDisabledUntil, time.Second)
	counted, err := api.GetGuildPruneCount(w.GuildID, 30, nil)
	require.NoError(t, err)
	pruned, err := api.BeginGuildPrune(w.GuildID, discord.GuildPrune{Days: 30, ComputePruneCount: true}, rest.WithReason("spring"))
	require.NoError(t, err)
	require.Equal(t, counted, pruned)
	require.NoError(t, api.UpdateChannelPositions(w.GuildID, []discord.GuildChannelPositionUpdate{{ID: lounge, Position: omit.NewPtr(3)}}))
	executed := make(chan *events.AutoModerationActionExecution, 8)
	client.EventManager.AddEventListeners(bot.NewListenerFunc(func(e *events.AutoModerationActionExecution) { executed <- e }))
	rule, err := api.CreateAutoModerationRule(w.GuildID, discord.AutoModerationRuleCreate{
		Name: "Words", EventType: discord.AutoModerationEventTypeMessageSend, TriggerType: discord.AutoModerationTriggerTypeKeyword,
		TriggerMetadata: &discord.AutoModerationTriggerMetadata{KeywordFilter: []string{"*spam*"}},
		Actions:         []discord.AutoModerationAction{{Type: discord.AutoModerationActionTypeBlockMessage}},
		Enabled:         new(true),
	})
	require.NoError(t, err)
	_, err = w.Member("Alan").TryPost(w.ChannelID, sandboxtest.Draft{Content: "spammer"})
	require.ErrorContains(t, err, "200000")
	require.Equal(t, rule.ID, (<-executed).RuleID)
	rules, err := api.GetAutoModerationRules(w.GuildID)
	require.NoError(t, err)
	require.Equal(t, []discord.AutoModerationRule{*rule}, rules)
	require.NoError(t, api.DeleteAutoModerationRule(w.GuildID, rule.ID))

	for e := range audited {
		if e.ActionType == discord.AuditLogEventMemberPrune {
			require.Equal(t, "spring", *e.Reason)
			require.Equal(t, "30", *e.Options.DeleteMemberDays)
			break
		}
	}
}
