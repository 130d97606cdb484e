package rolesync_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/rolesync"
)

// leavers is a feature that drops those who have left.
func (h holders) leavers(left *[]snowflake.ID) rolesync.Desired {
	d := h.desired("leavers")
	d.Left = func(_ context.Context, _, user snowflake.ID) error {
		*left = append(*left, user)
		return nil
	}
	return d
}

func TestWhoIsNotListedHasLeft(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.members[ada] = []snowflake.ID{baker}
	r, _ := open(t, f, holders{garden: {98}}) // keeps what those had who left
	var left []snowflake.ID
	r.Add(holders{baker: {ada, ken, 99}}.leavers(&left))
	require.NoError(t, r.SyncGuild(t.Context(), guild))
	require.Equal(t, []snowflake.ID{99}, left)
	require.Equal(t, []snowflake.ID{baker}, f.members[ken])
}

func TestWithoutListsMembersAreLookedAtOneByOne(t *testing.T) {
	t.Parallel()
	f := newFake()
	lists := 0
	f.refuse = func(call string, _ snowflake.ID) error {
		if call == "GetMembers" { // the Server Members Intent is off
			lists++
			return discordError(http.StatusForbidden, rest.JSONErrorCodeMissingAccess)
		}
		return nil
	}
	var left []snowflake.ID
	h := holders{baker: {ada, 99}, garden: {ken}}
	r, _ := open(t, f)
	r.Add(h.leavers(&left))
	require.NoError(t, r.SyncGuild(t.Context(), guild))
	require.Equal(t, []snowflake.ID{baker}, f.members[ada])
	require.Equal(t, []snowflake.ID{garden}, f.members[ken])
	require.Equal(t, []snowflake.ID{99}, left)

	f.members[ada] = nil
	require.NoError(t, r.SyncGuild(t.Context(), guild))
	require.Equal(t, []snowflake.ID{baker}, f.members[ada])
	require.Equal(t, 1, lists, "each refusal counts against the bot")
}

func TestAGuildWithoutTheBotIsNotOneThatListsNothing(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.refuse = func(call string, _ snowflake.ID) error {
		return discordError(http.StatusForbidden, rest.JSONErrorCodeMissingAccess)
	}
	r, _ := open(t, f, holders{baker: {ada}})
	require.ErrorIs(t, r.SyncGuild(t.Context(), guild), rolesync.ErrNotInGuild)
	require.Empty(t, f.reads)
}
