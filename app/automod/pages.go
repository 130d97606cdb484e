package automod

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
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

// settingsForm shows what the rules have in common, as it is or as it was typed.
func (p pages) settingsForm(r *dashboard.Request, form ui.Form, cfg Config) (ui.AutomodSettings, error) {
	g, err := p.who.Guild(r.Context(), r.Guild.ID)
	if err != nil {
		return ui.AutomodSettings{}, err
	}
	channels := []ui.Option{{Label: r.T("None")}}
	for _, c := range g.Channels {
		if c.Type == discord.ChannelTypeGuildText || c.Type == discord.ChannelTypeGuildNews {
			channels = append(channels, ui.Option{Value: c.ID.String(), Label: "#" + c.Name})
		}
	}
	roles := []ui.Option{{Label: r.T("Nobody")}}
	for _, role := range g.Roles {
		if role.ID != r.Guild.ID {
			roles = append(roles, ui.Option{Value: role.ID.String(), Label: "@" + role.Name})
		}
	}
	value := func(id *snowflake.ID) string {
		if id == nil {
			return ""
		}
		return id.String()
	}
	lines := func(ids []snowflake.ID) string {
		text := make([]string, len(ids))
		for i, id := range ids {
			text[i] = id.String()
		}
		return strings.Join(text, "\n")
	}
	return ui.AutomodSettings{
		Form: form, Path: base(r) + "/settings", Version: strconv.FormatInt(cfg.Version, 10),
		Alerts: []ui.Field{
			form.Field(ui.Field{Name: "alert_channel_id", Label: r.T("Channel of alerts"), Type: "select", Options: channels, Value: value(cfg.AlertChannelID)}),
			form.Field(ui.Field{Name: "alert_role_id", Label: r.T("Alerts mention"), Type: "select", Options: roles, Value: value(cfg.AlertRoleID)}),
			form.Field(ui.Field{Name: "exempt_roles", Label: r.T("Exempt roles"), Type: "textarea", Value: lines(cfg.ExemptRoles), Help: r.T("IDs, one a line.")}),
			form.Field(ui.Field{Name: "exempt_channels", Label: r.T("Exempt channels"), Type: "textarea", Value: lines(cfg.ExemptChannels), Help: r.T("IDs, one a line; a category covers what is in it.")}),
		},
		Fields: p.document.Fields(r.Printer(), form, cfg.Settings),
	}, nil
}

func (p pages) saveSettings(r *dashboard.Request) (dashboard.Response, error) {
	var f fault.Fields
	patch := p.document.Read(r, &f)
	for _, name := range []string{"alert_channel_id", "alert_role_id"} {
		id, err := snowflake.Parse(r.PostFormValue(name))
		switch {
		case r.PostFormValue(name) == "":
			patch = patch.Set(name, nil)
		case err != nil:
			f.Add(name, "Choose one of the list.")
		default:
			patch = patch.Set(name, id)
		}
	}
	for _, name := range []string{"exempt_roles", "exempt_channels"} {
		ids := []snowflake.ID{}
		for _, text := range strings.Fields(r.PostFormValue(name)) {
			id, err := snowflake.Parse(text)
			if err != nil {
				f.Add(name, "%s is not an ID.", text)
				continue
			}
			ids = append(ids, id)
		}
		patch = patch.Set(name, ids)
	}
	err := f.Err()
	if err == nil {
		var version int64
		if version, err = strconv.ParseInt(r.PostFormValue("version"), 10, 64); err != nil {
			err = fault.New(fault.Stale, "stale", "This page is outdated. Reload it, then try again.")
		} else {
			_, err = p.Configure(r.Context(), Configure{Guild: r.Guild.ID, Patch: patch, IfVersion: &version, Actor: r.Person.Actor(), By: r.Person.Authority()})
		}
	}
	if err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) {
			cfg, err := p.SettingsNow(r.Context(), r.Guild.ID)
			if err != nil {
				return dashboard.Response{}, err
			}
			view, err := p.settingsForm(r, form, cfg)
			return answer(r.T("Auto-moderation"), view), err
		})
	}
	return dashboard.Redirect(base(r), r.T("Saved. It holds for all rules.")), nil
}

