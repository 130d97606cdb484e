package wire

import (
	"regexp"
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
)

// CheckComponents notes what is wrong with a message's components; v2 says that the message
// has the flag IS_COMPONENTS_V2.
func CheckComponents(f problem.Form, list []Component, v2 bool) {
	if v2 {
		total := 0
		Walk(list, func(*Component) { total++ })
		if total > 40 {
			f.Add("BASE_TYPE_MAX_LENGTH", "Must be 40 or fewer in length.")
		}
	} else {
		f.Count(len(list), 0, 5)
	}
	c := checker{ids: make(map[string]bool)}
	for i := range list {
		c.top(f.At(i), &list[i], v2)
	}
}

// CheckModal notes what is wrong with a modal's components.
func CheckModal(f problem.Form, list []Component) {
	f.Count(len(list), 1, 5)
	c := checker{ids: make(map[string]bool)}
	for i := range list {
		at, one := f.At(i), &list[i]
		switch one.Type {
		case ActionRow:
			if len(one.Components) != 1 {
				at.At("components").Count(len(one.Components), 1, 1)
				continue
			}
			c.input(at.At("components", 0), &one.Components[0], true)
		case Label:
			at.At("label").Length(one.Label, 1, 45)
			at.At("description").Length(one.Description, 0, 100)
			if one.Component == nil {
				at.At("component").Required()
				continue
			}
			c.input(at.At("component"), one.Component, false)
		case TextDisplay:
			at.At("content").Length(one.Content, 1, 4000)
		default:
			at.At("type").OneOf("1, 10, 18")
		}
	}
}

// checker remembers the custom ids it has seen in one message or modal.
type checker struct{ ids map[string]bool }

