package wire

// Guild is a server as REST gives it. Pointers to guilds are shared and never written through.
type Guild struct {
	ID                          ID                `json:"id"`
	Name                        string            `json:"name"`
	Icon                        *string           `json:"icon"`
	Splash                      *string           `json:"splash"`
	DiscoverySplash             *string           `json:"discovery_splash"`
	HomeHeader                  *string           `json:"home_header"`
	OwnerID                     ID                `json:"owner_id"`
	Region                      string            `json:"region"`
	AFKChannelID                *ID               `json:"afk_channel_id"`
	AFKTimeout                  int               `json:"afk_timeout"`
	WidgetEnabled               bool              `json:"widget_enabled"`
	WidgetChannelID             *ID               `json:"widget_channel_id"`
	VerificationLevel           int               `json:"verification_level"`
	DefaultMessageNotifications int               `json:"default_message_notifications"`
	ExplicitContentFilter       int               `json:"explicit_content_filter"`
	Roles                       List[*Role]       `json:"roles"`
	Emojis                      List[*GuildEmoji] `json:"emojis"`
	Stickers                    List[*Sticker]    `json:"stickers"`
	Features                    List[string]      `json:"features"`
	MFALevel                    int               `json:"mfa_level"`
	ApplicationID               *ID               `json:"application_id"`
	SystemChannelID             *ID               `json:"system_channel_id"`
	SystemChannelFlags          int               `json:"system_channel_flags"`
	RulesChannelID              *ID               `json:"rules_channel_id"`
	PublicUpdatesChannelID      *ID               `json:"public_updates_channel_id"`
	SafetyAlertsChannelID       *ID               `json:"safety_alerts_channel_id"`
	MaxPresences                *int              `json:"max_presences"`
	MaxMembers                  int               `json:"max_members"`
	MaxVideoChannelUsers        int               `json:"max_video_channel_users"`
	MaxStageVideoChannelUsers   int               `json:"max_stage_video_channel_users"`
	VanityURLCode               *string           `json:"vanity_url_code"`
	Description                 *string           `json:"description"`
	Banner                      *string           `json:"banner"`
	PremiumTier                 int               `json:"premium_tier"`
	PremiumSubscriptionCount    int               `json:"premium_subscription_count"`
	PremiumProgressBarEnabled   bool              `json:"premium_progress_bar_enabled"`
	PreferredLocale             string            `json:"preferred_locale"`
	NSFWLevel                   int               `json:"nsfw_level"`
	NSFW                        bool              `json:"nsfw"` // true for the levels explicit and age-restricted

	IncidentsData *IncidentsData `json:"incidents_data"`

	ApproximateMemberCount   int `json:"approximate_member_count,omitempty"`
	ApproximatePresenceCount int `json:"approximate_presence_count,omitempty"`
}

// GuildCreate is a guild as the gateway gives it.
type GuildCreate struct {
	*Guild
	JoinedAt        Time              `json:"joined_at"`
	Large           bool              `json:"large"`
	Unavailable     bool              `json:"unavailable"`
	MemberCount     int               `json:"member_count"`
	VoiceStates     List[*VoiceState] `json:"voice_states"`
	Members         List[*Member]     `json:"members"`
	Channels        List[*Channel]    `json:"channels"`
	Threads         List[*Channel]    `json:"threads"`
	Presences       List[*Presence]   `json:"presences"`
	StageInstances  List[any]         `json:"stage_instances"`
	ScheduledEvents List[any]         `json:"guild_scheduled_events"`
	Soundboard      List[any]         `json:"soundboard_sounds"`
}

// UnavailableGuild is a guild that is not there yet, or no longer.
type UnavailableGuild struct {
	ID          ID   `json:"id"`
	Unavailable bool `json:"unavailable,omitempty"`
}

// PartialGuild is a guild in the list of a user's guilds.
type PartialGuild struct {
	ID                       ID           `json:"id"`
	Name                     string       `json:"name"`
	Icon                     *string      `json:"icon"`
	Banner                   *string      `json:"banner"`
	Owner                    bool         `json:"owner"`
	Permissions              Permissions  `json:"permissions"`
	Features                 List[string] `json:"features"`
	ApproximateMemberCount   int          `json:"approximate_member_count,omitempty"`
	ApproximatePresenceCount int          `json:"approximate_presence_count,omitempty"`
}

// Role is a role of a guild. Pointers to roles are shared and never written through.
type Role struct {
	ID           ID          `json:"id"`
	Name         string      `json:"name"`
	Description  *string     `json:"description"`
	Color        int         `json:"color"`
	Colors       RoleColors  `json:"colors"`
	Hoist        bool        `json:"hoist"`
	Icon         *string     `json:"icon"`
	UnicodeEmoji *string     `json:"unicode_emoji"`
	Position     int         `json:"position"`
	Permissions  Permissions `json:"permissions"`
	Managed      bool        `json:"managed"`
	Mentionable  bool        `json:"mentionable"`
	Flags        int         `json:"flags"`
	Tags         *RoleTags   `json:"tags,omitempty"`
}

// RoleColors are a role's colours; the first is Color again.
type RoleColors struct {
	Primary   int  `json:"primary_color"`
	Secondary *int `json:"secondary_color"`
	Tertiary  *int `json:"tertiary_color"`
}

// RoleTags says what a managed role belongs to.
type RoleTags struct {
	BotID ID `json:"bot_id,omitempty"`
}

// RoleInput is the body of creating or changing a role.
type RoleInput struct {
	Name        Opt[string]      `json:"name"`
	Permissions Opt[Permissions] `json:"permissions"`
	Color       Opt[int]         `json:"color"`
	Colors      Opt[RoleColors]  `json:"colors"`
	Hoist       Opt[bool]        `json:"hoist"`
	Mentionable Opt[bool]        `json:"mentionable"`
	Emoji       Opt[string]      `json:"unicode_emoji"`
	Icon        Opt[string]      `json:"icon"`
}

// Ban is a user who may not come back.
type Ban struct {
	Reason *string `json:"reason"`
	User   *User   `json:"user"`
}
