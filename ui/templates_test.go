package ui_test

import (
	"encoding/json"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// poison is what somebody may have written into any name or reason.
const poison = `<script>alert("1")</script>"'><img src=x onerror=alert(1)>`

func templates(t *testing.T) *ui.Templates {
	t.Helper()
	assets, err := ui.NewAssets(os.DirFS("../dist"), "/assets")
	require.NoError(t, err)
	set, err := ui.NewTemplates(os.DirFS(".."), assets)
	require.NoError(t, err)
	return set
}

// views is at least one of every view, with everything in it that may be there.
func views() []ui.View {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	person := ui.Person{ID: 7, Name: poison, Avatar: "/admin/pictures/avatars/7/x", Gone: true}
	guild := ui.GuildHead{ID: 9, Name: poison, Icon: "/admin/pictures/icons/9/x", Members: 1250}
	form := ui.Form{Token: "token", Problem: poison, Errors: map[string]string{"reason": poison}, Typed: url.Values{"reason": {poison}}}
	field := func(kind string) ui.Field {
		return form.Field(ui.Field{Name: "reason", Label: poison, Type: kind, Help: poison, Unit: "bytes", Min: "1", Max: "9", Longest: 20,
			Required: true, Autofocus: true, Placeholder: poison, Options: []ui.Option{{Value: poison, Label: poison}, {Value: "b", Disabled: true}}, Hint: "off"})
	}
	fields := []ui.Field{field(""), field("number"), field("select"), field("textarea"), field("checkbox"), {Name: "plain", Label: "Plain"}}
	balance := store.Balance{GuildID: 9, UserID: 7, Balance: 110, TotalReceived: 160, TotalSent: 50, Streak: 3}
	reason := poison
	move := ui.Move{Transaction: store.Transaction{ID: uuid.New(), Amount: 50, Reason: &reason, CreatedAt: at, Kind: store.KindTransfer},
		From: person, To: ui.Person{Bank: true}, What: "transfer", Undo: "/undo", Undone: true}
	links := []ui.Link{{Label: poison, Path: "/a", Icon: "home", Picture: "/p", Current: true}, {Label: "B", Path: "/b", Icon: "coin"}}
	pager := ui.Pager{First: "/first?a=1&b=2", Previous: "/previous", Next: "/next", Target: "list", Page: 2, Pages: 4}
	trouble := ui.Trouble{Status: 503, Title: "Not available right now", Message: poison, RequestID: "ID", Causes: poison}
	aCase := ui.CaseRow{Case: store.Case{Number: 12, Reason: poison, ExpiresAt: &at, CreatedAt: at}, Action: poison, Who: person, Moderator: person, By: poison, State: poison, Path: "/c"}
	squad := ui.SquadRow{
		Squad:  store.Squad{Name: poison, Description: poison, MaxMembers: new(int64(5)), MemberCount: 3},
		Role:   ui.Role{ID: 5, Name: poison, Color: 0x22c55e},
		Prices: poison, Trouble: poison, Path: "/p/1", First: true, Last: true,
	}
	role := ui.Role{ID: 5, Name: poison, Color: 0x22c55e}
	roles := ui.RolePicker{Name: "role", Error: poison, Gone: poison, None: i18n.M("None."), Roles: []ui.Role{{ID: 1, Name: "x", Problem: poison, Disabled: true}, {ID: 2, Name: "y", Chosen: true}, role}}
	gone := role
	gone.Gone, gone.Color = true, 0
	key := store.APIKey{ID: uuid.New(), Name: poison, Prefix: "sd_abcd", Scopes: []string{"read"}, LastUsedAt: &at, ExpiresAt: &at}
	nav := ui.BytesNav{Links: links}
	place := ui.Place{Balance: balance, Rank: 1, Who: person, Tier: "BIT"}
	audit := ui.AuditRow{AuditEntry: store.AuditEntry{ID: uuid.New(), Actor: store.Actor{Name: poison}, Action: "bytes.config", Subject: poison, CreatedAt: at},
		Who: person, Changes: []ui.Change{{Name: "max_transfer", Before: poison}, {Name: "b", After: poison}}, Revert: "/revert"}
	nobody := audit
	nobody.Who, nobody.Changes, nobody.Revert = ui.Person{}, nil, ""
	log := ui.AuditLog{Title: "Audit", CSV: "/csv", Rows: []ui.AuditRow{audit, nobody}, Pager: pager}
	chart := ui.Chart{Label: poison, Days: []time.Time{at}, Series: []ui.Series{{Label: poison, Values: []int64{5}}}}
	health := ui.Health{Lines: []ui.HealthLine{{Name: "Database", State: "healthy"}, {Name: "Redis", State: "unhealthy", Detail: poison}, {Name: "Bot", State: "unknown"}}}
	findings := ui.Findings{Items: []ui.Finding{{State: "degraded", Text: poison, Hint: poison}, {State: "unhealthy", Text: "Nothing works.", Hint: "Try again."}}}
	parts := ui.Parts{Items: []ui.PartBox{
		{ID: "part-a", Path: "/parts/a", Wide: true, Trigger: "sse:a throttle:1s", Body: health},
		{ID: "part-b", Path: "/parts/b", Body: ui.Slow{Part: "/parts/b", Page: "/?parts=now", What: "Loading…", Rows: 12}},
	}}
	content := ui.Content{Guild: &guild, Tabs: links, Head: ui.Head{Title: poison, Lead: poison}, Body: ui.Home{Parts: parts}}
	page := ui.Page{Title: poison, Who: ui.Who{Name: poison, Avatar: "/x", Admin: true}, Token: "token", Theme: "dark", Path: "/admin?a=1", Nav: links,
		Guilds: links, Events: "/admin/events", Toasts: toasts(), Content: content}
	unsure := guild
	unsure.Unsure, unsure.Icon = true, ""
	return []ui.View{
		page, content, findings, ui.Home{Parts: parts}, ui.GuildOverview{Parts: parts}, parts, parts.Items[1].Body, ui.Nothing{}, chart,
		ui.Login{Form: form, Dev: true, Name: field("")},
		ui.Page{Title: "Bare", Theme: "auto", Content: ui.Content{Guild: &unsure, Body: ui.GuildOverview{}}},
		ui.Fresh{Title: poison, Content: content, Toasts: toasts()},
		ui.Fresh{Content: ui.Nothing{}},
		ui.Plain{Title: poison, Theme: "auto", Body: ui.Login{Form: form, Dev: true, Discord: true, Next: "/admin/guilds?q=" + poison, Name: field("")}},
		ui.Plain{Title: "Sign in", Theme: "light", Body: ui.Login{}},
		ui.PageError{Trouble: trouble, Back: "/admin"},
		ui.PartError{Trouble: trouble, Retry: "/again"},
		ui.SitePage{Title: poison, Description: poison, BaseURL: "https://example.com", Path: "/", Invite: true, Body: ui.Landing{Invite: true}},
		ui.SitePage{Title: "Front", Body: ui.Landing{}},
		ui.Landing{Invite: true}, ui.About{Invite: true, Version: poison},
		ui.Privacy{Kept: []ui.Kept{{What: i18n.M("a"), Why: i18n.M("%s", poison), HowLong: i18n.M("b")}}},
		ui.SiteError{Trouble: trouble},
		ui.BytesSettings{Nav: nav, Form: form, Path: "/p", Version: "3", Amounts: fields, OnMessage: field("checkbox"),
			Presets: []ui.Preset{{Name: "steady", Label: "Steady", Values: `{"a":"1"}`}}, Tiers: []ui.TierFields{{Name: "CHAR", Days: field("number"), Multiplier: field("number")}},
			TierError: poison, Rewards: []ui.Reward{{Role: role, Bytes: field("number"), Drop: field("checkbox")}, {Role: gone, Bytes: field("number"), Drop: field("checkbox")}}, Roles: roles,
			NewReward: field("number"), RoleError: poison},
		ui.BytesSettings{Saved: true, Roles: ui.RolePicker{Gone: poison}},
		ui.BytesTransactions{Nav: nav, Path: "/p", Self: "/p?a=1", CSV: "/csv", Adjust: "/adjust", Filters: fields, Any: true, Moves: []ui.Move{move, {}}, Pager: pager, Trigger: "sse:x"},
		ui.BytesTransactions{},
		ui.BytesTransactions{Any: true},
		ui.BytesAdjust{Form: form, Path: "/p", Back: "/b", Key: "k", Fields: fields},
		ui.BytesUndo{Form: form, Path: "/p", Back: "/b", Key: "k", Move: move, Reason: field("textarea")},
		ui.BytesLeaderboard{Nav: nav, By: links, CSV: "/csv", Places: []ui.Place{place}, Pager: pager},
		ui.BytesLeaderboard{},
		ui.BytesChart{Supply: chart, Traffic: chart},
		ui.BytesTop{Places: []ui.Place{place}, All: "/all"}, ui.BytesTop{},
		ui.BytesLatest{Moves: []ui.Move{move}, All: "/all"}, ui.BytesLatest{},
		ui.BytesHoldings{Holdings: []ui.Holding{{Balance: balance, Guild: guild, Tier: "BIT", Rank: 1, Moves: "/m"}}, Moves: []ui.HoldingMoves{{Guild: guild, Moves: []ui.Move{move}}}},
		ui.BytesHoldings{},
		ui.Squads{Form: form, Path: "/p", Rows: []ui.SquadRow{squad, {Squad: store.Squad{Active: true}}}, Counts: "/c", Trigger: "sse:x", Said: poison}, ui.Squads{},
		ui.SquadCounts{Rows: []store.Squad{squad.Squad}},
		ui.SquadForm{Form: form, ID: "squad-1", Title: poison, Path: "/p", Back: "/b", Version: "1", Name: field(""), About: field("textarea"), Figures: []ui.Field{field("number")},
			Active: field("checkbox"), Roles: roles, Members: 3, Submit: "Save"},
		ui.SquadForm{},
		ui.SquadDelete{SquadRow: squad, Form: form, Back: "/b"}, ui.SquadDelete{},
		ui.SquadMembers{SquadRow: squad, Form: form, Back: "/b", CSV: "/csv", Members: []ui.SquadMember{{Membership: store.Membership{JoinedAt: at}, Who: person}, {}}, Pager: pager, Trigger: "sse:x", Self: "/s"},
		ui.SquadMembers{},
		ui.SquadTimes{Times: []ui.SquadTime{{Membership: store.Membership{JoinedAt: at, EndedAt: &at, EndedBy: new(store.EndLeft)}, Guild: guild, Name: poison, Path: "/p"}, {Guild: guild}}},
		ui.SquadTimes{},
		ui.Cases{Path: "/p", Text: poison, Rows: []ui.CaseRow{aCase, {}}, Pager: pager}, ui.Cases{}, ui.Cases{Text: poison},
		ui.Case{CaseRow: aCase, Form: ui.Form{Problem: poison}, Undo: poison, Asks: poison, Back: "/b", Told: poison, Others: []ui.CaseRow{aCase},
			Changes: []ui.CaseChange{{CaseHistory: store.CaseHistory{At: at, ActorName: poison, Before: new(poison), After: new(poison)}, What: poison}, {}}}, ui.Case{},
		ui.SignIns{Form: form, Path: "/p", Own: true, Rows: []ui.SignIn{{ID: "a", Address: poison, Since: at, Seen: at, Current: true}, {ID: "b", Since: at, Seen: at}}}, ui.SignIns{},
		ui.ModerationSettings{Form: form, Path: "/p", Back: "/b", Version: "1", Channel: field("select"), Fields: fields, MessageProblem: poison, StepProblem: poison,
			Messages: []ui.MessageFields{{On: field("checkbox"), Words: field("textarea")}}, Steps: []ui.StepFields{{Name: poison, Fields: fields}}}, ui.ModerationSettings{},
		ui.GuildList{Path: "/p", CSV: "/csv", Search: field("search"), Sorts: links, Rows: []ui.GuildRow{{GuildHead: guild, Configured: true}, {GuildHead: unsure}}, Total: 2, Pager: pager},
		ui.GuildList{}, ui.GuildList{Any: true},
		ui.Figures{Items: []ui.Figure{{Label: poison, Value: 1250, Note: poison, Icon: "coin"}}},
		ui.Quick{Links: links},
		health,
		ui.Activity{Items: []ui.ActivityItem{{Icon: "coin", Text: "Bytes moved", Where: poison, Path: "/g", At: at}, {Icon: "key", Text: "x", Where: "y", At: at}}},
		ui.Activity{},
		ui.UserSearch{Path: "/p", Query: field("search"), Asked: true, Found: []ui.UserRow{{Person: person, Username: poison, Guilds: []string{poison}}}, Broken: poison},
		ui.UserSearch{Asked: true}, ui.UserSearch{},
		ui.UserOptions{Found: []ui.UserRow{{Person: person, Username: poison}}}, ui.UserOptions{},
		ui.UserPage{Who: person, Username: poison, ID: 7, SignIns: "/s", Joined: []ui.Joined{{Guild: guild, Since: &at, Roles: []ui.Role{role}}, {Guild: guild}}, Parts: parts},
		ui.UserPage{Unknown: true},
		log, ui.AuditLog{},
		ui.AuditRevert{Form: form, Path: "/p", Back: "/b", Row: audit},
		ui.SettingsKeys{Nav: links, New: "/new", Keys: []ui.KeyRow{{APIKey: key, State: "works", Where: poison, Revoke: "/r"}, {State: "revoked"}}},
		ui.SettingsKeys{},
		ui.KeyNew{Form: form, Path: "/p", Back: "/b", Name: field(""), Scopes: []ui.Check{{Value: "read", Label: "read", Help: poison, Checked: true}}, ScopeError: poison,
			Guilds: []ui.Check{{Value: "9", Label: poison}}, GuildError: poison, Expires: field("select")},
		ui.KeyMade{Key: "sd_secret", Made: key, Back: "/b"},
		ui.KeyRevoke{Form: form, Path: "/p", Back: "/b", Key: key},
		ui.SettingsAdmins{Nav: links, Form: form, Develop: true, Admins: []ui.AdminRow{{Name: poison, Since: &at, Remove: "/r", Self: true}, {ID: "7"}}},
		ui.SettingsAdmins{},
		ui.SettingsSystem{Nav: links, Build: []ui.Fact{{Name: "Version", Value: poison}}, Config: []ui.Fact{{Name: "A", Value: "b"}, {Name: "C"}}, Health: health},
		ui.SettingsAudit{Nav: links, Log: log},
		ui.Automod{Form: form, Path: "/p", Panic: true, PanicBy: person, Since: &at, Said: poison, Types: []ui.AutomodNew{{Name: poison, About: poison, Path: "/n"}},
			Rules: []ui.AutomodRule{
				{ID: "1", Name: poison, Type: poison, Mode: "enforce", Actions: poison, Hits: 3, Precision: poison, Trouble: poison, Path: "/r", First: true},
				{ID: "2", Name: "x", Mode: "shadow"}, {ID: "3", Name: "y", Mode: "off", Last: true}},
			Settings: ui.AutomodSettings{Form: form, Path: "/s", Version: "1", Alerts: []ui.Field{field("select")}, Fields: []ui.Field{field("checkbox")}}},
		ui.Automod{},
		ui.AutomodEditor{Form: form, ID: "e", Title: poison, About: poison, Type: "content", Path: "/p", Back: "/b", Delete: "/d", Version: "1", Name: field(""), Mode: field("select"),
			Config: []ui.Field{field("textarea")}, Actions: []ui.AutomodAction{{On: field("checkbox"), Fields: []ui.Field{field("number")}}}, Conditions: []ui.Field{field("")},
			Exempt: []ui.Field{field("textarea")}, Try: "/t", Sample: field("textarea"), Channels: []ui.Option{{Value: "1", Label: poison}}, Submit: "Save"},
		ui.AutomodTried{Problem: poison}, ui.AutomodTried{},
		ui.AutomodTried{Looked: 9, Matched: 2, Members: 1, Moderators: []string{poison}, Hidden: 1, Hits: []ui.AutomodTriedHit{{Who: poison, Where: poison, Before: poison, Match: poison, Behind: poison}, {Before: "x"}}},
		ui.AutomodLog{Form: form, Path: "/p", Back: "/b", Filter: []ui.Field{field("select")}, Any: true, Hits: []ui.AutomodHit{
			{ID: "1", Rule: poison, Who: person, Where: poison, Excerpt: poison, Done: poison, Shadow: true, Count: 3, Verdict: "open", Case: 4, At: at},
			{ID: "2", Verdict: "confirmed"}, {ID: "3", Verdict: "false"}}},
		ui.AutomodLog{Any: true}, ui.AutomodLog{},
		ui.AutomodDelete{Form: form, Name: poison, Path: "/p", Back: "/b"},
	}
}

func toasts() []ui.Toast {
	return []ui.Toast{{Tone: "success", Text: poison}, {Tone: "info", Text: "x"}, {Tone: "warning", Text: "x"}, {Tone: "danger", Text: "x"}}
}

func TestEveryTemplateRenders(t *testing.T) {
	t.Parallel()
	set := templates(t)
	used := make(map[string]bool)
	for _, v := range views() {
		body, err := set.Render(i18n.English(), v)
		require.NoError(t, err, "%T", v)
		used[v.Template()] = true
		require.NotContains(t, string(body), "<script>alert", "%T", v)
		require.NotContains(t, string(body), "<img src=x", "%T", v)
		require.NotContains(t, string(body), "ZgotmplZ", "%T shows something where it is not safe", v)
	}
	names, err := set.Names()
	require.NoError(t, err)
	included := includes(t)
	for _, name := range names {
		require.True(t, used[name] || included[name] || ours(name), "nothing shows the template %s", name)
	}
}

// ours tells templates of parts of the site that have tests of their own.
func ours(name string) bool {
	folder, _, _ := strings.Cut(name, "/")
	return name == "" || folder == "reference"
}

// includes are the templates that others include by name.
func includes(t *testing.T) map[string]bool {
	t.Helper()
	named := make(map[string]bool)
	for _, text := range sources(t) {
		for _, found := range regexp.MustCompile(`{{-? ?template "([^"]+)"`).FindAllStringSubmatch(text, -1) {
			named[found[1]] = true
		}
	}
	return named
}

// sources are our templates by path.
func sources(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("*/*.html")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	texts := make(map[string]string)
	for _, path := range paths {
		if strings.HasPrefix(path, "playground/") || strings.HasPrefix(path, "reference/") {
			continue
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		texts[path] = string(text)
	}
	return texts
}

// The content security policy allows neither, and htmx's own eval is off.
func TestTemplatesHoldNoInlineStyleOrScript(t *testing.T) {
	t.Parallel()
	forbidden := regexp.MustCompile(`(?i)\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:|hx-on|js:|<script(?:>| [^s])|https?://`)
	for path, text := range sources(t) {
		require.Empty(t, forbidden.FindAllString(text, -1), path)
	}
}

func TestOnlyUsedIconsAreBuiltIn(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("icons.json")
	require.NoError(t, err)
	var icons []string
	require.NoError(t, json.Unmarshal(text, &icons))
	var all strings.Builder
	for _, root := range []string{".", "../app"} {
		require.NoError(t, fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && d.Name() == "node_modules":
				return fs.SkipDir
			case slices.Contains([]string{".go", ".html", ".js"}, filepath.Ext(path)) && !strings.HasSuffix(path, "_test.go"):
				text, err := os.ReadFile(filepath.Join(root, path))
				all.Write(text)
				return err
			}
			return nil
		}))
	}
	for _, name := range icons {
		require.Contains(t, all.String(), `"`+name+`"`, "the icon %s is used nowhere; take it out of ui/icons.json", name)
	}
}

