package engine

import (
	"slices"
	"time"

	"github.com/smarter-dev/smarterdev/app/automod/engine/text"
)

// Check asks all rules about an event. It reads the windows and changes nothing: call Count first.
func (c *Compiled) Check(e *Event, w *GuildWindows) Verdict {
	verdict := Verdict{Exempt: c.exempt(e)}
	if verdict.Exempt != "" {
		return verdict
	}
	for i := range c.rules {
		rule := &c.rules[i]
		if rule.applies(e) != "" {
			continue
		}
		if match, ok := c.judge(rule, e, w, &verdict); ok {
			verdict.Matches = append(verdict.Matches, match)
		}
	}
	verdict.markMasked()
	return verdict
}

// Explain asks each rule about an event and says why it does not act. It leaves out who is exempt
// from all of them, which Check says.
func (c *Compiled) Explain(e *Event, w *GuildWindows) []Answer {
	answers := make([]Answer, 0, len(c.rules))
	var verdict Verdict
	for i := range c.rules {
		rule := &c.rules[i]
		answer := Answer{Rule: &rule.Rule, Outcome: rule.applies(e)}
		if answer.Outcome == "" {
			answer.Outcome = OutcomeClean
			if match, ok := c.judge(rule, e, w, &verdict); ok {
				answer.Outcome, answer.Match = OutcomeHit, &match
			}
		}
		answers = append(answers, answer)
	}
	return answers
}

// markMasked marks the matches that are harsher than the one that acts in their place.
func (v *Verdict) markMasked() {
	acting := v.Acting()
	if acting == nil {
		return
	}
	later := false
	for i := range v.Matches {
		match := &v.Matches[i]
		if match == acting {
			later = true
			continue
		}
		match.Masked = later && match.Rule.Actions.Harshness() > acting.Rule.Actions.Harshness()
	}
}

// exempt says why no rule is asked.
func (c *Compiled) exempt(e *Event) Exemption {
	switch {
	case e.Webhook:
		return ExemptWebhook
	case e.Author.Bot && e.InvokedBy == nil:
		return ExemptBot
	case e.person().ID == c.settings.OwnerID && c.settings.OwnerID != 0:
		return ExemptOwner
	case c.settings.ExemptModerators && e.Member.Permissions&Moderating != 0:
		return ExemptModerator
	case overlap(c.settings.ExemptRoles, e.Member.Roles):
		return ExemptRole
	case overlap(c.settings.ExemptChannels, e.Channels):
		return ExemptChannel
	}
	return ""
}

// applies says why a rule is not asked about an event, empty if it is.
func (rule *compiledRule) applies(e *Event) Outcome {
	conditions := &rule.Conditions
	person := e.person()
	switch {
	case rule.Mode == Off:
		return OutcomeOff
	case !rule.Type.Sees(e.Kind):
		return OutcomeOtherEvent
	case overlap(rule.ExemptRoles, e.Member.Roles):
		return OutcomeExemptRole
	case overlap(rule.ExemptChannels, e.Channels):
		return OutcomeExemptChannel
	case conditions.MemberForLessThanSeconds > 0 && !younger(e.At, e.Member.JoinedAt, conditions.MemberForLessThanSeconds):
		return OutcomeMemberTooOld
	case conditions.AccountYoungerThanSeconds > 0 && !younger(e.At, person.CreatedAt(), conditions.AccountYoungerThanSeconds):
		return OutcomeAccountTooOld
	case len(conditions.RolesAny) > 0 && !overlap(conditions.RolesAny, e.Member.Roles):
		return OutcomeOtherRole
	case len(conditions.Channels) > 0 && !overlap(conditions.Channels, e.Channels):
		return OutcomeOtherChannel
	}
	return ""
}

// younger is false for a time that nobody knows: a rule for newcomers must not hit old members by
// a gap in what Discord sent.
func younger(now, since time.Time, seconds int64) bool {
	return !since.IsZero() && now.Sub(since) < time.Duration(seconds)*time.Second
}

func overlap(a, b []Snowflake) bool {
	for _, id := range a {
		if slices.Contains(b, id) {
			return true
		}
	}
	return false
}

// Sees reports whether rules of the type are asked about events of the kind.
func (t Type) Sees(kind Kind) bool {
	switch kind {
	case KindMessage:
		return t != TypeUsername && t != TypeRaid
	case KindEdit:
		return t == TypeContent || t == TypeLinks || t == TypeMentions || t == TypeFileExtension
	case KindThread:
		return t == TypeContent
	case KindJoin:
		return t == TypeUsername || t == TypeRaid
	case KindRename:
		return t == TypeUsername
	}
	return false
}

