package text_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/automod/engine/text"
)

func read(t *testing.T, source string) *text.Text {
	t.Helper()
	read := text.New(source, text.Markdown)
	t.Cleanup(read.Release)
	return read
}

func TestVisibleIsWhatAClientShows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, source, want string }{
		{"nothing", "", ""},
		{"plain", "hello there", "hello there"},
		{"bold, italic, struck, spoiler", "**a** *b* ***c*** ~~d~~ ||e|| __f__ _g_", "a b c d e f g"},
		{"marks inside a word", "zo||rg|| z*or*g", "zorg zorg"},
		{"a mark alone", "2 * 3 and a* and ~5", "2 * 3 and a* and ~5"},
		{"snake case", "snake_case_name and _this_", "snake_case_name and this"},
		{"escape", `\*not bold\* C:\dir`, `*not bold* C:\dir`},
		{"inline code", "say `a*b*c` now", "say a*b*c now"},
		{"fenced code", "```go\nx := *y\n```", "x := *y\n"},
		{"code that does not end", "a ` b *c*", "a ` b c"},
		{"masked link", "see [the docs](https://example.com/a_b_c) now", "see the docs now"},
		{"masked link, angle brackets", "zo[r](<https://example.com>)g", "zorg"},
		{"no link", "[x](y) and [z]", "[x](y) and [z]"},
		{"nested masks", "**[bold](https://example.com)**", "bold"},
		{"address keeps its signs", "https://example.com/_a_/*b*", "https://example.com/_a_/*b*"},
		{"address in a spoiler", "||https://example.com/x||", "https://example.com/x"},
		{"embed suppressed", "<https://example.com/x>", "https://example.com/x"},
		{"mention", "<@12345> <@!1> <@&2> <#3>", "@ @ @ #"},
		{"custom emoji", "<:party:123> <a:dance:456>", ":party: :dance:"},
		{"command", "</rank show:123>", "/rank show"},
		{"timestamp", "at <t:1700000000:R>", "at  "},
		{"smaller than", "a < b > c", "a < b > c"},
	} {
		require.Equal(t, c.want, string(read(t, c.source).Visible.Bytes), c.name)
	}
}

func TestFoldedUndoesDisguises(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, source, want string }{
		{"case", "You ZORG!", "you zorg!"},
		{"white space", "a  b\t\nc\u00a0d", "a b c d"},
		{"full width", "ｚｏｒｇ", "zorg"},
		{"mathematical", "𝐳𝓸𝖗𝚐", "zorg"},
		{"zero width", "z\u200bo\u00adr\ufe0fg", "zorg"},
		{"Hangul filler and Braille blank", "z\u3164o\u2800r\u115fg", "zorg"},
		{"marks between letters", `z*o~r|g z\org`, "zorg zorg"},
		{"marks beside spaces", "a * b 2*3", "a * b 2*3"},
		{"heaps of accents", "z\u0335\u0321o\u0336\u0328r\u0337g\u0338\u0323", "zorg"},
		{"one accent", "résumé", "résumé"},
		{"decomposed accent", "re\u0301sume\u0301", "résumé"},
		{"sharp s", "STRAẞE straße", "strasse strasse"},
		{"Kelvin and long s", "\u212aeſt", "kest"},
		{"final sigma", "ΣΊΣΥΦΟΣ", "σίσυφοσ"},
		{"Persian non-joiner stays", "می\u200cخواهم", "می\u200cخواهم"},
		{"Hindi joiner stays", "क्\u200dष", "क्\u200dष"},
		{"joiner between Latin letters", "z\u200dorg", "zorg"},
		{"Arabic vowel signs", "مَرْحَبًا", "مَرْحَبًا"},
		{"Thai", "สวัสดีครับ", "สวัสดีครับ"},
		{"Vietnamese", "Tiếng Việt", "tiếng việt"},
		{"controls", "z\x01or\x7fg", "zorg"},
	} {
		require.Equal(t, c.want, string(read(t, c.source).Folded().Bytes), c.name)
	}
}

func TestOtherViews(t *testing.T) {
	t.Parallel()
	bare := func(s string) string { return string(read(t, s).Bare().Bytes) }
	require.Equal(t, "resume anos елка", bare("résumé años ёлка"))
	require.Equal(t, "がぎ שָׁלוֹם", bare("がぎ שָׁלוֹם"), "marks that a script needs")

	like := func(s string) string {
		view := read(t, s).LookAlike()
		if view == nil {
			return ""
		}
		return string(view.Bytes)
	}
	require.Equal(t, text.FormsOf("my paypal").LookAlike, like("my pаypаl"))
	require.Empty(t, like("не выноси сор из избы"), "one script")
	require.Empty(t, like("Goでコードを書く"), "Latin inside Japanese")
	require.Empty(t, like("flag \U0001F1FA\U0001F1F8"), "a flag")
	require.Equal(t, "zorg", like("\U0001F1FF\U0001F1F4\U0001F1F7\U0001F1EC"), "pictured letters")
	upper := read(t, "Нello").LookAlikeUpper()
	require.NotNil(t, upper)
	require.Equal(t, text.FormsOf("hello").LookAlikeUpper, string(upper.Bytes))

	leet := read(t, "z0rg h3ll p@$$").Leet()
	require.Equal(t, "zorg heii pass", string(leet.Bytes))
	require.Nil(t, read(t, "zorg! well").Leet())
}

func TestAHitIsFoundInTheTextAsTyped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ source, folded, want string }{
		{"say zo||rg|| now", "zorg", "zo||rg"},
		{"say ｚｏｒｇ", "zorg", "ｚｏｒｇ"},
		{"**z**\u200b*o*rg!", "zorg", "z**\u200b*o*rg"},
		{"zo[r](<https://example.com>)g", "zorg", "zo[r](<https://example.com>)g"},
		{"re\u0301sume\u0301 x", "résumé", "re\u0301sume\u0301"},
		{"plain zorg", "zorg", "zorg"},
	} {
		read := read(t, c.source)
		view := read.Folded()
		at := strings.Index(string(view.Bytes), c.folded)
		require.GreaterOrEqual(t, at, 0, c.source)
		part := view.Source(text.Span{Start: at, End: at + len(c.folded)})
		require.Equal(t, c.want, c.source[part.Start:part.End])
	}
}

func TestCodeIsKnown(t *testing.T) {
	t.Parallel()
	source := "**a** `zorg` zorg"
	read := read(t, source)
	require.Len(t, read.Code, 1)
	first := strings.Index(source, "zorg")
	require.True(t, read.InCode(text.Span{Start: first, End: first + 4}))
	last := strings.LastIndex(source, "zorg")
	require.False(t, read.InCode(text.Span{Start: last, End: last + 4}))
}

func TestCounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source string
		want   int
	}{
		{"none here 1 2 3 © ™", 0},
		{"<:a:1><a:b:2>", 2},
		{"😀😀 👍🏽", 3},
		{"👨‍👩‍👧‍👦", 1},
		{"🇩🇪🇫🇷", 2},
		{"1️⃣ #️⃣", 2},
		{"❤️ ❤", 1},
		{"`😀` 😀", 1},
	} {
		require.Equal(t, c.want, read(t, c.source).Emojis(), c.source)
	}
	cased, uppers := read(t, "ABC дЕЖ `CODE` <:NAME:1> https://EXAMPLE.com 山").Letters()
	require.Equal(t, []int{6, 5}, []int{cased, uppers})
	all, run := read(t, "a\n\u200b\n \nb\nc").LineBreaks()
	require.Equal(t, []int{4, 3}, []int{all, run})
}
