package app_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/squads"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// TestInTheBrowser is what only a real browser can say: one Chromium, a tab for each story, all on
// one program with the bot connected.
func TestInTheBrowser(t *testing.T) {
	t.Parallel()
	browser := openBrowser(t)
	p := apptest.Start(t, storetest.NewSQLite(t), func(s *app.Setup) {
		s.Develop, s.Pseudo = true, true
		s.Config.InviteURL = "https://discord.gg/smarter"
	})
	guild := "/admin/guilds/" + p.World.GuildID.String()
	ada, grace, linus := p.World.Member("Ada"), p.World.Member("Grace"), p.World.Member("Linus")
	for _, who := range []*sandboxtest.Person{ada, grace} {
		_, err := p.Economy.Balance(t.Context(), p.World.GuildID, who.ID)
		require.NoError(t, err)
	}
	sent, err := p.Economy.Send(t.Context(), economy.Send{Guild: p.World.GuildID, From: ada.ID, FromName: "Ada", To: grace.ID, ToName: "Grace",
		Amount: 30, Reason: poisons[0]})
	require.NoError(t, err)
	mallory := poison(t, p)
	role := p.World.Role("Pythonistas")
	squad, err := p.Squads.Create(t.Context(), squads.Create{Guild: p.World.GuildID, Actor: store.Actor{Source: store.SourceCommand}, By: access.AsOwner(),
		Details: squads.Details{Name: new("Pythonistas"), RoleID: &role, JoinCost: new(int64(20))}})
	require.NoError(t, err)
	all := append(everyPage(p, guild, ada), guild+"/bytes/transactions/"+sent.ID.String()+"/undo",
		guild+"/squads/"+squad.ID.String(), guild+"/squads/"+squad.ID.String()+"/edit", guild+"/squads/"+squad.ID.String()+"/delete")

	for name, story := range map[string]func(*testing.T, *tab){
		"settings take effect at once": func(t *testing.T, b *tab) {
			b.signIn("settings-tester")
			b.open(guild + "/bytes")
			b.do(chromedp.Click(`button[value="exponential"]`), chromedp.WaitVisible(`#field-tier_4_multiplier`))
			require.Equal(t, "256", b.value("#field-tier_4_multiplier"), "a preset fills the form without asking the server")
			b.do(chromedp.SetValue("#field-daily_amount", "33"), chromedp.SetValue("#field-tier_4_days", ""),
				chromedp.Click(`#bytes-settings .form-foot button`), chromedp.WaitVisible("#bytes-settings .field-error"))
			require.Equal(t, "33", b.value("#field-daily_amount"), "what was typed is kept")
			b.do(chromedp.SetValue("#field-tier_4_days", "64"), chromedp.Click(`#bytes-settings .form-foot button`), chromedp.WaitVisible("#toasts .toast.is-success"))
			reply := linus.Run("/bytes daily", nil)
			require.Contains(t, reply.Message.Text(), "33 bytes")
			b.open(guild + "/audit")
			b.do(chromedp.Click("details summary", chromedp.NodeVisible))
			b.do(chromedp.Click(`td.act a`), chromedp.WaitVisible("#dialog[open] #audit-revert"), chromedp.Click("#audit-revert .btn-danger"), chromedp.WaitVisible("#toasts .toast.is-success"))
			cfg, err := p.Economy.SettingsNow(t.Context(), p.World.GuildID)
			require.NoError(t, err)
			require.EqualValues(t, 10, cfg.DailyAmount)
		},
		"a transaction is undone in a dialog": func(t *testing.T, b *tab) {
			b.signIn("undo-tester")
			b.open(guild + "/bytes/transactions?user=" + ada.ID.String() + "&kind=transfer")
			undo := `a[href$="` + sent.ID.String() + `/undo"]`
			b.do(chromedp.Click(undo), chromedp.WaitVisible("#dialog[open] #bytes-undo"))
			b.do(chromedp.KeyEvent("\x1b"), chromedp.WaitNotPresent("#bytes-undo"), chromedp.Click(undo), chromedp.WaitVisible("#dialog[open] #bytes-undo"))
			b.do(chromedp.SetValue("#bytes-undo textarea", "a mistake"), chromedp.Click("#bytes-undo .btn-danger"), chromedp.WaitVisible("#toasts .toast.is-success"))
			b.do(chromedp.WaitNotPresent("#dialog[open]"))
			back, err := p.Store.Balance(t.Context(), p.World.GuildID, ada.ID)
			require.NoError(t, err)
			require.EqualValues(t, 100, back.Balance)
		},
		"a key is made and works": func(t *testing.T, b *tab) {
			b.signIn("key-tester")
			b.open("/admin/settings/keys/new")
			b.do(chromedp.SetValue("#field-name", "board"), chromedp.Click(`input[value="read"]`), chromedp.Click("#key-new .btn-primary"), chromedp.WaitVisible(".secret"))
			key := b.text(".secret")
			page := p.Visitor().Get("/api/guilds/"+p.World.GuildID.String()+"/bytes/leaderboard", "Authorization", "Bearer "+key)
			require.Equal(t, http.StatusOK, page.StatusCode)
		},
		"what happens shows by itself": func(t *testing.T, b *tab) {
			b.signIn("live-tester")
			b.listen("htmx:sseOpen", guild+"/bytes/transactions?user="+p.World.Member("Ken").ID.String())
			p.World.Member("Ken").Run("/bytes daily", nil)
			b.do(chromedp.WaitVisible("#bytes-transactions tbody tr"))
		},
		"everything works without script": func(t *testing.T, b *tab) {
			b.do(emulation.SetScriptExecutionDisabled(true))
			b.signIn("calm-tester")
			b.open(guild)
			b.do(chromedp.Click(".slow a"), chromedp.WaitVisible(".chart"))
			b.do(chromedp.Click(".chart summary", chromedp.ByQuery), chromedp.WaitVisible(".chart tbody", chromedp.ByQuery))
			b.do(chromedp.Click(".switcher summary"), chromedp.Click(".switcher .menu-all"), chromedp.WaitVisible("#guilds"))
			b.open(guild + "/bytes/adjust")
			b.do(chromedp.SendKeys("#field-user_id", linus.ID.String()), chromedp.SendKeys("#field-amount", "-999999"), chromedp.SendKeys("#field-reason", "x"),
				chromedp.Click("#bytes-adjust .btn-primary"), chromedp.WaitVisible(".alert-danger"))
			require.Equal(t, "-999999", b.value("#field-amount"))
			b.do(chromedp.Click(`.me summary`), chromedp.Click(`button[value="dark"]`), chromedp.WaitVisible(`html[data-bs-theme="dark"] #page`))
		},
		"the dialog gives the focus back": func(t *testing.T, b *tab) {
			b.signIn("focus-tester")
			b.open(guild + "/bytes/transactions")
			b.do(chromedp.Focus(`a[href$="/adjust"]`), chromedp.KeyEvent("\r"), chromedp.WaitVisible("#dialog[open] #bytes-adjust"))
			require.Equal(t, "field-user_id", b.eval(`document.activeElement.id`))
			b.do(chromedp.KeyEvent("\x1b"), chromedp.WaitNotPresent("#bytes-adjust"))
			require.Contains(t, b.eval(`document.activeElement.getAttribute("href")`), "/adjust")
		},
		"a member is found by the beginning of their name": func(t *testing.T, b *tab) {
			b.signIn("name-tester")
			b.open(guild + "/bytes/transactions")
			b.do(chromedp.Click(`a[href$="/adjust"]`), chromedp.WaitVisible("#dialog[open] #bytes-adjust"), chromedp.SendKeys("#field-user_id", "barb"))
			b.do(chromedp.WaitReady(`#list-field-user_id option[value="barbara"]`, chromedp.ByQuery))
			b.do(chromedp.SendKeys("#field-amount", "25"), chromedp.SetValue("#field-reason", "the talk"), chromedp.Click("#bytes-adjust .btn-primary"), chromedp.WaitVisible("#toasts .toast.is-success"))
			require.Contains(t, b.text("#toasts .toast"), "Barbara received 25 bytes")
		},
		"nothing that people write is run": func(t *testing.T, b *tab) {
			b.signIn("poison-tester")
			for _, path := range []string{
				"/admin", guild, guild + "/bytes/transactions", guild + "/bytes/leaderboard", guild + "/bytes/adjust?user=" + url.QueryEscape(poisons[0]),
				guild + "/bytes/transactions?user=" + url.QueryEscape(poisons[1]), guild + "/squads", guild + "/audit", "/admin/settings", "/admin/settings/audit",
				"/admin/users?q=" + url.QueryEscape(poisons[2]), "/admin/users/" + mallory.ID.String(), "/admin/guilds?q=" + url.QueryEscape(poisons[3]),
				"/admin/login?next=" + url.QueryEscape(poisons[4]),
			} {
				b.open(path)
				b.do(chromedp.WaitNotPresent(".slow"))
				require.Equal(t, "undefined", b.eval(`typeof window.poisoned`), path)
			}
		},
		"no page has a fault, wide and light": func(t *testing.T, b *tab) {
			b.visitAll(1280, "light", all)
		},
		"no page has a fault, narrow and dark": func(t *testing.T, b *tab) {
			b.visitAll(360, "dark", all)
		},
		"no page has a fault, narrow and in long words": func(t *testing.T, b *tab) {
			b.do(network.SetExtraHTTPHeaders(network.Headers{"Accept-Language": i18n.PseudoLanguage}))
			b.visitAll(360, "light", all)
			require.Equal(t, i18n.PseudoLanguage, b.eval(`document.documentElement.lang`))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openTab(t, browser, p.URL)
			story(t, b)
			b.faultless()
		})
	}
}

