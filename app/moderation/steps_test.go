//go:build !race

package moderation_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/store"
)

// configure sets one setting of moderation.
func configure(t *testing.T, s *moderation.Service, guild snowflake.ID, name string, value any) {
	t.Helper()
	_, err := s.Configure(t.Context(), moderation.Configure{Guild: guild, Patch: settings.Patch[moderation.Settings]{}.Set(name, value), Actor: store.Actor{Name: "test", Source: store.SourceAPI}})
	require.NoError(t, err)
}

func TestWarningsAddUp(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		configure(t, p.Moderation, p.World.GuildID, "warn_steps", moderation.WarnSteps{
			{Warnings: 2, Action: store.CaseTimeout, DurationSeconds: new(int64(86400))},
			{Warnings: 3, WithinSeconds: new(int64(3600)), Action: store.CaseBan},
		})
		p.ada.EditRole(p.World.Role("Moderator"), map[string]any{"permissions": "1099511627776"}) // MODERATE_MEMBERS alone
		require.NotContains(t, p.grace.Run("/mod warn", options{"member": p.ken.ID}).Text(), "That led to")
		second := p.grace.Run("/mod warn", options{"member": p.ken.ID}).Text()
		require.Contains(t, second, "That led to case #3: Timeout.")
		of := p.cases(t, p.ken)
		require.Len(t, of, 3)
		require.Equal(t, []any{store.CaseTimeout, store.SourceLadder, int64(2), store.CaseDone}, []any{of[2].Action, of[2].Source, *of[2].CausedBy, of[2].State})
		require.Contains(t, of[2].Reason, "2 warnings, the last one is case #2")
		view, _ := p.ada.Look(p.ken)
		require.WithinDuration(t, time.Now().Add(24*time.Hour), view.TimeoutUntil.Time, time.Minute)

		// Looked at again, also by the queue, it is the same case.
		again, err := p.Moderation.Escalate(t.Context(), of[1])
		require.NoError(t, err)
		require.Equal(t, int64(3), again.Case.Number)

		// Grace may warn, not ban: the ban waits for Ada.
		third := p.grace.Run("/mod warn", options{"member": p.ken.ID})
		require.Contains(t, third.Text(), "3 warnings count now, which leads to: Ban.")
		require.Contains(t, third.Buttons(), "Ban")
		require.Contains(t, third.Press("Ban").Text(), "You need the permission")
		require.False(t, p.banned(p.ken))
		c, err := p.Moderation.CarryOutStep(t.Context(), p.World.GuildID, 4, store.Actor{ID: p.ada.ID, Name: "ada", Source: store.SourceCommand})
		require.NoError(t, err)
		require.Equal(t, []any{store.CaseBan, int64(4), p.ada.ID}, []any{c.Action, *c.CausedBy, c.ModeratorID})
		require.True(t, p.banned(p.ken))
		twice, err := p.Moderation.CarryOutStep(t.Context(), p.World.GuildID, 4, store.Actor{ID: p.ada.ID, Name: "ada", Source: store.SourceCommand})
		require.NoError(t, err)
		require.Equal(t, c.Number, twice.Number, "pressed twice it is one ban")
	})
}

// The log channel lets somebody who may carry out what waits, and says afterwards what a warning led to.
func TestTheLogSaysWhatAWarningLedTo(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		p.ada.EditRole(p.World.Role("Moderator"), map[string]any{"permissions": "1099511627776"}) // MODERATE_MEMBERS alone
		configure(t, p.Moderation, p.World.GuildID, "log_channel_id", p.World.ChannelID)
		configure(t, p.Moderation, p.World.GuildID, "warn_steps", moderation.WarnSteps{{Warnings: 2, Action: store.CaseKick}})
		p.act(t, p.request(store.CaseWarn, p.grace, p.ken))
		p.act(t, p.request(store.CaseWarn, p.grace, p.ken))
		waiting := p.ada.WaitMessage(p.World.ChannelID, func(m *sandboxtest.Message) bool { return strings.Contains(m.Text(), "2 warnings count now") })
		require.Contains(t, waiting.Press("Kick").Text(), "Kick · case #3")
		p.ada.WaitMessage(p.World.ChannelID, func(m *sandboxtest.Message) bool {
			return strings.Contains(m.Text(), "That led to case #3: Kick.") && len(m.Buttons()) == 0
		})
	})
}

