package wire

// Channel types.
const (
	TextChannel     = 0
	DMChannel       = 1
	VoiceChannel    = 2
	CategoryChannel = 4
	NewsChannel     = 5
	NewsThread      = 10
	PublicThread    = 11
	PrivateThread   = 12
	StageChannel    = 13
	ForumChannel    = 15
)

// Channel is a channel of a guild or a direct conversation. Pointers to channels are shared
// and never written through.
type Channel struct {
	ID               ID              `json:"id"`
	Type             int             `json:"type"`
	GuildID          ID              `json:"guild_id,omitempty"`
	Position         int             `json:"position"`
	Overwrites       List[Overwrite] `json:"permission_overwrites"`
	Name             *string         `json:"name,omitempty"`
	Topic            *string         `json:"topic"`
	NSFW             bool            `json:"nsfw"`
	LastMessageID    *ID             `json:"last_message_id"`
	Bitrate          int             `json:"bitrate,omitempty"`
	UserLimit        *int            `json:"user_limit,omitempty"`
	RateLimitPerUser int             `json:"rate_limit_per_user"`
	Recipients       []*User         `json:"recipients,omitempty"`
	ParentID         *ID             `json:"parent_id"`
	LastPinAt        *Time           `json:"last_pin_timestamp"`
	Flags            int             `json:"flags"`
	Permissions      *Permissions    `json:"permissions,omitempty"` // in interactions only

	ThreadFields
	ForumFields
}

// Text reports whether messages can be written there.
func (c *Channel) Text() bool {
	switch c.Type {
	case TextChannel, NewsChannel, VoiceChannel, StageChannel, DMChannel:
		return true
	}
	return c.Thread()
}

// Voice reports whether one can be connected there.
func (c *Channel) Voice() bool { return c.Type == VoiceChannel || c.Type == StageChannel }

// Thread reports whether it is a thread of another channel.
func (c *Channel) Thread() bool { return c.Type >= NewsThread && c.Type <= PrivateThread }

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

	ThreadChannelInput
}

// ChannelMove is one entry of the body that moves channels.
type ChannelMove struct {
	ID              ID      `json:"id"`
	Position        *int    `json:"position"`
	LockPermissions bool    `json:"lock_permissions"`
	ParentID        Opt[ID] `json:"parent_id"`
}
