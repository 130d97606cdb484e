//go:build !race

package moderation_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store"
)

type options = sandboxtest.Options

func TestModeratingByCommands(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		warned := p.ada.Run("/mod warn", options{"member": p.ken.ID, "reason": "Spam in *general*"})
		require.True(t, warned.Ephemeral())
		require.Contains(t, warned.Text(), "Warning · case #1")
		require.Contains(t, warned.Text(), `Reason: Spam in \*general\*`)
		require.Contains(t, warned.Text(), "They were told by direct message.")
		require.Equal(t, []string{"Undo"}, warned.Buttons())

		timedOut := p.ada.Run("/mod timeout", options{"member": p.ken.ID, "duration": "2h", "silent": true})
		require.Contains(t, timedOut.Text(), "Timeout · case #2")
		require.Contains(t, timedOut.Text(), "Ends <t:")
		view, _ := p.ada.Look(p.ken)
		require.WithinDuration(t, time.Now().Add(2*time.Hour), view.TimeoutUntil.Time, time.Minute)
		undone := timedOut.Press("Undo")
		require.Contains(t, undone.Text(), "Case #2 is undone")
		require.Contains(t, undone.Text(), "That is case #3")
		view, _ = p.ada.Look(p.ken)
		require.True(t, view.TimeoutUntil == nil || view.TimeoutUntil.IsZero())
		c := p.cases(t, p.ken)[1]
		require.Equal(t, []any{store.CaseUndone, int64(3), true}, []any{c.State, *c.UndoneBy, c.Resolved})

		require.Contains(t, p.ada.Run("/mod timeout", options{"member": p.ken.ID, "duration": "soon"}).Text(), "“soon” is not a duration")
		banned := p.ada.Run("/mod ban", options{"member": p.linus.ID, "reason": "Scam", "duration": "1w2d", "delete": 3600})
		require.Contains(t, banned.Text(), "Ban · case #4")
		require.True(t, p.banned(p.linus))
		shorter := p.ada.Run("/mod ban", options{"member": p.linus.ID, "duration": "1d"})
		require.Contains(t, shorter.Text(), "They are banned already by case #4")
		require.Contains(t, shorter.Press("Confirm").Text(), "Ban · case #5")
		require.Contains(t, p.ada.Run("/mod unban", options{"member": p.linus.ID}).Text(), "Unban · case #6")
		require.False(t, p.banned(p.linus))

		require.Contains(t, p.ada.Run("/mod note", options{"member": p.ken.ID, "reason": "Watch him"}).Text(), "Note · case #7")
		require.Contains(t, p.ada.Run("/mod reason", options{"number": 1, "reason": "Spam everywhere"}).Text(), "Reason: Spam everywhere")
		require.Contains(t, p.ada.Run("/mod resolve", options{"number": 1}).Text(), "Case #1 is closed")
		shown := p.ada.Run("/mod case", options{"number": 1}).Text()
		require.Contains(t, shown, "Spam everywhere")
		require.Contains(t, shown, `Reason: Spam in \*general\* → Spam everywhere`)
		require.Contains(t, shown, "Resolved: false → true")
		require.Contains(t, p.ada.Run("/mod case", options{"number": 99}).Text(), "There is no case #99")
		history := p.ada.Run("/mod history", options{"member": p.ken.ID}).Text()
		require.Contains(t, history, "4 cases")
		require.Contains(t, history, "**#7** Note")
		require.Contains(t, p.ada.Run("/mod undo", options{"number": 7}).Text(), "Case #7 is undone")
		require.Contains(t, p.ada.Run("/mod undo", options{"number": 6}).Text(), "cannot be taken back")
	})
}

