package apikeys

import (
	"context"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Feature is the API keys as the program mounts them.
func Feature(s *Service) platform.Feature {
	return platform.Feature{
		Name: "apikeys", API: s.api, Pages: s.pages, Close: s.Close,
		Topics: []dashboard.Topic{{Topic: bus.KeyRevoked, Icon: "key", Text: i18n.M("API key revoked")}},
	}
}

// keyInfo describes the presented key to its holder.
type keyInfo struct {
	Name      string         `json:"name" doc:"What it is for." example:"leaderboard site"`
	Scopes    []string       `json:"scopes" doc:"What it may do." example:"[\"read\",\"economy\"]"`
	Guilds    []snowflake.ID `json:"guilds" nullable:"true" doc:"Where it may do it; null for everywhere." example:"[\"1000000000000000001\"]"`
	ExpiresAt *time.Time     `json:"expires_at" doc:"When it ends; null for never."`
}

func (s *Service) api(a *api.API) {
	a.Area("auth", "The key that a request is made with.")
	api.Describe[keyInfo](a, "An API key as its holder may know it.")

	api.Get(a, api.Op{
		ID: "get-auth", Path: "/auth", Tag: "auth", Summary: "Describe the presented key",
		Description: "Tells name, scopes, guilds and expiry of the key that the request is made with.",
	}, func(ctx context.Context, _ *struct{}) (keyInfo, error) {
		k := api.Caller(ctx)
		return keyInfo{Name: k.Name, Scopes: k.Scopes, Guilds: k.Guilds, ExpiresAt: k.ExpiresAt}, nil
	})
}