// typeOf is the type of rule that the path names.
func typeOf(r *dashboard.Request) (engine.Type, error) {
	t := engine.Type(r.PathValue("type"))
	if engine.NewConfig(t) == nil {
		return t, dashboard.NotFound()
	}
	return t, nil
}

func (p pages) newPage(r *dashboard.Request) (dashboard.Response, error) {
	t, err := typeOf(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	return p.newForm(r, r.Form(), t)
}

func (p pages) newForm(r *dashboard.Request, form ui.Form, t engine.Type) (dashboard.Response, error) {
	rule := engine.Rule{Type: t, Config: engine.NewConfig(t), Mode: engine.Shadow, Actions: engine.Actions{newAction(engine.ActionAlert)}}
	view, err := p.editor(r, form, rule)
	view.ID, view.Title, view.Path, view.Submit = "rule-new", r.T("New rule"), base(r)+"/new/"+string(t), r.T("Create rule")
	return answer(view.Title, view), err
}

func (p pages) create(r *dashboard.Request) (dashboard.Response, error) {
	t, err := typeOf(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	if err := r.ParseForm(); err != nil {
		return dashboard.Response{}, err
	}
	rule, err := readRuleForm(r.PostForm, t)
	var made Rule
	if err == nil {
		made, err = p.Create(r.Context(), Edit{Guild: r.Guild.ID, Rule: rule, Actor: r.Person.Actor(), By: r.Person.Authority()})
	}
	if err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return p.newForm(r, form, t) })
	}
	return dashboard.Redirect(base(r), r.T("%s was created.", made.Name)), nil
}

// rule is the one that the path names.
func (p pages) rule(r *dashboard.Request) (Rule, error) {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return Rule{}, dashboard.NotFound()
	}
	return p.Rule(r.Context(), r.Guild.ID, id)
}

func (p pages) editPage(r *dashboard.Request) (dashboard.Response, error) {
	rule, err := p.rule(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	return p.editForm(r, r.Form(), rule, strconv.FormatInt(rule.Version, 10))
}

func (p pages) editForm(r *dashboard.Request, form ui.Form, rule Rule, version string) (dashboard.Response, error) {
	view, err := p.editor(r, form, rule.Rule)
	view.ID, view.Title, view.Path = "rule-"+rule.ID, r.T("Edit %s", rule.Name), base(r)+"/rules/"+rule.ID
	view.Delete, view.Version, view.Submit = view.Path+"/delete", version, r.T("Save")
	return answer(view.Title, view), err
}

func (p pages) edit(r *dashboard.Request) (dashboard.Response, error) {
	now, err := p.rule(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	if err := r.ParseForm(); err != nil {
		return dashboard.Response{}, err
	}
	in := Edit{Guild: r.Guild.ID, ID: now.UUID(), Actor: r.Person.Actor(), By: r.Person.Authority()}
	in.Rule, err = readRuleForm(r.PostForm, now.Type)
	if err == nil {
		var version int64
		if version, err = strconv.ParseInt(r.PostFormValue("version"), 10, 64); err != nil {
			err = fault.New(fault.Stale, "stale", "This page is outdated. Reload it, then try again.")
		} else {
			in.IfVersion = &version
			_, err = p.Change(r.Context(), in)
		}
	}
	if err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) {
			shown := r.PostFormValue("version")
			if fault.Has(err, "stale") {
				shown = strconv.FormatInt(now.Version, 10)
			}
			return p.editForm(r, form, now, shown)
		})
	}
	return dashboard.Redirect(base(r), r.T("%s was saved.", in.Rule.Name)), nil
}

