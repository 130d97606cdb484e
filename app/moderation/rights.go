package moderation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"golang.org/x/sync/errgroup"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

// scene is what decides whether an act is possible, as of now.
type scene struct {
	guild     access.Guild
	bot       access.Member
	moderator *discord.Member // nil: not in the guild, or no person acts
	target    *discord.Member // nil: not in the guild
	ban       *discord.Ban    // of the target; nil: not banned, or not asked
}

// look asks Discord who takes part in an act. Their ban is asked for when it matters.
func (s *Service) look(ctx context.Context, guild snowflake.ID, by access.Authority, target snowflake.ID, withBan bool) (scene, error) {
	var sc scene
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		sc.guild, err = s.who.Rights(ctx, guild)
		return err
	})
	g.Go(func() (err error) {
		sc.bot, err = s.who.Self(ctx, guild)
		return err
	})
	if user, person := by.User(); person {
		g.Go(func() (err error) {
			sc.moderator, err = s.member(ctx, guild, user)
			return err
		})
	}
	g.Go(func() (err error) {
		sc.target, err = s.member(ctx, guild, target)
		return err
	})
	if withBan {
		g.Go(func() (err error) {
			sc.ban, err = s.banOf(ctx, guild, target)
			return err
		})
	}
	err := g.Wait()
	if errors.Is(err, directory.ErrUnknown) {
		return sc, fault.New(fault.Unavailable, "unavailable", "The bot is not in this server any more, or Discord does not say who is in it. Please try again in a moment.").Because(err)
	}
	return sc, err
}

// member is somebody as Discord knows them now; nil when they are not in the guild.
func (s *Service) member(ctx context.Context, guild, user snowflake.ID) (*discord.Member, error) {
	m, err := s.discord.GetMember(guild, user, rest.WithCtx(ctx))
	if rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownMember, rest.JSONErrorCodeUnknownUser) {
		return nil, nil
	}
	return m, unanswered(err)
}

// banOf is somebody's ban; nil when they are not banned, and where the bot may not know, which the judgement of its
// rights will say.
func (s *Service) banOf(ctx context.Context, guild, user snowflake.ID) (*discord.Ban, error) {
	b, err := s.discord.GetBan(guild, user, rest.WithCtx(ctx))
	if rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownBan, rest.JSONErrorCodeLackPermissionsToPerformAction) {
		return nil, nil
	}
	return b, unanswered(err)
}

// unanswered words that Discord could not be asked.
func unanswered(err error) error {
	if err == nil {
		return nil
	}
	return fault.New(fault.Unavailable, "unavailable", "Discord is not responding right now, so nothing was done. Please try again in a moment.").Because(err)
}

func memberOf(m *discord.Member) *access.Member {
	if m == nil {
		return nil
	}
	return new(access.MemberOf(*m))
}

// may is the judgement of the one function that all surfaces ask, see access.MayDo.
func (sc scene) may(act access.Act, by access.Authority, target snowflake.ID, now time.Time) access.Verdict {
	return sc.guild.MayDo(act, by, memberOf(sc.moderator), sc.bot, &access.Target{ID: target, Member: memberOf(sc.target)}, now)
}

// Judge says whether somebody may do an act to a person, as of now, for showing it before it is done. Act asks again.
func (s *Service) Judge(ctx context.Context, guild snowflake.ID, act access.Act, by access.Authority, target snowflake.ID) (access.Verdict, error) {
	sc, err := s.look(ctx, guild, by, target, false)
	if err != nil {
		return access.Verdict{}, err
	}
	return sc.may(act, by, target, time.Now()), nil
}

// MayRead fails with not_allowed unless somebody may read the guild's cases.
func (s *Service) MayRead(ctx context.Context, guild snowflake.ID, by access.Authority) error {
	g, err := s.who.Rights(ctx, guild)
	if err != nil {
		return err
	}
	var moderator *discord.Member
	if user, person := by.User(); person {
		if moderator, err = s.member(ctx, guild, user); err != nil {
			return err
		}
	}
	return refused(g.MayDo(access.ReadCases, by, memberOf(moderator), access.Member{}, nil, time.Now()))
}

// refused words a verdict; nil for one that allows.
func refused(v access.Verdict) error {
	if v.Allowed() {
		return nil
	}
	permission := v.Missing.String()
	switch v.Refusal {
	case access.NotAllowed:
		return fault.New(fault.Refused, "not_allowed", "You need the permission %s in this server for this.", permission).With("permission", permission)
	case access.NotAMember, access.NoAuthority:
		return fault.New(fault.Refused, "not_allowed", "You are not a member of this server, so you cannot moderate it.")
	case access.Self:
		return fault.New(fault.Refused, "self_target", "You cannot do this to yourself.")
	case access.BotItself:
		return fault.New(fault.Refused, "bot_target", "The bot cannot do this to itself.")
	case access.GuildOwner:
		return fault.New(fault.Refused, "owner_target", "Nobody can do this to the owner of the server.")
	case access.Administrator:
		return fault.New(fault.Refused, "admin_target", "Discord does not time out administrators. Take the permission Administrator from them first.")
	case access.NotThere:
		return fault.New(fault.Refused, "not_member", "They are not a member of this server.")
	case access.MemberRank:
		return fault.New(fault.Refused, "rank", "Your highest role is not above theirs, so you cannot do this to them.")
	case access.BotRank:
		return fault.New(fault.Refused, "bot_rank", "The bot’s highest role is not above theirs. Move the bot’s role above it in the server’s settings.")
	case access.BotNotAllowed:
		return fault.New(fault.Refused, "bot_permission", "The bot needs the permission %s in this server for this.", permission).With("permission", permission)
	case access.NotTheirs:
		return fault.New(fault.Refused, "rank", "This case belongs to a moderator whose highest role is not below yours. Only they, somebody above them or a manager of the server can change it.")
	}
	return fault.New(fault.Refused, "not_allowed", "This is not possible.")
}

// discordSaid words what Discord refused, once the case is written.
func discordSaid(c store.Case, e *rest.Error) *fault.Error {
	f := fault.New(fault.Refused, "discord_refused", "Discord refused this: %s. Case #%d says so.", e.Message, c.Number)
	switch e.Code {
	case rest.JSONErrorCodeUnknownBan:
		f = fault.New(fault.Refused, "not_banned", "They are not banned any more. Case #%d says so.", c.Number)
	case rest.JSONErrorCodeUnknownMember:
		f = fault.New(fault.Refused, "not_member", "They have just left this server. Case #%d says so.", c.Number)
	case rest.JSONErrorCodeLackPermissionsToPerformAction:
		f = fault.New(fault.Refused, "discord_refused", "Discord says that the bot lacks a permission for this, or that its highest role is not above theirs. Check the bot’s role in the server’s settings. Case #%d says so.", c.Number)
	}
	return f.With("number", c.Number).With("discord_code", int(e.Code))
}

// refusal is what Discord said when it refused for good; nil when it did not answer, or failed.
func refusal(err error) *rest.Error {
	e, ok := errors.AsType[*rest.Error](err)
	if !ok || e.Response == nil {
		return nil
	}
	switch status := e.Response.StatusCode; {
	case status == http.StatusTooManyRequests || status == http.StatusRequestTimeout:
		return nil
	case status >= 400 && status < 500:
		if e.Message == "" {
			e.Message = fmt.Sprintf("status %d", status)
		}
		return e
	}
	return nil
}
