package bot

import (
	"reflect"

	"github.com/disgoorg/disgo/discord"

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// contextCommand is where catalogues keep names: lower case, and without spaces for slash commands.
const contextCommand = "command"

// Localize returns the commands with their names, descriptions, options and choices in every
// language of Discord that the catalogues know. What it is given stays as it is.
func Localize(commands []discord.ApplicationCommandCreate, languages *i18n.Catalogues) []discord.ApplicationCommandCreate {
	printers := make(map[discord.Locale]*i18n.Printer)
	for locale := range discord.Locales {
		if p := languages.Printer(string(locale)); p.Language() != i18n.English().Language() {
			printers[locale] = p
		}
	}
	if len(printers) == 0 {
		return commands
	}
	out := make([]discord.ApplicationCommandCreate, len(commands))
	for i, c := range commands {
		out[i] = localized(reflect.ValueOf(c), printers).Interface().(discord.ApplicationCommandCreate)
	}
	return out
}

// localized copies a command, option or choice. disgo has a struct for each of some fifteen kinds,
// whose fields have the same names.
func localized(v reflect.Value, printers map[discord.Locale]*i18n.Printer) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	word := func(field, localizations string, say func(*i18n.Printer, string) string) {
		text, into := c.FieldByName(field), c.FieldByName(localizations)
		if !text.IsValid() || !into.IsValid() || text.String() == "" {
			return
		}
		words := make(map[discord.Locale]string)
		for locale, p := range printers {
			if s := say(p, text.String()); s != text.String() {
				words[locale] = s
			}
		}
		if len(words) > 0 {
			into.Set(reflect.ValueOf(words))
		}
	}
	word("Name", "NameLocalizations", func(p *i18n.Printer, s string) string { return p.C(contextCommand, s) })
	word("Description", "DescriptionLocalizations", func(p *i18n.Printer, s string) string { return p.T(s) })
	for _, name := range []string{"Options", "Choices"} {
		list := c.FieldByName(name)
		if !list.IsValid() || list.Len() == 0 {
			continue
		}
		parts := reflect.MakeSlice(list.Type(), list.Len(), list.Len())
		for i := range list.Len() {
			part := list.Index(i)
			if part.Kind() == reflect.Interface {
				part = part.Elem()
			}
			parts.Index(i).Set(localized(part, printers))
		}
		list.Set(parts)
	}
	return c
}
