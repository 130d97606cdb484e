package wire

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
)

// commandName is Discord's rule for the names of slash commands and options.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

const commandTotal = 8000 // characters of names, descriptions and values in one command

// Check notes everything that Discord refuses in the command's body.
func (c *Command) Check(f problem.Form) {
	total := 0
	switch c.Type {
	case SlashCommand:
		checkName(f.At("name"), c.Name)
		f.At("description").Length(c.Description, 1, 100)
		total += utf8.RuneCountInString(c.Name) + utf8.RuneCountInString(c.Description)
		total += checkOptions(f.At("options"), c.Options, 0)
	case UserCommand, MessageMenu:
		f.At("name").Length(c.Name, 1, 32)
		if c.Description != "" {
			f.At("description").Add("APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", "Context menu commands cannot have description")
		}
		if len(c.Options) > 0 {
			f.At("options").Add("APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS", "Context menu commands cannot have options")
		}
	default:
		f.At("type").OneOf("1, 2, 3")
	}
	for locale, name := range c.NameLocalizations {
		if c.Type == SlashCommand {
			checkName(f.At("name_localizations", locale), name)
		} else {
			f.At("name_localizations", locale).Length(name, 1, 32)
		}
	}
	for locale, text := range c.DescriptionLocalizations {
		f.At("description_localizations", locale).Length(text, 1, 100)
	}
	for i, n := range c.Contexts {
		f.At("contexts", i).Range(n, 0, 2)
	}
	if total > commandTotal {
		f.Add("APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (%d)", commandTotal)
	}
}

func checkName(f problem.Form, name string) {
	switch {
	case name == "":
		f.Required()
	case !commandName.MatchString(name) || strings.ToLower(name) != name:
		f.Length(name, 1, 32)
		f.Add("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	}
}

// checkOptions returns the characters that count towards the command's total.
func checkOptions(f problem.Form, options []CommandOption, depth int) (total int) {
	f.Count(len(options), 0, 25)
	var names []string
	optional := false
	for i := range options {
		o, at := &options[i], f.At(i)
		checkName(at.At("name"), o.Name)
		at.At("description").Length(o.Description, 1, 100)
		total += utf8.RuneCountInString(o.Name) + utf8.RuneCountInString(o.Description)
		if slices.Contains(names, o.Name) {
			at.At("name").Add("APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists in this options list")
		}
		names = append(names, o.Name)
		branch := o.Type == SubcommandOption || o.Type == GroupOption
		switch {
		case o.Type < SubcommandOption || o.Type > AttachmentOption:
			at.At("type").OneOf("1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11")
			continue
		case branch && (o.Type == GroupOption && depth > 0 || depth > 1):
			at.At("type").Add("APPLICATION_COMMAND_OPTIONS_NESTING", "Sub-command groups can only be nested one level deep")
		case branch != (options[0].Type == SubcommandOption || options[0].Type == GroupOption):
			at.Add("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
		case !branch && o.Required && optional:
			at.Add("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
		}
		if branch {
			if o.Type == GroupOption && len(o.Options) == 0 {
				at.At("options").Required()
			}
			total += checkOptions(at.At("options"), o.Options, depth+1)
			continue
		}
		optional = optional || !o.Required
		total += o.checkLeaf(at)
	}
	return total
}

func (o *CommandOption) checkLeaf(f problem.Form) (total int) {
	choosable := o.Type == StringOption || o.Type == IntegerOption || o.Type == NumberOption
	f.At("choices").Count(len(o.Choices), 0, 25)
	if len(o.Choices) > 0 && !choosable {
		f.At("choices").Add("APPLICATION_COMMAND_OPTIONS_CHOICES_TYPE", "Choices are only valid for STRING, INTEGER and NUMBER options")
	}
	if o.Autocomplete && (len(o.Choices) > 0 || !choosable) {
		f.At("autocomplete").Add("APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE", "Autocomplete may not be set to true if choices are present")
	}
	for i, c := range o.Choices {
		at := f.At("choices", i)
		c.check(at, o.Type)
		total += utf8.RuneCountInString(c.Name) + len(c.Value)
		for _, before := range o.Choices[:i] {
			if before.Name == c.Name {
				at.At("name").Add("APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", "Option choice name already exists")
			}
		}
	}
	if o.MinLength != nil {
		f.At("min_length").Range(*o.MinLength, 0, 6000)
	}
	if o.MaxLength != nil {
		f.At("max_length").Range(*o.MaxLength, 1, 6000)
	}
	return total
}

func (c *Choice) check(f problem.Form, option int) {
	f.At("name").Length(c.Name, 1, 100)
	if len(c.Value) == 0 {
		f.At("value").Required()
		return
	}
	var v any
	if err := json.Unmarshal(c.Value, &v); err != nil {
		f.At("value").Required()
		return
	}
	switch v := v.(type) {
	case string:
		if option != StringOption {
			f.At("value").Add("NUMBER_TYPE_COERCE", "Value \"%s\" is not int.", v)
			return
		}
		f.At("value").Length(v, 1, 100)
	case float64:
		if option == StringOption {
			f.At("value").Add("STRING_TYPE_CONVERT", "Could not interpret \"%s\" as string.", c.Value)
		}
		if option == IntegerOption && v != float64(int64(v)) {
			f.At("value").Add("NUMBER_TYPE_COERCE", "Value \"%s\" is not int.", c.Value)
		}
	default:
		f.At("value").Add("STRING_TYPE_CONVERT", "Could not interpret \"%s\" as string.", c.Value)
	}
}

// CheckChoices notes what is wrong with the answer to an autocomplete.
func CheckChoices(f problem.Form, choices []Choice, option int) {
	f.Count(len(choices), 0, 25)
	for i := range choices {
		choices[i].check(f.At(i), option)
	}
}