// pages are all of them, those of the public and those behind the sign-in.
func pages(guild string, who *sandboxtest.Person) []string {
	return []string{
		"/", "/about", "/privacy", "/nowhere", "/admin", "/admin/nowhere", "/admin/guilds", "/admin/guilds?q=nothing", guild, guild + "/bytes", guild + "/bytes/transactions",
		guild + "/bytes/leaderboard", guild + "/bytes/adjust", guild + "/squads", guild + "/squads/new", guild + "/audit", "/admin/users?q=a", "/admin/users/" + who.ID.String(),
		"/admin/settings", "/admin/settings/keys/new", "/admin/settings/admins", "/admin/settings/system", "/admin/settings/audit",
	}
}

// everyPage is pages with those that a feature has added since: every route that a reader opens.
func everyPage(p *apptest.Program, guild string, who *sandboxtest.Person) []string {
	paths := pages(guild, who)
	for _, route := range p.Pages.Routes() {
		path := strings.NewReplacer("/admin/guilds/{guild}", guild, "{user}", who.ID.String()).Replace(route.Pattern)
		if route.Method == http.MethodGet && !notAPage.MatchString(path) && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// notAPage are redirects, files, streams, parts of pages, ways through Discord, and what needs a row that is not there.
var notAPage = regexp.MustCompile(`[.*{]|/(events|parts|pictures|oauth|members|counts)(/|$)|^/(discord|admin/login)$`)

func openBrowser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium is installed: the pages are not tested in a browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
	allocator, closeAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(closeAllocator)
	browser, closeBrowser := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {})) // it tells of protocol events that it does not know
	t.Cleanup(closeBrowser)
	require.NoError(t, chromedp.Run(browser))
	return browser
}

