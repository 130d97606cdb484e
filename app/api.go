package app

import (
	"net/http"

	"github.com/smarter-dev/smarterdev/app/platform/web"
)

// openAPI mounts the REST API and its reference.
func (p *Program) openAPI() error {
	cfg := p.setup.Config
	p.API = web.NewAPI(p.web, web.APIConfig{
		Version: p.setup.Version, BaseURL: cfg.BaseURL, Rate: cfg.APIRateLimit, Origins: cfg.CORSOrigins,
		Secret: []byte(cfg.SessionSecret.Reveal()),
		Keys:   p.Settings, Guilds: p.directory, Limits: p.Bus, Pages: p.templates,
	})
	return nil
}

// Handler is everything that the program serves, for a test that needs no listener.
func (p *Program) Handler() http.Handler { return p.web.Handler() }
