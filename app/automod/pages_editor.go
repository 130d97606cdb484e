package automod

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/ui"
)

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
	g, err := p.who.Guild(r.Context(), r.Guild.ID)
	if err != nil {
		return ui.AutomodEditor{}, err
	}
	sheet := newSheet(r.Printer(), form, g)
	name, about := typeName(rule.Type)
	conditions := rule.Conditions
	roles, channels := sheet.named("", "", "exempt_roles"), sheet.named("", "", "exempt_channels")
	roles.Value, channels.Value = oneALine(rule.ExemptRoles), oneALine(rule.ExemptChannels)
	view := ui.AutomodEditor{
		Form: form, Type: string(rule.Type), About: r.T("%s: %s", name, about), Back: base(r), Try: base(r) + "/try/" + string(rule.Type),
		Name: form.Field(ui.Field{Name: "name", Label: r.T("Name"), Value: rule.Name, Longest: 100, Required: true}),
		Mode: form.Field(ui.Field{Name: "mode", Label: r.T("Mode"), Type: "select", Value: string(rule.Mode), Options: []ui.Option{
			{Value: string(engine.Shadow), Label: r.T("Shadow: only log")}, {Value: string(engine.Enforce), Label: r.T("Enforce: act")}, {Value: string(engine.Off), Label: r.T("Off")}}}),
		Config: sheet.fields("config.", string(rule.Type), rule.Config), Actions: sheet.actions(rule),
		Conditions: sheet.fields("conditions.", "conditions", &conditions),
		Exempt: []ui.Field{
			sheet.choose(roles, sheet.roles),
			sheet.choose(channels, sheet.channels),
		},
		Sample: ui.Field{Name: "sample", Label: r.T("Messages to try"), Type: "textarea", Placeholder: r.T("One message a line")},
	}
	if rule.Type.Sees(engine.KindMessage) {
		view.Channels = sheet.texts
	}
	return view, nil
}

// oneALine is how the value of choices is written.
func oneALine[ID fmt.Stringer](ids []ID) string {
	text := make([]string, len(ids))
	for i, id := range ids {
		text[i] = id.String()
	}
	return strings.Join(text, "\n")
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
