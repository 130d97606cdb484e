package rolesync_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/app/platform/rolesync"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

const (
	guild snowflake.ID = 7
	self  snowflake.ID = 1
	ada   snowflake.ID = 41
	ken   snowflake.ID = 42

	baker  snowflake.ID = 101 // below the bot's role, as gardener
	garden snowflake.ID = 102
	admin  snowflake.ID = 103 // above it
	other  snowflake.ID = 104 // nobody decides it
	botTop snowflake.ID = 110
)

// fakeDiscord keeps the roles of one guild's members in memory. refuse decides which calls fail.
type fakeDiscord struct {
	mu      sync.Mutex
	roles   []discord.Role
	members map[snowflake.ID][]snowflake.ID
	bots    []snowflake.ID
	refuse  func(call string, role snowflake.ID) error
	changed func()   // after each change
	changes []string // "+41 101"
	reads   []snowflake.ID
}

func newFake() *fakeDiscord {
	return &fakeDiscord{
		roles: []discord.Role{
			{ID: guild}, {ID: baker, Position: 1}, {ID: garden, Position: 2}, {ID: other, Position: 3},
			{ID: botTop, Position: 5, Permissions: discord.PermissionManageRoles}, {ID: admin, Position: 9},
		},
		members: map[snowflake.ID][]snowflake.ID{self: {botTop}, ada: nil, ken: nil},
		bots:    []snowflake.ID{self},
	}
}

// discordError is a refusal as disgo returns it.
func discordError(status int, code rest.JSONErrorCode) error {
	return &rest.Error{Response: &http.Response{StatusCode: status}, Code: code, Message: fmt.Sprintf("refused with %d", code)}
}

func (f *fakeDiscord) refused(call string, role snowflake.ID) error {
	if f.refuse == nil {
		return nil
	}
	return f.refuse(call, role)
}

// MayLend computes what the directory would.
func (f *fakeDiscord) MayLend(_ context.Context, _, role snowflake.ID) (access.Refusal, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refused("MayLend", role) != nil {
		return "", directory.ErrUnknown
	}
	g := access.Guild{ID: guild, Roles: f.roles}
	return g.MayLend(access.Member{ID: self, Roles: f.members[self]}, role, time.Now()), nil
}

func (f *fakeDiscord) GetMember(_, user snowflake.ID, _ ...rest.RequestOpt) (*discord.Member, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reads = append(f.reads, user)
	if err := f.refused("GetMember", 0); err != nil {
		return nil, err
	}
	roles, ok := f.members[user]
	if !ok {
		return nil, discordError(http.StatusNotFound, rest.JSONErrorCodeUnknownMember)
	}
	return &discord.Member{User: discord.User{ID: user}, RoleIDs: slices.Clone(roles)}, nil
}

func (f *fakeDiscord) GetMembers(_ snowflake.ID, limit int, after snowflake.ID, _ ...rest.RequestOpt) ([]discord.Member, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refused("GetMembers", 0); err != nil {
		return nil, err
	}
	var page []discord.Member
	for id, roles := range f.members {
		if id > after {
			page = append(page, discord.Member{User: discord.User{ID: id, Bot: slices.Contains(f.bots, id)}, RoleIDs: slices.Clone(roles)})
		}
	}
	slices.SortFunc(page, func(a, b discord.Member) int { return int(int64(a.User.ID) - int64(b.User.ID)) })
	return page[:min(limit, len(page))], nil
}

func (f *fakeDiscord) AddMemberRole(_, user, role snowflake.ID, _ ...rest.RequestOpt) error {
	return f.change("AddMemberRole", user, role, func(roles []snowflake.ID) []snowflake.ID { return append(roles, role) })
}

func (f *fakeDiscord) RemoveMemberRole(_, user, role snowflake.ID, _ ...rest.RequestOpt) error {
	return f.change("RemoveMemberRole", user, role, func(roles []snowflake.ID) []snowflake.ID {
		return slices.DeleteFunc(roles, func(r snowflake.ID) bool { return r == role })
	})
}

