package wire

import (
	"regexp"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
)

// Sticker is a picture that can be sent alone. Pointers to stickers are shared and never written through.
type Sticker struct {
	ID          ID      `json:"id"`
	Name        string  `json:"name"`
	Description *string `json:"description"`
	Tags        string  `json:"tags"`
	Type        int     `json:"type"`        // 2: of a guild
	Format      int     `json:"format_type"` // 1: PNG
	Available   bool    `json:"available"`
	GuildID     ID      `json:"guild_id"`
	User        *User   `json:"user,omitempty"`
}

// GuildSticker is the type of stickers that a guild has uploaded, PNGSticker their format.
const (
	GuildSticker = 2
	PNGSticker   = 1
)

// StickerItem is as much of a sticker as a message has.
type StickerItem struct {
	ID     ID     `json:"id"`
	Name   string `json:"name"`
	Format int    `json:"format_type"`
}

// StickerInput is the body of creating or changing a sticker.
type StickerInput struct {
	Name        Opt[string] `json:"name"`
	Description Opt[string] `json:"description"`
	Tags        Opt[string] `json:"tags"`
}

// Check notes what Discord refuses in the sticker.
func (s *Sticker) Check(f problem.Form) {
	f.At("name").Length(s.Name, 2, 30)
	if s.Description != nil && *s.Description != "" {
		f.At("description").Length(*s.Description, 2, 100)
	}
	f.At("tags").Length(s.Tags, 1, 200)
}

// GuildEmoji is an emoji that a guild has uploaded. Pointers to emojis are shared and never written through.
type GuildEmoji struct {
	ID            ID       `json:"id"`
	Name          string   `json:"name"`
	Roles         List[ID] `json:"roles"` // the roles that may use it; none: everybody
	User          *User    `json:"user,omitempty"`
	RequireColons bool     `json:"require_colons"`
	Managed       bool     `json:"managed"`
	Animated      bool     `json:"animated"`
	Available     bool     `json:"available"`
}

// EmojiInput is the body of creating or changing an emoji.
type EmojiInput struct {
	Name  Opt[string] `json:"name"`
	Image Opt[string] `json:"image"`
	Roles Opt[[]ID]   `json:"roles"`
}

var emojiName = regexp.MustCompile(`^\w{2,32}$`)

// CheckEmojiName refuses what is no name of an emoji.
func CheckEmojiName(f problem.Form, name string) {
	f.Length(name, 2, 32)
	if !emojiName.MatchString(name) {
		f.Add("STRING_TYPE_REGEX", "String value did not match validation regex.")
	}
}
