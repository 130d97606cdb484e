package automod

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// A form shows the settings of a rule from their tags in the engine: bounds and choices are there, words are here.

// word is what a field of the editor is called, and what an owner should know about it.
type word struct{ label, help i18n.Text }

// words are by the field's name; a type's own meaning of a name is below "type.name".
var words = map[string]word{
	"keyword_filter": {i18n.M("Words and phrases"), i18n.M("One a line. cat finds the whole word, cat* also category, *cat* also inside of words. Accents, look-alike letters and invisible characters are seen through.")},
	"regex_patterns": {i18n.M("Patterns"), i18n.M("One regular expression (RE2) a line, at most 260 characters. They ignore capitals. A pattern without a fixed part of three letters is slow; a server can have eight.")},
	"allow_list":     {i18n.M("Allowed"), i18n.M("One a line. Excuses a find only when it lies inside of what is allowed here.")},
	"fold_accents":   {i18n.M("Ignore accents"), i18n.M("Finds café for cafe. Switch it off where accents make another word.")},
	"leet":           {i18n.M("Read digits as letters"), i18n.M("Finds fr33 for free. Also finds innocent numbers now and then.")},
	"lookalikes":     {i18n.M("Read look-alike letters"), i18n.M("Finds words written with letters of another alphabet.")},
	"skip_code":      {i18n.M("Leave out code blocks"), i18n.M("")},
	"in":             {i18n.M("Only in these parts of a message"), i18n.M("None: everywhere.")},
	"on":             {i18n.M("Only in these names"), i18n.M("None: in all of them.")},

	"mentions.mention_total_limit": {i18n.M("People mentioned"), i18n.M("Found at this number. Empty: people are not counted. A reply does not count the person it answers.")},
	"role_limit":                   {i18n.M("Roles mentioned"), i18n.M("Found at this number. Empty: roles are not counted.")},
	"everyone":                     {i18n.M("Attempts at @everyone and @here"), i18n.M("By members who may not use them.")},
	"seconds":                      {i18n.M("Within"), i18n.M("")},
	"mentions.seconds":             {i18n.M("Within"), i18n.M("0: in one message.")},
	"newlines.seconds":             {i18n.M("Within"), i18n.M("0: in one message.")},
	"emoji.seconds":                {i18n.M("Within"), i18n.M("0: in one message.")},
	"attachments_rate.seconds":     {i18n.M("Within"), i18n.M("0: in one message.")},

	"messages":                {i18n.M("Messages"), i18n.M("Of one member, over all channels.")},
	"message_rate.channels":   {i18n.M("Count only in these channels"), i18n.M("IDs, one a line. Empty: all channels together.")},
	"duplicate.messages":      {i18n.M("Equal or similar messages"), i18n.M("Of one member. Empty: not counted.")},
	"channels_count":          {i18n.M("Channels with the same text"), i18n.M("Empty: not counted.")},
	"files":                   {i18n.M("Posts of the same file"), i18n.M("Empty: not counted. The files are compared byte by byte before anything is done.")},
	"similarity":              {i18n.M("How similar"), i18n.M("1: equal. 0.85 also finds texts with a few changed letters.")},
	"min_length":              {i18n.M("Letters and digits at least"), i18n.M("Shorter texts, such as lol, do not count.")},
	"crowd.members":           {i18n.M("Different members"), i18n.M("Who write the same text.")},
	"min_accounts_suspicious": {i18n.M("Of these suspicious"), i18n.M("0: whoever they are. Greetings and game results are often the same text.")},

	"mode":        {i18n.M("List of extensions"), i18n.M("")},
	"extensions":  {i18n.M("Extensions"), i18n.M("One a line, without a dot. Every part of a double extension counts: photo.png.exe is an exe.")},
	"max_size":    {i18n.M("Largest file"), i18n.M("Empty: any size.")},
	"sniff":       {i18n.M("Look at the first bytes too"), i18n.M("Finds a program that is called photo.png.")},
	"attachments": {i18n.M("Files"), i18n.M("Of one member.")},
	"limit":       {i18n.M("At least"), i18n.M("")},
	"consecutive": {i18n.M("Empty lines in a row"), i18n.M("Empty: not counted.")},
	"percent":     {i18n.M("Share of capitals"), i18n.M("")},
	"min_letters": {i18n.M("Letters at least"), i18n.M("Shorter messages do not count. Languages without capitals never match.")},

	"invites":                 {i18n.M("Invites"), i18n.M("")},
	"username.invites":        {i18n.M("Invites in names"), i18n.M("")},
	"links":                   {i18n.M("Links in names"), i18n.M("")},
	"allowed_guild_ids":       {i18n.M("Servers whose invites are allowed"), i18n.M("IDs, one a line. Your own server always is.")},
	"domain_mode":             {i18n.M("List of domains"), i18n.M("")},
	"domains":                 {i18n.M("Domains"), i18n.M("One a line; subdomains are included.")},
	"links.lookalike_of":      {i18n.M("Domains that others imitate"), i18n.M("One a line. Finds discörd.com for discord.com, and the like.")},
	"username.lookalike_of":   {i18n.M("Names that others imitate"), i18n.M("One a line.")},
	"lookalike_staff":         {i18n.M("Names like those of moderators"), i18n.M("")},
	"unreadable":              {i18n.M("Links that cannot be read"), i18n.M("Clients open them, but what they lead to is hidden.")},
	"unknown_invite":          {i18n.M("Invites whose server is not known"), i18n.M("Discord did not say where they lead.")},
	"min_account_age_seconds": {i18n.M("Accounts younger than"), i18n.M("0: any age.")},
	"require_avatar":          {i18n.M("Accounts without a picture"), i18n.M("")},

	"joins":               {i18n.M("Joins"), i18n.M("People who come back do not count.")},
	"suspicious_percent":  {i18n.M("Of these suspicious"), i18n.M("")},
	"joins_any":           {i18n.M("Joins, whoever they are"), i18n.M("Empty: only suspicious ones count.")},
	"account_age_seconds": {i18n.M("Suspicious: accounts younger than"), i18n.M("")},
	"default_avatar":      {i18n.M("Suspicious: no picture"), i18n.M("")},
	"same_avatar":         {i18n.M("Suspicious: the same picture"), i18n.M("")},
	"same_pattern":        {i18n.M("Suspicious: names of one pattern"), i18n.M("")},

	"member_for_less_than_seconds": {i18n.M("Only members for less than"), i18n.M("Empty: all members.")},
	"account_younger_than_seconds": {i18n.M("Only accounts younger than"), i18n.M("Empty: all accounts.")},
	"roles_any":                    {i18n.M("Only members with one of these roles"), i18n.M("IDs, one a line. Empty: all members.")},
	"conditions.channels":          {i18n.M("Only in these channels"), i18n.M("IDs, one a line; a category covers what is in it. Empty: everywhere.")},
	"exempt_roles":                 {i18n.M("Not members with these roles"), i18n.M("IDs, one a line.")},
	"exempt_channels":              {i18n.M("Not in these channels"), i18n.M("IDs, one a line; a category covers what is in it.")},

	"burst":                  {i18n.M("Also the other messages of the burst"), i18n.M("")},
	"duration_seconds":       {i18n.M("For"), i18n.M("")},
	"ban.duration_seconds":   {i18n.M("For"), i18n.M("Empty: for good.")},
	"reason":                 {i18n.M("Reason"), i18n.M("Empty: the rule’s name. The member reads it.")},
	"delete_message_seconds": {i18n.M("Delete messages of the last"), i18n.M("")},
	"nickname":               {i18n.M("Nickname"), i18n.M("{n} becomes a number.")},
	"channel_id":             {i18n.M("Channel"), i18n.M("An ID. Empty: the one of the settings.")},
	"role_id":                {i18n.M("Role to mention"), i18n.M("An ID. Empty: the one of the settings.")},
	"buttons":                {i18n.M("With buttons for moderators"), i18n.M("")},
	"custom_message":         {i18n.M("Message"), i18n.M("{rule} and {server} are replaced.")},
	"rate_limit_per_user":    {i18n.M("One message in"), i18n.M("")},
}