// tab is one tab with cookies of its own, which notes whatever goes wrong in it.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu     sync.Mutex
	faults []string
}

func openTab(t *testing.T, browser context.Context, base string) *tab {
	t.Helper()
	// A window of its own: Chromium opens no tab in a set of cookies that has no window.
	executor := cdp.WithExecutor(browser, chromedp.FromContext(browser).Browser)
	jar, err := target.CreateBrowserContext().Do(executor)
	require.NoError(t, err)
	id, err := target.CreateTarget("about:blank").WithBrowserContextID(jar).WithNewWindow(true).Do(executor)
	require.NoError(t, err)
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithTargetID(id))
	t.Cleanup(closeTab)
	b := &tab{t: t, ctx: ctx, base: base}
	host := strings.TrimPrefix(base, "http://")
	chromedp.ListenTarget(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			b.note("exception: " + e.ExceptionDetails.Error())
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
				text, _ := json.Marshal(e.Args)
				b.note("console: " + string(text))
			}
		case *log.EventEntryAdded: // reports of the content security policy among them
			refusal := e.Entry.Source == log.SourceNetwork && (strings.Contains(e.Entry.Text, "422") || strings.HasSuffix(e.Entry.URL, "/nowhere"))
			if e.Entry.Level == log.LevelError && !refusal {
				b.note("log: " + e.Entry.Text + " " + e.Entry.URL)
			}
		case *network.EventRequestWillBeSent:
			if u, err := url.Parse(e.Request.URL); err == nil && u.Scheme != "data" && u.Scheme != "about" && u.Host != host {
				b.note("a request to elsewhere: " + e.Request.URL)
			}
		}
	})
	require.NoError(t, chromedp.Run(ctx)) // the tab lives as long as the first of its contexts
	b.do(network.Enable(), log.Enable(), runtime.Enable(), chromedp.EmulateViewport(1280, 800))
	return b
}

