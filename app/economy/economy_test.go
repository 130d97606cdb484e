package economy_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

const (
	guild snowflake.ID = 100
	ada   snowflake.ID = 1
	grace snowflake.ID = 2
)

// everybody is a guild that nobody has left.
type everybody struct{}

func (everybody) Name(context.Context, snowflake.ID, snowflake.ID) (string, bool) { return "", false }

func (everybody) Guild(_ context.Context, id snowflake.ID) (directory.Guild, error) {
	return directory.Guild{ID: id, Roles: []directory.Role{{ID: 700, Name: "Regular"}}}, nil
}

func (everybody) MayName(context.Context, access.Authority, snowflake.ID, snowflake.ID) (access.Refusal, error) {
	return "", nil
}

// world is a service with a clock that the test sets.
type world struct {
	*economy.Service
	store *store.Store
	bus   *bus.Bus
	mu    sync.Mutex
	now   time.Time
}

func newWorld(t *testing.T, s *store.Store) *world {
	t.Helper()
	b, err := bus.Open(t.Context(), bus.Config{})
	require.NoError(t, err)
	w := &world{store: s, bus: b, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	w.Service = economy.New(s, b, everybody{}, slog.New(slog.DiscardHandler), w.clock)
	t.Cleanup(func() {
		w.Close()
		require.NoError(t, b.Close())
		report, err := s.Verify(context.Background())
		require.NoError(t, err)
		require.Empty(t, report.Differences, "the ledger adds up after every test")
	})
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// settings changes what a guild has set.
func (w *world) settings(t *testing.T, change func(*economy.Settings)) {
	t.Helper()
	document := economy.Document()
	cfg, set, err := document.Load(t.Context(), w.store, guild)
	require.NoError(t, err)
	change(&set)
	_, _, err = document.Save(t.Context(), w.store, settings.Change[economy.Settings]{
		Guild: guild, Patch: document.All(set), Actor: store.Actor{Source: store.SourceCommand}})
	require.NoError(t, err)
	w.bus.Publish(t.Context(), bus.Event{Topic: bus.SettingsChanged, Guild: guild})
	require.Eventually(t, func() bool {
		seen, err := w.Settings(t.Context(), guild)
		return err == nil && seen.Version > cfg.Version
	}, 5*time.Second, time.Millisecond)
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, newWorld(t, s)) })
}

func send(amount int64) economy.Send {
	return economy.Send{Guild: guild, From: ada, FromName: "Ada", To: grace, ToName: "Grace", Amount: amount}
}

func TestAFirstClaimLeavesTheStartingBalanceAndTheDailyAmount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		st, err := w.Balance(t.Context(), guild, ada)
		require.NoError(t, err)
		require.Equal(t, int64(100), st.Balance.Balance)
		require.Nil(t, st.NextClaimAt)

		c, err := w.Claim(t.Context(), economy.Claim{Guild: guild, User: ada, Name: "Ada"})
		require.NoError(t, err)
		require.Equal(t, int64(10), c.Earned)
		require.Equal(t, int64(110), c.Balance.Balance)
		require.Equal(t, time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), *c.NextClaimAt)

		_, err = w.Claim(t.Context(), economy.Claim{Guild: guild, User: ada, Name: "Ada"})
		require.True(t, fault.Has(err, "already_claimed"), "%v", err)
		f := fault.As(err)
		require.Contains(t, f.Message, "already claimed")
		require.Contains(t, f.Message, "on 2 March 2026 at 00:00 UTC")
		require.Equal(t, time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), f.Data["retry_at"])
	})
}

func TestAStreakGrowsByDaysAndItsTierMultiplies(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		earned := make([]int64, 0, 9)
		for range 9 {
			c, err := w.Claim(t.Context(), economy.Claim{Guild: guild, User: ada, Name: "Ada"})
			require.NoError(t, err)
			earned = append(earned, c.Earned)
			w.pass(24 * time.Hour)
		}
		require.Equal(t, []int64{10, 10, 10, 10, 10, 10, 10, 20, 20}, earned)
		st, err := w.Balance(t.Context(), guild, ada)
		require.NoError(t, err)
		require.Equal(t, "CHAR", st.Tier)
		require.Equal(t, int64(2), st.Multiplier)

		w.pass(24 * time.Hour) // a day without a claim
		st, err = w.Balance(t.Context(), guild, ada)
		require.NoError(t, err)
		require.Equal(t, "BIT", st.Tier, "the streak is over")
		c, err := w.Claim(t.Context(), economy.Claim{Guild: guild, User: ada, Name: "Ada"})
		require.NoError(t, err)
		require.Equal(t, 1, c.Streak)
		require.Equal(t, int64(10), c.Earned)
	})
}

func TestClaimingQuietlyPaysOnceHoweverOftenItIsTried(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var total int64
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				earned, err := w.ClaimQuietly(t.Context(), economy.Claim{Guild: guild, User: ada, Name: "Ada"})
				require.NoError(t, err)
				mu.Lock()
				defer mu.Unlock()
				total += earned
			})
		}
		wg.Wait()
		require.Equal(t, int64(10), total)
	})
}

