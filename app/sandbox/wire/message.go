package wire

import (
	"encoding/json"
	"slices"
)

// Message flags.
const (
	FlagCrossposted    = 1 << 0 // it was published
	FlagIsCrosspost    = 1 << 1 // it came from a channel that is followed
	FlagSuppressEmbeds = 1 << 2
	FlagHasThread      = 1 << 5
	FlagEphemeral      = 1 << 6
	FlagLoading        = 1 << 7
	FlagSilent         = 1 << 12
	FlagHasSnapshot    = 1 << 14
	FlagComponentsV2   = 1 << 15
)

// Message types.
const (
	MessageDefault         = 0
	MessageRecipientAdd    = 1
	MessageRecipientRemove = 2
	MessageRename          = 4 // of the thread it is in
	MessageMemberJoin      = 7
	MessageFollowAdd       = 12
	MessageThreadCreated   = 18
	MessageReply           = 19
	MessageOfCommand       = 20
	MessageThreadStarter   = 21
	MessageOfMenu          = 23
	MessageAutoMod         = 24
	MessagePollResult      = 46
)

// Message is a message. Pointers to messages are shared and never written through.
type Message struct {
	ID                  ID                   `json:"id"`
	Type                int                  `json:"type"`
	ChannelID           ID                   `json:"channel_id"`
	GuildID             ID                   `json:"guild_id,omitempty"` // in gateway events only
	Author              *User                `json:"author"`
	Member              *Member              `json:"member,omitempty"` // in gateway events only
	Content             string               `json:"content"`
	Timestamp           Time                 `json:"timestamp"`
	EditedTimestamp     *Time                `json:"edited_timestamp"`
	TTS                 bool                 `json:"tts"`
	MentionEveryone     bool                 `json:"mention_everyone"`
	Mentions            List[*User]          `json:"mentions"`
	MentionRoles        List[ID]             `json:"mention_roles"`
	Attachments         List[Attachment]     `json:"attachments"`
	Embeds              List[Embed]          `json:"embeds"`
	Reactions           []Reaction           `json:"reactions,omitempty"`
	Nonce               json.RawMessage      `json:"nonce,omitempty"`
	Pinned              bool                 `json:"pinned"`
	WebhookID           ID                   `json:"webhook_id,omitempty"`
	ApplicationID       ID                   `json:"application_id,omitempty"`
	Flags               int                  `json:"flags"`
	Reference           *Reference           `json:"message_reference,omitempty"`
	Referenced          *Message             `json:"referenced_message,omitempty"`
	InteractionMetadata *InteractionMetadata `json:"interaction_metadata,omitempty"`
	Interaction         *MessageInteraction  `json:"interaction,omitempty"`
	Components          List[Component]      `json:"components"`
	Poll                *Poll                `json:"poll,omitempty"`
	StickerItems        []StickerItem        `json:"sticker_items,omitempty"`
	Snapshots           []Snapshot           `json:"message_snapshots,omitempty"`
	Thread              *Channel             `json:"thread,omitempty"`   // the one that was started from it
	Position            *int                 `json:"position,omitempty"` // in threads only
}

// System reports whether nobody wrote the message: Discord did.
func (m *Message) System() bool {
	switch m.Type {
	case MessageDefault, MessageReply, MessageOfCommand, MessageOfMenu:
		return false
	}
	return true
}

// Ephemeral reports whether only one person sees the message.
func (m *Message) Ephemeral() bool { return m.Flags&FlagEphemeral != 0 }

// Loading reports whether the message still says "thinking…".
func (m *Message) Loading() bool { return m.Flags&FlagLoading != 0 }

// Attachment is a file of a message.
type Attachment struct {
	ID          ID      `json:"id"`
	Filename    string  `json:"filename"`
	Title       string  `json:"title,omitempty"`
	Description *string `json:"description,omitempty"`
	ContentType string  `json:"content_type,omitempty"`
	Size        int     `json:"size"` // bytes
	URL         string  `json:"url"`
	ProxyURL    string  `json:"proxy_url"`
	Ephemeral   bool    `json:"ephemeral,omitempty"`
}

// Emoji is a Unicode emoji (no id) or one of a guild.
type Emoji struct {
	ID       *ID    `json:"id"`
	Name     string `json:"name"`
	Animated bool   `json:"animated,omitempty"`
}

// Reaction counts who reacted with one emoji.
type Reaction struct {
	Emoji        Emoji          `json:"emoji"`
	Count        int            `json:"count"`
	CountDetails map[string]int `json:"count_details"`
	Me           bool           `json:"me"`
	MeBurst      bool           `json:"me_burst"`
	BurstColors  List[string]   `json:"burst_colors"`
}

// Reference points at another message.
type Reference struct {
	Type            int   `json:"type"`
	MessageID       ID    `json:"message_id,omitempty"`
	ChannelID       ID    `json:"channel_id,omitempty"`
	GuildID         ID    `json:"guild_id,omitempty"`
	FailIfNotExists *bool `json:"fail_if_not_exists,omitempty"`
}

// InteractionMetadata tells which interaction a message answers.
type InteractionMetadata struct {
	ID                  ID            `json:"id"`
	Type                int           `json:"type"`
	User                *User         `json:"user"`
	Owners              map[string]ID `json:"authorizing_integration_owners"`
	OriginalResponseID  ID            `json:"original_response_message_id,omitempty"`
	InteractedMessageID ID            `json:"interacted_message_id,omitempty"`
	TargetUser          *User         `json:"target_user,omitempty"`
	TargetMessageID     ID            `json:"target_message_id,omitempty"`
	Name                string        `json:"name,omitempty"`

	Triggering *InteractionMetadata `json:"triggering_interaction_metadata,omitempty"` // of what opened the modal
}

// MessageInteraction is the older form of InteractionMetadata, for answers to commands only.
type MessageInteraction struct {
	ID   ID     `json:"id"`
	Type int    `json:"type"`
	Name string `json:"name"`
	User *User  `json:"user"`
}

// Redact empties what people entered, in the message and in the one it answers: what an
// application without the message content intent gets of a message that is not its own.
func Redact(m *Message, bot ID) *Message {
	m = new(*m)
	m.Content, m.Embeds, m.Attachments, m.Components = "", []Embed{}, []Attachment{}, []Component{}
	m.Poll = nil
	m.Snapshots = slices.Clone(m.Snapshots)
	for i, s := range m.Snapshots {
		m.Snapshots[i] = s.redacted()
	}
	if m.Referenced != nil && m.Referenced.Author.ID != bot {
		m.Referenced = Redact(m.Referenced, bot)
	}
	return m
}
