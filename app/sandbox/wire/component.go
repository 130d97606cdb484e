package wire

import "encoding/json"

// Component types.
const (
	ActionRow         = 1
	Button            = 2
	StringSelect      = 3
	TextInput         = 4
	UserSelect        = 5
	RoleSelect        = 6
	MentionableSelect = 7
	ChannelSelect     = 8
	Section           = 9
	TextDisplay       = 10
	Thumbnail         = 11
	MediaGallery      = 12
	FileComponent     = 13
	Separator         = 14
	Container         = 17
	Label             = 18
	FileUpload        = 19
	RadioGroup        = 21
	CheckboxGroup     = 22
	Checkbox          = 23
)

// LinkButton is the style of a button that opens an address.
const LinkButton = 5

// Component is any of Discord's components: which fields count depends on its type.
type Component struct {
	Type          int             `json:"type"`
	ID            int             `json:"id,omitempty"`
	CustomID      string          `json:"custom_id,omitempty"`
	Style         int             `json:"style,omitempty"`
	Label         string          `json:"label,omitempty"`
	Emoji         *ComponentEmoji `json:"emoji,omitempty"`
	URL           string          `json:"url,omitempty"`
	SKUID         ID              `json:"sku_id,omitempty"`
	Disabled      bool            `json:"disabled,omitempty"`
	Options       []SelectOption  `json:"options,omitempty"`
	Placeholder   string          `json:"placeholder,omitempty"`
	MinValues     *int            `json:"min_values,omitempty"`
	MaxValues     *int            `json:"max_values,omitempty"`
	ChannelTypes  []int           `json:"channel_types,omitempty"`
	DefaultValues []DefaultValue  `json:"default_values,omitempty"`
	MinLength     *int            `json:"min_length,omitempty"`
	MaxLength     *int            `json:"max_length,omitempty"`
	Required      *bool           `json:"required,omitempty"`
	Value         string          `json:"value,omitempty"`
	Content       string          `json:"content,omitempty"`
	Description   string          `json:"description,omitempty"`
	Components    []Component     `json:"components,omitempty"`
	Component     *Component      `json:"component,omitempty"`
	Accessory     *Component      `json:"accessory,omitempty"`
	Media         *UnfurledMedia  `json:"media,omitempty"`
	Items         []MediaItem     `json:"items,omitempty"`
	File          *UnfurledMedia  `json:"file,omitempty"`
	Name          string          `json:"name,omitempty"` // of the file
	Size          int             `json:"size,omitempty"` // of the file, in bytes
	Spoiler       bool            `json:"spoiler,omitempty"`
	Divider       *bool           `json:"divider,omitempty"`
	Spacing       int             `json:"spacing,omitempty"`
	AccentColor   *int            `json:"accent_color,omitempty"`
	Default       bool            `json:"default,omitempty"` // of a checkbox
	FileTypes     []string        `json:"file_types,omitempty"`
}

// SelectOption is one choice of a string select.
type SelectOption struct {
	Label       string          `json:"label"`
	Value       string          `json:"value"`
	Description string          `json:"description,omitempty"`
	Emoji       *ComponentEmoji `json:"emoji,omitempty"`
	Default     bool            `json:"default,omitempty"`
}

// ComponentEmoji is the emoji of a button or an option: a Unicode one has no id.
type ComponentEmoji struct {
	ID       ID     `json:"id,omitempty"`
	Name     string `json:"name"`
	Animated bool   `json:"animated,omitempty"`
}

// UnfurledMedia is a picture, a video or a file of a component. Whoever sends it gives the address.
type UnfurledMedia struct {
	ID           ID     `json:"id,omitempty"`
	URL          string `json:"url"`
	ProxyURL     string `json:"proxy_url"`
	ContentType  string `json:"content_type,omitempty"`
	AttachmentID ID     `json:"attachment_id,omitempty"` // where it is an uploaded file
}

