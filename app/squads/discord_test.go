package squads_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/rolesync"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/squads"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

type options = sandboxtest.Options

// program is the whole program beside the stand-in, with what tests of squads ask for.
type program struct{ *apptest.Program }

func eachProgram(t *testing.T, test func(t *testing.T, p program)) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		p := apptest.Start(t, db)
		t.Cleanup(func() {
			if !t.Failed() {
				p.Proven()
			}
		})
		test(t, program{p})
	})
}

// squad makes a squad on the role of the same name.
func (p program) squad(t *testing.T, name string, change ...func(*squads.Details)) store.Squad {
	t.Helper()
	return p.squadOn(t, name, p.World.Role(name), change...)
}

func (p program) squadOn(t *testing.T, name string, role snowflake.ID, change ...func(*squads.Details)) store.Squad {
	t.Helper()
	in := squads.Create{Guild: p.World.GuildID, Details: squads.Details{Name: &name, RoleID: &role}, Actor: admin, By: access.AsOwner()}
	for _, f := range change {
		f(&in.Details)
	}
	q, err := p.Squads.Create(t.Context(), in)
	require.NoError(t, err)
	return q
}

// above makes a role above the bot's own, without any power.
func (p program) above() snowflake.ID {
	owner := p.World.Member("Ada")
	role := owner.CreateRole("Lofty")
	owner.EditRole(role, map[string]any{"permissions": "0", "position": 50})
	return role
}

// on returns a channel of the events of a topic from now on.
func (p program) on(t *testing.T, topic bus.Topic) <-chan bus.Event {
	heard := make(chan bus.Event, 1000)
	t.Cleanup(p.Bus.Subscribe(bus.Subscriber{Name: "the test " + string(topic), Topics: []bus.Topic{topic},
		Handle: func(_ context.Context, e bus.Event) { heard <- e }}))
	return heard
}

// choices are the options of a message's menu as people read them: label, then description.
func choices(m *sandboxtest.Message) [][2]string {
	var found [][2]string
	wire.Walk(m.Components, func(c *wire.Component) {
		for _, o := range c.Options {
			found = append(found, [2]string{o.Label, o.Description})
		}
	})
	return found
}

func TestAMemberJoinsSwitchesAndLeaves(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		ada, ken := p.World.Member("Ada"), p.World.Member("Ken")
		gophers := p.squad(t, "Gophers", limit(5))
		crabs := p.squad(t, "Rustaceans", costs(0, 30))
		p.squad(t, "Pythonistas", costs(500, 50))

		menu := ken.Run("/squads join")
		require.True(t, menu.Ephemeral())
		require.Equal(t, [][2]string{
			{"Gophers", "Free to join · 0 of 5 places"}, {"Rustaceans", "Free to join · 0 members"}, {"Pythonistas", "Costs 500 bytes; you have 100 · 0 members"},
		}, choices(menu.Message))
		question := menu.Select("", "Gophers")
		require.Contains(t, question.Text(), "Join **Gophers**?")
		require.Contains(t, question.Text(), "It is free")
		require.Equal(t, []string{"Confirm", "Cancel"}, question.Buttons())
		welcome := question.Press("Confirm")
		require.True(t, welcome.Ephemeral())
		require.Contains(t, welcome.Text(), "You are now in **Gophers** (1 of 5 places)")
		require.Empty(t, welcome.Buttons())
		ada.WaitRole(ken, gophers.RoleID, true)

		switching := ken.Run("/squads join", options{"squad": crabs.ID.String()})
		require.Contains(t, switching.Text(), "Switch from **Gophers** to **Rustaceans**?")
		require.Contains(t, switching.Text(), "It costs **30 bytes**. You have 100 bytes, which leaves 70 bytes")
		require.Contains(t, switching.Press("Confirm").Text(), "you have 70 bytes left")
		ada.WaitRole(ken, gophers.RoleID, false)
		ada.WaitRole(ken, crabs.RoleID, true)

		leaving := ken.Run("/squads leave")
		require.True(t, leaving.Ephemeral())
		require.Contains(t, leaving.Text(), "Leave **Rustaceans**?")
		require.Contains(t, leaving.Press("Confirm").Text(), "no longer in **Rustaceans**")
		ada.WaitRole(ken, crabs.RoleID, false)
		require.Contains(t, ken.Run("/squads leave").Text(), "You are not in a squad")

		back := ken.Run("/squads join", options{"squad": "gophers"})
		require.Contains(t, back.Text(), "It costs **50 bytes**")
		require.Contains(t, back.Text(), "left another squad within the last 24 hours")
		require.Contains(t, back.Press("Cancel").Text(), "Nothing has changed")
		p.Clock.Pass(24 * time.Hour)
		require.Contains(t, ken.Run("/squads join", options{"squad": "Gophers"}).Text(), "It is free")
	})
}

