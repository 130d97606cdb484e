package economy

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/store"
)

func (s *Service) configAPI(a *api.API) {
	api.Describe[Config](a, "How the economy of a guild works.", func(schema *huma.Schema) {
		schema.Properties["streak_bonuses"].Examples = []any{map[string]any{"8": 2, "16": 4, "32": 8, "64": 16}}
	})
	api.Describe[settings.Patch[Settings]](a, "The settings that are to change; what is left out stays as it is, and an object replaces the whole one.")
	api.Describe[settings.Whole[Settings]](a, "All settings.")
	path := bytesPath + "/config"
	badRole := api.Refusal{Kind: fault.Invalid, Code: "invalid_role", Detail: access.PowerfulRole.Text()}
	roleTaken := api.Refusal{Kind: fault.Conflict, Code: "role_taken", Detail: "One of these roles is that of a squad, and one role serves one purpose. Choose another role, or delete that squad."}
	stale := api.Refusal{Kind: fault.Stale, Code: "stale", Detail: "Somebody else changed these settings in the meantime. Look at what is new, then save again."}

	api.Do(a, api.Op{
		ID: "get-bytes-config", Method: http.MethodGet, Path: path, Tag: "bytes", Scope: api.ScopeRead,
		Summary:     "Read the settings",
		Description: "Returns the settings of the guild's economy, the defaults while nobody has saved any. With If-None-Match and the version that is known the answer is 304 and empty.",
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Known api.IfNoneMatch `header:"If-None-Match" doc:"The ETag of the version that is known."`
	}) (*api.Versioned[Config], error) {
		cfg, err := s.SettingsNow(ctx, in.Guild.ID)
		if err != nil {
			return nil, err
		}
		return api.WithETag(cfg, cfg.Version, in.Known), nil
	})

	api.Do(a, api.Op{
		ID: "replace-bytes-config", Method: http.MethodPut, Path: path, Tag: "bytes", Scope: api.ScopeConfig,
		Summary:     "Replace the settings",
		Description: "Sets every setting of the guild's economy. It holds at once, and stands in the audit log.",
		Refusals:    []api.Refusal{badRole, roleTaken, stale},
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Match api.IfMatch `header:"If-Match" doc:"The ETag of the version that the change builds on; without it whatever stands is changed."`
		Body  settings.Whole[Settings]
	}) (*api.Versioned[Config], error) {
		return s.change(ctx, in.InGuild, in.Match, in.Body.Patch)
	})

	api.Do(a, api.Op{
		ID: "change-bytes-config", Method: http.MethodPatch, Path: path, Tag: "bytes", Scope: api.ScopeConfig,
		Summary:     "Change some settings",
		Description: "Sets the settings that are given and leaves the others. An object, such as streak_bonuses, replaces the whole one. It holds at once, and stands in the audit log.",
		Refusals:    []api.Refusal{badRole, roleTaken, stale},
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Match api.IfMatch `header:"If-Match" doc:"The ETag of the version that the change builds on; without it whatever stands is changed."`
		Body  settings.Patch[Settings]
	}) (*api.Versioned[Config], error) {
		return s.change(ctx, in.InGuild, in.Match, in.Body)
	})
}

func (s *Service) change(ctx context.Context, in api.InGuild, match api.IfMatch, to settings.Patch[Settings]) (*api.Versioned[Config], error) {
	version, err := match.Version(func() (int64, error) {
		now, err := s.SettingsNow(ctx, in.Guild.ID)
		return now.Version, err
	})
	if err != nil {
		return nil, err
	}
	saved, err := s.Configure(ctx, Configure{
		Guild: in.Guild.ID, Patch: to, IfVersion: version, Actor: api.Actor(ctx), By: access.AsKey(),
	})
	if err != nil {
		return nil, err
	}
	return api.WithETag(saved, saved.Version, api.IfNoneMatch{}), nil
}

// What the operations on money may refuse, as the reference shows it.

func sendRefusals() []api.Refusal {
	return []api.Refusal{
		{Kind: fault.Refused, Code: "self_transfer", Detail: "Bytes cannot be sent to oneself. Choose another member."},
		{Kind: fault.Refused, Code: store.OverMaxTransfer, Detail: "At most 1,000 bytes can be sent at once here; this would be 2,000 bytes.", Data: map[string]any{"max_transfer": 1000}},
		{Kind: fault.Refused, Code: store.TransferCooldown, Detail: "There is a pause between two transfers here. The next one is possible in 1 h 30 min.", Data: map[string]any{"retry_at": "2026-11-22T16:34:05Z"}},
		tooPoor("Refused, insufficient balance: this takes 900 bytes, the balance is 60 bytes, 840 bytes short.", 60, 840),
		tooRich(), mismatch(),
	}
}

func tooPoor(detail string, balance, shortfall int) api.Refusal {
	return api.Refusal{Kind: fault.Refused, Code: store.InsufficientBalance, Detail: detail,
		Data: map[string]any{"balance": balance, "shortfall": shortfall}}
}

func tooRich() api.Refusal {
	return api.Refusal{Kind: fault.Refused, Code: store.OverMaxBalance,
		Detail: "The receiver would hold more than the 9,007,199,254,740,991 bytes that one account can."}
}

func mismatch() api.Refusal {
	return api.Refusal{Kind: fault.Invalid, Code: "idempotency_mismatch",
		Detail: "This idempotency key was used for another request. Use a new key for a new request."}
}

func noTransaction() api.Refusal {
	return api.Refusal{Kind: fault.NotFound, Code: "not_found",
		Detail: "Transaction 019a0000-0000-7000-8000-000000000001 not found."}
}
