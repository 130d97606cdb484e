package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// BenchmarkAPI compares reading a balance and sending bytes with an operation that answers from
// nothing, behind the same key, limit and middleware. Run it with -cpu for other loads; there are
// 32 callers for each processor.
func BenchmarkAPI(b *testing.B) {
	for name, make := range map[string]func(testing.TB) storetest.Database{"sqlite": storetest.NewSQLite, "postgres": storetest.NewPostgres} {
		b.Run(name, func(b *testing.B) {
			a := open(b, make(b), func(c *config.Config) { c.APIRateLimit = 1_000_000; c.DBPoolSize = 16 })
			api.Get(a.API, api.Op{ID: "constant", Path: "/guilds/{guild_id}/constant/{user_id}", Tag: "bytes", Scope: api.ScopeRead},
				func(_ context.Context, in *economy.MemberPath) (economy.Account, error) {
					return economy.Account{Balance: store.Balance{GuildID: in.Guild.ID, UserID: in.User.ID, Balance: 110}, Tier: "BIT", Multiplier: 1}, nil
				})
			const members = 1000
			for user := range members {
				_, err := a.Store.OpenAccount(b.Context(), store.Account{Guild: a.world.GuildID, User: snowflake.ID(user + 1), Starting: 1_000_000_000, At: a.clock()})
				require.NoError(b, err)
			}
			var turn atomic.Int64
			bench := func(name, method string, target func(n int64) (path, body string)) {
				b.Run(name, func(b *testing.B) {
					b.ReportAllocs()
					b.SetParallelism(32)
					b.RunParallel(func(p *testing.PB) {
						for p.Next() {
							path, body := target(turn.Add(1))
							r := httptest.NewRequest(method, a.path("%s", path), strings.NewReader(body))
							r.Header.Set("Authorization", "Bearer "+a.key)
							r.Header.Set("Content-Type", "application/json")
							w := httptest.NewRecorder()
							a.Handler().ServeHTTP(w, r)
							if w.Code != http.StatusOK {
								b.Error(w.Code, w.Body)
								return
							}
						}
					})
					b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
				})
			}
			bench("constant", http.MethodGet, func(n int64) (string, string) {
				return fmt.Sprintf("/constant/%d", n%members+1), ""
			})
			bench("balance", http.MethodGet, func(n int64) (string, string) {
				return fmt.Sprintf("/bytes/balance/%d", n%members+1), ""
			})
			bench("transfer", http.MethodPost, func(n int64) (string, string) {
				return "/bytes/transactions", fmt.Sprintf(`{"giver_id":"%d","giver_username":"ada","receiver_id":"%d","receiver_username":"grace","amount":1}`,
					n%members+1, (n+members/2)%members+1)
			})
		})
	}
}
