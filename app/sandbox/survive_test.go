package sandbox_test

import (
	"net/http"
	"testing"

	"github.com/disgoorg/disgo/bot"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/disgo/rest"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

// A real client goes through what the stand-in can do to it, and hears everything once it is back.
func TestDisgoSurvives(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		disturb func(*sandboxtest.World) (lift func())
		resumes bool
	}{
		"a dropped connection": {func(w *sandboxtest.World) func() { w.Disturb("drop"); return nil }, true},
		"a reconnect":          {func(w *sandboxtest.World) func() { w.Disturb("reconnect"); return nil }, true},
		"an invalid session":   {func(w *sandboxtest.World) func() { w.Disturb("invalidate"); return nil }, false},
		"a resumable session":  {func(w *sandboxtest.World) func() { w.Disturb("invalidate_resume"); return nil }, true},
		"a close code":         {func(w *sandboxtest.World) func() { w.CloseGateway(4000); return nil }, true},
		"missing acks": {func(w *sandboxtest.World) func() {
			w.Fault(faults.Rule{Kind: faults.NoAcks, Times: 1})
			w.Tune(map[string]any{})
			return nil
		}, true},
		"being offline": {func(w *sandboxtest.World) func() { return w.Fault(faults.Rule{Kind: faults.Offline}) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sandboxtest.Start(t)
			back, heard := make(chan bool, 8), make(chan string, 8)
			if name == "missing acks" {
				w.Tune(map[string]any{"heartbeat_interval_ms": 500}) // the first connection beats, the next need not
			}
			startDisgo(t, w, withGateway(gateway.CompressionZstdStream),
				bot.WithEventListenerFunc(func(*events.Resumed) { back <- true }),
				bot.WithEventListenerFunc(func(*events.GuildReady) { back <- false }),
				bot.WithEventListenerFunc(func(e *events.GuildMessageCreate) { heard <- e.Message.Content }),
			)
			require.False(t, <-back, "it is ready for the first time")
			lift := c.disturb(w)
			if lift != nil {
				lift()
			}
			require.Equal(t, c.resumes, <-back)
			w.Member("Ada").Write(w.ChannelID, "are you there?")
			require.Equal(t, "are you there?", <-heard)
		})
	}
}

func TestDisgoWaitsForRateLimits(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	client := startDisgo(t, w, withGateway(gateway.CompressionNone))
	for _, scope := range []string{"user", "shared", "global"} {
		w.Fault(faults.Rule{Kind: faults.RateLimit, Scope: scope, RetryAfter: 0.1, Times: 1})
		_, err := client.Rest.CreateMessage(w.ChannelID, discord.NewMessageCreate().WithContent("despite "+scope))
		require.NoError(t, err)
	}
	require.Len(t, w.Member("Ada").Messages(w.ChannelID), 3)
	require.Equal(t, 3, w.Standing().Invalid)

	w.Fault(faults.Rule{Kind: faults.Answer, Status: http.StatusBadGateway, Times: 1})
	_, err := client.Rest.GetGuild(w.GuildID, false)
	var refused *rest.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, http.StatusBadGateway, refused.Response.StatusCode)
	guild, err := client.Rest.GetGuild(w.GuildID, true)
	require.NoError(t, err)
	require.Equal(t, len(w.Members), guild.ApproximateMemberCount)
}
