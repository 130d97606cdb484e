package automod

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/disgoorg/disgo/discord"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// A form shows the settings of a rule from their tags in the engine: bounds and choices are there, words are here.

var (
	parts     = []engine.Part{engine.PartContent, engine.PartEmbed, engine.PartSnapshot, engine.PartPoll, engine.PartThreadName, engine.PartSticker, engine.PartFilename, engine.PartDescription, engine.PartComponent}
	nameParts = []engine.Part{engine.PartUsername, engine.PartGlobalName, engine.PartNick}
)

// sheet shows settings of a rule as fields of a form.
type sheet struct {
	*i18n.Printer
	form     ui.Form
	channels []ui.Option // every channel and category of the guild
	texts    []ui.Option // those where the bot can write alerts
	roles    []ui.Option
}

// newSheet shows fields for people of a guild.
func newSheet(p *i18n.Printer, form ui.Form, g directory.Guild) sheet {
	s := sheet{Printer: p, form: form}
	for _, c := range g.Channels {
		label := "#" + c.Name
		if c.Type == discord.ChannelTypeGuildCategory {
			label = p.T("Category %s", c.Name)
		}
		one := ui.Option{Value: c.ID.String(), Label: label}
		s.channels = append(s.channels, one)
		if c.Type == discord.ChannelTypeGuildText || c.Type == discord.ChannelTypeGuildNews {
			s.texts = append(s.texts, one)
		}
	}
	for _, role := range g.Roles {
		if role.ID != g.ID {
			s.roles = append(s.roles, ui.Option{Value: role.ID.String(), Label: "@" + role.Name})
		}
	}
	return s
}

// choose completes a field whose value is some of the options. What is chosen and does not exist any more is one of them.
func (s sheet) choose(f ui.Field, options []ui.Option) ui.Field {
	f.Type = "choices"
	f = s.form.Field(f)
	f.Options = slices.Clone(options)
	for id := range strings.SplitSeq(f.Value, "\n") {
		if id != "" && !slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == id }) {
			f.Options = append(f.Options, ui.Option{Value: id, Label: s.T("Deleted: %s", id)})
		}
	}
	return f
}

// named is a field with its label and help.
func (s sheet) named(prefix, kind, name string) ui.Field {
	w, known := words[kind+"."+name]
	if !known {
		w = words[name]
	}
	f := ui.Field{Name: prefix + name, Label: w.label.Localize(s.Printer)}
	if w.help.Sentence != "" {
		f.Help = w.help.Localize(s.Printer)
	}
	return f
}

// fields shows the struct behind a pointer: its fields in the form are called prefix and the name in JSON.
func (s sheet) fields(prefix, kind string, pointer any) []ui.Field {
	var fields []ui.Field
	value := reflect.ValueOf(pointer).Elem()
	for i := range value.NumField() {
		field, v := value.Type().Field(i), value.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		f := s.named(prefix, kind, name)
		switch {
		case v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[engine.Part]():
			f.Value = plain(v)
			fields = append(fields, s.choose(f, s.parts(kind)))
		case name == "channels" && v.Kind() == reflect.Slice:
			f.Value = plain(v)
			fields = append(fields, s.choose(f, s.channels))
		case name == "roles_any":
			f.Value = plain(v)
			fields = append(fields, s.choose(f, s.roles))
		default:
			fields = append(fields, s.form.Field(s.shown(f, field, v, name)))
		}
	}
	return fields
}

// shown completes a field by its type and tags.
func (s sheet) shown(f ui.Field, field reflect.StructField, v reflect.Value, name string) ui.Field {
	t := v.Type()
	optional := t.Kind() == reflect.Pointer
	if optional {
		t = t.Elem()
	}
	text := ""
	if !optional || !v.IsNil() {
		if optional {
			v = v.Elem()
		}
		text = plain(v)
	}
	switch {
	case t.Kind() == reflect.Bool:
		f.Type, f.Checked = "checkbox", text == "true"
		return f
	case field.Tag.Get("enum") != "":
		f.Type = "select"
		for _, choice := range strings.Split(field.Tag.Get("enum"), ",") {
			f.Options = append(f.Options, ui.Option{Value: choice, Label: choices[choice].Localize(s.Printer)})
		}
	case t.Kind() == reflect.Slice:
		f.Type = "textarea"
	case t == reflect.TypeFor[engine.Snowflake]():
		f.Type, f.Options = "select", append([]ui.Option{{Label: s.T("The one of the settings")}}, s.texts...)
		if name == "role_id" {
			f.Options = append([]ui.Option{{Label: s.T("The one of the settings")}}, s.roles...)
		}
		if text != "" && !slices.ContainsFunc(f.Options, func(o ui.Option) bool { return o.Value == text }) {
			f.Options = append(f.Options, ui.Option{Value: text, Label: s.T("Deleted: %s", text)})
		}
	case t.Kind() == reflect.Float64 || t.Kind() == reflect.Int || t.Kind() == reflect.Int64:
		f.Type, f.Min, f.Max = "number", field.Tag.Get("minimum"), field.Tag.Get("maximum")
		if t.Kind() == reflect.Float64 {
			f.Type = "text"
		}
		f.Required = !optional && !strings.Contains(field.Tag.Get("json"), "omitempty")
		if text == "0" && !f.Required {
			text = "" // not given
		}
		if unit := unitOf(name); unit.Sentence != "" {
			f.Unit = unit.Localize(s.Printer)
		}
	case t.Kind() == reflect.String:
		f.Longest, _ = strconv.Atoi(field.Tag.Get("maxLength"))
	}
	f.Value = text
	return f
}

