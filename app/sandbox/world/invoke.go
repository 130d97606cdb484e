package world

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Invocation is a person using a command, or typing into an option that completes itself.
type Invocation struct {
	Channel ID
	Command string                     // name with group and subcommand, as one reads it: "bytes send"
	ID      ID                         // the command's id, where several have the name; else 0
	Type    int                        // 0 means a slash command
	Options map[string]json.RawMessage // values by option name
	Focused string                     // the option being typed; set for autocomplete only
	Target  ID                         // the user or message of a context menu
	Files   map[string]wire.File       // values of attachment options
	Nonce   string
}

// Invoke delivers a command to the bot as someone's, after the checks of Discord's client and
// server, and returns the interaction's id. What comes of it are events.
func (w *World) Invoke(person ID, in Invocation) (ID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(person, in.Channel)
	if err != nil {
		return 0, err
	}
	if ch.archived() {
		return 0, problem.ThreadArchived
	}
	if !ch.wire.Text() {
		return 0, problem.WrongChannelType // Discord's client has no place to type one
	}
	c, rest, err := w.chosen(person, ch, in)
	if err != nil {
		return 0, err
	}
	data := &wire.CommandData{ID: c.ID, Name: c.Name, Type: c.Type, GuildID: c.GuildID, TargetID: in.Target}
	it := &interaction{wire: &wire.Interaction{Type: wire.CommandInteraction, Data: data}, nonce: in.Nonce, person: w.users[person], ch: ch}
	r := &resolver{w: w, ch: ch, out: &wire.Resolved{}}
	it.metadata = &wire.InteractionMetadata{Name: strings.Join(append([]string{c.Name}, rest...), " ")}
	f := problem.NewForm()
	if c.Type == wire.SlashCommand {
		it.option, data.Options = r.options(f.At("data"), c.Options, rest, in)
	} else {
		r.target(f.At("data", "target_id"), c.Type, in.Target)
		it.metadata.TargetUser, it.metadata.TargetMessageID = w.users[in.Target], r.message
	}
	if err := f.Err(); err != nil {
		return 0, err
	}
	if r.used {
		data.Resolved = r.out
	}
	if in.Focused != "" {
		it.wire.Type = wire.AutocompleteInteraction
	}
	w.deliver(it)
	w.describe(it)
	return it.wire.ID, nil
}

// describe prepares what the answers to a command tell about it.
func (w *World) describe(it *interaction) {
	i := it.wire
	name := it.metadata.Name
	it.metadata.ID, it.metadata.Type, it.metadata.User, it.metadata.Owners = i.ID, i.Type, it.person, i.Owners
	it.legacy = &wire.MessageInteraction{ID: i.ID, Type: i.Type, Name: name, User: it.person}
}

// chosen finds the command that is meant; rest is the way to its subcommand.
func (w *World) chosen(person ID, ch *channel, in Invocation) (*wire.Command, []string, error) {
	kind := in.Type
	if kind == 0 {
		kind = wire.SlashCommand
	}
	words := []string{in.Command}
	if kind == wire.SlashCommand {
		words = strings.Fields(strings.TrimPrefix(in.Command, "/"))
	}
	for _, c := range w.usable(person, ch) {
		if c.Type != kind || in.ID != 0 && c.ID != in.ID {
			continue
		}
		if len(words) > 0 && c.Name == words[0] {
			return c, words[1:], nil
		}
		if in.ID != 0 && in.Command == "" {
			return c, nil, nil
		}
	}
	return nil, nil, problem.UnknownCommand
}

// resolver turns what a person filled into what an interaction carries.
type resolver struct {
	w       *World
	ch      *channel
	out     *wire.Resolved
	message ID
	used    bool
}

// options walks down to the subcommand and checks its options. It returns the type of the
// focused option, if any.
func (r *resolver) options(f problem.Form, defined []wire.CommandOption, path []string, in Invocation) (focused int, out []wire.OptionValue) {
	branches := len(defined) > 0 && (defined[0].Type == wire.SubcommandOption || defined[0].Type == wire.GroupOption)
	if branches {
		if len(path) == 0 {
			f.At("options").Add("APPLICATION_COMMAND_SUBCOMMAND_REQUIRED", "A command with subcommands cannot be invoked without one")
			return 0, nil
		}
		i := slices.IndexFunc(defined, func(o wire.CommandOption) bool { return o.Name == path[0] })
		if i < 0 {
			f.At("options").Add("APPLICATION_COMMAND_OPTION_UNKNOWN", "There is no subcommand \"%s\"", path[0])
			return 0, nil
		}
		sub := wire.OptionValue{Name: path[0], Type: defined[i].Type}
		focused, sub.Options = r.options(f.At("options", 0), defined[i].Options, path[1:], in)
		return focused, []wire.OptionValue{sub}
	}
	if len(path) > 0 {
		f.At("options").Add("APPLICATION_COMMAND_OPTION_UNKNOWN", "There is no subcommand \"%s\"", path[0])
		return 0, nil
	}
	for name := range in.Options {
		if !slices.ContainsFunc(defined, func(o wire.CommandOption) bool { return o.Name == name }) {
			f.At("options", name).Add("APPLICATION_COMMAND_OPTION_UNKNOWN", "There is no option \"%s\"", name)
		}
	}
	for i := range defined {
		o := &defined[i]
		at := f.At("options", o.Name)
		value := wire.OptionValue{Name: o.Name, Type: o.Type, Focused: in.Focused == o.Name}
		raw, given := in.Options[o.Name]
		file, uploaded := in.Files[o.Name]
		switch {
		case uploaded && o.Type == wire.AttachmentOption:
			value.Value = r.attachment(file)
		case value.Focused:
			focused = o.Type
			value.Value = typed(raw)
		case !given || string(raw) == "null":
			if o.Required && in.Focused == "" {
				at.Required()
			}
			continue
		case in.Focused != "":
			value.Value = raw
		default:
			value.Value = r.value(at, o, raw)
		}
		out = append(out, value)
	}
	if in.Focused != "" && focused == 0 {
		f.At("options", in.Focused).Add("APPLICATION_COMMAND_OPTION_UNKNOWN", "There is no option \"%s\" to complete", in.Focused)
	}
	return focused, out
}

// typed is what someone has typed so far: always a string, also for numbers.
func typed(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 || string(raw) == "null" {
		return json.RawMessage(`""`)
	}
	if raw[0] != '"' {
		return json.RawMessage(`"` + string(raw) + `"`)
	}
	return raw
}

func (r *resolver) attachment(file wire.File) json.RawMessage {
	a := r.w.store(r.ch.wire.ID, file)
	a.Ephemeral = true
	put(&r.out.Attachments, a.ID.String(), a)
	r.used = true
	return json.RawMessage(`"` + a.ID.String() + `"`)
}

func put[K comparable, V any](m *map[K]V, key K, v V) {
	if *m == nil {
		*m = make(map[K]V)
	}
	(*m)[key] = v
}