func (c checker) customID(f problem.Form, id string) {
	f.Length(id, 1, 100)
	if id != "" && c.ids[id] {
		f.Add("COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	c.ids[id] = true
}

func (c checker) top(f problem.Form, one *Component, v2 bool) {
	if !v2 {
		if one.Type != ActionRow {
			f.At("type").OneOf("1")
			return
		}
		c.row(f, one)
		return
	}
	switch one.Type {
	case ActionRow:
		c.row(f, one)
	case Section:
		f.At("components").Count(len(one.Components), 1, 3)
		for i := range one.Components {
			c.text(f.At("components", i), &one.Components[i])
		}
		switch {
		case one.Accessory == nil:
			f.At("accessory").Required()
		case one.Accessory.Type == Button:
			c.button(f.At("accessory"), one.Accessory)
		case one.Accessory.Type == Thumbnail:
			f.At("accessory", "description").Length(one.Accessory.Description, 0, 1024)
			checkMediaURL(f.At("accessory", "media"), one.Accessory.Media, "http", "https", "attachment")
		case one.Accessory.Type != Thumbnail:
			f.At("accessory", "type").OneOf("2, 11")
		}
	case TextDisplay:
		c.text(f, one)
	case MediaGallery:
		f.At("items").Count(len(one.Items), 1, 10)
		for i := range one.Items {
			checkMediaURL(f.At("items", i, "media"), &one.Items[i].Media, "http", "https", "attachment")
		}
	case FileComponent:
		checkMediaURL(f.At("file"), one.File, "attachment")
	case Separator:
	case Container:
		for i := range one.Components {
			if one.Components[i].Type == Container {
				f.At("components", i, "type").OneOf("1, 9, 10, 12, 13, 14")
				continue
			}
			c.top(f.At("components", i), &one.Components[i], true)
		}
	default:
		f.At("type").OneOf("1, 9, 10, 12, 13, 14, 17")
	}
}

func checkMediaURL(f problem.Form, m *UnfurledMedia, schemes ...string) {
	if m == nil || m.URL == "" {
		f.At("url").Required()
		return
	}
	checkURL(f.At("url"), m.URL, schemes...)
}

func (c checker) text(f problem.Form, one *Component) {
	if one.Type != TextDisplay {
		f.At("type").OneOf("10")
		return
	}
	f.At("content").Length(one.Content, 1, 4000)
}

func (c checker) row(f problem.Form, row *Component) {
	f.At("components").Count(len(row.Components), 1, 5)
	for i := range row.Components {
		at, one := f.At("components", i), &row.Components[i]
		switch {
		case one.Type == Button:
			c.button(at, one)
		case one.Select():
			c.selects(at, one)
			if len(row.Components) > 1 {
				at.Add("COMPONENT_LAYOUT_WIDTH_EXCEEDED", "Component layout width exceeded")
			}
		default:
			at.At("type").OneOf("2, 3, 5, 6, 7, 8")
		}
	}
}

func (c checker) button(f problem.Form, b *Component) {
	f.At("label").Length(b.Label, 0, 80)
	switch {
	case b.Style < 1 || b.Style > 6:
		f.At("style").OneOf("1, 2, 3, 4, 5, 6")
	case b.Style == LinkButton:
		if b.URL == "" {
			f.At("url").Add("BUTTON_COMPONENT_URL_REQUIRED", "A url is required")
		}
		checkURL(f.At("url"), b.URL, "http", "https", "discord")
		f.At("url").Length(b.URL, 0, 512)
		if b.CustomID != "" {
			f.At("custom_id").Add("BUTTON_COMPONENT_CUSTOM_ID_AND_URL", "A custom id and url cannot both be specified")
		}
	case b.Style == 6:
		if b.SKUID == 0 {
			f.At("sku_id").Required()
		}
		return
	case b.CustomID == "":
		f.At("custom_id").Add("BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")
	default:
		c.customID(f.At("custom_id"), b.CustomID)
		if b.URL != "" {
			f.At("url").Add("BUTTON_COMPONENT_CUSTOM_ID_AND_URL", "A custom id and url cannot both be specified")
		}
	}
	if b.Label == "" && b.Emoji == nil {
		f.Add("BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or emoji is required")
	}
}

func (c checker) selects(f problem.Form, s *Component) {
	c.customID(f.At("custom_id"), s.CustomID)
	f.At("placeholder").Length(s.Placeholder, 0, 150)
	least, most := s.Bounds()
	f.At("min_values").Range(least, 0, 25)
	f.At("max_values").Range(most, 1, 25)
	if least > most {
		f.At("min_values").Add("SELECT_COMPONENT_MIN_VALUES_EXCEED_MAX", "min_values cannot be greater than max_values")
	}
	if s.Type != StringSelect {
		return
	}
	f.At("options").Count(len(s.Options), 1, 25)
	if len(s.Options) > 0 && most > len(s.Options) {
		f.At("max_values").Add("SELECT_COMPONENT_MAX_VALUES_EXCEED_OPTIONS", "max_values cannot be greater than the number of options")
	}
	var seen []string
	for i, o := range s.Options {
		f.At("options", i, "label").Length(o.Label, 1, 100)
		f.At("options", i, "value").Length(o.Value, 1, 100)
		f.At("options", i, "description").Length(o.Description, 0, 100)
		if slices.Contains(seen, o.Value) {
			f.At("options", i, "value").Add("SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		seen = append(seen, o.Value)
	}
}

// input checks what a person fills in a modal; labelled says that it carries its own label.
func (c checker) input(f problem.Form, one *Component, labelled bool) {
	switch {
	case one.Type == TextInput:
		c.customID(f.At("custom_id"), one.CustomID)
		if one.Style != 1 && one.Style != 2 {
			f.At("style").OneOf("1, 2")
		}
		if labelled {
			f.At("label").Length(one.Label, 1, 45)
		}
		f.At("placeholder").Length(one.Placeholder, 0, 100)
		f.At("value").Length(one.Value, 0, 4000)
		if one.MinLength != nil {
			f.At("min_length").Range(*one.MinLength, 0, 4000)
		}
		if one.MaxLength != nil {
			f.At("max_length").Range(*one.MaxLength, 1, 4000)
		}
	case one.Select() && !labelled:
		c.selects(f, one)
	case one.Type == FileUpload && !labelled:
		c.upload(f, one)
	case (one.Type == RadioGroup || one.Type == CheckboxGroup) && !labelled:
		c.group(f, one)
	case one.Type == Checkbox && !labelled:
		c.customID(f.At("custom_id"), one.CustomID)
	case labelled:
		f.At("type").OneOf("4")
	default:
		f.At("type").OneOf("3, 4, 5, 6, 7, 8, 19, 21, 22, 23")
	}
}

var fileType = regexp.MustCompile(`^(image|video|audio|\.\w{1,20})$`)

func (c checker) upload(f problem.Form, one *Component) {
	c.customID(f.At("custom_id"), one.CustomID)
	c.bounds(f, one, 10)
	f.At("file_types").Count(len(one.FileTypes), 0, 10)
	for i, kind := range one.FileTypes {
		if !fileType.MatchString(kind) {
			f.At("file_types", i).OneOf("'image', 'video', 'audio', an extension such as '.pdf'")
		}
	}
}

// bounds checks how many values a component takes: at least one where it is required.
func (c checker) bounds(f problem.Form, one *Component, most int) {
	required := one.Required == nil || *one.Required
	if one.MinValues != nil {
		least := 0
		if required {
			least = 1
		}
		f.At("min_values").Range(*one.MinValues, least, most)
	}
	if one.MaxValues != nil {
		f.At("max_values").Range(*one.MaxValues, 1, most)
	}
	if low, high := one.Bounds(); low > high && high > 0 {
		f.At("min_values").Add("SELECT_COMPONENT_MIN_VALUES_EXCEED_MAX", "min_values cannot be greater than max_values")
	}
}

func (c checker) group(f problem.Form, one *Component) {
	c.customID(f.At("custom_id"), one.CustomID)
	fewest := 1
	if one.Type == RadioGroup {
		fewest = 2
	} else {
		c.bounds(f, one, 10)
	}
	f.At("options").Count(len(one.Options), fewest, 10)
	var seen []string
	for i, o := range one.Options {
		at := f.At("options", i)
		at.At("label").Length(o.Label, 1, 100)
		at.At("value").Length(o.Value, 1, 100)
		at.At("description").Length(o.Description, 0, 100)
		if slices.Contains(seen, o.Value) {
			at.At("value").Add("SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		seen = append(seen, o.Value)
	}
}