func plain(v reflect.Value) string {
	if v.Kind() != reflect.Slice {
		return fmt.Sprint(v.Interface())
	}
	lines := make([]string, v.Len())
	for i := range lines {
		lines[i] = fmt.Sprint(v.Index(i).Interface())
	}
	return strings.Join(lines, "\n")
}

// parts are the parts of a message, or of a person's names, that a rule can be limited to.
func (s sheet) parts(kind string) []ui.Option {
	all := parts
	if kind == string(engine.TypeUsername) {
		all = nameParts
	}
	options := make([]ui.Option, len(all))
	for i, part := range all {
		options[i] = ui.Option{Value: string(part), Label: choices[string(part)].Localize(s.Printer)}
	}
	return options
}

// readFields reads what sheet.fields shows, as the JSON that the engine reads.
func readFields(form url.Values, f *fault.Fields, prefix, kind string, pointer any) map[string]any {
	read := map[string]any{}
	t := reflect.TypeOf(pointer).Elem()
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		of := field.Type
		optional := of.Kind() == reflect.Pointer
		if optional {
			of = of.Elem()
		}
		text := strings.TrimSpace(form.Get(prefix + name))
		switch {
		case of.Kind() == reflect.Bool:
			read[name] = text != ""
		case of.Kind() == reflect.Slice && of.Elem() == reflect.TypeFor[engine.Part]():
			read[name] = append([]string{}, form[prefix+name]...)
		case of.Kind() == reflect.Slice:
			lines := []string{}
			for line := range strings.Lines(strings.Join(form[prefix+name], "\n")) {
				if line = strings.TrimSpace(line); line != "" {
					lines = append(lines, line)
				}
			}
			read[name] = lines
		case of == reflect.TypeFor[engine.Snowflake](), of.Kind() == reflect.String:
			if text != "" || of.Kind() == reflect.String && !optional && of != reflect.TypeFor[engine.Snowflake]() {
				read[name] = text
			} else if optional {
				read[name] = nil
			}
		case text == "" && optional:
			read[name] = nil
		case text == "" && strings.Contains(field.Tag.Get("json"), "omitempty"):
		default:
			if _, err := strconv.ParseFloat(text, 64); err != nil {
				f.Add(prefix+name, "This must be a number.")
				continue
			}
			read[name] = json.Number(text)
		}
	}
	return read
}

// actionTypes are the actions in the order of the editor.
var actionTypes = []engine.ActionType{engine.ActionDelete, engine.ActionAlert, engine.ActionNotify, engine.ActionWarn, engine.ActionTimeout, engine.ActionKick, engine.ActionBan, engine.ActionNickname, engine.ActionSlowmode, engine.ActionRaidMode}

// newAction is an action with its defaults; of what has none, with a value to start from.
func newAction(t engine.ActionType) engine.Action {
	start := map[engine.ActionType]string{
		engine.ActionTimeout: `, "duration_seconds": 600`, engine.ActionNotify: `, "custom_message": "Your message was removed: {rule}."`, engine.ActionSlowmode: `, "rate_limit_per_user": 10`,
	}
	var actions engine.Actions
	if err := json.Unmarshal([]byte(`[{"type": "`+string(t)+`"`+start[t]+`}]`), &actions); err != nil || len(actions) != 1 {
		panic(fmt.Sprintf("action %s: %v", t, err)) // the engine knows each of actionTypes
	}
	return actions[0]
}

// actions are the actions of the editor, each with its switch and its fields.
func (s sheet) actions(rule engine.Rule) []ui.AutomodAction {
	all := make([]ui.AutomodAction, 0, len(actionTypes))
	for _, t := range actionTypes {
		a, on := newAction(t), false
		for _, has := range rule.Actions {
			if has.Type() == t {
				a, on = has, true
			}
		}
		prefix := "action." + string(t) + "."
		all = append(all, ui.AutomodAction{
			On:     s.form.Field(ui.Field{Name: "action." + string(t), Type: "checkbox", Label: actionName(s.Printer, string(t)), Checked: on}),
			Fields: s.fields(prefix, string(t), a),
		})
	}
	return all
}

// readRule reads the rule of an editor. It fails with invalid and the names of the fields that are wrong.
func readRuleForm(form url.Values, t engine.Type) (engine.Rule, error) {
	var f fault.Fields
	config := engine.NewConfig(t)
	if config == nil {
		f.Add("type", "There is no such type of rule.")
		return engine.Rule{}, f.Err()
	}
	actions := []map[string]any{}
	for _, a := range actionTypes {
		if form.Get("action."+string(a)) == "" {
			continue
		}
		read := readFields(form, &f, "action."+string(a)+".", string(a), newAction(a))
		read["type"] = string(a)
		if read["reason"] == "" {
			delete(read, "reason")
		}
		actions = append(actions, read)
	}
	var conditions engine.Conditions
	lines := func(name string) []string {
		list := strings.Fields(strings.Join(form[name], " "))
		if list == nil {
			return []string{}
		}
		return list
	}
	doc := map[string]any{
		"name": form.Get("name"), "type": string(t), "mode": form.Get("mode"), "config": readFields(form, &f, "config.", string(t), config),
		"conditions": readFields(form, &f, "conditions.", "conditions", &conditions), "actions": actions,
		"exempt_roles": lines("exempt_roles"), "exempt_channels": lines("exempt_channels"),
	}
	if err := f.Err(); err != nil {
		return engine.Rule{}, err
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		return engine.Rule{}, err
	}
	return ruleJSON(raw).read()
}
