package app

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"golang.org/x/oauth2"

	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/ui"
)

// discordPictures is where Discord keeps avatars and icons. A stand-in keeps its own beside its API.
const discordPictures = "https://cdn.discordapp.com"

const (
	headsWait = 1500 * time.Millisecond // how long a page waits for Discord's list of guilds
	headsKept = 15 * time.Minute        // for so long the last one is shown when there is no answer
)

// openUI reads what people see in a browser. Live means that it changes while the program runs.
func (p *Program) openUI() error {
	dist, err := fs.Sub(p.setup.Files, "dist")
	if err != nil {
		return fmt.Errorf("open assets: %w", err)
	}
	if p.setup.Live {
		p.assets = ui.LiveAssets(dist, dashboard.AssetsAt)
		p.templates = ui.LiveTemplates(p.setup.Files, p.assets)
		return nil
	}
	if p.assets, err = ui.NewAssets(dist, dashboard.AssetsAt); err != nil {
		return fmt.Errorf("open assets: %w", err)
	}
	if p.templates, err = ui.NewTemplates(p.setup.Files, p.assets); err != nil {
		return fmt.Errorf("open templates: %w", err)
	}
	return nil
}

// openAPI mounts the REST API and its reference.
func (p *Program) openAPI() error {
	cfg := p.setup.Config
	p.API = api.NewAPI(p.web, api.APIConfig{
		Version: p.setup.Version, BaseURL: cfg.BaseURL, Rate: cfg.APIRateLimit, Origins: cfg.CORSOrigins,
		Secret: []byte(cfg.SessionSecret.Reveal()),
		Keys:   p.Settings, Guilds: p.directory, Limits: p.Bus, Pages: p.templates,
	})
	return nil
}

// Handler is everything that the program serves, for a test that needs no listener.
func (p *Program) Handler() http.Handler { return p.web.Handler() }

// openPages mounts the frame of the dashboard; the features fill it.
func (p *Program) openPages() (err error) {
	cfg := p.setup.Config
	pictures := discordPictures
	if !strings.HasPrefix(cfg.APIURL, "https://discord.com/") {
		pictures = strings.TrimSuffix(cfg.APIURL, "/") + "/cdn"
	}
	p.Pages, err = dashboard.NewPages(p.web, dashboard.PagesConfig{
		Templates: p.templates, Assets: p.assets, Languages: p.languages,
		Store: p.Store, Bus: p.Bus, Directory: &hall{Directory: p.directory, now: p.setup.Now}, Now: p.setup.Now,
		Checks: p.checks(), Facts: config.Facts(cfg),
		BaseURL: cfg.BaseURL, Invite: cfg.InviteURL, Admins: cfg.AdminDiscordIDs,
		Secret: []byte(cfg.SessionSecret.Reveal()), Redis: cfg.SessionStore == config.SessionsInRedis, BindIP: cfg.SessionBindIP,
		Discord: p.signIn(), APIURL: cfg.APIURL, Pictures: pictures,
		Develop: p.setup.Develop, Play: p.setup.Play,
	})
	return err
}

// signIn is how people sign in through Discord; nil when that is not set up.
func (p *Program) signIn() *oauth2.Config {
	cfg := p.setup.Config
	if cfg.ClientID == 0 || cfg.ClientSecret == "" {
		return nil
	}
	return dashboard.DiscordSignIn(cfg.APIURL, cfg.BaseURL, cfg.ClientID.String(), cfg.ClientSecret.Reveal())
}

// hall shows the directory's guilds to the dashboard. While Discord does not answer it shows what it
// said last.
type hall struct {
	*directory.Directory
	now  func() time.Time
	last atomic.Pointer[lastHeads]
}

type lastHeads struct {
	heads []ui.GuildHead
	at    time.Time
}

// Heads are the guilds that the bot is in, by name.
func (h *hall) Heads(ctx context.Context) ([]ui.GuildHead, error) {
	type answer struct {
		guilds []directory.Listed
		err    error
	}
	asked := make(chan answer, 1)
	go func() {
		guilds, err := h.Guilds(context.WithoutCancel(ctx))
		asked <- answer{guilds, err}
	}()
	wait := time.NewTimer(headsWait)
	defer wait.Stop()
	var got answer
	select {
	case got = <-asked:
	case <-wait.C:
		got.err = errSlow
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if got.err != nil {
		if last := h.last.Load(); last != nil && h.now().Sub(last.at) < headsKept {
			return unsure(last.heads), nil
		}
		return nil, got.err
	}
	heads := make([]ui.GuildHead, len(got.guilds))
	for i, g := range got.guilds {
		heads[i] = ui.GuildHead{ID: g.ID, Name: g.Name, Members: g.MemberCount}
		if g.Icon != nil {
			heads[i].Icon = dashboard.IconPath(g.ID, *g.Icon)
		}
	}
	slices.SortFunc(heads, func(a, b ui.GuildHead) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	h.last.Store(&lastHeads{heads, h.now()})
	return heads, nil
}

var errSlow = fault.New(fault.Unavailable, "unavailable",
	"Discord takes long to answer. Please try again in a moment.")

// Head is one of the guilds. It fails with directory.ErrUnknown for any other.
func (h *hall) Head(ctx context.Context, guild snowflake.ID) (ui.GuildHead, error) {
	for fresh := false; ; fresh = true {
		heads, err := h.Heads(ctx)
		if err != nil {
			return ui.GuildHead{}, err
		}
		if i := slices.IndexFunc(heads, func(g ui.GuildHead) bool { return g.ID == guild }); i >= 0 {
			return heads[i], nil
		}
		present, err := h.Present(ctx, guild) // the bot may just have been invited: this asks anew
		if err != nil {
			return ui.GuildHead{}, err
		}
		if !present || fresh {
			return ui.GuildHead{}, directory.ErrUnknown
		}
	}
}

// Member is a member of a guild. It fails with directory.ErrUnknown for someone who is not.
func (h *hall) Member(ctx context.Context, guild, user snowflake.ID) (discord.Member, error) {
	return h.Directory.Member(ctx, guild, user)
}

// unsure marks guilds as what was last known.
func unsure(heads []ui.GuildHead) []ui.GuildHead {
	marked := slices.Clone(heads)
	for i := range marked {
		marked[i].Unsure = true
	}
	return marked
}

var _ dashboard.Directory = (*hall)(nil)
