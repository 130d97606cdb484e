package engine_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
)

const (
	ascii100 = "hello there everyone, does anybody know how the new release handles config files on windows? thanks!"
	mixed200 = "Привет всем! Кто-нибудь знает, как новая версия читает настройки? 日本語のテキストも少し書きます。 Résumé très déjà vu, ça marche 😀👍🏽 and then some English words to fill the line, ευχαριστώ πολύ για τη βοήθεια"
)

// allTypes is a rule of each type, with so many words and patterns.
func allTypes(t testing.TB, keywords, patterns int) []engine.Rule {
	random := rand.New(rand.NewPCG(9, 9))
	word := func() string {
		b := make([]byte, 4+random.IntN(8))
		for i := range b {
			b[i] = "abcdefghijklmnopqrstuvwxyz"[random.IntN(26)]
		}
		return string(b)
	}
	var rules []engine.Rule
	for _, kind := range engine.Types() {
		rule := engine.Rule{Name: string(kind), Type: kind, Config: engine.NewConfig(kind), Mode: engine.Enforce, Actions: engine.Actions{&engine.Alert{}}}
		switch config := rule.Config.(type) {
		case *engine.Content:
			for range keywords {
				config.KeywordFilter = append(config.KeywordFilter, word())
			}
			for len(config.RegexPatterns) < patterns {
				config.RegexPatterns = append(config.RegexPatterns, fmt.Sprintf(`\b%s\s+%s\d{2,4}(?:x|y)?`, word(), word()))
			}
		case *engine.FileExtension:
			config.Extensions = []string{"exe", "scr"}
		case *engine.Links:
			config.DomainMode, config.Domains, config.LookalikeOf = engine.DomainsBlock, []string{"evil.example"}, []string{"discord.com"}
		}
		rules = append(rules, rule)
	}
	_, problems := engine.Compile(engine.Settings{}, rules)
	require.Empty(t, problems)
	return rules
}

// variants are texts that differ a little: the same one from many members would be a crowd.
func variants(content string) (all []string) {
	for i := range 512 {
		all = append(all, strings.Replace(content, "e", fmt.Sprintf("%03d", i), 1))
	}
	return all
}

// processor is the time that the process has computed. On a machine that does other things too it
// is what an operation costs, where the time on the wall is what the others leave.
func processor() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// perOperation runs the loop and reports the processor time of one turn.
func perOperation(b *testing.B, do func()) {
	b.ReportAllocs()
	before := processor()
	for b.Loop() {
		do()
	}
	b.ReportMetric(float64(processor()-before)/float64(b.N), "cpu-ns/op")
}

// BenchmarkMessage is a clean message through a rule of every type: read, counted, judged.
func BenchmarkMessage(b *testing.B) {
	for _, source := range []struct{ name, content string }{{"ascii100", ascii100}, {"mixed200", mixed200}} {
		for _, keywords := range []int{50, 1000} {
			b.Run(fmt.Sprintf("%s/words=%d,patterns=50", source.name, keywords), func(b *testing.B) {
				compiled, _ := engine.Compile(engine.Settings{GuildID: home}, allTypes(b, keywords, 50))
				windows := engine.NewWindows(engine.DefaultLimits()).Guild(home)
				e := &engine.Event{Kind: engine.KindMessage, Channels: []engine.Snowflake{1, 2}, Message: engine.Message{Content: source.content}}
				n, contents := 0, variants(source.content)
				perOperation(b, func() {
					n++
					e.At, e.MessageID = start.Add(time.Duration(n)*100*time.Millisecond), engine.Snowflake(n)
					e.Author.ID = engine.Snowflake(n % 5_000) // nobody writes often enough for a rule
					e.Message.Content = contents[n%len(contents)]
					compiled.Count(e, windows)
					if verdict := compiled.Check(e, windows); verdict.Matches != nil {
						b.Fatal("a hit")
					}
					e.Release()
				})
			})
		}
		b.Run(source.name+"/one-by-one", func(b *testing.B) {
			var patterns []*regexp.Regexp
			for _, rule := range allTypes(b, 50, 50) {
				if config, ok := rule.Config.(*engine.Content); ok {
					for _, expr := range config.RegexPatterns {
						patterns = append(patterns, regexp.MustCompile("(?i)"+expr))
					}
				}
			}
			perOperation(b, func() {
				for _, pattern := range patterns {
					if pattern.MatchString(source.content) {
						b.Fatal("a hit")
					}
				}
			})
		})
	}
}

