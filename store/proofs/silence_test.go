package proofs

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// A server that has fallen silent, its connections open and nothing coming through them, holds nobody up for
// ever: every call ends by itself and says that the database is unavailable, and when the server speaks again
// the same store works.
func TestSilentServerHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	db := storetest.NewPostgres(t)
	direct := db.Migrated(t)
	net, through := throughNetwork(t, db)
	s := through.Open(t)
	together(8, func(int) { assert.NoError(t, s.Ping(t.Context())) }) // connections that are open when it falls silent
	books := newBooks(t)
	o := order{Guild: 1, From: 1, To: 2, Amount: 1, At: noon}
	named := func(v verb, name string) order {
		o := o
		o.Verb, o.Name, o.Key = v, name, "proofs:"+name
		return o
	}
	deliver := func(o order) func() error {
		return func() error {
			books.tried(o)
			_, err := o.carryOut(t.Context(), s)
			books.failed(o, err)
			return err
		}
	}
	for _, stream := range []string{"upstream", "downstream"} {
		net.worsen("timeout", stream, map[string]int{"timeout": 0})
	}
	var wg sync.WaitGroup
	for name, call := range map[string]func() error{
		"transfer":   deliver(named(sends, "transfer")),
		"claim":      deliver(named(claims, "claim")),
		"adjustment": deliver(named(gives, "adjustment")),
		"bulk": func() error {
			bulk := make([]store.Transfer, 20)
			for i := range bulk {
				bulk[i] = named(sends, "bulk").transfer()
				bulk[i].Key = ""
			}
			results := s.Transfers(t.Context(), bulk)
			for _, r := range results {
				assert.ErrorIs(t, r.Err, store.ErrUnavailable)
			}
			return results[0].Err
		},
		"read": func() error { _, err := s.Balance(t.Context(), 1, 1); return err },
		"list": func() error { _, err := s.Transactions(t.Context(), store.TransactionFilter{Guild: 1}); return err },
		"ping": func() error { return s.Ping(t.Context()) },
	} {
		wg.Go(func() {
			start := time.Now()
			assert.ErrorIs(t, call(), store.ErrUnavailable, name)
			t.Logf("%s ended after %s", name, time.Since(start).Round(time.Millisecond))
		})
	}
	wg.Wait()

	net.heal()
	t.Logf("back in %s", recovers(t, s))
	settled, _ := books.settle(s)
	require.Equal(t, 3, settled)
	books.audit(direct)
}
