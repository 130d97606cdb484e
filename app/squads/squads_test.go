package squads_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/economy"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/squads"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

const (
	guild snowflake.ID = 100
	ada   snowflake.ID = 1
	grace snowflake.ID = 2
)

var admin = store.Actor{ID: 9, Name: "root", Source: store.SourceDashboard}

// roles is a Discord with the roles 201 to 260, of which 250 is managed, and silence on demand.
type roles struct{ silent bool }

func (r *roles) GetRoles(id snowflake.ID, _ ...rest.RequestOpt) ([]discord.Role, error) {
	if r.silent {
		return nil, errors.New("no answer")
	}
	list := []discord.Role{{ID: id, Name: "@everyone"}}
	for role := snowflake.ID(201); role <= 260; role++ {
		list = append(list, discord.Role{ID: role, Managed: role == 250})
	}
	return list, nil
}

func (r *roles) Guild(_ context.Context, id snowflake.ID) (directory.Guild, error) {
	return directory.Guild{ID: id, Roles: []directory.Role{{ID: 201, Assignable: true}, {ID: 202}}}, nil
}

func (r *roles) Name(context.Context, snowflake.ID, snowflake.ID) (string, bool) { return "", false }

// MayName judges as the directory does, with nobody in the guild but its owner.
func (r *roles) MayName(_ context.Context, by access.Authority, id, role snowflake.ID) (access.Refusal, error) {
	list, err := r.GetRoles(id)
	if err != nil {
		return "", fault.New(fault.Unavailable, "unavailable", "Please try again in a moment.").Because(err)
	}
	g := access.Guild{ID: id, Owner: 9, Roles: append(list, discord.Role{ID: 261, Permissions: discord.PermissionBanMembers})}
	return g.MayName(by, nil, access.Member{ID: 9}, role, time.Now()), nil
}

// world is a service with a clock that the test sets.
type world struct {
	*squads.Service
	economy *economy.Service
	store   *store.Store
	bus     *bus.Bus
	discord *roles
	mu      sync.Mutex
	now     time.Time
}

func newWorld(t *testing.T, s *store.Store) *world {
	t.Helper()
	b, err := bus.Open(t.Context(), bus.Config{})
	require.NoError(t, err)
	w := &world{store: s, bus: b, discord: &roles{}, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	log := slog.New(slog.DiscardHandler)
	w.economy = economy.New(s, b, w.discord, log, w.clock)
	w.Service = squads.New(s, b, w.economy, w.discord, w.discord, log, w.clock)
	t.Cleanup(func() {
		w.Close()
		w.economy.Close()
		require.NoError(t, b.Close())
		report, err := s.Verify(context.Background())
		require.NoError(t, err)
		require.Empty(t, report.Differences, "the ledger adds up after every test")
	})
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, newWorld(t, s)) })
}

// make makes a squad on a role; change adjusts its details.
func (w *world) make(t *testing.T, name string, role snowflake.ID, change ...func(*squads.Details)) store.Squad {
	t.Helper()
	in := squads.Create{Guild: guild, Details: squads.Details{Name: &name, RoleID: &role}, Actor: admin, By: access.AsOwner()}
	for _, f := range change {
		f(&in.Details)
	}
	q, err := w.Create(t.Context(), in)
	require.NoError(t, err)
	return q
}

func costs(joining, switching int64) func(*squads.Details) {
	return func(d *squads.Details) { d.JoinCost, d.SwitchCost = &joining, &switching }
}

func limit(n int64) func(*squads.Details) {
	return func(d *squads.Details) { d.MaxMembers = squads.Limit{Given: true, Most: &n} }
}

func (w *world) join(t *testing.T, user snowflake.ID, q store.Squad) (store.Joined, error) {
	return w.Join(t.Context(), squads.Join{Guild: guild, User: user, Squad: q.ID, Name: "somebody"})
}

