package engine_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/automod/engine/text"
)

// slow is the obvious engine: each word of each rule is looked for by itself in each view, each
// pattern is run on every text. It shares the views with the engine, and nothing else.
type slow struct {
	rules    []engine.Rule
	patterns map[string]*regexp.Regexp
	forms    map[string]text.Forms // of words and phrases, which take their time
}

func (s *slow) formsOf(phrase string) text.Forms {
	forms, ok := s.forms[phrase]
	if !ok {
		forms = text.FormsOf(phrase)
		s.forms[phrase] = forms
	}
	return forms
}

func (s *slow) hits(content string) (hits []string) {
	read := text.New(content, text.Markdown)
	defer read.Release()
	add := func(rule engine.Rule, by string) {
		if hit := rule.Name + ": " + by; !slices.Contains(hits, hit) {
			hits = append(hits, hit)
		}
	}
	for _, rule := range s.rules {
		config := rule.Config.(*engine.Content)
		for _, keyword := range config.KeywordFilter {
			core := strings.TrimSuffix(strings.TrimPrefix(keyword, "*"), "*")
			forms := s.formsOf(core)
			whole := func(view *text.View, form string, disguised bool) {
				if view == nil {
					return
				}
				for _, span := range occurrences(string(view.Bytes), form) {
					first, _ := utf8.DecodeRuneInString(form)
					last, _ := utf8.DecodeLastRuneInString(form)
					if !strings.HasPrefix(keyword, "*") && isWord(first) && wordBefore(view.Bytes[:span.Start]) ||
						!strings.HasSuffix(keyword, "*") && isWord(last) && wordAfter(view.Bytes[span.End:]) ||
						disguised && !view.Touches(span) || s.excused(config, read, view.Source(span)) {
						continue
					}
					add(rule, keyword)
				}
			}
			whole(read.Folded(), forms.Folded, false)
			if config.FoldAccents {
				whole(read.Bare(), forms.Bare, false)
			}
			if config.Lookalikes {
				whole(read.LookAlike(), forms.LookAlike, true)
				whole(read.LookAlikeUpper(), forms.LookAlikeUpper, true)
			}
			if config.Leet {
				whole(read.Leet(), forms.Leet, true)
			}
		}
		for _, expr := range config.RegexPatterns {
			re := s.patterns[expr]
			for _, view := range []*text.View{&read.Visible, read.Folded()} {
				if view != &read.Visible && strings.Contains(expr, "(?-i)") {
					continue
				}
				for _, at := range re.FindAllIndex(view.Bytes, -1) {
					if at[0] < at[1] && !s.excused(config, read, view.Source(text.Span{Start: at[0], End: at[1]})) {
						add(rule, expr)
					}
				}
			}
		}
	}
	slices.Sort(hits)
	return hits
}

func (s *slow) excused(config *engine.Content, read *text.Text, source text.Span) bool {
	if config.SkipCode && read.InCode(source) {
		return true
	}
	for _, phrase := range config.AllowList {
		form := s.formsOf(phrase).Folded
		for _, span := range occurrences(string(read.Folded().Bytes), form) {
			if !wordBefore(read.Folded().Bytes[:span.Start]) && !wordAfter(read.Folded().Bytes[span.End:]) && source.Within(read.Folded().Source(span)) {
				return true
			}
		}
	}
	return false
}

func occurrences(s, what string) (spans []text.Span) {
	for i := range s {
		if strings.HasPrefix(s[i:], what) {
			spans = append(spans, text.Span{Start: i, End: i + len(what)})
		}
	}
	return spans
}

func isWord(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.M) }

func wordBefore(b []byte) bool {
	r, n := utf8.DecodeLastRune(b)
	return n > 0 && isWord(r)
}

func wordAfter(b []byte) bool {
	r, n := utf8.DecodeRune(b)
	return n > 0 && isWord(r)
}

// stems make the words of rules and of texts, so that they meet.
var stems = []string{"zorg", "nitro", "free", "cat", "ass", "слово", "сор", "résumé", "año", "straße", "山", "ab", "paypal", "gift", "HELL", "x2", "ｆｕｌｌ"}

func randomWord(random *rand.Rand) string {
	word := stems[random.IntN(len(stems))]
	for random.IntN(3) == 0 {
		word += []string{"s", "er", " ", " now", "1", "-"}[random.IntN(6)] + stems[random.IntN(len(stems))]
	}
	return word
}

