package app_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/go-chi/chi/v5"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// dashboard is a program with the role web beside a world of two guilds: North belongs to Ada, and
// Dennis manages it by a role; South belongs to Grace. Ken is a member of both, Radia administers
// the installation and is in neither.
type dashboard struct {
	*apptest.Program
	north, south            snowflake.ID
	ada, dennis, grace, ken *sandboxtest.Person
	radia                   *sandboxtest.Person
	admin                   snowflake.ID // the role that Dennis manages by
}

func twoGuilds() sandbox.World {
	roles := []seed.Role{
		{Name: "Regular", Color: "#38bdf8"},
		{Name: "Smarter Dev", Bot: true, Permissions: []string{"VIEW_CHANNEL", "SEND_MESSAGES", "MANAGE_ROLES"}},
		{Name: "Managers", Color: "#f97316", Permissions: []string{"MANAGE_GUILD"}},
	}
	channels := []seed.Channel{{Name: "general"}}
	return sandbox.World{Guilds: seed.Guilds{Listed: []seed.Guild{
		{Name: "North", Roles: roles, Channels: channels, Members: []seed.Member{
			{Name: "Ada", Owner: true}, {Name: "Dennis", Roles: []string{"Managers"}}, {Name: "Ken"},
		}},
		{Name: "South", Roles: roles, Channels: channels, Members: []seed.Member{{Name: "Grace", Owner: true}, {Name: "Ken"}}},
	}}}
}

func openDashboard(t *testing.T, change ...func(*app.Setup)) *dashboard {
	t.Helper()
	world := sandboxtest.Start(t, sandbox.Config{World: twoGuilds()})
	radia := world.Newcomer(sandboxtest.Newcomer{Username: "radia", Name: "Radia"})
	change = append([]func(*app.Setup){func(s *app.Setup) {
		s.Roles = app.RoleWeb
		s.Config.AdminDiscordIDs = []snowflake.ID{radia.ID}
	}}, change...)
	d := &dashboard{Program: apptest.Join(t, world, storetest.NewSQLite(t), change...), radia: radia}
	d.north, d.south = world.Guilds[0].ID, world.Guilds[1].ID
	d.ada, d.dennis, d.ken, d.admin = world.Member("Ada"), world.Member("Dennis"), world.Member("Ken"), world.Role("Managers")
	d.grace = world.Person(d.ownerOf(t, d.south))
	return d
}

// ownerOf asks the program, which asks Discord.
func (d *dashboard) ownerOf(t *testing.T, guild snowflake.ID) snowflake.ID {
	t.Helper()
	g, err := d.Guilds.Guild(t.Context(), guild)
	require.NoError(t, err)
	return g.OwnerID
}

// as is a browser in which someone has signed in.
func (d *dashboard) as(who *sandboxtest.Person) *apptest.Visitor {
	v := d.Visitor()
	v.SignIn(who, "")
	return v
}

func (d *dashboard) guild(id snowflake.ID, below string) string {
	return "/admin/guilds/" + id.String() + below
}

func (d *dashboard) actions(t *testing.T, guild snowflake.ID) []string {
	t.Helper()
	entries, err := d.Store.AuditEntries(t.Context(), guild, nil, 100)
	require.NoError(t, err)
	var actions []string
	for _, e := range slices.Backward(entries) {
		actions = append(actions, e.Action)
	}
	return actions
}