// judge asks one rule. On an edit only what is newly matching counts.
func (c *Compiled) judge(rule *compiledRule, e *Event, w *GuildWindows, v *Verdict) (Match, bool) {
	match := Match{Rule: &rule.Rule}
	match.Hits = c.hits(rule, e, w, v, &match)
	if len(match.Hits) > 0 && e.Kind == KindEdit && e.Before != nil {
		before := *e
		before.Message, before.Before, before.reading = *e.Before, nil, nil
		var nothing Verdict
		match.Hits = newlyMatching(match.Hits, c.hits(rule, &before, w, &nothing, &Match{}))
		before.Release()
	}
	return match, len(match.Hits) > 0
}

// hits returns what a rule finds.
func (c *Compiled) hits(rule *compiledRule, e *Event, w *GuildWindows, v *Verdict, match *Match) []Hit {
	switch config := rule.Config.(type) {
	case *Content:
		return c.messages.hits(c, rule, e.read())
	case *Links:
		return c.linkHits(rule, config, e, v, match)
	case *Mentions:
		return mentionHits(rule, config, e, w, match)
	case *MessageRate:
		return rateHits(rule, config, e, w, match)
	case *Duplicate:
		return duplicateHits(rule, config, e, w, match)
	case *Crowd:
		return crowdHits(rule, config, e, w, match)
	case *FileExtension:
		return fileHits(config, e)
	case *AttachmentsRate:
		return amountHits("attachments", config.Attachments, config.Seconds, len(e.Message.Attachments), rule, e, w, match,
			func(m *message) int { return int(m.attachments) })
	case *Newlines:
		r := e.read()
		r.count(&e.Message)
		if config.Consecutive != nil && r.longest >= *config.Consecutive {
			return []Hit{{By: "consecutive", Count: r.longest}}
		}
		return amountHits("limit", config.Limit, config.Seconds, r.newlines, rule, e, w, match,
			func(m *message) int { return int(m.newlines) })
	case *Emoji:
		r := e.read()
		r.count(&e.Message)
		return amountHits("limit", config.Limit, config.Seconds, r.emojis, rule, e, w, match,
			func(m *message) int { return int(m.emojis) })
	case *Caps:
		return capsHits(config, e.read())
	case *Username:
		return c.nameHits(rule, config, e)
	case *Raid:
		return raidHits(config, e, w, match)
	}
	return nil
}

func capsHits(config *Caps, r *reading) []Hit {
	cased, uppers := 0, 0
	for _, part := range r.parts {
		if part.written() {
			c, u := part.text.Letters()
			cased, uppers = cased+c, uppers+u
		}
	}
	if cased < config.MinLetters || uppers*100 < config.Percent*cased {
		return nil
	}
	return []Hit{{By: "percent", Count: uppers * 100 / cased}}
}

// nameHits judges the names of who joins or renames.
func (c *Compiled) nameHits(rule *compiledRule, config *Username, e *Event) []Hit {
	r := e.read()
	hits := c.names.hits(c, rule, r)
	person := e.person()
	staff := slices.ContainsFunc(c.settings.Staff, func(u User) bool { return u.ID == person.ID })
	for i := range r.parts {
		part := &r.parts[i]
		if rule.parts&partBit(part.place) == 0 {
			continue
		}
		whole := text.Span{Start: 0, End: len(part.text.Source)}
		if len(rule.shapes) > 0 && !staff {
			if name, ok := rule.shapes[text.NameShape(part.text.Source)]; ok && !rule.excuses(r, i, whole) {
				hits = append(hits, r.hit(i, whole, name))
			}
		}
		if config.Invites {
			for _, invite := range part.text.Invites() {
				hits = append(hits, r.hit(i, invite.Source, "invites"))
			}
		}
		if config.Links {
			asMessage := text.New(part.text.Source, text.Markdown) // in a name, too, people copy an address
			for _, link := range asMessage.Links {
				hits = append(hits, r.hit(i, link.Source, "links"))
			}
			asMessage.Release()
		}
	}
	if config.MinAccountAgeSeconds > 0 && younger(e.At, person.CreatedAt(), config.MinAccountAgeSeconds) {
		hits = append(hits, Hit{By: "min_account_age_seconds", Count: int(e.At.Sub(person.CreatedAt()) / time.Second)})
	}
	if config.RequireAvatar && person.Avatar == "" {
		hits = append(hits, Hit{By: "require_avatar"})
	}
	return hits
}
