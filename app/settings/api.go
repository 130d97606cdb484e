package settings

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/store"
)

// Feature is the settings of the installation as the program mounts them.
func Feature(s *Service) platform.Feature {
	return platform.Feature{Name: "settings", API: s.api, Pages: s.pages, Close: s.Close}
}

// keyInfo is what a caller is told of the key that they present.
type keyInfo struct {
	Name      string         `json:"name" doc:"What it is for." example:"leaderboard site"`
	Scopes    []string       `json:"scopes" doc:"What it may do." example:"[\"read\",\"economy\"]"`
	Guilds    []snowflake.ID `json:"guilds" nullable:"true" doc:"Where it may do it; null for everywhere." example:"[\"1000000000000000001\"]"`
	ExpiresAt *time.Time     `json:"expires_at" doc:"When it ends; null for never."`
}

func (s *Service) api(a *api.API) {
	a.Area("auth", "The key that a request is made with.")
	a.Area("audit", "Who changed what.")
	api.Describe[keyInfo](a, "An API key as its holder may know it.")
	api.Describe[store.AuditEntry](a, "A change that somebody made, with the values before and after.", func(schema *huma.Schema) {
		schema.Properties["before"].Examples = []any{map[string]any{"max_transfer": 1000}}
		schema.Properties["after"].Examples = []any{map[string]any{"max_transfer": 500}}
	})

	api.Get(a, api.Op{
		ID: "get-auth", Path: "/auth", Tag: "auth", Summary: "Describe the presented key",
		Description: "Tells name, scopes, guilds and expiry of the key that the request is made with.",
	}, func(ctx context.Context, _ *struct{}) (keyInfo, error) {
		k := api.Caller(ctx)
		return keyInfo{Name: k.Name, Scopes: k.Scopes, Guilds: k.Guilds, ExpiresAt: k.ExpiresAt}, nil
	})

	api.Do(a, api.Op{
		ID: "list-audit", Method: http.MethodGet, Path: "/guilds/{guild_id}/audit", Tag: "audit", Scope: api.ScopeConfig,
		Summary:     "List the audit log",
		Description: "Lists what was changed in the guild, the latest first: settings, adjustments, reversals. An actor of id 0 is an API key or a command on the server; the name says which.",
	}, func(ctx context.Context, in *struct {
		api.InGuild
		api.Paging
	}) (*api.Page[store.AuditEntry], error) {
		return api.List(ctx, in.Paging, func(after string, limit int) ([]store.AuditEntry, error) {
			var before *uuid.UUID
			if after != "" {
				id, err := uuid.Parse(after)
				if err != nil {
					return nil, err
				}
				before = &id
			}
			return s.store.AuditEntries(ctx, in.Guild.ID, before, limit)
		}, func(e store.AuditEntry) string { return e.ID.String() })
	})
}