func TestAManagerSeesTheirGuildAlone(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v := d.Visitor()

	page := v.Get(d.guild(d.north, "/bytes?a=1"))
	require.Equal(t, http.StatusSeeOther, page.StatusCode)
	login := page.Header.Get("Location")
	require.Equal(t, "/admin/login?next="+url.QueryEscape(d.guild(d.north, "/bytes?a=1")), login)
	page = v.Get(login)
	require.Equal(t, http.StatusOK, page.StatusCode)
	require.Zero(t, page.Find("form").Length(), "a name alone signs nobody in")
	start := page.Find("a.btn-discord").AttrOr("href", "")
	require.Contains(t, start, "/admin/oauth/start?next=")

	page = v.SignIn(d.dennis, d.guild(d.north, "/bytes?a=1"))
	require.Equal(t, d.guild(d.north, "/bytes?a=1"), page.Header.Get("Location"))
	cookies := page.Cookies()
	require.Len(t, cookies, 1)
	require.True(t, cookies[0].HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, cookies[0].SameSite)

	page = v.Get("/admin/guilds")
	require.Equal(t, 1, page.Find("tbody tr").Length())
	require.Contains(t, page.Find("tbody").Text(), "North")
	require.NotContains(t, page.Text, "South")
	require.Equal(t, "no-store", page.Header.Get("Cache-Control"))
	require.Equal(t, http.StatusOK, v.Get(d.guild(d.north, "")).StatusCode)

	foreign, unknown := v.Get(d.guild(d.south, "")), v.Get(d.guild(123456, ""))
	require.Equal(t, http.StatusNotFound, foreign.StatusCode)
	require.Equal(t, http.StatusNotFound, unknown.StatusCode)
	require.Equal(t, unknown.Find("main").Find("p").First().Text(), foreign.Find("main").Find("p").First().Text(), "the two cannot be told apart")
	require.Equal(t, http.StatusForbidden, v.Get("/admin/settings").StatusCode)
	require.NotContains(t, v.Get("/admin").Find("aside").Text(), "Settings")

	owner, nobody, admin := d.as(d.ada), d.as(d.ken), d.as(d.radia)
	require.Equal(t, http.StatusOK, owner.Get(d.guild(d.north, "")).StatusCode, "an owner needs no role")
	require.Contains(t, nobody.Get("/admin/guilds").Find(".empty").Text(), "Manage Server")
	require.Equal(t, http.StatusNotFound, nobody.Get(d.guild(d.north, "")).StatusCode)
	require.Equal(t, 2, admin.Get("/admin/guilds").Find("tbody tr").Length())
	require.Equal(t, http.StatusOK, admin.Get("/admin/settings/system").StatusCode)

	require.Equal(t, []string{"sign_in", "sign_in", "sign_in", "sign_in"}, d.actions(t, 0))
}

func TestSigningOutEndsTheSession(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	here, there, other := d.as(d.dennis), d.as(d.dennis), d.as(d.ada)

	page := here.Post("/admin/logout", url.Values{"csrf": {here.Token()}})
	require.Equal(t, http.StatusSeeOther, page.StatusCode)
	require.Equal(t, "/", page.Header.Get("Location"))
	require.Equal(t, "/admin/login", here.Get("/admin").Header.Get("Location"))
	require.Equal(t, http.StatusOK, there.Get("/admin").StatusCode)

	here.SignIn(d.dennis, "")
	require.Equal(t, "/", here.Post("/admin/logout", url.Values{"csrf": {here.Token()}, "everywhere": {"yes"}}).Header.Get("Location"))
	require.Equal(t, "/admin/login", there.Get("/admin").Header.Get("Location"))
	require.Equal(t, http.StatusOK, other.Get("/admin").StatusCode)
	require.Contains(t, d.actions(t, 0), "sign_out")
	require.Contains(t, d.actions(t, 0), "sign_out.everywhere")
}

func TestForgedSignInsAreRefused(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	refused := func(v *apptest.Visitor, callback string) {
		t.Helper()
		page := v.Get(callback)
		require.Equal(t, "/admin/login", page.Header.Get("Location"), page.Text)
		require.NotEmpty(t, v.Get("/admin/login").Find(".alert").Text(), "the person is told why")
		require.Equal(t, "/admin/login", v.Get("/admin").Header.Get("Location"))
	}
	v := d.Visitor()
	refused(v, "/admin/oauth/callback?code=x&state=y") // nobody asked for it

	back := v.Ask(d.dennis, "")
	forged := *back
	query := forged.Query()
	query.Set("state", "another")
	forged.RawQuery = query.Encode()
	refused(v, forged.RequestURI())
	refused(v, back.RequestURI()) // its state was used up by the forged one

	back = v.Ask(d.dennis, "")
	refused(d.Visitor(), back.RequestURI()) // another browser's
	require.Equal(t, "/admin", v.Get(back.RequestURI()).Header.Get("Location"))
	victim := d.as(d.ada)
	victim.Get(back.RequestURI()) // a replay changes nobody's session
	require.Contains(t, victim.Get("/admin").Find(".me-name").Text(), "Ada")

	v = d.Visitor()
	back = v.Ask(d.dennis, "")
	query = back.Query()
	query.Set("code", "not-"+query.Get("code"))
	refused(v, "/admin/oauth/callback?"+query.Encode())
	back = v.Ask(d.dennis, "")
	refused(v, "/admin/oauth/callback?error=access_denied&state="+back.Query().Get("state"))
	require.Contains(t, d.actions(t, 0), "sign_in.refused")
}

