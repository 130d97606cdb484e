package engine

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBandedDistanceAgreesWithTheWholeMatrix(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	matrix := func(a, b []rune) int {
		row := make([]int, len(b)+1)
		for j := range row {
			row[j] = j
		}
		for i := range a {
			diagonal := row[0]
			row[0] = i + 1
			for j := range b {
				d := diagonal
				if a[i] != b[j] {
					d = 1 + min(diagonal, row[j], row[j+1])
				}
				diagonal, row[j+1] = row[j+1], d
			}
		}
		return row[len(b)]
	}
	word := func(n int) []rune {
		out := make([]rune, random.IntN(n))
		for i := range out {
			out[i] = rune('a' + random.IntN(3))
		}
		return out
	}
	row := make([]int16, maxCompared+1)
	for range 50_000 {
		a, b, k := word(14), word(14), random.IntN(10)
		require.Equal(t, matrix(a, b) <= k, within(a, b, k, row), "%s %s %d", string(a), string(b), k)
	}
	for range 5_000 { // the shortcuts before it change no answer
		a := strings.Repeat("the quick brown fox ", 1+random.IntN(3)) + string(word(9))
		b := strings.Repeat("the quick brown fox ", 1+random.IntN(3)) + string(word(9))
		similarity := float64(50+random.IntN(51)) / 100
		n := max(len(a), len(b))
		require.Equal(t, matrix([]rune(a), []rune(b)) <= allowedEdits(n, similarity), newComparer(a).similar(b, similarity), "%q %q %v", a, b, similarity)
	}
	require.Equal(t, 15, allowedEdits(100, 0.85))
	require.Equal(t, 5, allowedEdits(30, 0.85))
	require.Equal(t, 0, allowedEdits(300, 1))
}

func TestAutomatonFindsWhatIsThere(t *testing.T) {
	t.Parallel()
	require.Nil(t, newAutomaton(nil))
	random := rand.New(rand.NewPCG(2, 2))
	for range 300 {
		var words []word
		for i := range 1 + random.IntN(40) {
			s := ""
			for range 1 + random.IntN(5) {
				s += []string{"a", "b", "é", "я", "山"}[random.IntN(5)]
			}
			words = append(words, word{s, entry{target: int32(i), views: inFolded, length: int32(len(s))}})
		}
		a := newAutomaton(words)
		s := ""
		for range 60 {
			s += []string{"a", "b", "é", "я", "山", " "}[random.IntN(6)]
		}
		got, want := map[string]int{}, map[string]int{}
		a.find([]byte(s), inFolded, func(e *entry, end int) {
			require.Equal(t, words[e.target].bytes, s[end-int(e.length):end])
			got[fmt.Sprint(e.target, " ", end)]++
		})
		for i, w := range words {
			for at := range s {
				if strings.HasPrefix(s[at:], w.bytes) {
					want[fmt.Sprint(i, " ", at+len(w.bytes))]++
				}
			}
		}
		require.Equal(t, want, got)
		a.find([]byte(s), inLeet, func(*entry, int) { require.Fail(t, "another view") })
	}
}

func TestRequiredLiterals(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string][]string{
		`free\s+nitro`:            {"nitro"},
		`(?:buy|sell) \d+ pounds`: {"pounds"},
		`buy|sell|trade`:          {"buy", "sell", "trade"},
		`(?-i)ZORG`:               {"zorg"},
		`colou?r`:                 {"colo"},
		`(spam){2,}`:              {"spam"},
		`(spam)*`:                 nil,
		`(spam)?ham`:              {"ham"},
		`\d{5}`:                   nil,
		`ab|zorg`:                 nil,
		`straße`:                  {"strasse"},
		`слово`:                   {"слово"},
		`a\*b\*c`:                 nil,
		`Kelvin`:                  {"kelvin"},
	} {
		pattern, problem := newPattern("x?" + expr)
		if problem == nil {
			require.Equal(t, want, pattern.literals, expr)
		}
	}
}

// An engine full of messages stays below its limit, drops the oldest first, and says so.
func TestWindowsAreBounded(t *testing.T) {
	t.Parallel()
	rules := []Rule{starter("duplicate", TypeDuplicate, func(c *Duplicate) { c.Seconds = 600 }, Conditions{}, &Alert{})}
	compiled, problems := Compile(Settings{}, rules)
	require.Empty(t, problems)
	all := NewWindows(Limits{Guild: 200 << 10, Total: 1 << 20})
	at := time.Unix(1_790_000_000, 0)
	var group sync.WaitGroup
	for guild := range 20 {
		group.Go(func() {
			windows := all.Guild(Snowflake(guild + 1))
			for i := range 3_000 {
				e := &Event{
					Kind: KindMessage, At: at.Add(time.Duration(i) * 10 * time.Millisecond), MessageID: Snowflake(i + 1), Channels: []Snowflake{1},
					Author:  User{ID: Snowflake(i%50 + 1)},
					Message: Message{Content: fmt.Sprintf("a message of some length with the number %d in it", i)},
				}
				compiled.Count(e, windows)
				compiled.Check(e, windows)
				e.Release()
			}
		})
	}
	group.Wait()
	stats := all.Stats()
	require.Equal(t, 20, stats.Guilds)
	require.LessOrEqual(t, stats.Bytes, int64(1<<20))
	require.Positive(t, stats.Bytes)
	require.Positive(t, stats.Evicted)
	measured, oldest := int64(0), time.Time{}
	for _, windows := range all.guilds {
		require.LessOrEqual(t, windows.bytes(), int64(200<<10))
		for number := windows.messages.first; number < windows.messages.next; number++ {
			measured += windows.messages.at(number).size()
		}
		if first, ok := windows.oldest(); ok && (oldest.IsZero() || first.Before(oldest)) {
			oldest = first
		}
	}
	require.Equal(t, stats.Bytes, measured, "the sum is right")
	require.True(t, oldest.After(at.Add(5*time.Second)), "what is left is young: %v", oldest.Sub(at))

	all.Expire(at.Add(time.Hour))
	require.Zero(t, all.Stats().Bytes)
	require.Zero(t, all.Stats().Entries)
	all.Forget(1)
	require.Equal(t, 19, all.Stats().Guilds)
}