// MarshalJSON writes the component with the fields that Discord always has for its type.
func (c Component) MarshalJSON() ([]byte, error) {
	type plain Component
	least, most := c.Bounds()
	switch {
	case c.Select():
		return json.Marshal(struct {
			plain
			MinValues int `json:"min_values"`
			MaxValues int `json:"max_values"`
		}{plain(c), least, most})
	case c.Type == Thumbnail:
		return json.Marshal(struct {
			plain
			Description *string `json:"description"`
			Spoiler     bool    `json:"spoiler"`
		}{plain(c), orNull(c.Description), c.Spoiler})
	case c.Type == FileComponent:
		return json.Marshal(struct {
			plain
			Name    *string `json:"name"`
			Size    int     `json:"size"`
			Spoiler bool    `json:"spoiler"`
		}{plain(c), orNull(c.Name), c.Size, c.Spoiler})
	case c.Type == Separator:
		return json.Marshal(struct {
			plain
			Divider bool `json:"divider"`
			Spacing int  `json:"spacing"`
		}{plain(c), c.Divider == nil || *c.Divider, max(c.Spacing, 1)})
	case c.Type == Container:
		return json.Marshal(struct {
			plain
			Components  List[Component] `json:"components"`
			AccentColor *int            `json:"accent_color"`
			Spoiler     bool            `json:"spoiler"`
		}{plain(c), c.Components, c.AccentColor, c.Spoiler})
	}
	return json.Marshal(plain(c))
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// DefaultValue is a preselected user, role or channel.
type DefaultValue struct {
	ID   ID     `json:"id"`
	Type string `json:"type"`
}

// MediaItem is one picture of a gallery.
type MediaItem struct {
	Media       UnfurledMedia `json:"media"`
	Description *string       `json:"description"`
	Spoiler     bool          `json:"spoiler"`
}

// Select reports whether the component is one of the selects.
func (c *Component) Select() bool {
	switch c.Type {
	case StringSelect, UserSelect, RoleSelect, MentionableSelect, ChannelSelect:
		return true
	}
	return false
}

// Bounds returns how many values a select takes.
func (c *Component) Bounds() (least, most int) {
	least, most = 1, 1
	if c.Type == CheckboxGroup {
		most = len(c.Options)
	}
	if c.MinValues != nil {
		least = *c.MinValues
	}
	if c.MaxValues != nil {
		most = *c.MaxValues
	}
	if c.Required != nil && !*c.Required {
		least = 0
	}
	return least, most
}

// Find returns the component with this custom id, wherever it is nested, or nil.
func Find(list []Component, customID string) *Component {
	var found *Component
	Walk(list, func(c *Component) {
		if c.CustomID == customID && found == nil {
			found = c
		}
	})
	return found
}

// Walk visits every component, parents first.
func Walk(list []Component, visit func(*Component)) {
	for i := range list {
		c := &list[i]
		visit(c)
		Walk(c.Components, visit)
		for _, one := range []*Component{c.Component, c.Accessory} {
			if one != nil {
				visit(one)
				Walk(one.Components, visit)
			}
		}
	}
}

// Number returns a deep copy in which every component has the id that Discord would give it.
func Number(list []Component) []Component {
	used := make(map[int]bool)
	Walk(list, func(c *Component) { used[c.ID] = true })
	next := 0
	fresh := func() int {
		for next++; used[next]; next++ {
		}
		return next
	}
	return number(list, fresh)
}

func number(list []Component, fresh func() int) []Component {
	out := make([]Component, len(list))
	for i, c := range list {
		if c.ID == 0 {
			c.ID = fresh()
		}
		if c.Components != nil {
			c.Components = number(c.Components, fresh)
		}
		for _, one := range []**Component{&c.Component, &c.Accessory} {
			if *one != nil {
				*one = &number([]Component{**one}, fresh)[0]
			}
		}
		out[i] = c
	}
	return out
}
