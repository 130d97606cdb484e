package wire

import (
	"regexp"
	"unicode/utf8"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
)

// MostRules is how many rules of each trigger a guild may have.
var MostRules = map[int]int{OnKeyword: 6, OnSpam: 1, OnPreset: 1, OnMentions: 1, OnProfile: 1}

const longestSilence = 2419200 // seconds, four weeks

// Check notes everything that Discord refuses in a rule, but for what depends on the guild.
func (r *AutoModRule) Check(f problem.Form) {
	f.At("name").Length(r.Name, 1, 100)
	if MostRules[r.TriggerType] == 0 {
		f.At("trigger_type").OneOf("1, 3, 4, 5, 6")
		return
	}
	switch {
	case r.TriggerType == OnProfile && r.EventType != WhenProfileChanged:
		f.At("event_type").OneOf("2")
	case r.TriggerType != OnProfile && r.EventType != WhenMessageSent:
		f.At("event_type").OneOf("1")
	}
	r.checkTrigger(f.At("trigger_metadata"))
	f.At("actions").Count(len(r.Actions), 1, 5)
	for i, a := range r.Actions {
		r.checkAction(f.At("actions", i), a)
	}
	f.At("exempt_roles").Count(len(r.ExemptRoles), 0, 20)
	f.At("exempt_channels").Count(len(r.ExemptChannels), 0, 50)
	problem.Unique(f.At("exempt_roles"), r.ExemptRoles)
	problem.Unique(f.At("exempt_channels"), r.ExemptChannels)
}

func (r *AutoModRule) checkTrigger(f problem.Form) {
	t := r.Trigger
	allowed := 100
	switch r.TriggerType {
	case OnPreset:
		allowed = 1000
		f.At("presets").Count(len(t.Presets), 1, 3)
		problem.Unique(f.At("presets"), t.Presets)
		for i, n := range t.Presets {
			f.At("presets", i).Range(n, 1, 3)
		}
	case OnMentions:
		f.At("mention_total_limit").Range(t.MentionLimit, 0, 50)
		return
	case OnSpam:
		return
	default:
		words(f.At("keyword_filter"), t.Keywords, 1000, 60)
		words(f.At("regex_patterns"), t.Patterns, 10, 260)
		for i, p := range t.Patterns {
			if _, err := regexp.Compile(p); err != nil && utf8.RuneCountInString(p) <= 260 {
				f.At("regex_patterns", i).Add("AUTO_MODERATION_INVALID_REGEX", "Invalid regex pattern")
			}
		}
		if len(t.Keywords)+len(t.Patterns) == 0 {
			f.Add("AUTO_MODERATION_KEYWORDS_REQUIRED", "Must provide at least one keyword or regex pattern")
		}
	}
	words(f.At("allow_list"), t.Allowed, allowed, 60)
}

func words(f problem.Form, list []string, most, longest int) {
	f.Count(len(list), 0, most)
	for i, word := range list {
		f.At(i).Length(word, 1, longest)
	}
}

func (r *AutoModRule) checkAction(f problem.Form, a AutoModAction) {
	at := f.At("metadata")
	invalid := func() {
		f.At("type").Add("AUTO_MODERATION_INVALID_ACTION_TYPE", "This action type is not allowed for this trigger type")
	}
	switch a.Type {
	case BlockMessage:
		at.At("custom_message").Length(a.Metadata.CustomMessage, 0, 150)
		if r.TriggerType == OnProfile {
			invalid()
		}
	case SendAlert:
		if a.Metadata.ChannelID == 0 {
			at.At("channel_id").Required()
		}
	case TimeoutMember:
		at.At("duration_seconds").Range(a.Metadata.Seconds, 0, longestSilence)
		if r.TriggerType != OnKeyword && r.TriggerType != OnMentions {
			invalid()
		}
	case QuarantineMember:
		if r.TriggerType != OnProfile {
			invalid()
		}
	default:
		f.At("type").OneOf("1, 2, 3, 4")
	}
}
