package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"

	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/app/sandbox"
)

// SandboxOptions are the flags of the command sandbox.
type SandboxOptions struct {
	Listen  string
	Data    string // where its world is kept; empty: in memory
	World   string // a file; empty: its own world
	JSON    string // a file that is told token, ids and addresses; empty: none
	Files   fs.FS
	Log     *slog.Logger
	Out     io.Writer
	Version string
}

// Sandbox runs the stand-in for Discord alone, on an address of its own, for a bot in another
// process. It returns when ctx ends.
func Sandbox(ctx context.Context, o SandboxOptions) error {
	l, err := listen(ctx, o.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	base := "http://" + l.Addr().String()
	standIn, err := openSandbox(sandboxSetup{world: o.World, dir: o.Data, base: base, api: "/api", files: o.Files, log: o.Log})
	if err != nil {
		return err
	}
	d := standIn.Details()
	server := web.New(web.Config{Version: o.Version, Log: o.Log})
	server.Mount("/api", standIn.API())
	server.Mount("/sandbox", standIn.Playground())
	if o.JSON != "" {
		if err := writeJSON(o.JSON, sandboxFile(base, d)); err != nil {
			return errors.Join(err, standIn.Close())
		}
	}
	fmt.Fprintf(o.Out, "\n  Playground      %s/sandbox\n  DISCORD_API_URL=%s\n  DISCORD_TOKEN=%s\n  DISCORD_APPLICATION_ID=%s\n"+
		"  DISCORD_CLIENT_ID=%s\n  DISCORD_CLIENT_SECRET=%s\n\n", base, d.APIURL, d.BotToken, d.ApplicationID, d.ClientID, d.ClientSecret)
	for _, m := range d.Members {
		fmt.Fprintf(o.Out, "  %-20s %-12s %s\n", m.ID, m.Role, m.Name)
	}
	fmt.Fprintf(o.Out, "\n  guild %s, channel %s\n\n", d.GuildID, d.ChannelID)
	return errors.Join(server.Serve(ctx, l), standIn.Close())
}

// sandboxFile is what sandbox --json writes: the names of dev.json, with the client.
func sandboxFile(base string, d sandbox.Details) map[string]any {
	file := devFile(base, d)
	file["client_id"], file["client_secret"] = d.ClientID, d.ClientSecret
	return file
}

// sandboxSetup says where a stand-in is reached and kept.
type sandboxSetup struct {
	world, dir string
	base, api  string // its API is reached at base + api
	files      fs.FS
	links      []sandbox.Link // from its playground to other pages
	log        *slog.Logger
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
		URL: s.base + s.api, PlaygroundURL: s.base + "/sandbox", World: world, Dir: s.dir, UI: s.files, Links: s.links, Log: s.log,
	})
}
