package faults_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
)

func TestWhereAFaultHappens(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rule         faults.Rule
		method, path string
		hit          bool
	}{
		{faults.Rule{}, "GET", "/anything/at/all", true},
		{faults.Rule{Method: "put"}, "PUT", "/x", true},
		{faults.Rule{Method: "PUT"}, "GET", "/x", false},
		{faults.Rule{Path: "/guilds/*"}, "GET", "/guilds/1", true},
		{faults.Rule{Path: "/guilds/*"}, "GET", "/guilds/1/roles", false},
		{faults.Rule{Path: "/guilds/*/members/**"}, "PUT", "/guilds/1/members/2/roles/3", true},
		{faults.Rule{Path: "/guilds/*/members/**"}, "PUT", "/guilds/1/members", true},
		{faults.Rule{Path: "/guilds/*/members/**"}, "PUT", "/guilds/1/roles/3", false},
	} {
		var s faults.Set
		c.rule.Kind = faults.Answer
		s.Add(c.rule)
		_, hit := s.OnRequest(c.method, c.path)
		require.Equal(t, c.hit, hit, "%+v", c)
	}
}

func TestHowOftenAFaultHappens(t *testing.T) {
	t.Parallel()
	var s faults.Set
	s.Add(faults.Rule{Kind: faults.Duplicate, Event: "MESSAGE_CREATE", Times: 2})
	rule := s.Add(faults.Rule{Kind: faults.Delay, Millis: 5})
	var copies []int
	for range 3 {
		late, n := s.OnEvent("MESSAGE_CREATE")
		require.Equal(t, 5*time.Millisecond, late)
		copies = append(copies, n)
	}
	require.Equal(t, []int{2, 2, 1}, copies)
	_, n := s.OnEvent("GUILD_UPDATE")
	require.Equal(t, 1, n)
	require.Equal(t, 4, s.List()[0].Hits)
	require.True(t, s.Lift(rule.ID))
	require.False(t, s.Lift(rule.ID))
	require.True(t, s.Acks())
	require.False(t, s.Down())
}
