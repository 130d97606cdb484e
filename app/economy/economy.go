// Package economy is the bytes of a guild: accounts, daily claims with streaks, transfers.
// Every byte that moves is a row in the ledger, written by the store.
package economy

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/cache"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/store"
)

// Service holds the rules of the economy. Its verbs return *fault.Error for what a member
// may be told.
type Service struct {
	store    *store.Store
	who      members
	bus      *bus.Bus
	log      *slog.Logger
	now      func() time.Time
	document *settings.Document[Settings]
	settings *cache.Guild[Config]
	today    *today
	board    *leaderboard
	totals   map[store.Kind]*atomic.Uint64 // never changes but in its values
}

// New makes the service; Close it. now is the clock that decides days and cooldowns.
func New(s *store.Store, b *bus.Bus, who members, log *slog.Logger, now func() time.Time) *Service {
	e := &Service{
		store:    s,
		who:      who,
		bus:      b,
		log:      log,
		now:      now,
		document: Document(),
		today:    newToday(s.ClaimedOn),
		board:    newLeaderboard(s, who),
		totals:   map[store.Kind]*atomic.Uint64{},
	}
	e.settings = cache.ByGuild(b, "economy settings", e.SettingsNow, bus.SettingsChanged)
	// Openings are left out: most happen inside of the movement that needs the account.
	for _, kind := range []store.Kind{store.KindDaily, store.KindTransfer, store.KindSquadFee, store.KindAdjustment, store.KindReversal} {
		e.totals[kind] = &atomic.Uint64{}
	}
	return e
}

// Totals are the bytes that this process has moved, by kind and without openings.
func (s *Service) Totals() map[store.Kind]uint64 {
	sums := make(map[store.Kind]uint64, len(s.totals))
	for kind, total := range s.totals {
		sums[kind] = total.Load()
	}
	return sums
}

// Close ends the upkeep of the service's caches.
func (s *Service) Close() {
	s.settings.Close()
	s.board.pages.Close()
}

// Moved counts a movement of one guild, and tells everyone of the members whose balances it changed.
func (s *Service) Moved(ctx context.Context, guild snowflake.ID, kind store.Kind, amount int64, users ...snowflake.ID) {
	if total := s.totals[kind]; total != nil {
		total.Add(uint64(amount))
	}
	s.bus.Publish(ctx, bus.Event{Topic: bus.TransactionCreated, Guild: guild})
	s.bus.Publish(ctx, bus.Event{Topic: bus.BalanceChanged, Guild: guild, Users: users})
}

// Settings are the guild's settings, at most 30 s old.
func (s *Service) Settings(ctx context.Context, guild snowflake.ID) (Config, error) {
	return s.settings.Get(ctx, guild)
}

// Account is a member's balance with what the guild's settings make of it.
type Account struct {
	store.Balance
	Tier        string     `json:"tier" doc:"The rank of the streak: BIT, CHAR, SHORT, INT or LONG." example:"CHAR"`
	Multiplier  int64      `json:"multiplier" doc:"What that rank multiplies a claim by." example:"2"`
	NextClaimAt *time.Time `json:"next_claim_at" doc:"When the next claim opens; null when it can be claimed now." example:"2026-11-23T00:00:00Z"`

	streak int   // 0 when the streak was missed
	next   *Tier // nil on the highest
}

func (s *Service) standing(b store.Balance, cfg Config) Account {
	today := store.DayOf(s.now())
	st := Account{Balance: b, streak: liveStreak(b, today)}
	tier, next := tierOf(Tiers(cfg.StreakBonuses), st.streak)
	st.Tier, st.Multiplier, st.next = tier.Name, tier.Multiplier, next
	if b.LastDaily != nil && *b.LastDaily >= today {
		opens := (*b.LastDaily + 1).Start()
		st.NextClaimAt = &opens
	}
	return st
}

// Balance is a member's account, opened now if this is its first touch.
func (s *Service) Balance(ctx context.Context, guild, user snowflake.ID) (Account, error) {
	cfg, err := s.Settings(ctx, guild)
	if err != nil {
		return Account{}, err
	}
	b, err := s.store.Balance(ctx, guild, user)
	if errors.Is(err, store.ErrNotFound) {
		b, err = s.store.OpenAccount(ctx, store.Account{
			Guild: guild, User: user, Starting: cfg.StartingBalance, At: s.now(),
		})
		if err == nil {
			s.Moved(ctx, guild, store.KindOpening, b.Balance, user)
		}
	}
	if err != nil {
		return Account{}, err
	}
	return s.standing(b, cfg), nil
}

// Look is a member's account as it is; it opens none, and fails with store.ErrNotFound.
func (s *Service) Look(ctx context.Context, guild, user snowflake.ID) (Account, error) {
	cfg, err := s.Settings(ctx, guild)
	if err != nil {
		return Account{}, err
	}
	b, err := s.store.Balance(ctx, guild, user)
	if err != nil {
		return Account{}, err
	}
	return s.standing(b, cfg), nil
}

// Transactions are rows of a guild's ledger, the latest first.
func (s *Service) Transactions(ctx context.Context, f store.TransactionFilter) ([]store.Transaction, error) {
	return s.store.Transactions(ctx, f)
}
