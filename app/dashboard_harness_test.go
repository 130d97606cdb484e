package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// dashboard is a program with the role web beside a world of two guilds: North belongs to Ada, and
// Dennis manages it by a role; South belongs to Grace. Ken is a member of both, Radia administers
// the installation and is in neither.
type dashboardTest struct {
	*apptest.Program
	north, south            snowflake.ID
	ada, dennis, grace, ken *sandboxtest.Person
	radia                   *sandboxtest.Person
	admin                   snowflake.ID // the role that Dennis manages by
}

func twoGuilds() sandbox.World {
	roles := []seed.Role{
		{Name: "Regular", Color: "#38bdf8"},
		{Name: "Smarter Dev", Bot: true, Permissions: []string{"VIEW_CHANNEL", "SEND_MESSAGES", "MANAGE_ROLES", "VIEW_AUDIT_LOG"}},
		{Name: "Managers", Color: "#f97316", Permissions: []string{"MANAGE_GUILD", "MANAGE_ROLES"}},
	}
	channels := []seed.Channel{{Name: "general"}}
	return sandbox.World{Guilds: seed.Guilds{Listed: []seed.Guild{
		{Name: "North", Roles: roles, Channels: channels, Members: []seed.Member{
			{Name: "Ada", Owner: true}, {Name: "Dennis", Roles: []string{"Managers"}}, {Name: "Ken"},
		}},
		{Name: "South", Roles: roles, Channels: channels, Members: []seed.Member{{Name: "Grace", Owner: true}, {Name: "Ken"}}},
	}}}
}

func openDashboard(t *testing.T, change ...func(*app.Setup)) *dashboardTest {
	t.Helper()
	world := sandboxtest.Start(t, sandbox.Config{World: twoGuilds()})
	radia := world.Newcomer(sandboxtest.Newcomer{Username: "radia", Name: "Radia"})
	change = append([]func(*app.Setup){func(s *app.Setup) {
		s.Roles = config.RoleWeb
		s.Config.AdminDiscordIDs = []snowflake.ID{radia.ID}
	}}, change...)
	d := &dashboardTest{Program: apptest.Join(t, world, storetest.NewSQLite(t), change...), radia: radia}
	d.north, d.south = world.Guilds[0].ID, world.Guilds[1].ID
	d.ada, d.dennis, d.ken, d.admin = world.Member("Ada"), world.Member("Dennis"), world.Member("Ken"), world.Role("Managers")
	d.grace = world.Person(d.ownerOf(t, d.south))
	return d
}

// ownerOf asks the program, which asks Discord.
func (d *dashboardTest) ownerOf(t *testing.T, guild snowflake.ID) snowflake.ID {
	t.Helper()
	g, err := d.Guilds.Guild(t.Context(), guild)
	require.NoError(t, err)
	return g.OwnerID
}

// as is a browser in which someone has signed in.
func (d *dashboardTest) as(who *sandboxtest.Person) *apptest.Visitor {
	v := d.Visitor()
	v.SignIn(who, "")
	return v
}

func (d *dashboardTest) guild(id snowflake.ID, below string) string {
	return "/admin/guilds/" + id.String() + below
}

func (d *dashboardTest) actions(t *testing.T, guild snowflake.ID) []string {
	t.Helper()
	entries, err := d.Store.AuditEntries(t.Context(), guild, nil, 100)
	require.NoError(t, err)
	var actions []string
	for _, e := range slices.Backward(entries) {
		actions = append(actions, e.Action)
	}
	return actions
}

// manages signs Dennis in and returns the page of settings that he may see, and how he writes them.
func (d *dashboardTest) manages(t *testing.T) (v *apptest.Visitor, settings string, write func() *apptest.Page) {
	t.Helper()
	v, settings = d.as(d.dennis), d.guild(d.north, "/bytes")
	form := url.Values{"csrf": {v.Token()}, "version": {"0"}}
	require.Equal(t, http.StatusOK, v.Get(settings).StatusCode)
	return v, settings, func() *apptest.Page { return v.Post(settings, form) }
}
