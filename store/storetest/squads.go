package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

// RunSquads is what every engine must pass of squads. create makes an empty database.
func RunSquads(t *testing.T, create func(t testing.TB) Database) {
	for name, test := range map[string]func(*testing.T, Database){
		"joining":                   joins,
		"switching":                 switches,
		"coming back":               comesBack,
		"no leaving of one's own":   wasTakenOut,
		"refusing in order":         refusesJoinsInOrder,
		"one key, one join":         keepsJoin,
		"one key, one refused join": keepsRefusedJoin,
		"the last place":            fillsLastPlace,
		"one squad at a time":       holdsOneSquad,
		"deleting under joins":      deletesUnderJoins,
		"jobs of joins":             enqueuesJoins,
		"ending":                    endsMemberships,
		"listing members":           listsSquadMembers,
		"creating and changing":     changesSquads,
		"one squad a role":          givesRoleOnce,
		"ordering":                  ordersSquads,
		"deleting":                  deletesSquads,
		"losing the role":           losesRole,
		"wished roles":              wishesRoles,
		"squads model":              followsSquadModel,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, create(t))
		})
	}
}

// squad makes the i-th squad of the guild: joining costs joinCost, switching to it 50.
func squad(t require.TestingT, s *store.Store, i int, joinCost int64, limit *int64) store.Squad {
	q, err := s.CreateSquad(noContext, store.Squad{GuildID: guild, RoleID: role(i), Name: fmt.Sprint("squad ", i),
		SwitchCost: 50, JoinCost: joinCost, MaxMembers: limit, Active: true, UpdatedAt: noon}, by("squad.create"))
	require.NoError(t, err)
	return q
}

func role(i int) snowflake.ID { return snowflake.ID(500000000000000000 + i) }

func join(who int, q store.Squad, at time.Time) store.Join {
	return store.Join{Guild: guild, User: user(who), Squad: q.ID, Name: "who", Starting: 100, At: at}
}

func end(who int, how store.Ending, at time.Time) store.End {
	return store.End{Guild: guild, User: user(who), By: how, At: at}
}

// fees returns the squad fees that were paid, the latest first.
func fees(t testing.TB, s *store.Store) []store.Transaction {
	t.Helper()
	rows, err := s.Transactions(t.Context(), store.TransactionFilter{Guild: guild, Kind: new(store.KindSquadFee)})
	require.NoError(t, err)
	return rows
}

func members(t testing.TB, s *store.Store, q store.Squad) int64 {
	t.Helper()
	q, err := s.Squad(t.Context(), guild, q.ID)
	require.NoError(t, err)
	return q.MemberCount
}

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
	_, err = s.DeleteSquad(t.Context(), guild, a.ID, nil, noon, by("squad.delete"))
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
	open, err := s.UpdateSquad(t.Context(), q, nil, by("squad.update"))
	require.NoError(t, err)
	_, err = s.Join(t.Context(), join(1, open, noon))
	require.NoError(t, err)
	open.MaxMembers, open.JoinCost, open.SwitchCost, open.Active = one, 500, 700, false
	closed, err := s.UpdateSquad(t.Context(), open, nil, by("squad.update"))
	require.NoError(t, err)

	refused := func(who int, want store.Refusal) {
		t.Helper()
		_, err := s.Join(t.Context(), join(who, q, noon))
		require.Equal(t, &want, store.AsRefusal(err), "%v", err)
	}
	refused(1, store.Refusal{Code: store.AlreadyMember, Amount: 700, Balance: 100})
	refused(2, store.Refusal{Code: store.SquadInactive, Amount: 500, Balance: 100})
	closed.Active = true
	_, err = s.UpdateSquad(t.Context(), closed, nil, by("squad.update"))
	require.NoError(t, err)
	refused(2, store.Refusal{Code: store.SquadFull, Amount: 500, Balance: 100, Max: 1})
	closed.MaxMembers = nil
	_, err = s.UpdateSquad(t.Context(), closed, nil, by("squad.update"))
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
	_, err = s.DeleteSquad(t.Context(), guild, b.ID, nil, noon, by("squad.delete"))
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

