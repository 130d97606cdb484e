package i18n_test

import (
	"math"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

func load(t *testing.T) *i18n.Catalogues {
	t.Helper()
	c, err := i18n.Load(os.DirFS("../.."))
	require.NoError(t, err)
	return c
}

func TestTheReadersLanguageIsChosen(t *testing.T) {
	t.Parallel()
	c := load(t).WithPseudo()
	for preference, want := range map[string]string{
		"": "en", "de": "de", "de-AT": "de", "en-US": "en", "en-GB": "en", "ja": "en", "xx;;": "en",
		"fr;q=0.9, de;q=0.8": "de", "de-DE,de;q=0.9,en;q=0.8": "de", "en,de;q=0.5": "en", "en-XA": "en-XA",
	} {
		require.Equal(t, want, c.Printer(preference).Language(), preference)
	}
	require.Equal(t, "de", c.Printer("ja", "de").Language(), "the next preference when the first is not spoken")
	require.Equal(t, "en", load(t).Printer("en-XA").Language(), "the pseudo-language is only for tests")
}

func TestFiguresInEachLanguage(t *testing.T) {
	t.Parallel()
	en, de := i18n.English(), load(t).Printer("de")
	for n, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 1234567: "1,234,567", -5: "-5", -999: "-999", -1000: "-1,000",
		math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		require.Equal(t, want, en.Number(n))
	}
	require.Equal(t, "1 byte", en.Bytes(1))
	require.Equal(t, "0 bytes", en.Bytes(0))
	require.Equal(t, "1.250 Bytes", de.Bytes(1250))
	require.Equal(t, "1 Byte", de.Bytes(1))
	require.Equal(t, "1,234.50", en.Decimal(1234.5, 2))
	require.Equal(t, "-0,5", de.Decimal(-0.5, 1))
	require.Equal(t, "3", de.Decimal(2.5001, 0))
	for d, want := range map[time.Duration]string{
		0: "1 min", time.Second: "1 min", 61 * time.Second: "2 min", time.Hour: "1 h",
		3*time.Hour + 12*time.Minute: "3 h 12 min", 47*time.Hour + time.Minute: "47 h 1 min",
		48 * time.Hour: "2 days", 49 * time.Hour: "3 days",
	} {
		require.Equal(t, want, en.Duration(d))
	}
	at := time.Date(2026, 3, 1, 14, 5, 0, 0, time.UTC)
	require.Equal(t, "1 March 2026 at 14:05 UTC", en.Moment(at))
	require.Equal(t, "1. März 2026 um 14:05 UTC", de.Moment(at))
	require.Equal(t, "Sonntag, 1. März 2026, 14:05:00 UTC", de.ExactMoment(at))
	require.Equal(t, "8. Mai 2026", de.Day(time.Date(2026, 5, 8, 0, 0, 0, 0, time.UTC)))
	require.Equal(t, "a, b and c", en.List("a", "b", "c"))
	require.Equal(t, "1 Byte und 2 Tage", de.List(i18n.Bytes(1), i18n.Count(2, "%s day", "%s days")))
}

func TestValuesAreWordedInTheLanguageOfTheirSentence(t *testing.T) {
	t.Parallel()
	c, err := i18n.Load(fstest.MapFS{"ui/i18n/de.po": {Data: []byte(`
msgid ""
msgstr ""
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "%s sent %s."
msgstr "%[2]s kamen von %[1]s."

msgid "%s byte"
msgid_plural "%s bytes"
msgstr[0] "%s Byte"
msgstr[1] "%s Bytes"

msgctxt "format"
msgid "1,234.5"
msgstr "1.234,5"
`)}})
	require.NoError(t, err)
	text := i18n.M("%s sent %s.", "Ada", i18n.Bytes(1250))
	require.Equal(t, "Ada sent 1,250 bytes.", text.String())
	require.Equal(t, "1.250 Bytes kamen von Ada.", text.Localize(c.Printer("de")))
	require.Equal(t, "Not in the catalogue: 100%", c.Printer("de").T("Not in the catalogue: 100%"))
	require.Empty(t, i18n.Text{}.Localize(c.Printer("de")))
}

func TestPluralsFollowTheRuleOfTheLanguage(t *testing.T) {
	t.Parallel()
	c, err := i18n.Load(fstest.MapFS{"ui/i18n/pl.po": {Data: []byte(`
msgid ""
msgstr ""
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"

msgid "%s day"
msgid_plural "%s days"
msgstr[0] "%s dzień"
msgstr[1] "%s dni"
msgstr[2] "%s dni (wiele)"
`)}})
	require.NoError(t, err)
	p := c.Printer("pl")
	for n, want := range map[int64]string{1: "1 dzień", 3: "3 dni", 5: "5 dni (wiele)", 22: "22 dni", 1_000_003: "1,000,003 dni", -1: "-1 dzień", math.MinInt64: "-9,223,372,036,854,775,808 dni (wiele)"} {
		require.Equal(t, want, p.N("%s day", "%s days", n))
	}
}

func TestABrokenCatalogueIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"ui/i18n/deutsch-und-so.po": "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n",
		"ui/i18n/de.po":             "this is no catalogue",
	} {
		_, err := i18n.Load(fstest.MapFS{name: {Data: []byte(text)}})
		require.ErrorContains(t, err, name)
	}
}

func TestThePseudoLanguageLeavesWhatProgramsRead(t *testing.T) {
	t.Parallel()
	p := load(t).WithPseudo().Printer(i18n.PseudoLanguage)
	require.Equal(t, "Rúñ `/bytes daily` áš Ada········", p.T("Run `/bytes daily` as %s", "Ada"))
	require.Equal(t, "7 býtéš···", p.N("%s byte", "%s bytes", 7))
}
