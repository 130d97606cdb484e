package wire

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
	Type          int            `json:"type"`
	ID            int            `json:"id,omitempty"`
	CustomID      string         `json:"custom_id,omitempty"`
	Style         int            `json:"style,omitempty"`
	Label         string         `json:"label,omitempty"`
	Emoji         *Emoji         `json:"emoji,omitempty"`
	URL           string         `json:"url,omitempty"`
	SKUID         ID             `json:"sku_id,omitempty"`
	Disabled      bool           `json:"disabled,omitempty"`
	Options       []SelectOption `json:"options,omitempty"`
	Placeholder   string         `json:"placeholder,omitempty"`
	MinValues     *int           `json:"min_values,omitempty"`
	MaxValues     *int           `json:"max_values,omitempty"`
	ChannelTypes  []int          `json:"channel_types,omitempty"`
	DefaultValues []DefaultValue `json:"default_values,omitempty"`
	MinLength     *int           `json:"min_length,omitempty"`
	MaxLength     *int           `json:"max_length,omitempty"`
	Required      *bool          `json:"required,omitempty"`
	Value         string         `json:"value,omitempty"`
	Content       string         `json:"content,omitempty"`
	Description   string         `json:"description,omitempty"`
	Components    []Component    `json:"components,omitempty"`
	Component     *Component     `json:"component,omitempty"`
	Accessory     *Component     `json:"accessory,omitempty"`
	Media         *EmbedMedia    `json:"media,omitempty"`
	Items         []MediaItem    `json:"items,omitempty"`
	File          *EmbedMedia    `json:"file,omitempty"`
	Spoiler       bool           `json:"spoiler,omitempty"`
	Divider       *bool          `json:"divider,omitempty"`
	Spacing       int            `json:"spacing,omitempty"`
	AccentColor   *int           `json:"accent_color,omitempty"`
	Default       bool           `json:"default,omitempty"` // of a checkbox
	FileTypes     []string       `json:"file_types,omitempty"`
}

// SelectOption is one choice of a string select.
type SelectOption struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Emoji       *Emoji `json:"emoji,omitempty"`
	Default     bool   `json:"default,omitempty"`
}

// DefaultValue is a preselected user, role or channel.
type DefaultValue struct {
	ID   ID     `json:"id"`
	Type string `json:"type"`
}

// MediaItem is one picture of a gallery.
type MediaItem struct {
	Media       EmbedMedia `json:"media"`
	Description string     `json:"description,omitempty"`
	Spoiler     bool       `json:"spoiler,omitempty"`
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
