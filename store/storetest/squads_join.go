package storetest

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

func joins(t *testing.T, db Database) {
	s := db.Migrated(t)
	free, dear := squad(t, s, 1, 0, nil), squad(t, s, 2, 30, new(int64(5)))
	done, err := s.Join(t.Context(), join(1, free, noon))
	require.NoError(t, err)
	require.EqualValues(t, []int64{0, 100, 1}, []int64{done.Cost, done.Balance, done.Squad.MemberCount})
	require.Nil(t, done.Previous)
	require.Empty(t, fees(t, s), "what is free leaves no row")

	done, err = s.Join(t.Context(), join(2, dear, noon))
	require.NoError(t, err)
	require.EqualValues(t, []int64{30, 70}, []int64{done.Cost, done.Balance})
	fee := fees(t, s)[0]
	require.Equal(t, []any{user(2), "who", store.Bank, int64(30), int64(70), "squad 2", noon},
		[]any{fee.FromID, *fee.FromName, fee.ToID, fee.Amount, *fee.FromBalance, *fee.Reason, fee.CreatedAt})

	m, err := s.Membership(t.Context(), guild, user(2))
	require.NoError(t, err)
	require.Equal(t, store.Membership{GuildID: guild, UserID: user(2), SquadID: dear.ID, Nth: 1, Cost: 30, JoinedAt: noon}, m)
	_, err = s.Membership(t.Context(), guild, user(3))
	require.ErrorIs(t, err, store.ErrNoSquad)
	require.EqualValues(t, 1, members(t, s, dear))

	elsewhere := join(3, free, noon)
	elsewhere.Guild++
	_, err = s.Join(t.Context(), elsewhere)
	require.ErrorIs(t, err, store.ErrNotFound, "a squad belongs to its guild")
	nobody := join(3, free, noon)
	nobody.User = store.Bank
	_, err = s.Join(t.Context(), nobody)
	require.ErrorIs(t, err, store.ErrInvalid)
	Prove(t, s)
}

func switches(t *testing.T, db Database) {
	s := db.Migrated(t)
	a, b := squad(t, s, 1, 0, nil), squad(t, s, 2, 7, nil)
	_, err := s.Join(t.Context(), join(1, a, noon))
	require.NoError(t, err)
	done, err := s.Join(t.Context(), join(1, b, noon.Add(48*time.Hour)))
	require.NoError(t, err)
	require.EqualValues(t, []int64{50, 50}, []int64{done.Cost, done.Balance}, "the switch cost of the target, however long ago")
	require.Equal(t, new(a.ID), done.Previous)
	require.EqualValues(t, []int64{0, 1}, []int64{members(t, s, a), members(t, s, b)})

	history, err := s.Memberships(t.Context(), guild, user(1), 10)
	require.NoError(t, err)
	require.Len(t, history, 2)
	require.Equal(t, []any{b.ID, int64(2), a.ID, int64(1), store.EndSwitched, noon.Add(48 * time.Hour)},
		[]any{history[0].SquadID, history[0].Nth, history[1].SquadID, history[1].Nth, *history[1].EndedBy, *history[1].EndedAt})
	_, err = s.Reverse(t.Context(), undo(fees(t, s)[0].ID))
	require.NoError(t, err, "a fee can be undone")
	require.EqualValues(t, 100, balance(t, s, 1))
	Prove(t, s)
}

// comesBack leaves and joins within the window and after it.
func comesBack(t *testing.T, db Database) {
	s := db.Migrated(t)
	a, b := squad(t, s, 1, 5, nil), squad(t, s, 2, 5, nil)
	for i, c := range []struct {
		how  store.Ending
		to   store.Squad
		wait time.Duration
		cost int64
	}{
		{store.EndLeft, a, 0, 0},
		{store.EndLeft, a, 24*time.Hour - time.Microsecond, 0},
		{store.EndLeft, a, 24 * time.Hour, 5},
		{store.EndLeft, a, -time.Hour, 0}, // a clock that was set back
		{store.EndLeft, b, 0, 50},
		{store.EndLeft, b, 24*time.Hour - time.Microsecond, 50},
		{store.EndLeft, b, 24 * time.Hour, 5},
		{store.EndDeparted, a, time.Hour, 0},
		{store.EndDeparted, b, time.Hour, 50},
	} {
		_, err := s.Join(t.Context(), join(i, a, noon))
		require.NoError(t, err)
		_, err = s.EndMembership(t.Context(), end(i, c.how, noon))
		require.NoError(t, err)
		done, err := s.Join(t.Context(), join(i, c.to, noon.Add(c.wait)))
		require.NoError(t, err)
		require.Equal(t, c.cost, done.Cost, "%+v", c)
		require.Equal(t, 95-c.cost, done.Balance)
		require.Nil(t, done.Previous)
	}
	Prove(t, s)
}

