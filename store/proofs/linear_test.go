package proofs

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// touch is what is done to the one account, read when Verb is empty.
type touch struct {
	Verb   verb
	Amount int64 // given, or with a minus paid
}

// oneAccount is an account as one who looks at it alone would describe it: what each touch leaves behind follows
// from the touch and from what was there.
var oneAccount = porcupine.Model{
	Init: func() any { return hot{} },
	Step: func(state, input, output any) (bool, any) {
		was, in, out := state.(hot), input.(touch), output.(figures)
		switch {
		case in.Verb == "":
			return out.To == was.balance, was
		case in.Verb == claims && was.claimed:
			return out.Refusal == store.AlreadyClaimed && out.Balance == was.balance, was
		case in.Verb == claims:
			is := hot{was.balance + dailyAmount, true}
			return out.Refusal == "" && out.To == is.balance, is
		case was.balance+in.Amount < 0:
			return out.Refusal == store.InsufficientBalance && out.Balance == was.balance, was
		case in.Amount < 0:
			is := hot{was.balance + in.Amount, was.claimed}
			return out.Refusal == "" && out.From == is.balance, is
		default:
			is := hot{was.balance + in.Amount, was.claimed}
			return out.Refusal == "" && out.To == is.balance, is
		}
	},
}

// hot is the state of the account.
type hot struct {
	balance int64
	claimed bool
}

// Many touch one account at once, through two stores. There is an order of their touches, each within the time
// that it took, in which every one of them saw what the one before it left.
func TestOneHotAccountIsLinearizable(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		const me, other snowflake.ID = 1, 2
		stores := []*store.Store{db.Migrated(t), db.Open(t)}
		for who, has := range map[snowflake.ID]int64{me: 0, other: 1_000_000} {
			_, err := stores[0].OpenAccount(t.Context(), store.Account{Guild: 1, User: who, Starting: has, At: noon})
			require.NoError(t, err)
		}
		seed := newSeed(t)
		begin := time.Now()
		var mu sync.Mutex
		var history []porcupine.Operation
		together(10, func(i int) {
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			for range sized(30, 300) {
				in := touch{Amount: 1 + r.Int64N(60)}
				o := order{Guild: 1, From: other, To: me, Amount: in.Amount, At: noon}
				switch r.IntN(10) {
				case 0, 1, 2:
					in.Verb, in.Amount = sends, -in.Amount
					o.From, o.To = me, other
				case 3, 4:
					in.Verb = sends
				case 5:
					in.Verb, in.Amount = gives, 30-in.Amount
					o.From, o.Amount = me, in.Amount
				case 6:
					in.Verb = claims
					o.From = me
				}
				if in.Verb == gives && in.Amount == 0 {
					continue
				}
				o.Verb = in.Verb
				s := stores[i%2]
				called := time.Since(begin)
				var out figures
				var err error
				if in.Verb == "" {
					var b store.Balance
					b, err = s.Balance(t.Context(), 1, me)
					out.To = b.Balance
				} else {
					out, err = o.carryOut(t.Context(), s)
				}
				returned := time.Since(begin)
				assert.NoError(t, err)
				mu.Lock()
				history = append(history, porcupine.Operation{ClientId: i, Input: in, Output: out, Call: int64(called), Return: int64(returned)})
				mu.Unlock()
			}
		})
		require.True(t, porcupine.CheckOperations(oneAccount, history))

		// The check can fail: a touch that saw what was never there fits nowhere.
		for i := range history {
			if out := history[i].Output.(figures); out.To > 0 && history[i].Input.(touch).Amount >= 0 { // else it is another's
				out.To += 1_000_000
				history[i].Output = out
				break
			}
		}
		require.False(t, porcupine.CheckOperations(oneAccount, history))
		t.Logf("%d touches", len(history))
		storetest.Prove(t, stores[0])
	})
}
