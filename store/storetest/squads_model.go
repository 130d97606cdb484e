package storetest

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smarter-dev/smarterdev/store"
)

// noContext is for helpers that no test's context reaches.
var noContext = context.Background()

// squadMember is the model's idea of a member: where they are, what they left by themselves and when.
type squadMember struct {
	in      int // a squad, -1 for none
	left    int // the squad left last, -1 when that does not count
	leftAt  time.Time
	balance int64
}

// squadModel is the squads of one guild, as simple as it can be said.
type squadModel struct {
	squads  []store.Squad
	deleted map[int]bool
	members []squadMember
}

func (m *squadModel) count(squad int) (n int64) {
	for _, member := range m.members {
		if member.in == squad {
			n++
		}
	}
	return n
}

func (m *squadModel) join(who, squad int, at time.Time) (cost int64, code string) {
	member, q := &m.members[who], m.squads[squad]
	recently := member.left >= 0 && at.Sub(member.leftAt) < 24*time.Hour
	cost = q.JoinCost
	if member.in >= 0 || recently && member.left != squad {
		cost = q.SwitchCost
	} else if recently {
		cost = 0
	}
	switch {
	case m.deleted[squad]:
		return 0, "not found"
	case member.in == squad:
		return cost, store.AlreadyMember
	case !q.Active:
		return cost, store.SquadInactive
	case q.MaxMembers != nil && m.count(squad) >= *q.MaxMembers:
		return cost, store.SquadFull
	case member.balance < cost:
		return cost, store.InsufficientBalance
	}
	member.in, member.left, member.balance = squad, -1, member.balance-cost
	return cost, ""
}

// followsSquadModel compares random histories with the model, a guild for each.
func followsSquadModel(t *testing.T, db Database) {
	s := db.Migrated(t)
	var guilds atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		g := snowflake.ID(guilds.Add(1))
		m := squadModel{deleted: map[int]bool{}, members: make([]squadMember, 4)}
		for i := range m.members {
			m.members[i] = squadMember{in: -1, left: -1, balance: 100}
		}
		for i := range 4 {
			q := store.Squad{GuildID: g, RoleID: role(i), Name: "squad", Active: i != 3,
				JoinCost: int64(7 * i), SwitchCost: int64(20 + i)}
			if i == 1 {
				q.MaxMembers = new(int64(2))
			}
			q, err := s.CreateSquad(t.Context(), q, root)
			require.NoError(t, err)
			m.squads = append(m.squads, q)
		}
		now := noon
		who := rapid.IntRange(0, len(m.members)-1)
		t.Repeat(map[string]func(*rapid.T){
			"wait": func(t *rapid.T) { now = now.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "hours")) * time.Hour) },
			"join": func(t *rapid.T) {
				user, squad := who.Draw(t, "who"), rapid.IntRange(0, len(m.squads)-1).Draw(t, "squad")
				cost, want := m.join(user, squad, now)
				done, err := s.Join(t.Context(), store.Join{Guild: g, User: snowflake.ID(user + 1), Squad: m.squads[squad].ID, Starting: 100, At: now})
				switch want {
				case "":
					require.NoError(t, err)
					require.Equal(t, []int64{cost, m.members[user].balance, m.count(squad)}, []int64{done.Cost, done.Balance, done.Squad.MemberCount})
				case "not found":
					require.ErrorIs(t, err, store.ErrNotFound)
				default:
					require.Equal(t, want, code(err), "%v", err)
					require.Equal(t, cost, store.AsRefusal(err).Amount)
				}
			},
			"end": func(t *rapid.T) {
				user := who.Draw(t, "who")
				how := rapid.SampledFrom([]store.Ending{store.EndLeft, store.EndDeparted, store.EndRemoved}).Draw(t, "how")
				_, err := s.EndMembership(t.Context(), store.End{Guild: g, User: snowflake.ID(user + 1), By: how, At: now, Actor: root})
				member := &m.members[user]
				if member.in < 0 {
					require.ErrorIs(t, err, store.ErrNoSquad)
					return
				}
				require.NoError(t, err)
				if how != store.EndRemoved {
					member.left, member.leftAt = member.in, now
				}
				member.in = -1
			},
			"delete": func(t *rapid.T) {
				squad := rapid.IntRange(0, 30).Draw(t, "squad")
				if squad >= len(m.squads) || m.deleted[squad] {
					return
				}
				_, err := s.DeleteSquad(t.Context(), g, m.squads[squad].ID, nil, now, root)
				require.NoError(t, err)
				m.deleted[squad] = true
				for i := range m.members {
					if m.members[i].in == squad {
						m.members[i].in = -1
					}
				}
			},
			"": func(t *rapid.T) {
				squads, err := s.Squads(t.Context(), g)
				require.NoError(t, err)
				require.Len(t, squads, len(m.squads)-len(m.deleted))
				for _, q := range squads {
					for i, known := range m.squads {
						if known.ID == q.ID {
							require.Equal(t, m.count(i), q.MemberCount)
						}
					}
				}
			},
		})
	})
	Prove(t, s)
}
