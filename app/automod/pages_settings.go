package automod

import (
	"strconv"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/ui"
)

// settingsForm shows what the rules have in common, as it is or as it was typed.
func (p pages) settingsForm(r *dashboard.Request, form ui.Form, cfg Config) (ui.AutomodSettings, error) {
	g, err := p.who.Guild(r.Context(), r.Guild.ID)
	if err != nil {
		return ui.AutomodSettings{}, err
	}
	sheet := newSheet(r.Printer(), form, g)
	value := func(id *snowflake.ID) string {
		if id == nil {
			return ""
		}
		return id.String()
	}
	return ui.AutomodSettings{
		Form: form, Path: base(r) + "/settings", Version: strconv.FormatInt(cfg.Version, 10),
		Alerts: []ui.Field{
			form.Field(ui.Field{Name: "alert_channel_id", Label: r.T("Channel of alerts"), Type: "select", Options: append([]ui.Option{{Label: r.T("None")}}, sheet.texts...), Value: value(cfg.AlertChannelID)}),
			form.Field(ui.Field{Name: "alert_role_id", Label: r.T("Alerts mention"), Type: "select", Options: append([]ui.Option{{Label: r.T("Nobody")}}, sheet.roles...), Value: value(cfg.AlertRoleID)}),
			sheet.choose(ui.Field{Name: "exempt_roles", Label: r.T("Exempt roles"), Value: oneALine(cfg.ExemptRoles)}, sheet.roles),
			sheet.choose(ui.Field{Name: "exempt_channels", Label: r.T("Exempt channels"), Value: oneALine(cfg.ExemptChannels), Help: r.T("A category covers what is in it.")}, sheet.channels),
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
		for _, text := range r.PostForm[name] {
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
