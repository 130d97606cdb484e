package proofs

import (
	"errors"
	"fmt"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// note is a job that cannot be written when it is Broken.
type note struct{ Broken bool }

func (note) Kind() string { return "proofs_note" }

var errBroken = errors.New("this job cannot be written")

func (n note) MarshalJSON() ([]byte, error) {
	if n.Broken {
		return nil, errBroken
	}
	return []byte("{}"), nil
}

// Writes that fail at their very end, after balances, ledger, key and audit were written, are mixed with others
// that do not: of those that fail nothing is there, and the others never notice.
func TestFailedWriteLeavesNothing(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := db.Migrated(t)
		const clients = 16
		each := sized(20, 400)
		give := func(client, n int, broken bool) (store.Transaction, error) {
			name := fmt.Sprintf("%d.%d", client, n)
			return s.Adjust(t.Context(), store.Adjust{Guild: 1, User: snowflake.ID(1 + n%3), Amount: 10, Reason: name, At: noon, Key: "proofs:" + name,
				Audit: store.AuditEntry{Actor: store.Actor{ID: 1, Source: store.SourceAPI}, Action: "give", Subject: name}, Then: []river.JobArgs{note{broken}}})
		}
		count := func(what string) (n int) {
			require.NoError(t, db.Raw(t).QueryRow(`SELECT count(*) FROM `+what).Scan(&n))
			return n
		}
		together(clients, func(i int) {
			for n := range each {
				broken := (i+n)%2 == 0
				row, err := give(i, n, broken)
				if broken {
					assert.ErrorIs(t, err, errBroken)
				} else if assert.NoError(t, err) {
					assert.False(t, row.Again)
				}
			}
		})
		good := clients * each / 2
		for _, table := range []string{"ledger", "idempotency", "audit", "river_job"} {
			require.Equal(t, good, count(table), table)
		}
		require.EqualValues(t, 10*good, storetest.Prove(t, s).Held)

		together(clients, func(i int) {
			for n := range each {
				row, err := give(i, n, false)
				assert.NoError(t, err)
				assert.Equal(t, (i+n)%2 != 0, row.Again, "what failed is no outcome, and its key is free")
			}
		})
		require.Equal(t, 2*good, count("ledger"))
		require.EqualValues(t, 20*good, storetest.Prove(t, s).Held)
	})
}
