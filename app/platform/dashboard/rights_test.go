package dashboard

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

// oracle answers who manages what, as Discord would.
type oracle struct {
	now     time.Time
	manages bool
	err     error
	asked   int
}

func (o *oracle) ask(context.Context, snowflake.ID, snowflake.ID) (bool, error) {
	o.asked++
	return o.manages, o.err
}

func TestARightIsAtMostAMinuteOld(t *testing.T) {
	t.Parallel()
	o := &oracle{now: time.Unix(1e9, 0), manages: true}
	r := newRights(o.ask, func() time.Time { return o.now })
	t.Cleanup(r.close)
	look := func(write bool) bool {
		manages, err := r.manages(t.Context(), 1, 2, write)
		require.NoError(t, err)
		return manages
	}
	require.True(t, look(false))
	o.manages = false
	o.now = o.now.Add(59 * time.Second)
	require.True(t, look(true))
	require.Equal(t, 1, o.asked)
	o.now = o.now.Add(time.Second)
	require.False(t, look(true))
	require.Equal(t, 2, o.asked)
	_, err := r.manages(t.Context(), 1, 3, false)
	require.NoError(t, err)
	require.Equal(t, 3, o.asked, "another person's right is another question")
}

func TestWithoutDiscordPagesStayAndWritesWait(t *testing.T) {
	t.Parallel()
	away := fault.New(fault.Unavailable, "unavailable", "gone")
	o := &oracle{now: time.Unix(1e9, 0), manages: true}
	r := newRights(o.ask, func() time.Time { return o.now })
	t.Cleanup(r.close)
	_, err := r.manages(t.Context(), 1, 2, false)
	require.NoError(t, err)
	o.err = away
	o.now = o.now.Add(14 * time.Minute)
	manages, err := r.manages(t.Context(), 1, 2, false)
	require.NoError(t, err)
	require.True(t, manages)
	_, err = r.manages(t.Context(), 1, 2, true)
	require.Equal(t, fault.Unavailable, fault.As(err).Kind)
	require.ErrorIs(t, err, away, "the log learns the cause")
	_, err = r.manages(t.Context(), 1, 3, false)
	require.Error(t, err, "of whom nothing was known nothing is shown")
	o.now = o.now.Add(time.Minute)
	_, err = r.manages(t.Context(), 1, 2, false)
	require.Error(t, err)

	o.err = errors.New("a bug")
	_, err = r.manages(t.Context(), 5, 5, true)
	require.Nil(t, fault.As(err), "what is no fault stays internal")
}

func TestARouteOfAGuildAsksForItsManager(t *testing.T) {
	t.Parallel()
	p := &Pages{}
	require.Panics(t, func() { p.addRoute("GET", "/admin/guilds/{guild}/x", SignedIn) })
	require.Panics(t, func() { p.addRoute("GET", "/admin/x", 0) })
	p.addRoute("GET", "/admin/guilds/{guild}/x", Manager)
	require.Equal(t, []Route{{"GET", "/admin/guilds/{guild}/x", Manager}}, p.Routes())
}
