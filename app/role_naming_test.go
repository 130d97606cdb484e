package app_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/apikeys"
	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/app/squads"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// admin is who changes things in tests that are not about rights.
var admin = store.Actor{ID: 9, Name: "root", Source: store.SourceDashboard}

// powers are the permissions of which a role must have none.
var powers = []string{
	"ADMINISTRATOR", "MANAGE_CHANNELS", "MANAGE_GUILD", "MANAGE_MESSAGES", "MANAGE_NICKNAMES", "MANAGE_ROLES",
	"MANAGE_WEBHOOKS", "MANAGE_GUILD_EXPRESSIONS", "MANAGE_EVENTS", "MANAGE_THREADS",
	"KICK_MEMBERS", "BAN_MEMBERS", "MODERATE_MEMBERS", "MENTION_EVERYONE", "VIEW_AUDIT_LOG",
}

// hierarchy is a guild with a role of each kind and somebody of each rank.
func hierarchy() sandbox.World {
	roles := []seed.Role{{Name: "low"}}
	for _, p := range powers {
		roles = append(roles, seed.Role{Name: p, Permissions: []string{p}})
	}
	roles = append(roles,
		seed.Role{Name: "keepers", Permissions: []string{"MANAGE_GUILD", "MANAGE_ROLES"}},
		seed.Role{Name: "managers", Permissions: []string{"MANAGE_GUILD"}},
		seed.Role{Name: "between"},
		seed.Role{Name: "bot", Bot: true, Permissions: []string{"VIEW_CHANNEL", "SEND_MESSAGES", "MANAGE_ROLES", "KICK_MEMBERS", "MODERATE_MEMBERS"}},
		seed.Role{Name: "above"},
		seed.Role{Name: "admins", Permissions: []string{"ADMINISTRATOR"}},
	)
	return sandbox.World{Guilds: seed.Guilds{Listed: []seed.Guild{{
		Name: "Ranks", Roles: roles, Channels: []seed.Channel{{Name: "general"}},
		Members: []seed.Member{
			{Name: "owner", Owner: true}, {Name: "admin", Roles: []string{"admins"}}, {Name: "keeper", Roles: []string{"keepers"}},
			{Name: "manager", Roles: []string{"managers"}}, {Name: "silenced", Roles: []string{"keepers"}}, {Name: "plain"}, {Name: "target"},
		},
	}}}}
}

// naming is a door through which a role can be named for others to be given. open reports whether it
// was let through; what it did is undone.
type naming func(t *testing.T, role snowflake.ID) (open bool)

// TestWhoMayNameWhichRoleByWhichDoor tries every combination and compares it with what Discord itself lets
// the person do: whoever could give a role by hand can name it, unless it has power.
func TestWhoMayNameWhichRoleByWhichDoor(t *testing.T) {
	t.Parallel()
	world := sandboxtest.Start(t, sandbox.Config{World: hierarchy()})
	root := world.Newcomer(sandboxtest.Newcomer{Username: "root"})
	p := apptest.Join(t, world, storetest.NewSQLite(t), func(s *app.Setup) { s.Config.AdminDiscordIDs = []snowflake.ID{root.ID} })
	owner, target := world.Member("owner"), world.Member("target")
	owner.Timeout(world.Member("silenced"), time.Now().Add(time.Hour), "")
	key, _, err := p.APIKeys.CreateKey(t.Context(), apikeys.CreateKey{Name: "all", Scopes: []string{"read", "squads", "config"}, Actor: admin})
	require.NoError(t, err)
	m := matrix{p, world.GuildID, key}
	api := bot.NewRest(world.BotToken, world.APIURL, slog.New(slog.DiscardHandler))
	t.Cleanup(func() { api.Close(t.Context()) })

	// byHand is Discord's own verdict.
	byHand := func(give func() error, role snowflake.ID) bool {
		if give() != nil {
			return false
		}
		owner.TakeRole(target, role)
		return true
	}
	names := append([]string{"low", "between", "above", "bot", "@everyone", "keepers", "managers", "admins"}, powers...)
	allowed, tried := 0, 0
	try := func(t *testing.T, who, role, door string, open naming, expected bool) {
		tried++
		if expected {
			allowed++
		}
		require.Equal(t, expected, open(t, m.role(role)), "%s names %s by %s", who, role, door)
	}
	for _, who := range []string{"owner", "admin", "keeper", "manager", "silenced", "plain"} {
		person := world.Member(who)
		browser := p.Visitor()
		browser.SignIn(person, "")
		for _, role := range names {
			id := m.role(role)
			expected := byHand(func() error { return person.TryGiveRole(target, id) }, id) && m.harmless(id) && who != "plain"
			for door, open := range map[string]naming{"squad form": m.squadForm(browser), "reward form": m.rewardForm(browser), "revert": m.revert(browser)} {
				try(t, who, role, door, open, expected)
			}
		}
	}
	browser := p.Visitor()
	browser.SignIn(root, "")
	for _, role := range names {
		id := m.role(role)
		asOwner := byHand(func() error { return owner.TryGiveRole(target, id) }, id) && m.harmless(id)
		for door, open := range map[string]naming{"squad form": m.squadForm(browser), "reward form": m.rewardForm(browser), "revert": m.revert(browser)} {
			try(t, "an administrator of the installation", role, door, open, asOwner)
		}
		asBot := byHand(func() error { return api.AddMemberRole(world.GuildID, target.ID, id) }, id) && m.harmless(id)
		for door, open := range map[string]naming{"squad API": m.squadAPI, "reward API": m.rewardAPI} {
			try(t, "a key", role, door, open, asBot)
		}
	}
	require.Equal(t, (7*3+2)*len(names), tried)
	require.Equal(t, 3*(3+3+1+3)+2*2, allowed, "owner, admin and the installation's may name the three harmless roles, a keeper the lowest, a key those below the bot")
}

