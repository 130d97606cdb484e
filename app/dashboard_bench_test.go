package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

const (
	manyAccounts = 100_000
	manyRows     = 1_000_000
)

// BenchmarkPages measures the server's time for pages of a guild with 100,000 accounts and
// 1,000,000 transactions over the last 30 days, on SQLite: p50-ms and p99-ms. ns/op has the reader's time in it too.
func BenchmarkPages(b *testing.B) {
	db := storetest.NewSQLite(b)
	world := sandboxtest.Start(b, sandbox.Config{})
	p := apptest.Join(b, world, db, func(s *app.Setup) {
		s.Roles, s.Develop = config.RoleWeb, true
	})
	fillGuild(b, db, world)
	v := p.Visitor()
	v.Send("/admin/login", "form", map[string][]string{"username": {"bench"}})
	guild := "/admin/guilds/" + world.GuildID.String()
	for _, page := range []struct{ name, path string }{
		{"overview", "/admin"},
		{"guilds", "/admin/guilds"},
		{"guild", guild},
		{"bytes", guild + "/bytes"},
		{"transactions", guild + "/bytes/transactions"},
		{"transactions-of-one", guild + "/bytes/transactions?user=1000000000000000042"},
		{"leaderboard", guild + "/bytes/leaderboard"},
		{"leaderboard-from-500", guild + "/bytes/leaderboard?offset=500"},
		{"audit", guild + "/audit"},
		{"user", "/admin/users/1000000000000000042"},
		{"chart", guild + "/parts/bytes-chart"},
	} {
		b.Run(page.name, func(b *testing.B) {
			require.Equal(b, http.StatusOK, v.Get(page.path).StatusCode) // what is cached for a minute is there then
			var took []time.Duration
			for b.Loop() {
				// Without the way back and without what a test takes to read the page.
				server, err := time.ParseDuration(v.Get(page.path).Header.Get("X-Response-Time"))
				require.NoError(b, err)
				took = append(took, server)
			}
			report(b, took)
		})
	}
}

// report adds the median and the 99th percentile to the benchmark's figures.
func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	at := func(part float64) float64 {
		return float64(took[int(part*float64(len(took)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(at(.50), "p50-ms")
	b.ReportMetric(at(.99), "p99-ms")
}

// fillGuild writes accounts and rows as the store would, without its pace.
func fillGuild(b *testing.B, db storetest.Database, world *sandboxtest.World) {
	b.Helper()
	now := time.Now().UnixMicro()
	db.Exec(b, fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		INSERT INTO balances (guild_id, user_id, balance, total_received, total_sent, streak, created_at, updated_at)
		SELECT %d, 1000000000000000000 + i, (i * 7919) %% 5000, (i * 7919) %% 5000 + 100, 100, i %% 70, %d + i, %d + i FROM n`,
		manyAccounts, world.GuildID, now-1e12, now-1e12))
	const month = 30 * 24 * 60 * 60 * 1_000_000 // microseconds
	db.Exec(b, fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		INSERT INTO ledger (guild_id, seq, id, kind, from_id, from_name, to_id, to_name, amount, from_balance, to_balance, reason, created_at)
		SELECT %d, i, randomblob(16), 'transfer',
			1000000000000000000 + i %% %d + 1, 'giver', 1000000000000000000 + (i * 31 + 7) %% %d + 1, 'receiver', i %% 100 + 1, 10, 10, 'thanks', %d + i * %d
		FROM n WHERE i %% %d <> (i * 31 + 7) %% %d`,
		manyRows, world.GuildID, manyAccounts, manyAccounts, now-month, month/manyRows, manyAccounts, manyAccounts))
}
