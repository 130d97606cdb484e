package wire

import "encoding/json"

// Interaction types.
const (
	Ping                    = 1
	CommandInteraction      = 2
	ComponentInteraction    = 3
	AutocompleteInteraction = 4
	ModalInteraction        = 5
)

// Callback types.
const (
	Pong           = 1
	Reply          = 4
	DeferredReply  = 5
	DeferredUpdate = 6
	Update         = 7
	Choices        = 8
	Modal          = 9
)

// Interaction is what the gateway delivers when a person uses a command or a component.
type Interaction struct {
	ID                  ID            `json:"id"`
	ApplicationID       ID            `json:"application_id"`
	Type                int           `json:"type"`
	Data                any           `json:"data"`
	Guild               *InGuild      `json:"guild,omitempty"`
	GuildID             ID            `json:"guild_id,omitempty"`
	Channel             *Channel      `json:"channel"`
	ChannelID           ID            `json:"channel_id"`
	Member              *Member       `json:"member,omitempty"`
	User                *User         `json:"user,omitempty"` // in direct messages only
	Token               string        `json:"token"`
	Version             int           `json:"version"`
	Message             *Message      `json:"message,omitempty"`
	AppPermissions      Permissions   `json:"app_permissions"`
	Locale              string        `json:"locale"`
	GuildLocale         string        `json:"guild_locale,omitempty"`
	Entitlements        List[any]     `json:"entitlements"`
	Owners              map[string]ID `json:"authorizing_integration_owners"`
	Context             int           `json:"context"`
	AttachmentSizeLimit int           `json:"attachment_size_limit"`
}

// InGuild is the partial guild of an interaction.
type InGuild struct {
	ID       ID           `json:"id"`
	Locale   string       `json:"locale"`
	Features List[string] `json:"features"`
}

// CommandData is the data of a command or autocomplete.
type CommandData struct {
	ID       ID            `json:"id"`
	Name     string        `json:"name"`
	Type     int           `json:"type"`
	Resolved *Resolved     `json:"resolved,omitempty"`
	Options  []OptionValue `json:"options,omitempty"`
	GuildID  ID            `json:"guild_id,omitempty"`
	TargetID ID            `json:"target_id,omitempty"`
}

// ComponentData is the data of a press or a selection.
type ComponentData struct {
	ID            int       `json:"id"`
	CustomID      string    `json:"custom_id"`
	ComponentType int       `json:"component_type"`
	Values        []string  `json:"values,omitempty"`
	Resolved      *Resolved `json:"resolved,omitempty"`
}

// ModalData is the data of a submitted modal.
type ModalData struct {
	CustomID   string          `json:"custom_id"`
	Components List[Submitted] `json:"components"`
	Resolved   *Resolved       `json:"resolved,omitempty"`
}

// Submitted is one filled component of a modal, or what holds it.
type Submitted struct {
	Type       int             `json:"type"`
	ID         int             `json:"id"`
	CustomID   string          `json:"custom_id,omitempty"`
	Value      json.RawMessage `json:"value,omitempty"` // text, or whether it is checked
	Values     *[]string       `json:"values,omitempty"`
	Components []Submitted     `json:"components,omitempty"`
	Component  *Submitted      `json:"component,omitempty"`
}

// Resolved holds the objects behind the ids in an interaction's options.
type Resolved struct {
	Users       map[string]*User      `json:"users,omitempty"`
	Members     map[string]*Member    `json:"members,omitempty"`
	Roles       map[string]*Role      `json:"roles,omitempty"`
	Channels    map[string]*Channel   `json:"channels,omitempty"`
	Messages    map[string]*Message   `json:"messages,omitempty"`
	Attachments map[string]Attachment `json:"attachments,omitempty"`
}

// Callback is the body that answers an interaction.
type Callback struct {
	Type int `json:"type"`
	Data struct {
		MessageInput
		Choices  List[Choice] `json:"choices"`
		CustomID string       `json:"custom_id"`
		Title    string       `json:"title"`
	} `json:"data"`
}

// CallbackResult is what a callback with_response returns.
type CallbackResult struct {
	Interaction CallbackInteraction `json:"interaction"`
	Resource    *CallbackResource   `json:"resource,omitempty"`
}

// CallbackInteraction tells what became of the interaction.
type CallbackInteraction struct {
	ID                ID   `json:"id"`
	Type              int  `json:"type"`
	ResponseMessageID ID   `json:"response_message_id,omitempty"`
	Loading           bool `json:"response_message_loading"`
	Ephemeral         bool `json:"response_message_ephemeral"`
}

// CallbackResource is the message that a callback made or changed.
type CallbackResource struct {
	Type    int      `json:"type"`
	Message *Message `json:"message,omitempty"`
}

// OpenModal is a modal as the person sees it.
type OpenModal struct {
	ID            ID              `json:"id"` // of the interaction it answers; submit it under this id
	ApplicationID ID              `json:"application_id"`
	ChannelID     ID              `json:"channel_id"`
	CustomID      string          `json:"custom_id"`
	Title         string          `json:"title"`
	Components    List[Component] `json:"components"`
}