type matrix struct {
	p     *apptest.Program
	guild snowflake.ID
	key   string
}

func (m matrix) role(name string) snowflake.ID {
	if name == "@everyone" {
		return m.guild
	}
	return m.p.World.Role(name)
}

// harmless reports whether a role has no power, by the names of the roles of this world.
func (m matrix) harmless(role snowflake.ID) bool {
	for _, name := range []string{"low", "between", "above"} {
		if m.role(name) == role {
			return true
		}
	}
	return false
}

func (m matrix) path(rest string) string { return "/admin/guilds/" + m.guild.String() + rest }

// clear forgets every squad and reward.
func (m matrix) clear(t *testing.T) (was bool) {
	t.Helper()
	made, err := m.p.Squads.Squads(t.Context(), m.guild)
	require.NoError(t, err)
	for _, q := range made {
		_, err := m.p.Squads.Delete(t.Context(), squads.Delete{Guild: m.guild, ID: q.ID, Actor: admin})
		require.NoError(t, err)
	}
	cfg, err := m.p.Economy.SettingsNow(t.Context(), m.guild)
	require.NoError(t, err)
	rewards := len(cfg.RoleRewards)
	if rewards > 0 {
		m.reward(t, nil)
	}
	return len(made)+rewards > 0
}

func (m matrix) reward(t *testing.T, rewards map[string]int64) {
	t.Helper()
	if rewards == nil {
		rewards = map[string]int64{}
	}
	_, err := m.p.Economy.Configure(t.Context(), economy.Configure{Guild: m.guild, Patch: settings.Set[economy.Settings]("role_rewards", rewards), Actor: admin, By: access.AsOwner()})
	require.NoError(t, err)
}

func (m matrix) squadForm(v *apptest.Visitor) naming {
	return func(t *testing.T, role snowflake.ID) bool {
		page := v.Post(m.path("/squads/new"), url.Values{"csrf": {v.Token()}, "name": {"Some"}, "description": {""}, "role_id": {role.String()},
			"join_cost": {"0"}, "switch_cost": {"0"}, "max_members": {""}, "is_active": {"yes"}, "holders": {"keep"}})
		open := page.StatusCode == http.StatusSeeOther
		require.Equal(t, open, m.clear(t), "the answer is %d", page.StatusCode)
		return open
	}
}

func (m matrix) rewardForm(v *apptest.Visitor) naming {
	return func(t *testing.T, role snowflake.ID) bool {
		cfg, err := m.p.Economy.SettingsNow(t.Context(), m.guild)
		require.NoError(t, err)
		page := v.Post(m.path("/bytes"), url.Values{"csrf": {v.Token()}, "version": {fmt.Sprint(cfg.Version)}, "starting_balance": {"100"},
			"daily_amount": {"10"}, "max_transfer": {"1000"}, "transfer_cooldown_hours": {"0"}, "new_role": {role.String()}, "new_received": {"1000000"}})
		open := page.StatusCode == http.StatusSeeOther
		require.Equal(t, open, m.clear(t), "the answer is %d", page.StatusCode)
		return open
	}
}

