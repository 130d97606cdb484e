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

	"github.com/go-chi/chi/v5"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/store"
)

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
	require.Equal(t, `"cache", "storage"`, page.Header.Get("Clear-Site-Data"))
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

func TestRightsFollowDiscordWithinAMinute(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v, settings, write := d.manages(t)

	d.ada.TakeRole(d.dennis, d.admin)
	d.Clock.Pass(61 * time.Second)
	require.Equal(t, http.StatusNotFound, write().StatusCode)
	require.Equal(t, http.StatusNotFound, v.Get(settings).StatusCode)
	require.Equal(t, http.StatusNotFound, v.Get(d.guild(d.north, "/events")).StatusCode)

	d.ada.GiveRole(d.dennis, d.admin)
	d.Clock.Pass(61 * time.Second)
	require.Equal(t, http.StatusOK, v.Get(settings).StatusCode)
}

func TestPagesStayWhileDiscordIsGoneAndWritesWait(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v, settings, write := d.manages(t)

	d.World.Fault(faults.Rule{Kind: faults.Offline})
	d.Clock.Pass(61 * time.Second)
	page := v.Get(settings)
	require.Equal(t, http.StatusOK, page.StatusCode, page.Text)
	page = write()
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
		require.Contains(t, page.Find("main").Text(), "nothing was changed", name)
	}
	_, err := d.Store.Balance(t.Context(), d.north, d.ken.ID)
	require.ErrorIs(t, err, store.ErrNotFound)
	require.Equal(t, http.StatusSeeOther, v.Post(path, form(token)).StatusCode)
	b, err := d.Store.Balance(t.Context(), d.north, d.ken.ID)
	require.NoError(t, err)
	require.EqualValues(t, 150, b.Balance)
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
	noted := make(map[string]dashboard.Right)
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
	fill := strings.NewReplacer("{guild}", d.north.String(), "{user}", d.ken.ID.String(), "{id}", "019a0000-0000-7000-8000-000000000001", "{hash}", "abc", "{type}", "content", "*", "nowhere")
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
			case route.Right == dashboard.Anyone:
				require.Less(t, page.StatusCode, 400, what)
				require.False(t, toLogin, what)
			case !p.known:
				require.True(t, toLogin, what)
				require.Equal(t, http.StatusSeeOther, page.StatusCode, what)
			case route.Right == dashboard.Manager && !p.manages:
				require.Equal(t, http.StatusNotFound, page.StatusCode, what)
			case route.Right == dashboard.Administrator && !p.admin:
				require.Equal(t, http.StatusForbidden, page.StatusCode, what)
			default:
				require.False(t, toLogin, what)
				require.NotEqual(t, http.StatusForbidden, page.StatusCode, what)
				require.Less(t, page.StatusCode, 500, "%s: %s", what, page.Text)
				if !strings.ContainsAny(route.Pattern, "*") && !strings.Contains(route.Pattern, "{id}") && !strings.Contains(route.Pattern, "{number}") {
					require.NotEqual(t, http.StatusNotFound, page.StatusCode, what)
				}
			}
		}
	}
	d.Proven()
}
