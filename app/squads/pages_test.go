// Pages take several times as long under the race detector, for code that runs one thing at a time.
//go:build !race

package squads_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/squads"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// dashboard is the program with the browser of the guild's owner.
type dashboard struct {
	program
	*apptest.Visitor
	tab string
}

func eachDashboard(t *testing.T, test func(t *testing.T, d dashboard)) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		p := apptest.Start(t, db)
		d := dashboard{program{p}, p.Visitor(), "/admin/guilds/" + p.World.GuildID.String() + "/squads"}
		d.SignIn(p.World.Member("Ada"), "")
		test(t, d)
	})
}

// fill sends the form of a page below the tab.
func (d dashboard) fill(path string, values map[string]string) *apptest.Page {
	form := url.Values{}
	for name, value := range values {
		form[name] = []string{value}
	}
	return d.Send(d.tab+path, "#page .card form", form)
}

// push sends what a button of the list sends.
func (d dashboard) push(name, value string, headers ...string) *apptest.Page {
	form := url.Values{"csrf": {d.Token()}, name: {value}}
	d.Get(d.tab).Find(`input[form="squads-form"][name="id"]`).Each(func(_ int, id *goquery.Selection) {
		form.Add("id", id.AttrOr("value", ""))
	})
	return d.Post(d.tab, form, headers...)
}

func (d dashboard) names() []string {
	return d.Get(d.tab).Find(".squad-name a").Map(func(_ int, a *goquery.Selection) string { return a.Text() })
}

func TestSquadsAreManagedOnTheDashboard(t *testing.T) {
	eachDashboard(t, func(t *testing.T, d dashboard) {
		page := d.Get(d.tab)
		require.Contains(t, page.Find(".empty").Text(), "No squads yet")
		require.Equal(t, "Squads", strings.TrimSpace(page.Find(`.tabs a[aria-current="page"]`).Text()))

		form := d.Get(d.tab + "/new")
		gophers := d.World.Role("Gophers").String()
		require.Equal(t, "#22d3ee", form.Find(`input[value="`+gophers+`"]`).Parent().Find("circle").AttrOr("fill", ""))
		require.Equal(t, 3, form.Find(`input[name="role_id"][disabled]`).Length(), "the bot's own role belongs to an integration, and two have power")
		require.Contains(t, form.Find(`input[value="`+d.World.Role("Admin").String()+`"]`).Parent().Text(), "has permissions that the bot")

		refused := d.fill("/new", map[string]string{"name": " ", "join_cost": "-1", "switch_cost": "many", "max_members": "0", "description": "kept"})
		require.Equal(t, http.StatusUnprocessableEntity, refused.StatusCode)
		for _, field := range []string{"name", "join_cost", "switch_cost", "max_members"} {
			require.NotEmpty(t, refused.Find("#error-"+field).Text(), field)
		}
		require.Contains(t, refused.Find(`fieldset [role="alert"]`).Text(), "Choose the role")
		require.Equal(t, "kept", refused.Find("textarea").Text(), "what was typed stays")

		made := d.fill("/new", map[string]string{"name": "Gophers", "role_id": gophers, "join_cost": "1,000", "max_members": "25"})
		require.Equal(t, http.StatusSeeOther, made.StatusCode, made.Text)
		page = d.Get(made.Header.Get("Location"))
		require.Contains(t, page.Find("#toasts").Text(), "Gophers was created")
		row := page.Find(".squad").Text()
		for _, says := range []string{"Gophers", "0 members of at most 25", "Joining costs 1,000 bytes, switching from another squad costs 50 bytes"} {
			require.Contains(t, strings.Join(strings.Fields(row), " "), says)
		}
		require.Contains(t, d.Get(d.tab+"/new").Find(`input[value="`+gophers+`"]`).Parent().Text(), "used by Gophers")
		taken := d.fill("/new", map[string]string{"name": "Others", "role_id": gophers})
		require.Contains(t, taken.Find(".alert").Text(), "a role can belong to only one")

		id := page.Find(`.squad input[name="id"]`).AttrOr("value", "")
		d.Clock.Pass(time.Second)
		edited := d.fill("/"+id+"/edit", map[string]string{"name": "Go & friends", "max_members": "", "is_active": "yes"})
		require.Equal(t, http.StatusSeeOther, edited.StatusCode, edited.Text)
		q, err := d.Store.Squads(t.Context(), d.World.GuildID)
		require.NoError(t, err)
		require.Equal(t, []any{"Go & friends", (*int64)(nil), int64(1000), true}, []any{q[0].Name, q[0].MaxMembers, q[0].JoinCost, q[0].Active})
		stale := d.fill("/"+id+"/edit", map[string]string{"name": "Late", "version": "1"})
		require.Equal(t, http.StatusUnprocessableEntity, stale.StatusCode)
		require.Contains(t, stale.Find(".alert").Text(), "Somebody else changed this squad")
		require.Equal(t, "2", stale.Find(`input[name="version"]`).AttrOr("value", ""))
		require.Equal(t, http.StatusNotFound, d.Get(d.tab+"/019a0000-0000-7000-8000-000000000001/edit").StatusCode)

		entries, err := d.Store.AuditEntries(t.Context(), d.World.GuildID, nil, 1)
		require.NoError(t, err)
		require.Equal(t, []any{"squad.update", "Ada"}, []any{entries[0].Action, entries[0].Actor.Name})
		back := d.Post("/admin/guilds/"+d.World.GuildID.String()+"/audit/"+entries[0].ID.String()+"/revert", url.Values{"csrf": {d.Token()}})
		require.Equal(t, http.StatusSeeOther, back.StatusCode, back.Text)
		require.Equal(t, []string{"Gophers"}, d.names(), "a change can be taken back")
	})
}