// revert takes back the removal of a reward, which names its role again. The entry is written as if the
// reward had been there.
func (m matrix) revert(v *apptest.Visitor) naming {
	return func(t *testing.T, role snowflake.ID) bool {
		entry := admin.Entry("bytes.config", "bytes settings")
		entry.GuildID, entry.CreatedAt = m.guild, time.Now()
		entry.Before = json.RawMessage(fmt.Sprintf(`{"role_rewards": {"%d": 1000000}}`, role))
		entry.After = json.RawMessage(`{"role_rewards": {}}`)
		written, err := m.p.Store.Audit(t.Context(), entry)
		require.NoError(t, err)
		page := v.Post(m.path("/audit/"+written.ID.String()+"/revert"), url.Values{"csrf": {v.Token()}})
		open := page.StatusCode == http.StatusSeeOther
		require.Equal(t, open, m.clear(t), "the answer is %d", page.StatusCode)
		return open
	}
}

func (m matrix) call(t *testing.T, method, path, body string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, m.p.URL+"/api/guilds/"+m.guild.String()+path, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+m.key)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode
}

func (m matrix) squadAPI(t *testing.T, role snowflake.ID) bool {
	status := m.call(t, http.MethodPost, "/squads", fmt.Sprintf(`{"name": "Some", "role_id": "%d"}`, role))
	require.Equal(t, status == http.StatusCreated, m.clear(t), "the answer is %d", status)
	return status == http.StatusCreated
}

func (m matrix) rewardAPI(t *testing.T, role snowflake.ID) bool {
	status := m.call(t, http.MethodPatch, "/bytes/config", fmt.Sprintf(`{"role_rewards": {"%d": 1000000}}`, role))
	require.Equal(t, status == http.StatusOK, m.clear(t), "the answer is %d", status)
	return status == http.StatusOK
}

func TestCommandsAreForInstallationsInServersAlone(t *testing.T) {
	t.Parallel()
	world := sandboxtest.Start(t)
	apptest.Join(t, world, storetest.NewSQLite(t), func(s *app.Setup) { s.CommandGuilds = nil })
	api := bot.NewRest(world.BotToken, world.APIURL, slog.New(slog.DiscardHandler))
	t.Cleanup(func() { api.Close(t.Context()) })
	commands, err := api.GetGlobalCommands(world.ApplicationID, false)
	require.NoError(t, err)
	require.NotEmpty(t, commands)
	for _, c := range commands {
		require.Equal(t, []discord.ApplicationIntegrationType{discord.ApplicationIntegrationTypeGuildInstall}, c.IntegrationTypes(), c.Name())
		require.Equal(t, []discord.InteractionContextType{discord.InteractionContextTypeGuild}, c.Contexts(), c.Name())
	}
}

func TestOneRoleServesOnePurpose(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		p := apptest.Start(t, db)
		reward, squad := p.World.Role("Byte Hoarder"), p.World.Role("Newcomer")
		make := func(role snowflake.ID) error {
			_, err := p.Squads.Create(t.Context(), squads.Create{
				Guild: p.World.GuildID, Details: squads.Details{Name: new("A squad"), RoleID: &role},
				Actor: store.Actor{Name: "a test", Source: store.SourceCommand}, By: access.AsOwner(),
			})
			return err
		}
		set := func(role snowflake.ID) error {
			_, err := p.Economy.Configure(t.Context(), economy.Configure{
				Guild: p.World.GuildID, Patch: settings.Set[economy.Settings]("role_rewards", map[string]int64{role.String(): 500}),
				Actor: store.Actor{Name: "a test", Source: store.SourceCommand}, By: access.AsOwner(),
			})
			return err
		}
		require.NoError(t, set(reward))
		require.True(t, fault.Has(make(reward), "role_taken"))
		require.ErrorContains(t, make(reward), "reward for bytes received")
		require.NoError(t, make(squad))
		require.True(t, fault.Has(set(squad), "role_taken"))
		require.ErrorContains(t, set(squad), "belongs to a squad")
	})
}
