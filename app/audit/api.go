package audit

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/store"
)

func (l log) api(a *api.API) {
	a.Area("audit", "Who changed what.")
	api.Describe[store.AuditEntry](a, "A change that somebody made, with the values before and after.", func(schema *huma.Schema) {
		schema.Properties["before"].Examples = []any{map[string]any{"max_transfer": 1000}}
		schema.Properties["after"].Examples = []any{map[string]any{"max_transfer": 500}}
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
			return l.store.AuditEntries(ctx, in.Guild.ID, before, limit)
		}, func(e store.AuditEntry) string { return e.ID.String() })
	})
}