func TestWhatStandsAgainstAJoinIsTold(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		ken, alan := p.World.Member("Ken"), p.World.Member("Alan")
		require.Contains(t, ken.Run("/squads join").Text(), "This server has no squads yet")
		require.Contains(t, ken.Run("/squads list").Text(), "This server has no squads yet")
		p.squad(t, "Gophers", limit(1))
		p.squad(t, "Rustaceans", costs(150, 150))
		p.squad(t, "Pythonistas", func(d *squads.Details) { d.Active = new(false) })
		alan.Run("/squads join", options{"squad": "Gophers"}).Press("Confirm")

		for squad, says := range map[string]string{
			"Gophers":     "This squad is full, with 1 member",
			"Rustaceans":  "You have 100 bytes; joining costs 150 bytes",
			"Pythonistas": "not active",
			"**nobody**":  `There is no squad called “\*\*nobody\*\*”`,
		} {
			reply := ken.Run("/squads join", options{"squad": squad})
			require.True(t, reply.Ephemeral())
			require.Contains(t, reply.Text(), says)
		}
		require.Contains(t, alan.Run("/squads join", options{"squad": "Gophers"}).Text(), "already in this squad")
		menu := ken.Run("/squads join")
		require.Equal(t, [][2]string{{"Gophers", "Full: 1 of 1 place"}, {"Rustaceans", "Costs 150 bytes; you have 100 · 0 members"}}, choices(menu.Message))
		refused := menu.Select("", "Gophers")
		require.Contains(t, refused.Text(), "This squad is full")
		again, there := menu.Now()
		require.True(t, there)
		require.Len(t, choices(again), 2, "the menu stays, to choose another")
	})
}

func TestARoleAboveTheBotsIsReportedAndNotTriedForEver(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		ken := p.World.Member("Ken")
		q := p.squadOn(t, "Lofty", p.above())
		question := ken.Run("/squads join", options{"squad": "Lofty"})
		require.Contains(t, question.Text(), "cannot be given at the moment")
		require.Contains(t, question.Press("Confirm").Text(), "your membership counts all the same")
		require.Eventually(t, func() bool {
			problems, err := p.Store.RoleProblems(t.Context(), p.World.GuildID)
			return err == nil && len(problems) == 1 && problems[0].RoleID == q.RoleID
		}, time.Minute, 10*time.Millisecond)
		require.Contains(t, p.Squads.Trouble(t.Context(), q).String(), "The bot cannot assign its role (Missing Permissions)")
		place, err := p.Squads.Of(t.Context(), p.World.GuildID, ken.ID)
		require.NoError(t, err)
		require.Equal(t, "Lofty", place.Name)

		require.Equal(t, 1, p.World.Standing().Invalid)
		for range 3 {
			require.NoError(t, p.Store.Enqueue(t.Context(), rolesync.Member{Guild: p.World.GuildID, User: ken.ID}))
		}
		gophers := p.squad(t, "Gophers")
		p.World.Member("Alan").Run("/squads join", options{"squad": "Gophers"}).Press("Confirm")
		p.World.Member("Ada").WaitRole(p.World.Member("Alan"), gophers.RoleID, true)
		require.Equal(t, 1, p.World.Standing().Invalid, "Discord is not asked again for what it refused")
	})
}

func TestWhatHappensInDiscordIsFollowed(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		ada, ken, alan := p.World.Member("Ada"), p.World.Member("Ken"), p.World.Member("Alan")
		changed, moved := p.on(t, bus.SquadsChanged), p.on(t, bus.MembershipChanged)
		gophers, crabs := p.squad(t, "Gophers"), p.squad(t, "Rustaceans")
		for range 2 {
			<-changed
		}
		ken.Run("/squads join", options{"squad": "Gophers"}).Press("Confirm")
		<-moved
		ada.WaitRole(ken, gophers.RoleID, true)

		ken.Leave()
		<-moved
		_, err := p.Squads.Of(t.Context(), p.World.GuildID, ken.ID)
		_ = refuses(t, err, "not_found", "not in one")
		ken.Join()
		require.Contains(t, ken.Run("/squads info").Text(), "You are not in a squad")

		// Whoever a program put into a squad before they came gets the role when they come.
		newcomer := p.World.Newcomer(sandboxtest.Newcomer{Username: "newcomer"})
		_, err = p.Squads.Join(t.Context(), squads.Join{Guild: p.World.GuildID, User: newcomer.ID, Squad: crabs.ID})
		require.NoError(t, err)
		<-moved
		newcomer.Join()
		ada.WaitRole(newcomer, crabs.RoleID, true)

		ada.DeleteRole(gophers.RoleID)
		<-changed
		require.Contains(t, alan.Run("/squads join", options{"squad": "Gophers"}).Text(), "its role was deleted in Discord")
		require.Contains(t, alan.Run("/squads list").Text(), "Not active: its role was deleted in Discord")
	})
}

