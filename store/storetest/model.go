package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smarter-dev/smarterdev/store"
)

// account is the model's idea of a member.
type account struct {
	balance, received, sent int64
	streak                  int
	day                     store.Day
	sentAt                  time.Time
}

// model is the economy of one guild, as simple as it can be said.
type model struct {
	accounts map[int]*account
	undone   map[store.Transaction]bool // what can be undone, and whether it was
}

func (m *model) open(who int) *account {
	if m.accounts[who] == nil {
		m.accounts[who] = &account{balance: 100, received: 100, day: -10}
	}
	return m.accounts[who]
}

func (m *model) send(o store.Transfer, from, to int) string {
	a, b := m.open(from), m.open(to)
	switch {
	case o.Amount > o.Max:
		return store.OverMaxTransfer
	case o.Cooldown > 0 && !a.sentAt.IsZero() && o.At.Before(a.sentAt.Add(o.Cooldown)):
		return store.TransferCooldown
	case a.balance < o.Amount:
		return store.InsufficientBalance
	}
	a.balance, a.sent, a.sentAt = a.balance-o.Amount, a.sent+o.Amount, o.At
	b.balance, b.received = b.balance+o.Amount, b.received+o.Amount
	return ""
}

func (m *model) claim(who int, day store.Day) (earned int64, code string) {
	a := m.open(who)
	if a.day >= day {
		return 0, store.AlreadyClaimed
	}
	if a.day == day-1 {
		a.streak++
	} else {
		a.streak = 1
	}
	earned = 10
	if a.streak >= 2 {
		earned = 30
	}
	a.day, a.balance, a.received = day, a.balance+earned, a.received+earned
	return earned, ""
}

func (m *model) adjust(who int, amount int64) string {
	a := m.open(who)
	if a.balance+amount < 0 {
		return store.InsufficientBalance
	}
	a.balance += amount
	a.received += max(amount, 0)
	a.sent += max(-amount, 0)
	return ""
}

func (m *model) undo(row store.Transaction) string {
	from, to := m.accounts[int(row.FromID)-1], m.accounts[int(row.ToID)-1] // the bank has none
	switch {
	case m.undone[row]:
		return store.AlreadyReversed
	case to != nil && to.balance < row.Amount:
		return store.InsufficientBalance
	}
	m.undone[row] = true
	if from != nil {
		from.balance, from.sent = from.balance+row.Amount, from.sent-row.Amount
	}
	if to != nil {
		to.balance, to.received = to.balance-row.Amount, to.received-row.Amount
	}
	return ""
}

// followsModel compares random histories with the model, a guild for each.
func followsModel(t *testing.T, db Database) {
	s := db.Migrated(t)
	var guilds atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		g := snowflake.ID(guilds.Add(1))
		m := model{accounts: map[int]*account{}, undone: map[store.Transaction]bool{}}
		var rows []store.Transaction
		now := noon
		id := func(who int) snowflake.ID { return snowflake.ID(who + 1) }
		member := rapid.IntRange(0, 3)
		t.Repeat(map[string]func(*rapid.T){
			"wait": func(t *rapid.T) { now = now.Add(time.Duration(rapid.IntRange(-3, 30).Draw(t, "hours")) * time.Hour) },
			"send": func(t *rapid.T) {
				from := member.Draw(t, "from")
				to := (from + rapid.IntRange(1, 3).Draw(t, "to")) % 4
				o := store.Transfer{Guild: g, From: id(from), To: id(to), Amount: rapid.Int64Range(1, 150).Draw(t, "amount"), Max: 120,
					Cooldown: time.Duration(rapid.IntRange(0, 1).Draw(t, "cooldown")) * 5 * time.Hour, Starting: 100, At: now,
					Key: rapid.SampledFrom([]string{"", fmt.Sprint(len(rows), now)}).Draw(t, "key")}
				if o.Key != "" {
					o.Key += fmt.Sprint(from, to, o.Amount, o.Cooldown, rapid.Uint32().Draw(t, "nonce"))
				}
				want := m.send(o, from, to)
				for range rapid.IntRange(1, 2).Draw(t, "deliveries") {
					row, err := s.Transfer(t.Context(), o)
					require.Equal(t, want, code(err), "%v", err)
					if want == "" && !row.Again {
						rows = append(rows, row)
						m.undone[row] = false
					}
					if o.Key == "" {
						return
					}
				}
			},
			"claim": func(t *rapid.T) {
				who := member.Draw(t, "who")
				earned, want := m.claim(who, store.DayOf(now))
				got, err := s.Claim(t.Context(), store.Claim{Guild: g, User: id(who), Amount: 10, Starting: 100, At: now,
					Tiers: []store.Tier{{Threshold: 2, Multiplier: 3}}})
				require.Equal(t, want, code(err), "%v", err)
				require.Equal(t, earned, got.Earned)
			},
			"adjust": func(t *rapid.T) {
				who, amount := member.Draw(t, "who"), rapid.Int64Range(-200, 200).Filter(func(n int64) bool { return n != 0 }).Draw(t, "amount")
				want := m.adjust(who, amount)
				row, err := s.Adjust(t.Context(), store.Adjust{Guild: g, User: id(who), Amount: amount, Starting: 100, At: now, Audit: by("adjust")})
				require.Equal(t, want, code(err), "%v", err)
				if want == "" {
					rows = append(rows, row)
					m.undone[row] = false
				}
			},
			"undo": func(t *rapid.T) {
				if len(rows) == 0 {
					return
				}
				row := rapid.SampledFrom(rows).Draw(t, "row")
				want := m.undo(row)
				_, err := s.Reverse(t.Context(), store.Reverse{Guild: g, ID: row.ID, At: now, Audit: by("reverse")})
				require.Equal(t, want, code(err), "%v", err)
			},
			"": func(t *rapid.T) {
				for who, a := range m.accounts {
					b, err := s.Balance(t.Context(), g, id(who))
					require.NoError(t, err)
					require.Equal(t, []int64{a.balance, a.received, a.sent, int64(a.streak)},
						[]int64{b.Balance, b.TotalReceived, b.TotalSent, int64(b.Streak)}, "member %d", who)
				}
			},
		})
	})
	Prove(t, s)
}
