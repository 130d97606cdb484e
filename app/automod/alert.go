package automod

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// editAfter is how long a burst may go on before its alert shows it.
const editAfter = 5 * time.Second

// AlertHit is the job that writes the alert of a burst, or changes it.
type AlertHit struct {
	Guild snowflake.ID `json:"guild"`
	ID    uuid.UUID    `json:"id"`
}

// Kind names the job in the queue.
func (AlertHit) Kind() string { return "automod_alert" }

// alertJob replaces one that waits for the same burst: the alert shows the burst as it is when it is written.
func (s *Service) alertJob(h store.AutomodHit) river.JobArgs {
	at := time.Now()
	if h.AlertMessageID != nil || h.Count > 1 {
		at = at.Add(editAfter)
	}
	return store.At(h.GuildID, "automod.alert:"+h.ID.String(), at, AlertHit{h.GuildID, h.ID})
}

// alert writes or edits the alert of a burst.
func (s *Service) alert(ctx context.Context, job AlertHit) error {
	h, err := s.store.AutomodHit(ctx, job.Guild, job.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	cfg, err := s.SettingsNow(ctx, job.Guild)
	if err != nil {
		return err
	}
	channel, role, buttons := cfg.AlertChannelID, cfg.AlertRoleID, true
	if rule, err := s.Rule(ctx, job.Guild, h.RuleID); err == nil {
		for _, a := range rule.Actions {
			if own, ok := a.(*engine.Alert); ok {
				buttons = own.Buttons
				if own.ChannelID != nil {
					channel = new(snowflake.ID(*own.ChannelID))
				}
				if own.RoleID != nil {
					role = new(snowflake.ID(*own.RoleID))
				}
			}
		}
	}
	p := i18n.English()
	e := s.alertEmbed(p, h)
	var rows []discord.LayoutComponent
	if buttons {
		rows = s.alertButtons(p, h)
	}
	if h.AlertMessageID != nil && h.AlertChannelID != nil {
		_, err := s.discord.UpdateMessage(*h.AlertChannelID, *h.AlertMessageID, discord.MessageUpdate{Embeds: &[]discord.Embed{e}, Components: &rows}, rest.WithCtx(ctx))
		return unlessRefused(err)
	}
	if channel == nil {
		return nil
	}
	m := discord.MessageCreate{Embeds: []discord.Embed{e}, Components: rows, AllowedMentions: &discord.AllowedMentions{},
		Nonce: strings.ReplaceAll(h.ID.String(), "-", "")[:25], EnforceNonce: true} // tried again when only the answer was lost
	if role != nil {
		m.Content = discord.RoleMention(*role)
		m.AllowedMentions.Roles = []snowflake.ID{*role}
	}
	sent, err := s.discord.CreateMessage(*channel, m, rest.WithCtx(ctx))
	if code, refused := refusal(err); refused {
		s.log.WarnContext(ctx, "an alert of auto-moderation cannot be written", "guild", job.Guild, "channel", *channel, "code", code)
		s.pauses.refused(job.Guild, h.RuleID.String(), string(engine.ActionAlert), code, s.now())
		return nil
	}
	if err != nil {
		return err
	}
	return s.store.SetAutomodAlert(context.WithoutCancel(ctx), job.Guild, h.ID, *channel, sent.ID)
}

// alertEmbed is a burst as moderators see it. What the member wrote is in a code block: nothing in it is a link or pings.
func (s *Service) alertEmbed(p *i18n.Printer, h store.AutomodHit) discord.Embed {
	lines := []string{p.T("Member: %s (%s)", bot.Mention(h.UserID), "`"+h.UserID.String()+"` "+bot.Escape(h.UserTag))}
	if h.ChannelID != nil {
		lines = append(lines, p.T("Channel: %s", discord.ChannelMention(*h.ChannelID)))
	}
	if h.Count > 1 {
		lines = append(lines, p.N("%s time in this burst", "%s times in this burst", h.Count))
	}
	if h.Excerpt != "" {
		lines = append(lines, "```\n"+strings.ReplaceAll(bot.Cut(h.Excerpt, excerptLength), "`", "ˋ")+"\n```")
	}
	if done := s.doneLine(p, h); done != "" {
		lines = append(lines, done)
	}
	switch h.Verdict {
	case store.VerdictFalse:
		lines = append(lines, p.T("**False positive**, says %s", s.verdictBy(p, h)))
	case store.VerdictConfirmed:
		lines = append(lines, p.T("**Confirmed** by %s", s.verdictBy(p, h)))
	}
	title := p.T("Rule: %s", bot.Escape(h.RuleName))
	e := bot.Warning(title, strings.Join(lines, "\n"))
	if h.Verdict == store.VerdictFalse {
		e = bot.Success(title, e.Description)
	}
	e.URL, e.Timestamp = s.tabURL(h.GuildID)+"/log", &h.CreatedAt
	return e
}

func (s *Service) verdictBy(p *i18n.Printer, h store.AutomodHit) string {
	if h.VerdictBy == nil {
		return p.T("a program")
	}
	return bot.Mention(*h.VerdictBy)
}

// doneLine says what was done about a burst.
func (s *Service) doneLine(p *i18n.Printer, h store.AutomodHit) string {
	var done []string
	for _, a := range h.Actions {
		if a.Type == string(engine.ActionAlert) {
			continue
		}
		done = append(done, p.T("%s: %s", actionName(p, a.Type), outcomeName(p, a)))
	}
	if h.CaseNumber != nil {
		done = append(done, p.T("Case #%s", fmt.Sprint(*h.CaseNumber)))
	}
	return strings.Join(done, " · ")
}

func actionName(p *i18n.Printer, action string) string {
	switch engine.ActionType(action) {
	case engine.ActionDelete:
		return p.T("Delete")
	case engine.ActionWarn:
		return p.T("Warn")
	case engine.ActionTimeout:
		return p.T("Time out")
	case engine.ActionKick:
		return p.T("Kick")
	case engine.ActionBan:
		return p.T("Ban")
	case engine.ActionNickname:
		return p.T("Change the nickname")
	case engine.ActionAlert:
		return p.T("Alert the moderators")
	case engine.ActionNotify:
		return p.T("Tell the member")
	case engine.ActionSlowmode:
		return p.T("Slow the channel down")
	case engine.ActionRaidMode:
		return p.T("Pause invites and direct messages")
	}
	return action
}

func outcomeName(p *i18n.Printer, a store.AutomodAction) string {
	switch a.Outcome {
	case store.OutcomeDone:
		return p.T("done")
	case store.OutcomePaused:
		return p.T("paused, the bot lacks a permission")
	case store.OutcomeCapped:
		return p.T("not done, too many in a short time")
	case store.OutcomeShadow:
		return p.T("only logged")
	}
	if a.Code != nil {
		return p.T("failed (Discord’s code %s)", fmt.Sprint(*a.Code))
	}
	return p.T("failed")
}

// alertButtons carry the id of the burst, so they work after a restart.
func (s *Service) alertButtons(p *i18n.Printer, h store.AutomodHit) []discord.LayoutComponent {
	path := "/automod/hit/" + h.ID.String() + "/"
	row := discord.ActionRowComponent{Components: []discord.InteractiveComponent{
		discord.NewSecondaryButton(p.T("False positive"), path+"false").WithDisabled(h.Verdict == store.VerdictFalse),
		discord.NewSecondaryButton(p.T("Confirm"), path+"confirmed").WithDisabled(h.Verdict != store.VerdictOpen),
		discord.NewLinkButton(p.T("Details"), s.tabURL(h.GuildID)+"/log?id="+h.ID.String()),
	}}
	return []discord.LayoutComponent{row}
}

// Judge asks to say what a hit was.
type Judge struct {
	Guild   snowflake.ID
	ID      uuid.UUID
	Verdict string // store.VerdictConfirmed or store.VerdictFalse
	Undo    bool   // with VerdictFalse: also take back what can be taken back
	Actor   store.Actor
	By      access.Authority
}

// SetVerdict notes what a moderator says of a hit and, of a false positive, takes back its case. It fails with not_allowed
// for somebody who may not read cases, with not_found, and as moderation.Undo does when the case may not be undone; then
// nothing is noted.
func (s *Service) SetVerdict(ctx context.Context, in Judge) (store.AutomodHit, error) {
	if in.Verdict != store.VerdictConfirmed && in.Verdict != store.VerdictFalse {
		var f fault.Fields
		f.Add("verdict", "The verdict is confirmed or false.")
		return store.AutomodHit{}, f.Err()
	}
	if err := s.moderation.MayRead(ctx, in.Guild, in.By); err != nil {
		return store.AutomodHit{}, err
	}
	h, err := s.store.AutomodHit(ctx, in.Guild, in.ID)
	if errors.Is(err, store.ErrNotFound) {
		return h, fault.New(fault.NotFound, "not_found", "This entry of the log is no longer kept: entries are deleted after 30 days.").Because(err)
	}
	if err != nil {
		return h, err
	}
	if in.Verdict == store.VerdictFalse && in.Undo && h.CaseNumber != nil {
		_, err := s.moderation.Undo(ctx, moderation.EditRequest{Guild: in.Guild, Number: *h.CaseNumber, Actor: in.Actor, By: in.By}, "False positive of the rule "+h.RuleName)
		if err != nil && !fault.Has(err, "already_undone") && !fault.Has(err, "not_undoable") && !fault.Has(err, "not_banned") && !fault.Has(err, "not_timed_out") && !fault.Has(err, "not_member") {
			return h, err
		}
	}
	h, err = s.store.SetAutomodVerdict(ctx, in.Guild, in.ID, in.Verdict, s.now(), in.Actor)
	if err == nil && h.AlertMessageID != nil {
		err = s.store.Enqueue(ctx, store.At(h.GuildID, "automod.alert:"+h.ID.String(), time.Now(), AlertHit{h.GuildID, h.ID}))
	}
	return h, err
}

// interactions mounts the buttons of alerts.
func (s *Service) interactions(m *bot.Mux) {
	m.Button("/automod/hit/{id}/{verdict}", s.press)
}

func (s *Service) press(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	id, err := uuid.Parse(i.Vars["id"])
	if err != nil {
		return bot.Reply{}, bot.Outdated()
	}
	i.RespondEphemerally()
	user := i.User()
	h, err := s.SetVerdict(ctx, Judge{Guild: i.Guild, ID: id, Verdict: i.Vars["verdict"], Undo: true,
		Actor: store.Actor{ID: user.ID, Name: user.Username, Source: store.SourceCommand}, By: access.AsMember(user.ID)})
	if err != nil {
		return bot.Reply{}, err
	}
	text := i.T("Thank you. It counts towards the rule’s precision.")
	if h.Verdict == store.VerdictFalse {
		text = i.T("It counts towards the rule’s precision.")
		if h.CaseNumber != nil {
			text = i.T("Case #%s was undone. It counts towards the rule’s precision.", fmt.Sprint(*h.CaseNumber))
		}
	}
	return bot.Ephemeral(bot.Success(i.T("Noted"), text)), nil
}

func (s *Service) tabURL(guild snowflake.ID) string {
	return fmt.Sprintf("%s/admin/guilds/%d/automod", s.baseURL, guild)
}
