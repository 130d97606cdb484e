package bot_test

import (
	"testing"
	"testing/fstest"

	"github.com/disgoorg/disgo/discord"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

func TestCommandsAreLocalizedWithOptionsAndChoices(t *testing.T) {
	t.Parallel()
	languages, err := i18n.Load(fstest.MapFS{"ui/i18n/es.po": {Data: []byte(`
msgid ""
msgstr ""
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgctxt "command"
msgid "feed"
msgstr "alimentar"

msgctxt "command"
msgid "the cat"
msgstr "el gato"

msgid "Which pet"
msgstr "Qué mascota"
`)}})
	require.NoError(t, err)
	given := []discord.ApplicationCommandCreate{discord.SlashCommandCreate{
		Name: "pets", Description: "Pets",
		Options: []discord.ApplicationCommandOption{discord.ApplicationCommandOptionSubCommand{
			Name: "feed", Description: "Feed",
			Options: []discord.ApplicationCommandOption{discord.ApplicationCommandOptionString{
				Name: "pet", Description: "Which pet",
				Choices: []discord.ApplicationCommandOptionChoiceString{{Name: "the cat", Value: "cat"}},
			}},
		}},
	}}
	got := bot.Localize(given, languages)[0].(discord.SlashCommandCreate)
	require.Nil(t, got.NameLocalizations, "no translation, so Discord shows the name itself")
	feed := got.Options[0].(discord.ApplicationCommandOptionSubCommand)
	require.Equal(t, map[discord.Locale]string{discord.LocaleSpanishES: "alimentar", "es-419": "alimentar"}, feed.NameLocalizations)
	pet := feed.Options[0].(discord.ApplicationCommandOptionString)
	require.Equal(t, "Qué mascota", pet.DescriptionLocalizations[discord.LocaleSpanishES])
	require.Equal(t, "el gato", pet.Choices[0].NameLocalizations[discord.LocaleSpanishES])
	untouched := given[0].(discord.SlashCommandCreate).Options[0].(discord.ApplicationCommandOptionSubCommand)
	require.Nil(t, untouched.NameLocalizations)
}
