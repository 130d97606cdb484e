package wire

// Invite is a way into a guild. Pointers to invites are shared and never written through.
type Invite struct {
	Type      int             `json:"type"` // 0: into a guild
	Code      string          `json:"code"`
	Guild     *InviteGuild    `json:"guild,omitempty"`
	GuildID   ID              `json:"guild_id,omitempty"`
	Channel   *PartialChannel `json:"channel"`
	Inviter   *User           `json:"inviter,omitempty"`
	ExpiresAt *Time           `json:"expires_at"`
	Members   *int            `json:"approximate_member_count,omitempty"`
	Presences *int            `json:"approximate_presence_count,omitempty"`
	Flags     int             `json:"flags"`
	Roles     []*Role         `json:"roles,omitempty"` // given to whoever accepts it

	*InviteMetadata
}

// InviteMetadata is what only those see who manage a channel.
type InviteMetadata struct {
	Uses      int  `json:"uses"`
	MaxUses   int  `json:"max_uses"` // 0: any number
	MaxAge    int  `json:"max_age"`  // seconds, 0: for ever
	Temporary bool `json:"temporary"`
	CreatedAt Time `json:"created_at"`
}

// InviteGuild is the guild as somebody sees it who is not in it.
type InviteGuild struct {
	ID                       ID           `json:"id"`
	Name                     string       `json:"name"`
	Icon                     *string      `json:"icon"`
	Splash                   *string      `json:"splash"`
	Banner                   *string      `json:"banner"`
	Description              *string      `json:"description"`
	Features                 List[string] `json:"features"`
	VerificationLevel        int          `json:"verification_level"`
	VanityURLCode            *string      `json:"vanity_url_code"`
	NSFWLevel                int          `json:"nsfw_level"`
	NSFW                     bool         `json:"nsfw"`
	PremiumSubscriptionCount int          `json:"premium_subscription_count"`
}

// InviteInput is the body of creating an invite.
type InviteInput struct {
	MaxAge    Opt[int]  `json:"max_age"`
	MaxUses   Opt[int]  `json:"max_uses"`
	Temporary Opt[bool] `json:"temporary"`
	Unique    Opt[bool] `json:"unique"`
	Roles     Opt[[]ID] `json:"role_ids"`
}
