// Package directory knows who and what is in a guild. Discord is the source of truth: what
// the gateway sent is used where this process is connected to it, and the rest is requested
// and cached for five minutes.
package directory

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	disgocache "github.com/disgoorg/disgo/cache"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/cache"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Discord is the part of Discord's REST API that the directory uses.
type Discord interface {
	GetMember(guildID, userID snowflake.ID, opts ...rest.RequestOpt) (*discord.Member, error)
	SearchMembers(guildID snowflake.ID, query string, limit int, opts ...rest.RequestOpt) ([]discord.Member, error)
	GetGuild(guildID snowflake.ID, withCounts bool, opts ...rest.RequestOpt) (*discord.RestGuild, error)
	GetGuildChannels(guildID snowflake.ID, opts ...rest.RequestOpt) ([]discord.GuildChannel, error)
	GetCurrentUser(bearerToken string, opts ...rest.RequestOpt) (*discord.OAuth2User, error)
	GetCurrentUserGuilds(bearerToken string, before, after snowflake.ID, limit int, withCounts bool, opts ...rest.RequestOpt) ([]discord.OAuth2Guild, error)
}

// ErrUnknown reports that the member does not exist, or that the bot is not in the guild.
var ErrUnknown = errors.New("unknown to Discord")

const (
	dataTTL    = 5 * time.Minute // how long data about people is cached
	maxMembers = 50_000

	maxGuilds = 5_000
)

// Directory answers questions about guilds and their members.
type Directory struct {
	api     Discord
	gateway func() disgocache.Caches // returns nil without a gateway connection
	members *cache.Cache[memberKey, discord.Member]
	guilds  *cache.Cache[snowflake.ID, Guild]
	lists   *cache.Cache[struct{}, *list]        // one entry
	self    *cache.Cache[struct{}, snowflake.ID] // one entry: the bot
	last    atomic.Pointer[list]                 // what List returned last

	languages *i18n.Catalogues // nil: English alone
}

type memberKey struct{ guild, user snowflake.ID }

// Option changes a directory that is being made.
type Option func(*Directory)

// WithLanguages are the languages of Printer.
func WithLanguages(languages *i18n.Catalogues) Option {
	return func(d *Directory) { d.languages = languages }
}

// New makes a directory over the shared REST client. gateway returns the cache of the
// gateway connection, or nil without one.
func New(api Discord, gateway func() disgocache.Caches, options ...Option) *Directory {
	d := &Directory{
		api:     api,
		gateway: gateway,
		members: cache.New[memberKey, discord.Member](maxMembers, dataTTL),
		guilds:  cache.New[snowflake.ID, Guild](maxGuilds, dataTTL),
		lists:   cache.New[struct{}, *list](1, listTTL),
		self:    cache.New[struct{}, snowflake.ID](1, 0),
	}
	for _, o := range options {
		o(d)
	}
	return d
}

// Member returns a member of a guild. It fails with ErrUnknown for someone who is not in the
// guild, and with an Unavailable fault when Discord does not answer.
func (d *Directory) Member(ctx context.Context, guild, user snowflake.ID) (discord.Member, error) {
	if c := d.gateway(); c != nil {
		if m, ok := c.Member(guild, user); ok {
			return m, nil
		}
	}
	return d.members.Get(ctx, memberKey{guild, user}, func(ctx context.Context, k memberKey) (discord.Member, error) {
		m, err := d.api.GetMember(k.guild, k.user, rest.WithCtx(ctx))
		if err != nil {
			return discord.Member{}, translate(err)
		}
		return *m, nil
	})
}

// Name is what a member is called in the guild, and whether they have left it. The name is empty
// when Discord does not know them as a member or does not answer.
func (d *Directory) Name(ctx context.Context, guild, user snowflake.ID) (name string, left bool) {
	m, err := d.Member(ctx, guild, user)
	if err != nil {
		return "", errors.Is(err, ErrUnknown)
	}
	return m.EffectiveName(), false
}

// forget drops what is cached about someone, because it has changed.
func (d *Directory) forget(guild, user snowflake.ID) {
	d.members.Invalidate(memberKey{guild, user})
}

// Close ends the caches' upkeep.
func (d *Directory) Close() {
	d.members.Close()
	d.guilds.Close()
	d.lists.Close()
	d.self.Close()
}

// translate turns the REST client's errors into ours.
func translate(err error) error {
	var e *rest.Error
	if errors.As(err, &e) && e.Response != nil {
		switch e.Response.StatusCode {
		case http.StatusNotFound, http.StatusForbidden:
			return fmt.Errorf("%w: %w", ErrUnknown, err)
		}
	}
	return fault.New(fault.Unavailable, "unavailable",
		"Discord is not responding right now. Please try again in a moment.").Because(err)
}
