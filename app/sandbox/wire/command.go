package wire

import "encoding/json"

// Command types.
const (
	SlashCommand = 1
	UserCommand  = 2
	MessageMenu  = 3
)

// Option types.
const (
	SubcommandOption  = 1
	GroupOption       = 2
	StringOption      = 3
	IntegerOption     = 4
	BooleanOption     = 5
	UserOption        = 6
	ChannelOption     = 7
	RoleOption        = 8
	MentionableOption = 9
	NumberOption      = 10
	AttachmentOption  = 11
)

// Command is an application command, also as the body that creates it (without the ids).
type Command struct {
	ID                       ID                `json:"id"`
	Type                     int               `json:"type"`
	ApplicationID            ID                `json:"application_id"`
	GuildID                  ID                `json:"guild_id,omitempty"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations"`
	Options                  []CommandOption   `json:"options,omitempty"`
	DefaultMemberPermissions *Permissions      `json:"default_member_permissions"`
	DMPermission             *bool             `json:"dm_permission,omitempty"`
	Contexts                 []int             `json:"contexts"`
	IntegrationTypes         List[int]         `json:"integration_types"`
	NSFW                     bool              `json:"nsfw"`
	Version                  ID                `json:"version"`
}

// CommandOption is a parameter, a subcommand or a group of them.
type CommandOption struct {
	Type                     int               `json:"type"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations,omitempty"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations,omitempty"`
	Required                 bool              `json:"required,omitempty"`
	Choices                  []Choice          `json:"choices,omitempty"`
	Options                  []CommandOption   `json:"options,omitempty"`
	ChannelTypes             []int             `json:"channel_types,omitempty"`
	MinValue                 *json.Number      `json:"min_value,omitempty"`
	MaxValue                 *json.Number      `json:"max_value,omitempty"`
	MinLength                *int              `json:"min_length,omitempty"`
	MaxLength                *int              `json:"max_length,omitempty"`
	Autocomplete             bool              `json:"autocomplete,omitempty"`
}

// Choice is one value that an option may take, or that autocomplete offers.
type Choice struct {
	Name              string            `json:"name"`
	NameLocalizations map[string]string `json:"name_localizations,omitempty"`
	Value             json.RawMessage   `json:"value"`
}

// OptionValue is an option as a person filled it and as the interaction carries it.
type OptionValue struct {
	Name    string          `json:"name"`
	Type    int             `json:"type"`
	Value   json.RawMessage `json:"value,omitempty"`
	Options []OptionValue   `json:"options,omitempty"`
	Focused bool            `json:"focused,omitempty"`
}

// Branches reports whether the command has subcommands, so that it cannot be invoked bare.
func (c *Command) Branches() bool {
	return len(c.Options) > 0 && (c.Options[0].Type == SubcommandOption || c.Options[0].Type == GroupOption)
}

// CommandPermission is what an admin of a guild set for one role, member or channel.
type CommandPermission struct {
	ID         ID   `json:"id"`
	Type       int  `json:"type"` // 1 role, 2 user, 3 channel
	Permission bool `json:"permission"`
}
