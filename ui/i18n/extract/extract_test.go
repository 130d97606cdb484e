package extract_test

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/ui/i18n/extract"
)

func TestSentencesAreFound(t *testing.T) {
	t.Parallel()
	messages, bypassed, err := extract.Find(fstest.MapFS{
		"app/pets/pets.go": {Data: []byte(`package pets

const question = "Feed " + "it?"

type Settings struct {
	Food int ` + "`label:\"Food a day\" help:\"In grams\"`" + `
}

func say(p *i18n.Printer, f fault.Fields) {
	p.T(question)
	p.N("%s cat", "%s cats", 3)
	i18n.Count(2, "%s dog", "%s dogs")
	f.Add("food", "At most %d grams.", 5)
	fault.New(fault.Refused, "full", "The cat is full.")
	_ = discord.SlashCommandCreate{Name: "feed", Description: "Feed a pet", Options: []discord.ApplicationCommandOption{
		discord.ApplicationCommandOptionString{Name: "pet", Choices: []discord.ApplicationCommandOptionChoiceString{{Name: "the cat", Value: "cat"}}},
	}}
}
`)},
		"ui/pets/list.html": {Data: []byte(`<p title="{{t "All pets"}}">{{if .Any}}{{n "%s pet" "%s pets" .N}}{{else}}No pets{{end}} in Discord</p><img alt="A cat"><code>feed</code>`)},
	})
	require.NoError(t, err)
	var got []string
	for _, m := range messages {
		got = append(got, m.Context+"|"+m.ID+"|"+m.Plural)
	}
	require.ElementsMatch(t, []string{
		"|Feed it?|", "|Food a day|", "|In grams|", "|%s cat|%s cats", "|%s dog|%s dogs", "|At most %d grams.|", "|The cat is full.|",
		"command|feed|", "|Feed a pet|", "command|pet|", "command|the cat|", "|All pets|", "|%s pet|%s pets",
	}, got)
	require.Equal(t, []extract.Bypass{
		{Where: "ui/pets/list.html", Text: "\uFFFCNo pets in Discord"},
		{Where: "ui/pets/list.html", Text: "A cat"},
	}, bypassed)
}

func TestACatalogueKeepsItsTranslationsWhenItIsUpdated(t *testing.T) {
	t.Parallel()
	before := []byte("# Ours.\nmsgid \"\"\nmsgstr \"\"\n\"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n\n" +
		"msgctxt \"format\"\nmsgid \"2 Jan 2006\"\nmsgstr \"2. Jan 2006\"\n\nmsgid \"Old\"\nmsgstr \"Alt\"\n\nmsgid \"Say \\\"hi\\\"\"\nmsgstr \"Sag \\\"hallo\\\"\"\n")
	messages := []extract.Message{
		{ID: `Say "hi"`, Where: []string{"a.go:1", "a.go:9"}},
		{ID: "%s cat", Plural: "%s cats", Where: []string{"b.go:2"}},
	}
	after := extract.Update(before, messages)
	require.Equal(t, "# Ours.\nmsgid \"\"\nmsgstr \"\"\n\"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n\n"+
		"msgctxt \"format\"\nmsgid \"2 Jan 2006\"\nmsgstr \"2. Jan 2006\"\n\n"+
		"#: a.go\nmsgid \"Say \\\"hi\\\"\"\nmsgstr \"Sag \\\"hallo\\\"\"\n\n"+
		"#: b.go\nmsgid \"%s cat\"\nmsgid_plural \"%s cats\"\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n", string(after))
	require.Equal(t, string(after), string(extract.Update(after, messages)))
	missing, obsolete := extract.Missing(before, messages)
	require.Equal(t, []string{`b.go:2: "%s cat"`}, missing)
	require.Equal(t, []string{"Old"}, obsolete)
}

func TestNoTemplateBypassesThePrinter(t *testing.T) {
	t.Parallel()
	_, bypassed, err := extract.Find(os.DirFS("../../.."))
	require.NoError(t, err)
	require.Empty(t, bypassed, "put these into {{t \"…\"}}")
}
