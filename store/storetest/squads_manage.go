package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

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
	changed, err := replace(t, s, change, new(int64(1)))
	require.NoError(t, err)
	read, err = s.Squad(t.Context(), guild, made.ID)
	require.NoError(t, err)
	require.Equal(t, changed, read)
	require.Equal(t, []any{"renamed", int64(0), int64(0), int64(2), made.CreatedAt}, []any{read.Name, read.Position, read.MemberCount, read.Version, read.CreatedAt})
	_, err = replace(t, s, change, new(int64(1)))
	require.ErrorIs(t, err, store.ErrStale)
	_, err = s.DeleteSquad(t.Context(), guild, made.ID, new(int64(1)), noon, root)
	require.ErrorIs(t, err, store.ErrStale)
	change.ID = store.NewID(noon)
	_, err = replace(t, s, change, nil)
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
		_, err := s.CreateSquad(t.Context(), q, root)
		require.ErrorIs(t, err, store.ErrInvalid)
		_, err = replace(t, s, q, nil)
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
		_, err := stores[i%2].CreateSquad(t.Context(), store.Squad{GuildID: guild, RoleID: role(1), Name: "one", Active: true}, root)
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
	_, err := replace(t, s, other, nil)
	require.ErrorIs(t, err, store.ErrExists)
	list, err := s.Squads(t.Context(), guild)
	require.NoError(t, err)
	_, err = s.DeleteSquad(t.Context(), guild, list[0].ID, nil, noon, root)
	require.NoError(t, err)
	_, err = replace(t, s, other, nil)
	require.NoError(t, err, "the role is free again")
}

func ordersSquads(t *testing.T, db Database) {
	s := db.Migrated(t)
	a, b, c := squad(t, s, 1, 0, nil), squad(t, s, 2, 0, nil), squad(t, s, 3, 0, nil)
	later := noon.Add(time.Hour)
	ordered, err := s.OrderSquads(t.Context(), guild, []uuid.UUID{c.ID, b.ID, a.ID}, later, root)
	require.NoError(t, err)
	read, err := s.Squads(t.Context(), guild)
	require.NoError(t, err)
	require.Equal(t, ordered, read)
	require.Equal(t, []any{"squad 3", int64(2), later, "squad 2", int64(1), noon},
		[]any{read[0].Name, read[0].Version, read[0].UpdatedAt, read[1].Name, read[1].Version, read[1].UpdatedAt}, "who stays in place is as it was")
	for _, wrong := range [][]uuid.UUID{nil, {a.ID, b.ID}, {a.ID, b.ID, b.ID}, {a.ID, b.ID, store.NewID(noon)}} {
		_, err := s.OrderSquads(t.Context(), guild, wrong, later, root)
		require.ErrorIs(t, err, store.ErrStale)
	}
	_, err = s.OrderSquads(t.Context(), guild, []uuid.UUID{c.ID, b.ID, a.ID}, later, root)
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
	was, err := s.DeleteSquad(t.Context(), guild, a.ID, new(int64(1)), noon.Add(time.Hour), root)
	require.NoError(t, err)
	require.EqualValues(t, 3, was.MemberCount)
	_, err = s.Squad(t.Context(), guild, a.ID)
	require.ErrorIs(t, err, store.ErrNotFound)
	past, err := s.AnySquad(t.Context(), guild, a.ID)
	require.NoError(t, err)
	require.Equal(t, []any{a.Name, int64(0), new(noon.Add(time.Hour))}, []any{past.Name, past.MemberCount, past.DeletedAt})
	_, err = s.DeleteSquad(t.Context(), guild, a.ID, nil, noon, root)
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
	pending, err := s.PendingRemovals(t.Context(), guild, nil, 2)
	require.NoError(t, err)
	require.Equal(t, []store.PendingRemoval{{GuildID: guild, UserID: user(0), RoleID: role(1)}, {GuildID: guild, UserID: user(1), RoleID: role(1)}}, pending)
	require.NoError(t, s.RemovalDone(t.Context(), pending[0]))
	require.NoError(t, s.RemovalDone(t.Context(), pending[0]))
	pending, err = s.PendingRemovals(t.Context(), guild, nil, 5)
	require.NoError(t, err)
	require.Len(t, pending, 2)
	pending, err = s.PendingRemovals(t.Context(), guild, new(user(2)), 5)
	require.NoError(t, err)
	require.Len(t, pending, 1)
	Prove(t, s)
}

func losesRole(t *testing.T, db Database) {
	s := db.Migrated(t)
	q := squad(t, s, 1, 0, nil)
	_, err := s.Join(t.Context(), join(1, q, noon))
	require.NoError(t, err)
	_, err = s.LoseRole(t.Context(), guild, role(2), noon, root)
	require.ErrorIs(t, err, store.ErrNotFound)
	var told atomic.Int64
	together(10, func(int) {
		if _, err := s.LoseRole(t.Context(), guild, role(1), noon.Add(time.Hour), root); err == nil {
			told.Add(1)
		} else {
			assert.ErrorIs(t, err, store.ErrNotFound)
		}
	})
	require.EqualValues(t, 1, told.Load())
	lost, err := s.Squad(t.Context(), guild, q.ID)
	require.NoError(t, err)
	require.Equal(t, []any{false, true, int64(2), int64(1)}, []any{lost.Active, lost.RoleGone, lost.Version, lost.MemberCount})
	_, err = s.DeleteSquad(t.Context(), guild, q.ID, nil, noon, root)
	require.NoError(t, err)
	pending, err := s.PendingRemovals(t.Context(), guild, nil, 5)
	require.NoError(t, err)
	require.Empty(t, pending, "a role that is gone is nothing to take")
}

func desiresRoles(t *testing.T, db Database) {
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
	_, err := replace(t, s, a, nil)
	require.NoError(t, err)
	expect(map[snowflake.ID][]snowflake.ID{role(3): both, role(2): nil}, map[snowflake.ID]bool{role(1): false, role(2): false, role(3): true})
	a.RoleID = role(1)
	_, err = replace(t, s, a, nil)
	require.NoError(t, err)
	expect(map[snowflake.ID][]snowflake.ID{role(1): both, role(2): nil}, map[snowflake.ID]bool{role(1): true, role(2): false, role(3): false})
	_, err = s.LoseRole(t.Context(), guild, role(2), noon, root)
	require.NoError(t, err)
	_, err = s.DeleteSquad(t.Context(), guild, a.ID, nil, noon, root)
	require.NoError(t, err)
	expect(nil, map[snowflake.ID]bool{role(1): false, role(3): false})
	guilds, err := s.SquadGuilds(t.Context())
	require.NoError(t, err)
	require.Equal(t, []snowflake.ID{guild}, guilds)
	_, err = s.DeleteSquad(t.Context(), guild, b.ID, nil, noon, root)
	require.NoError(t, err)
	pending, err := s.PendingRemovals(t.Context(), guild, nil, 10)
	require.NoError(t, err)
	var wg sync.WaitGroup
	for _, removal := range pending {
		wg.Go(func() { assert.NoError(t, s.RemovalDone(t.Context(), removal)) })
	}
	wg.Wait()
	guilds, err = s.SquadGuilds(t.Context())
	require.NoError(t, err)
	require.Empty(t, guilds)
}
