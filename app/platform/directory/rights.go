package directory

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/access"
)

// Rights is what the rights of people in a guild follow from, as of now: the gateway keeps it up to
// date where this process hears it, else Discord is asked. It fails with ErrUnknown when the bot is not
// in the guild, and with an Unavailable fault when Discord does not answer.
func (d *Directory) Rights(ctx context.Context, guild snowflake.ID) (access.Guild, error) {
	present, err := d.Present(ctx, guild)
	if err != nil {
		return access.Guild{}, err
	}
	if !present {
		return access.Guild{}, ErrUnknown
	}
	if c := d.gateway(); c != nil {
		if g, known := c.Guild(guild); known {
			return access.Guild{ID: guild, Owner: g.OwnerID, Roles: slices.Collect(c.Roles(guild))}, nil
		}
	}
	return d.rightsByREST(ctx, guild)
}

// rightsByREST asks Discord, also what the gateway has not told yet.
func (d *Directory) rightsByREST(ctx context.Context, guild snowflake.ID) (access.Guild, error) {
	g, err := d.api.GetGuild(guild, false, rest.WithCtx(ctx))
	if err != nil {
		return access.Guild{}, translate(err)
	}
	return access.Guild{ID: guild, Owner: g.OwnerID, Roles: g.Roles}, nil
}

// Holder is a member with what their rights follow from, as of now: Discord is asked, because the
// gateway may tell nothing of members. It fails as Member does.
func (d *Directory) Holder(ctx context.Context, guild, user snowflake.ID) (access.Member, error) {
	m, err := d.api.GetMember(guild, user, rest.WithCtx(ctx))
	if err != nil {
		return access.Member{}, translate(err)
	}
	return access.MemberOf(*m), nil
}

// Self is the bot as a member of a guild, as of now. It fails as Member does.
func (d *Directory) Self(ctx context.Context, guild snowflake.ID) (access.Member, error) {
	self, err := d.selfID(ctx)
	if err != nil {
		return access.Member{}, err
	}
	if c := d.gateway(); c != nil {
		if m, known := c.Member(guild, self); known { // of the bot itself the gateway always tells
			return access.MemberOf(m), nil
		}
	}
	return d.Holder(ctx, guild, self)
}

// selfID is the bot's user id, which never changes.
func (d *Directory) selfID(ctx context.Context) (snowflake.ID, error) {
	return d.self.Get(ctx, struct{}{}, func(ctx context.Context, _ struct{}) (snowflake.ID, error) {
		me, err := d.api.GetCurrentUser("", rest.WithCtx(ctx))
		if err != nil {
			return 0, translate(err)
		}
		return me.ID, nil
	})
}

// MayName says whether somebody may name a role that the bot then gives to others, as of now. It fails
// as Rights does.
func (d *Directory) MayName(ctx context.Context, by access.Authority, guild, role snowflake.ID) (access.Refusal, error) {
	g, err := d.Rights(ctx, guild)
	if err != nil {
		return "", err
	}
	if _, known := g.Role(role); !known && d.onGateway(guild) { // it may have been made just now
		if g, err = d.rightsByREST(ctx, guild); err != nil {
			return "", err
		}
	}
	bot, err := d.Self(ctx, guild)
	if err != nil {
		return "", err
	}
	var actor *access.Member
	if user, is := by.User(); is {
		m, err := d.Holder(ctx, guild, user)
		if ignoreUnknown(err) != nil {
			return "", err
		}
		if err == nil {
			actor = &m
		}
	}
	return g.MayName(by, actor, bot, role, time.Now()), nil
}

// Namer says whether somebody may name a role, as Directory.MayName does.
type Namer interface {
	MayName(ctx context.Context, by access.Authority, guild, role snowflake.ID) (access.Refusal, error)
}

// CheckRole fails with invalid_role, at a field, when somebody may not name a role that the bot then gives
// to others, and with an Unavailable fault when Discord does not answer.
func CheckRole(ctx context.Context, who Namer, by access.Authority, guild, role snowflake.ID, field string) error {
	why, err := who.MayName(ctx, by, guild, role)
	if errors.Is(err, ErrUnknown) {
		why, err = access.UnknownRole, nil // the bot has just left
	}
	if err != nil {
		return err
	}
	return why.Fault(field)
}

// MayLend says whether the bot may give a role to others, as of now. It fails as Rights does.
func (d *Directory) MayLend(ctx context.Context, guild, role snowflake.ID) (access.Refusal, error) {
	g, err := d.Rights(ctx, guild)
	if err != nil {
		return "", err
	}
	bot, err := d.Self(ctx, guild)
	if err != nil {
		return "", err
	}
	return g.MayLend(bot, role, time.Now()), nil
}

// Manages reports whether somebody may manage a guild that the bot is in, as of now. Somebody who is
// timed out may not. It fails with an Unavailable fault when Discord does not answer.
func (d *Directory) Manages(ctx context.Context, guild, user snowflake.ID) (bool, error) {
	g, err := d.Rights(ctx, guild)
	if err != nil {
		return false, ignoreUnknown(err)
	}
	m, err := d.Holder(ctx, guild, user)
	if err != nil {
		return false, ignoreUnknown(err)
	}
	return access.Allows(g.Permissions(m, time.Now()), discord.PermissionManageGuild), nil
}

func ignoreUnknown(err error) error {
	if errors.Is(err, ErrUnknown) {
		return nil
	}
	return err
}
