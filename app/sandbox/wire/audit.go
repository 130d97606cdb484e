package wire

import "encoding/json"

// Audit log actions.
const (
	AuditGuildUpdate       = 1
	AuditChannelCreate     = 10
	AuditChannelUpdate     = 11
	AuditChannelDelete     = 12
	AuditOverwriteCreate   = 13
	AuditOverwriteUpdate   = 14
	AuditOverwriteDelete   = 15
	AuditMemberKick        = 20
	AuditMemberPrune       = 21
	AuditBanAdd            = 22
	AuditBanRemove         = 23
	AuditMemberUpdate      = 24
	AuditMemberRoleUpdate  = 25
	AuditMemberMove        = 26
	AuditMemberDisconnect  = 27
	AuditBotAdd            = 28
	AuditRoleCreate        = 30
	AuditRoleUpdate        = 31
	AuditRoleDelete        = 32
	AuditInviteCreate      = 40
	AuditInviteDelete      = 42
	AuditWebhookCreate     = 50
	AuditWebhookUpdate     = 51
	AuditWebhookDelete     = 52
	AuditEmojiCreate       = 60
	AuditEmojiUpdate       = 61
	AuditEmojiDelete       = 62
	AuditMessageDelete     = 72
	AuditMessageBulkDelete = 73
	AuditMessagePin        = 74
	AuditMessageUnpin      = 75
	AuditStickerCreate     = 90
	AuditStickerUpdate     = 91
	AuditStickerDelete     = 92
	AuditThreadCreate      = 110
	AuditThreadUpdate      = 111
	AuditThreadDelete      = 112
	AuditRuleCreate        = 140
	AuditRuleUpdate        = 141
	AuditRuleDelete        = 142
	AuditAutoModBlock      = 143
	AuditAutoModAlert      = 144
	AuditAutoModTimeout    = 145
	AuditAutoModQuarantine = 146
)

// MarshalJSON leaves out who did it where nobody is known, such as who has a webhook's token.
func (e AuditEntry) MarshalJSON() ([]byte, error) {
	type fields AuditEntry
	var by *ID
	if e.UserID != 0 {
		by = &e.UserID
	}
	return json.Marshal(struct {
		fields
		UserID *ID `json:"user_id"`
	}{fields(e), by})
}

// AuditEntry is one line of a guild's audit log.
type AuditEntry struct {
	ID         ID            `json:"id"`
	GuildID    ID            `json:"guild_id,omitempty"` // in gateway events only
	UserID     ID            `json:"user_id"`
	TargetID   *ID           `json:"target_id"`
	ActionType int           `json:"action_type"`
	Reason     string        `json:"reason,omitempty"`
	Changes    []AuditChange `json:"changes,omitempty"`
	Options    *AuditOptions `json:"options,omitempty"`
}

// AuditChange is one field before and after; $add and $remove list roles.
type AuditChange struct {
	Key string `json:"key"`
	Old any    `json:"old_value,omitempty"`
	New any    `json:"new_value,omitempty"`
}

// AuditOptions are the further details of some actions; numbers are strings, as Discord has them.
type AuditOptions struct {
	ChannelID ID     `json:"channel_id,omitempty"`
	Count     string `json:"count,omitempty"`
	MessageID ID     `json:"message_id,omitempty"`
	ID        ID     `json:"id,omitempty"`
	Type      string `json:"type,omitempty"`
	RoleName  string `json:"role_name,omitempty"`

	DeleteMemberDays string `json:"delete_member_days,omitempty"`
	MembersRemoved   string `json:"members_removed,omitempty"`
	RuleName         string `json:"auto_moderation_rule_name,omitempty"`
	RuleTrigger      string `json:"auto_moderation_rule_trigger_type,omitempty"`
}
