package wire

// Channel types.
const (
	TextChannel     = 0
	DMChannel       = 1
	VoiceChannel    = 2
	CategoryChannel = 4
	NewsChannel     = 5
)

// Channel is a channel of a guild or a direct conversation. Pointers to channels are shared
// and never written through.
type Channel struct {
	ID               ID           `json:"id"`
	Type             int          `json:"type"`
	GuildID          ID           `json:"guild_id,omitempty"`
	Position         int          `json:"position"`
	Overwrites       []Overwrite  `json:"permission_overwrites"`
	Name             *string      `json:"name,omitempty"`
	Topic            *string      `json:"topic"`
	NSFW             bool         `json:"nsfw"`
	LastMessageID    *ID          `json:"last_message_id"`
	Bitrate          int          `json:"bitrate,omitempty"`
	UserLimit        *int         `json:"user_limit,omitempty"`
	RateLimitPerUser int          `json:"rate_limit_per_user"`
	Recipients       []*User      `json:"recipients,omitempty"`
	ParentID         *ID          `json:"parent_id"`
	LastPinAt        *Time        `json:"last_pin_timestamp"`
	Flags            int          `json:"flags"`
	Permissions      *Permissions `json:"permissions,omitempty"` // in interactions only
}

// Text reports whether messages can be written there.
func (c *Channel) Text() bool {
	return c.Type == TextChannel || c.Type == NewsChannel || c.Type == VoiceChannel || c.Type == DMChannel
}

// Label is the channel's name, empty for a direct conversation.
func (c *Channel) Label() string {
	if c.Name == nil {
		return ""
	}
	return *c.Name
}

// Overwrite changes what a role or a member may do in one channel.
type Overwrite struct {
	ID    ID          `json:"id"`
	Type  int         `json:"type"` // 0 role, 1 member
	Allow Permissions `json:"allow"`
	Deny  Permissions `json:"deny"`
}

// ChannelInput is the body of creating or changing a channel.
type ChannelInput struct {
	Name             Opt[string]      `json:"name"`
	Type             Opt[int]         `json:"type"`
	Topic            Opt[string]      `json:"topic"`
	Position         Opt[int]         `json:"position"`
	NSFW             Opt[bool]        `json:"nsfw"`
	RateLimitPerUser Opt[int]         `json:"rate_limit_per_user"`
	Overwrites       Opt[[]Overwrite] `json:"permission_overwrites"`
	ParentID         Opt[ID]          `json:"parent_id"`
	Bitrate          Opt[int]         `json:"bitrate"`
	UserLimit        Opt[int]         `json:"user_limit"`
}