// editor shows a rule as it is, or as it was typed.
func (p pages) editor(r *dashboard.Request, form ui.Form, rule engine.Rule) (ui.AutomodEditor, error) {
	printer := r.Printer()
	name, about := typeName(rule.Type)
	conditions := rule.Conditions
	ids := func(list []engine.Snowflake) string {
		text := make([]string, len(list))
		for i, id := range list {
			text[i] = id.String()
		}
		return strings.Join(text, "\n")
	}
	view := ui.AutomodEditor{
		Form: form, Type: string(rule.Type), About: r.T("%s: %s", name, about), Back: base(r), Try: base(r) + "/try/" + string(rule.Type),
		Name: form.Field(ui.Field{Name: "name", Label: r.T("Name"), Value: rule.Name, Longest: 100, Required: true}),
		Mode: form.Field(ui.Field{Name: "mode", Label: r.T("Mode"), Type: "select", Value: string(rule.Mode), Options: []ui.Option{
			{Value: string(engine.Shadow), Label: r.T("Shadow: only log")}, {Value: string(engine.Enforce), Label: r.T("Enforce: act")}, {Value: string(engine.Off), Label: r.T("Off")}}}),
		Config: fieldsOf(printer, form, "config.", string(rule.Type), rule.Config), Actions: actionParts(printer, form, rule),
		Conditions: fieldsOf(printer, form, "conditions.", "conditions", &conditions),
		Exempt: []ui.Field{
			form.Field(ui.Field{Name: "exempt_roles", Label: words["exempt_roles"].label.Localize(printer), Help: words["exempt_roles"].help.Localize(printer), Type: "textarea", Value: ids(rule.ExemptRoles)}),
			form.Field(ui.Field{Name: "exempt_channels", Label: words["exempt_channels"].label.Localize(printer), Help: words["exempt_channels"].help.Localize(printer), Type: "textarea", Value: ids(rule.ExemptChannels)}),
		},
		Sample: ui.Field{Name: "sample", Label: r.T("Messages to try"), Type: "textarea", Placeholder: r.T("One message a line")},
	}
	if rule.Type.Sees(engine.KindMessage) {
		g, err := p.who.Guild(r.Context(), r.Guild.ID)
		if err != nil {
			return view, err
		}
		for _, c := range g.Channels {
			if c.Type == discord.ChannelTypeGuildText || c.Type == discord.ChannelTypeGuildNews {
				view.Channels = append(view.Channels, ui.Option{Value: c.ID.String(), Label: c.Name})
			}
		}
	}
	return view, nil
}

// try shows what the rule of the editor would find, in the lines that were typed or in the last messages of channels.
func (p pages) try(r *dashboard.Request) (dashboard.Response, error) {
	t, err := typeOf(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	if err := r.ParseForm(); err != nil {
		return dashboard.Response{}, err
	}
	if r.PostForm.Get("name") == "" {
		r.PostForm.Set("name", "test") // it need not have one yet
	}
	rule, err := readRuleForm(r.PostForm, t)
	var tried Tried
	switch {
	case err != nil:
	case r.URL.Query().Get("channels") != "":
		var channels []snowflake.ID
		for _, text := range r.PostForm["channel"] {
			if id, err := snowflake.Parse(text); err == nil {
				channels = append(channels, id)
			}
		}
		if len(channels) == 0 {
			err = fault.New(fault.Refused, "no_channel", "Choose at least one channel.")
			break
		}
		tried, err = p.TryChannels(r.Context(), r.Guild.ID, rule, channels, mostMessages, r.Person.Authority())
	default:
		tried, err = p.TrySamples(r.Context(), r.Guild.ID, rule, linesOf(r.PostForm.Get("sample"), t))
	}
	if err != nil {
		of := fault.As(err)
		if of == nil {
			return dashboard.Response{}, err
		}
		format, values := of.Words()
		text := r.T(format, values...)
		if len(of.Fields) > 0 {
			format, values := of.Fields[0].Words()
			text = of.Fields[0].Name + ": " + r.T(format, values...)
		}
		return answer(r.T("Auto-moderation"), ui.AutomodTried{Problem: text}), nil
	}
	return answer(r.T("Auto-moderation"), p.tried(r, tried)), nil
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