func TestTooManySignInsAreRefused(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v := d.Visitor()
	var last *apptest.Page
	for range 30 {
		if last = v.Get("/admin/oauth/start"); last.StatusCode == http.StatusTooManyRequests {
			break
		}
	}
	require.Equal(t, http.StatusTooManyRequests, last.StatusCode)
	require.NotEmpty(t, last.Header.Get("Retry-After"))
}

func TestRightsFollowDiscordWithinAMinute(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v := d.as(d.dennis)
	token := v.Token()
	settings := d.guild(d.north, "/bytes")
	require.Equal(t, http.StatusOK, v.Get(settings).StatusCode)

	d.ada.TakeRole(d.dennis, d.admin)
	d.Clock.Pass(61 * time.Second)
	require.Equal(t, http.StatusNotFound, v.Post(settings, url.Values{"csrf": {token}, "version": {"0"}}).StatusCode)
	require.Equal(t, http.StatusNotFound, v.Get(settings).StatusCode)
	require.Equal(t, http.StatusNotFound, v.Get(d.guild(d.north, "/events")).StatusCode)

	d.ada.GiveRole(d.dennis, d.admin)
	d.Clock.Pass(61 * time.Second)
	require.Equal(t, http.StatusOK, v.Get(settings).StatusCode)
}

func TestPagesStayWhileDiscordIsGoneAndWritesWait(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v := d.as(d.dennis)
	token := v.Token()
	settings := d.guild(d.north, "/bytes")
	require.Equal(t, http.StatusOK, v.Get(settings).StatusCode)

	d.World.Fault(faults.Rule{Kind: faults.Offline})
	d.Clock.Pass(61 * time.Second)
	page := v.Get(settings)
	require.Equal(t, http.StatusOK, page.StatusCode, page.Text)
	page = v.Post(settings, url.Values{"csrf": {token}, "version": {"0"}})
	require.Equal(t, http.StatusServiceUnavailable, page.StatusCode)
	require.NotEmpty(t, page.Header.Get("Retry-After"))
	require.Contains(t, page.Find("main").Text(), "Nothing was changed")
	d.Clock.Pass(15 * time.Minute)
	require.Equal(t, http.StatusServiceUnavailable, v.Get(settings).StatusCode)
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v := d.as(d.dennis)
	path, token := d.guild(d.north, "/bytes/adjust"), v.Token()
	form := func(token string) url.Values {
		return url.Values{"csrf": {token}, "user_id": {d.ken.ID.String()}, "amount": {"50"}, "reason": {"x"}}
	}
	for name, page := range map[string]*apptest.Page{
		"cross-site":        v.Do(http.MethodPost, path, form(token), "Sec-Fetch-Site", "cross-site"),
		"same-site":         v.Do(http.MethodPost, path, form(token), "Sec-Fetch-Site", "same-site"),
		"foreign origin":    v.Do(http.MethodPost, path, form(token), "Origin", "https://evil.example"),
		"no token":          v.Post(path, form("")),
		"token of another":  v.Post(path, form(d.as(d.ada).Token())),
		"silent, no token":  v.Do(http.MethodPost, path, form("")),
		"header of another": v.Do(http.MethodPost, path, form(""), "X-CSRF-Token", "nonsense"),
	} {
		require.Equal(t, http.StatusForbidden, page.StatusCode, name)
		require.Contains(t, page.Find("main").Text(), "nothing was done", name)
	}
	_, err := d.Store.Balance(t.Context(), d.north, d.ken.ID)
	require.ErrorIs(t, err, store.ErrNotFound)
	require.Equal(t, http.StatusSeeOther, v.Post(path, form(token)).StatusCode)
	b, err := d.Store.Balance(t.Context(), d.north, d.ken.ID)
	require.NoError(t, err)
	require.EqualValues(t, 150, b.Balance)
}

