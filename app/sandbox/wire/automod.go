package wire

import "encoding/json"

// What makes a rule of Discord's AutoMod fire.
const (
	OnKeyword  = 1
	OnSpam     = 3
	OnPreset   = 4 // one of Discord's own lists of words
	OnMentions = 5
	OnProfile  = 6
)

// When a rule of AutoMod is looked at.
const (
	WhenMessageSent    = 1
	WhenProfileChanged = 2
)

// What a rule of AutoMod does.
const (
	BlockMessage     = 1
	SendAlert        = 2
	TimeoutMember    = 3
	QuarantineMember = 4 // BLOCK_MEMBER_INTERACTION
)

// AutoModRule is a rule of Discord's AutoMod. Pointers to rules are shared and never written through.
type AutoModRule struct {
	ID             ID                  `json:"id"`
	GuildID        ID                  `json:"guild_id"`
	Name           string              `json:"name"`
	CreatorID      ID                  `json:"creator_id"`
	EventType      int                 `json:"event_type"`
	TriggerType    int                 `json:"trigger_type"`
	Trigger        AutoModTrigger      `json:"trigger_metadata"`
	Actions        List[AutoModAction] `json:"actions"`
	Enabled        bool                `json:"enabled"`
	ExemptRoles    List[ID]            `json:"exempt_roles"`
	ExemptChannels List[ID]            `json:"exempt_channels"`
}

// AutoModTrigger is the metadata of every type of trigger.
type AutoModTrigger struct {
	Keywords       []string `json:"keyword_filter,omitempty"`
	Patterns       []string `json:"regex_patterns,omitempty"`
	Allowed        []string `json:"allow_list,omitempty"`
	Presets        []int    `json:"presets,omitempty"`
	MentionLimit   int      `json:"mention_total_limit,omitempty"`
	RaidProtection bool     `json:"mention_raid_protection_enabled,omitempty"`
}

// AutoModAction is one thing that a rule does.
type AutoModAction struct {
	Type     int                   `json:"type"`
	Metadata AutoModActionMetadata `json:"metadata"`
}

// AutoModActionMetadata says more of an action: where an alert goes, how long a timeout lasts, what
// the author of a blocked message is told.
type AutoModActionMetadata struct {
	ChannelID     ID     `json:"channel_id,omitempty"`
	Seconds       int    `json:"duration_seconds,omitempty"`
	CustomMessage string `json:"custom_message,omitempty"`
}

// MarshalJSON writes of the trigger what belongs to its type.
func (r *AutoModRule) MarshalJSON() ([]byte, error) {
	type plain AutoModRule
	list := func(words []string) []string { return append([]string{}, words...) }
	var trigger any = struct{}{}
	switch t := r.Trigger; r.TriggerType {
	case OnKeyword, OnProfile:
		trigger = map[string]any{"keyword_filter": list(t.Keywords), "regex_patterns": list(t.Patterns), "allow_list": list(t.Allowed)}
	case OnPreset:
		trigger = map[string]any{"presets": append([]int{}, t.Presets...), "allow_list": list(t.Allowed)}
	case OnMentions:
		trigger = map[string]any{"mention_total_limit": t.MentionLimit, "mention_raid_protection_enabled": t.RaidProtection}
	}
	return json.Marshal(struct {
		*plain
		Trigger any `json:"trigger_metadata"`
	}{(*plain)(r), trigger})
}

// Does reports whether the rule has an action of a type.
func (r *AutoModRule) Does(action int) bool {
	for _, a := range r.Actions {
		if a.Type == action {
			return true
		}
	}
	return false
}

// AutoModInput is the body of creating or changing a rule.
type AutoModInput struct {
	Name           Opt[string]          `json:"name"`
	EventType      Opt[int]             `json:"event_type"`
	TriggerType    Opt[int]             `json:"trigger_type"`
	Trigger        Opt[AutoModTrigger]  `json:"trigger_metadata"`
	Actions        Opt[[]AutoModAction] `json:"actions"`
	Enabled        Opt[bool]            `json:"enabled"`
	ExemptRoles    Opt[[]ID]            `json:"exempt_roles"`
	ExemptChannels Opt[[]ID]            `json:"exempt_channels"`
}

// AutoModExecution is the data of AUTO_MODERATION_ACTION_EXECUTION: one action of a rule that fired.
type AutoModExecution struct {
	GuildID        ID            `json:"guild_id"`
	Action         AutoModAction `json:"action"`
	RuleID         ID            `json:"rule_id"`
	TriggerType    int           `json:"rule_trigger_type"`
	UserID         ID            `json:"user_id"`
	ChannelID      ID            `json:"channel_id,omitempty"`
	MessageID      ID            `json:"message_id,omitempty"` // not of a blocked message
	AlertID        ID            `json:"alert_system_message_id,omitempty"`
	Content        string        `json:"content"`
	MatchedKeyword *string       `json:"matched_keyword"`
	MatchedContent *string       `json:"matched_content"`
}

// Redacted is the execution as an application without the message content intent gets it.
func (e *AutoModExecution) Redacted() *AutoModExecution {
	e = new(*e)
	e.Content = ""
	if e.MatchedContent != nil {
		e.MatchedContent = new(string)
	}
	return e
}