// BenchmarkLoosePatterns is what eight patterns without a literal cost on top.
func BenchmarkLoosePatterns(b *testing.B) {
	config := engine.NewConfig(engine.TypeContent).(*engine.Content)
	for i := range 8 {
		config.RegexPatterns = append(config.RegexPatterns, fmt.Sprintf(`\b\d{%d}[a-z]{2}\s?\d\b`, 2+i))
	}
	compiled, problems := engine.Compile(engine.Settings{}, []engine.Rule{{Name: "x", Type: engine.TypeContent, Config: config, Mode: engine.Enforce, Actions: engine.Actions{&engine.Alert{}}}})
	require.Empty(b, problems)
	windows := engine.NewWindows(engine.DefaultLimits()).Guild(home)
	e := &engine.Event{Kind: engine.KindMessage, At: start, Message: engine.Message{Content: ascii100}}
	perOperation(b, func() {
		compiled.Check(e, windows)
		e.Release()
	})
}

// BenchmarkSimilar compares a text with twenty others that are not like it, and with one that is
// nearly.
func BenchmarkSimilar(b *testing.B) {
	rule := engine.Rule{Name: "x", Type: engine.TypeDuplicate, Config: engine.NewConfig(engine.TypeDuplicate), Mode: engine.Enforce, Actions: engine.Actions{&engine.Alert{}}}
	compiled, _ := engine.Compile(engine.Settings{}, []engine.Rule{rule})
	for name, other := range map[string]string{"unlike": strings.Repeat("какой-то совсем другой текст о погоде ", 6), "nearly": strings.Repeat("hello there ", 17) + "and so on for 9 letters"} {
		b.Run(name, func(b *testing.B) {
			windows := engine.NewWindows(engine.DefaultLimits()).Guild(home)
			e := &engine.Event{Kind: engine.KindMessage, At: start, Channels: []engine.Snowflake{1}, Author: engine.User{ID: 2}}
			for i := range 20 {
				e.MessageID, e.Message.Content = engine.Snowflake(i+1), other[i:]
				compiled.Count(e, windows)
				e.Release()
			}
			e.MessageID, e.Message.Content = 100, strings.Repeat("hello where ", 16)
			compiled.Count(e, windows)
			perOperation(b, func() { compiled.Check(e, windows) })
		})
	}
}

func TestACleanMessageAllocatesLittle(t *testing.T) {
	for _, content := range []string{ascii100, mixed200, "**bold** `code` <@123> and https://example.com/a/b?c=d"} {
		compiled := compile(t, engine.Settings{GuildID: home}, allTypes(t, 1000, 50)...)
		windows := engine.NewWindows(engine.DefaultLimits()).Guild(home)
		e := &engine.Event{Kind: engine.KindMessage, Channels: []engine.Snowflake{1, 2}, Message: engine.Message{Content: content}}
		n, contents := 0, variants(content)
		turn := func() {
			n++
			e.At, e.MessageID, e.Author.ID = start.Add(time.Duration(n)*100*time.Millisecond), engine.Snowflake(n), engine.Snowflake(n%500)
			e.Message.Content = contents[n%len(contents)]
			compiled.Count(e, windows)
			require.Nil(t, compiled.Check(e, windows).Matches)
			e.Release()
		}
		for range 2_000 {
			turn()
		}
		require.LessOrEqual(t, testing.AllocsPerRun(2_000, turn), 3.0, content)
	}
}

// wordOf is a word of four to eleven letters.
func wordOf(n int) string {
	random := rand.New(rand.NewPCG(uint64(n), 1))
	b := make([]byte, 4+random.IntN(8))
	for i := range b {
		b[i] = "eeettaaoinshrdlucmfwypvbgkqjxz"[random.IntN(30)]
	}
	return string(b)
}

// A thousand servers with twenty rules each, the starter rules and nine of their own.
func TestManyGuildsFitInMemory(t *testing.T) {
	const guilds = 1_000
	var all []*engine.Compiled
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	compile(t, engine.Settings{}, engine.Starter()...) // the tables that all share
	before := heap()
	for i := range guilds {
		rules := engine.Starter()
		for k := range 9 {
			config := engine.NewConfig(engine.TypeContent).(*engine.Content)
			for n := range 20 {
				config.KeywordFilter = append(config.KeywordFilter, wordOf(i*7919+k*104729+n*1299709))
			}
			for n := range 3 {
				config.RegexPatterns = append(config.RegexPatterns, fmt.Sprintf(`(?:buy|sell) item%d\s*x%d`, i*k, n))
			}
			rules = append(rules, engine.Rule{Name: fmt.Sprint(k), Type: engine.TypeContent, Config: config, Mode: engine.Enforce, Actions: engine.Actions{&engine.Delete{}}})
		}
		compiled, problems := engine.Compile(engine.Settings{GuildID: engine.Snowflake(i)}, rules)
		require.Empty(t, problems)
		all = append(all, compiled)
	}
	used := float64(heap()-before) / (1 << 20)
	t.Logf("%d guilds with 20 rules, 180 words and 27 patterns each: %.1f MiB", guilds, used)
	require.Less(t, used, 60.0)
	runtime.KeepAlive(all)
}
