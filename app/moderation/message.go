package moderation

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	dmTimeout = 3 * time.Second
	// dmPause is how long nobody is written to once Discord says that the bot opens too many conversations.
	dmPause = 10 * time.Minute
)

// Discord blocks bots that open too many conversations.
var (
	perMember = bus.Limit{PerSecond: 1.0 / 600, Burst: 1}
	perGuild  = bus.Limit{PerSecond: 10.0 / 60, Burst: 10}
)

// direct says whether direct messages are paused.
type direct struct{ until atomic.Int64 }

func (d *direct) pause(now time.Time)           { d.until.Store(now.Add(dmPause).UnixNano()) }
func (d *direct) paused(now time.Time) bool     { return now.UnixNano() < d.until.Load() }
func dmKey(what string, id snowflake.ID) string { return fmt.Sprintf("moderation:dm:%s:%d", what, id) }

// tell sends the direct message about a case, within a few seconds or not at all, and says what became of it.
func (s *Service) tell(ctx context.Context, c store.Case, cfg Config) store.CaseDM {
	if c.DM != store.DMNone || c.BatchID != nil {
		return c.DM
	}
	if s.direct.paused(time.Now()) ||
		!s.bus.Allow(ctx, dmKey(fmt.Sprintf("%d", c.GuildID), c.UserID), perMember).Allowed ||
		!s.bus.Allow(ctx, dmKey("guild", c.GuildID), perGuild).Allowed {
		return store.DMNone
	}
	e := s.message(ctx, c, cfg)
	dm := s.write(ctx, c.UserID, e)
	s.metrics.told(dm)
	return dm
}

// correct tells somebody who was told of an act that it was not done.
func (s *Service) correct(ctx context.Context, c store.Case, cfg Config) {
	if c.DM != store.DMSent || c.State != store.CaseFailed {
		return
	}
	p := s.who.Printer(ctx, c.GuildID)
	s.write(ctx, c.UserID, bot.Info(p.T("Please disregard the last message"),
		p.T("What it said about **%s** could not be done, so nothing has changed for you.", bot.Escape(s.guildName(ctx, c.GuildID)))))
}

func (s *Service) write(ctx context.Context, user snowflake.ID, e discord.Embed) store.CaseDM {
	ctx, cancel := context.WithTimeout(ctx, dmTimeout)
	defer cancel()
	channel, err := s.discord.CreateDMChannel(user, rest.WithCtx(ctx))
	if err == nil {
		_, err = s.discord.CreateMessage(channel.ID(), discord.MessageCreate{
			Embeds: []discord.Embed{e}, AllowedMentions: &discord.AllowedMentions{Parse: []discord.AllowedMentionType{}},
		}, rest.WithCtx(ctx))
	}
	switch {
	case err == nil:
		return store.DMSent
	case rest.IsJSONErrorCode(err, rest.JSONErrorCodeOpeningDirectMessagesTooFast):
		s.direct.pause(time.Now())
		s.log.WarnContext(ctx, "Discord says that the bot opens too many direct conversations; nobody is written to for a while", "pause", dmPause)
		return store.DMNone
	case refusal(err) != nil:
		return store.DMRefused
	}
	s.log.WarnContext(ctx, "a direct message was not answered", "error", err)
	return store.DMNone
}

func (s *Service) guildName(ctx context.Context, guild snowflake.ID) string {
	g, err := s.who.Guild(ctx, guild)
	if err != nil || g.Name == "" {
		return "Discord"
	}
	return g.Name
}

// message is the direct message about a case as the person gets it.
func (s *Service) message(ctx context.Context, c store.Case, cfg Config) discord.Embed {
	p := s.who.Printer(ctx, c.GuildID)
	server := s.guildName(ctx, c.GuildID)
	own, ok := cfg.Messages[c.Action]
	if ok && strings.TrimSpace(own) != "" {
		return bot.Warning(server, fill(p, own, server, c))
	}
	lines := []string{told(p, c.Action, server)}
	if c.Reason != "" {
		lines = append(lines, p.T("Reason: %s", bot.Escape(c.Reason)))
	}
	if c.ExpiresAt != nil && c.Action != store.CaseWarn {
		lines = append(lines, p.T("It ends %s.", bot.Relative(*c.ExpiresAt)))
	}
	if cfg.ShowModerator && c.ModeratorTag != "" {
		lines = append(lines, p.T("Moderator: %s", bot.Escape(c.ModeratorTag)))
	}
	return bot.Warning(server, strings.Join(lines, "\n"))
}

// told says to somebody what was done to them.
func told(p *i18n.Printer, a store.CaseAction, server string) string {
	server = bot.Escape(server)
	switch a {
	case store.CaseBan:
		return p.T("You were banned from **%s**.", server)
	case store.CaseSoftban:
		return p.T("You were removed from **%s** and your recent messages were deleted. You may join again.", server)
	case store.CaseKick:
		return p.T("You were kicked from **%s**. You may join again with an invite.", server)
	case store.CaseTimeout:
		return p.T("You were timed out in **%s** and cannot write there for a while.", server)
	}
	return p.T("You were warned in **%s**.", server)
}

// fill puts the figures of a case into a guild's own words.
func fill(p *i18n.Printer, words, server string, c store.Case) string {
	duration, expires := p.T("permanent"), p.T("never")
	if c.DurationSeconds != nil {
		duration = p.Duration(time.Duration(*c.DurationSeconds) * time.Second)
	}
	if c.ExpiresAt != nil {
		expires = bot.Relative(*c.ExpiresAt)
	}
	return strings.NewReplacer("{server}", bot.Escape(server), "{action}", actionName(p, c.Action), "{reason}", bot.Escape(c.Reason),
		"{duration}", duration, "{expires}", expires, "{appeal}", "").Replace(words)
}

// actionName is what an action is called.
func actionName(p *i18n.Printer, a store.CaseAction) string {
	switch a {
	case store.CaseBan:
		return p.T("Ban")
	case store.CaseUnban:
		return p.T("Unban")
	case store.CaseKick:
		return p.T("Kick")
	case store.CaseSoftban:
		return p.T("Softban")
	case store.CaseTimeout:
		return p.T("Timeout")
	case store.CaseUntimeout:
		return p.T("Timeout lifted")
	case store.CaseWarn:
		return p.T("Warning")
	}
	return p.T("Note")
}
