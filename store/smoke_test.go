package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

func TestSmoke(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		now := time.Now()
		b, err := s.OpenAccount(t.Context(), store.Account{Guild: 1, User: 2, Starting: 100, At: now})
		require.NoError(t, err)
		require.EqualValues(t, 100, b.Balance)
		c, err := s.Claim(t.Context(), store.Claim{Guild: 1, User: 2, Amount: 10, Starting: 100, At: now, Key: "k"})
		require.NoError(t, err)
		require.EqualValues(t, 110, c.Balance.Balance)
		c2, err := s.Claim(t.Context(), store.Claim{Guild: 1, User: 2, Amount: 10, Starting: 100, At: now, Key: "k"})
		require.NoError(t, err)
		require.True(t, c2.Again)
		c2.Again = false
		require.Equal(t, c, c2)
		tx, err := s.Transfer(t.Context(), store.Transfer{Guild: 1, From: 2, To: 3, FromName: "a", Amount: 50, Max: 1000, Starting: 100, At: now, Key: "t", Cooldown: time.Hour})
		require.NoError(t, err)
		require.EqualValues(t, 60, *tx.FromBalance)
		again, err := s.Transaction(t.Context(), 1, tx.ID)
		require.NoError(t, err)
		require.Equal(t, tx, again)
		_, err = s.Transfer(t.Context(), store.Transfer{Guild: 1, From: 2, To: 3, Amount: 50, Max: 1000, Starting: 100, At: now, Cooldown: time.Hour})
		t.Logf("%+v", store.AsRefusal(err))
		require.Error(t, err)
		list, err := s.Transactions(t.Context(), store.TransactionFilter{Guild: 1, User: new(b.UserID)})
		require.NoError(t, err)
		require.Len(t, list, 3)
		r, err := s.Rank(t.Context(), 1, 2, store.ByBalance)
		require.NoError(t, err)
		require.EqualValues(t, 2, r.Rank)
	})
}
