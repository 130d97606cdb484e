package economy

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
)

func (s *Service) configAPI(a *api.API) {
	api.Describe[Config](a, "How the economy of a guild works.", func(schema *huma.Schema) {
		schema.Properties["streak_bonuses"].Examples = []any{map[string]any{"8": 2, "16": 4, "32": 8, "64": 16}}
	})
	api.Describe[settings.Patch[Settings]](a, "The settings that are to change; what is left out stays as it is, and an object replaces the whole one.")
	api.Describe[settings.Whole[Settings]](a, "All settings.")
	path := bytesPath + "/config"
	refusals := api.Refuses(access.PowerfulRole.Fault("role_rewards"), roleTaken(), settings.Stale())

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
		Description: "Sets every setting of the guild's economy. It takes effect at once, and the audit log keeps what was before.",
		Refusals:    refusals,
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Match api.IfMatch `header:"If-Match" doc:"The ETag of the version that the change builds on; without it any version is changed."`
		Body  settings.Whole[Settings]
	}) (*api.Versioned[Config], error) {
		return s.change(ctx, in.InGuild, in.Match, in.Body.Patch)
	})

	api.Do(a, api.Op{
		ID: "change-bytes-config", Method: http.MethodPatch, Path: path, Tag: "bytes", Scope: api.ScopeConfig,
		Summary:     "Change some settings",
		Description: "Sets the settings that are given and leaves the others. An object, such as streak_bonuses, replaces the whole one. It takes effect at once, and the audit log keeps what was before.",
		Refusals:    refusals,
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Match api.IfMatch `header:"If-Match" doc:"The ETag of the version that the change builds on; without it any version is changed."`
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

// What the reference shows of a refusal.
var (
	exampleID   = uuid.MustParse("019a0000-0000-7000-8000-000000000001")
	exampleTime = time.Date(2026, 11, 22, 16, 34, 5, 0, time.UTC)
)