func TestSettingsAreSavedRefusedAndReverted(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v := d.as(d.dennis)
	path := d.guild(d.north, "/bytes")
	regular := d.World.Role("Regular")

	refused := v.Send(path, "#page form", url.Values{"daily_amount": {"999999"}, "max_transfer": {"lots"}, "tier_1_days": {""}, "new_role": {regular.String()}})
	require.Equal(t, http.StatusUnprocessableEntity, refused.StatusCode)
	require.Equal(t, "999999", refused.Find("#field-daily_amount").AttrOr("value", ""), "what was typed is kept")
	require.Equal(t, "lots", refused.Find("#field-max_transfer").AttrOr("value", ""))
	require.Equal(t, "true", refused.Find("#field-max_transfer").AttrOr("aria-invalid", ""))
	require.NotEmpty(t, refused.Find("#error-max_transfer").Text())
	require.NotEmpty(t, refused.Find("#error-new_received").Text())

	stale := v.Get(path)
	saved := v.Send(path, "#page form", url.Values{"daily_amount": {"25"}, "daily_on_message": {}, "new_role": {regular.String()}, "new_received": {"500"}})
	require.Equal(t, http.StatusSeeOther, saved.StatusCode, saved.Text)
	require.Contains(t, v.Get(path).Find("#toasts .toast").Text(), "saved")
	require.Zero(t, v.Get(path).Find("#toasts .toast").Length(), "it is said once")
	cfg, err := d.Economy.Settings(t.Context(), d.north)
	require.NoError(t, err)
	require.EqualValues(t, 25, cfg.DailyAmount)
	require.False(t, cfg.DailyOnMessage)
	require.Equal(t, map[snowflake.ID]int64{regular: 500}, cfg.RoleRewards)
	require.Equal(t, map[int]int64{8: 2, 16: 4, 32: 8, 64: 16}, cfg.StreakBonuses)

	late := url.Values{"csrf": {v.Token()}, "version": {stale.Find(`input[name="version"]`).AttrOr("value", "")},
		"starting_balance": {"1"}, "daily_amount": {"1"}, "max_transfer": {"1"}, "transfer_cooldown_hours": {"0"}}
	page := v.Post(path, late)
	require.Equal(t, http.StatusUnprocessableEntity, page.StatusCode)
	require.Contains(t, page.Find(".alert").Text(), "Somebody else")

	log := v.Get(d.guild(d.north, "/audit"))
	require.Contains(t, log.Find("tbody").First().Text(), "bytes.config")
	require.Contains(t, log.Find(".diff").Text(), "daily_amount")
	revert := log.Find("td.act a").AttrOr("href", "")
	require.Equal(t, http.StatusSeeOther, v.Send(revert, "#page form", nil).StatusCode)
	cfg, err = d.Economy.Settings(t.Context(), d.north)
	require.NoError(t, err)
	require.EqualValues(t, 10, cfg.DailyAmount)
	require.Empty(t, cfg.RoleRewards)
	require.True(t, cfg.DailyOnMessage)
	require.Equal(t, []string{"bytes.config", "bytes.config"}, d.actions(t, d.north))
	require.Equal(t, http.StatusNotFound, d.as(d.grace).Get(revert).StatusCode)
}

