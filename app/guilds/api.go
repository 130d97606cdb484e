package guilds

import (
	"context"
	"net/http"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/store"
)

func (s *Service) api(a *api.API) {
	a.Area("guilds", "The servers of Discord that the bot is in.")
	api.Describe[directory.Listed](a, "A guild in a list.")
	api.Describe[directory.Guild](a, "A guild as Discord knows it.")
	api.Describe[directory.Channel](a, "A channel of a guild.")
	api.Describe[directory.Role](a, "A role of a guild.")
	api.Describe[store.Stats](a, "The figures of a guild's economy.")

	api.Do(a, api.Op{
		ID: "list-guilds", Method: http.MethodGet, Path: "/guilds", Tag: "guilds", Scope: api.ScopeRead,
		Summary:     "List guilds",
		Description: "Lists the guilds that the bot is in and that the key reaches.",
	}, func(ctx context.Context, in *struct{ api.Paging }) (*api.Page[directory.Listed], error) {
		return api.List(ctx, in.Paging, func(after string, limit int) ([]directory.Listed, error) {
			return s.reached(ctx, api.Caller(ctx), after, limit)
		}, func(g directory.Listed) string { return g.ID.String() })
	})

	api.Get(a, api.Op{
		ID: "get-guild", Path: "/guilds/{guild_id}", Tag: "guilds", Scope: api.ScopeRead,
		Summary:     "Read a guild",
		Description: "Returns a guild with its channels and roles as Discord tells them, at most five minutes old.",
	}, func(ctx context.Context, in *struct{ api.InGuild }) (directory.Guild, error) {
		return s.Guild(ctx, in.Guild.ID)
	})

	api.Get(a, api.Op{
		ID: "get-stats", Path: "/guilds/{guild_id}/stats", Tag: "guilds", Scope: api.ScopeRead,
		Summary:     "Read a guild's figures",
		Description: "Returns the figures of the guild's economy, at most a minute old.",
	}, func(ctx context.Context, in *struct{ api.InGuild }) (store.Stats, error) {
		return s.sums(ctx, in.Guild.ID)
	})
}

// reached lists the guilds that a key may be used on, by ascending id after the given one.
func (s *Service) reached(ctx context.Context, key *store.APIKey, after string, limit int) ([]directory.Listed, error) {
	all, err := s.who.Guilds(ctx)
	if err != nil {
		return nil, err
	}
	last := snowflake.ID(0)
	if after != "" {
		if last, err = snowflake.Parse(after); err != nil {
			return nil, err
		}
	}
	found := make([]directory.Listed, 0, min(limit, len(all)))
	for _, g := range all {
		if g.ID > last && key.Reaches(g.ID) && len(found) < limit {
			found = append(found, g)
		}
	}
	return found, nil
}
