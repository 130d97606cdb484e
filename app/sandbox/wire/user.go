package wire

// User is an account. Pointers to users are shared and never written through: a change makes a new one.
type User struct {
	ID            ID            `json:"id"`
	Username      string        `json:"username"`
	Discriminator string        `json:"discriminator"` // "0" for people since 2023, four digits for bots
	GlobalName    *string       `json:"global_name"`
	Avatar        *string       `json:"avatar"`
	Bot           bool          `json:"bot,omitempty"`
	System        bool          `json:"system,omitempty"`
	Banner        *string       `json:"banner"`
	AccentColor   *int          `json:"accent_color"`
	PublicFlags   int           `json:"public_flags"`
	Flags         int           `json:"flags"`
	PrimaryGuild  *PrimaryGuild `json:"primary_guild"`
}

// PrimaryGuild is the server whose tag a user wears beside their name.
type PrimaryGuild struct {
	ID      *ID     `json:"identity_guild_id"`
	Enabled *bool   `json:"identity_enabled"`
	Tag     *string `json:"tag"`
	Badge   *string `json:"badge"`
}

// Name is what clients show outside a guild: the global name, else the username.
func (u *User) Name() string {
	if u.GlobalName != nil && *u.GlobalName != "" {
		return *u.GlobalName
	}
	return u.Username
}

// Member is a user in a guild. Pointers to members are shared and never written through.
type Member struct {
	User         *User        `json:"user,omitempty"`
	Nick         *string      `json:"nick"`
	Avatar       *string      `json:"avatar"`
	Banner       *string      `json:"banner"`
	Roles        List[ID]     `json:"roles"`
	JoinedAt     Time         `json:"joined_at"`
	PremiumSince *Time        `json:"premium_since"`
	Deaf         bool         `json:"deaf"`
	Mute         bool         `json:"mute"`
	Flags        int          `json:"flags"`
	Pending      bool         `json:"pending"`
	TimeoutUntil *Time        `json:"communication_disabled_until"`
	Permissions  *Permissions `json:"permissions,omitempty"` // in interactions only
	GuildID      ID           `json:"guild_id,omitempty"`    // in gateway events only
}

// Name is what clients show in the guild: nickname, else the user's name.
func (m *Member) Name() string {
	if m.Nick != nil && *m.Nick != "" {
		return *m.Nick
	}
	return m.User.Name()
}

// Presence is what a user shows of being there.
type Presence struct {
	User         PresenceUser      `json:"user"`
	GuildID      ID                `json:"guild_id,omitempty"`
	Status       string            `json:"status"` // online, idle, dnd, offline
	Activities   List[Activity]    `json:"activities"`
	ClientStatus map[string]string `json:"client_status"`
}

// PresenceUser is the partial user of a presence.
type PresenceUser struct {
	ID ID `json:"id"`
}

// Activity is what a user is doing.
type Activity struct {
	Name      string `json:"name"`
	Type      int    `json:"type"`
	State     string `json:"state,omitempty"`
	URL       string `json:"url,omitempty"`
	CreatedAt int64  `json:"created_at"` // milliseconds since 1970
}
