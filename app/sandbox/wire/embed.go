package wire

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
)

// Embed is a framed part of a message.
type Embed struct {
	Title       string       `json:"title,omitempty"`
	Type        string       `json:"type,omitempty"`
	Description string       `json:"description,omitempty"`
	URL         string       `json:"url,omitempty"`
	Timestamp   *Time        `json:"timestamp,omitempty"`
	Color       *int         `json:"color,omitempty"`
	Footer      *EmbedFooter `json:"footer,omitempty"`
	Image       *EmbedMedia  `json:"image,omitempty"`
	Thumbnail   *EmbedMedia  `json:"thumbnail,omitempty"`
	Author      *EmbedAuthor `json:"author,omitempty"`
	Fields      []EmbedField `json:"fields,omitempty"`
}

// EmbedFooter is the last line of an embed.
type EmbedFooter struct {
	Text         string `json:"text"`
	IconURL      string `json:"icon_url,omitempty"`
	ProxyIconURL string `json:"proxy_icon_url,omitempty"`
}

// EmbedMedia is a picture.
type EmbedMedia struct {
	URL         string `json:"url"`
	ProxyURL    string `json:"proxy_url,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	Width       int    `json:"width,omitempty"`
	Height      int    `json:"height,omitempty"`
}

// EmbedAuthor is the first line of an embed.
type EmbedAuthor struct {
	Name         string `json:"name"`
	URL          string `json:"url,omitempty"`
	IconURL      string `json:"icon_url,omitempty"`
	ProxyIconURL string `json:"proxy_icon_url,omitempty"`
}

// EmbedField is a name with a value.
type EmbedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline"`
}

const embedTotal = 6000 // characters over all embeds of a message

func checkEmbeds(f problem.Form, embeds []Embed) {
	f.Count(len(embeds), 0, 10)
	total := 0
	for i := range embeds {
		total += embeds[i].check(f.At(i))
	}
	if total > embedTotal {
		f.Add("MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of %d", embedTotal)
	}
}

// check notes what is wrong and returns the characters that count towards the total.
func (e *Embed) check(f problem.Form) int {
	f.At("title").Length(e.Title, 0, 256)
	f.At("description").Length(e.Description, 0, 4096)
	f.At("fields").Count(len(e.Fields), 0, 25)
	checkURL(f.At("url"), e.URL, "http", "https")
	if e.Color != nil {
		f.At("color").Range(*e.Color, 0, 0xffffff)
	}
	n := utf8.RuneCountInString(e.Title) + utf8.RuneCountInString(e.Description)
	if e.Footer != nil {
		f.At("footer", "text").Length(e.Footer.Text, 0, 2048)
		checkURL(f.At("footer", "icon_url"), e.Footer.IconURL, "http", "https", "attachment")
		n += utf8.RuneCountInString(e.Footer.Text)
	}
	if e.Author != nil {
		f.At("author", "name").Length(e.Author.Name, 1, 256)
		checkURL(f.At("author", "url"), e.Author.URL, "http", "https")
		checkURL(f.At("author", "icon_url"), e.Author.IconURL, "http", "https", "attachment")
		n += utf8.RuneCountInString(e.Author.Name)
	}
	for _, m := range []struct {
		name  string
		media *EmbedMedia
	}{{"image", e.Image}, {"thumbnail", e.Thumbnail}} {
		if m.media != nil {
			checkURL(f.At(m.name, "url"), m.media.URL, "http", "https", "attachment")
		}
	}
	for i, field := range e.Fields {
		f.At("fields", i, "name").Length(strings.TrimSpace(field.Name), 1, 256)
		f.At("fields", i, "value").Length(strings.TrimSpace(field.Value), 1, 1024)
		n += utf8.RuneCountInString(field.Name) + utf8.RuneCountInString(field.Value)
	}
	if n == 0 && e.Image == nil && e.Thumbnail == nil {
		f.At("description").Required()
	}
	return n
}

func checkURL(f problem.Form, raw string, schemes ...string) {
	if raw == "" {
		return
	}
	if slices.Contains(schemes, "attachment") && strings.HasPrefix(raw, attachmentScheme) {
		return // a file name, which is looked up among the message's files
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" || u.Host == "" {
		f.Add("URL_TYPE_INVALID_URL", "Not a well formed URL.")
		return
	}
	for _, s := range schemes {
		if u.Scheme == s {
			return
		}
	}
	f.Add("URL_TYPE_INVALID_SCHEME", "Scheme \"%s\" is not supported. Scheme must be one of ('%s').", u.Scheme, strings.Join(schemes, "', '"))
}
