package directory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Guild is a server of Discord as Discord knows it.
type Guild struct {
	ID          snowflake.ID `json:"id" doc:"The guild." example:"1000000000000000001"`
	Name        string       `json:"name" doc:"What it is called." example:"Smarter Dev"`
	Icon        *string      `json:"icon" doc:"Discord's hash of its icon; null without one." example:"a_1269e74af4df7417b13759eae50c83dc"`
	OwnerID     snowflake.ID `json:"owner_id" doc:"Who owns it." example:"1000000000000000002"`
	MemberCount int          `json:"member_count" doc:"About how many members it has." example:"128"`
	Channels    []Channel    `json:"channels" doc:"Its channels, in Discord's order."`
	Roles       []Role       `json:"roles" doc:"Its roles, the highest first."`

	locale string
}

// Channel is a channel of a guild.
type Channel struct {
	ID   snowflake.ID        `json:"id" doc:"The channel." example:"1000000000000000005"`
	Name string              `json:"name" doc:"What it is called." example:"general"`
	Type discord.ChannelType `json:"type" doc:"Discord's number for its kind: 0 text, 2 voice, 4 category, 5 announcements, 13 stage, 15 forum." example:"0"`

	position int
}

// Role is a role of a guild.
type Role struct {
	ID         snowflake.ID `json:"id" doc:"The role; that of the guild's own id is @everyone." example:"1000000000000000009"`
	Name       string       `json:"name" doc:"What it is called." example:"Regular"`
	Color      int          `json:"color" doc:"RGB as one number; 0 for none." example:"3899638"`
	Position   int          `json:"position" doc:"Higher is above." example:"3"`
	Managed    bool         `json:"managed" doc:"Whether an integration owns it; nobody can be given it." example:"false"`
	Assignable bool         `json:"assignable" doc:"Whether the bot can give it: below the bot's highest role, not managed, and the bot may manage roles." example:"true"`
	Powerful   bool         `json:"powerful" doc:"Whether it holds a permission that is power over others (Administrator, a Manage permission, Kick, Ban or Moderate Members, Mention Everyone, View Audit Log). The bot lends no such role: it cannot be that of a squad or a reward." example:"false"`
}

// Guild returns a guild with its roles and channels, at most five minutes old. It fails with
// ErrUnknown when the bot is not in it, and with an Unavailable fault when Discord does not answer.
// What it returns must not be altered.
func (d *Directory) Guild(ctx context.Context, id snowflake.ID) (Guild, error) {
	present, err := d.Present(ctx, id)
	if err != nil {
		return Guild{}, err
	}
	if !present {
		return Guild{}, ErrUnknown
	}
	return d.guilds.Get(ctx, id, d.loadGuild)
}

func (d *Directory) loadGuild(ctx context.Context, id snowflake.ID) (Guild, error) {
	counted, err := d.api.GetGuild(id, true, rest.WithCtx(ctx))
	if err != nil && !d.onGateway(id) {
		return Guild{}, translate(err)
	}
	var g discord.Guild
	var roles []discord.Role
	var channels []discord.GuildChannel
	if d.onGateway(id) {
		c := d.gateway()
		g, _ = c.Guild(id)
		roles = slices.Collect(c.Roles(id))
		channels = slices.Collect(c.ChannelsForGuild(id))
	} else {
		g, roles = counted.Guild, counted.Roles
		if channels, err = d.api.GetGuildChannels(id, rest.WithCtx(ctx)); err != nil {
			return Guild{}, translate(err)
		}
	}
	members := g.MemberCount // as of when the gateway sent the guild
	if counted != nil {
		members = cmp.Or(counted.ApproximateMemberCount, members)
	}
	bot, err := d.Self(ctx, id)
	if ignoreUnknown(err) != nil {
		return Guild{}, err
	}
	return Guild{
		locale: g.PreferredLocale,
		ID:     id, Name: g.Name, Icon: g.Icon, OwnerID: g.OwnerID, MemberCount: members,
		Channels: channelsOf(channels), Roles: rolesOf(access.Guild{ID: id, Owner: g.OwnerID, Roles: roles}, bot),
	}, nil
}

// Printer words what the bot says by itself in a guild, in its channels or to a member about it: in the
// language that the guild has chosen, and in English while that is not known.
func (d *Directory) Printer(ctx context.Context, id snowflake.ID) *i18n.Printer {
	if d.languages == nil {
		return i18n.English()
	}
	if c := d.gateway(); c != nil {
		if g, known := c.Guild(id); known {
			return d.languages.Printer(g.PreferredLocale)
		}
	}
	g, err := d.Guild(ctx, id)
	if err != nil {
		return i18n.English()
	}
	return d.languages.Printer(g.locale)
}

// onGateway reports whether this process receives the guild from the gateway.
func (d *Directory) onGateway(id snowflake.ID) bool {
	c := d.gateway()
	if c == nil {
		return false
	}
	_, ok := c.Guild(id)
	return ok
}

func channelsOf(found []discord.GuildChannel) []Channel {
	channels := make([]Channel, 0, len(found))
	for _, c := range found {
		if _, thread := c.(discord.GuildThread); !thread {
			channels = append(channels, Channel{ID: c.ID(), Name: c.Name(), Type: c.Type(), position: c.Position()})
		}
	}
	slices.SortFunc(channels, func(a, b Channel) int {
		return cmp.Or(cmp.Compare(a.position, b.position), cmp.Compare(a.ID, b.ID))
	})
	return channels
}

// rolesOf lists the roles, the highest first, with whether the bot can give each and whether it holds power.
func rolesOf(g access.Guild, bot access.Member) []Role {
	slices.SortFunc(g.Roles, access.Higher)
	roles := make([]Role, len(g.Roles))
	for i, r := range g.Roles {
		roles[i] = Role{
			ID: r.ID, Name: r.Name, Color: r.Color, Position: r.Position, Managed: r.Managed,
			Assignable: g.MayAssign(bot, r.ID, time.Now()) == "",
			Powerful:   access.Power(r.Permissions) != 0,
		}
	}
	return roles
}