func TestTwoModeratorsAtTheSamePerson(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		p.ada.EditRole(p.World.Role("Moderator"), map[string]any{"permissions": "1099511627782"}) // MODERATE, KICK, BAN
		require.Contains(t, p.grace.Run("/mod warn", options{"member": p.ken.ID}).Text(), "case #1")
		again := p.ada.Run("/mod kick", options{"member": p.ken.ID})
		require.Contains(t, again.Text(), "has just acted on the same person: case #1, warn.")
		require.Equal(t, []string{"Confirm", "Cancel"}, again.Buttons())
		require.Contains(t, again.Press("Cancel").Text(), "Nothing has changed")
		again = p.ada.Run("/mod kick", options{"member": p.ken.ID})
		require.Contains(t, again.Press("Confirm").Text(), "Kick · case #2")
		_, there := p.ada.Look(p.ken)
		require.False(t, there)
	})
}

func TestTheMenuOfAMember(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		p.act(t, p.request(store.CaseNote, p.ada, p.ken))
		card := p.ada.Menu("Moderate", p.ken)
		require.True(t, card.Ephemeral())
		require.Contains(t, card.Text(), "1 case")
		require.Equal(t, []string{"Warn", "Time out", "Kick", "Ban", "Add a note", "All cases"}, card.Buttons())
		form := card.Press("Time out")
		require.NotNil(t, form.Modal)
		require.Contains(t, form.Submit(map[string]string{"Duration": "10m", "Reason": "Loud"}).Text(), "Timeout · case #2")
		require.Contains(t, card.Press("All cases").Text(), "**#2** Timeout")
		banned := card.Press("Ban").Submit(map[string]string{"Reason": "Enough"})
		require.Contains(t, banned.Text(), "Permanent")
	})
}

func TestTemplates(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		save := func(in moderation.Template) (store.CaseTemplate, error) {
			in.Guild, in.Actor = p.World.GuildID, store.Actor{ID: p.ada.ID, Name: "ada", Source: store.SourceDashboard}
			return p.Moderation.SaveTemplate(t.Context(), in)
		}
		forever := p.ada.Run("/mod warn", options{"member": p.linus.ID, "duration": "permanent"})
		require.NotContains(t, forever.Text(), "Counts until")
		require.Contains(t, p.ada.Run("/mod timeout", options{"member": p.linus.ID, "duration": "permanent"}).Text(), "A timeout needs an end")
		spam, err := save(moderation.Template{Name: "Spam", Reason: "Spam in several channels", DurationSeconds: new(int64(3600))})
		require.NoError(t, err)
		_, err = save(moderation.Template{Name: "Raid", Reason: "Part of a raid", Action: new(store.CaseBan), DeleteMessageSeconds: new(int64(86400))})
		require.NoError(t, err)
		_, err = save(moderation.Template{Name: "Spam"})
		require.ErrorContains(t, err, "name_taken")
		_, err = save(moderation.Template{Name: " "})
		require.ErrorContains(t, err, "invalid")

		offered := p.ada.Complete("/mod timeout", "reason", "spam", options{"member": p.ken.ID})
		require.Len(t, offered, 1)
		require.Equal(t, "Spam · Spam in several channels", offered[0].Name)
		require.Len(t, p.ada.Complete("/mod ban", "reason", "", options{"member": p.ken.ID}), 2)
		done := p.ada.Run("/mod timeout", options{"member": p.ken.ID, "reason": "t:" + spam.ID.String()})
		require.Contains(t, done.Text(), "Reason: Spam in several channels")
		require.Contains(t, done.Text(), "Ends <t:")
		c := p.cases(t, p.ken)[0]
		require.Equal(t, int64(3600), *c.DurationSeconds)

		_, err = save(moderation.Template{ID: spam.ID, Name: "Advertising", Reason: "Advertising"})
		require.NoError(t, err)
		require.NoError(t, p.Moderation.DeleteTemplate(t.Context(), p.World.GuildID, spam.ID, store.Actor{ID: p.ada.ID, Name: "ada", Source: store.SourceDashboard}))
		require.Contains(t, p.ada.Run("/mod warn", options{"member": p.ken.ID, "reason": "t:" + spam.ID.String()}).Text(), "There is no such template")
		require.Equal(t, "Spam in several channels", p.cases(t, p.ken)[0].Reason, "a case keeps the words")
	})
}
