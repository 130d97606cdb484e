package bus_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
)

func TestHeartbeats(t *testing.T) {
	t.Parallel()
	each(t, engines(), func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		list, err := b.Heartbeats(t.Context())
		require.NoError(t, err)
		require.Empty(t, list)

		now := time.Now().UTC().Truncate(time.Microsecond)
		live := bus.Heartbeat{
			Process: "bot-1", At: now, Guilds: 12, Uptime: time.Hour, Version: "1.2.3",
			Shards: []int{0, 1}, Latency: 40 * time.Millisecond,
		}
		beats := []bus.Heartbeat{
			{Process: "bot-1", At: now.Add(-time.Minute)}, // replaced by the next
			live,
			{Process: "bot-2", At: now.Add(-91 * time.Second)},
			{Process: "bot-3", At: now.Add(-24 * time.Hour)},
			{Process: "bot-4", At: now.Add(-26 * time.Hour)},
			{Process: "web-1"},
			{Process: "web-2"},
		}
		for _, h := range beats {
			require.NoError(t, b.Beat(t.Context(), h))
		}
		require.NoError(t, b.Gone(t.Context(), "web-2"))
		for range 2 { // the first call removes what is too old
			list, err = b.Heartbeats(t.Context())
			require.NoError(t, err)
			stale := map[string]bool{}
			for _, h := range list {
				stale[h.Process] = h.Stale
			}
			require.Equal(t, map[string]bool{"bot-1": false, "bot-2": true, "bot-3": true, "web-1": false}, stale)
			require.Equal(t, live, list[0])
			require.Equal(t, "web-1", list[3].Process)
			require.WithinDuration(t, now, list[3].At, time.Minute)
		}
	})
}