// refuses requires a fault with a code, whose message holds words, and returns it.
func refuses(t *testing.T, err error, code, words string) fault.Error {
	t.Helper()
	require.True(t, fault.Has(err, code), "%v", err)
	f := fault.As(err)
	require.Contains(t, f.Message, words)
	return *f
}

func TestANewSquadHasItsDefaults(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		q := w.make(t, "  Compilers ", 201)
		require.Equal(t, []any{"Compilers", "", int64(50), int64(0), (*int64)(nil), int64(0), true},
			[]any{q.Name, q.Description, q.SwitchCost, q.JoinCost, q.MaxMembers, q.Position, q.Active})
		w.pass(time.Second)
		require.EqualValues(t, 1, w.make(t, "Linkers", 202).Position)
		log, err := w.store.AuditEntries(t.Context(), guild, nil, 10)
		require.NoError(t, err)
		require.Equal(t, []any{"squad.create", "Linkers", "root"}, []any{log[0].Action, log[0].Subject, log[0].Actor.Name})
	})
}

func TestWhatCannotBeASquadIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.make(t, "Compilers", 201)
		for name, c := range map[string]struct {
			change func(*squads.Details)
			code   string
			field  string
			says   string
		}{
			"no role":            {func(d *squads.Details) { d.RoleID = nil }, "invalid", "role_id", "Choose the role"},
			"no name":            {func(d *squads.Details) { d.Name = nil }, "invalid", "name", "needs a name"},
			"a blank name":       {func(d *squads.Details) { d.Name = new(" ") }, "invalid", "name", "needs a name"},
			"an invisible name":  {func(d *squads.Details) { d.Name = new("\u200b\u2800\u3164\u00ad\ufeff\u061c") }, "invalid", "name", "needs a name"},
			"a long name":        {func(d *squads.Details) { d.Name = new(strings.Repeat("é", 101)) }, "invalid", "name", "this one has 101"},
			"a long description": {func(d *squads.Details) { d.Description = new(strings.Repeat("é", 501)) }, "invalid", "description", "at most 500"},
			"a negative cost":    {func(d *squads.Details) { d.JoinCost = new(int64(-1)) }, "invalid", "join_cost", "0 to 1,000,000"},
			"a mad cost":         {func(d *squads.Details) { d.SwitchCost = new(int64(1_000_001)) }, "invalid", "switch_cost", "0 to 1,000,000"},
			"no places":          {limit(0), "invalid", "max_members", "from 1"},
			"everyone":           {func(d *squads.Details) { d.RoleID = new(guild) }, "invalid_role", "role_id", "@everyone"},
			"a missing role":     {func(d *squads.Details) { d.RoleID = new(snowflake.ID(999)) }, "invalid_role", "role_id", "does not exist"},
			"a managed role":     {func(d *squads.Details) { d.RoleID = new(snowflake.ID(250)) }, "invalid_role", "role_id", "integration"},
			"a role with power":  {func(d *squads.Details) { d.RoleID = new(snowflake.ID(261)) }, "invalid_role", "role_id", "moderation permissions"},
			"a role in use":      {func(d *squads.Details) { d.RoleID = new(snowflake.ID(201)) }, "role_taken", "", "a role can belong to only one"},
		} {
			in := squads.Create{Guild: guild, Details: squads.Details{Name: new("Linkers"), RoleID: new(snowflake.ID(202))}, Actor: admin, By: access.AsOwner()}
			c.change(&in.Details)
			_, err := w.Create(t.Context(), in)
			f := refuses(t, err, c.code, c.says)
			if c.field != "" {
				require.Equal(t, fault.Invalid, f.Kind, name)
				require.Equal(t, c.field, f.Fields[0].Name, name)
			}
		}
		w.discord.silent = true
		_, err := w.Create(t.Context(), squads.Create{Guild: guild, Details: squads.Details{Name: new("Linkers"), RoleID: new(snowflake.ID(202))}, Actor: admin, By: access.AsOwner()})
		require.Equal(t, fault.Unavailable, refuses(t, err, "unavailable", "try again").Kind)
	})
}

