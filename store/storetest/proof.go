package storetest

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

// namesTamperedRows plants what the store would never write, one row at a time, and reads its name in the
// report.
func namesTamperedRows(t *testing.T, db Database) {
	s := db.Migrated(t)
	var rows []store.Transaction
	for i := range 6 {
		order := send(1, 2+i%2, 10)
		order.Key = "k" + string(rune('0'+i))
		row, err := s.Transfer(t.Context(), order)
		require.NoError(t, err)
		rows = append(rows, row)
	}
	undone, err := s.Reverse(t.Context(), undo(rows[4].ID))
	require.NoError(t, err)
	Prove(t, s)

	raw := db.Raw(t)
	id := func(id uuid.UUID) any {
		if db.IsPostgres() {
			return id.String()
		}
		return id[:]
	}
	account, row := user(1).String(), rows[2].ID.String()
	who := []any{int64(guild), int64(user(1))}
	this := []any{int64(guild), id(rows[2].ID)}
	for name, c := range map[string]struct {
		plant, fix string
		args       []any
		row        string   // named in the report
		checks     []string // that fail, at least
	}{
		"a balance": {
			`UPDATE balances SET balance = balance + 7 WHERE guild_id = $1 AND user_id = $2`,
			`UPDATE balances SET balance = balance - 7 WHERE guild_id = $1 AND user_id = $2`,
			who, account, []string{"guild", "balance", "sum", "last"},
		},
		"a balance and its total": {
			`UPDATE balances SET balance = balance + 7, total_received = total_received + 7 WHERE guild_id = $1 AND user_id = $2`,
			`UPDATE balances SET balance = balance - 7, total_received = total_received - 7 WHERE guild_id = $1 AND user_id = $2`,
			who, account, []string{"guild", "sum", "last", "received"},
		},
		"both totals": {
			`UPDATE balances SET total_sent = total_sent + 7, total_received = total_received + 7 WHERE guild_id = $1 AND user_id = $2`,
			`UPDATE balances SET total_sent = total_sent - 7, total_received = total_received - 7 WHERE guild_id = $1 AND user_id = $2`,
			who, account, []string{"sent", "received"},
		},
		"an amount": {
			`UPDATE ledger SET amount = amount + 1 WHERE guild_id = $1 AND id = $2`,
			`UPDATE ledger SET amount = amount - 1 WHERE guild_id = $1 AND id = $2`,
			this, row, []string{"chain", "sum", "sent", "received"},
		},
		"a balance in the ledger": {
			`UPDATE ledger SET from_balance = from_balance + 1 WHERE guild_id = $1 AND id = $2`,
			`UPDATE ledger SET from_balance = from_balance - 1 WHERE guild_id = $1 AND id = $2`,
			this, row, []string{"chain"},
		},
		"a receiver": {
			`UPDATE ledger SET to_id = to_id + 5000 WHERE guild_id = $1 AND id = $2`,
			`UPDATE ledger SET to_id = to_id - 5000 WHERE guild_id = $1 AND id = $2`,
			this, "100000000000005002", []string{"account", "chain", "sum"},
		},
		"an order": {
			`UPDATE ledger SET to_id = from_id, from_id = to_id WHERE guild_id = $1 AND id = $2`,
			`UPDATE ledger SET to_id = from_id, from_id = to_id WHERE guild_id = $1 AND id = $2`,
			this, row, []string{"chain", "sum"},
		},
		"a kind": {
			`UPDATE ledger SET kind = 'opening' WHERE guild_id = $1 AND id = $2`,
			`UPDATE ledger SET kind = 'transfer' WHERE guild_id = $1 AND id = $2`,
			this, row, []string{"opening"},
		},
		"a kind that was undone": {
			`UPDATE ledger SET kind = 'daily' WHERE guild_id = $1 AND id = $2`,
			`UPDATE ledger SET kind = 'transfer' WHERE guild_id = $1 AND id = $2`,
			[]any{int64(guild), id(rows[4].ID)}, undone.ID.String(), []string{"reversal"},
		},
		"a link": {
			`UPDATE ledger SET reverses = (SELECT id FROM ledger WHERE guild_id = $1 AND kind = 'opening' ORDER BY seq LIMIT 1) WHERE guild_id = $1 AND id = $2`,
			`UPDATE ledger SET reverses = (SELECT id FROM ledger WHERE guild_id = $1 AND kind = 'transfer' ORDER BY seq LIMIT 1 OFFSET 4) WHERE guild_id = $1 AND id = $2`,
			[]any{int64(guild), id(undone.ID)}, undone.ID.String(), []string{"reversal"},
		},
		"a key": {
			`UPDATE idempotency SET ledger_id = (SELECT id FROM ledger WHERE guild_id = $1 LIMIT 1), guild_id = guild_id + 1 WHERE guild_id = $1 AND ledger_id = $2`,
			`DELETE FROM idempotency WHERE guild_id = CAST($1 AS bigint) + 1 AND $2 IS NOT NULL`,
			this, "k2", []string{"key"},
		},
		"an account that is gone": {
			`DELETE FROM balances WHERE guild_id = $1 AND user_id = $2`, "",
			who, account, []string{"account", "guild"},
		},
	} {
		if c.fix == "" {
			defer func() {
				_, err := raw.Exec(c.plant, c.args...)
				require.NoError(t, err, name)
				expectNamed(t, s, name, c.row, c.checks)
			}()
			continue
		}
		_, err := raw.Exec(c.plant, c.args...)
		require.NoError(t, err, name)
		expectNamed(t, s, name, c.row, c.checks)
		if db.IsPostgres() {
			c.fix = strings.ReplaceAll(c.fix, "$2 IS NOT NULL", "$2::uuid IS NOT NULL")
		}
		_, err = raw.Exec(c.fix, c.args...)
		require.NoError(t, err, name)
		Prove(t, s)
	}
}

