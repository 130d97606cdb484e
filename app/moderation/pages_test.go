//go:build !race

package moderation_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/moderation"
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
