package moderation

import (
	"context"
	"errors"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/finding"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// shownOverdue is how many cases a finding names.
const shownOverdue = 10

// findings say what keeps moderation from working in a guild: an audit log that cannot be read, a log channel that cannot
// be written to, and ends that are overdue. Of the installation they say when nobody is written to.
func (s *Service) findings(ctx context.Context, guild snowflake.ID) ([]finding.Finding, error) {
	var found []finding.Finding
	if guild == 0 {
		if s.direct.paused(s.now()) {
			found = append(found, finding.Finding{Severity: finding.Warning,
				Text: i18n.M("Direct messages about moderation are paused: Discord says that the bot opens too many conversations."),
				Hint: i18n.M("They go on by themselves in a few minutes. Switch direct messages off for some actions if it happens often.")})
		}
		return found, nil
	}
	readable, err := s.readsAuditLog(ctx, guild)
	if err != nil {
		return nil, err
	}
	if !readable {
		found = append(found, finding.Finding{Severity: finding.Warning,
			Text: i18n.M("The bot cannot read the audit log, so bans by hand have no moderator and kicks and timeouts by hand no case."),
			Hint: i18n.M("Give the bot’s role the permission View Audit Log.")})
	}
	p, err := s.store.CaseLogProblem(ctx, guild)
	switch {
	case err == nil:
		found = append(found, finding.Finding{Severity: finding.Warning,
			Text: i18n.M("The bot cannot write to the log channel of moderation (Discord’s code %s).", i18n.Number(p.Code)),
			Hint: i18n.M("Let the bot see the channel, send messages and embed links there, or choose another channel. It is tried again when something changes.")})
	case !errors.Is(err, store.ErrNotFound):
		return nil, err
	}
	late, err := s.store.OverdueCases(ctx, guild, s.now().Add(-overdue), shownOverdue)
	if err != nil {
		return nil, err
	}
	for _, c := range late {
		found = append(found, finding.Finding{Severity: finding.Warning,
			Text: i18n.M("Case #%s should have ended and did not: Discord does not let the bot lift it.", i18n.Number(c.Number)),
			Hint: i18n.M("Check that the bot has the permission Ban Members and that its role is high enough. It is tried again until it works.")})
	}
	return found, nil
}