// disguise writes a word as somebody does who does not want it found.
func disguise(random *rand.Rand, word string) string {
	var b strings.Builder
	for _, r := range word {
		switch random.IntN(30) {
		case 0:
			b.WriteString("\u200b")
		case 1:
			b.WriteString("||")
		case 2:
			b.WriteString("*")
		case 3:
			r = unicode.ToUpper(r)
		case 4:
			if other := strings.IndexRune("aeocpxyi", r); other >= 0 {
				r = []rune("аеосрхуі")[other]
			}
		case 5:
			if other := strings.IndexRune("oieast", r); other >= 0 {
				r = []rune("013457")[other]
			}
		case 6:
			b.WriteRune(r)
			r = 0x301
		}
		b.WriteRune(r)
	}
	return b.String()
}

func TestTheEngineAgreesWithTheObviousOne(t *testing.T) {
	t.Parallel()
	texts, patterns := 1_000, 100
	if os.Getenv("PROOFS") == "full" {
		texts, patterns = 5_000, 500
	}
	random := rand.New(rand.NewPCG(5, 6))
	oracle := &slow{patterns: map[string]*regexp.Regexp{}, forms: map[string]text.Forms{}}
	const rules = 25
	for i := range rules {
		config := engine.NewConfig(engine.TypeContent).(*engine.Content)
		config.FoldAccents, config.Leet, config.Lookalikes, config.SkipCode = i%2 == 0, i%3 == 0, i%4 != 0, i%5 == 0
		for range 20 {
			word := randomWord(random)
			switch random.IntN(4) {
			case 0:
				word += "*"
			case 1:
				word = "*" + word + "*"
			}
			config.KeywordFilter = append(config.KeywordFilter, word)
		}
		for range patterns / rules {
			a, b := regexp.QuoteMeta(randomWord(random)), regexp.QuoteMeta(randomWord(random))
			expr := fmt.Sprintf([]string{`%s.{0,4}%s`, `\b%s\b|%s`, `(?:%s)+\s*(?:%s)?`, `(?-i)%s|%s`, `%s[^a-z]{0,2}%s$`}[random.IntN(5)], a, b)
			config.RegexPatterns = append(config.RegexPatterns, expr)
			oracle.patterns[expr] = regexp.MustCompile("(?i)" + expr)
		}
		for range 5 {
			config.AllowList = append(config.AllowList, randomWord(random))
		}
		rule := engine.Rule{Name: fmt.Sprintf("rule %02d", i), Type: engine.TypeContent, Config: config, Mode: engine.Enforce, Actions: engine.Actions{&engine.Alert{}}}
		for { // of patterns without a literal a server can have eight
			_, problems := engine.Compile(engine.Settings{}, append(slices.Clone(oracle.rules), rule))
			if len(problems) == 0 {
				break
			}
			var at int
			_, err := fmt.Sscanf(problems[0].Location, "config.regex_patterns[%d]", &at)
			require.NoError(t, err, problems)
			config.RegexPatterns = slices.Delete(config.RegexPatterns, at, at+1)
		}
		oracle.rules = append(oracle.rules, rule)
	}
	compiled := compile(t, engine.Settings{}, oracle.rules...)
	windows := engine.NewWindows(engine.DefaultLimits()).Guild(home)
	found := 0
	for range texts {
		var b strings.Builder
		for range 1 + random.IntN(6) {
			b.WriteString(disguise(random, randomWord(random)))
			b.WriteString([]string{" ", "  ", ", ", "\n", "`", "", "."}[random.IntN(7)])
		}
		e := &engine.Event{Kind: engine.KindMessage, At: start, Message: engine.Message{Content: b.String()}}
		var got []string
		for _, match := range compiled.Check(e, windows).Matches {
			for _, hit := range match.Hits {
				if by := match.Rule.Name + ": " + hit.By; !slices.Contains(got, by) {
					got = append(got, by)
				}
			}
		}
		e.Release()
		slices.Sort(got)
		require.Equal(t, oracle.hits(b.String()), got, "%+q", b.String())
		found += len(got)
	}
	require.Greater(t, found, texts/2, "the texts and the rules hardly meet")
}
