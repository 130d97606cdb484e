package wire

import (
	"net/url"
	"strings"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
)

const attachmentScheme = "attachment://"

// AttachmentName is the file that an address refers to; false for other addresses.
func AttachmentName(address string) (string, bool) {
	name, found := strings.CutPrefix(address, attachmentScheme)
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	return name, found
}

// Media visits the address of every picture and file in embeds, with its place in the body.
func (m *MessageInput) Media(f problem.Form, visit func(problem.Form, string)) {
	for i := range m.Embeds.Value {
		e, at := &m.Embeds.Value[i], f.At("embeds", i)
		if e.Image != nil {
			visit(at.At("image", "url"), e.Image.URL)
		}
		if e.Thumbnail != nil {
			visit(at.At("thumbnail", "url"), e.Thumbnail.URL)
		}
		if e.Author != nil {
			visit(at.At("author", "icon_url"), e.Author.IconURL)
		}
		if e.Footer != nil {
			visit(at.At("footer", "icon_url"), e.Footer.IconURL)
		}
	}
	mediaOf(f.At("components"), m.Components.Value, visit)
}

func mediaOf(f problem.Form, list []Component, visit func(problem.Form, string)) {
	for i := range list {
		c, at := &list[i], f.At(i)
		if c.Media != nil {
			visit(at.At("media", "url"), c.Media.URL)
		}
		if c.File != nil {
			visit(at.At("file", "url"), c.File.URL)
		}
		for j := range c.Items {
			visit(at.At("items", j, "media", "url"), c.Items[j].Media.URL)
		}
		mediaOf(at.At("components"), c.Components, visit)
		if c.Accessory != nil && c.Accessory.Media != nil {
			visit(at.At("accessory", "media", "url"), c.Accessory.Media.URL)
		}
	}
}

// checkMedia refuses references to files that the message does not have.
func (m *MessageInput) checkMedia(f problem.Form) {
	m.Media(f, func(at problem.Form, address string) {
		name, refers := AttachmentName(address)
		if !refers || m.has(name) {
			return
		}
		at.Add("UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", "The referenced attachment was not found")
	})
}

func (m *MessageInput) has(file string) bool {
	for _, f := range m.Files {
		if f.Name == file {
			return true
		}
	}
	for _, a := range m.Kept {
		if a.Filename == file {
			return true
		}
	}
	return false
}
