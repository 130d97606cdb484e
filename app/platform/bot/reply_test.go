package bot

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

func TestRefusalTellsAFaultInItsOwnWords(t *testing.T) {
	t.Parallel()
	opens := time.Unix(1_800_000_000, 0)
	r, ours := refusal(i18n.English(), fmt.Errorf("claim: %w", fault.New(fault.Refused, "already_claimed", "Come back later.").With("retry_at", opens)), 7)
	require.False(t, ours)
	require.True(t, r.Ephemeral)
	require.Equal(t, "Come back later. Try again <t:1800000000:R>.", r.Embeds[0].Description)
}

func TestRefusalKeepsInternalErrorsInside(t *testing.T) {
	t.Parallel()
	r, ours := refusal(i18n.English(), errors.New("pq: password of postgres is hunter2"), 7)
	require.True(t, ours)
	require.True(t, r.Ephemeral)
	require.NotContains(t, r.Embeds[0].Description, "hunter2")
	require.Contains(t, r.Embeds[0].Description, "`7`")

	r, ours = refusal(i18n.English(), fmt.Errorf("%w: dial tcp 10.0.0.1", store.ErrUnavailable), 7)
	require.True(t, ours)
	require.NotContains(t, r.Embeds[0].Description, "10.0.0.1")
	require.Contains(t, r.Embeds[0].Description, "try again")
}

func TestReplyPingsOnlyWhomItNames(t *testing.T) {
	t.Parallel()
	m := Public(Info("x", Mention(5))).message()
	require.Empty(t, m.AllowedMentions.Parse)
	require.NotNil(t, m.AllowedMentions.Parse, "absent means that Discord pings whoever is mentioned")
	require.Empty(t, m.AllowedMentions.Users)

	r := Public(Info("x", ""))
	r.Ping = []snowflake.ID{5, 6}
	m = r.message()
	require.Equal(t, []snowflake.ID{5, 6}, m.AllowedMentions.Users)
	require.Equal(t, "<@5> <@6>", m.Content)
}

func TestReplaceTakesTheButtonsAway(t *testing.T) {
	t.Parallel()
	u := Replace(Info("Done", "")).edit()
	require.Equal(t, []discord.LayoutComponent{}, *u.Components)
	require.Empty(t, *u.Content)
}

func TestEscape(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain":              "plain",
		"**bold** _it_ `c`":  "\\*\\*bold\\*\\* \\_it\\_ \\`c\\`",
		"@everyone <@1>":     "@\u200beveryone \\<@\u200b1\\>",
		"[x](https://y.zz)":  `\[x\](https://y.zz)`,
		"one\ntwo":           "one two",
		`back\slash ||spoil`: `back\\slash \|\|spoil`,
		"# head":             `\# head`,
		"<:coin:12>":         `\<:coin:12\>`,
		"- item":             `\- item`,
		"12. item":           `12\. item`,
		"well - no 1.5 item": "well - no 1.5 item",
		"-# small":           `-\# small`,
		"see https://go.dev/x_y_z#a*b and *this*": `see https://go.dev/x_y_z#a*b and \*this\*`,
		"https://en.wikipedia.org/wiki/Go_(game)": "https://en.wikipedia.org/wiki/Go_(game)",
		"[safe](https://y.zz/a_b)":                `\[safe\](https://y.zz/a_b)`,
		"https://y.zz/[a](https://evil.zz)":       `https://y.zz/\[a\](https://evil.zz)`,
	} {
		require.Equal(t, want, Escape(in))
	}
}

func TestCutCountsCharacters(t *testing.T) {
	t.Parallel()
	require.Equal(t, "äöü", Cut("äöü", 3))
	require.Equal(t, "äö…", Cut("äöüß", 3))
	require.Equal(t, 256, utf8.RuneCountInString(Info(strings.Repeat("ü", 300), "").Title))
}
