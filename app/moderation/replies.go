package moderation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	perPage      = 10
	shownReason  = 80 // characters of a reason in a list
	shownChanges = 8  // of a case's history
)

// done says what was done, short enough for a phone.
func done(p *i18n.Printer, c store.Case) discord.Embed {
	title := p.T("%s · case #%s", actionName(p, c.Action), fmt.Sprint(c.Number))
	lines := []string{bot.Mention(c.UserID) + " " + bot.Escape(c.UserTag)}
	if c.Reason != "" {
		lines = append(lines, p.T("Reason: %s", bot.Escape(c.Reason)))
	}
	lines = append(lines, endLine(p, c)...)
	if c.State == store.CasePending {
		lines = append(lines, p.T("Discord has not answered yet. The case shows in a minute whether it was done."))
		return bot.Warning(title, strings.Join(lines, "\n"))
	}
	if line := dmLine(p, c); line != "" {
		lines = append(lines, line)
	}
	return bot.Success(title, strings.Join(lines, "\n"))
}

// dmLine says whether the person was told.
func dmLine(p *i18n.Printer, c store.Case) string {
	switch c.DM {
	case store.DMSent:
		return p.T("They were told by direct message.")
	case store.DMRefused:
		return p.T("They could not be reached by direct message.")
	case store.DMNone:
		if c.Action != store.CaseNote && c.Action != store.CaseUnban && c.Action != store.CaseUntimeout {
			return p.T("No direct message was sent: they got one just now, or there are too many at once.")
		}
	}
	return ""
}

// caseLine is a case in a list.
func caseLine(p *i18n.Printer, c store.Case) string {
	text := fmt.Sprintf("**#%d** %s · %s", c.Number, actionName(p, c.Action), bot.Relative(c.CreatedAt))
	if c.Reason != "" {
		text += " · " + bot.Escape(bot.Cut(c.Reason, shownReason))
	}
	if state := stateLine(p, c); state != "" && c.State != store.CaseDone {
		text += " · " + state
	}
	return text
}

// recordLine sums up somebody's cases.
func recordLine(p *i18n.Printer, r store.CaseRecord) string {
	if r.Total == 0 {
		return p.T("No cases.")
	}
	text := p.N("%s case", "%s cases", r.Total)
	if r.Warnings > 0 {
		text += " · " + p.N("%s warning counts", "%s warnings count", r.Warnings)
	}
	if r.Banned {
		text += " · " + p.T("banned")
	}
	if r.TimedOut {
		text += " · " + p.T("timed out")
	}
	return text
}

func historyEmbed(p *i18n.Printer, user snowflake.ID, r store.CaseRecord, cases []store.Case) discord.Embed {
	lines := []string{bot.Mention(user) + " · " + recordLine(p, r)}
	for _, c := range cases {
		lines = append(lines, caseLine(p, c))
	}
	return bot.Info(p.T("Cases"), strings.Join(lines, "\n"))
}

// whole is a case with its latest changes.
func (s *Service) whole(p *i18n.Printer, c store.Case, changes []store.CaseHistory) discord.Embed {
	e := s.logEmbed(p, c)
	lines := []string{e.Description}
	if line := dmLine(p, c); line != "" && c.DM != store.DMRefused {
		lines = append(lines, line)
	}
	if c.CausedBy != nil {
		lines = append(lines, p.T("Because of case #%s", fmt.Sprint(*c.CausedBy)))
	}
	if c.EvidenceCount > 0 {
		lines = append(lines, p.N("%s piece of evidence", "%s pieces of evidence", c.EvidenceCount))
	}
	changes = slices.DeleteFunc(changes, func(h store.CaseHistory) bool { // that it was done, or failed, is said already
		return h.Field == "state" && h.Before != nil && *h.Before == string(store.CasePending)
	})
	for _, h := range changes[max(0, len(changes)-shownChanges):] {
		lines = append(lines, "-# "+bot.Relative(h.At)+" · "+bot.Escape(h.ActorName)+" · "+p.T("%s: %s → %s", fieldName(p, h.Field), shownValue(h.Before), shownValue(h.After)))
	}
	e.Description = bot.Cut(strings.Join(lines, "\n"), 4096)
	return e
}

// fieldName is what a field of the history is called.
func fieldName(p *i18n.Printer, field string) string {
	switch field {
	case "reason":
		return p.T("Reason")
	case "expires_at":
		return p.T("End")
	case "state":
		return p.T("State")
	case "resolved":
		return p.T("Resolved")
	case "dm":
		return p.T("Direct message")
	}
	return p.T("Evidence")
}

func shownValue(v *string) string {
	if v == nil || *v == "" {
		return "—"
	}
	return bot.Escape(bot.Cut(*v, shownReason))
}
