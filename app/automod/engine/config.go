package engine

// Type is what a rule looks at.
type Type string

const (
	TypeContent         Type = "content"
	TypeLinks           Type = "links"
	TypeMentions        Type = "mentions"
	TypeMessageRate     Type = "message_rate"
	TypeDuplicate       Type = "duplicate"
	TypeCrowd           Type = "crowd"
	TypeFileExtension   Type = "file_extension"
	TypeAttachmentsRate Type = "attachments_rate"
	TypeNewlines        Type = "newlines"
	TypeCaps            Type = "caps"
	TypeEmoji           Type = "emoji"
	TypeUsername        Type = "username"
	TypeRaid            Type = "raid"
)

// Types lists all types.
func Types() []Type {
	return []Type{
		TypeContent, TypeLinks, TypeMentions, TypeMessageRate, TypeDuplicate, TypeCrowd, TypeFileExtension,
		TypeAttachmentsRate, TypeNewlines, TypeCaps, TypeEmoji, TypeUsername, TypeRaid,
	}
}

// Config is the settings of a rule: a pointer to one of the structs below. Bounds and defaults
// are in the tags, with the names that the OpenAPI document has for them; each:"a,b" bounds the
// length of what is in a list, in characters.
type Config interface{ config() }

// Content finds words, phrases and patterns in what was written.
type Content struct {
	KeywordFilter []string `json:"keyword_filter" maxItems:"1000" each:"1,60"` // cat, cat*, *cat, *cat*
	RegexPatterns []string `json:"regex_patterns" maxItems:"50" each:"1,260"`  // RE2, case-insensitive unless (?-i)
	AllowList     []string `json:"allow_list" maxItems:"1000" each:"1,60"`     // excuses only a hit that lies inside it
	FoldAccents   bool     `json:"fold_accents"`
	Leet          bool     `json:"leet"`
	Lookalikes    bool     `json:"lookalikes" default:"true"`
	SkipCode      bool     `json:"skip_code"`
	In            []Part   `json:"in"` // empty: everywhere
}

// Links judges the addresses and invites of a message.
type Links struct {
	Invites         InvitePolicy  `json:"invites" enum:"off,foreign,all" default:"foreign"`
	AllowedGuildIDs []Snowflake   `json:"allowed_guild_ids" maxItems:"100"`
	DomainMode      DomainMode    `json:"domain_mode" enum:"off,block,allow_only" default:"off"`
	Domains         []string      `json:"domains" maxItems:"1000" each:"1,253"` // subdomains included
	LookalikeOf     []string      `json:"lookalike_of" maxItems:"100" each:"1,253"`
	Unreadable      bool          `json:"unreadable" default:"true"`
	UnknownInvite   UnknownInvite `json:"unknown_invite" enum:"alert,hit,ignore" default:"alert"`
}

// InvitePolicy says which invites are hits.
type InvitePolicy string

const (
	InvitesOff     InvitePolicy = "off"
	InvitesForeign InvitePolicy = "foreign" // those of other guilds, but for allowed ones
	InvitesAll     InvitePolicy = "all"
)

// DomainMode says how a list of domains is meant.
type DomainMode string

const (
	DomainsOff       DomainMode = "off"
	DomainsBlock     DomainMode = "block"
	DomainsAllowOnly DomainMode = "allow_only"
)

// UnknownInvite says what an invite is whose guild could not be found out.
type UnknownInvite string

const (
	UnknownAlert  UnknownInvite = "alert" // a hit that only alerts
	UnknownHit    UnknownInvite = "hit"
	UnknownIgnore UnknownInvite = "ignore"
)

// Mentions counts whom a message pings.
type Mentions struct {
	MentionTotalLimit *int `json:"mention_total_limit" minimum:"1" maximum:"100" default:"6"` // distinct users, hit at or above
	RoleLimit         *int `json:"role_limit" minimum:"1" maximum:"50" default:"3"`
	Seconds           int  `json:"seconds" minimum:"0" maximum:"300"` // 0: in one message
	Everyone          bool `json:"everyone" default:"true"`           // an attempt without the permission
}

// MessageRate counts the messages of a member.
type MessageRate struct {
	Messages int         `json:"messages" minimum:"2" maximum:"100" default:"8"`
	Seconds  int         `json:"seconds" minimum:"1" maximum:"300" default:"6"`
	Channels []Snowflake `json:"channels" maxItems:"100"` // empty: all together
}

// Duplicate counts how often a member repeats a text or a file.
type Duplicate struct {
	Messages      *int    `json:"messages" minimum:"2" maximum:"50" default:"4"`
	ChannelsCount *int    `json:"channels_count" minimum:"2" maximum:"20" default:"3"`
	Files         *int    `json:"files" minimum:"2" maximum:"20" default:"3"`
	Seconds       int     `json:"seconds" minimum:"1" maximum:"600" default:"30"`
	Similarity    float64 `json:"similarity" minimum:"0.5" maximum:"1" default:"0.85"`
	MinLength     int     `json:"min_length" minimum:"1" maximum:"500" default:"12"` // letters and digits
}