func TestABrokenTemplateIsToldAtStart(t *testing.T) {
	t.Parallel()
	assets, err := ui.NewAssets(os.DirFS("../dist"), "/assets")
	require.NoError(t, err)
	files := fstest.MapFS{"dist/icons.json": {Data: []byte("{}")}, "ui/a/b.html": {Data: []byte("{{.Oops")}}
	_, err = ui.NewTemplates(files, assets)
	require.ErrorContains(t, err, "a/b")
	_, err = ui.NewTemplates(fstest.MapFS{"dist/icons.json": {Data: []byte("{}")}}, assets)
	require.ErrorContains(t, err, "no templates")
	_, err = ui.NewTemplates(fstest.MapFS{}, assets)
	require.ErrorContains(t, err, "make assets")
}

func TestLiveTemplatesFollowTheirFiles(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"dist/icons.json": {Data: []byte(`{"home":"<path/>"}`)}, "ui/frame/nothing.html": {Data: []byte("one")}}
	live := ui.LiveTemplates(files, nil)
	body, err := live.Render(i18n.English(), ui.Nothing{})
	require.NoError(t, err)
	require.Equal(t, "one", string(body))
	files["ui/frame/nothing.html"] = &fstest.MapFile{Data: []byte(`{{icon "home"}}`)}
	body, err = live.Render(i18n.English(), ui.Nothing{})
	require.NoError(t, err)
	require.Contains(t, string(body), `aria-hidden="true" focusable="false"><path/></svg>`)
	files["ui/frame/nothing.html"] = &fstest.MapFile{Data: []byte(`{{icon "unknown"}}`)}
	_, err = live.Render(i18n.English(), ui.Nothing{})
	require.ErrorContains(t, err, "ui/icons.json")
}

func TestAFieldKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	fresh := ui.Form{}.Field(ui.Field{Name: "a", Value: "saved"})
	require.Equal(t, "saved", fresh.Value)
	form := ui.Form{Errors: map[string]string{"a": "wrong"}, Typed: url.Values{"a": {"typed"}, "on": {"yes"}}}
	typed := form.Field(ui.Field{Name: "a", Value: "saved"})
	require.Equal(t, "typed", typed.Value)
	require.Equal(t, "wrong", typed.Error)
	require.True(t, form.Field(ui.Field{Name: "on", Type: "checkbox"}).Checked)
	require.False(t, form.Field(ui.Field{Name: "off", Type: "checkbox", Checked: true}).Checked)
}
