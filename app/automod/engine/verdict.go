package engine

import (
	"strings"
	"unicode/utf8"
)

// Verdict is what the rules of a guild say to an event.
type Verdict struct {
	// Exempt says why no rule was asked, empty if they were.
	Exempt Exemption
	// Matches are the rules that match, in the order of the rules.
	Matches []Match
	// Unresolved are invite codes whose guild decides and is not known. The caller looks a few of them up
	// and asks again.
	Unresolved []string
}

// Acting returns the first match of a rule that is enforced, nil if there is none.
func (v *Verdict) Acting() *Match {
	for i := range v.Matches {
		if v.Matches[i].Rule.Mode == Enforce {
			return &v.Matches[i]
		}
	}
	return nil
}

// Match is a rule that matches.
type Match struct {
	Rule *Rule
	Hits []Hit
	// AlertOnly is set if nothing but unknown invites was hit and the rule wants no more than an alert
	// for them.
	AlertOnly bool
	// Masked is set if a milder rule before this one acts in its place.
	Masked bool
	// SameFile is set if the hit rests on files that are equal by size, dimensions and type. Whoever
	// acts compares their bytes first.
	SameFile bool
	// Burst is the messages that the rule counted, this one included, newest first.
	Burst []MessageRef
	// Joined is the members of a raid, newest first.
	Joined []Joined
}

// MessageRef is a message that was counted.
type MessageRef struct{ ChannelID, MessageID, MemberID Snowflake }

// Hit is one thing that a rule found.
type Hit struct {
	Part   Part   // where, empty for what was counted
	Index  int    // which of its kind, as in attachments
	By     string // what of the rule: a word, a pattern, a domain, or the name of the setting
	Text   string // what matched, cut to 100 characters
	Offset int    // in the part, in characters
	Length int
	Count  int // how much was counted, 0 where nothing was
	text   string
}

// Excerpt returns up to n characters of the text around the hit, and where in it the hit is.
func (h *Hit) Excerpt(n int) (excerpt string, offset int) {
	runes := []rune(h.text)
	if len(runes) == 0 {
		return h.Text, 0
	}
	length := min(h.Length, n)
	start := max(0, min(h.Offset-(n-length)/2, len(runes)-n))
	return string(runes[start:min(len(runes), start+n)]), h.Offset - start
}

// Exemption says why somebody is exempt.
type Exemption string

const (
	ExemptBot       Exemption = "bot"
	ExemptWebhook   Exemption = "webhook"
	ExemptOwner     Exemption = "owner"
	ExemptModerator Exemption = "moderator"
	ExemptRole      Exemption = "role"
	ExemptChannel   Exemption = "channel"
)

// Outcome is what one rule says, for those who ask why.
type Outcome string

const (
	OutcomeHit           Outcome = "hit"
	OutcomeClean         Outcome = "clean"
	OutcomeOff           Outcome = "off"
	OutcomeOtherEvent    Outcome = "other_event"
	OutcomeExemptRole    Outcome = "exempt_role"
	OutcomeExemptChannel Outcome = "exempt_channel"
	OutcomeMemberTooOld  Outcome = "member_for_longer"
	OutcomeAccountTooOld Outcome = "account_older"
	OutcomeOtherRole     Outcome = "other_role"
	OutcomeOtherChannel  Outcome = "other_channel"
)

// Answer is what one rule says to an event.
type Answer struct {
	Rule    *Rule
	Outcome Outcome
	Match   *Match // of OutcomeHit
}

// newlyMatching drops the hits that the text had before it was edited.
func newlyMatching(now, before []Hit) []Hit {
	type key struct {
		part Part
		by   string
		text string
	}
	had := map[key]int{}
	of := func(h Hit) key { return key{h.Part, h.By, strings.ToLower(h.Text)} }
	for _, hit := range before {
		had[of(hit)]++
	}
	var fresh []Hit
	for _, hit := range now {
		if had[of(hit)] > 0 {
			had[of(hit)]--
			continue
		}
		fresh = append(fresh, hit)
	}
	return fresh
}

func characters(s string) int { return utf8.RuneCountInString(s) }
