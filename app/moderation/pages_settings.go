package moderation

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
)

const (
	mostSteps = 10
	moreSteps = 2 // empty lines for new ones
)

// toldOf are the actions that a direct message tells of.
func toldOf() []store.CaseAction {
	return []store.CaseAction{store.CaseWarn, store.CaseTimeout, store.CaseKick, store.CaseBan, store.CaseSoftban}
}

func stepField(i int, name string) string { return fmt.Sprintf("step_%d_%s", i, name) }

func (d pages) settingsPage(r *dashboard.Request) (dashboard.Response, error) {
	cfg, err := d.SettingsNow(r.Context(), r.Guild.ID)
	if err != nil {
		return dashboard.Response{}, err
	}
	return d.settingsForm(r, r.Form(), cfg)
}

// settingsForm shows the settings as they are, or as they were typed.
func (d pages) settingsForm(r *dashboard.Request, form ui.Form, cfg Config) (dashboard.Response, error) {
	g, err := d.who.Guild(r.Context(), r.Guild.ID)
	if err != nil {
		return dashboard.Response{}, err
	}
	back := r.Guild.Path() + "/" + tab
	view := ui.ModerationSettings{Form: form, Path: back + "/settings", Back: back, Version: strconv.FormatInt(cfg.Version, 10),
		Fields: d.document.Fields(r.Printer(), form, cfg.Settings), StepProblem: form.Errors["warn_steps"], MessageProblem: form.Errors["messages"]}
	channel := ui.Field{Name: "log_channel_id", Label: r.T("Log channel"), Type: "select", Options: []ui.Option{{Label: r.T("None")}},
		Help: r.T("Each case appears there, and changes when the case does.")}
	for _, c := range g.Channels {
		if c.Type == discord.ChannelTypeGuildText || c.Type == discord.ChannelTypeGuildNews {
			channel.Options = append(channel.Options, ui.Option{Value: c.ID.String(), Label: "#" + c.Name})
		}
	}
	if id := cfg.LogChannelID; id != nil {
		channel.Value = id.String()
		if !slices.ContainsFunc(channel.Options, func(o ui.Option) bool { return o.Value == channel.Value }) {
			channel.Options = append(channel.Options, ui.Option{Value: channel.Value, Label: r.T("Deleted: %s", channel.Value)})
		}
	}
	view.Channel = form.Field(channel)
	for _, a := range toldOf() {
		name := actionName(r.Printer(), a)
		view.Messages = append(view.Messages, ui.MessageFields{
			On: form.Field(ui.Field{Name: "notify_" + string(a), Label: name, Type: "checkbox", Checked: cfg.Notify.tells(a)}),
			Words: form.Field(ui.Field{Name: "message_" + string(a), Label: r.T("Own words: %s", name), Type: "textarea", Longest: longestMessage,
				Value: cfg.Messages[a], Placeholder: r.T("Empty for the words of the bot")}),
		})
	}
	lines := min(len(cfg.WarnSteps)+moreSteps, mostSteps)
	for i := range lines {
		step := WarnStep{}
		if i < len(cfg.WarnSteps) {
			step = cfg.WarnSteps[i]
		}
		view.Steps = append(view.Steps, stepFields(r, form, i, step))
	}
	return dashboard.Response{Title: r.T("Moderation settings"), Tab: tab, Body: view}, nil
}

