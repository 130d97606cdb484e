package text_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/automod/engine/text"
)

// alphabet holds what the pipeline treats in a way of its own.
const alphabet = "abzZ019 .,!?*_~|\\`[]()<>@#:/\n\t'-\u00ad\u200b\u200c\u200d\u2060\ufe0f\u3164\u2800\u115f\u034f" +
	"\u0301\u0323\u0335\u0345\u1160éßẞſKÅİıΣςКожусорйёгمہکष्कสวัの山ｚ１．。ﬁ𝐀🅰🇩🇪😀👍🏽1️⃣½"

func randomText(random *rand.Rand, n int) string {
	runes := []rune(alphabet)
	var b strings.Builder
	for range random.IntN(n) {
		switch random.IntN(40) {
		case 0:
			b.WriteRune(rune(random.IntN(unicode.MaxRune)))
		case 1:
			b.WriteString([]string{"https://", "discord.gg/", "](", "```", "<@1>", "<:a:1>", "%2e", "||"}[random.IntN(8)])
		default:
			b.WriteRune(runes[random.IntN(len(runes))])
		}
	}
	return b.String()
}

// checkText holds for every text, valid UTF-8 or not.
func checkText(t *testing.T, source string) {
	t.Helper()
	read := text.New(source, text.Markdown)
	defer read.Release()
	views := map[string]*text.View{
		"visible": &read.Visible, "folded": read.Folded(), "raw": read.Raw(), "bare": read.Bare(),
		"look-alike": read.LookAlike(), "look-alike upper": read.LookAlikeUpper(), "leet": read.Leet(),
	}
	for name, view := range views {
		if view == nil {
			continue
		}
		require.LessOrEqual(t, len(view.Bytes), 40*len(source)+16, "%s grew out of proportion", name)
		for i := range view.Bytes {
			part := view.Source(text.Span{Start: i, End: i + 1})
			require.True(t, 0 <= part.Start && part.Start <= part.End && part.End <= len(source), "%s: byte %d came from %v", name, i, part)
		}
		for _, d := range view.Disguised {
			require.True(t, d.Start < d.End && d.End <= len(view.Bytes), name)
		}
	}
	for _, part := range append(read.Code, read.Markup...) {
		require.True(t, 0 <= part.Start && part.Start <= part.End && part.End <= len(read.Visible.Bytes))
	}
	for _, link := range read.Links {
		require.Equal(t, link.Address, source[link.Source.Start:link.Source.End])
	}
	for _, invite := range read.Invites() {
		require.NotEmpty(t, invite.Code)
		require.LessOrEqual(t, invite.Source.End, len(source))
	}
	read.Emojis()
	cased, uppers := read.Letters()
	require.LessOrEqual(t, uppers, cased)
	all, consecutive := read.LineBreaks()
	require.LessOrEqual(t, consecutive, all)

	for name, view := range map[string]func(*text.Text) *text.View{"folded": (*text.Text).Folded, "bare": (*text.Text).Bare} {
		first := string(view(read).Bytes)
		again := text.New(first, text.Plain)
		require.Equal(t, first, string(view(again).Bytes), "%s is not idempotent on %+q", name, source)
		again.Release()
	}
}

func checkLink(t *testing.T, address string) {
	t.Helper()
	host := text.ReadHost(address)
	require.Equal(t, strings.ToLower(host.Name), host.Name)
	require.False(t, strings.ContainsAny(host.Name, " @/\\?#%"), "host %q", host.Name)
	if parsed, err := url.Parse(address); err == nil && host.Name != "" && !host.Unreadable && parsed.Host != "" {
		again := text.ReadHost("https://" + host.Name + "/")
		require.True(t, again.Name == host.Name || strings.Contains(host.Name, ":"), "host of %q reads as %q, then as %q", address, host.Name, again.Name)
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "z\u0335\u0321o*(\u200b)*r||g||", "a*\u0301\u0301*b", "```go\n`x`", "[a](https://b) <@1>", "\xff\xfe*a"} {
		f.Add(seed)
	}
	f.Fuzz(checkText)
}

func FuzzLink(f *testing.F) {
	for _, seed := range []string{"https://a@b:80/c", `https://evil.example\@x`, "https://xn--a/", "http://[::1]", "https://%2e", "https://a..", "http://[::%0]", "https://%80", "discord://-/invite/a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		checkLink(t, address)
		checkText(t, address)
	})
}

func TestAnyTextIsReadWhole(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 1_500 {
		source := randomText(random, 60)
		checkText(t, source)
		checkLink(t, "https://"+source)
	}
}

// Work grows with the length and no faster: a text that is hostile in one of these ways must not
// cost more than an ordinary one of the same size by an order of magnitude. The generous factor
// leaves room for a busy machine; a quadratic pass exceeds it a hundred times over.
func TestReadingIsLinear(t *testing.T) {
	t.Parallel()
	const size = 30_000
	spend := func(unit string) time.Duration {
		source := strings.Repeat(unit, size/len(unit))
		best := time.Hour
		for range 3 {
			start := time.Now()
			read := text.New(source, text.Markdown)
			read.Leet()
			read.LookAlike()
			read.Raw()
			read.Invites()
			read.Emojis()
			best = min(best, time.Since(start))
			read.Release()
		}
		return best
	}
	ordinary := spend("Привет, résumé **мир** 😀 ")
	for _, unit := range []string{"`", "`a``b```c", "[", "[a](", "](http://a", "*a", "||", "<", "<@", "<:a:", "(", "https://a(", "\\", "\u0301", "a\u0301\u0301", "discord.gg/", "[](https://a ", "_a_", "http://"} {
		require.Less(t, spend(unit), 60*ordinary+time.Second, "%q", unit)
	}
}

// What ICU says about each code point, where it is installed (Debian: python3-icu).
func TestSkeletonAgreesWithICU(t *testing.T) {
	t.Parallel()
	python := "/usr/bin/python3"
	if exec.CommandContext(t.Context(), python, "-c", "import icu; assert icu.UNICODE_VERSION == '15.0'").Run() != nil {
		t.Skip("python3-icu with Unicode 15 is not installed")
	}
	random := rand.New(rand.NewPCG(3, 4))
	var input strings.Builder
	var texts []string
	for range 5_000 {
		s := strings.Map(func(r rune) rune {
			if r == utf8.RuneError || r < ' ' {
				return -1
			}
			return r
		}, randomText(random, 12))
		texts = append(texts, s)
		fmt.Fprintf(&input, "%x\n", s)
	}
	command := exec.CommandContext(t.Context(), python, "-c", `
import icu, sys
c = icu.SpoofChecker()
for line in sys.stdin:
    print(c.getSkeleton(0, bytes.fromhex(line.strip()).decode()).encode().hex())`)
	command.Stdin = strings.NewReader(input.String())
	output, err := command.Output()
	require.NoError(t, err)
	for i, line := range strings.Split(strings.TrimSuffix(string(output), "\n"), "\n") {
		require.Equal(t, line, fmt.Sprintf("%x", text.Skeleton(texts[i])), "%+q", texts[i])
	}
}

// Whatever regexp takes for the same letter must fold to the same one: the literals of a pattern
// are looked for in a folded text.
func TestFoldCoversRegexpsFold(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if other := unicode.SimpleFold(r); other != r {
			require.Equal(t, text.Fold(string(r)), text.Fold(string(other)), "%U", r)
		}
	}
}