func TestTheOrderAndTheStateAreChangedInTheList(t *testing.T) {
	eachDashboard(t, func(t *testing.T, d dashboard) {
		a, b, c := d.squad(t, "Gophers"), d.squad(t, "Pythonistas"), d.squad(t, "Rustaceans")
		require.Equal(t, http.StatusSeeOther, d.push("up", c.ID.String()).StatusCode)
		require.Equal(t, []string{"Gophers", "Rustaceans", "Pythonistas"}, d.names())
		part := d.push("down", a.ID.String(), "HX-Request", "true", "HX-Target", "squads")
		require.Equal(t, http.StatusOK, part.StatusCode)
		require.Equal(t, "Gophers is now 2 of 3.", part.Find(`[role="status"]`).Text(), "said to those who do not see it")
		require.Equal(t, 1, part.Find("#down-"+a.ID.String()).Length(), "the button that has the focus is there again")
		require.Equal(t, []string{"Rustaceans", "Gophers", "Pythonistas"}, d.names())

		dragged := d.Post(d.tab, url.Values{"csrf": {d.Token()}, "id": {b.ID.String(), c.ID.String(), a.ID.String()}})
		require.Equal(t, http.StatusSeeOther, dragged.StatusCode)
		require.Equal(t, []string{"Pythonistas", "Rustaceans", "Gophers"}, d.names())
		late := d.Post(d.tab, url.Values{"csrf": {d.Token()}, "id": {b.ID.String(), c.ID.String()}})
		require.Equal(t, http.StatusUnprocessableEntity, late.StatusCode)
		require.Contains(t, late.Find(".alert").Text(), "not exactly the squads")

		d.push("deactivate", b.ID.String())
		require.Contains(t, d.Get(d.tab).Find("#squad-"+b.ID.String()).Text(), "inactive")
		d.push("activate", b.ID.String())
		require.NotContains(t, d.Get(d.tab).Find("#squad-"+b.ID.String()).Text(), "inactive")

		require.NoError(t, d.Squads.LoseRole(t.Context(), d.World.GuildID, a.RoleID))
		require.Contains(t, d.Get(d.tab).Find("#squad-"+a.ID.String()).Text(), "Its role was deleted in Discord")
		gone := d.push("activate", c.ID.String())
		require.Equal(t, http.StatusSeeOther, gone.StatusCode)
		require.Contains(t, d.Get(d.tab+"/"+d.squadOn(t, "Lofty", d.above()).ID.String()).Text, "The bot cannot assign its role")
	})
}