func (f *fakeDiscord) change(call string, user, role snowflake.ID, do func([]snowflake.ID) []snowflake.ID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refused(call, role); err != nil {
		return err
	}
	f.members[user] = do(f.members[user])
	f.changes = append(f.changes, fmt.Sprintf("%s %d %d", call, user, role))
	if f.changed != nil {
		f.changed()
	}
	return nil
}

// holders is a feature that decides roles by a table of who is to have each.
type holders map[snowflake.ID][]snowflake.ID

func (h holders) desired(name string) rolesync.Desired {
	return rolesync.Desired{
		Name: name,
		Of: func(_ context.Context, _, user snowflake.ID) (map[snowflake.ID]bool, error) {
			of := map[snowflake.ID]bool{}
			for role, users := range h {
				of[role] = slices.Contains(users, user)
			}
			return of, nil
		},
		In: func(context.Context, snowflake.ID) (map[snowflake.ID]rolesync.Members, error) {
			in := map[snowflake.ID]rolesync.Members{}
			for role, users := range h {
				in[role] = rolesync.Members{}
				for _, user := range users {
					in[role][user] = struct{}{}
				}
			}
			return in, nil
		},
		Guilds: func(context.Context) ([]snowflake.ID, error) { return []snowflake.ID{guild}, nil },
	}
}

// open makes a reconciler on a store of its own, with the features' decisions.
func open(t *testing.T, f *fakeDiscord, decided ...holders) (*rolesync.Reconciler, *store.Store) {
	t.Helper()
	s := storetest.NewSQLite(t).Migrated(t)
	r := rolesync.New(f, f, s, slog.New(slog.DiscardHandler))
	for i, h := range decided {
		r.Add(h.desired(fmt.Sprintf("feature %d", i)))
	}
	return r, s
}

func TestAMembersRolesBecomeWhatEveryFeatureDesires(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.members[ada] = []snowflake.ID{garden, other}
	r, _ := open(t, f, holders{baker: {ada}}, holders{garden: {ken}})
	require.NoError(t, r.SyncMember(t.Context(), guild, ada))
	require.ElementsMatch(t, []snowflake.ID{baker, other}, f.members[ada], "a role that nobody decides is left alone")
	require.Empty(t, f.members[ken])

	f.changes = nil
	require.NoError(t, r.SyncMember(t.Context(), guild, ada))
	require.Empty(t, f.changes, "a second order changes nothing")
}

func TestSomeoneWhoLeftHasNoRoles(t *testing.T) {
	t.Parallel()
	f := newFake()
	r, _ := open(t, f, holders{baker: {99}})
	require.NoError(t, r.SyncMember(t.Context(), guild, 99))
	require.Empty(t, f.changes)

	f.refuse = func(call string, _ snowflake.ID) error {
		if call == "RemoveMemberRole" { // left between the two calls
			return discordError(http.StatusNotFound, rest.JSONErrorCodeUnknownMember)
		}
		return nil
	}
	f.members[ken] = []snowflake.ID{baker}
	require.NoError(t, r.SyncMember(t.Context(), guild, ken))
}

func TestWhereNothingIsDecidedDiscordIsNotAsked(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.refuse = func(call string, _ snowflake.ID) error { return errors.New(call + " must not be called") }
	r, _ := open(t, f, holders{})
	require.NoError(t, r.SyncMember(t.Context(), guild, ada))
	require.NoError(t, r.SyncGuild(t.Context(), guild))
}

