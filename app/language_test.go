//go:build !race

package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/squads"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// Somebody whose Discord speaks German is answered in German throughout: commands, buttons, menus, forms,
// refusals and questions. Whoever else writes to the same bot is not.
func TestAConversationInGerman(t *testing.T) {
	t.Parallel()
	p := apptest.Start(t, storetest.NewSQLite(t))
	ken, ada := p.World.Member("Ken"), p.World.Member("Ada")
	ken.UseLanguage("de")
	role := p.World.Role("Gophers")
	_, err := p.Squads.Create(t.Context(), squads.Create{Guild: p.World.GuildID, Actor: store.Actor{Source: store.SourceCommand}, By: access.AsOwner(),
		Details: squads.Details{Name: new("Gophers"), RoleID: &role}})
	require.NoError(t, err)

	require.Contains(t, ken.Run("/bytes balance").Text(), "110 Bytes")
	require.Contains(t, ada.Run("/bytes balance").Text(), "110 bytes")
	require.Contains(t, ken.Run("/bytes daily").Text(), "schon abgeholt")
	require.Contains(t, ken.Run("/bytes send", options{"member": ada.ID, "amount": "nichts"}).Text(), "„nichts“ ist kein Betrag")
	require.Contains(t, ken.Run("/bytes send", options{"member": ada.ID, "amount": "900"}).Text(), "Du hast 110 Bytes; nötig sind 900 Bytes.")

	question := ken.Run("/bytes send", options{"member": ada.ID, "amount": "105"})
	require.Contains(t, question.Text(), "Bitte bestätigen")
	require.Equal(t, []string{"Bestätigen", "Abbrechen"}, question.Buttons())
	require.Contains(t, question.Press("Abbrechen").Text(), "Es wurde nichts gesendet")
	again := ken.Run("/bytes send", options{"member": ada.ID, "amount": "105"})
	p.Clock.Pass(2 * time.Minute)
	require.Contains(t, again.Press("Bestätigen").Text(), "Die Zeit zum Bestätigen ist abgelaufen")
	done := ken.Run("/bytes send", options{"member": ada.ID, "amount": "105"}).Press("Bestätigen")
	require.Contains(t, done.Text(), "Bytes gesendet")
	require.Contains(t, done.Next().Text(), "hat **105 Bytes** an")

	form := ken.Menu("Send Bytes", ada)
	require.Equal(t, "Bytes an Ada senden", form.Modal.Title)
	require.Contains(t, form.Submit(map[string]string{"amount": "lots"}).Text(), "ist kein Betrag")

	menu := ken.Run("/squads join")
	require.Contains(t, menu.Text(), "Welcher Squad?")
	joining := menu.Select("", "Gophers")
	require.Contains(t, joining.Text(), "**Gophers** beitreten?")
	require.Contains(t, joining.Press("Bestätigen").Text(), "Du bist jetzt in **Gophers**")
	require.Contains(t, ken.Run("/squads leave").Press("Bestätigen").Text(), "Du hast den Squad verlassen")
	require.Contains(t, ken.Run("/squads leave").Text(), "Du bist in keinem Squad")
	require.Contains(t, ada.Run("/squads leave").Text(), "You are not in a squad")
}

// What the bot says by itself is in the language that the server has chosen, whatever the moderator speaks.
func TestWhatTheBotSaysByItselfIsInTheServersLanguage(t *testing.T) {
	t.Parallel()
	world := sandboxtest.Start(t)
	ada, ken := world.Member("Ada"), world.Member("Ken")
	ada.SetGuildLocale("de")
	p := apptest.Join(t, world, storetest.NewSQLite(t))
	_, err := p.Moderation.Act(t.Context(), moderation.ActRequest{
		Guild: world.GuildID, Action: store.CaseWarn, User: ken.ID, Reason: "spam",
		Actor: store.Actor{ID: ada.ID, Name: "Ada", Source: store.SourceCommand}, By: access.AsMember(ada.ID),
	})
	require.NoError(t, err)
	ken.WaitMessage(ken.Direct(), func(m *sandboxtest.Message) bool { return strings.Contains(m.Text(), "Du wurdest auf") })
}