// wasTakenOut joins another squad after an end that was none of the member's doing.
func wasTakenOut(t *testing.T, db Database) {
	s := db.Migrated(t)
	a, b, c := squad(t, s, 1, 5, nil), squad(t, s, 2, 5, nil), squad(t, s, 3, 5, nil)
	for who := range 3 {
		_, err := s.Join(t.Context(), join(who, a, noon))
		require.NoError(t, err)
	}
	_, err := s.EndMembership(t.Context(), end(0, store.EndRemoved, noon))
	require.NoError(t, err)
	// Left, came back for nothing, and was removed then: the leaving is past.
	_, err = s.EndMembership(t.Context(), end(1, store.EndLeft, noon))
	require.NoError(t, err)
	_, err = s.Join(t.Context(), join(1, a, noon))
	require.NoError(t, err)
	_, err = s.DeleteSquad(t.Context(), guild, a.ID, nil, noon, root)
	require.NoError(t, err)
	for who, q := range []store.Squad{b, c, b} {
		done, err := s.Join(t.Context(), join(who, q, noon))
		require.NoError(t, err)
		require.EqualValues(t, 5, done.Cost, "member %d", who)
	}
	Prove(t, s)
}

func refusesJoinsInOrder(t *testing.T, db Database) {
	s := db.Migrated(t)
	one := new(int64(1))
	q, other := squad(t, s, 1, 500, one), squad(t, s, 2, 0, nil)
	q.MaxMembers = nil
	q.JoinCost = 0
	open, err := replace(t, s, q, nil)
	require.NoError(t, err)
	_, err = s.Join(t.Context(), join(1, open, noon))
	require.NoError(t, err)
	open.MaxMembers, open.JoinCost, open.SwitchCost, open.Active = one, 500, 700, false
	closed, err := replace(t, s, open, nil)
	require.NoError(t, err)

	refused := func(who int, want store.Refusal) {
		t.Helper()
		_, err := s.Join(t.Context(), join(who, q, noon))
		require.Equal(t, &want, store.AsRefusal(err), "%v", err)
	}
	refused(1, store.Refusal{Code: store.AlreadyMember, Amount: 700, Balance: 100})
	refused(2, store.Refusal{Code: store.SquadInactive, Amount: 500, Balance: 100})
	closed.Active = true
	_, err = replace(t, s, closed, nil)
	require.NoError(t, err)
	refused(2, store.Refusal{Code: store.SquadFull, Amount: 500, Balance: 100, Max: 1})
	closed.MaxMembers = nil
	_, err = replace(t, s, closed, nil)
	require.NoError(t, err)
	refused(2, store.Refusal{Code: store.InsufficientBalance, Amount: 500, Balance: 100})
	_, err = s.Join(t.Context(), join(3, other, noon))
	require.NoError(t, err)
	refused(3, store.Refusal{Code: store.InsufficientBalance, Amount: 700, Balance: 100})
	require.EqualValues(t, 1, members(t, s, q))
	Prove(t, s)
}

func keepsJoin(t *testing.T, db Database) {
	stores := []*store.Store{db.Migrated(t), db.Open(t)}
	s := stores[0]
	a, b := squad(t, s, 1, 0, nil), squad(t, s, 2, 0, nil)
	_, err := s.Join(t.Context(), join(1, a, noon))
	require.NoError(t, err)
	order := join(1, b, noon)
	order.Key = "api:switch"
	var first atomic.Int64
	together(50, func(i int) {
		done, err := stores[i%2].Join(t.Context(), order)
		assert.NoError(t, err)
		assert.EqualValues(t, []int64{50, 50}, []int64{done.Cost, done.Balance})
		assert.Equal(t, new(a.ID), done.Previous)
		assert.Equal(t, b.ID, done.Squad.ID)
		if !done.Again {
			first.Add(1)
		}
	})
	require.EqualValues(t, 1, first.Load())
	require.Len(t, fees(t, s), 1)

	// The outcome stays what it was, whatever became of the squad.
	_, err = s.DeleteSquad(t.Context(), guild, b.ID, nil, noon, root)
	require.NoError(t, err)
	again, err := s.Join(t.Context(), order)
	require.NoError(t, err)
	require.True(t, again.Again)
	require.EqualValues(t, 50, again.Cost)

	order.Squad = a.ID
	_, err = s.Join(t.Context(), order)
	require.ErrorIs(t, err, store.ErrKeyReused)
	order.Squad, order.User = b.ID, user(2)
	_, err = s.Join(t.Context(), order)
	require.ErrorIs(t, err, store.ErrKeyReused)
	Prove(t, s)
}