func TestPresetsFillTheFormWithoutScript(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v := d.as(d.dennis)
	page := v.Send(d.guild(d.north, "/bytes"), "#page form", url.Values{"preset": {"exponential"}, "daily_amount": {"77"}})
	require.Equal(t, http.StatusOK, page.StatusCode)
	require.Equal(t, "256", page.Find("#field-tier_4_multiplier").AttrOr("value", ""))
	require.Equal(t, "77", page.Find("#field-daily_amount").AttrOr("value", ""))
	cfg, err := d.Economy.Settings(t.Context(), d.north)
	require.NoError(t, err)
	require.Zero(t, cfg.Version, "nothing is saved yet")
}

func TestTransactionsAreFilteredUndoneAndExported(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v := d.as(d.dennis)
	send := func(amount int64, reason string) store.Transaction {
		tx, err := d.Economy.Send(t.Context(), economy.Send{Guild: d.north, From: d.ada.ID, FromName: "Ada", To: d.ken.ID, ToName: "Ken", Amount: amount, Reason: reason})
		require.NoError(t, err)
		return tx
	}
	first := send(30, "=HYPERLINK(\"http://evil\")")
	send(20, `<script>alert(1)</script>`)
	path := d.guild(d.north, "/bytes/transactions")

	page := v.Get(path)
	require.Equal(t, 4, page.Find("tbody tr").Length())
	require.Zero(t, page.Find("tbody script").Length())
	require.Equal(t, 2, v.Get(path+"?kind=transfer").Find("tbody tr").Length())
	require.Equal(t, 3, v.Get(path+"?user="+d.ada.ID.String()).Find("tbody tr").Length())
	require.Equal(t, 3, v.Get(path+"?user=ada").Find("tbody tr").Length(), "a name does, too")
	require.Contains(t, v.Get(path+"?user=zuse").Find("#error-user").Text(), "Nobody here")
	require.Contains(t, v.Get(path+"?user=-1000000000000000").Find("#error-user").Text(), "Nobody here", "nor has anyone such an id")
	require.Contains(t, v.Get(d.guild(d.north, "/members?of=user&user=ad"), "HX-Request", "true").Find("option").Text(), "Ada")

	csv := v.Get(path + ".csv?kind=transfer")
	require.Equal(t, "text/csv; charset=utf-8", csv.Header.Get("Content-Type"))
	require.Contains(t, csv.Text, `"'=HYPERLINK(""http://evil"")"`)
	require.Len(t, strings.Split(strings.TrimSpace(csv.Text), "\n"), 3)

	undo := path + "/" + first.ID.String() + "/undo"
	page = v.Send(undo, "#page form", nil)
	require.Equal(t, http.StatusUnprocessableEntity, page.StatusCode)
	require.NotEmpty(t, page.Find("#error-reason").Text())
	require.Equal(t, http.StatusSeeOther, v.Send(undo, "#page form", url.Values{"reason": {"a mistake"}}).StatusCode)
	b, err := d.Store.Balance(t.Context(), d.north, d.ken.ID)
	require.NoError(t, err)
	require.EqualValues(t, 120, b.Balance)
	page = v.Send(undo, "#page form", url.Values{"reason": {"again"}})
	require.Equal(t, http.StatusUnprocessableEntity, page.StatusCode)
	require.Contains(t, page.Find(".alert").Text(), "undone before")
	d.Proven()
}

func TestAFormSentTwiceWorksOnce(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v := d.as(d.dennis)
	path := d.guild(d.north, "/bytes/adjust")
	form := v.Get(path)
	fields := url.Values{"csrf": {v.Token()}, "key": {form.Find(`input[name="key"]`).AttrOr("value", "")},
		"user_id": {d.ken.ID.String()}, "amount": {"-40"}, "reason": {"fee"}}
	for range 3 {
		require.Equal(t, http.StatusSeeOther, v.Post(path, fields).StatusCode)
	}
	b, err := d.Store.Balance(t.Context(), d.north, d.ken.ID)
	require.NoError(t, err)
	require.EqualValues(t, 60, b.Balance)
	fields.Set("key", "another")
	fields.Set("amount", "-61")
	page := v.Post(path, fields)
	require.Equal(t, http.StatusUnprocessableEntity, page.StatusCode)
	require.Contains(t, page.Find(".alert").Text(), "60")
}

