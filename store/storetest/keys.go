package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

// keepsOutcome delivers one transfer fifty times at once, to two stores.
func keepsOutcome(t *testing.T, db Database) {
	stores := []*store.Store{db.Migrated(t), db.Open(t)}
	for round := range sized(5, 50) {
		order := send(1000+round, 2000+round, 10)
		order.Key = fmt.Sprintf("api:%d", round)
		var mu sync.Mutex
		var first []store.Transaction
		var outcome store.Transaction
		together(50, func(i int) {
			mine := order
			mine.At = order.At.Add(time.Duration(i) * time.Second) // names and times are no part of the request
			mine.FromName = fmt.Sprint("name ", i)
			got, err := stores[i%2].Transfer(t.Context(), mine)
			assert.NoError(t, err)
			mu.Lock()
			defer mu.Unlock()
			if !got.Again {
				first = append(first, got)
			}
			got.Again, got.Received = false, 0 // the first alone tells the sum
			if outcome.Seq == 0 {
				outcome = got
			}
			assert.Equal(t, outcome, got, "every delivery gets the same outcome")
		})
		require.Len(t, first, 1, "one delivery moved the bytes")
		require.EqualValues(t, 90, balance(t, stores[0], 1000+round))
	}
	Prove(t, stores[0])
}

// keepsRefusal gives the same refusal again, with its figures, after the balance has grown.
func keepsRefusal(t *testing.T, db Database) {
	s := db.Migrated(t)
	order := send(1, 2, 900)
	order.Key = "api:poor"
	var mu sync.Mutex
	fresh := 0
	want := store.Refusal{Code: store.InsufficientBalance, Amount: 900, Balance: 100}
	together(50, func(int) {
		_, err := s.Transfer(t.Context(), order)
		r := store.AsRefusal(err)
		if !assert.NotNil(t, r, "%v", err) {
			return
		}
		got := *r
		mu.Lock()
		defer mu.Unlock()
		if !got.Again {
			fresh++
		}
		got.Again = false
		assert.Equal(t, want, got)
	})
	require.Equal(t, 1, fresh)

	open(t, s, 3, 5000)
	_, err := s.Transfer(t.Context(), send(3, 1, 1000))
	require.NoError(t, err)
	_, err = s.Transfer(t.Context(), order)
	want.Again = true
	require.Equal(t, &want, store.AsRefusal(err), "%v", err)

	cool := send(3, 1, 10)
	cool.Cooldown, cool.Key, cool.At = time.Hour, "api:cool", noon.Add(time.Minute)
	_, err = s.Transfer(t.Context(), cool)
	first := store.AsRefusal(err)
	require.NotNil(t, first, "%v", err)
	require.Equal(t, store.TransferCooldown, first.Code)
	cool.Cooldown, cool.At = 0, noon.AddDate(0, 0, 1)
	_, err = s.Transfer(t.Context(), cool)
	first.Again = true
	require.Equal(t, first, store.AsRefusal(err), "%v", err)

	order.Key = "api:rich"
	_, err = s.Transfer(t.Context(), order)
	require.NoError(t, err, "another key is another call")
	Prove(t, s)
}

func keepsClaim(t *testing.T, db Database) {
	stores := []*store.Store{db.Migrated(t), db.Open(t)}
	claim := daily(1, noon)
	claim.Key = "discord:77"
	var mu sync.Mutex
	var outcome *store.Claimed
	fresh := 0
	together(50, func(i int) {
		got, err := stores[i%2].Claim(t.Context(), claim)
		assert.NoError(t, err)
		mu.Lock()
		defer mu.Unlock()
		if !got.Again {
			fresh++
		}
		got.Again = false
		if outcome == nil {
			outcome = &got
		}
		assert.Equal(t, *outcome, got)
	})
	require.Equal(t, 1, fresh)

	second := claim
	second.Key = "discord:78"
	_, err := stores[0].Claim(t.Context(), second)
	refused := store.AsRefusal(err)
	require.NotNil(t, refused, "%v", err)
	require.False(t, refused.Again)
	second.At = noon.AddDate(0, 0, 1)
	_, err = stores[1].Claim(t.Context(), second)
	refused.Again = true
	require.Equal(t, refused, store.AsRefusal(err), "a refused key stays refused on the next day")

	claim.At = noon.AddDate(0, 0, 1)
	again, err := stores[0].Claim(t.Context(), claim)
	require.NoError(t, err)
	again.Again = false
	require.Equal(t, *outcome, again, "and a paid one stays what it was")
	Prove(t, stores[0])
}

func refusesReusedKey(t *testing.T, db Database) {
	s := db.Migrated(t)
	order := send(1, 2, 10)
	order.Key, order.Reason = "api:x", "first"
	_, err := s.Transfer(t.Context(), order)
	require.NoError(t, err)
	for name, change := range map[string]func(*store.Transfer){
		"amount":   func(t *store.Transfer) { t.Amount++ },
		"giver":    func(t *store.Transfer) { t.From = user(9) },
		"receiver": func(t *store.Transfer) { t.To = user(9) },
		"reason":   func(t *store.Transfer) { t.Reason = "second" },
		"refused":  func(t *store.Transfer) { t.Amount = 100_000 },
	} {
		other := order
		change(&other)
		_, err := s.Transfer(t.Context(), other)
		require.ErrorIs(t, err, store.ErrKeyReused, name)
		require.Nil(t, store.AsRefusal(err))
	}
	claim := daily(1, noon)
	claim.Key = order.Key
	_, err = s.Claim(t.Context(), claim)
	require.ErrorIs(t, err, store.ErrKeyReused, "another operation")

	elsewhere := order
	elsewhere.Guild++
	elsewhere.Amount = 1
	_, err = s.Transfer(t.Context(), elsewhere)
	require.NoError(t, err, "a key is unique in its guild")
	require.EqualValues(t, 90, balance(t, s, 1))
	Prove(t, s)
}

// keepsOutcomeAfterChange retries after the guild's settings have changed in every way that would refuse now.
func keepsOutcomeAfterChange(t *testing.T, db Database) {
	s := db.Migrated(t)
	order := send(1, 2, 60)
	order.Key = "api:before"
	first, err := s.Transfer(t.Context(), order)
	require.NoError(t, err)
	order.Max, order.Cooldown, order.Starting = 5, 24*time.Hour, 0
	again, err := s.Transfer(t.Context(), order)
	require.NoError(t, err)
	require.True(t, again.Again)
	again.Again, again.Received = false, first.Received
	require.Equal(t, first, again)

	over := send(1, 2, 10)
	over.Key, over.Max = "api:over", 5
	_, err = s.Transfer(t.Context(), over)
	require.Equal(t, store.OverMaxTransfer, code(err))
	over.Max = 1000
	_, err = s.Transfer(t.Context(), over)
	require.Equal(t, &store.Refusal{Code: store.OverMaxTransfer, Amount: 10, Balance: 40, Max: 5, Again: true}, store.AsRefusal(err))
	require.EqualValues(t, 40, balance(t, s, 1))
	Prove(t, s)
}
