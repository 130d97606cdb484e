package automod

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// The tab of the dashboard, and its pages below a guild's own path.
const (
	tab   = "automod"
	atTab = "/admin/guilds/{guild}/automod"
)

// pages is the dashboard's side of the service.
type pages struct {
	*Service
	web *dashboard.Pages
}

func (s *Service) pages(p *dashboard.Pages) { pages{s, p}.mount() }

func (p pages) mount() {
	p.web.Tab(dashboard.Tab{Label: i18n.M("Auto-moderation"), Icon: "shield-check", Path: tab})
	p.web.Get(atTab, dashboard.Manager, p.list)
	p.web.Post(atTab, dashboard.Manager, p.act)
	p.web.Post(atTab+"/settings", dashboard.Manager, p.saveSettings)
	p.web.Post(atTab+"/panic", dashboard.Manager, p.panic)
	p.web.Get(atTab+"/new/{type}", dashboard.Manager, p.newPage)
	p.web.Post(atTab+"/new/{type}", dashboard.Manager, p.create)
	p.web.Post(atTab+"/try/{type}", dashboard.Manager, p.try)
	p.web.Get(atTab+"/rules/{id}", dashboard.Manager, p.editPage)
	p.web.Post(atTab+"/rules/{id}", dashboard.Manager, p.edit)
	p.web.Get(atTab+"/rules/{id}/delete", dashboard.Manager, p.deletePage)
	p.web.Post(atTab+"/rules/{id}/delete", dashboard.Manager, p.delete)
	p.web.Get(atTab+"/log", dashboard.Manager, p.logPage)
	p.web.Post(atTab+"/log/{id}", dashboard.Manager, p.verdict)
	p.web.Reverts("automod.rule.update", p.revert)
	p.web.Reverts("automod.rule.delete", p.restore)
	p.web.Reverts(store.SettingsAction("automod"), p.revertSettings)
}

// base is where the tab of the request's guild begins.
func base(r *dashboard.Request) string { return r.Guild.Path() + "/" + tab }

func answer(title string, body ui.View) dashboard.Response {
	return dashboard.Response{Title: title, Tab: tab, Live: true, Body: body}
}

func (p pages) list(r *dashboard.Request) (dashboard.Response, error) {
	return p.listed(r, r.Form(), "")
}

// listed shows the rules; said is what has just been done.
func (p pages) listed(r *dashboard.Request, form ui.Form, said string) (dashboard.Response, error) {
	rules, err := p.Rules(r.Context(), r.Guild.ID)
	if err != nil {
		return dashboard.Response{}, err
	}
	panicking, err := p.Panic(r.Context(), r.Guild.ID)
	if err != nil {
		return dashboard.Response{}, err
	}
	cfg, err := p.SettingsNow(r.Context(), r.Guild.ID)
	if err != nil {
		return dashboard.Response{}, err
	}
	settings, err := p.settingsForm(r, r.Form(), cfg)
	if err != nil {
		return dashboard.Response{}, err
	}
	view := ui.Automod{Form: form, Path: base(r), Panic: panicking.Active, Since: panicking.Since, Said: said, Settings: settings}
	if panicking.By != nil {
		view.PanicBy = p.web.People(r.Context(), r.Guild.ID, map[snowflake.ID]string{*panicking.By: panicking.By.String()})[*panicking.By]
	}
	for i, rule := range rules {
		view.Rules = append(view.Rules, p.row(r, rule, i == 0, i == len(rules)-1))
	}
	for _, t := range engine.Types() {
		name, about := typeName(t)
		view.Types = append(view.Types, ui.AutomodNew{Name: name.Localize(r.Printer()), About: about.Localize(r.Printer()), Path: base(r) + "/new/" + string(t)})
	}
	return answer(r.T("Auto-moderation"), view), nil
}

