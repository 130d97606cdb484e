// Nothing here happens at once, and the race detector takes half a minute over it.
//go:build !race

package sandbox_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
)

func TestLargeWorlds(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Seed: 5, Guilds: seed.Guilds{Count: 1000}, Members: 100_000}})
	require.Len(t, w.Guilds, 100)
	s := dialGateway(t, w, "compress=zlib-stream").identify(everything)
	require.Len(t, s.ready().Guilds, 1000)
	members := 0
	for range 1000 {
		var g struct {
			MemberCount int `json:"member_count"`
		}
		require.NoError(t, json.Unmarshal(s.next("GUILD_CREATE").D, &g))
		members += g.MemberCount
	}
	require.Equal(t, 101_000, members)
}