// choices are what the values of a select or of a list of parts are called.
var choices = map[string]i18n.Text{
	"block": i18n.M("Block those of the list"), "allow_only": i18n.M("Allow only those of the list"), "off": i18n.M("Not looked at"),
	"foreign": i18n.M("Those to other servers"), "all": i18n.M("All"), "alert": i18n.M("Only an alert"), "hit": i18n.M("Count as found"), "ignore": i18n.M("Ignore"),
	"content": i18n.M("Text"), "embed": i18n.M("Embeds"), "snapshot": i18n.M("Forwarded messages"), "poll": i18n.M("Polls"), "thread_name": i18n.M("Thread titles"),
	"sticker": i18n.M("Sticker names"), "filename": i18n.M("File names"), "description": i18n.M("File descriptions"), "component": i18n.M("Buttons"),
	"username": i18n.M("User name"), "global_name": i18n.M("Display name"), "nick": i18n.M("Nickname"),
}

// units are said behind a number.
func unitOf(name string) i18n.Text {
	switch {
	case strings.HasSuffix(name, "seconds") || name == "rate_limit_per_user":
		return i18n.M("seconds")
	case strings.HasSuffix(name, "percent") || name == "min_accounts_suspicious":
		return i18n.M("%%")
	case name == "max_size":
		return i18n.M("bytes")
	}
	return i18n.Text{}
}

var (
	parts     = []engine.Part{engine.PartContent, engine.PartEmbed, engine.PartSnapshot, engine.PartPoll, engine.PartThreadName, engine.PartSticker, engine.PartFilename, engine.PartDescription, engine.PartComponent}
	nameParts = []engine.Part{engine.PartUsername, engine.PartGlobalName, engine.PartNick}
)

