package wire

// VoiceState tells where someone is connected by voice, and how. Pointers to voice states are
// shared and never written through.
type VoiceState struct {
	GuildID        ID      `json:"guild_id,omitempty"` // not in GUILD_CREATE
	ChannelID      *ID     `json:"channel_id"`         // nil: no longer connected
	UserID         ID      `json:"user_id"`
	Member         *Member `json:"member,omitempty"` // not in GUILD_CREATE
	SessionID      string  `json:"session_id"`
	Deaf           bool    `json:"deaf"` // by the server
	Mute           bool    `json:"mute"` // by the server
	SelfDeaf       bool    `json:"self_deaf"`
	SelfMute       bool    `json:"self_mute"`
	SelfStream     bool    `json:"self_stream"`
	SelfVideo      bool    `json:"self_video"`
	Suppress       bool    `json:"suppress"`
	RequestToSpeak *Time   `json:"request_to_speak_timestamp"`
}

// VoiceInput is how someone connects, or goes on being connected.
type VoiceInput struct {
	ChannelID  ID   `json:"channel_id"`
	SelfMute   bool `json:"self_mute"`
	SelfDeaf   bool `json:"self_deaf"`
	SelfVideo  bool `json:"self_video"`
	SelfStream bool `json:"self_stream"`
}

// VoiceStateInput is the body of changing a voice state in a stage channel.
type VoiceStateInput struct {
	ChannelID      Opt[ID]   `json:"channel_id"`
	Suppress       Opt[bool] `json:"suppress"`
	RequestToSpeak Opt[Time] `json:"request_to_speak_timestamp"`
}

// VoiceRegion is a place that voice is served from.
type VoiceRegion struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Optimal    bool   `json:"optimal"`
	Deprecated bool   `json:"deprecated"`
	Custom     bool   `json:"custom"`
}

// VoiceRegions are the places that can be chosen.
var VoiceRegions = []VoiceRegion{
	{ID: "rotterdam", Name: "Rotterdam", Optimal: true},
	{ID: "us-east", Name: "US East"},
	{ID: "us-west", Name: "US West"},
	{ID: "singapore", Name: "Singapore"},
}