func (b *tab) note(fault string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = append(b.faults, fault)
}

// faultless requires that nothing went wrong in the tab.
func (b *tab) faultless() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(b.t, b.faults)
}

// do fails the test when what an action waits for has not come in a minute.
func (b *tab) do(actions ...chromedp.Action) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	require.NoError(b.t, chromedp.Run(ctx, actions...))
}

func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base+path), chromedp.WaitReady("main"))
}

// listen opens a page and waits for an event of it.
func (b *tab) listen(event, path string) {
	b.t.Helper()
	b.open(path)
	b.do(chromedp.Evaluate(`new Promise((done) => {
		const source = document.getElementById("page")["htmx-internal-data"]?.sseEventSource;
		if (source?.readyState === 1) return done(true);
		document.body.addEventListener("`+event+`", () => done(true), { once: true });
	})`, nil, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
}

func (b *tab) signIn(name string) {
	b.t.Helper()
	b.open("/admin/login")
	b.do(chromedp.SendKeys(`input[name="username"]`, name), chromedp.Click(`form button`), chromedp.WaitReady("#page"))
}

func (b *tab) value(selector string) string {
	b.t.Helper()
	var value string
	b.do(chromedp.Value(selector, &value))
	return value
}

func (b *tab) text(selector string) string {
	b.t.Helper()
	var text string
	b.do(chromedp.Text(selector, &text))
	return text
}

func (b *tab) eval(script string) string {
	b.t.Helper()
	var text string
	b.do(chromedp.Evaluate(script, &text))
	return text
}

// visitAll opens every page and requires that nothing runs out of it sideways and that axe finds
// nothing.
func (b *tab) visitAll(width int64, scheme string, paths []string) {
	b.t.Helper()
	axe, err := os.ReadFile("../ui/node_modules/axe-core/axe.min.js")
	if err != nil {
		b.t.Log("ui/node_modules is missing (make assets brings it): axe is not asked")
	}
	b.do(chromedp.EmulateViewport(width, 800), emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}))
	b.signIn("page-tester")
	for _, path := range paths {
		b.open(path)
		b.do(chromedp.WaitNotPresent(".slow"))
		assert.Equal(b.t, "0", b.eval(`String(Math.max(0, document.documentElement.scrollWidth - innerWidth))`), "%s is wider than %d pixels", path, width)
		if axe == nil {
			continue
		}
		var found string
		b.do(chromedp.Evaluate(string(axe), nil), chromedp.Evaluate(
			`axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target + " " + n.failureSummary).join("; ")).join("\n"))`,
			&found, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
		assert.Empty(b.t, found, "%s, %d pixels, %s", path, width, scheme)
	}
}