func TestWhatIsDesiredMayChangeMeanwhile(t *testing.T) {
	t.Parallel()
	f := newFake()
	h := holders{baker: {ada}, garden: nil}
	r, _ := open(t, f, h)
	f.changed = func() { h[baker], h[garden], f.changed = nil, []snowflake.ID{ada}, nil }
	require.NoError(t, r.SyncMember(t.Context(), guild, ada))
	require.Equal(t, []snowflake.ID{garden}, f.members[ada])

	f.changed = func() { // never the same twice
		if slices.Contains(h[garden], ada) {
			h[garden] = nil
		} else {
			h[garden] = []snowflake.ID{ada}
		}
	}
	h[garden] = nil
	require.ErrorContains(t, r.SyncMember(t.Context(), guild, ada), "kept changing", "the job is tried again later")
}

func TestAGuildIsComparedByListAndChangedOnlyWhereItDiffers(t *testing.T) {
	t.Parallel()
	f := newFake()
	h := holders{baker: nil}
	for id := snowflake.ID(1000); id < 3100; id++ { // three pages
		f.members[id] = []snowflake.ID{baker}
		h[baker] = append(h[baker], id)
	}
	f.members[3000] = nil
	f.members[ken] = []snowflake.ID{baker, other}
	f.members[self] = []snowflake.ID{botTop, baker} // bots are left alone
	r, _ := open(t, f, h)
	require.NoError(t, r.SyncGuild(t.Context(), guild))
	require.Equal(t, []string{"RemoveMemberRole 42 101", "AddMemberRole 3000 101"}, f.changes)
	require.ElementsMatch(t, []snowflake.ID{ken, ken, 3000, 3000}, f.reads, "nobody else is read")
}

func TestARoleThatTheBotMayNotGiveIsReportedOnceAndSkipped(t *testing.T) {
	t.Parallel()
	f := newFake()
	asked := 0
	f.refuse = func(call string, role snowflake.ID) error {
		if role != admin || call == "MayLend" {
			return nil
		}
		asked++
		return discordError(http.StatusForbidden, rest.JSONErrorCodeLackPermissionsToPerformAction)
	}
	r, s := open(t, f, holders{admin: {ada, ken}, baker: {ada, ken}})
	require.NoError(t, r.SyncGuild(t.Context(), guild))
	require.NoError(t, r.SyncGuild(t.Context(), guild))
	require.Equal(t, 1, asked)
	require.Equal(t, []snowflake.ID{baker}, f.members[ada], "other roles still work")
	problems, err := s.RoleProblems(t.Context(), guild)
	require.NoError(t, err)
	require.Len(t, problems, 1)
	require.Equal(t, admin, problems[0].RoleID)
	require.Equal(t, "refused with 50013", problems[0].Reason)

	f.refuse = nil
	f.roles[slices.IndexFunc(f.roles, func(r discord.Role) bool { return r.ID == admin })].Position = 4 // moved below the bot's
	require.NoError(t, r.SyncGuild(t.Context(), guild))
	require.ElementsMatch(t, []snowflake.ID{admin, baker}, f.members[ada])
	problems, err = s.RoleProblems(t.Context(), guild)
	require.NoError(t, err)
	require.Empty(t, problems)
}

// Discord says either code where the bot is not: it was removed, or the guild is gone. That says
// nothing about a role, and is not worth another try.
func TestWhereTheBotIsNotNothingIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, refusal := range []error{
		discordError(http.StatusForbidden, rest.JSONErrorCodeMissingAccess),
		discordError(http.StatusNotFound, rest.JSONErrorCodeUnknownGuild),
	} {
		for _, at := range []string{"MayLend", "GetMember", "GetMembers", "AddMemberRole"} {
			f := newFake()
			f.refuse = func(call string, _ snowflake.ID) error {
				if call == at || at == "GetMembers" && call == "MayLend" { // what lists nobody may be there
					return refusal
				}
				return nil
			}
			r, s := open(t, f, holders{baker: {ada}})
			if at == "MayLend" { // asked only to check a known problem again
				_, err := s.SaveRoleProblem(t.Context(), store.RoleProblem{GuildID: guild, RoleID: admin, Reason: "refused", CreatedAt: time.Now()})
				require.NoError(t, err)
			}
			require.ErrorIs(t, r.SyncGuild(t.Context(), guild), rolesync.ErrNotInGuild, "%s: %v", at, refusal)
			if at == "GetMember" || at == "AddMemberRole" {
				require.ErrorIs(t, r.SyncMember(t.Context(), guild, ada), rolesync.ErrNotInGuild, "%s: %v", at, refusal)
			}
			problems, err := s.RoleProblems(t.Context(), guild)
			require.NoError(t, err)
			for _, p := range problems {
				require.NotEqual(t, baker, p.RoleID, "a role is not to blame")
			}
		}
	}
}

