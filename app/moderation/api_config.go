package moderation

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
)

func (s *Service) configAPI(a *api.API) {
	api.Describe[Config](a, "How moderation works in a guild.", func(schema *huma.Schema) {
		schema.Properties["messages"].Examples = []any{map[string]any{"ban": "You were banned from {server}: {reason}"}}
		schema.Properties["warn_steps"].Examples = []any{[]any{map[string]any{"warnings": 3, "within_seconds": 2592000, "action": "timeout", "duration_seconds": 86400, "reason": ""}}}
		schema.Properties["notify"].Examples = []any{map[string]any{"warn": true, "timeout": true, "kick": true, "ban": true, "softban": true}}
	})
	api.Describe[WarnStep](a, "What happens when somebody has a number of warnings that count.")
	api.Describe[Notify](a, "Which acts tell the person.")
	api.Describe[settings.Patch[Settings]](a, "The settings that are to change; what is left out stays as it is, and an object replaces the whole one.")
	api.Describe[settings.Whole[Settings]](a, "All settings.")
	path := apiPath + "/config"
	refusals := api.Refuses(settings.Stale())

	api.Do(a, api.Op{
		ID: "get-moderation-config", Method: http.MethodGet, Path: path, Tag: "moderation", Scope: scope,
		Summary:     "Read the settings of moderation",
		Description: "Returns the settings of the guild's moderation, the defaults while nobody has saved any. With If-None-Match and the version that is known the answer is 304 and empty.",
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
		ID: "replace-moderation-config", Method: http.MethodPut, Path: path, Tag: "moderation", Scope: api.ScopeConfig,
		Summary:     "Replace the settings of moderation",
		Description: "Sets every setting of the guild's moderation. It takes effect at once, and the audit log keeps what was before.",
		Refusals:    refusals,
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Match api.IfMatch `header:"If-Match" doc:"The ETag of the version that the change builds on; without it any version is changed."`
		Body  settings.Whole[Settings]
	}) (*api.Versioned[Config], error) {
		return s.configure(ctx, in.InGuild, in.Match, in.Body.Patch)
	})

	api.Do(a, api.Op{
		ID: "change-moderation-config", Method: http.MethodPatch, Path: path, Tag: "moderation", Scope: api.ScopeConfig,
		Summary:     "Change some settings of moderation",
		Description: "Sets the settings that are given and leaves the others. An object, such as notify, replaces the whole one. It takes effect at once, and the audit log keeps what was before.",
		Refusals:    refusals,
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Match api.IfMatch `header:"If-Match" doc:"The ETag of the version that the change builds on; without it any version is changed."`
		Body  settings.Patch[Settings]
	}) (*api.Versioned[Config], error) {
		return s.configure(ctx, in.InGuild, in.Match, in.Body)
	})
}

func (s *Service) configure(ctx context.Context, in api.InGuild, match api.IfMatch, to settings.Patch[Settings]) (*api.Versioned[Config], error) {
	version, err := match.Version(func() (int64, error) {
		now, err := s.SettingsNow(ctx, in.Guild.ID)
		return now.Version, err
	})
	if err != nil {
		return nil, err
	}
	saved, err := s.Configure(ctx, Configure{Guild: in.Guild.ID, Patch: to, IfVersion: version, Actor: api.Actor(ctx)})
	if err != nil {
		return nil, err
	}
	return api.WithETag(saved, saved.Version, api.IfNoneMatch{}), nil
}
