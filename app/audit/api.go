package audit

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/store"
)

// AuditEntry is an entry of the audit log as the API shows it, with the actor spread out.
type AuditEntry struct {
	ID        uuid.UUID       `json:"id" doc:"A UUIDv7."`
	GuildID   snowflake.ID    `json:"guild_id" doc:"The guild; 0 is the installation itself." example:"1000000000000000001"`
	ActorID   snowflake.ID    `json:"actor_id" doc:"Who did it; 0 when it was no person." example:"1000000000000000002"`
	ActorName string          `json:"actor_name" doc:"Their name at the time." example:"ada"`
	Source    store.Source    `json:"source" doc:"The way by which the change came in." enum:"command,dashboard,api,automod,ladder,discord,native,import,expiry,job" example:"dashboard"`
	Action    string          `json:"action" doc:"What was done." example:"bytes.config"`
	Subject   string          `json:"subject" doc:"What it was done to." example:"bytes settings"`
	Before    json.RawMessage `json:"before" doc:"The values before; null when there were none."`
	After     json.RawMessage `json:"after" doc:"The values after; null when there are none."`
	CreatedAt time.Time       `json:"created_at" doc:"When."`
}

func (l log) api(a *api.API) {
	a.Area("audit", "Who changed what.")
	api.Describe[AuditEntry](a, "A change that somebody made, with the values before and after.", func(schema *huma.Schema) {
		schema.Properties["before"].Examples = []any{map[string]any{"max_transfer": 1000}}
		schema.Properties["after"].Examples = []any{map[string]any{"max_transfer": 500}}
	})

	api.Do(a, api.Op{
		ID: "list-audit", Method: http.MethodGet, Path: "/guilds/{guild_id}/audit", Tag: "audit", Scope: api.ScopeConfig,
		Summary:     "List the audit log",
		Description: "Lists what was changed in the guild, the latest first: settings, adjustments, reversals. An actor of id 0 is an API key or a command on the server; name and source say which.",
	}, func(ctx context.Context, in *struct {
		api.InGuild
		api.Paging
	}) (*api.Page[AuditEntry], error) {
		return api.List(ctx, in.Paging, func(after string, limit int) ([]AuditEntry, error) {
			var before *uuid.UUID
			if after != "" {
				id, err := uuid.Parse(after)
				if err != nil {
					return nil, err
				}
				before = &id
			}
			entries, err := l.store.AuditEntries(ctx, in.Guild.ID, before, limit)
			if err != nil {
				return nil, err
			}
			shown := make([]AuditEntry, len(entries))
			for i, e := range entries {
				shown[i] = AuditEntry{e.ID, e.GuildID, e.Actor.ID, e.Actor.Name, e.Actor.Source, e.Action, e.Subject, e.Before, e.After, e.CreatedAt}
			}
			return shown, nil
		}, func(e AuditEntry) string { return e.ID.String() })
	})
}
