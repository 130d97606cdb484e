package storetest

import (
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

// by is who audits name.
func by(action string) store.AuditEntry {
	return root.Entry(action, "a test")
}

var root = store.Actor{ID: user(999), Name: "root", Source: store.SourceDashboard}

func adjust(who int, amount int64) store.Adjust {
	return store.Adjust{Guild: guild, User: user(who), Name: "who", Amount: amount, Reason: "because", Starting: 100, At: noon, Audit: by("bytes.adjust")}
}

func undo(id uuid.UUID) store.Reverse {
	return store.Reverse{Guild: guild, ID: id, Reason: "a mistake", At: noon.Add(time.Hour), Audit: by("bytes.reverse")}
}

func adjusts(t *testing.T, db Database) {
	s := db.Migrated(t)
	give := adjust(1, 400)
	give.Key = "api:give"
	given, err := s.Adjust(t.Context(), give)
	require.NoError(t, err)
	require.Equal(t, store.KindAdjustment, given.Kind)
	require.EqualValues(t, []any{store.Bank, user(1), int64(500)}, []any{given.FromID, given.ToID, *given.ToBalance})
	require.Equal(t, "because", *given.Reason)
	again, err := s.Adjust(t.Context(), give)
	require.NoError(t, err)
	require.True(t, again.Again)

	taken, err := s.Adjust(t.Context(), adjust(1, -500))
	require.NoError(t, err)
	require.EqualValues(t, []any{user(1), store.Bank, int64(0)}, []any{taken.FromID, taken.ToID, *taken.FromBalance})
	require.Equal(t, "who", *taken.FromName)
	_, err = s.Adjust(t.Context(), adjust(1, -1))
	require.Equal(t, &store.Refusal{Code: store.InsufficientBalance, Amount: 1}, store.AsRefusal(err))
	_, err = s.Adjust(t.Context(), adjust(2, store.MaxAdjustment))
	require.NoError(t, err)
	for _, amount := range []int64{0, store.MaxAdjustment + 1, -store.MaxAdjustment - 1} {
		_, err = s.Adjust(t.Context(), adjust(1, amount))
		require.ErrorIs(t, err, store.ErrInvalid)
	}

	log, err := s.AuditEntries(t.Context(), guild, nil, 10)
	require.NoError(t, err)
	require.Len(t, log, 3, "one entry a change, none for the retry and the refusals")
	require.Equal(t, "bytes.adjust", log[2].Action)
	require.Equal(t, noon, log[2].CreatedAt)
	require.Nil(t, log[2].Before)
	recorded := map[uuid.UUID]bool{}
	for _, entry := range log {
		var after store.Transaction
		require.NoError(t, json.Unmarshal(entry.After, &after))
		recorded[after.ID] = true
	}
	require.True(t, recorded[given.ID] && recorded[taken.ID])
	Prove(t, s)
}

func reverses(t *testing.T, db Database) {
	s := db.Migrated(t)
	sent, err := s.Transfer(t.Context(), send(1, 2, 60))
	require.NoError(t, err)
	given, err := s.Adjust(t.Context(), adjust(1, 40))
	require.NoError(t, err)
	taken, err := s.Adjust(t.Context(), adjust(1, -30))
	require.NoError(t, err)

	for _, row := range []store.Transaction{sent, given, taken} {
		_, err := s.ReversedBy(t.Context(), guild, row.ID)
		require.ErrorIs(t, err, store.ErrNotFound)
		back, err := s.Reverse(t.Context(), undo(row.ID))
		require.NoError(t, err)
		require.Equal(t, store.KindReversal, back.Kind)
		require.Equal(t, new(row.ID), back.Reverses)
		require.Equal(t, row.Amount, back.Amount)
		require.Equal(t, []any{row.ToID, row.ToName, row.FromID, row.FromName}, []any{back.FromID, back.FromName, back.ToID, back.ToName})
		read, err := s.ReversedBy(t.Context(), guild, row.ID)
		require.NoError(t, err)
		read.Received = back.Received
		require.Equal(t, back, read)

		_, err = s.Reverse(t.Context(), undo(row.ID))
		require.Equal(t, store.AlreadyReversed, code(err), "%v", err)
		_, err = s.Reverse(t.Context(), undo(back.ID))
		require.Equal(t, store.NotReversible, code(err), "%v", err)
	}
	undone, err := s.Reversed(t.Context(), guild, sent.ID, store.NewID(noon), given.ID)
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]bool{sent.ID: true, given.ID: true}, undone)
	elsewhere, err := s.Reversed(t.Context(), guild+1, sent.ID)
	require.NoError(t, err)
	require.Empty(t, elsewhere)
	for _, who := range []int{1, 2} {
		b, err := s.Balance(t.Context(), guild, user(who))
		require.NoError(t, err)
		require.EqualValues(t, []int64{100, 100, 0}, []int64{b.Balance, b.TotalReceived, b.TotalSent}, "as if nothing had been")
	}
	openings, err := s.Transactions(t.Context(), store.TransactionFilter{Guild: guild, Kind: new(store.KindOpening)})
	require.NoError(t, err)
	_, err = s.Reverse(t.Context(), undo(openings[0].ID))
	require.Equal(t, store.NotReversible, code(err), "%v", err)
	_, err = s.Reverse(t.Context(), undo(store.NewID(noon)))
	require.ErrorIs(t, err, store.ErrNotFound)
	log, err := s.AuditEntries(t.Context(), guild, nil, 10)
	require.NoError(t, err)
	require.Len(t, log, 5)
	Prove(t, s)
}

