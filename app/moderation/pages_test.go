//go:build !race

package moderation_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/store"
)

func TestCasesOnTheDashboard(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		v := p.Visitor()
		v.SignIn(p.ada, "")
		tab := fmt.Sprintf("/admin/guilds/%d/moderation", p.World.GuildID)
		require.Contains(t, v.Get(tab).Text, "No cases yet")
		warn := p.request(store.CaseWarn, p.ada, p.ken)
		warn.Reason = "Spam & <b>more</b>"
		c := p.act(t, warn)
		p.act(t, p.request(store.CaseNote, p.ada, p.ken))
		_, err := p.Moderation.Edit(t.Context(), editing(p.ada, c), moderation.Edit{Reason: new("Spam & <b>lots</b>")})
		require.NoError(t, err)
		text := v.Get(tab).Find("#cases").Text()
		require.Contains(t, text, "#1 · Warning")
		require.Contains(t, text, "#2 · Note")
		require.Contains(t, text, "<b>lots</b>", "what people wrote is text")
		require.NotContains(t, v.Get(tab+"?q=lots").Find("#cases").Text(), "#2 · Note")
		require.Contains(t, v.Get(tab+"?q=nothing").Text, "No case found")
		page := v.Get(tab + "/cases/1")
		require.Contains(t, page.Find("#case").Text(), "Spam & <b>lots</b>")
		require.Contains(t, page.Text, "#2 · Note")
		require.Contains(t, page.Text, "Other cases of the same person")
		require.Equal(t, http.StatusNotFound, v.Get(tab+"/cases/99").StatusCode)
		require.Equal(t, http.StatusNotFound, v.Get(tab+"?before=x").StatusCode)
		stranger := p.Visitor()
		stranger.SignIn(p.ken, "")
		require.NotEqual(t, http.StatusOK, stranger.Get(tab).StatusCode)
	})
}

// A case is changed, closed and taken back on its page, by who has the right to it.
func TestACaseIsChangedOnItsPage(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		timeout := p.request(store.CaseTimeout, p.ada, p.ken)
		timeout.Duration = time.Hour
		p.act(t, timeout)
		manager := p.World.Member("Linus")
		p.ada.GiveRole(manager, p.ada.CreateRoleWith("Managers", wire.Permissions(discord.PermissionManageGuild)))
		page := fmt.Sprintf("/admin/guilds/%d/moderation/cases/1", p.World.GuildID)
		press := func(v *apptest.Visitor, do string, fields url.Values) *apptest.Page {
			if fields == nil {
				fields = url.Values{}
			}
			fields.Set("do", do)
			return v.Send(page, "#case-edit", fields)
		}
		other := p.Visitor()
		other.SignIn(manager, "")
		require.Contains(t, other.Get(page).Text, "Lift the timeout")
		require.Contains(t, press(other, "undo", nil).Text, "You need the permission", "who manages the server may not lift timeouts for that")
		member, _ := p.ken.Look(p.ken)
		require.NotNil(t, member.TimeoutUntil)

		v := p.Visitor()
		v.SignIn(p.ada, "")
		require.Contains(t, press(v, "reason", url.Values{"reason": {strings.Repeat("x", 501)}}).Text, "A reason can have at most 500 characters")
		press(v, "reason", url.Values{"reason": {"  Spam & more "}})
		require.Contains(t, v.Get(page).Find("#case table").Text(), "ReasonSpam & more")
		press(v, "close", nil)
		c, err := p.Moderation.Get(t.Context(), p.World.GuildID, 1)
		require.NoError(t, err)
		require.Equal(t, "Spam & more", c.Reason)
		require.True(t, c.Resolved)
		press(v, "open", nil)
		press(v, "undo", nil)
		c, err = p.Moderation.Get(t.Context(), p.World.GuildID, 1)
		require.NoError(t, err)
		require.Equal(t, store.CaseUndone, c.State)
		member, _ = p.ken.Look(p.ken)
		require.Nil(t, member.TimeoutUntil)
		require.NotContains(t, v.Get(page).Text, "Lift the timeout")
		require.Equal(t, http.StatusNotFound, press(v, "explode", nil).StatusCode)
	})
}