// Crowd counts the members who write the same text.
type Crowd struct {
	Members               int `json:"members" minimum:"2" maximum:"100" default:"5"`
	Seconds               int `json:"seconds" minimum:"1" maximum:"600" default:"30"`
	MinLength             int `json:"min_length" minimum:"1" maximum:"500" default:"12"`
	MinAccountsSuspicious int `json:"min_accounts_suspicious" minimum:"0" maximum:"100"` // percent
}

// FileExtension judges the names of attached files.
type FileExtension struct {
	Mode       ExtensionMode `json:"mode" enum:"block,allow_only" default:"block"`
	Extensions []string      `json:"extensions" minItems:"1" maxItems:"200" each:"1,16"` // lower case, no dot
	MaxSize    *int64        `json:"max_size" minimum:"0" maximum:"524288000"`           // bytes
	Sniff      bool          `json:"sniff"`                                              // judge the first bytes too
}

// ExtensionMode says how a list of extensions is meant.
type ExtensionMode string

const (
	ExtensionsBlock     ExtensionMode = "block"
	ExtensionsAllowOnly ExtensionMode = "allow_only"
)

// AttachmentsRate counts attached files.
type AttachmentsRate struct {
	Attachments int `json:"attachments" minimum:"1" maximum:"100" default:"10"`
	Seconds     int `json:"seconds" minimum:"0" maximum:"300" default:"10"`
}

// Newlines counts line breaks.
type Newlines struct {
	Limit       int  `json:"limit" minimum:"1" maximum:"1000" default:"30"`
	Consecutive *int `json:"consecutive" minimum:"1" maximum:"200"` // with nothing to be seen between
	Seconds     int  `json:"seconds" minimum:"0" maximum:"300"`
}

// Caps measures how much of a message is in capitals, in scripts that have them.
type Caps struct {
	Percent    int `json:"percent" minimum:"1" maximum:"100" default:"80"`
	MinLetters int `json:"min_letters" minimum:"5" maximum:"1000" default:"20"`
}

// Emoji counts custom emoji, Unicode emoji and stickers.
type Emoji struct {
	Limit   int `json:"limit" minimum:"1" maximum:"200" default:"20"`
	Seconds int `json:"seconds" minimum:"0" maximum:"300"`
}

// Username judges the names of who joins or renames.
type Username struct {
	KeywordFilter        []string   `json:"keyword_filter" maxItems:"1000" each:"1,60"`
	RegexPatterns        []string   `json:"regex_patterns" maxItems:"50" each:"1,260"`
	AllowList            []string   `json:"allow_list" maxItems:"1000" each:"1,60"`
	LookalikeOf          []string   `json:"lookalike_of" maxItems:"100" each:"1,32"`
	LookalikeStaff       bool       `json:"lookalike_staff" default:"true"`
	Invites              bool       `json:"invites" default:"true"`
	Links                bool       `json:"links"`
	On                   []NamePart `json:"on"` // empty: all
	MinAccountAgeSeconds int64      `json:"min_account_age_seconds" minimum:"0" maximum:"315360000"`
	RequireAvatar        bool       `json:"require_avatar"`
}

// Raid counts joins.
type Raid struct {
	Joins             int   `json:"joins" minimum:"3" maximum:"500" default:"8"`
	Seconds           int   `json:"seconds" minimum:"5" maximum:"600" default:"60"`
	SuspiciousPercent int   `json:"suspicious_percent" minimum:"1" maximum:"100" default:"60"`
	JoinsAny          *int  `json:"joins_any" minimum:"5" maximum:"1000" default:"20"` // whoever they are
	AccountAgeSeconds int64 `json:"account_age_seconds" minimum:"1" maximum:"315360000" default:"604800"`
	DefaultAvatar     bool  `json:"default_avatar" default:"true"`
	SameAvatar        bool  `json:"same_avatar" default:"true"`
	SamePattern       bool  `json:"same_pattern" default:"true"`
}

func (*Content) config()         {}
func (*Links) config()           {}
func (*Mentions) config()        {}
func (*MessageRate) config()     {}
func (*Duplicate) config()       {}
func (*Crowd) config()           {}
func (*FileExtension) config()   {}
func (*AttachmentsRate) config() {}
func (*Newlines) config()        {}
func (*Caps) config()            {}
func (*Emoji) config()           {}
func (*Username) config()        {}
func (*Raid) config()            {}

// NewConfig returns the settings of a type with its defaults, and nil for an unknown type.
func NewConfig(t Type) Config {
	config := newConfig(t)
	if config != nil {
		setDefaults(config)
		fillLists(config)
	}
	return config
}

func newConfig(t Type) Config {
	switch t {
	case TypeContent:
		return &Content{}
	case TypeLinks:
		return &Links{}
	case TypeMentions:
		return &Mentions{}
	case TypeMessageRate:
		return &MessageRate{}
	case TypeDuplicate:
		return &Duplicate{}
	case TypeCrowd:
		return &Crowd{}
	case TypeFileExtension:
		return &FileExtension{}
	case TypeAttachmentsRate:
		return &AttachmentsRate{}
	case TypeNewlines:
		return &Newlines{}
	case TypeCaps:
		return &Caps{}
	case TypeEmoji:
		return &Emoji{}
	case TypeUsername:
		return &Username{}
	case TypeRaid:
		return &Raid{}
	}
	return nil
}