func TestKeysAreMadeUsedAndRevoked(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v := d.as(d.radia)
	page := v.Send("/admin/settings/keys/new", "#page form", url.Values{"name": {""}})
	require.Equal(t, http.StatusUnprocessableEntity, page.StatusCode)
	require.NotEmpty(t, page.Find("#error-name").Text())
	require.Contains(t, page.Text, "can do nothing")

	page = v.Send("/admin/settings/keys/new", "#page form", url.Values{"name": {"board"}, "scopes": {"read"}, "guilds": {d.north.String()}})
	require.Equal(t, http.StatusOK, page.StatusCode, page.Text)
	key := page.Find(".secret").Text()
	bearer := []string{"Authorization", "Bearer " + key}
	board := func(guild snowflake.ID) int {
		return d.Visitor().Get("/api/guilds/"+guild.String()+"/bytes/leaderboard", bearer...).StatusCode
	}
	require.Equal(t, http.StatusOK, board(d.north))
	require.Equal(t, http.StatusForbidden, board(d.south))

	list := v.Get("/admin/settings")
	require.Contains(t, list.Find("tbody").Text(), "North")
	require.NotContains(t, list.Text, key)
	revoke := list.Find("td.act a").AttrOr("href", "")
	require.Equal(t, http.StatusSeeOther, v.Send(revoke, "#page form", nil).StatusCode)
	require.Equal(t, http.StatusUnauthorized, board(d.north))
	require.Contains(t, d.actions(t, 0), "apikey.create")
	require.Contains(t, d.actions(t, 0), "apikey.revoke")
}

func TestPeopleAreFoundWhereOneMayLook(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	_, err := d.Economy.Balance(t.Context(), d.south, d.ken.ID)
	require.NoError(t, err)
	v := d.as(d.dennis)
	require.Contains(t, v.Get("/admin/users?q=ke").Find("tbody").Text(), "Ken")
	require.Contains(t, v.Get("/admin/users?q=grace").Find(".empty").Text(), "Nobody")
	page := v.Get("/admin/users/" + d.ken.ID.String())
	require.Contains(t, page.Find("main").Text(), "North")
	require.NotContains(t, page.Text, "South", "what they hold elsewhere is not for Dennis")
	require.Contains(t, d.as(d.radia).Get("/admin/users/"+d.ken.ID.String()).Text, "South")
	require.Equal(t, http.StatusOK, v.Get("/admin/users/42").StatusCode)
	require.Equal(t, http.StatusNotFound, v.Get("/admin/users/ken").StatusCode)
}

func TestOnlyDevelopmentSignsInByName(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	require.Equal(t, http.StatusMethodNotAllowed, d.Visitor().Post("/admin/login", url.Values{"username": {"mallory"}}).StatusCode)
	for _, route := range d.Pages.Routes() {
		require.False(t, route.Method == http.MethodPost && route.Pattern == "/admin/login")
	}

	dev := openDashboard(t, func(s *app.Setup) { s.Develop = true })
	v := dev.Visitor()
	page := v.Send("/admin/login?next=/admin/guilds", "form", url.Values{"username": {"ab"}})
	require.Equal(t, http.StatusUnprocessableEntity, page.StatusCode)
	require.NotEmpty(t, page.Find("#error-username").Text())
	page = v.Send("/admin/login?next=/admin/guilds", "form", url.Values{"username": {"tester"}})
	require.Equal(t, "/admin/guilds", page.Header.Get("Location"))
	require.Equal(t, 2, v.Get("/admin/guilds").Find("tbody tr").Length(), "developers administer everything")

	other := dev.Visitor()
	other.Send("/admin/login", "form", url.Values{"username": {"another"}})
	require.Contains(t, v.Get("/admin/settings/admins").Find("tbody").Text(), "another")
	page = v.Post("/admin/settings/admins/remove", url.Values{"csrf": {v.Token()}, "name": {"another"}})
	require.Equal(t, http.StatusSeeOther, page.StatusCode)
	require.Equal(t, "/admin/login", other.Get("/admin").Header.Get("Location"), "they are signed out")
	require.Contains(t, v.Get("/admin/nowhere").Find(".causes").Text(), "not_found", "development shows causes")
	require.Zero(t, d.as(d.dennis).Get("/admin/nowhere").Find(".causes").Length(), "production does not")
}

