package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/app/sandbox"
)

type sandboxCommand struct {
	Listen string      `default:"127.0.0.1:8001" placeholder:"ADDR" help:"Where to listen (default ${default})."`
	Remote bool        `help:"Let other machines reach it: whoever does can act as everybody, and read the bot's token."`
	Data   string      `placeholder:"DIR" help:"Where its world is kept. Empty: in memory only."`
	World  string      `placeholder:"FILE" help:"Its guilds and members, as JSON (docs/sandbox.md)."`
	JSON   string      `name:"json" placeholder:"FILE" help:"Write token, IDs and addresses to this file once it listens."`
	Logs   config.Logs `embed:"" group:"Logs"`
}

// Run runs the stand-in for Discord alone, for a bot in another process, until p ends.
func (c sandboxCommand) Run(p Program) error {
	log, logs, err := c.Logs.Open(p.Stdout, "text")
	if err != nil {
		return err
	}
	defer logs.Close()
	open := listenLoopback
	if c.Remote {
		open = listen
	}
	l, err := open(p, c.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	if c.Data != "" {
		if err := os.MkdirAll(c.Data, 0o755); err != nil {
			return fmt.Errorf("make the folder of the world: %w", err)
		}
		release, err := claim(c.Data)
		if err != nil {
			return err
		}
		defer release()
	}
	base := "http://" + l.Addr().String()
	standIn, err := openSandbox(sandboxSetup{world: c.World, dir: c.Data, base: base, api: "/api", files: p.Files, log: log, anyHost: c.Remote})
	if err != nil {
		return err
	}
	d := standIn.Details()
	server := web.New(web.Config{Version: p.Build.Version, Log: log})
	server.Mount("/api", standIn.API())
	server.Mount("/sandbox", standIn.Playground())
	if c.JSON != "" {
		if err := writeJSON(c.JSON, sandboxFile(base, d)); err != nil {
			return errors.Join(err, standIn.Close())
		}
	}
	fmt.Fprintf(p.Stdout, "\n  Playground      %s/sandbox\n  DISCORD_API_URL=%s\n  DISCORD_TOKEN=%s\n  DISCORD_APPLICATION_ID=%s\n"+
		"  DISCORD_CLIENT_ID=%s\n  DISCORD_CLIENT_SECRET=%s\n\n", base, d.APIURL, d.BotToken, d.ApplicationID, d.ClientID, d.ClientSecret)
	for _, m := range d.Members {
		fmt.Fprintf(p.Stdout, "  %-20s %-12s %s\n", m.ID, m.Role, m.Name)
	}
	fmt.Fprintf(p.Stdout, "\n  guild %s, channel %s\n\n", d.GuildID, d.ChannelID)
	defer endOnStop(p, standIn)()
	return errors.Join(server.Serve(p, l), standIn.Close())
}

// sandboxSetup says where a stand-in is reached and kept.
type sandboxSetup struct {
	world, dir string
	base, api  string // its API is reached at base + api
	files      fs.FS
	links      []sandbox.Link // from its playground to other pages
	log        *slog.Logger
	anyHost    bool // other machines reach it, under names that are not known here
}

func openSandbox(s sandboxSetup) (*sandbox.Sandbox, error) {
	world := sandbox.DefaultWorld()
	if s.world != "" {
		var err error
		if world, err = sandbox.LoadWorld(s.world); err != nil {
			return nil, err
		}
	}
	return sandbox.New(sandbox.Config{
		URL: s.base + s.api, PlaygroundURL: s.base + "/sandbox", World: world, Dir: s.dir, UI: s.files, Links: s.links, Log: s.log, AnyHost: s.anyHost,
	})
}

// endOnStop ends what hangs in the stand-in as soon as p ends, so that nothing waits for it. The result takes that back.
func endOnStop(p Program, standIn *sandbox.Sandbox) (stop func() bool) {
	return context.AfterFunc(p, standIn.EndFaults)
}