func TestRolesOfSquadsThatAreGoneAreTaken(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		ada, ken, alan := p.World.Member("Ada"), p.World.Member("Ken"), p.World.Member("Alan")
		gophers := p.squad(t, "Gophers")
		for _, who := range []*sandboxtest.Person{ken, alan} {
			who.Run("/squads join", options{"squad": "Gophers"}).Press("Confirm")
			ada.WaitRole(who, gophers.RoleID, true)
		}
		other := p.World.Role("Pythonistas")
		_, err := p.Squads.Change(t.Context(), squads.Change{Guild: p.World.GuildID, ID: gophers.ID, Details: squads.Details{RoleID: &other}, Actor: admin, By: access.AsOwner()})
		require.NoError(t, err)
		for _, who := range []*sandboxtest.Person{ken, alan} {
			ada.WaitRole(who, other, true)
			ada.WaitRole(who, gophers.RoleID, false)
		}
		_, err = p.Squads.Delete(t.Context(), squads.Delete{Guild: p.World.GuildID, ID: gophers.ID, Actor: admin})
		require.NoError(t, err)
		for _, who := range []*sandboxtest.Person{ken, alan} {
			ada.WaitRole(who, other, false)
		}
		require.Eventually(t, func() bool {
			debts, err := p.Store.PendingRemovals(t.Context(), p.World.GuildID, nil, 1)
			return err == nil && len(debts) == 0
		}, time.Minute, 10*time.Millisecond, "and then forgotten, so that the role can be given by hand again")
		require.Contains(t, ken.Run("/squads info").Text(), "not in a squad")
	})
}

func TestListsAndSuggestionsOfSquads(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		ada, ken := p.World.Member("Ada"), p.World.Member("Ken")
		gophers := p.squad(t, "Gophers", costs(20, 50), func(d *squads.Details) { d.Description = new("We *like* channels") })
		for i := range 29 {
			name := fmt.Sprintf("Team %02d", i)
			p.squadOn(t, name, ada.CreateRole(name))
		}
		require.Len(t, ken.Complete("/squads join", "squad", ""), 25)
		found := ken.Complete("/squads join", "squad", "OPH")
		require.Len(t, found, 1)
		require.Equal(t, "Gophers · 20 bytes", found[0].Name)
		require.JSONEq(t, `"`+gophers.ID.String()+`"`, string(found[0].Value))
		require.Empty(t, ken.Complete("/squads join", "squad", "nothing like it"))
		require.Len(t, ken.Complete("/squads members", "squad", "team 0"), 10)

		menu := ken.Run("/squads join")
		require.Len(t, choices(menu.Message), 25)
		require.Contains(t, menu.Text(), "Page 1 of 2")
		next := menu.Press("Next")
		require.Len(t, choices(next.Message), 5)
		require.Equal(t, []string{"Previous"}, next.Buttons())
		require.Contains(t, next.Select("", "Team 28").Text(), "Join **Team 28**?")

		list := ken.Run("/squads list")
		require.False(t, list.Ephemeral())
		require.Contains(t, list.Text(), "**Gophers** · <@&"+gophers.RoleID.String()+">\n")
		require.Contains(t, list.Text(), `We \*like\* channels`)
		require.Contains(t, list.Text(), "20 bytes · 0 members", "the price for who asks")
		fromList := list.As(ada).Press("Join a squad")
		require.True(t, fromList.Ephemeral(), "the menu is for who pressed the button")
		require.Len(t, choices(fromList.Message), 25)
		second := list.Press("Next")
		require.Contains(t, second.Text(), "Team 15")
		require.True(t, second.As(ada).Press("Next").Ephemeral(), "somebody else gets a page of their own")

		for _, m := range p.World.Members {
			if !m.Bot {
				_, err := p.Squads.Join(t.Context(), squads.Join{Guild: p.World.GuildID, User: m.ID, Squad: gophers.ID})
				require.NoError(t, err)
			}
			p.Clock.Pass(time.Second)
		}
		members := ken.Run("/squads members", options{"squad": "Gophers"})
		require.False(t, members.Ephemeral())
		require.Contains(t, members.Text(), "Ada, since")
		require.Contains(t, members.Text(), "11 members")
		require.Equal(t, new(0x22d3ee), members.Embeds[0].Color, "in the colour of the role")
		require.Equal(t, []string{"Previous"}, members.Press("Next").Buttons())

		info := ken.Run("/squads info", options{"member": ada.ID})
		require.Contains(t, info.Text(), "Ada’s squad")
		require.Contains(t, info.Text(), "**Gophers**")
		require.Equal(t, new(0x22d3ee), info.Embeds[0].Color)
		require.Contains(t, ken.Run("/squads info", options{"member": p.World.Member("Echo").ID}).Text(), "Echo is not in a squad")
		require.Contains(t, ken.Run("/squads members", options{"squad": "Team 03"}).Text(), "Nobody is in this squad yet")
	})
}

func TestAQuestionSurvivesARestart(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		p := program{apptest.Start(t, db)}
		p.squad(t, "Gophers")
		ken := p.World.Member("Ken")
		question := ken.Run("/squads join", options{"squad": "Gophers"})
		p.Stop()
		again := program{apptest.Join(t, p.World, db)}
		require.Contains(t, question.Press("Confirm").Text(), "You are now in **Gophers**")
		p.World.Member("Ada").WaitRole(ken, again.World.Role("Gophers"), true)
	})
}
