package moderation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	// floodCases native cases within floodTime become one message.
	floodCases = 10
	floodTime  = 10 * time.Second
)

// LogCase is the job that writes a case's message in the log channel, or changes it.
type LogCase struct {
	Guild  snowflake.ID `json:"guild"`
	Number int64        `json:"number"`
}

// Kind names the job in the queue.
func (LogCase) Kind() string { return "moderation_log_case" }

// LogFlood is the job that writes one message about many things that happened in Discord itself.
type LogFlood struct {
	Guild snowflake.ID `json:"guild"`
	Since time.Time    `json:"since"`
}

// Kind names the job in the queue.
func (LogFlood) Kind() string { return "moderation_log_flood" }

// logJob replaces one that waits for the same case: the message shows the case as it is when it is written.
func (s *Service) logJob(c store.Case) river.JobArgs {
	return store.At(c.GuildID, fmt.Sprintf("moderation.log:%d", c.Number), time.Now(), LogCase{c.GuildID, c.Number})
}

// logCase writes or edits the message of a case.
func (s *Service) logCase(ctx context.Context, job LogCase) error {
	channel, err := s.logChannel(ctx, job.Guild)
	if err != nil || channel == 0 {
		return err
	}
	c, err := s.store.Case(ctx, job.Guild, job.Number)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	printer := s.who.Printer(ctx, c.GuildID)
	e := s.logEmbed(printer, c)
	buttons := []discord.LayoutComponent{}
	if escalates(c) {
		climbed, err := s.escalation(ctx, c)
		if err != nil {
			return err
		}
		if line := climbed.line(printer); line != "" {
			e.Description += "\n" + line
		}
		buttons = append(buttons, climbed.buttons(printer, c)...)
	}
	if c.LogMessageID != nil && c.LogChannelID != nil {
		_, err := s.discord.UpdateMessage(*c.LogChannelID, *c.LogMessageID, discord.MessageUpdate{Embeds: &[]discord.Embed{e}, Components: &buttons}, rest.WithCtx(ctx))
		return s.logged(ctx, job.Guild, *c.LogChannelID, err)
	}
	if c.Source == store.SourceDiscord || c.Source == store.SourceNative {
		since := c.CreatedAt.Add(-floodTime)
		n, _, err := s.store.RecentNative(ctx, job.Guild, since)
		if err != nil {
			return err
		}
		if n > floodCases {
			return s.store.Enqueue(ctx, store.At(job.Guild, "moderation.log.flood", time.Now().Add(floodTime), LogFlood{job.Guild, since}))
		}
	}
	sent, err := s.discord.CreateMessage(channel, discord.MessageCreate{
		Embeds: []discord.Embed{e}, Components: buttons, AllowedMentions: &discord.AllowedMentions{Parse: []discord.AllowedMentionType{}},
		Nonce: fmt.Sprintf("case-%d", c.Number), EnforceNonce: true, // tried again when only the response was lost
	}, rest.WithCtx(ctx))
	if err != nil {
		return s.logged(ctx, job.Guild, channel, err)
	}
	return s.store.SetCaseLogMessage(context.WithoutCancel(ctx), job.Guild, c.Number, channel, sent.ID)
}

// logFlood says how many things happened at once, instead of a message for each.
func (s *Service) logFlood(ctx context.Context, job LogFlood) error {
	channel, err := s.logChannel(ctx, job.Guild)
	if err != nil || channel == 0 {
		return err
	}
	n, last, err := s.store.RecentNative(ctx, job.Guild, job.Since)
	if err != nil || n == 0 {
		return err
	}
	p := s.who.Printer(ctx, job.Guild)
	e := bot.Info(p.T("Many actions in Discord"), p.N("%s case was made of what was done in Discord itself, up to #%s.",
		"%s cases were made of what was done in Discord itself, up to #%s.", n, fmt.Sprint(last)))
	e.URL = s.tabURL(job.Guild)
	_, err = s.discord.CreateMessage(channel, discord.MessageCreate{Embeds: []discord.Embed{e},
		AllowedMentions: &discord.AllowedMentions{Parse: []discord.AllowedMentionType{}}, Nonce: fmt.Sprintf("flood-%d", last), EnforceNonce: true}, rest.WithCtx(ctx))
	return s.logged(ctx, job.Guild, channel, err)
}

// logChannel is where cases are shown; 0 for nowhere: none is set, or the bot could not write there.
func (s *Service) logChannel(ctx context.Context, guild snowflake.ID) (snowflake.ID, error) {
	cfg, err := s.SettingsNow(ctx, guild)
	if err != nil || cfg.LogChannelID == nil {
		return 0, err
	}
	p, err := s.store.CaseLogProblem(ctx, guild)
	if errors.Is(err, store.ErrNotFound) || err == nil && p.ChannelID != *cfg.LogChannelID {
		return *cfg.LogChannelID, nil
	}
	return 0, err
}

