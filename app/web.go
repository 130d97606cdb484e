package app

import (
	"fmt"
	"io/fs"
	"net/http"
	"strings"

	"golang.org/x/oauth2"

	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/ui"
)

// discordCDN is where Discord serves avatars and icons. A stand-in serves its own beside its API.
const discordCDN = "https://cdn.discordapp.com"

// openUI loads templates and assets. With Setup.Live they are read again at each request.
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
	p.API = api.New(p.web, api.Config{
		Version: p.setup.Version, BaseURL: cfg.BaseURL, Rate: cfg.APIRateLimit, Origins: cfg.CORSOrigins,
		Secret: []byte(cfg.SessionSecret.Reveal()),
		Keys:   p.APIKeys, Guilds: p.directory, Limits: p.Bus, Pages: p.templates,
	})
	return nil
}

// Handler serves everything that the program serves, for tests without a listener.
func (p *Program) Handler() http.Handler { return p.web.Handler() }

// openPages mounts the frame of the dashboard; the features fill it.
func (p *Program) openPages() (err error) {
	cfg := p.setup.Config
	cdn := discordCDN
	if !strings.HasPrefix(cfg.APIURL, "https://discord.com/") {
		cdn = strings.TrimSuffix(cfg.APIURL, "/") + "/cdn"
	}
	p.Pages, err = dashboard.New(p.web, dashboard.Config{
		Templates: p.templates, Assets: p.assets, Languages: p.languages,
		Store: p.Store, Bus: p.Bus, Directory: p.directory, Now: p.setup.Now,
		Checks: p.checks(), Topics: p.topics(), Facts: config.Facts(cfg),
		BaseURL: cfg.BaseURL, Invite: cfg.InviteURL, Admins: cfg.AdminDiscordIDs,
		Secret: []byte(cfg.SessionSecret.Reveal()), Redis: cfg.SessionStore == config.SessionsInRedis, BindIP: cfg.SessionBindIP, Idle: cfg.SessionIdle,
		Discord: p.signIn(), APIURL: cfg.APIURL, Pictures: cdn,
		Develop: p.setup.Develop, Play: p.setup.Play,
	})
	return err
}

// signIn is the OAuth2 client by which people sign in; nil when it is not configured.
func (p *Program) signIn() *oauth2.Config {
	cfg := p.setup.Config
	if cfg.ClientID == 0 || cfg.ClientSecret == "" {
		return nil
	}
	return dashboard.DiscordSignIn(cfg.APIURL, cfg.BaseURL, cfg.ClientID.String(), cfg.ClientSecret.Reveal())
}