func TestWhatDoesNotCountDoesNotAddUp(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		configure(t, p.Moderation, p.World.GuildID, "warn_steps", moderation.WarnSteps{{Warnings: 2, Action: store.CaseKick}})
		first := p.act(t, p.request(store.CaseWarn, p.ada, p.ken))
		_, err := p.Moderation.Undo(t.Context(), editing(p.ada, first), "")
		require.NoError(t, err)
		second := p.act(t, p.request(store.CaseWarn, p.ada, p.ken))
		got, err := p.Moderation.Escalate(t.Context(), second)
		require.NoError(t, err)
		require.Nil(t, got.Step, "one warning counts")
		_, err = p.Moderation.CarryOutStep(t.Context(), p.World.GuildID, second.Number, store.Actor{ID: p.ada.ID, Name: "ada", Source: store.SourceCommand})
		require.ErrorContains(t, err, "leads to nothing any more")

		// By the queue alone, as for the API: the third is the second that counts.
		third := p.act(t, p.request(store.CaseWarn, p.ada, p.ken))
		require.Eventually(t, func() bool {
			_, there := p.ada.Look(p.ken)
			return !there
		}, 30*time.Second, 20*time.Millisecond)
		of := p.cases(t, p.ken)
		require.Equal(t, []any{store.CaseKick, third.Number}, []any{of[3].Action, *of[3].CausedBy})

		// Nobody is above the owner, and nothing is repeated for ever.
		p.ada.GiveRole(p.grace, p.ada.CreateRoleWith("Admins", wire.Permissions(discord.PermissionAdministrator)))
		configure(t, p.Moderation, p.World.GuildID, "warn_steps", moderation.WarnSteps{{Warnings: 2, Action: store.CaseTimeout, DurationSeconds: new(int64(60))}})
		p.act(t, p.request(store.CaseWarn, p.ada, p.grace))
		refused, err := p.Moderation.Escalate(context.WithoutCancel(t.Context()), p.act(t, p.request(store.CaseWarn, p.ada, p.grace)))
		require.NoError(t, err)
		require.ErrorContains(t, refused.Refused, "Discord does not time out administrators")
	})
}

func TestTheSettingsOfModeration(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		v := p.Visitor()
		v.SignIn(p.ada, "")
		path := fmt.Sprintf("/admin/guilds/%d/moderation/settings", p.World.GuildID)
		fields := func() url.Values {
			return url.Values{"log_channel_id": {p.World.ChannelID.String()}, "warn_expiry_days": {"30"}, "delete_message_seconds": {"3600"}, "reason_required": {"yes"},
				"notify_warn": {"yes"}, "notify_timeout": {""}, "notify_kick": {""}, "notify_ban": {""}, "notify_softban": {""}, "ephemeral_replies": {""}, "message_ban": {"Out of {server}: {reason}"},
				"step_0_warnings": {"3"}, "step_0_within": {"30d"}, "step_0_action": {"timeout"}, "step_0_duration": {"1d12h"},
				"step_1_warnings": {"5"}, "step_1_action": {"ban"}, "step_1_duration": {"permanent"}}
		}
		wrong := fields()
		wrong.Set("step_0_duration", "soon")
		page := v.Send(path, "#moderation-settings", wrong)
		require.Contains(t, page.Text, "“soon” is not a duration")
		wrong = fields()
		wrong.Set("step_1_warnings", "3")
		require.Contains(t, v.Send(path, "#moderation-settings", wrong).Text, "There are two steps for 3 warnings")
		before, err := p.Moderation.SettingsNow(t.Context(), p.World.GuildID)
		require.NoError(t, err)
		require.Empty(t, before.WarnSteps, "nothing is half saved")

		v.Send(path, "#moderation-settings", fields())
		cfg, err := p.Moderation.SettingsNow(t.Context(), p.World.GuildID)
		require.NoError(t, err)
		require.Equal(t, p.World.ChannelID, *cfg.LogChannelID)
		require.Equal(t, moderation.WarnSteps{
			{Warnings: 3, WithinSeconds: new(int64(2592000)), Action: store.CaseTimeout, DurationSeconds: new(int64(129600))},
			{Warnings: 5, Action: store.CaseBan},
		}, cfg.WarnSteps)
		require.Equal(t, moderation.Notify{Warn: true}, cfg.Notify)
		require.Equal(t, moderation.Messages{store.CaseBan: "Out of {server}: {reason}"}, cfg.Messages)
		require.True(t, cfg.ReasonRequired)
		require.False(t, cfg.EphemeralReplies, "a switch that is off is not sent")
		shown := v.Get(path)
		require.Equal(t, "1d12h", shown.Find("#field-step_0_duration").AttrOr("value", ""))
		require.Contains(t, v.Get(fmt.Sprintf("/admin/guilds/%d/moderation", p.World.GuildID)).Text, "Settings")

		manager := p.Visitor()
		manager.SignIn(p.ken, "")
		require.NotEqual(t, 200, manager.Get(path).StatusCode)

		ask := p.caller(t, "moderation", "config")
		status, text := ask("PATCH", "/config", `{"warn_steps": [{"warnings": 1, "action": "timeout"}]}`)
		require.Equal(t, 422, status, text)
		status, text = ask("PATCH", "/config", `{"warn_steps": [{"warnings": 4, "action": "timeout", "duration_seconds": 60}]}`)
		require.Equal(t, 200, status, text)
		var got struct {
			Steps []map[string]any `json:"warn_steps"`
		}
		require.NoError(t, json.Unmarshal([]byte(text), &got))
		require.Equal(t, []map[string]any{{"warnings": 4.0, "within_seconds": nil, "action": "timeout", "duration_seconds": 60.0, "reason": ""}}, got.Steps)
	})
}
