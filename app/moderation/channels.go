package moderation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

// slowestSlowmode is the longest that Discord has.
const slowestSlowmode = 6 * time.Hour

// ChannelRequest asks to do something to a channel as the person of Actor.
type ChannelRequest struct {
	Guild   snowflake.ID
	Channel snowflake.ID
	Actor   store.Actor
}

// place is a channel with what those who act may do in it, as of now.
type place struct {
	channel discord.GuildChannel
	thread  *discord.GuildThread // nil for others
	guild   access.Guild
	self    access.Member
	mine    discord.Permissions // of the one who acts
	bots    discord.Permissions
}

// stand asks Discord about a channel and the permissions in it. Those of a thread are its parent's.
func (s *Service) stand(ctx context.Context, in ChannelRequest) (p place, err error) {
	unknown := fault.New(fault.NotFound, "not_found", "There is no such channel in this server, or the bot cannot see it.")
	fetch := func(id snowflake.ID) (discord.GuildChannel, error) {
		c, err := s.discord.GetChannel(id, rest.WithCtx(ctx))
		if refusal(err) != nil {
			return nil, unknown
		}
		if err != nil {
			return nil, unanswered(err)
		}
		g, ok := c.(discord.GuildChannel)
		if !ok || g.GuildID() != in.Guild {
			return nil, unknown
		}
		return g, nil
	}
	if p.channel, err = fetch(in.Channel); err != nil {
		return p, err
	}
	rules := p.channel
	if t, ok := p.channel.(discord.GuildThread); ok {
		if p.thread = &t; t.ParentID() == nil {
			return p, unknown
		}
		if rules, err = fetch(*t.ParentID()); err != nil {
			return p, err
		}
	}
	if p.guild, err = s.who.Rights(ctx, in.Guild); err == nil {
		p.self, err = s.who.Self(ctx, in.Guild)
	}
	if errors.Is(err, directory.ErrUnknown) {
		return p, unanswered(err)
	}
	if err != nil {
		return p, err
	}
	m, err := s.member(ctx, in.Guild, in.Actor.ID)
	if err != nil {
		return p, err
	}
	if m != nil {
		p.mine = p.guild.InChannel(access.MemberOf(*m), rules.PermissionOverwrites(), time.Now())
	}
	p.bots = p.guild.InChannel(p.self, rules.PermissionOverwrites(), time.Now())
	return p, nil
}

// needs fails unless both the one who acts and the bot hold a permission in the channel.
func (p place) needs(permission discord.Permissions) error {
	switch {
	case !access.Allows(p.mine, permission|discord.PermissionViewChannel):
		return refused(access.Verdict{Refusal: access.NotAllowed, Missing: permission})
	case !access.Allows(p.bots, permission|discord.PermissionViewChannel):
		return refused(access.Verdict{Refusal: access.BotNotAllowed, Missing: permission})
	}
	return nil
}

// channelFault words why Discord did not change a channel.
func channelFault(err error, needed discord.Permissions) error {
	said := refusal(err)
	switch {
	case err == nil:
		return nil
	case said == nil:
		return unanswered(err)
	case said.Code == rest.JSONErrorCodeLackPermissionsToPerformAction || said.Code == rest.JSONErrorCodeMissingAccess:
		return refused(access.Verdict{Refusal: access.BotNotAllowed, Missing: needed})
	}
	return fault.New(fault.Refused, "discord_refused", "Discord refused to change the channel: %s.", said.Message).With("discord_code", int(said.Code))
}

// Slowmode sets how long a member waits between two messages in a channel; 0 for not at all. Faults: invalid, not_found,
// not_allowed, bot_permission, discord_refused, unavailable.
func (s *Service) Slowmode(ctx context.Context, in ChannelRequest, pause time.Duration) error {
	if pause < 0 || pause > slowestSlowmode {
		var f fault.Fields
		f.Add("seconds", "Discord has slow mode from 0 seconds to 6 hours.")
		return f.Err()
	}
	p, err := s.stand(ctx, in)
	if err != nil {
		return err
	}
	seconds := new(int(pause / time.Second))
	needed, update := discord.PermissionManageChannels, discord.ChannelUpdate(discord.GuildTextChannelUpdate{RateLimitPerUser: seconds})
	if p.thread != nil {
		needed, update = discord.PermissionManageThreads, discord.GuildThreadUpdate{RateLimitPerUser: seconds}
	}
	if err := p.needs(needed); err != nil {
		return err
	}
	_, err = s.discord.UpdateChannel(in.Channel, update, rest.WithCtx(ctx), rest.WithReason(bot.Cut("slow mode · "+in.Actor.Name, longestReason)))
	if err != nil {
		return channelFault(err, needed)
	}
	entry := in.Actor.Entry("channel.slowmode", fmt.Sprintf("channel %d: %d seconds", in.Channel, *seconds))
	entry.GuildID, entry.CreatedAt = in.Guild, s.now()
	_, err = s.store.Audit(context.WithoutCancel(ctx), entry)
	return err
}
