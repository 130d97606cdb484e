package storetest

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

// fillsLastPlace lets two hundred members run for one place, on two stores.
func fillsLastPlace(t *testing.T, db Database) {
	stores := []*store.Store{db.Migrated(t), db.Open(t)}
	s := stores[0]
	for round := range sized(3, 8) {
		q := squad(t, s, round, 40, new(int64(3)))
		for who := range 2 {
			_, err := s.Join(t.Context(), join(1000*round+500+who, q, noon))
			require.NoError(t, err)
		}
		before := len(fees(t, s))
		var won, full atomic.Int64
		together(200, func(i int) {
			done, err := stores[i%2].Join(t.Context(), join(1000*round+i, q, noon))
			for tries := 0; errors.Is(err, store.ErrUnavailable) && tries < 20; tries++ { // a busy machine lets some wait too long for a connection
				done, err = stores[i%2].Join(t.Context(), join(1000*round+i, q, noon))
			}
			switch {
			case err == nil:
				won.Add(1)
				assert.EqualValues(t, 3, done.Squad.MemberCount)
			case assert.Equal(t, store.SquadFull, code(err), "%v", err):
				full.Add(1)
				assert.EqualValues(t, 3, store.AsRefusal(err).Max)
			}
		})
		require.EqualValues(t, []int64{1, 199, 3}, []int64{won.Load(), full.Load(), members(t, s, q)})
		if round == 0 {
			require.Len(t, fees(t, s), before+1, "one fee")
		}
	}
	Prove(t, s)
}

// holdsOneSquad lets one member join many squads at once, leave and be removed meanwhile.
func holdsOneSquad(t *testing.T, db Database) {
	stores := []*store.Store{db.Migrated(t), db.Open(t)}
	s := stores[0]
	var squads []store.Squad
	for i := range 8 {
		squads = append(squads, squad(t, s, i, 1, nil))
	}
	_, err := s.Adjust(t.Context(), adjust(1, 100_000))
	require.NoError(t, err)
	var paid atomic.Int64
	for range sized(3, 30) {
		together(32, func(i int) {
			if i%8 == 7 {
				_, err := stores[i%2].EndMembership(t.Context(), end(1, store.EndLeft, noon))
				assert.True(t, err == nil || assert.ErrorIs(t, err, store.ErrNoSquad))
				return
			}
			done, err := stores[i%2].Join(t.Context(), join(1, squads[i%8], noon))
			if assert.True(t, err == nil || code(err) == store.AlreadyMember, "%v", err) {
				paid.Add(done.Cost)
			}
		})
		held := int64(0)
		for _, q := range squads {
			held += members(t, s, q)
		}
		require.LessOrEqual(t, held, int64(1))
	}
	require.Equal(t, 100_100-paid.Load(), balance(t, s, 1))
	Prove(t, s)
}

// deletesUnderJoins deletes a squad while members join it and switch from it.
func deletesUnderJoins(t *testing.T, db Database) {
	stores := []*store.Store{db.Migrated(t), db.Open(t)}
	s := stores[0]
	safe := squad(t, s, 99, 0, nil)
	for round := range sized(3, 30) {
		q := squad(t, s, round, 0, nil)
		together(25, func(i int) {
			if i == 12 {
				_, err := s.DeleteSquad(t.Context(), guild, q.ID, nil, noon, root)
				assert.NoError(t, err)
			} else {
				_, err := stores[i%2].Join(t.Context(), join(100*round+i, q, noon))
				if assert.True(t, err == nil || assert.ErrorIs(t, err, store.ErrNotFound)) && err == nil && i%3 == 0 {
					_, err := stores[i%2].Join(t.Context(), join(100*round+i, safe, noon))
					assert.NoError(t, err)
				}
			}
		})
		for i := range 25 {
			m, err := s.LastMembership(t.Context(), guild, user(100*round+i))
			require.NoError(t, err)
			require.False(t, m.SquadID == q.ID && m.EndedAt == nil, "nobody stays in a squad that was deleted")
		}
	}
	Prove(t, s)
}