// fieldsOf shows the struct behind a pointer: its fields in the form are called prefix and the name in JSON.
func fieldsOf(p *i18n.Printer, form ui.Form, prefix, kind string, pointer any) []ui.Field {
	var fields []ui.Field
	value := reflect.ValueOf(pointer).Elem()
	for i := range value.NumField() {
		field, v := value.Type().Field(i), value.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		w, known := words[kind+"."+name]
		if !known {
			w = words[name]
		}
		f := ui.Field{Name: prefix + name, Label: w.label.Localize(p)}
		if w.help.Sentence != "" {
			f.Help = w.help.Localize(p)
		}
		if v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[engine.Part]() {
			fields = append(fields, partFields(p, form, f, v.Interface().([]engine.Part), kind)...)
			continue
		}
		fields = append(fields, form.Field(shown(p, f, field, v, name)))
	}
	return fields
}

// shown completes a field by its type and tags.
func shown(p *i18n.Printer, f ui.Field, field reflect.StructField, v reflect.Value, name string) ui.Field {
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
			f.Options = append(f.Options, ui.Option{Value: choice, Label: choices[choice].Localize(p)})
		}
	case t.Kind() == reflect.Slice:
		f.Type = "textarea"
	case t == reflect.TypeFor[engine.Snowflake]():
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
			f.Unit = unit.Localize(p)
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

// partFields is a switch for each part.
func partFields(p *i18n.Printer, form ui.Form, f ui.Field, on []engine.Part, kind string) []ui.Field {
	all := parts
	if kind == string(engine.TypeUsername) {
		all = nameParts
	}
	fields := make([]ui.Field, 0, len(all))
	for i, part := range all {
		one := ui.Field{Name: f.Name + "." + string(part), Type: "checkbox", Label: choices[string(part)].Localize(p), Checked: slices.Contains(on, part)}
		if i == 0 {
			one.Help = f.Label + " " + f.Help
		}
		fields = append(fields, form.Field(one))
	}
	return fields
}

// readFields reads what fieldsOf shows, as the JSON that the engine reads.
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
			on := []string{}
			for _, part := range slices.Concat(parts, nameParts) {
				if form.Get(prefix+name+"."+string(part)) != "" {
					on = append(on, string(part))
				}
			}
			read[name] = on
		case of.Kind() == reflect.Slice:
			lines := []string{}
			for line := range strings.Lines(text) {
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

// actionParts are the actions of the editor, each with its switch and its fields.
func actionParts(p *i18n.Printer, form ui.Form, rule engine.Rule) []ui.AutomodAction {
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
			On:     form.Field(ui.Field{Name: "action." + string(t), Type: "checkbox", Label: actionName(p, string(t)), Checked: on}),
			Fields: fieldsOf(p, form, prefix, string(t), a),
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
		list := strings.Fields(form.Get(name))
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

// typeName is what a type of rule is called, and what it finds.
func typeName(t engine.Type) (name, about i18n.Text) {
	switch t {
	case engine.TypeContent:
		return i18n.M("Words and patterns"), i18n.M("Words, phrases and regular expressions in what members write.")
	case engine.TypeLinks:
		return i18n.M("Links and invites"), i18n.M("Invites to other servers, blocked domains, and addresses that imitate known ones.")
	case engine.TypeMentions:
		return i18n.M("Mentions"), i18n.M("Messages that mention many people or roles, or try @everyone.")
	case engine.TypeMessageRate:
		return i18n.M("Many messages"), i18n.M("A member who writes many messages in a short time.")
	case engine.TypeDuplicate:
		return i18n.M("Repetition"), i18n.M("A member who writes the same or nearly the same again and again, or posts the same file.")
	case engine.TypeCrowd:
		return i18n.M("Crowd"), i18n.M("The same text from many different members, as in a spam wave.")
	case engine.TypeFileExtension:
		return i18n.M("Files"), i18n.M("Files by their extension or size.")
	case engine.TypeAttachmentsRate:
		return i18n.M("Many files"), i18n.M("A member who posts many files in a short time.")
	case engine.TypeNewlines:
		return i18n.M("Long messages"), i18n.M("Messages that fill the screen with line breaks.")
	case engine.TypeCaps:
		return i18n.M("Capitals"), i18n.M("Messages that are mostly in capitals.")
	case engine.TypeEmoji:
		return i18n.M("Emoji"), i18n.M("Messages with many emoji or stickers.")
	case engine.TypeUsername:
		return i18n.M("Names"), i18n.M("Names with words, invites or links, or like those of moderators; seen when somebody joins or renames.")
	case engine.TypeRaid:
		return i18n.M("Raid"), i18n.M("Many people who join in a short time, most of them suspicious.")
	}
	return i18n.M("%s", string(t)), i18n.Text{}
}