func (p pages) row(r *dashboard.Request, rule Rule, first, last bool) ui.AutomodRule {
	name, about := typeName(rule.Type)
	row := ui.AutomodRule{ID: rule.ID, Name: rule.Name, Type: name.Localize(r.Printer()), About: about.Localize(r.Printer()), Mode: string(rule.Mode),
		Hits: rule.Stats.Hits, Path: base(r) + "/rules/" + rule.ID, First: first, Last: last}
	var actions []string
	for _, a := range rule.Actions {
		actions = append(actions, actionName(r.Printer(), string(a.Type())))
	}
	row.Actions = strings.Join(actions, ", ")
	if judged := rule.Stats.Confirmed + rule.Stats.False; judged > 0 {
		row.Precision = r.T("%s of %s were right", i18n.Number(rule.Stats.Confirmed), i18n.Number(judged))
	}
	if p.unavailable(rule.Type) != "" {
		row.Trouble = r.T("It finds nothing: Message Content is switched off in Discord’s developer portal.")
	}
	for _, paused := range p.pauses.of(r.Guild.ID) {
		if paused.Rule == rule.ID {
			row.Trouble = r.T("“%s” is not tried any more: Discord refused it (code %s). It is tried again when a role changes.", actionName(r.Printer(), paused.Type), fmt.Sprint(paused.Code))
		}
	}
	if low, _ := rule.imprecise(); low {
		row.Trouble = r.T("It is wrong too often. Switch it to shadow and make it narrower.")
	}
	return row
}

// act carries out what one button of the list asks for.
func (p pages) act(r *dashboard.Request) (dashboard.Response, error) {
	if err := r.ParseForm(); err != nil {
		return dashboard.Response{}, err
	}
	said, err := p.switched(r)
	if err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return p.listed(r, form, "") })
	}
	if r.Header.Get("HX-Request") == "true" {
		return p.listed(r, r.Form(), said) // in place, so that the focus stays where it is
	}
	return dashboard.Redirect(base(r), said), nil
}

func (p pages) switched(r *dashboard.Request) (string, error) {
	for _, mode := range []engine.Mode{engine.Enforce, engine.Shadow, engine.Off} {
		text := r.PostFormValue(string(mode))
		if text == "" {
			continue
		}
		id, err := uuid.Parse(text)
		if err != nil {
			return "", dashboard.NotFound()
		}
		rule, err := p.SetMode(r.Context(), Edit{Guild: r.Guild.ID, ID: id, Actor: r.Person.Actor(), By: r.Person.Authority()}, mode)
		if err != nil {
			return "", err
		}
		switch mode {
		case engine.Enforce:
			return r.T("%s acts from now on.", rule.Name), nil
		case engine.Shadow:
			return r.T("%s only logs from now on.", rule.Name), nil
		default:
			return r.T("%s is off.", rule.Name), nil
		}
	}
	return p.reorder(r)
}

// reorder moves one rule by a place.
func (p pages) reorder(r *dashboard.Request) (string, error) {
	var ids []uuid.UUID
	for _, text := range r.PostForm["id"] {
		id, err := uuid.Parse(text)
		if err != nil {
			return "", dashboard.NotFound()
		}
		ids = append(ids, id)
	}
	for field, by := range map[string]int{"up": -1, "down": 1} {
		id, err := uuid.Parse(r.PostFormValue(field))
		if err != nil {
			continue
		}
		at := slices.Index(ids, id)
		if to := at + by; at >= 0 && to >= 0 && to < len(ids) {
			ids[at], ids[to] = ids[to], ids[at]
		}
	}
	_, err := p.Order(r.Context(), r.Guild.ID, ids, r.Person.Actor(), r.Person.Authority())
	return r.T("Order saved."), err
}

func (p pages) panic(r *dashboard.Request) (dashboard.Response, error) {
	active := r.PostFormValue("active") == "yes"
	if _, err := p.SetPanic(r.Context(), r.Guild.ID, active, r.Person.Actor(), r.Person.Authority()); err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return p.listed(r, form, "") })
	}
	if active {
		return dashboard.Redirect(base(r), r.T("All rules are off.")), nil
	}
	return dashboard.Redirect(base(r), r.T("The rules work again.")), nil
}

// linesOf are the typed lines as messages of one member, a second apart; for rules about names, as people who join.
func linesOf(text string, t engine.Type) []engine.Sample {
	var samples []engine.Sample
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\r\n"); line == "" || len(samples) >= 200 {
			continue
		}
		one := engine.Sample{ID: engine.Snowflake(1000 + len(samples)), AtS: float64(len(samples)), Content: line, Author: engine.SampleUser{ID: 1, Username: "member"}}
		if !t.Sees(engine.KindMessage) {
			one.Event, one.Content, one.Author = engine.KindJoin, "", engine.SampleUser{ID: engine.Snowflake(len(samples) + 1), Username: line}
		}
		samples = append(samples, one)
	}
	return samples
}

