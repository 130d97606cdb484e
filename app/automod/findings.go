package automod

import (
	"context"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/finding"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// findings say what keeps the rules of a guild from working.
func (s *Service) findings(ctx context.Context, guild snowflake.ID) ([]finding.Finding, error) {
	if guild == 0 {
		return nil, nil
	}
	var found []finding.Finding
	p, err := s.Panic(ctx, guild)
	if err != nil {
		return nil, err
	}
	if p.Active {
		found = append(found, finding.Finding{Severity: finding.Warning,
			Text: i18n.M("Auto-moderation is switched off: no rule is looked at."),
			Hint: i18n.M("Switch it on again on the tab Auto-moderation when you are ready.")})
	}
	rules, err := s.Rules(ctx, guild)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(rules))
	blind := int64(0)
	for _, r := range rules {
		names[r.ID] = r.Name
		if r.Mode != engine.Off && s.unavailable(r.Type) != "" {
			blind++
		}
		if low, n := r.imprecise(); low && r.Mode == engine.Enforce {
			found = append(found, finding.Finding{Severity: finding.Warning,
				Text: i18n.M("The rule %s was wrong in more than a tenth of %s that moderators looked at.", r.Name, i18n.Count(n, "%s case", "%s cases")),
				Hint: i18n.M("Switch it to shadow and make it narrower.")})
		}
	}
	if blind > 0 {
		found = append(found, finding.Finding{Severity: finding.Warning,
			Text: i18n.M("%s cannot see what messages say.", i18n.Count(blind, "%s rule", "%s rules")),
			Hint: i18n.M("Switch on Message Content in Discord’s developer portal, under Bot, then restart.")})
	}
	for _, paused := range s.pauses.of(guild) {
		found = append(found, finding.Finding{Severity: finding.Warning,
			Text: i18n.M("The rule %s no longer tries one of its actions (%s): Discord refused it (code %s).", names[paused.Rule], paused.Type, i18n.Number(paused.Code)),
			Hint: i18n.M("Give the bot the permission or move its role up. It is tried again when a role changes.")})
	}
	return found, nil
}

// imprecise reports whether moderators found a rule wrong in more than a tenth of at least twenty hits.
func (r Rule) imprecise() (bool, int64) {
	judged := r.Stats.Confirmed + r.Stats.False
	return judged >= 20 && r.Stats.False*10 > judged, judged
}

// unavailable says why rules of a type find nothing at present; empty when they do.
func (s *Service) unavailable(t engine.Type) string {
	switch t {
	case engine.TypeRaid, engine.TypeUsername, engine.TypeMessageRate:
		return ""
	}
	if s.intents != nil && !s.intents() {
		return "message_content_intent"
	}
	return ""
}

// sees fails with message_content_missing when rules of a type find nothing at present: nobody may take that for a rule
// that finds nothing wrong.
func (s *Service) sees(t engine.Type) error {
	if s.unavailable(t) == "" {
		return nil
	}
	return fault.New(fault.Refused, "message_content_missing",
		"Discord does not show the bot what messages say, so this rule cannot be tried on them. Switch on Message Content in Discord’s developer portal, under Bot, then restart.")
}