// A role may gain power after it was named: from then on it is taken where it is not to be had, and given
// to nobody, until it has lost the power again.
func TestARoleWithPowerIsTakenAndNotGiven(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.members[ken] = []snowflake.ID{baker}
	power := func(p discord.Permissions) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.roles[1].Permissions = p
	}
	power(discord.PermissionKickMembers)
	r, s := open(t, f, holders{baker: {ada}})
	require.NoError(t, r.SyncMember(t.Context(), guild, ada))
	problems, err := s.RoleProblems(t.Context(), guild)
	require.NoError(t, err)
	require.Len(t, problems, 1)
	require.Equal(t, store.HasPower, problems[0].Reason)
	require.Empty(t, f.changes)
	require.NoError(t, r.SyncGuild(t.Context(), guild))
	require.Equal(t, []string{"RemoveMemberRole 42 101"}, f.changes)

	power(0)
	require.NoError(t, r.SyncGuild(t.Context(), guild))
	require.Equal(t, []string{"RemoveMemberRole 42 101", "AddMemberRole 41 101"}, f.changes)
	problems, err = s.RoleProblems(t.Context(), guild)
	require.NoError(t, err)
	require.Empty(t, problems)
}

func TestOtherFailuresAreTriedAgain(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"GetMember", "GetMembers", "AddMemberRole"} {
		f := newFake()
		f.refuse = func(call string, _ snowflake.ID) error {
			if call == at {
				return discordError(http.StatusBadGateway, 0)
			}
			return nil
		}
		r, s := open(t, f, holders{baker: {ada}})
		err := r.SyncGuild(t.Context(), guild)
		require.Error(t, err, at)
		require.NotErrorIs(t, err, rolesync.ErrNotInGuild)
		problems, err := s.RoleProblems(t.Context(), guild)
		require.NoError(t, err)
		require.Empty(t, problems)
	}
}

// Rows with these names wait in the queues of installations.
func TestTheKindsOfItsJobsStay(t *testing.T) {
	t.Parallel()
	require.Equal(t, "member_roles", rolesync.Member{}.Kind())
	require.Equal(t, "guild_roles", rolesync.Guild{}.Kind())
	require.Equal(t, "all_roles", rolesync.All{}.Kind())
	require.Equal(t, jobs.QueueBulk, rolesync.Guild{}.InsertOpts().Queue)
}

func TestAProcessThatStartsReconcilesEveryGuild(t *testing.T) {
	t.Parallel()
	f := newFake()
	changed := make(chan struct{}, 1)
	f.changed = func() { changed <- struct{}{} }
	r, s := open(t, f, holders{baker: {ada}})
	registry := jobs.NewRegistry()
	r.Mount(registry)
	running, err := jobs.Run(t.Context(), s, registry, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, running.Stop(context.WithoutCancel(t.Context()))) })
	wait := func() {
		t.Helper()
		select {
		case <-changed:
		case <-time.After(30 * time.Second):
			require.Fail(t, "nothing was changed")
		}
	}
	wait()
	f.mu.Lock()
	require.Equal(t, []snowflake.ID{baker}, f.members[ada])
	f.members[ada] = nil
	f.mu.Unlock()
	require.NoError(t, s.Enqueue(t.Context(), rolesync.Member{Guild: guild, User: ada}))
	wait()
}
