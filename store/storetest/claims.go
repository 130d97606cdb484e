package storetest

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

// claims walks one member through weeks of streak.
func claims(t *testing.T, db Database) {
	s := db.Migrated(t)
	day := store.DayOf(noon)
	want := int64(100)
	for i := range 17 {
		at := noon.AddDate(0, 0, i)
		earned := int64(10)
		switch {
		case i+1 >= 16:
			earned = 40
		case i+1 >= 8:
			earned = 20
		}
		want += earned
		got, err := s.Claim(t.Context(), daily(1, at))
		require.NoError(t, err)
		require.Equal(t, earned, got.Earned, "day %d", i+1)
		require.Equal(t, want, got.Balance.Balance)
		require.Equal(t, i+1, got.Streak)
		require.Equal(t, new(day+store.Day(i)), got.LastDaily)
		read, err := s.Balance(t.Context(), guild, user(1))
		require.NoError(t, err)
		require.Equal(t, read, got.Balance, "the answer is what is stored")

		_, err = s.Claim(t.Context(), daily(1, at.Add(11*time.Hour)))
		refusal := store.AsRefusal(err)
		require.NotNil(t, refusal, "%v", err)
		require.Equal(t, store.AlreadyClaimed, refusal.Code)
		require.Equal(t, want, refusal.Balance)
		require.Equal(t, new(day+store.Day(i)), refusal.LastDaily)
		require.Equal(t, new((day + store.Day(i+1)).Start()), refusal.RetryAt)
	}

	after, err := s.Claim(t.Context(), daily(1, noon.AddDate(0, 0, 18)))
	require.NoError(t, err)
	require.Equal(t, 1, after.Streak, "a day left out ends the streak")
	require.EqualValues(t, 10, after.Earned)

	claimed, err := s.ClaimedOn(t.Context(), guild, *after.LastDaily-1)
	require.NoError(t, err)
	require.Equal(t, []snowflake.ID{user(1)}, claimed, "who has claimed on a later day cannot claim on this one")
	claimed, err = s.ClaimedOn(t.Context(), guild, *after.LastDaily+1)
	require.NoError(t, err)
	require.Empty(t, claimed)
	Prove(t, s)
}

func claimsOnce(t *testing.T, db Database) {
	stores := []*store.Store{db.Migrated(t), db.Open(t)}
	users := sized(20, 100)
	paid := make([]atomic.Int64, users)
	together(len(stores)*100, func(i int) {
		for who := range users {
			got, err := stores[i%2].Claim(t.Context(), daily(who, noon))
			if err == nil {
				paid[who].Add(got.Earned)
				continue
			}
			assert.Equal(t, store.AlreadyClaimed, code(err), "%v", err)
		}
	})
	for who := range users {
		require.EqualValues(t, 10, paid[who].Load())
		require.EqualValues(t, 110, balance(t, stores[0], who))
	}
	claimed, err := stores[0].ClaimedOn(t.Context(), guild, store.DayOf(noon))
	require.NoError(t, err)
	require.Len(t, claimed, users)
	Prove(t, stores[0])
}

// claimsAtMidnight races claims on both sides of midnight, and then with a clock set back.
func claimsAtMidnight(t *testing.T, db Database) {
	s := db.Migrated(t)
	midnight := store.DayOf(noon).Start().AddDate(0, 0, 1)
	for who := range sized(10, 100) {
		var before, after atomic.Int64
		together(40, func(i int) {
			at, paid := midnight.Add(-time.Microsecond), &before
			if i%2 == 1 {
				at, paid = midnight, &after
			}
			if got, err := s.Claim(t.Context(), daily(who, at)); err == nil {
				paid.Add(got.Earned)
			} else {
				assert.Equal(t, store.AlreadyClaimed, code(err), "%v", err)
			}
		})
		require.EqualValues(t, 10, after.Load(), "the new day pays once")
		require.LessOrEqual(t, before.Load(), int64(10), "the old day pays once, unless the new one was first")
		require.Equal(t, 110+before.Load(), balance(t, s, who))

		_, err := s.Claim(t.Context(), daily(who, midnight.Add(-time.Hour)))
		require.Equal(t, store.AlreadyClaimed, code(err), "a clock going back opens no day again")
		got, err := s.Claim(t.Context(), daily(who, midnight.AddDate(0, 0, 1)))
		require.NoError(t, err)
		require.Equal(t, int(before.Load()/10)+2, got.Streak)
	}
	Prove(t, s)
}

// claimsNothing claims in a guild whose daily amount is 0: the streak grows, the ledger does not.
func claimsNothing(t *testing.T, db Database) {
	s := db.Migrated(t)
	c := daily(1, noon)
	c.Amount, c.Key = 0, "api:zero"
	got, err := s.Claim(t.Context(), c)
	require.NoError(t, err)
	require.Zero(t, got.Earned)
	require.Equal(t, 1, got.Streak)
	again, err := s.Claim(t.Context(), c)
	require.NoError(t, err)
	require.True(t, again.Again)
	again.Again = false
	require.Equal(t, got, again)
	c.Key = ""
	_, err = s.Claim(t.Context(), c)
	require.Equal(t, store.AlreadyClaimed, code(err))
	require.EqualValues(t, 1, Prove(t, s).Rows, "the opening alone")
}