func TestRefusalsOfAJoinCarryTheirFigures(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		dear := w.make(t, "Dear", 201, costs(120, 50))
		full := w.make(t, "Full", 202, limit(1))
		closed := w.make(t, "Closed", 203, func(d *squads.Details) { d.Active = new(false) })
		_, err := w.join(t, grace, full)
		require.NoError(t, err)

		_, err = w.join(t, ada, dear)
		f := refuses(t, err, "insufficient_balance", "insufficient balance: joining costs 120 bytes, the balance is 100 bytes, 20 bytes short")
		require.Equal(t, map[string]any{"price": int64(120), "balance": int64(100), "shortfall": int64(20)}, f.Data)
		_, err = w.join(t, ada, full)
		f = refuses(t, err, "squad_full", "full, with 1 member")
		require.Equal(t, map[string]any{"max_members": int64(1)}, f.Data)
		_, err = w.join(t, ada, closed)
		_ = refuses(t, err, "squad_inactive", "not active")
		_, err = w.join(t, grace, full)
		_ = refuses(t, err, "already_member", "Already a member")
		_, err = w.join(t, ada, store.Squad{ID: uuid.New()})
		require.Equal(t, fault.NotFound, refuses(t, err, "not_found", "not found").Kind)

		require.NoError(t, w.LoseRole(t.Context(), guild, 203))
		_, err = w.join(t, ada, closed)
		refuses(t, err, "squad_inactive", "its role was deleted in Discord")
	})
}

func TestLeavingFirstIsNoWayRoundTheFee(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, b := w.make(t, "A", 201), w.make(t, "B", 202, costs(5, 50))
		_, err := w.join(t, ada, a)
		require.NoError(t, err)
		require.NoError(t, w.Leave(t.Context(), squads.Leave{Guild: guild, User: ada, Squad: a.ID}))
		err = w.Leave(t.Context(), squads.Leave{Guild: guild, User: ada, Squad: a.ID})
		refuses(t, err, "not_member", "Not a member")
		err = w.Leave(t.Context(), squads.Leave{Guild: guild, User: ada, Squad: uuid.New()})
		refuses(t, err, "not_found", "not found")

		w.pass(23 * time.Hour)
		choices, err := w.Choices(t.Context(), guild, ada)
		require.NoError(t, err)
		require.Equal(t, []int64{0, 50}, []int64{choices[0].Cost, choices[1].Cost})
		w.pass(time.Hour)
		done, err := w.join(t, ada, b)
		require.NoError(t, err)
		require.EqualValues(t, 5, done.Cost)
	})
}

func TestAnAdminRemovesWithoutTheWindow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, b := w.make(t, "A", 201), w.make(t, "B", 202)
		_, err := w.join(t, ada, a)
		require.NoError(t, err)
		err = w.Remove(t.Context(), squads.Remove{Guild: guild, User: ada, Squad: &b.ID, Actor: admin})
		refuses(t, err, "not_found", "not found")
		require.NoError(t, w.Remove(t.Context(), squads.Remove{Guild: guild, User: ada, Actor: admin}))
		err = w.Remove(t.Context(), squads.Remove{Guild: guild, User: ada, Actor: admin})
		refuses(t, err, "not_found", "not found")
		done, err := w.join(t, ada, b)
		require.NoError(t, err)
		require.Zero(t, done.Cost)

		require.NoError(t, w.Depart(t.Context(), guild, ada))
		require.NoError(t, w.Depart(t.Context(), guild, ada))
		_, err = w.Of(t.Context(), guild, ada)
		refuses(t, err, "not_found", "not found")
		done, err = w.join(t, ada, a)
		require.NoError(t, err)
		require.EqualValues(t, 50, done.Cost, "going and coming back is leaving too")
	})
}

