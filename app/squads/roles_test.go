package squads_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/disgo/cache"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/app/platform/rolesync"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/app/squads"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// office is what a process with the role jobs does for squads: no gateway, no web.
type office struct {
	*squads.Service
	store    *store.Store
	registry *jobs.Registry
	roles    *rolesync.Reconciler
	calls    *calls
	close    func()
}

// openOffice uses a store and the Discord at url.
func openOffice(ctx context.Context, s *store.Store, token, url string) (*office, error) {
	log := slog.New(slog.DiscardHandler)
	b, err := bus.Open(ctx, bus.Config{})
	if err != nil {
		return nil, err
	}
	api := bot.NewRest(token, url, log)
	who := directory.New(api, nothingHeard)
	bytes := economy.New(s, b, who, log, time.Now)
	o := &office{
		Service: squads.New(s, b, bytes, api, who, log, time.Now),
		store:   s, registry: jobs.NewRegistry(), calls: &calls{Rest: api},
	}
	o.roles = rolesync.New(o.calls, who, s, log)
	feature := squads.Feature(o.Service, o.roles, nil)
	o.roles.Add(*feature.Roles)
	o.roles.Mount(o.registry)
	feature.Jobs(o.registry)
	o.close = func() {
		o.Close()
		bytes.Close()
		who.Close()
		api.Close(context.WithoutCancel(ctx))
		_ = b.Close()
	}
	return o, nil
}

// calls counts what role work asks of Discord.
type calls struct {
	rest.Rest
	lists, reads, changes, roles atomic.Int64
}

func (c *calls) GetMembers(guild snowflake.ID, limit int, after snowflake.ID, opts ...rest.RequestOpt) ([]discord.Member, error) {
	c.lists.Add(1)
	return c.Rest.GetMembers(guild, limit, after, opts...)
}

func (c *calls) GetMember(guild, user snowflake.ID, opts ...rest.RequestOpt) (*discord.Member, error) {
	c.reads.Add(1)
	return c.Rest.GetMember(guild, user, opts...)
}

func (c *calls) GetRoles(guild snowflake.ID, opts ...rest.RequestOpt) ([]discord.Role, error) {
	c.roles.Add(1)
	return c.Rest.GetRoles(guild, opts...)
}

func (c *calls) AddMemberRole(guild, user, role snowflake.ID, opts ...rest.RequestOpt) error {
	c.changes.Add(1)
	return c.Rest.AddMemberRole(guild, user, role, opts...)
}

func (c *calls) RemoveMemberRole(guild, user, role snowflake.ID, opts ...rest.RequestOpt) error {
	c.changes.Add(1)
	return c.Rest.RemoveMemberRole(guild, user, role, opts...)
}

// crowd is a world of many members, of whom a third has one of three roles, with a squad on each.
type crowd struct {
	*sandboxtest.World
	squads []store.Squad
}

func newCrowd(t *testing.T, s *store.Store, members int) *crowd {
	t.Helper()
	c := &crowd{World: sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Guilds: seed.Guilds{Count: 1}, Members: members}})}
	for _, name := range []string{"Squad A", "Squad B", "Squad C"} {
		q, err := s.CreateSquad(t.Context(), store.Squad{GuildID: c.GuildID, RoleID: c.Role(name), Name: name, Active: true}, store.Actor{Source: store.SourceCommand})
		require.NoError(t, err)
		c.squads = append(c.squads, q)
	}
	return c
}

// owner is who may change anything by hand.
func (c *crowd) owner(t *testing.T) *sandboxtest.Person {
	t.Helper()
	at := slices.IndexFunc(c.Members, func(p sandbox.Person) bool { return p.Role == "owner" })
	return c.Person(c.Members[at].ID)
}

// nothingHeard is a process that does not hear the gateway.
func nothingHeard() cache.Caches { return nil }

// people lists everybody in the guild who is no bot.
func (c *crowd) people(t *testing.T, api rest.Rest) []discord.Member {
	t.Helper()
	var all []discord.Member
	for after := snowflake.ID(0); ; {
		page, err := api.GetMembers(c.GuildID, 1000, after)
		require.NoError(t, err)
		for _, m := range page {
			after = max(after, m.User.ID)
			if !m.User.Bot {
				all = append(all, m)
			}
		}
		if len(page) < 1000 {
			return all
		}
	}
}

// astray counts the members whose roles of squads are not what the database says.
func (c *crowd) astray(t *testing.T, s *store.Store, api rest.Rest) (n int) {
	t.Helper()
	held, err := s.SquadRoles(t.Context(), c.GuildID)
	require.NoError(t, err)
	type pair struct{ user, role snowflake.ID }
	want := map[pair]bool{}
	for role, users := range held {
		for _, user := range users {
			want[pair{user, role}] = true
		}
	}
	for _, m := range c.people(t, api) {
		for role := range held {
			if slices.Contains(m.RoleIDs, role) != want[pair{m.User.ID, role}] {
				n++
				break
			}
		}
	}
	return n
}

// Roles that were changed by hand while nobody looked are put right in one reconciliation, by a list
// of the members and one change for each role that is wrong.
func TestScrambledRolesAreRepairedAtOnce(t *testing.T) {
	t.Parallel()
	members := 300
	if storetest.Full() {
		members = 10_000
	}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCrowd(t, s, members)
		o, err := openOffice(t.Context(), s, c.BotToken, c.APIURL)
		require.NoError(t, err)
		t.Cleanup(o.close)
		everybody := c.people(t, o.calls.Rest)
		require.Len(t, everybody, members)

		// The database says what Discord says…
		var wg sync.WaitGroup
		gate := make(chan struct{}, 32)
		for _, m := range everybody {
			for _, q := range c.squads {
				if slices.Contains(m.RoleIDs, q.RoleID) {
					wg.Go(func() {
						gate <- struct{}{}
						defer func() { <-gate }()
						_, err := s.Join(t.Context(), store.Join{Guild: c.GuildID, User: m.User.ID, Squad: q.ID, At: time.Now()})
						assert.NoError(t, err)
					})
				}
			}
		}
		wg.Wait()
		require.NoError(t, o.roles.SyncGuild(t.Context(), c.GuildID))
		require.Zero(t, o.calls.changes.Load())
		require.Zero(t, o.calls.reads.Load(), "where nothing differs nobody is looked at twice")

		// …until a tenth of the members is scrambled by hand.
		owner := c.owner(t)
		wrong := 0
		for i, m := range everybody {
			if i%10 != 0 {
				continue
			}
			for _, q := range c.squads {
				if rand.IntN(2) == 0 {
					continue
				}
				wrong++
				if slices.Contains(m.RoleIDs, q.RoleID) {
					owner.TakeRole(&sandboxtest.Person{ID: m.User.ID}, q.RoleID)
				} else {
					owner.GiveRole(&sandboxtest.Person{ID: m.User.ID}, q.RoleID)
				}
			}
		}
		scrambled := int64(c.astray(t, s, o.calls.Rest))
		require.NotZero(t, scrambled)

		o.calls.lists.Store(0)
		require.NoError(t, o.roles.SyncGuild(t.Context(), c.GuildID))
		require.Zero(t, c.astray(t, s, o.calls.Rest))
		require.EqualValues(t, wrong, o.calls.changes.Load(), "one change for each role that was wrong")
		require.EqualValues(t, (members+1)/1000+1, o.calls.lists.Load(), "one list of the members")
		require.LessOrEqual(t, o.calls.reads.Load(), 2*scrambled, "nobody else is looked at")
	})
}
