package world

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// attached is the file that an attachment:// address refers to, nil for other addresses.
func attached(address string, files []wire.Attachment) *wire.Attachment {
	name, refers := wire.AttachmentName(address)
	if !refers {
		return nil
	}
	i := slices.IndexFunc(files, func(a wire.Attachment) bool { return a.Filename == name })
	if i < 0 {
		return nil
	}
	return &files[i]
}

// unfurlEmbed gives an embed's pictures the addresses under which clients load them.
func unfurlEmbed(e wire.Embed, files []wire.Attachment) wire.Embed {
	for _, part := range []**wire.EmbedMedia{&e.Image, &e.Thumbnail} {
		if *part == nil {
			continue
		}
		media := new(**part)
		media.ProxyURL = media.URL
		if a := attached(media.URL, files); a != nil {
			media.URL, media.ProxyURL, media.ContentType = a.URL, a.ProxyURL, a.ContentType
		}
		*part = media
	}
	if e.Author != nil && e.Author.IconURL != "" {
		e.Author = new(*e.Author)
		e.Author.IconURL = loaded(e.Author.IconURL, files)
		e.Author.ProxyIconURL = e.Author.IconURL
	}
	if e.Footer != nil && e.Footer.IconURL != "" {
		e.Footer = new(*e.Footer)
		e.Footer.IconURL = loaded(e.Footer.IconURL, files)
		e.Footer.ProxyIconURL = e.Footer.IconURL
	}
	return e
}

func loaded(address string, files []wire.Attachment) string {
	if a := attached(address, files); a != nil {
		return a.URL
	}
	return address
}

// unfurl does the same for components, which nobody else holds, and returns them.
func (w *World) unfurl(list []wire.Component, files []wire.Attachment) []wire.Component {
	wire.Walk(list, func(c *wire.Component) {
		if c.Media != nil {
			c.Media = new(w.media(*c.Media, files))
		}
		if c.File != nil {
			if a := attached(c.File.URL, files); a != nil {
				c.Name, c.Size = a.Filename, a.Size
			}
			c.File = new(w.media(*c.File, files))
		}
		c.Items = slices.Clone(c.Items)
		for i := range c.Items {
			c.Items[i].Media = w.media(c.Items[i].Media, files)
		}
	})
	return list
}

func (w *World) media(m wire.UnfurledMedia, files []wire.Attachment) wire.UnfurledMedia {
	m.ID, m.ProxyURL = w.next(), m.URL
	if a := attached(m.URL, files); a != nil {
		m.URL, m.ProxyURL, m.ContentType, m.AttachmentID = a.URL, a.ProxyURL, a.ContentType, a.ID
	}
	return m
}
