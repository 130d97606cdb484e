package storetest

import (
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

func transfers(t *testing.T, db Database) {
	s := db.Migrated(t)
	order := send(1, 2, 30)
	order.FromName, order.ToName, order.Reason = "ada", "grace", "for the compiler; it's “good”"
	sent, err := s.Transfer(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, store.KindTransfer, sent.Kind)
	require.Equal(t, []string{"ada", "grace", order.Reason}, []string{*sent.FromName, *sent.ToName, *sent.Reason})
	require.EqualValues(t, []int64{70, 130}, []int64{*sent.FromBalance, *sent.ToBalance})
	require.Equal(t, noon, sent.CreatedAt)
	require.False(t, sent.Again)

	read, err := s.Transaction(t.Context(), guild, sent.ID)
	require.NoError(t, err)
	require.EqualValues(t, 130, sent.Received)
	read.Received = sent.Received
	require.Equal(t, sent, read, "but for this figure the answer is what is stored")
	_, err = s.Transaction(t.Context(), guild+1, sent.ID)
	require.ErrorIs(t, err, store.ErrNotFound, "a row belongs to its guild")

	giver, err := s.Balance(t.Context(), guild, user(1))
	require.NoError(t, err)
	require.EqualValues(t, []int64{70, 100, 30}, []int64{giver.Balance, giver.TotalReceived, giver.TotalSent})
	require.Equal(t, new(noon), giver.LastSentAt)
	receiver, err := s.Balance(t.Context(), guild, user(2))
	require.NoError(t, err)
	require.EqualValues(t, []int64{130, 130, 0}, []int64{receiver.Balance, receiver.TotalReceived, receiver.TotalSent})
	require.Nil(t, receiver.LastSentAt)

	bare := send(2, 1, 1)
	bare.FromName, bare.ToName = "", ""
	sent, err = s.Transfer(t.Context(), bare)
	require.NoError(t, err)
	require.Nil(t, sent.FromName)
	require.Nil(t, sent.Reason)
	Prove(t, s)
}

// A sum that each movement leaves behind is told once, however many come together: whoever looks for a
// threshold that was crossed finds exactly one movement that crossed it.
func tellsTotals(t *testing.T, db Database) {
	stores := []*store.Store{db.Migrated(t), db.Open(t)}
	const givers = 40
	told := make([]int64, givers)
	together(givers, func(i int) {
		row, err := stores[i%2].Transfer(t.Context(), send(1+i, 0, 1))
		assert.NoError(t, err)
		told[i] = row.Received
	})
	slices.Sort(told)
	for i, sum := range told {
		require.EqualValues(t, 100+1+i, sum)
	}
	given, err := stores[0].Adjust(t.Context(), adjust(0, 20))
	require.NoError(t, err)
	require.EqualValues(t, 160, given.Received)
	taken, err := stores[0].Adjust(t.Context(), adjust(0, -20))
	require.NoError(t, err)
	require.Zero(t, taken.Received)
	back, err := stores[0].Reverse(t.Context(), undo(given.ID))
	require.NoError(t, err)
	require.EqualValues(t, 140, back.Received)
}

func refusesInOrder(t *testing.T, db Database) {
	s := db.Migrated(t)
	order := send(1, 2, 10)
	order.Cooldown = time.Hour
	_, err := s.Transfer(t.Context(), order)
	require.NoError(t, err)

	order.Amount, order.Max = 500, 400
	_, err = s.Transfer(t.Context(), order)
	r := store.AsRefusal(err)
	require.NotNil(t, r, "%v", err)
	require.Equal(t, store.Refusal{Code: store.OverMaxTransfer, Amount: 500, Max: 400, Balance: 90}, *r)

	order.Max, order.At = 1000, noon.Add(time.Hour-time.Microsecond)
	_, err = s.Transfer(t.Context(), order)
	r = store.AsRefusal(err)
	require.NotNil(t, r, "%v", err)
	require.Equal(t, store.Refusal{Code: store.TransferCooldown, Amount: 500, Balance: 90,
		LastSentAt: new(noon), RetryAt: new(noon.Add(time.Hour))}, *r)

	order.At = noon.Add(time.Hour)
	_, err = s.Transfer(t.Context(), order)
	r = store.AsRefusal(err)
	require.NotNil(t, r, "%v", err)
	require.Equal(t, store.Refusal{Code: store.InsufficientBalance, Amount: 500, Balance: 90}, *r)

	order.Amount = 90
	_, err = s.Transfer(t.Context(), order)
	require.NoError(t, err, "all of it may go")
	require.Zero(t, balance(t, s, 1))
	Prove(t, s)
}

func refusesInvalid(t *testing.T, db Database) {
	s := db.Migrated(t)
	for name, change := range map[string]func(*store.Transfer){
		"to oneself":  func(t *store.Transfer) { t.To = t.From },
		"nothing":     func(t *store.Transfer) { t.Amount = 0 },
		"negative":    func(t *store.Transfer) { t.Amount = -5 },
		"too much":    func(t *store.Transfer) { t.Amount = store.MaxBalance + 1 },
		"from bank":   func(t *store.Transfer) { t.From = store.Bank },
		"to bank":     func(t *store.Transfer) { t.To = store.Bank },
		"bad opening": func(t *store.Transfer) { t.Starting = -1 },
	} {
		order := send(1, 2, 1)
		change(&order)
		_, err := s.Transfer(t.Context(), order)
		require.ErrorIs(t, err, store.ErrInvalid, name)
	}
	_, err := s.Claim(t.Context(), store.Claim{Guild: guild, User: store.Bank, Amount: 1, At: noon})
	require.ErrorIs(t, err, store.ErrInvalid)
	_, err = s.OpenAccount(t.Context(), store.Account{Guild: guild, User: user(1), Starting: store.MaxBalance + 1, At: noon})
	require.ErrorIs(t, err, store.ErrInvalid)
	require.Zero(t, Prove(t, s).Accounts)
}

// neverOverdraws lets a hundred at once spend what is enough for ten.
func neverOverdraws(t *testing.T, db Database) {
	stores := []*store.Store{db.Migrated(t), db.Open(t)}
	for round := range sized(5, 50) {
		giver := 1000 * (round + 1)
		open(t, stores[0], giver, 100)
		var sent, refused atomic.Int64
		together(100, func(i int) {
			_, err := stores[i%2].Transfer(t.Context(), send(giver, giver+1+i%7, 10))
			switch code(err) {
			case store.InsufficientBalance:
				refused.Add(1)
			default:
				assert.NoError(t, err)
				sent.Add(1)
			}
		})
		require.EqualValues(t, 10, sent.Load())
		require.EqualValues(t, 90, refused.Load())
		require.Zero(t, balance(t, stores[0], giver))
	}
	Prove(t, stores[0])
}

// survivesOpposition sends both ways between few accounts at once; no write may have to be repeated.
func survivesOpposition(t *testing.T, db Database) {
	again, log := countRepeats()
	s := db.Migrated(t, log)
	const members = 6
	for who := range members {
		open(t, s, who, 100_000)
	}
	together(16, func(i int) {
		r := rand.New(rand.NewPCG(1, uint64(i)))
		for range sized(60, 1000) {
			from := r.IntN(members)
			to := (from + 1 + r.IntN(members-1)) % members
			_, err := s.Transfer(t.Context(), send(from, to, 1+r.Int64N(50)))
			assert.NoError(t, err)
		}
	})
	require.Zero(t, again.n.Load(), "writes that had to be repeated")
	r := Prove(t, s)
	require.EqualValues(t, members*100_000, r.Held)
}

func neverOverflows(t *testing.T, db Database) {
	s := db.Migrated(t)
	open(t, s, 1, store.MaxBalance)
	_, err := s.Transfer(t.Context(), send(2, 1, 1))
	r := store.AsRefusal(err)
	require.NotNil(t, r, "%v", err)
	require.Equal(t, store.Refusal{Code: store.OverMaxBalance, Amount: 1, Balance: store.MaxBalance, Max: store.MaxBalance}, *r)
	_, err = s.Claim(t.Context(), daily(1, noon))
	require.Equal(t, store.OverMaxBalance, code(err), "%v", err)
	_, err = s.Transfer(t.Context(), send(1, 2, 1))
	require.NoError(t, err)
	Prove(t, s)
}

func carriesOutBulk(t *testing.T, db Database) {
	s := db.Migrated(t)
	bulk := make([]store.Transfer, 100)
	for i := range bulk {
		bulk[i] = send(0, 1+i%9, 3)
		bulk[i].At = noon.Add(time.Duration(i) * time.Second)
	}
	bulk[5].To = bulk[5].From
	bulk[6].Amount = 2000
	bulk[7].Key, bulk[8].Key, bulk[8].To, bulk[9].Key, bulk[9].Amount = "k", "k", bulk[7].To, "k", 4
	results := s.Transfers(t.Context(), bulk)
	require.Len(t, results, len(bulk))
	require.ErrorIs(t, results[5].Err, store.ErrInvalid)
	require.Equal(t, store.OverMaxTransfer, code(results[6].Err))
	require.NoError(t, results[7].Err)
	require.NoError(t, results[8].Err)
	require.True(t, results[8].Transaction.Again)
	require.Equal(t, results[7].Transaction.ID, results[8].Transaction.ID)
	require.ErrorIs(t, results[9].Err, store.ErrKeyReused)
	done, seq := 0, int64(0)
	for i, r := range results {
		if i >= 5 && i <= 9 {
			continue
		}
		if done < 32 { // with the one of row 7 that is 33 × 3 of 100 bytes
			require.NoError(t, r.Err, "row %d", i)
			require.Greater(t, r.Transaction.Seq, seq, "in order")
			seq = r.Transaction.Seq
			done++
			continue
		}
		require.Equal(t, store.InsufficientBalance, code(r.Err), "row %d", i)
	}
	require.EqualValues(t, 1, balance(t, s, 0))
	require.Empty(t, s.Transfers(t.Context(), nil))
	Prove(t, s)
}

func survivesOpposingBulks(t *testing.T, db Database) {
	again, log := countRepeats()
	s := db.Migrated(t, log)
	for who := range 10 {
		open(t, s, who, 100_000)
	}
	together(8, func(i int) {
		for range sized(3, 30) {
			bulk := make([]store.Transfer, 40)
			for n := range bulk {
				from := (i*3 + n*7) % 10
				bulk[n] = send(from, (from+1+n%9)%10, 1)
			}
			for _, r := range s.Transfers(t.Context(), bulk) {
				assert.NoError(t, r.Err)
			}
		}
	})
	require.Zero(t, again.n.Load(), "bulks that had to be repeated")
	require.EqualValues(t, 10*100_000, Prove(t, s).Held)
}
