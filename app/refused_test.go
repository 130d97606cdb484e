package app_test

import (
	"log/slog"
	"net"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/seed"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// A bot that Discord does not let in ends with words that say what its operator has to do.
func TestWhyDiscordDoesNotLetTheBotInIsTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		intents *seed.Intents
		token   string // in place of the world's
		says    string
	}{
		"an intent that is off": {&seed.Intents{MessageContent: true}, "", "switch on Server Members Intent at https://discord.com/developers/applications/"},
		"a token of nobody":     {nil, "bm9ib2R5.bm9ib2R5.bm9ib2R5", "this DISCORD_TOKEN is not known to Discord"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			world := sandboxtest.Start(t, sandbox.Config{World: sandbox.World{Intents: c.intents, Guilds: seed.Guilds{Count: 1}}})
			token := world.BotToken
			if c.token != "" {
				token = c.token
			}
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
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), token)
		})
	}
}