func (p pages) tried(r *dashboard.Request, tried Tried) ui.AutomodTried {
	view := ui.AutomodTried{Looked: tried.Looked, Matched: tried.Matched, Members: tried.Members, Moderators: tried.Moderators, Hidden: tried.Hidden}
	names := p.channelNames(r.Context(), r.Guild.ID)
	for _, h := range tried.Hits {
		shown := ui.AutomodTriedHit{Who: h.User, At: h.At}
		if id, err := snowflake.Parse(h.Channel); err == nil {
			shown.Where = names[id]
		}
		runes := []rune(h.Excerpt)
		begin := min(max(h.Offset, 0), len(runes))
		end := min(begin+max(h.Length, 0), len(runes))
		shown.Before, shown.Match, shown.Behind = string(runes[:begin]), string(runes[begin:end]), string(runes[end:])
		view.Hits = append(view.Hits, shown)
	}
	return view
}

func (p pages) channelNames(ctx context.Context, guild snowflake.ID) map[snowflake.ID]string {
	names := map[snowflake.ID]string{}
	if g, err := p.who.Guild(ctx, guild); err == nil {
		for _, c := range g.Channels {
			names[c.ID] = c.Name
		}
	}
	return names
}

func (p pages) deletePage(r *dashboard.Request) (dashboard.Response, error) {
	return p.deleteForm(r, r.Form())
}

func (p pages) deleteForm(r *dashboard.Request, form ui.Form) (dashboard.Response, error) {
	rule, err := p.rule(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	path := base(r) + "/rules/" + rule.ID
	return answer(r.T("Delete %s", rule.Name), ui.AutomodDelete{Form: form, Name: rule.Name, Path: path + "/delete", Back: path}), nil
}

func (p pages) delete(r *dashboard.Request) (dashboard.Response, error) {
	rule, err := p.rule(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	if _, err := p.Delete(r.Context(), Edit{Guild: r.Guild.ID, ID: rule.UUID(), Actor: r.Person.Actor(), By: r.Person.Authority()}); err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return p.deleteForm(r, form) })
	}
	return dashboard.Redirect(base(r), r.T("%s was deleted.", rule.Name)), nil
}

// recorded is a rule as the audit log has it.
type recorded struct {
	ID   uuid.UUID       `json:"id"`
	Name string          `json:"name"`
	Mode string          `json:"mode"`
	Rule json.RawMessage `json:"rule"`
}

func (rec recorded) rule() (engine.Rule, error) {
	var rule engine.Rule
	err := json.Unmarshal(rec.Rule, &rule)
	rule.ID, rule.Name, rule.Mode = "", rec.Name, engine.Mode(rec.Mode)
	return rule, err
}

// revert makes a rule what it was before a change.
func (p pages) revert(ctx context.Context, who dashboard.Person, e store.AuditEntry) error {
	var was recorded
	if err := json.Unmarshal(e.Before, &was); err != nil {
		return err
	}
	rule, err := was.rule()
	if err != nil {
		return err
	}
	_, err = p.Change(ctx, Edit{Guild: e.GuildID, ID: was.ID, Rule: rule, Actor: who.Actor(), By: who.Authority()})
	return err
}

// restore makes a rule again that was deleted, behind the others and in shadow.
func (p pages) restore(ctx context.Context, who dashboard.Person, e store.AuditEntry) error {
	var was recorded
	if err := json.Unmarshal(e.Before, &was); err != nil {
		return err
	}
	rule, err := was.rule()
	if err != nil {
		return err
	}
	rule.Mode = engine.Shadow
	_, err = p.Create(ctx, Edit{Guild: e.GuildID, Rule: rule, Actor: who.Actor(), By: who.Authority()})
	return err
}

func (p pages) revertSettings(ctx context.Context, who dashboard.Person, e store.AuditEntry) error {
	patch, err := p.document.Recorded(e.Before)
	if err != nil {
		return err
	}
	_, err = p.Configure(ctx, Configure{Guild: e.GuildID, Patch: patch, Actor: who.Actor(), By: who.Authority()})
	return err
}