func keepsRefusedJoin(t *testing.T, db Database) {
	s := db.Migrated(t)
	q := squad(t, s, 1, 150, nil)
	order := join(1, q, noon)
	order.Key = "api:join"
	want := &store.Refusal{Code: store.InsufficientBalance, Amount: 150, Balance: 100}
	_, err := s.Join(t.Context(), order)
	require.Equal(t, want, store.AsRefusal(err))
	_, err = s.Adjust(t.Context(), adjust(1, 400))
	require.NoError(t, err)
	_, err = s.Join(t.Context(), order)
	want.Again = true
	require.Equal(t, want, store.AsRefusal(err))
	order.Key = ""
	_, err = s.Join(t.Context(), order)
	require.NoError(t, err)
	Prove(t, s)
}

func enqueuesJoins(t *testing.T, db Database) {
	s := db.Migrated(t)
	q := squad(t, s, 1, 60, nil)
	raw := db.Raw(t)
	waiting := func() (n int) {
		require.NoError(t, raw.QueryRow(`SELECT count(*) FROM river_job WHERE kind = 'storetest_noted'`).Scan(&n))
		return n
	}
	order := join(1, q, noon)
	order.Key, order.Then = "api:1", []river.JobArgs{noted{1}}
	_, err := s.Join(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, 1, waiting())
	_, err = s.Join(t.Context(), order)
	require.NoError(t, err)
	order.Key = ""
	_, err = s.Join(t.Context(), order)
	require.Equal(t, store.AlreadyMember, code(err))
	require.Equal(t, 1, waiting(), "what was refused or repeated leaves no job")
	leave := end(1, store.EndLeft, noon)
	leave.Then = []river.JobArgs{noted{2}}
	_, err = s.EndMembership(t.Context(), leave)
	require.NoError(t, err)
	_, err = s.EndMembership(t.Context(), leave)
	require.ErrorIs(t, err, store.ErrNoSquad)
	require.Equal(t, 2, waiting())
	q.RoleID = role(2)
	_, err = replace(t, s, q, nil, noted{3})
	require.NoError(t, err)
	_, err = replace(t, s, q, nil, noted{100})
	require.NoError(t, err)
	require.Equal(t, 3, waiting(), "the same role needs no job")
	_, err = s.DeleteSquad(t.Context(), guild, q.ID, nil, noon, root, noted{4})
	require.NoError(t, err)
	require.Equal(t, 4, waiting())
}

func endsMemberships(t *testing.T, db Database) {
	s := db.Migrated(t)
	a, b := squad(t, s, 1, 0, nil), squad(t, s, 2, 0, nil)
	_, err := s.Join(t.Context(), join(1, a, noon))
	require.NoError(t, err)
	wrong := end(1, store.EndLeft, noon)
	wrong.Squad = &b.ID
	_, err = s.EndMembership(t.Context(), wrong)
	require.ErrorIs(t, err, store.ErrNoSquad, "not in that one")
	_, err = s.EndMembership(t.Context(), end(1, store.EndDeleted, noon))
	require.ErrorIs(t, err, store.ErrInvalid)

	removal := end(1, store.EndRemoved, noon.Add(time.Minute))
	ended, err := s.EndMembership(t.Context(), removal)
	require.NoError(t, err)
	require.Equal(t, []any{a.ID, store.EndRemoved, noon.Add(time.Minute)}, []any{ended.SquadID, *ended.EndedBy, *ended.EndedAt})
	log, err := s.AuditEntries(t.Context(), guild, nil, 1)
	require.NoError(t, err)
	require.Equal(t, "squad.remove", log[0].Action)
	last, err := s.LastMembership(t.Context(), guild, user(1))
	require.NoError(t, err)
	require.Equal(t, ended, last)
}