func TestTheStreamTellsOfOnesOwnGuildAlone(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v := d.as(d.dennis)
	for _, path := range []string{"/admin/events", d.guild(d.north, "/events")} {
		events := v.Stream(path)
		d.Bus.Publish(t.Context(), bus.Event{Topic: bus.RuleHit, Guild: d.south})
		d.Bus.Publish(t.Context(), bus.Event{Topic: bus.KeyRevoked})
		d.Bus.Publish(t.Context(), bus.Event{Topic: bus.SettingsChanged, Guild: d.north})
		require.Equal(t, "event: settings-changed", nextEvent(t, events), path)
	}
	require.Equal(t, http.StatusNotFound, v.Get(d.guild(d.south, "/events")).StatusCode)
	require.Equal(t, http.StatusNoContent, d.Visitor().Get("/admin/events").StatusCode)
}

func nextEvent(t *testing.T, events *bufio.Reader) string {
	t.Helper()
	for {
		line, err := events.ReadString('\n')
		require.NoError(t, err)
		if strings.HasPrefix(line, "event: ") {
			return strings.TrimSpace(line)
		}
	}
}

// The matrix: every route of the router × everybody who might ask.
func TestEveryRouteLetsInWhomItMayAlone(t *testing.T) {
	t.Parallel()
	d := openDashboard(t, func(s *app.Setup) { s.Config.InviteURL = "https://discord.gg/x" })
	noted := make(map[string]web.Right)
	for _, route := range d.Pages.Routes() {
		noted[route.Method+" "+route.Pattern] = route.Right
	}
	elsewhere := []string{"/api", "/assets", "/health", "/metrics", "/debug"} // with tests of their own
	err := chi.Walk(d.Handler().(chi.Routes), func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if slices.ContainsFunc(elsewhere, func(prefix string) bool { return strings.HasPrefix(pattern, prefix) }) {
			return nil
		}
		if noted[method+" "+pattern] == 0 {
			return fmt.Errorf("the route %s %s says not who may use it", method, pattern)
		}
		return nil
	})
	require.NoError(t, err)

	demoted := d.as(d.dennis)
	d.ada.TakeRole(d.dennis, d.admin)
	d.Clock.Pass(61 * time.Second)
	people := []struct {
		name    string
		visitor *apptest.Visitor
		known   bool
		manages bool
		admin   bool
	}{
		{"anonymous", d.Visitor(), false, false, false},
		{"member", d.as(d.ken), true, false, false},
		{"manager of another guild", d.as(d.grace), true, false, false},
		{"demoted manager", demoted, true, false, false},
		{"manager", d.as(d.ada), true, true, false},
		{"administrator", d.as(d.radia), true, true, true},
	}
	fill := strings.NewReplacer("{guild}", d.north.String(), "{user}", d.ken.ID.String(), "{id}", "019a0000-0000-7000-8000-000000000001", "{hash}", "abc", "*", "nowhere")
	for _, route := range d.Pages.Routes() {
		if strings.HasSuffix(route.Pattern, "/events") || route.Pattern == "/admin/logout" || strings.Contains(route.Pattern, "/oauth/") {
			continue // streams do not end and sign-outs do; they are tested above
		}
		for _, p := range people {
			what := fmt.Sprintf("%s %s as %s", route.Method, route.Pattern, p.name)
			var page *apptest.Page
			if route.Method == http.MethodGet {
				page = p.visitor.Get(fill.Replace(route.Pattern))
			} else {
				form := url.Values{}
				if p.known {
					form.Set("csrf", p.visitor.Token())
				}
				page = p.visitor.Post(fill.Replace(route.Pattern), form)
			}
			toLogin := strings.HasPrefix(page.Header.Get("Location"), "/admin/login")
			switch {
			case route.Right == web.Anyone:
				require.Less(t, page.StatusCode, 400, what)
				require.False(t, toLogin, what)
			case !p.known:
				require.True(t, toLogin, what)
				require.Equal(t, http.StatusSeeOther, page.StatusCode, what)
			case route.Right == web.Manager && !p.manages:
				require.Equal(t, http.StatusNotFound, page.StatusCode, what)
			case route.Right == web.Administrator && !p.admin:
				require.Equal(t, http.StatusForbidden, page.StatusCode, what)
			default:
				require.False(t, toLogin, what)
				require.NotEqual(t, http.StatusForbidden, page.StatusCode, what)
				require.Less(t, page.StatusCode, 500, "%s: %s", what, page.Text)
				if !strings.ContainsAny(route.Pattern, "*") && !strings.Contains(route.Pattern, "{id}") {
					require.NotEqual(t, http.StatusNotFound, page.StatusCode, what)
				}
			}
		}
	}
	d.Proven()
}

