package app_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// The first calls that somebody makes, in the order in which they make them.
func TestTheStoryOfANewUser(t *testing.T) {
	onEach(t, func(t *testing.T, a *restAPI) {
		const ada, grace snowflake.ID = 42, 43
		balance := func(user snowflake.ID) int64 {
			return a.ask(t, http.MethodGet, a.path("/bytes/balance/%d", user), nil).is(200).at("balance").Int()
		}
		require.EqualValues(t, 100, balance(ada))

		claim := a.ask(t, http.MethodPost, a.path("/bytes/daily/%d", ada), nil).is(200)
		require.EqualValues(t, 110, claim.at("balance").Int())
		require.EqualValues(t, 10, claim.at("earned").Int())
		require.Equal(t, "2026-03-02T00:00:00Z", claim.at("next_claim_at").Str)
		again := a.ask(t, http.MethodPost, a.path("/bytes/daily/%d", ada), nil).refuses(400, "already_claimed", "already claimed")
		require.Equal(t, "2026-03-02T00:00:00Z", again.at("retry_at").Str)

		sent := a.ask(t, http.MethodPost, a.path("/bytes/transactions"), transfer(ada, grace, 50)).is(200)
		require.EqualValues(t, 60, balance(ada))
		require.EqualValues(t, 150, balance(grace))
		require.Equal(t, "transfer", sent.at("kind").Str)
		require.Equal(t, "42", sent.at("giver_id").Str)
		require.Equal(t, "grace", sent.at("receiver_username").Str)

		body, key := transfer(ada, grace, 900), header{"Idempotency-Key", "order-1"}
		poor := a.ask(t, http.MethodPost, a.path("/bytes/transactions"), body, key).refuses(400, "insufficient_balance", "insufficient balance")
		require.EqualValues(t, 60, poor.at("balance").Int())
		require.EqualValues(t, 840, poor.at("shortfall").Int())

		a.ask(t, http.MethodPost, a.path("/bytes/adjustments"), map[string]any{"user_id": ada, "amount": 2000, "reason": "won the quiz"}).is(200)
		require.EqualValues(t, 2060, balance(ada))
		a.ask(t, http.MethodPost, a.path("/bytes/transactions"), body, key).refuses(400, "insufficient_balance", "the balance is 60 bytes")
		require.EqualValues(t, 2060, balance(ada), "what was refused under this key stays refused")
		a.ask(t, http.MethodPost, a.path("/bytes/transactions"), transfer(ada, grace, 901), key).refuses(422, "idempotency_mismatch", "another request")

		for _, rest := range []string{"", "/bytes/balance/42", "/bytes/config", "/stats", "/audit"} {
			a.ask(t, http.MethodGet, "/api/guilds/invalid_guild"+rest, nil).refuses(404, "guild_not_found", "guild invalid_guild not found")
		}
	})
}

func TestAStreakOfSevenMakesTheEighthDayPayDouble(t *testing.T) {
	onEach(t, func(t *testing.T, a *restAPI) {
		var earned []int64
		for range 8 {
			claim := a.ask(t, http.MethodPost, a.path("/bytes/daily/7"), map[string]any{"username": "ada"}).is(200)
			earned = append(earned, claim.at("earned").Int())
			a.pass(24 * time.Hour)
		}
		require.Equal(t, []int64{10, 10, 10, 10, 10, 10, 10, 20}, earned)
		standing := a.ask(t, http.MethodGet, a.path("/bytes/balance/7"), nil).is(200)
		require.EqualValues(t, 8, standing.at("streak_count").Int())
		require.EqualValues(t, 2, standing.at("multiplier").Int())
		require.Equal(t, "CHAR", standing.at("tier").Str)
		require.Equal(t, "2026-03-08", standing.at("last_daily").Str)
		require.Equal(t, "null", standing.at("next_claim_at").Raw)
	})
}

func TestTwentyRacingClaimsPayOnce(t *testing.T) {
	onEach(t, func(t *testing.T, a *restAPI) {
		var mu sync.Mutex
		codes := make(map[int]int)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				w := a.ask(t, http.MethodPost, a.path("/bytes/daily/9"), nil)
				mu.Lock()
				defer mu.Unlock()
				codes[w.Code]++
			})
		}
		wg.Wait()
		require.Equal(t, map[int]int{200: 1, 400: 19}, codes)
		require.EqualValues(t, 110, a.ask(t, http.MethodGet, a.path("/bytes/balance/9"), nil).at("balance").Int())
	})
}

func TestTheSameKeyAtTheSameTimeMovesBytesOnce(t *testing.T) {
	onEach(t, func(t *testing.T, a *restAPI) {
		ids := make([]string, 20)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				ids[i] = a.ask(t, http.MethodPost, a.path("/bytes/transactions"), transfer(1, 2, 30), header{"Idempotency-Key", "once"}).at("id").Str
			})
		}
		wg.Wait()
		for _, id := range ids {
			require.NotEmpty(t, id)
			require.Equal(t, ids[0], id)
		}
		require.EqualValues(t, 70, a.ask(t, http.MethodGet, a.path("/bytes/balance/1"), nil).at("balance").Int())
	})
}

func TestAHundredRequestsAtOnceMeetALimit(t *testing.T) {
	t.Parallel()
	a := open(t, storetest.NewSQLite(t), func(c *config.Config) { c.APIRateLimit = 30 })
	var mu sync.Mutex
	codes := make(map[int]int)
	var limited answer
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			w := a.ask(t, http.MethodGet, a.path("/bytes/balance/1"), nil)
			mu.Lock()
			defer mu.Unlock()
			codes[w.Code]++
			if w.Code == http.StatusTooManyRequests {
				limited = w
			}
			require.Equal(t, `"key";q=60;w=2`, w.Header().Get("RateLimit-Policy"))
			require.Regexp(t, `^"key";r=\d+;t=\d+$`, w.Header().Get("RateLimit"))
		})
	}
	wg.Wait()
	require.Equal(t, 100, codes[200]+codes[429], codes)
	require.GreaterOrEqual(t, codes[200], 60)
	require.NotZero(t, codes[429])
	limited.refuses(429, "rate_limited", "30 a second")
	require.Equal(t, "1", limited.Header().Get("Retry-After"))
	require.EqualValues(t, 1, limited.at("retry_after").Int())
}

func TestEveryAnswerOfTheAPIIsCountedByKeyOrAddress(t *testing.T) {
	t.Parallel()
	a := open(t, storetest.NewSQLite(t), func(c *config.Config) { c.APIRateLimit = 1 })
	nobody := func() answer { return a.askAs(t, "", http.MethodGet, "/api/auth", nil) }
	require.Equal(t, `"address";q=2;w=2`, nobody().refuses(401, "unauthorized", "API key").Header().Get("RateLimit-Policy"))
	require.Equal(t, `"address";r=0;t=2`, a.askAs(t, "sd_wrong", http.MethodGet, "/api/nowhere", nil).
		refuses(404, "not_found", "not found").Header().Get("RateLimit"))
	nobody().refuses(429, "rate_limited", "too many requests")
	a.ask(t, http.MethodGet, "/api/auth", nil).is(200) // a key is counted by itself
	other := request(t, "", http.MethodGet, "/api/auth", nil)
	other.RemoteAddr = "[2001:db8:1:2::1]:1234"
	for i, want := range []int{401, 401, 429} {
		w := answerOf(t, a, other)
		w.is(want)
		if i == 1 {
			other.RemoteAddr = "[2001:db8:1:2::ffff]:1234" // the same customer
		}
	}
}