func refusesSpent(t *testing.T, db Database) {
	s := db.Migrated(t)
	sent, err := s.Transfer(t.Context(), send(1, 2, 100))
	require.NoError(t, err)
	_, err = s.Transfer(t.Context(), send(2, 3, 150))
	require.NoError(t, err)
	order := undo(sent.ID)
	order.Key = "api:undo"
	_, err = s.Reverse(t.Context(), order)
	want := &store.Refusal{Code: store.InsufficientBalance, Amount: 100, Balance: 50}
	require.Equal(t, want, store.AsRefusal(err), "%v", err)

	_, err = s.Transfer(t.Context(), send(3, 2, 50))
	require.NoError(t, err)
	_, err = s.Reverse(t.Context(), order)
	want.Again = true
	require.Equal(t, want, store.AsRefusal(err), "the key stays refused")
	order.Key = ""
	_, err = s.Reverse(t.Context(), order)
	require.NoError(t, err)
	require.Zero(t, balance(t, s, 2))
	Prove(t, s)
}

func reversesOnce(t *testing.T, db Database) {
	stores := []*store.Store{db.Migrated(t), db.Open(t)}
	for range sized(5, 50) {
		given, err := stores[0].Adjust(t.Context(), adjust(1, 40))
		require.NoError(t, err)
		var done atomic.Int64
		together(20, func(i int) {
			_, err := stores[i%2].Reverse(t.Context(), undo(given.ID))
			if err == nil {
				done.Add(1)
				return
			}
			assert.Equal(t, store.AlreadyReversed, code(err), "%v", err)
		})
		require.EqualValues(t, 1, done.Load())
		require.EqualValues(t, 100, balance(t, stores[0], 1))
	}
	Prove(t, stores[0])
}

// farmsNothing sends to a friend and undoes it, again and again: no total grows by it.
func farmsNothing(t *testing.T, db Database) {
	s := db.Migrated(t)
	for range 5 {
		sent, err := s.Transfer(t.Context(), send(1, 2, 100))
		require.NoError(t, err)
		_, err = s.Reverse(t.Context(), undo(sent.ID))
		require.NoError(t, err)
	}
	for _, who := range []int{1, 2} {
		b, err := s.Balance(t.Context(), guild, user(who))
		require.NoError(t, err)
		require.EqualValues(t, 100, b.TotalReceived)
		require.Zero(t, b.TotalSent)
	}
	Prove(t, s)
}