func TestAChangeBuildsOnWhatStands(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		q := w.make(t, "A", 201, limit(5))
		w.make(t, "B", 202)
		change := func(d squads.Details, version *int64) (store.Squad, error) {
			return w.Change(t.Context(), squads.Change{Guild: guild, ID: q.ID, Details: d, IfVersion: version, Actor: admin, By: access.AsOwner()})
		}
		changed, err := change(squads.Details{Name: new("C")}, nil)
		require.NoError(t, err)
		require.Equal(t, []any{"C", int64(5)}, []any{changed.Name, *changed.MaxMembers}, "what is left out stays")
		changed, err = change(squads.Details{MaxMembers: squads.Limit{Given: true}}, new(changed.Version))
		require.NoError(t, err)
		require.Nil(t, changed.MaxMembers)
		_, err = change(squads.Details{Name: new("D")}, new(int64(1)))
		require.Equal(t, fault.Stale, refuses(t, err, "stale", "meantime").Kind)
		_, err = change(squads.Details{RoleID: new(snowflake.ID(202))}, nil)
		refuses(t, err, "role_taken", "another squad")
		_, err = change(squads.Details{RoleID: new(snowflake.ID(250))}, nil)
		refuses(t, err, "invalid_role", "integration")
		_, err = w.Change(t.Context(), squads.Change{Guild: guild, ID: uuid.New(), Actor: admin})
		refuses(t, err, "not_found", "not found")

		// Three changes at once to different things: none is lost.
		var wg sync.WaitGroup
		for i := range 3 {
			details := []squads.Details{{Description: new("words")}, {JoinCost: new(int64(7))}, {SwitchCost: new(int64(8))}}[i]
			wg.Go(func() {
				_, err := change(details, nil)
				assert.NoError(t, err)
			})
		}
		wg.Wait()
		q, err = w.Squad(t.Context(), guild, q.ID)
		require.NoError(t, err)
		require.Equal(t, []any{"words", int64(7), int64(8)}, []any{q.Description, q.JoinCost, q.SwitchCost})
	})
}

func TestASquadWhoseRoleIsGoneNeedsAnother(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		q := w.make(t, "A", 201)
		require.True(t, w.Trouble(t.Context(), q).IsZero())
		require.Contains(t, w.Trouble(t.Context(), w.make(t, "B", 202)).String(), "move the bot’s role above it")
		require.NoError(t, w.LoseRole(t.Context(), guild, 201))
		require.NoError(t, w.LoseRole(t.Context(), guild, 201))
		require.NoError(t, w.LoseRole(t.Context(), guild, 240), "a role of no squad")
		lost, err := w.Squad(t.Context(), guild, q.ID)
		require.NoError(t, err)
		require.True(t, !lost.Active && lost.RoleGone)
		require.Contains(t, w.Trouble(t.Context(), lost).String(), "deleted in Discord")

		back, err := w.Change(t.Context(), squads.Change{Guild: guild, ID: q.ID, Details: squads.Details{RoleID: new(snowflake.ID(203)), Active: new(true)}, Actor: admin, By: access.AsOwner()})
		require.NoError(t, err)
		require.True(t, back.Active && !back.RoleGone)
	})
}

func TestDeletingAndOrdering(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, b, c := w.make(t, "A", 201), w.make(t, "B", 202), w.make(t, "C", 203)
		ordered, err := w.Order(t.Context(), squads.Order{Guild: guild, IDs: []uuid.UUID{c.ID, a.ID, b.ID}, Actor: admin})
		require.NoError(t, err)
		require.Equal(t, "C", ordered[0].Name)
		_, err = w.Order(t.Context(), squads.Order{Guild: guild, IDs: []uuid.UUID{c.ID, a.ID}, Actor: admin})
		require.Equal(t, fault.Conflict, refuses(t, err, "conflict", "not exactly").Kind)

		_, err = w.join(t, ada, a)
		require.NoError(t, err)
		_, err = w.Delete(t.Context(), squads.Delete{Guild: guild, ID: a.ID, IfVersion: new(int64(1)), Actor: admin})
		refuses(t, err, "stale", "meantime")
		was, err := w.Delete(t.Context(), squads.Delete{Guild: guild, ID: a.ID, Actor: admin})
		require.NoError(t, err)
		require.EqualValues(t, 1, was.MemberCount)
		_, err = w.Delete(t.Context(), squads.Delete{Guild: guild, ID: a.ID, Actor: admin})
		refuses(t, err, "not_found", "not found")
		_, err = w.Of(t.Context(), guild, ada)
		refuses(t, err, "not_found", "not in one")
	})
}

