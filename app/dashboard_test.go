package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/store"
)

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
	require.Equal(t, economy.RoleRewards{regular: 500}, cfg.RoleRewards)
	require.Equal(t, economy.StreakBonuses{8: 2, 16: 4, 32: 8, 64: 16}, cfg.StreakBonuses)

	late := url.Values{"csrf": {v.Token()}, "version": {stale.Find(`input[name="version"]`).AttrOr("value", "")},
		"starting_balance": {"1"}, "daily_amount": {"1"}, "max_transfer": {"1"}, "transfer_cooldown_hours": {"0"}}
	page := v.Post(path, late)
	require.Equal(t, http.StatusUnprocessableEntity, page.StatusCode)
	require.Contains(t, page.Find(".alert").Text(), "Someone else")

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
	require.Contains(t, v.Get(path+"?user=zuse").Find("#error-user").Text(), "No member’s name")
	require.Contains(t, v.Get(path+"?user=-1000000000000000").Find("#error-user").Text(), "No member’s name", "nor has anyone such an id")
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
	require.Contains(t, page.Find(".alert").Text(), "already been undone")
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
	require.Contains(t, page.Text, "cannot do anything")

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
	require.Contains(t, v.Get("/admin/users?q=grace").Find(".empty").Text(), "No one found")
	page := v.Get("/admin/users/" + d.ken.ID.String())
	require.Contains(t, page.Find("main").Text(), "North")
	require.NotContains(t, page.Text, "South", "what they hold elsewhere is not for Dennis")
	require.Contains(t, d.as(d.radia).Get("/admin/users/"+d.ken.ID.String()).Text, "South")
	require.Equal(t, http.StatusOK, v.Get("/admin/users/42").StatusCode)
	require.Equal(t, http.StatusNotFound, v.Get("/admin/users/ken").StatusCode)
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

func TestWhatNeedsAttentionIsOnTheOverviewOfItsGuild(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v, regular := d.as(d.dennis), d.World.Role("Regular")
	require.Zero(t, v.Get(d.guild(d.north, "")).Find("#part-attention").Length(), "nothing is wrong")

	saved := v.Send(d.guild(d.north, "/bytes"), "#page form", url.Values{"new_role": {regular.String()}, "new_received": {"500"}})
	require.Equal(t, http.StatusSeeOther, saved.StatusCode, saved.Text)
	for _, guild := range []snowflake.ID{d.north, d.south} {
		_, err := d.Store.SaveRoleProblem(t.Context(), store.RoleProblem{GuildID: guild, RoleID: regular, Reason: "Missing Permissions", CreatedAt: time.Now()})
		require.NoError(t, err)
	}
	text := v.Get(d.guild(d.north, "")).Find("#part-attention").Text()
	require.Contains(t, text, "Missing Permissions")
	require.Contains(t, text, "move the bot’s role above it")
	require.Zero(t, d.as(d.grace).Get(d.guild(d.south, "")).Find("#part-attention").Length(), "that role is not a reward there")
}
