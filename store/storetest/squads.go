package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"
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
		"desired roles":             desiresRoles,
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
		SwitchCost: 50, JoinCost: joinCost, MaxMembers: limit, Active: true, UpdatedAt: noon}, root)
	require.NoError(t, err)
	return q
}

// replace makes a squad what q says.
func replace(t testing.TB, s *store.Store, q store.Squad, ifVersion *int64, otherRole ...river.JobArgs) (store.Squad, error) {
	t.Helper()
	return s.UpdateSquad(t.Context(), q.GuildID, q.ID, ifVersion, root, func(store.Squad) (store.Squad, error) { return q, nil }, otherRole...)
}

func role(i int) snowflake.ID { return snowflake.ID(500000000000000000 + i) }

func join(who int, q store.Squad, at time.Time) store.Join {
	return store.Join{Guild: guild, User: user(who), Squad: q.ID, Name: "who", Starting: 100, At: at}
}

func end(who int, how store.Ending, at time.Time) store.End {
	return store.End{Guild: guild, User: user(who), By: how, At: at, Actor: root}
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
