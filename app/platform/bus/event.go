package bus

import (
	"slices"

	"github.com/disgoorg/snowflake/v2"
)

// Topic says what changed.
type Topic string

// The topics.
const (
	SettingsChanged    Topic = "settings.changed"
	BalanceChanged     Topic = "balance.changed"
	TransactionCreated Topic = "transaction.created"
	MembershipChanged  Topic = "membership.changed"
	SquadsChanged      Topic = "squads.changed"
	CaseChanged        Topic = "case.changed"
	RulesChanged       Topic = "rules.changed"
	RuleHit            Topic = "rule.hit"
	CommandUsed        Topic = "command.used"
	KeyRevoked         Topic = "key.revoked"
)

// Topics lists every topic.
func Topics() []Topic {
	return []Topic{
		SettingsChanged, BalanceChanged, TransactionCreated, MembershipChanged, SquadsChanged,
		CaseChanged, RulesChanged, RuleHit, CommandUsed, KeyRevoked,
	}
}

// Valid reports whether the topic is one of [Topics].
func (t Topic) Valid() bool { return slices.Contains(Topics(), t) }

// Event says that something changed and where, never what it is now: a subscriber that wants
// to know reads it. It must not be altered once published or received, since all subscribers
// of a process see the same slices.
type Event struct {
	Topic Topic          `json:"topic"`
	Guild snowflake.ID   `json:"guild,omitempty"` // 0 when it concerns no single guild
	Users []snowflake.ID `json:"users,omitempty"` // the members concerned
	IDs   []string       `json:"ids,omitempty"`   // of the rows concerned: a transaction, a squad, a case number, a command's name…
}