func TestWhatJoiningWouldComeToIsProposed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, b := w.make(t, "A", 201), w.make(t, "B", 202)
		_, err := w.ProposeLeave(t.Context(), guild, ada)
		refuses(t, err, "not_member", "not in a squad")
		_, err = w.join(t, ada, a)
		require.NoError(t, err)
		p, err := w.ProposeJoin(t.Context(), guild, ada, b.ID)
		require.NoError(t, err)
		require.Equal(t, []any{int64(50), int64(100), "A"}, []any{p.Choice.Cost, p.Balance, p.From.Name})
		left, err := w.ProposeLeave(t.Context(), guild, ada)
		require.NoError(t, err)
		require.Equal(t, "A", left.Name)
		_, err = w.ProposeJoin(t.Context(), guild, ada, a.ID)
		refuses(t, err, store.AlreadyMember, "Already a member")
	})
}

func TestWhatHappensToSquadsIsAnnounced(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		heard := make(chan bus.Event, 100)
		t.Cleanup(w.bus.Subscribe(bus.Subscriber{Name: "test", Topics: bus.Topics(), Handle: func(_ context.Context, e bus.Event) { heard <- e }}))
		q := w.make(t, "A", 201, costs(10, 50))
		id := []string{q.ID.String()}
		require.Equal(t, bus.Event{Topic: bus.SquadsChanged, Guild: guild, IDs: id}, <-heard)
		in := squads.Join{Guild: guild, User: ada, Squad: q.ID, Key: "test:1"}
		for range 2 {
			_, err := w.Join(t.Context(), in)
			require.NoError(t, err)
		}
		require.Equal(t, bus.Event{Topic: bus.MembershipChanged, Guild: guild, Users: []snowflake.ID{ada}, IDs: id}, <-heard)
		require.Equal(t, bus.TransactionCreated, (<-heard).Topic)
		require.Equal(t, bus.Event{Topic: bus.BalanceChanged, Guild: guild, Users: []snowflake.ID{ada}}, <-heard)
		require.NoError(t, w.Leave(t.Context(), squads.Leave{Guild: guild, User: ada, Squad: q.ID}))
		require.Equal(t, bus.MembershipChanged, (<-heard).Topic, "the repetition was told to nobody")
		_, err := w.Delete(t.Context(), squads.Delete{Guild: guild, ID: q.ID, Actor: admin})
		require.NoError(t, err)
		require.Equal(t, bus.SquadsChanged, (<-heard).Topic)
		in.Key = "test:1"
		in.User = grace
		_, err = w.Join(t.Context(), in)
		require.Equal(t, fault.Invalid, refuses(t, err, "idempotency_mismatch", "new key").Kind)
	})
}

func TestChoicesOpenNoAccount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.make(t, "A", 201, costs(101, 50))
		w.make(t, "B", 202, func(d *squads.Details) { d.Active = new(false) })
		choices, err := w.Choices(t.Context(), guild, ada)
		require.NoError(t, err)
		require.Len(t, choices, 1, "only those that are active")
		require.Equal(t, &store.Refusal{Code: store.InsufficientBalance, Amount: 101, Balance: 100}, choices[0].Refusal)
		_, err = w.economy.Look(t.Context(), guild, ada)
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}
