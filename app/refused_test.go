package app_test

import (
	"context"
	"log/slog"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// A bot that Discord does not let in ends with words that say what its operator has to do.
func TestATokenOfNobodyIsNamed(t *testing.T) {
	t.Parallel()
	const token = "bm9ib2R5.bm9ib2R5.bm9ib2R5"
	world := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Guilds: seed.Guilds{Count: 1}}})
	p, err := app.Open(t.Context(), app.Setup{
		Config: config.Config{
			Stores:  config.Stores{DatabaseURL: config.Secret(storetest.NewSQLite(t).URL)},
			Discord: config.Discord{Token: config.Secret(token), ApplicationID: world.ApplicationID, APIURL: world.APIURL},
		},
		Roles: config.RoleBot, Files: os.DirFS(".."), Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	err = p.Run(t.Context(), l, func() error { return nil })
	require.ErrorContains(t, err, "this DISCORD_TOKEN is not known to Discord")
	require.NotContains(t, err.Error(), token)
}

// A bot whose owner has not switched on a privileged intent runs without it, and says what it cannot do.
func TestTheBotRunsWithoutServerMembers(t *testing.T) {
	t.Parallel()
	world := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Intents: &seed.Intents{MessageContent: true}, Guilds: seed.Guilds{Count: 1}}})
	p, err := app.Open(t.Context(), app.Setup{
		Config: config.Config{
			Stores:  config.Stores{DatabaseURL: config.Secret(storetest.NewSQLite(t).URL)},
			Discord: config.Discord{Token: config.Secret(world.BotToken), ApplicationID: world.ApplicationID, APIURL: world.APIURL},
		},
		Roles: config.RoleBot, Files: os.DirFS(".."), Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	up, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- p.Run(ctx, l, func() error { close(up); return nil }) }()
	select {
	case <-up:
	case err := <-ended:
		require.NoError(t, err)
	}
	require.Eventually(t, func() bool {
		beats, err := p.Bus.Heartbeats(t.Context())
		return err == nil && len(beats) == 1 && len(beats[0].Missing) == 1 && beats[0].Missing[0].Name == "Server Members Intent"
	}, 30*time.Second, 20*time.Millisecond)
	stop()
	require.NoError(t, <-ended)
}
