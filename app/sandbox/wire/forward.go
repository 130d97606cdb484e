package wire

// ForwardReference is the type of a reference that carries a copy of the message it points at.
const ForwardReference = 1

// Snapshot is a forwarded message as it was when it was forwarded, without its author.
type Snapshot struct {
	Message SnapshotMessage `json:"message"`
}

// SnapshotMessage is as much of a message as a snapshot keeps.
type SnapshotMessage struct {
	Type            int              `json:"type"`
	Content         string           `json:"content"`
	Embeds          List[Embed]      `json:"embeds"`
	Attachments     List[Attachment] `json:"attachments"`
	Timestamp       Time             `json:"timestamp"`
	EditedTimestamp *Time            `json:"edited_timestamp"`
	Flags           int              `json:"flags"`
	Mentions        List[*User]      `json:"mentions"`
	MentionRoles    List[ID]         `json:"mention_roles"`
	StickerItems    []StickerItem    `json:"sticker_items,omitempty"`
	Components      List[Component]  `json:"components"`
}

// SnapshotOf copies what is forwarded of a message; of one that is itself a forward, what that carries.
func SnapshotOf(m *Message) Snapshot {
	if len(m.Snapshots) > 0 {
		return m.Snapshots[0]
	}
	return Snapshot{SnapshotMessage{
		Type: m.Type, Content: m.Content, Embeds: m.Embeds, Attachments: m.Attachments, Timestamp: m.Timestamp, EditedTimestamp: m.EditedTimestamp,
		Flags: m.Flags, Mentions: m.Mentions, MentionRoles: m.MentionRoles, StickerItems: m.StickerItems, Components: m.Components,
	}}
}

// redacted is a snapshot without what people entered.
func (s Snapshot) redacted() Snapshot {
	m := s.Message
	m.Content, m.Embeds, m.Attachments, m.Components = "", []Embed{}, []Attachment{}, []Component{}
	return Snapshot{m}
}
