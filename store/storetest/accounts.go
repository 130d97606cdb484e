package storetest

import (
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

func opensOnce(t *testing.T, db Database) {
	s := db.Migrated(t)
	_, err := s.Balance(t.Context(), guild, user(1))
	require.ErrorIs(t, err, store.ErrNotFound, "asking opens nothing")

	together(100, func(i int) {
		b, err := s.OpenAccount(t.Context(), store.Account{Guild: guild, User: user(1), Starting: 100, At: noon.Add(time.Duration(i))})
		assert.NoError(t, err)
		assert.EqualValues(t, 100, b.Balance)
	})

	rows, err := s.Transactions(t.Context(), store.TransactionFilter{Guild: guild})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, store.KindOpening, rows[0].Kind)
	require.EqualValues(t, 100, rows[0].Amount)
	require.Equal(t, user(1), rows[0].ToID)
	require.Equal(t, store.Bank, rows[0].FromID)

	b := open(t, s, 1, 7)
	require.EqualValues(t, 100, b.Balance, "the starting balance of later touches counts for nothing")
	require.Equal(t, noon.Truncate(time.Second), b.CreatedAt.Truncate(time.Second))
	require.EqualValues(t, 0, open(t, s, 2, 0).Balance, "a starting balance of nothing opens too, without a row")
	require.EqualValues(t, 1, Prove(t, s).Rows)
}

// opensPairOnce races first touches by every operation that opens.
func opensPairOnce(t *testing.T, db Database) {
	s, other := db.Migrated(t), db.Open(t)
	for round := range sized(10, 100) {
		a, b := 2*round, 2*round+1
		together(20, func(i int) {
			s := []*store.Store{s, other}[i%2]
			var err error
			switch i % 4 {
			case 0:
				_, err = s.Transfer(t.Context(), send(a, b, 1))
			case 1:
				_, err = s.Transfer(t.Context(), send(b, a, 1))
			case 2:
				_, err = s.Claim(t.Context(), daily(a, noon))
				if code(err) == store.AlreadyClaimed {
					err = nil
				}
			default:
				_, err = s.OpenAccount(t.Context(), store.Account{Guild: guild, User: user(b), Starting: 100, At: noon})
			}
			assert.NoError(t, err)
		})
		require.EqualValues(t, 210, balance(t, s, a)+balance(t, s, b))
	}
	Prove(t, s)
}

func keepsPrecision(t *testing.T, db Database) {
	s := db.Migrated(t)
	precise := time.Date(2026, 3, 29, 1, 59, 59, 999999999, time.FixedZone("CET", 3600))
	largest := snowflake.ID(1<<63 - 1)
	b, err := s.OpenAccount(t.Context(), store.Account{Guild: largest, User: largest, Starting: 5, At: precise})
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 3, 29, 0, 59, 59, 999999000, time.UTC), b.CreatedAt)
	again, err := s.Balance(t.Context(), largest, largest)
	require.NoError(t, err)
	require.Equal(t, b, again)

	tooLarge := largest + 1
	_, err = s.OpenAccount(t.Context(), store.Account{Guild: 1, User: tooLarge, At: noon})
	require.ErrorIs(t, err, store.ErrInvalid)
	require.ErrorContains(t, err, "9223372036854775808")
	_, err = s.Balance(t.Context(), tooLarge, 1)
	require.ErrorIs(t, err, store.ErrInvalid)
	_, err = s.Transfer(t.Context(), store.Transfer{Guild: 1, From: 1, To: tooLarge, Amount: 1, Max: 1, At: noon})
	require.ErrorIs(t, err, store.ErrInvalid)
}