func expectNamed(t *testing.T, s *store.Store, name, row string, checks []string) {
	t.Helper()
	r, err := s.Verify(t.Context())
	require.NoError(t, err)
	require.False(t, r.OK(), name)
	failed := []string{}
	for _, c := range r.Checks {
		if c.Failed > 0 {
			failed = append(failed, c.Name)
		}
	}
	require.Subset(t, failed, checks, "%s: %v", name, r.Differences)
	named := false
	for _, d := range r.Differences {
		named = named || d.Row == row && (d.Guild == guild || d.Guild == guild+1)
		require.NotEqual(t, d.Found, d.Want)
		require.Contains(t, d.String(), d.Found)
	}
	require.True(t, named, "%s: row %s is not named in %v", name, row, r.Differences)
}

// staysTrueUnderLoad runs every operation at random from many goroutines on two stores, and proves the
// ledger again and again while they run.
func staysTrueUnderLoad(t *testing.T, db Database) {
	stores := []*store.Store{db.Migrated(t), db.Open(t)}
	const workers, members = 16, 12
	var mu sync.Mutex
	var undoable []uuid.UUID
	var running atomic.Int64
	running.Store(workers)
	together(workers+1, func(i int) {
		if i == workers {
			for running.Load() > 0 {
				r, err := stores[1].Verify(context.WithoutCancel(t.Context()))
				assert.NoError(t, err)
				assert.True(t, r.OK(), "%v", r.Differences)
			}
			return
		}
		defer running.Add(-1)
		s, r := stores[i%2], rand.New(rand.NewPCG(5, uint64(i)))
		for n := range sized(2500, 10_000) / workers {
			from := r.IntN(members)
			to := (from + 1 + r.IntN(members-1)) % members
			var row store.Transaction
			var err error
			switch r.IntN(10) {
			case 0:
				_, err = s.Claim(t.Context(), daily(from, noon.AddDate(0, 0, n/10)))
			case 1:
				row, err = s.Adjust(t.Context(), adjust(from, []int64{-300, -1, 20, 400}[r.IntN(4)]))
			case 2:
				mu.Lock()
				var id uuid.UUID
				if len(undoable) > 0 {
					id = undoable[r.IntN(len(undoable))]
				}
				mu.Unlock()
				if id != uuid.Nil {
					_, err = s.Reverse(t.Context(), undo(id))
				}
			case 3:
				for _, result := range s.Transfers(t.Context(), []store.Transfer{send(from, to, 2), send(to, from, 3), send(from, to, 4)}) {
					assert.True(t, result.Err == nil || code(result.Err) != "", "%v", result.Err)
				}
			default:
				order := send(from, to, 1+r.Int64N(120))
				order.Cooldown = time.Duration(r.IntN(2)) * time.Minute
				order.At = noon.Add(time.Duration(n) * time.Minute)
				row, err = s.Transfer(t.Context(), order)
			}
			assert.True(t, err == nil || code(err) != "", "%v", err)
			if row.ID != uuid.Nil {
				mu.Lock()
				undoable = append(undoable, row.ID)
				mu.Unlock()
			}
		}
	})
	Prove(t, stores[0])
}
