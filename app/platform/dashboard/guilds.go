package dashboard

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/ui"
)

// Directory is what the dashboard asks about guilds and their members. What it returns may be a few
// minutes old; only Manages is as of now.
type Directory interface {
	// List lists the guilds that the bot is in. It is stale when Discord does not answer.
	List(ctx context.Context) (guilds []directory.Listed, stale bool, err error)
	// Present reports whether the bot is in a guild, also when it was invited a moment ago.
	Present(ctx context.Context, guild snowflake.ID) (bool, error)
	// Manages reports whether someone has the Manage Server permission in a guild that the bot is in. It fails
	// with an Unavailable fault when Discord does not answer.
	Manages(ctx context.Context, guild, user snowflake.ID) (bool, error)
	// Member is a member of a guild. It fails with directory.ErrUnknown for someone who is not.
	Member(ctx context.Context, guild, user snowflake.ID) (discord.Member, error)
	// Guild is a guild with its roles and channels. It fails with directory.ErrUnknown where the bot is not, and
	// with an Unavailable fault when Discord does not answer.
	Guild(ctx context.Context, id snowflake.ID) (directory.Guild, error)
	// Search finds members whose user name or nickname begins with query, at most limit. It fails with an
	// Unavailable fault when Discord does not answer.
	Search(ctx context.Context, guild snowflake.ID, query string, limit int) ([]discord.Member, error)
}

// heads are the guilds that the bot is in, by name.
func (p *Pages) heads(ctx context.Context) ([]ui.GuildHead, error) {
	guilds, stale, err := p.config.Directory.List(ctx)
	if err != nil {
		return nil, err
	}
	heads := make([]ui.GuildHead, len(guilds))
	for i, g := range guilds {
		heads[i] = ui.GuildHead{ID: g.ID, Name: g.Name, Members: g.MemberCount, Unsure: stale}
		if g.Icon != nil {
			heads[i].Icon = iconPath(g.ID, *g.Icon)
		}
	}
	slices.SortFunc(heads, func(a, b ui.GuildHead) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return heads, nil
}

// head is a guild as its pages show it. While Discord does not answer it has a name made from its ID.
func (p *Pages) head(r *Request, id snowflake.ID) (ui.GuildHead, error) {
	ctx := r.Context()
	head, err := p.findHead(ctx, id)
	if f := fault.As(err); f != nil && f.Kind == fault.Unavailable {
		web.Logger(ctx).WarnContext(ctx, "a guild is shown without Discord", "error", err)
		return ui.GuildHead{ID: id, Name: r.T("Server %s", id.String()), Unsure: true}, nil
	}
	return head, err
}

func (p *Pages) findHead(ctx context.Context, id snowflake.ID) (ui.GuildHead, error) {
	for again := false; ; again = true {
		heads, err := p.heads(ctx)
		if err != nil {
			return ui.GuildHead{}, err
		}
		if i := slices.IndexFunc(heads, func(g ui.GuildHead) bool { return g.ID == id }); i >= 0 {
			return heads[i], nil
		}
		present, err := p.config.Directory.Present(ctx, id) // asks Discord again: the bot may just have been invited
		if errors.Is(err, directory.ErrUnknown) || err == nil && (!present || again) {
			return ui.GuildHead{}, errNotFound
		}
		if err != nil {
			return ui.GuildHead{}, err
		}
	}
}

// visibleGuilds are the guilds that the person may see, by name.
func (p *Pages) visibleGuilds(r *Request) ([]ui.GuildHead, error) {
	if r.guilds != nil {
		return r.guilds, nil
	}
	all, err := p.heads(r.Context())
	if err != nil {
		return nil, err
	}
	mine := []ui.GuildHead{}
	candidates := p.sessions.GetString(r.Context(), sessionGuilds)
	for _, g := range all {
		if !r.Person.Admin {
			if !slices.Contains(strings.Split(candidates, ","), g.ID.String()) {
				continue
			}
			manages, err := p.rights.manages(r.Context(), g.ID, r.Person.ID, false)
			if err != nil {
				return nil, err
			}
			if !manages {
				continue
			}
		}
		mine = append(mine, g)
	}
	r.guilds = mine
	return mine, nil
}