// logged remembers that the log channel cannot be written to: a finding says so, and nothing is tried until something
// changes. A message that somebody deleted is left deleted.
func (s *Service) logged(ctx context.Context, guild, channel snowflake.ID, err error) error {
	refused := refusal(err)
	switch {
	case refused == nil:
		return err
	case refused.Code == rest.JSONErrorCodeUnknownMessage:
		return nil
	case refused.Response.StatusCode == http.StatusUnauthorized:
		return err
	}
	news, err := s.store.SetCaseLogProblem(ctx, guild, &store.CaseLogProblem{ChannelID: channel, Code: int64(refused.Code), CreatedAt: s.now()})
	if news {
		s.log.WarnContext(ctx, "the log channel of moderation cannot be written to", "guild", guild, "channel", channel, "code", refused.Code)
	}
	return err
}

// retryLog lets the log channel be written to again: a channel, a role or the bot's own roles changed.
func (s *Service) retryLog(ctx context.Context, guild snowflake.ID) error {
	_, err := s.store.SetCaseLogProblem(ctx, guild, nil)
	return err
}

func (s *Service) tabURL(guild snowflake.ID) string {
	return fmt.Sprintf("%s/admin/guilds/%d/moderation", s.baseURL, guild)
}

func (s *Service) caseURL(c store.Case) string {
	return fmt.Sprintf("%s/cases/%d", s.tabURL(c.GuildID), c.Number)
}

// logEmbed is a case as the log channel shows it.
func (s *Service) logEmbed(p *i18n.Printer, c store.Case) discord.Embed {
	lines := []string{
		p.T("Member: %s (%s)", bot.Mention(c.UserID), "`"+c.UserID.String()+"` "+bot.Escape(c.UserTag)),
		p.T("Moderator: %s", s.byWhom(p, c)),
	}
	if c.Reason != "" {
		lines = append(lines, p.T("Reason: %s", bot.Escape(c.Reason)))
	}
	lines = append(lines, endLine(p, c)...)
	if state := stateLine(p, c); state != "" {
		lines = append(lines, state)
	}
	title := p.T("%s · case #%s", actionName(p, c.Action), fmt.Sprint(c.Number))
	e := bot.Info(title, strings.Join(lines, "\n"))
	switch {
	case c.State == store.CaseFailed:
		e = bot.Error(title, e.Description)
	case c.State == store.CaseUndone || c.Action == store.CaseUnban || c.Action == store.CaseUntimeout:
		e = bot.Success(title, e.Description)
	case c.Action != store.CaseNote:
		e = bot.Warning(title, e.Description)
	}
	e.URL, e.Timestamp = s.caseURL(c), &c.CreatedAt
	return e
}

// byWhom names the moderator of a case, and the way.
func (s *Service) byWhom(p *i18n.Printer, c store.Case) string {
	name := p.T("unknown")
	switch {
	case c.ModeratorID != 0:
		name = bot.Mention(c.ModeratorID)
	case c.ModeratorTag != "":
		name = bot.Escape(c.ModeratorTag)
	}
	switch c.Source {
	case store.SourceDiscord:
		return name + " · " + p.T("in Discord itself")
	case store.SourceNative:
		return p.T("Discord’s AutoMod")
	case store.SourceAutomod:
		return p.T("auto-moderation")
	case store.SourceLadder:
		return p.T("warnings that add up")
	}
	return name
}

// endLine says when a case ends.
func endLine(p *i18n.Printer, c store.Case) []string {
	switch {
	case c.State == store.CaseUndone || c.State == store.CaseFailed || c.Action.Lasting() != "" && c.State == store.CaseDone && !c.InForce && c.EndedAt == nil:
		return nil // it holds no more, or never did
	case c.ExpiresAt != nil && c.EndedAt != nil:
		return []string{p.T("Ended %s", bot.Relative(*c.EndedAt))}
	case c.ExpiresAt != nil && c.Action == store.CaseWarn:
		return []string{p.T("Counts until %s", fmt.Sprintf("<t:%d:D>", c.ExpiresAt.Unix()))}
	case c.ExpiresAt != nil:
		return []string{p.T("Ends %s", bot.Relative(*c.ExpiresAt))}
	case c.Action == store.CaseBan:
		return []string{p.T("Permanent")}
	}
	return nil
}

// stateLine says what became of a case when that is not simply that it was done.
func stateLine(p *i18n.Printer, c store.Case) string {
	switch {
	case c.State == store.CaseFailed && c.Failure != nil:
		return p.T("**Failed:** %s", bot.Escape(c.Failure.Message))
	case c.State == store.CasePending:
		return p.T("Discord has not answered yet.")
	case c.State == store.CaseUndone && c.UndoneBy != nil:
		return p.T("**Undone** by case #%s", fmt.Sprint(*c.UndoneBy))
	case c.State == store.CaseUndone:
		return p.T("**Undone**")
	case c.Resolved && c.ResolvedBy != nil:
		return p.T("Resolved by %s", bot.Mention(*c.ResolvedBy))
	case c.DM == store.DMRefused:
		return p.T("They could not be reached by direct message.")
	}
	return ""
}