func stepFields(r *dashboard.Request, form ui.Form, i int, step WarnStep) ui.StepFields {
	number, length, within := "", "", ""
	if step.Warnings > 0 {
		number = strconv.FormatInt(step.Warnings, 10)
	}
	if step.DurationSeconds != nil {
		length = WriteDuration(time.Duration(*step.DurationSeconds) * time.Second)
	}
	if step.WithinSeconds != nil {
		within = WriteDuration(time.Duration(*step.WithinSeconds) * time.Second)
	}
	actions := []ui.Option{}
	for _, a := range []store.CaseAction{store.CaseTimeout, store.CaseKick, store.CaseBan} {
		actions = append(actions, ui.Option{Value: string(a), Label: actionName(r.Printer(), a)})
	}
	return ui.StepFields{Name: r.T("Step %s", strconv.Itoa(i+1)), Fields: []ui.Field{
		form.Field(ui.Field{Name: stepField(i, "warnings"), Label: r.T("Warnings"), Type: "number", Min: "2", Max: "50", Value: number}),
		form.Field(ui.Field{Name: stepField(i, "within"), Label: r.T("Within"), Value: within, Longest: 50, Placeholder: r.T("all that count")}),
		form.Field(ui.Field{Name: stepField(i, "action"), Label: r.T("Action"), Type: "select", Value: string(step.Action), Options: actions}),
		form.Field(ui.Field{Name: stepField(i, "duration"), Label: r.T("How long"), Value: length, Longest: 50, Placeholder: "1d"}),
		form.Field(ui.Field{Name: stepField(i, "reason"), Label: r.T("Reason"), Value: step.Reason, Longest: store.MaxReason}),
	}}
}

func (d pages) saveSettings(r *dashboard.Request) (dashboard.Response, error) {
	if err := r.ParseForm(); err != nil {
		return dashboard.Response{}, err
	}
	in, err := d.readSettings(r)
	if err == nil {
		_, err = d.Configure(r.Context(), in)
	}
	if err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) {
			cfg, err := d.SettingsNow(r.Context(), r.Guild.ID)
			if err != nil {
				return dashboard.Response{}, err
			}
			return d.settingsForm(r, form, cfg)
		})
	}
	return dashboard.Redirect(r.URL.Path, r.T("Settings saved.")), nil
}

// readSettings reads the form. It fails with an Invalid fault that names what cannot be read.
func (d pages) readSettings(r *dashboard.Request) (Configure, error) {
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		return Configure{}, settings.Stale()
	}
	var f fault.Fields
	patch := d.document.Read(r, &f)
	switch text := r.PostFormValue("log_channel_id"); text {
	case "":
		patch = patch.Set("log_channel_id", nil)
	default:
		id, err := snowflake.Parse(text)
		if err != nil {
			f.Add("log_channel_id", "Choose one of the list.")
		}
		patch = patch.Set("log_channel_id", id)
	}
	words := Messages{}
	on := func(a store.CaseAction) bool { return r.PostFormValue("notify_"+string(a)) != "" }
	for _, a := range toldOf() {
		if text := r.PostFormValue("message_" + string(a)); !fault.Blank(text) {
			words[a] = text
		}
	}
	patch = patch.Set("messages", words).Set("notify", Notify{
		Warn: on(store.CaseWarn), Timeout: on(store.CaseTimeout), Kick: on(store.CaseKick), Ban: on(store.CaseBan), Softban: on(store.CaseSoftban),
	}).Set("warn_steps", readSteps(r, &f))
	return Configure{Guild: r.Guild.ID, Patch: patch, IfVersion: &version, Actor: r.Person.Actor()}, f.Err()
}

// readSteps reads the lines that have a number of warnings; one without is a step that goes.
func readSteps(r *dashboard.Request, f *fault.Fields) WarnSteps {
	steps := WarnSteps{}
	for i := range mostSteps {
		value := func(name string) string { return r.PostFormValue(stepField(i, name)) }
		if value("warnings") == "" {
			continue
		}
		step := WarnStep{Action: store.CaseAction(value("action")), Reason: value("reason")}
		var err error
		if step.Warnings, err = strconv.ParseInt(value("warnings"), 10, 64); err != nil {
			f.Add(stepField(i, "warnings"), "This must be a whole number, digits only.")
		}
		step.WithinSeconds = readSeconds(f, stepField(i, "within"), value("within"))
		step.DurationSeconds = readSeconds(f, stepField(i, "duration"), value("duration"))
		steps = append(steps, step)
	}
	return steps
}

// readSeconds reads a duration as moderators write it; nil for none and for permanent.
func readSeconds(f *fault.Fields, name, text string) *int64 {
	if fault.Blank(text) {
		return nil
	}
	length, err := ParseDuration(text)
	if err != nil {
		f.Add(name, "“%s” is not a duration. Write it as 10m, 2h, 7d, 1w2d or permanent.", text)
	}
	if length == Permanent {
		return nil
	}
	return new(int64(length / time.Second))
}
