package directory

import (
	"context"
	"errors"
	"slices"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
)

// Manages reports whether someone holds Manage Server in a guild that the bot is in, as of now: by
// owning it or by a role. It fails with an Unavailable fault when Discord does not answer.
func (d *Directory) Manages(ctx context.Context, guild, user snowflake.ID) (bool, error) {
	present, err := d.Present(ctx, guild)
	if err != nil || !present {
		return false, err
	}
	if c := d.gateway(); c != nil {
		g, known := c.Guild(guild)
		m, is := c.Member(guild, user)
		if known && is {
			return manages(g, slices.Collect(c.Roles(guild)), m), nil
		}
	}
	m, err := d.api.GetMember(guild, user, rest.WithCtx(ctx))
	if err != nil {
		return false, unlessUnknown(translate(err))
	}
	g, err := d.api.GetGuild(guild, false, rest.WithCtx(ctx))
	if err != nil {
		return false, unlessUnknown(translate(err))
	}
	return manages(g.Guild, g.Roles, *m), nil
}

func unlessUnknown(err error) error {
	if errors.Is(err, ErrUnknown) {
		return nil
	}
	return err
}

// manages computes the right as Discord does: from @everyone and the member's roles together.
func manages(g discord.Guild, roles []discord.Role, m discord.Member) bool {
	if g.OwnerID == m.User.ID {
		return true
	}
	var rights discord.Permissions
	for _, r := range roles {
		if r.ID == g.ID || slices.Contains(m.RoleIDs, r.ID) {
			rights = rights.Add(r.Permissions)
		}
	}
	return rights.Has(discord.PermissionAdministrator) || rights.Has(discord.PermissionManageGuild)
}