func TestErrorsArePages(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	page := d.Visitor().Get("/no/such/page")
	require.Equal(t, http.StatusNotFound, page.StatusCode)
	require.Equal(t, "text/html; charset=utf-8", page.Header.Get("Content-Type"))
	require.Contains(t, page.Text, page.Header.Get("X-Request-ID"))
	require.Equal(t, "application/problem+json", d.Visitor().Get("/api/nowhere").Header.Get("Content-Type"))

	v := d.as(d.dennis)
	part := v.Get(d.guild(d.south, "/parts/figures"), "HX-Request", "true")
	require.Equal(t, http.StatusNotFound, part.StatusCode)
	require.Equal(t, 1, part.Find(".part-error a[hx-get]").Length(), "it can be tried again")
	require.Zero(t, part.Find("aside").Length())
	form := v.Post(d.guild(d.north, "/bytes/adjust"), url.Values{}, "HX-Request", "true")
	require.Equal(t, http.StatusForbidden, form.StatusCode)
	require.Equal(t, "none", form.Header.Get("HX-Reswap"), "the form keeps what was typed")
	require.Equal(t, 1, form.Find(".toast").Length())
	away := d.Visitor().Get("/admin/guilds", "HX-Request", "true", "HX-Current-URL", d.URL+"/admin/guilds?q=a")
	require.Equal(t, "/admin/login?next=%2Fadmin%2Fguilds%3Fq%3Da", away.Header.Get("HX-Redirect"))

	require.NoError(t, d.Store.Close())
	broken := v.Get("/admin")
	require.Equal(t, http.StatusServiceUnavailable, broken.StatusCode)
	require.NotContains(t, broken.Text, "the store is closed")
}

func TestPublicPages(t *testing.T) {
	t.Parallel()
	d := openDashboard(t, func(s *app.Setup) { s.Config.InviteURL = "https://discord.gg/smarter" })
	v := d.Visitor()
	for _, path := range []string{"/", "/about", "/privacy"} {
		page := v.Get(path)
		require.Equal(t, http.StatusOK, page.StatusCode)
		require.Equal(t, d.URL+path, page.Find(`link[rel="canonical"]`).AttrOr("href", ""))
		require.NotEmpty(t, page.Find(`meta[name="description"]`).AttrOr("content", ""))
		require.Empty(t, page.Cookies(), "nobody is followed")
		require.Contains(t, v.Get("/sitemap.xml").Text, "<loc>"+d.URL+path+"</loc>")
	}
	require.Equal(t, "https://discord.gg/smarter", v.Get("/discord").Header.Get("Location"))
	require.Contains(t, v.Get("/robots.txt").Text, "Disallow: /admin")
	require.Equal(t, "image/x-icon", v.Get("/favicon.ico").Header.Get("Content-Type"))
	require.Contains(t, v.Get("/site.webmanifest").Text, "/assets/icon-512-")

	silent := openDashboard(t).Visitor()
	require.Equal(t, http.StatusNotFound, silent.Get("/discord").StatusCode)
	require.Zero(t, silent.Get("/").Find(`a[href="/discord"]`).Length())
}
