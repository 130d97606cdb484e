//go:build !race

package squads_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/rolesync"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// Where the bot's owner has switched off the Server Members Intent, Discord neither tells who leaves nor
// lists members: those who are to have a role are looked at one by one.
func TestWithoutServerMembersLeaversAreFound(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		world := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Intents: &seed.Intents{MessageContent: true}}})
		p := program{apptest.Join(t, world, db)}
		owner, ken, alan := world.Member("Ada"), world.Member("Ken"), world.Member("Alan")
		moved := p.on(t, bus.MembershipChanged)
		q := p.squad(t, "Gophers")
		for _, who := range []*sandboxtest.Person{ken, alan} {
			require.Contains(t, who.Run("/squads join", options{"squad": "Gophers"}).Press("Confirm").Text(), "You are now in")
			<-moved
			owner.WaitRole(who, q.RoleID, true)
		}

		owner.TakeRole(alan, q.RoleID) // by hand
		ken.Leave()
		require.NoError(t, p.Store.Enqueue(t.Context(), rolesync.Guild{Guild: world.GuildID}))
		owner.WaitRole(alan, q.RoleID, true)
		_, err := p.Squads.Of(t.Context(), world.GuildID, ken.ID)
		require.NoError(t, err, "somebody may be put into a squad a day before they come")

		p.Clock.Pass(25 * time.Hour)
		require.NoError(t, p.Store.Enqueue(t.Context(), rolesync.Guild{Guild: world.GuildID}))
		<-moved
		_, err = p.Squads.Of(t.Context(), world.GuildID, ken.ID)
		require.True(t, fault.Has(err, "not_found"), "%v", err)
		place, err := p.Squads.Of(t.Context(), world.GuildID, alan.ID)
		require.NoError(t, err)
		require.EqualValues(t, 1, place.MemberCount)
	})
}

// Nothing that the gateway said of a member when it sent the guild is taken for what is so now.
func TestWithoutServerMembersNamesAreAskedFor(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		world := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Intents: &seed.Intents{MessageContent: true}}})
		p := program{apptest.Join(t, world, db)}
		owner, ken := world.Member("Ada"), world.Member("Ken")
		p.squad(t, "Gophers")
		ken.Run("/squads join", options{"squad": "Gophers"}).Press("Confirm")
		owner.Nick(ken, "Kenneth the Brave")
		require.Contains(t, owner.Run("/squads members", options{"squad": "Gophers"}).Text(), "Kenneth the Brave")
	})
}