func TestMembersAreSeenCountedAndRemoved(t *testing.T) {
	eachDashboard(t, func(t *testing.T, d dashboard) {
		q := d.squad(t, "Gophers", costs(10, 50))
		ken := d.World.Member("Ken")
		require.Contains(t, d.Get(d.tab+"/"+q.ID.String()).Find(".empty").Text(), "No members yet")
		events := d.Stream("/admin/guilds/" + d.World.GuildID.String() + "/events")
		_, err := d.Squads.Join(t.Context(), squads.Join{Guild: d.World.GuildID, User: ken.ID, Squad: q.ID, Name: "Ken"})
		require.NoError(t, err)
		for line := ""; !strings.HasPrefix(line, "event: membership-changed"); {
			line, err = events.ReadString('\n')
			require.NoError(t, err)
		}
		list := d.Get(d.tab)
		require.Contains(t, list.Find("[data-live]").AttrOr("hx-trigger", ""), "sse:membership-changed")
		counts := d.Get(list.Find("[data-live]").AttrOr("hx-get", ""), "HX-Request", "true")
		require.Equal(t, "1 member", counts.Find("#count-"+q.ID.String()+"[hx-swap-oob]").Text(), "the count alone is shown again")

		members := d.Get(d.tab + "/" + q.ID.String())
		require.Contains(t, members.Find("tbody tr").Text(), "Ken")
		require.Contains(t, members.Find("tbody tr").Text(), "10 bytes")
		csv := d.Get(d.tab + "/" + q.ID.String() + "/members.csv")
		require.Contains(t, csv.Text, ken.ID.String())
		person := d.Get("/admin/users/" + ken.ID.String())
		require.Contains(t, person.Find("#part-squads").Text(), "Gophers")

		removed := d.Post(d.tab+"/"+q.ID.String()+"/remove", url.Values{"csrf": {d.Token()}, "user_id": {ken.ID.String()}})
		require.Equal(t, http.StatusSeeOther, removed.StatusCode, removed.Text)
		require.Contains(t, d.Get(removed.Header.Get("Location")).Find("#toasts").Text(), "Ken is no longer in Gophers")
		again := d.Post(d.tab+"/"+q.ID.String()+"/remove", url.Values{"csrf": {d.Token()}, "user_id": {ken.ID.String()}})
		require.Equal(t, http.StatusUnprocessableEntity, again.StatusCode)
		require.Contains(t, d.Get("/admin/users/"+ken.ID.String()).Find("#part-squads").Text(), "removed by an admin")

		for user := range 60 {
			d.Clock.Pass(time.Second)
			_, err := d.Squads.Join(t.Context(), squads.Join{Guild: d.World.GuildID, User: ken.ID + 1000 + snowflake.ID(user), Squad: q.ID})
			require.NoError(t, err)
		}
		first := d.Get(d.tab + "/" + q.ID.String())
		require.Equal(t, 50, first.Find("tbody tr").Length())
		next := d.Get(first.Find(`a[rel="next"]`).AttrOr("href", ""))
		require.Equal(t, 10, next.Find("tbody tr").Length())

		question := d.Get(d.tab + "/" + q.ID.String() + "/delete")
		for _, says := range []string{"60 members leave the squad", "They lose the squad’s role", "Fees are not refunded"} {
			require.Contains(t, question.Find("#squad-delete").Text(), says)
		}
		deleted := d.fill("/"+q.ID.String()+"/delete", nil)
		require.Equal(t, http.StatusSeeOther, deleted.StatusCode, deleted.Text)
		require.Contains(t, d.Get(deleted.Header.Get("Location")).Find("#toasts").Text(), "is being removed from 60 members")
		require.Contains(t, d.Get("/admin/users/"+ken.ID.String()).Find("#part-squads").Text(), "Gophers", "the history keeps its name")
		require.Equal(t, http.StatusNotFound, d.Get(fmt.Sprint(d.tab, "/", q.ID)).StatusCode)
	})
}
