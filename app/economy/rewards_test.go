package economy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// rewarding makes a guild give roles for bytes received.
func rewarding(t *testing.T, p *apptest.Program, rewards map[snowflake.ID]int64) {
	t.Helper()
	_, err := p.Economy.Configure(t.Context(), economy.Configure{
		Guild: p.World.GuildID, Patch: settings.Set[economy.Settings]("role_rewards", rewards), Actor: store.Actor{Name: "a test", Source: store.SourceCommand}, By: access.AsOwner(),
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
		owner := p.World.Member("Ada")
		above, below := owner.CreateRole("Lofty"), p.World.Role("Byte Hoarder")
		owner.EditRole(above, map[string]any{"permissions": "0", "position": 50})
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

func TestARewardIsOrderedWhenItsPreconditionChanges(t *testing.T) {
	eachProgram(t, func(t *testing.T, p *apptest.Program) {
		owner, ken := p.World.Member("Ada"), p.World.Member("Ken")
		role := p.World.Role("Byte Hoarder")
		ken.Run("/bytes daily") // 110 received
		require.False(t, has(owner, ken, role))

		rewarding(t, p, map[snowflake.ID]int64{role: 105})
		owner.WaitRole(ken, role, true) // earned before the reward was set

		ken.Leave()
		ken.Join()
		owner.WaitRole(ken, role, true) // whoever comes back has what they have earned

		own := p.World.Role("Smarter Dev")
		owner.EditRole(own, map[string]any{"position": 1})
		ken.Leave()
		ken.Join()
		require.Eventually(t, func() bool {
			problems, err := p.Store.RoleProblems(t.Context(), p.World.GuildID)
			return err == nil && len(problems) == 1
		}, time.Minute, 10*time.Millisecond)
		require.False(t, has(owner, ken, role))
		owner.EditRole(own, map[string]any{"position": 40})
		owner.WaitRole(ken, role, true) // the bot's role was moved above it
	})
}

func TestARoleThatGainsPowerIsGivenToNobody(t *testing.T) {
	eachProgram(t, func(t *testing.T, p *apptest.Program) {
		owner, ken := p.World.Member("Ada"), p.World.Member("Ken")
		role := p.World.Role("Byte Hoarder")
		rewarding(t, p, map[snowflake.ID]int64{role: 105})
		owner.EditRole(role, map[string]any{"permissions": discord.PermissionBanMembers})
		ken.Run("/bytes daily")
		var problems []store.RoleProblem
		require.Eventually(t, func() bool {
			var err error
			problems, err = p.Store.RoleProblems(t.Context(), p.World.GuildID)
			return err == nil && len(problems) == 1
		}, time.Minute, 10*time.Millisecond)
		require.Equal(t, store.HasPower, problems[0].Reason)
		require.False(t, has(owner, ken, role), "a role with power is not lent")
		roles, guilds, err := p.Store.CountRoleProblems(t.Context())
		require.NoError(t, err)
		require.Equal(t, []int64{1, 1}, []int64{roles, guilds}, "health tells of it")
		page := p.Visitor()
		page.SignIn(owner, "")
		require.Contains(t, page.Get("/admin/guilds/"+p.World.GuildID.String()+"/bytes").Text, "has permissions that the bot does not hand out", "and the tab")
		require.Contains(t, page.Get("/admin/guilds/"+p.World.GuildID.String()).Find("#page").Text(),
			"do not get the reward role “Byte Hoarder”. Reason: it has permissions that the bot does not hand out.", "and the overview, by its name")

		owner.EditRole(role, map[string]any{"permissions": "0"})
		owner.WaitRole(ken, role, true) // without the power it is given at once
	})
}

func has(looks, who *sandboxtest.Person, role snowflake.ID) bool {
	m, there := looks.Look(who)
	return there && slices.Contains(m.Roles, role)
}

func TestAfterTheBotWasRemovedConfirmTakesNothing(t *testing.T) {
	eachProgram(t, func(t *testing.T, p *apptest.Program) {
		owner, ken, ada := p.World.Member("Ada"), p.World.Member("Ken"), p.World.Member("Alan")
		ken.Run("/bytes balance")
		question := ken.Run("/bytes send", options{"member": ada.ID, "amount": "105"})
		owner.Kick(p.World.Person(p.World.ApplicationID), "")
		require.Eventually(t, func() bool {
			_, err := p.Guilds.Guild(t.Context(), p.World.GuildID)
			return err != nil
		}, time.Minute, 10*time.Millisecond)
		refused := question.Press("Confirm")
		require.True(t, refused.Ephemeral())
		require.Contains(t, refused.Text(), "The bot is not in this server")
		st, err := p.Economy.Look(t.Context(), p.World.GuildID, ken.ID)
		require.NoError(t, err)
		require.EqualValues(t, 110, st.Balance.Balance)
	})
}