func TestRefusalsOfATransferWinInTheirOrder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.settings(t, func(c *economy.Settings) { c.MaxTransfer, c.TransferCooldownHours = 50, 2 })
		_, err := w.Send(t.Context(), send(10))
		require.NoError(t, err)
		w.pass(30 * time.Minute)

		for _, test := range []struct {
			why  string
			in   economy.Send
			code string
			says string
		}{
			{"nothing", send(0), "invalid", "from 1 to 10,000"},
			{"a debt", send(-5), "invalid", "from 1 to 10,000"},
			{"more than anyone may", send(10_001), "invalid", "from 1 to 10,000"},
			{"to herself, though it is too much", economy.Send{Guild: guild, From: ada, To: ada, Amount: 60}, "self_transfer", "yourself"},
			{"over the maximum, though she cools down", send(60), "over_max_transfer", "At most 50 bytes"},
			{"cooling down, though she is too poor", send(50), "transfer_cooldown", "from 1 March 2026 at 14:00 UTC"},
		} {
			_, err := w.Send(t.Context(), test.in)
			require.True(t, fault.Has(err, test.code), "%s: %v", test.why, err)
			require.Contains(t, fault.As(err).Message, test.says, test.why)
		}
		in := send(10)
		in.Reason = strings.Repeat("x", 201)
		_, err = w.Send(t.Context(), in)
		require.Equal(t, "reason", fault.As(err).Fields[0].Name)
		require.Contains(t, fault.As(err).Message, "this one has 201")

		w.settings(t, func(c *economy.Settings) { c.MaxTransfer, c.TransferCooldownHours = 1000, 0 })
		_, err = w.Send(t.Context(), send(900))
		f := fault.As(err)
		require.Equal(t, "insufficient_balance", f.Code)
		require.Equal(t, "Refused, insufficient balance: this takes 900 bytes, the balance is 90 bytes, 810 bytes short.", f.Message)
		require.Equal(t, map[string]any{"balance": int64(90), "shortfall": int64(810)}, f.Data)
	})
}

func TestAKeyThatWasRefusedStaysRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := send(150)
		in.Key = "test:1"
		_, err := w.Send(t.Context(), in)
		require.True(t, fault.Has(err, "insufficient_balance"))
		for range 6 {
			_, err := w.Claim(t.Context(), economy.Claim{Guild: guild, User: ada, Name: "Ada"})
			require.NoError(t, err)
			w.pass(24 * time.Hour)
		}
		_, err = w.Send(t.Context(), in)
		require.True(t, fault.Has(err, "insufficient_balance"), "%v", err)
		in.Amount = 20
		_, err = w.Send(t.Context(), in)
		require.True(t, fault.Has(err, "idempotency_mismatch"), "%v", err)
		in.Key = "test:2"
		first, err := w.Send(t.Context(), in)
		require.NoError(t, err)
		again, err := w.Send(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, first.ID, again.ID)
		require.True(t, again.Again)
	})
}

func TestWhatWouldBeRefusedIsNotAskedAbout(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		require.True(t, fault.Has(w.MaySend(t.Context(), send(500)), "insufficient_balance"))
		require.True(t, fault.Has(w.MaySend(t.Context(), send(5000)), "over_max_transfer"))
		require.True(t, fault.Has(w.MaySend(t.Context(), send(0)), "invalid"))
		require.NoError(t, w.MaySend(t.Context(), send(100)))
	})
}

func TestLookingOpensNoAccount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.Look(t.Context(), guild, ada)
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = w.Balance(t.Context(), guild, ada)
		require.NoError(t, err)
		_, err = w.Look(t.Context(), guild, ada)
		require.NoError(t, err)
	})
}

func TestTheLeaderboardPutsTheRichestFirst(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for user := snowflake.ID(1); user <= 12; user++ {
			_, err := w.Balance(t.Context(), guild, user)
			require.NoError(t, err)
			w.pass(time.Second)
		}
		_, err := w.Send(t.Context(), economy.Send{Guild: guild, From: 1, To: 12, Amount: 40})
		require.NoError(t, err)
		places, err := w.Leaderboard(t.Context(), economy.LeaderboardPage{Guild: guild, By: store.ByBalance, Limit: 10})
		require.NoError(t, err)
		var got []string
		for _, p := range places {
			got = append(got, fmt.Sprint(p.Rank, " ", p.UserID, " ", p.Balance.Balance))
		}
		require.Equal(t, []string{"1 12 140", "2 2 100", "3 3 100", "4 4 100", "5 5 100", "6 6 100", "7 7 100", "8 8 100", "9 9 100", "10 10 100"}, got)
		own, has, err := w.Rank(t.Context(), guild, 1, store.ByBalance)
		require.NoError(t, err)
		require.True(t, has)
		require.Equal(t, int64(12), own.Rank)
		_, has, err = w.Rank(t.Context(), guild, 99, store.ByBalance)
		require.NoError(t, err)
		require.False(t, has)
	})
}

func TestMovementsAreAnnouncedOnceWithTheirMembers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		events := make(chan bus.Event, 32)
		stop := w.bus.Subscribe(bus.Subscriber{Name: "test", Topics: []bus.Topic{bus.BalanceChanged},
			Handle: func(_ context.Context, e bus.Event) { events <- e }})
		defer stop()
		in := send(10)
		in.Key = "test:1"
		for range 3 {
			_, err := w.Send(t.Context(), in)
			require.NoError(t, err)
		}
		_, err := w.Balance(t.Context(), guild, 3) // an opening, told after whatever the sends told
		require.NoError(t, err)
		require.Equal(t, []snowflake.ID{ada, grace}, (<-events).Users)
		require.Equal(t, []snowflake.ID{3}, (<-events).Users)
	})
}
