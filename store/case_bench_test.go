package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// manyCases fills a guild with n cases of n/20 people by 40 moderators, whose reasons are of 2,000 words. %s is the
// list of the numbers from 1 on in the words of each engine.
const manyCases = `INSERT INTO cases (guild_id, number, action, user_id, user_tag, moderator_id, moderator_tag, reason, state, source, dm,
		happened, in_force, resolved, version, created_at, updated_at)
	SELECT 1, n, CASE WHEN n %% 10 < 6 THEN 'warn' WHEN n %% 10 < 9 THEN 'timeout' ELSE 'ban' END, 1000 + (n * 7919) %% ($1 / 20), 'user' || ((n * 7919) %% ($1 / 20)),
		1 + (n * 31) %% 40, 'moderator', 'spam word' || ((n * 104729) %% 2000), 'done', 'command', 'sent', n, %s, %s, 1, %s, %s FROM (%s) numbers`

var manyWords = []string{
	`INSERT INTO case_words (guild_id, word, number) SELECT 1, 'spam', number FROM cases`,
	`INSERT INTO case_words (guild_id, word, number) SELECT 1, 'word' || ((number * 104729) % 2000), number FROM cases`,
	`INSERT INTO case_words (guild_id, word, number) SELECT 1, user_tag, number FROM cases`,
}

// BenchmarkSearchCases searches a million cases; p99-ms is what one search in a hundred exceeds.
func BenchmarkSearchCases(b *testing.B) {
	const n = 1_000_000
	for name, create := range map[string]func(testing.TB) storetest.Database{"sqlite": storetest.NewSQLite, "postgres": storetest.NewPostgres} {
		b.Run(name, func(b *testing.B) {
			db := create(b)
			s := db.Migrated(b)
			if name == "sqlite" {
				at := fmt.Sprint(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()) + " + n * 1000000"
				db.Exec(b, fmt.Sprintf(manyCases, "0", "n % 3 = 0", at, at, `WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < $1) SELECT n FROM r`), n)
			} else {
				at := `timestamptz '2026-01-01' + n * interval '1 second'`
				db.Exec(b, fmt.Sprintf(manyCases, "false", "n % 3 = 0", at, at, `SELECT generate_series(1::bigint, $1::bigint) AS n`), n)
			}
			for _, words := range manyWords {
				db.Exec(b, words)
			}
			db.Exec(b, "ANALYZE")
			for search, filter := range map[string]func(i int) store.CaseFilter{
				"newest":         func(int) store.CaseFilter { return store.CaseFilter{} },
				"of a user":      func(i int) store.CaseFilter { return store.CaseFilter{User: snowflake.ID(1000 + i*13%(n/20))} },
				"by a moderator": func(i int) store.CaseFilter { return store.CaseFilter{Moderator: new(snowflake.ID(1 + i%40))} },
				"bans by one": func(i int) store.CaseFilter {
					return store.CaseFilter{Moderator: new(snowflake.ID(1 + i%40)), Actions: []store.CaseAction{store.CaseBan}}
				},
				"a word":        func(i int) store.CaseFilter { return store.CaseFilter{Text: fmt.Sprintf("word%d", i*7%2000)} },
				"a common word": func(int) store.CaseFilter { return store.CaseFilter{Text: "spam"} },
				"two words":     func(i int) store.CaseFilter { return store.CaseFilter{Text: fmt.Sprintf("spam word%d", i*7%2000)} },
				"two words that never meet": func(i int) store.CaseFilter {
					return store.CaseFilter{Text: fmt.Sprintf("word%d word%d", i%2000, (i+1)%2000)}
				},
				"open timeouts": func(int) store.CaseFilter {
					return store.CaseFilter{Resolved: new(false), Actions: []store.CaseAction{store.CaseTimeout}}
				},
				"an hour": func(i int) store.CaseFilter {
					at := time.Date(2026, 1, 1+i%10, 0, 0, 0, 0, time.UTC)
					return store.CaseFilter{After: at, Before: at.Add(time.Hour)}
				},
			} {
				b.Run(search, func(b *testing.B) {
					took := make([]time.Duration, 0, 1000)
					for i := 0; b.Loop(); i++ {
						began := time.Now()
						_, err := s.Cases(b.Context(), 1, filter(i), 0, 50)
						require.NoError(b, err)
						took = append(took, time.Since(began))
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
				})
			}
		})
	}
}
