package automod

import (
	"context"
	"fmt"
	"strings"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Why is what the rules of a guild say about a message that was written.
type Why struct {
	Exempt  engine.Exemption // from all rules; empty for nobody
	Panic   bool             // all rules are off
	Answers []engine.Answer  // of each rule, in their order
}

// Why asks each rule about a message. It fails with not_found for a message that does not exist, or that whoever asks
// cannot read, and with not_allowed unless they may read cases.
func (s *Service) Why(ctx context.Context, guild, channel, message snowflake.ID, by access.Authority) (Why, error) {
	if err := s.moderation.MayRead(ctx, guild, by); err != nil {
		return Why{}, err
	}
	gone := fault.New(fault.NotFound, "not_found", "There is no such message, or you or the bot cannot read it. Give the link of a message in this server.")
	r, err := s.ready.Get(ctx, guild)
	if err != nil {
		return Why{}, err
	}
	readable, err := s.readable(ctx, guild, r.guild, by)
	if err != nil {
		return Why{}, err
	}
	if !readable[s.readAs(channel)] {
		return Why{}, gone
	}
	if r.rules == nil {
		return Why{Panic: true}, nil
	}
	m, err := s.discord.GetMessage(channel, message, rest.WithCtx(ctx))
	if _, refused := refusal(err); refused {
		return Why{}, gone.Because(err)
	}
	if err != nil {
		return Why{}, fault.New(fault.Unavailable, "unavailable", "Discord does not answer, so the message could not be fetched. Try again in a moment.").Because(err)
	}
	e := s.event(ctx, r, happening{guild: guild, kind: engine.KindMessage, message: *m}, nil)
	if e == nil {
		return Why{}, fault.New(fault.Refused, "not_member", "Whoever wrote this has left the server, and rules look at members alone.")
	}
	windows := s.windows.Guild(engine.Snowflake(guild))
	verdict := r.rules.Check(e, windows)
	if s.lookUp(ctx, verdict.Unresolved) {
		verdict = r.rules.Check(e, windows)
	}
	return Why{Exempt: verdict.Exempt, Answers: r.rules.Explain(e, windows)}, nil
}

// readAs is the channel whose permissions say who reads in a channel: that of a public thread is what it lies in. A private
// thread has its own members, so nobody reads it through this.
func (s *Service) readAs(id snowflake.ID) snowflake.ID {
	if c := s.gateway(); c != nil {
		if ch, known := c.Channel(id); known && ch.ParentID() != nil &&
			(ch.Type() == discord.ChannelTypeGuildPublicThread || ch.Type() == discord.ChannelTypeGuildNewsThread) {
			return *ch.ParentID()
		}
	}
	return id
}

func (s *Service) whyCommand(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	i.RespondEphemerally()
	_, by := commander(i)
	text := strings.TrimSpace(i.Options.String("message"))
	parts := strings.Split(text, "/")
	message, err := snowflake.Parse(parts[len(parts)-1])
	channel := i.Channel
	if err == nil && len(parts) >= 3 {
		channel, err = snowflake.Parse(parts[len(parts)-2])
		if err == nil && parts[len(parts)-3] != i.Guild.String() {
			message = 0
		}
	}
	if err != nil || message == 0 {
		var f fault.Fields
		f.Add("message", "“%s” is not a message of this server. Give the link of a message, or its ID in this channel.", bot.Cut(text, 50))
		return bot.Reply{}, f.Err()
	}
	why, err := s.Why(ctx, i.Guild, channel, message, by)
	if err != nil {
		return bot.Reply{}, err
	}
	var lines []string
	switch {
	case why.Panic:
		lines = append(lines, i.T("All rules are off."))
	case why.Exempt != "":
		lines = append(lines, i.T("No rule acts on it: %s.", exemptName(i.Printer, why.Exempt)))
	}
	clean := 0
	for _, a := range why.Answers {
		if a.Outcome == engine.OutcomeClean || a.Outcome == engine.OutcomeOtherEvent || a.Outcome == engine.OutcomeOff {
			clean++
			continue
		}
		if len(lines) < listedRules {
			lines = append(lines, fmt.Sprintf("**%s** (%s) · %s", bot.Escape(a.Rule.Name), modeName(i.Printer, a.Rule.Mode), s.answerLine(i.Printer, a)))
		}
	}
	if clean > 0 {
		lines = append(lines, i.N("%s rule finds nothing, is off or looks at other things.", "%s rules find nothing, are off or look at other things.", int64(clean)))
	}
	return bot.Ephemeral(bot.Info(i.T("What the rules say"), strings.Join(lines, "\n"))), nil
}

func exemptName(p *i18n.Printer, e engine.Exemption) string {
	switch e {
	case engine.ExemptBot:
		return p.T("a bot wrote it")
	case engine.ExemptWebhook:
		return p.T("a webhook wrote it")
	case engine.ExemptOwner:
		return p.T("the owner of the server wrote it")
	case engine.ExemptModerator:
		return p.T("a moderator wrote it")
	case engine.ExemptRole:
		return p.T("the author has an exempt role")
	}
	return p.T("the channel is exempt")
}

// answerLine says what a rule says of a message.
func (s *Service) answerLine(p *i18n.Printer, a engine.Answer) string {
	switch a.Outcome {
	case engine.OutcomeHit:
		if a.Match != nil && len(a.Match.Hits) > 0 {
			if excerpt, _ := a.Match.Hits[0].Excerpt(excerptLength); excerpt != "" {
				return p.T("finds this:") + "\n" + quoted(excerpt)
			}
		}
		return p.T("finds something")
	case engine.OutcomeExemptRole:
		return p.T("the author has a role that is exempt from it")
	case engine.OutcomeExemptChannel:
		return p.T("the channel is exempt from it")
	case engine.OutcomeMemberTooOld:
		return p.T("the author has been here for too long")
	case engine.OutcomeAccountTooOld:
		return p.T("the account is too old")
	case engine.OutcomeOtherRole:
		return p.T("the author has none of its roles")
	case engine.OutcomeOtherChannel:
		return p.T("it looks at other channels")
	}
	return p.T("finds nothing")
}
