// disgo's heartbeats share fields with its Close without a lock, so the race detector stops
// every test that logs it in.
//go:build !race

package economy_test

import (
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// rewarding makes a guild give roles for bytes received.
func rewarding(t *testing.T, p *apptest.Program, rewards map[snowflake.ID]int64) {
	t.Helper()
	_, err := p.Economy.Configure(t.Context(), economy.Configure{
		Guild: p.World.GuildID, Patch: settings.Set[economy.Settings]("role_rewards", rewards), Actor: store.Actor{Name: "a test", Source: store.SourceCommand},
	})
	require.NoError(t, err)
}

func TestAThresholdThatIsReachedGivesTheRole(t *testing.T) {
	eachProgram(t, func(t *testing.T, p *apptest.Program) {
		ken, radia := p.World.Member("Ken"), p.World.Member("Radia")
		role := p.World.Role("Byte Hoarder")
		rewarding(t, p, map[snowflake.ID]int64{role: 150})
		ken.Run("/bytes daily")
		ken.Run("/bytes send", options{"member": radia.ID, "amount": "49"})
		tx := ken.Run("/bytes send", options{"member": radia.ID, "amount": "1"})
		require.Contains(t, tx.Text(), "1 byte")
		ken.WaitRole(radia, role, true)

		rows, err := p.Economy.Transactions(t.Context(), store.TransactionFilter{Guild: p.World.GuildID, User: &radia.ID, Limit: 1})
		require.NoError(t, err)
		_, err = p.Economy.Reverse(t.Context(), economy.Reverse{Guild: p.World.GuildID, ID: rows[0].ID, Reason: "a mistake", Actor: store.Actor{Name: "a test", Source: store.SourceCommand}})
		require.NoError(t, err)
		ken.WaitRole(radia, role, false)
	})
}

func TestARoleAboveTheBotsIsReportedOnce(t *testing.T) {
	eachProgram(t, func(t *testing.T, p *apptest.Program) {
		ken, radia := p.World.Member("Ken"), p.World.Member("Radia")
		above, below := p.World.Role("Admin"), p.World.Role("Byte Hoarder")
		rewarding(t, p, map[snowflake.ID]int64{above: 105, below: 120})
		ken.Run("/bytes daily")
		ken.Run("/bytes send", options{"member": radia.ID, "amount": "10"})
		ken.Run("/bytes send", options{"member": radia.ID, "amount": "10"})
		ken.WaitRole(radia, below, true)
		var problems []store.RoleProblem
		require.Eventually(t, func() bool {
			var err error
			problems, err = p.Store.RoleProblems(t.Context(), p.World.GuildID)
			return err == nil && len(problems) == 1
		}, 10*time.Second, time.Millisecond)
		require.Equal(t, above, problems[0].RoleID)
		first, err := p.Store.SaveRoleProblem(t.Context(), problems[0])
		require.NoError(t, err)
		require.False(t, first, "a problem that is known is not reported again")
	})
}

// The order to give a role is lost when the process dies behind the commit; the start heals it.
func TestARoleWhoseOrderWasLostIsThereAfterARestart(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		p := apptest.Start(t, db)
		ken, radia := p.World.Member("Ken"), p.World.Member("Radia")
		role := p.World.Role("Byte Hoarder")
		rewarding(t, p, map[snowflake.ID]int64{role: 105})
		p.Stop()

		again := db.Open(t)
		_, err := again.Transfer(t.Context(), store.Transfer{
			Guild: p.World.GuildID, From: ken.ID, To: radia.ID, Amount: 20, Max: 1000, Starting: 100, At: time.Now(),
		})
		require.NoError(t, err)
		require.NoError(t, again.Close())

		apptest.Join(t, p.World, db)
		ken.WaitRole(radia, role, true)
	})
}
