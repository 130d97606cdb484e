package world

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// match is why a rule of AutoMod fired. Keyword and content are nil where it looked for neither.
type match struct {
	rule             *wire.AutoModRule
	keyword, content *string
}

// matches lists the rules that fire on a text with so many different mentions.
func (g *guild) matches(when int, text string, mentions int, exempt func(*wire.AutoModRule) bool) (list []match) {
	for _, r := range g.rules {
		if !r.Enabled || r.EventType != when || exempt(r) {
			continue
		}
		switch r.TriggerType {
		case wire.OnMentions:
			if mentions > r.Trigger.MentionLimit {
				list = append(list, match{rule: r})
			}
		case wire.OnSpam:
			if spam(text) {
				list = append(list, match{rule: r})
			}
		default:
			if keyword, content, found := seek(r, text); found {
				list = append(list, match{r, &keyword, &content})
			}
		}
	}
	return list
}

// seek finds the first word or pattern of a rule in a text. What the rule allows is cut out first,
// so that it neither matches itself nor excuses the rest.
func seek(r *wire.AutoModRule, text string) (keyword, content string, found bool) {
	for _, allowed := range r.Trigger.Allowed {
		for {
			from, to, ok := findWord(text, allowed)
			if !ok {
				break
			}
			text = text[:from] + strings.Repeat("\x00", to-from) + text[to:]
		}
	}
	for _, word := range slices.Concat(r.Trigger.Keywords, presets(r.Trigger.Presets)) {
		if from, to, ok := findWord(text, word); ok {
			return word, text[from:to], true
		}
	}
	for _, p := range r.Trigger.Patterns {
		if re, err := regexp.Compile(p); err == nil {
			if hit := re.FindString(text); hit != "" {
				return p, hit, true
			}
		}
	}
	return "", "", false
}

// findWord looks for a keyword in any case. A star at its beginning or end stands for anything;
// without one the keyword ends there at white space or where the text does.
func findWord(text, keyword string) (from, to int, found bool) {
	word, prefix := strings.CutSuffix(keyword, "*")
	word, suffix := strings.CutPrefix(word, "*")
	if strings.TrimSpace(word) == "" {
		return 0, 0, false
	}
	for at := 0; at < len(text); {
		length, ok := startsWith(text[at:], word)
		if ok && (suffix || bounded(text[:at], true)) && (prefix || bounded(text[at+length:], false)) {
			return at, at + length, true
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return 0, 0, false
}

// startsWith compares without regard to case and returns how many bytes of the text the word is.
func startsWith(text, word string) (length int, ok bool) {
	for _, want := range word {
		got, size := utf8.DecodeRuneInString(text[length:])
		if size == 0 || unicode.ToLower(got) != unicode.ToLower(want) {
			return 0, false
		}
		length += size
	}
	return length, true
}

func bounded(rest string, before bool) bool {
	r, size := utf8.DecodeRuneInString(rest)
	if before {
		r, size = utf8.DecodeLastRuneInString(rest)
	}
	return size == 0 || unicode.IsSpace(r)
}

// presets are the words of Discord's lists. Its own are not public; these are few and mild.
func presets(kinds []int) (words []string) {
	lists := map[int][]string{1: {"damn", "crap*", "bullsh*"}, 2: {"porn*", "nude*", "xxx"}, 3: {"moron*", "imbecile*"}}
	for _, kind := range kinds {
		words = append(words, lists[kind]...)
	}
	return words
}

var bait = regexp.MustCompile(`(?i)free\s+(discord\s+)?nitro|steam\s+gift|claim\s+your\s+(gift|prize)`)

// spam is the stand-in's guess at what Discord takes for generic spam: well-known bait, or one line
// five times over.
func spam(text string) bool {
	if bait.MatchString(text) {
		return true
	}
	count := make(map[string]int)
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if count[line]++; count[line] >= 5 {
			return true
		}
	}
	return false
}
