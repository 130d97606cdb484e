package bot

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
)

// The four colours of everything the bot says.
const (
	colorInfo    = 0x3b82f6
	colorSuccess = 0x22c55e
	colorWarning = 0xf59e0b
	colorError   = 0xef4444
)

// Info, Success, Warning and Error build the bot's embeds. Text that a person wrote must have
// passed Escape; what is longer than Discord allows is cut with an ellipsis.
func Info(title, description string) discord.Embed { return embed(colorInfo, title, description) }

// Success is the embed of something that was done.
func Success(title, description string) discord.Embed { return embed(colorSuccess, title, description) }

// Warning is the embed of a question before something is done.
func Warning(title, description string) discord.Embed { return embed(colorWarning, title, description) }

// Error is the embed of a refusal.
func Error(title, description string) discord.Embed { return embed(colorError, title, description) }

func embed(color int, title, description string) discord.Embed {
	return discord.Embed{Color: color, Title: Cut(title, 256), Description: Cut(description, 4096)}
}

// Cut shortens s to at most limit characters, the last an ellipsis when something was lost.
func Cut(s string, limit int) string {
	r := []rune(s)
	if len(r) <= limit {
		return s
	}
	return string(r[:limit-1]) + "…"
}

var escaper = strings.NewReplacer(
	`\`, `\\`, "*", `\*`, "_", `\_`, "~", `\~`, "`", "\\`", "|", `\|`, ">", `\>`, "#", `\#`,
	"[", `\[`, "]", `\]`, "<", `\<`,
	"@", "@\u200b", "\r", "", "\n", " ",
)

var (
	// links is what Discord's clients make a link of, up to what could begin markdown.
	links = regexp.MustCompile(`https?://[^\s<>\[\]|` + "`" + `\\"]+`)
	// listItem is how a line begins that clients show as an item of a list.
	listItem = regexp.MustCompile(`^(\s*\d*)([-.])(\s|$)`)
)

// Escape makes text that a person wrote show as it was typed: on one line, without markdown or
// mentions. Links stay whole, and one that hides behind other text is shown with its address.
func Escape(s string) string {
	var b strings.Builder
	at := 0
	for _, link := range links.FindAllStringIndex(s, -1) {
		b.WriteString(escaper.Replace(s[at:link[0]]))
		b.WriteString(s[link[0]:link[1]])
		at = link[1]
	}
	b.WriteString(escaper.Replace(s[at:]))
	return listItem.ReplaceAllString(b.String(), `$1\$2$3`)
}

// Relative is a time as Discord shows it in each reader's own zone: "in 3 hours".
func Relative(t time.Time) string { return fmt.Sprintf("<t:%d:R>", t.Unix()) }

// Mention shows a member's name; in an embed it notifies nobody.
func Mention(user snowflake.ID) string { return discord.UserMention(user) }

// Name is what a member is called in the guild: nickname, else global name, else username.
// nick may be nil.
func Name(user discord.User, nick *string) string {
	if nick != nil && *nick != "" {
		return *nick
	}
	return user.EffectiveName()
}