// fillsLastPlace lets two hundred members run for one place, on two stores.
func fillsLastPlace(t *testing.T, db Database) {
	stores := []*store.Store{db.Migrated(t), db.Open(t)}
	s := stores[0]
	for round := range sized(3, 20) {
		q := squad(t, s, round, 40, new(int64(3)))
		for who := range 2 {
			_, err := s.Join(t.Context(), join(1000*round+500+who, q, noon))
			require.NoError(t, err)
		}
		before := len(fees(t, s))
		var won, full atomic.Int64
		together(200, func(i int) {
			switch done, err := stores[i%2].Join(t.Context(), join(1000*round+i, q, noon)); {
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
				_, err := s.DeleteSquad(t.Context(), guild, q.ID, nil, noon, by("squad.delete"))
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
	_, err = s.UpdateSquad(t.Context(), q, nil, by("squad.update"), noted{3})
	require.NoError(t, err)
	_, err = s.UpdateSquad(t.Context(), q, nil, by("squad.update"), noted{100})
	require.NoError(t, err)
	require.Equal(t, 3, waiting(), "the same role needs no job")
	_, err = s.DeleteSquad(t.Context(), guild, q.ID, nil, noon, by("squad.delete"), noted{4})
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
	removal.Audit = new(by("squad.remove"))
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

func listsSquadMembers(t *testing.T, db Database) {
	s := db.Migrated(t)
	q := squad(t, s, 1, 0, nil)
	for i := range 7 {
		_, err := s.Join(t.Context(), join(10-i, q, noon.Add(time.Duration(i/2)*time.Minute)))
		require.NoError(t, err)
	}
	_, err := s.EndMembership(t.Context(), end(9, store.EndLeft, noon))
	require.NoError(t, err)
	var got []snowflake.ID
	var after *store.Membership
	for {
		page, err := s.SquadMembers(t.Context(), guild, q.ID, after, 2)
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		for _, m := range page {
			got = append(got, m.UserID)
		}
		after = &page[len(page)-1]
	}
	require.Equal(t, []snowflake.ID{user(10), user(7), user(8), user(5), user(6), user(4)}, got, "the longest first")
}

func changesSquads(t *testing.T, db Database) {
	s := db.Migrated(t)
	made := squad(t, s, 1, 5, new(int64(3)))
	read, err := s.Squad(t.Context(), guild, made.ID)
	require.NoError(t, err)
	require.Equal(t, made, read)
	require.EqualValues(t, []int64{0, 1}, []int64{made.Position, squad(t, s, 2, 0, nil).Position})
	_, err = s.Squad(t.Context(), guild+1, made.ID)
	require.ErrorIs(t, err, store.ErrNotFound)

	change := made
	change.Name, change.Description, change.SwitchCost, change.JoinCost, change.MaxMembers = "renamed", "words", 1, 2, nil
	change.Active, change.Position, change.MemberCount, change.UpdatedAt = false, 77, 77, noon.Add(time.Hour)
	changed, err := s.UpdateSquad(t.Context(), change, new(int64(1)), by("squad.update"))
	require.NoError(t, err)
	read, err = s.Squad(t.Context(), guild, made.ID)
	require.NoError(t, err)
	require.Equal(t, changed, read)
	require.Equal(t, []any{"renamed", int64(0), int64(0), int64(2), made.CreatedAt}, []any{read.Name, read.Position, read.MemberCount, read.Version, read.CreatedAt})
	_, err = s.UpdateSquad(t.Context(), change, new(int64(1)), by("squad.update"))
	require.ErrorIs(t, err, store.ErrStale)
	_, err = s.DeleteSquad(t.Context(), guild, made.ID, new(int64(1)), noon, by("squad.delete"))
	require.ErrorIs(t, err, store.ErrStale)
	change.ID = store.NewID(noon)
	_, err = s.UpdateSquad(t.Context(), change, nil, by("squad.update"))
	require.ErrorIs(t, err, store.ErrNotFound)

	for _, broken := range []func(*store.Squad){
		func(q *store.Squad) { q.Name = "" },
		func(q *store.Squad) { q.RoleID = 0 },
		func(q *store.Squad) { q.SwitchCost = -1 },
		func(q *store.Squad) { q.JoinCost = store.MaxSquadCost + 1 },
		func(q *store.Squad) { q.MaxMembers = new(int64(0)) },
		func(q *store.Squad) { q.Active, q.RoleGone = true, true },
	} {
		q := made
		broken(&q)
		_, err := s.CreateSquad(t.Context(), q, by("squad.create"))
		require.ErrorIs(t, err, store.ErrInvalid)
		_, err = s.UpdateSquad(t.Context(), q, nil, by("squad.update"))
		require.ErrorIs(t, err, store.ErrInvalid)
	}
	log, err := s.AuditEntries(t.Context(), guild, nil, 10)
	require.NoError(t, err)
	require.Len(t, log, 3, "two made, one changed")
}

func givesRoleOnce(t *testing.T, db Database) {
	stores := []*store.Store{db.Migrated(t), db.Open(t)}
	var made atomic.Int64
	together(20, func(i int) {
		_, err := stores[i%2].CreateSquad(t.Context(), store.Squad{GuildID: guild, RoleID: role(1), Name: "one", Active: true}, by("squad.create"))
		if err == nil {
			made.Add(1)
			return
		}
		assert.ErrorIs(t, err, store.ErrExists)
	})
	require.EqualValues(t, 1, made.Load())
	s := stores[0]
	other := squad(t, s, 2, 0, nil)
	other.RoleID = role(1)
	_, err := s.UpdateSquad(t.Context(), other, nil, by("squad.update"))
	require.ErrorIs(t, err, store.ErrExists)
	list, err := s.Squads(t.Context(), guild)
	require.NoError(t, err)
	_, err = s.DeleteSquad(t.Context(), guild, list[0].ID, nil, noon, by("squad.delete"))
	require.NoError(t, err)
	_, err = s.UpdateSquad(t.Context(), other, nil, by("squad.update"))
	require.NoError(t, err, "the role is free again")
}

func ordersSquads(t *testing.T, db Database) {
	s := db.Migrated(t)
	a, b, c := squad(t, s, 1, 0, nil), squad(t, s, 2, 0, nil), squad(t, s, 3, 0, nil)
	later := noon.Add(time.Hour)
	ordered, err := s.OrderSquads(t.Context(), guild, []uuid.UUID{c.ID, b.ID, a.ID}, later, by("squad.order"))
	require.NoError(t, err)
	read, err := s.Squads(t.Context(), guild)
	require.NoError(t, err)
	require.Equal(t, ordered, read)
	require.Equal(t, []any{"squad 3", int64(2), later, "squad 2", int64(1), noon},
		[]any{read[0].Name, read[0].Version, read[0].UpdatedAt, read[1].Name, read[1].Version, read[1].UpdatedAt}, "who stays in place is as it was")
	for _, wrong := range [][]uuid.UUID{nil, {a.ID, b.ID}, {a.ID, b.ID, b.ID}, {a.ID, b.ID, store.NewID(noon)}} {
		_, err := s.OrderSquads(t.Context(), guild, wrong, later, by("squad.order"))
		require.ErrorIs(t, err, store.ErrStale)
	}
	_, err = s.OrderSquads(t.Context(), guild, []uuid.UUID{c.ID, b.ID, a.ID}, later, by("squad.order"))
	require.NoError(t, err)
	log, err := s.AuditEntries(t.Context(), guild, nil, 10)
	require.NoError(t, err)
	require.Len(t, log, 4, "three made, one order; the same order again is no change")
}

func deletesSquads(t *testing.T, db Database) {
	s := db.Migrated(t)
	a, b := squad(t, s, 1, 9, nil), squad(t, s, 2, 0, nil)
	for who := range 3 {
		_, err := s.Join(t.Context(), join(who, a, noon))
		require.NoError(t, err)
	}
	_, err := s.Join(t.Context(), join(5, b, noon))
	require.NoError(t, err)
	was, err := s.DeleteSquad(t.Context(), guild, a.ID, new(int64(1)), noon.Add(time.Hour), by("squad.delete"))
	require.NoError(t, err)
	require.EqualValues(t, 3, was.MemberCount)
	_, err = s.Squad(t.Context(), guild, a.ID)
	require.ErrorIs(t, err, store.ErrNotFound)
	past, err := s.AnySquad(t.Context(), guild, a.ID)
	require.NoError(t, err)
	require.Equal(t, []any{a.Name, int64(0), new(noon.Add(time.Hour))}, []any{past.Name, past.MemberCount, past.DeletedAt})
	_, err = s.DeleteSquad(t.Context(), guild, a.ID, nil, noon, by("squad.delete"))
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = s.Join(t.Context(), join(7, a, noon))
	require.ErrorIs(t, err, store.ErrNotFound)
	left, err := s.Squads(t.Context(), guild)
	require.NoError(t, err)
	require.Len(t, left, 1)

	history, err := s.Memberships(t.Context(), guild, user(1), 5)
	require.NoError(t, err)
	require.Equal(t, []any{store.EndDeleted, a.ID, int64(9)}, []any{*history[0].EndedBy, history[0].SquadID, history[0].Cost}, "history stays")
	require.Len(t, fees(t, s), 3)
	debts, err := s.RoleDebts(t.Context(), guild, nil, 2)
	require.NoError(t, err)
	require.Equal(t, []store.RoleDebt{{GuildID: guild, UserID: user(0), RoleID: role(1)}, {GuildID: guild, UserID: user(1), RoleID: role(1)}}, debts)
	require.NoError(t, s.SettleRoleDebt(t.Context(), debts[0]))
	require.NoError(t, s.SettleRoleDebt(t.Context(), debts[0]))
	debts, err = s.RoleDebts(t.Context(), guild, nil, 5)
	require.NoError(t, err)
	require.Len(t, debts, 2)
	debts, err = s.RoleDebts(t.Context(), guild, new(user(2)), 5)
	require.NoError(t, err)
	require.Len(t, debts, 1)
	Prove(t, s)
}

func losesRole(t *testing.T, db Database) {
	s := db.Migrated(t)
	q := squad(t, s, 1, 0, nil)
	_, err := s.Join(t.Context(), join(1, q, noon))
	require.NoError(t, err)
	_, err = s.LoseRole(t.Context(), guild, role(2), noon, by("squad.role_lost"))
	require.ErrorIs(t, err, store.ErrNotFound)
	var told atomic.Int64
	together(10, func(int) {
		if _, err := s.LoseRole(t.Context(), guild, role(1), noon.Add(time.Hour), by("squad.role_lost")); err == nil {
			told.Add(1)
		} else {
			assert.ErrorIs(t, err, store.ErrNotFound)
		}
	})
	require.EqualValues(t, 1, told.Load())
	lost, err := s.Squad(t.Context(), guild, q.ID)
	require.NoError(t, err)
	require.Equal(t, []any{false, true, int64(2), int64(1)}, []any{lost.Active, lost.RoleGone, lost.Version, lost.MemberCount})
	_, err = s.DeleteSquad(t.Context(), guild, q.ID, nil, noon, by("squad.delete"))
	require.NoError(t, err)
	debts, err := s.RoleDebts(t.Context(), guild, nil, 5)
	require.NoError(t, err)
	require.Empty(t, debts, "a role that is gone is nothing to take")
}

func wishesRoles(t *testing.T, db Database) {
	s := db.Migrated(t)
	a, b := squad(t, s, 1, 0, nil), squad(t, s, 2, 0, nil)
	for who := range 2 {
		_, err := s.Join(t.Context(), join(who, a, noon))
		require.NoError(t, err)
	}
	expect := func(all map[snowflake.ID][]snowflake.ID, first map[snowflake.ID]bool) {
		t.Helper()
		roles, err := s.SquadRoles(t.Context(), guild)
		require.NoError(t, err)
		require.Len(t, roles, len(all))
		for role, users := range all {
			require.ElementsMatch(t, users, roles[role])
		}
		of, err := s.SquadRolesOf(t.Context(), guild, user(0))
		require.NoError(t, err)
		require.Equal(t, first, of)
	}
	both := []snowflake.ID{user(0), user(1)}
	expect(map[snowflake.ID][]snowflake.ID{role(1): both, role(2): nil}, map[snowflake.ID]bool{role(1): true, role(2): false})

	a.RoleID = role(3)
	_, err := s.UpdateSquad(t.Context(), a, nil, by("squad.update"))
	require.NoError(t, err)
	expect(map[snowflake.ID][]snowflake.ID{role(3): both, role(2): nil}, map[snowflake.ID]bool{role(1): false, role(2): false, role(3): true})
	a.RoleID = role(1)
	_, err = s.UpdateSquad(t.Context(), a, nil, by("squad.update"))
	require.NoError(t, err)
	expect(map[snowflake.ID][]snowflake.ID{role(1): both, role(2): nil}, map[snowflake.ID]bool{role(1): true, role(2): false, role(3): false})
	_, err = s.LoseRole(t.Context(), guild, role(2), noon, by("squad.role_lost"))
	require.NoError(t, err)
	_, err = s.DeleteSquad(t.Context(), guild, a.ID, nil, noon, by("squad.delete"))
	require.NoError(t, err)
	expect(nil, map[snowflake.ID]bool{role(1): false, role(3): false})
	guilds, err := s.SquadGuilds(t.Context())
	require.NoError(t, err)
	require.Equal(t, []snowflake.ID{guild}, guilds)
	_, err = s.DeleteSquad(t.Context(), guild, b.ID, nil, noon, by("squad.delete"))
	require.NoError(t, err)
	debts, err := s.RoleDebts(t.Context(), guild, nil, 10)
	require.NoError(t, err)
	var wg sync.WaitGroup
	for _, debt := range debts {
		wg.Go(func() { assert.NoError(t, s.SettleRoleDebt(t.Context(), debt)) })
	}
	wg.Wait()
	guilds, err = s.SquadGuilds(t.Context())
	require.NoError(t, err)
	require.Empty(t, guilds)
}
