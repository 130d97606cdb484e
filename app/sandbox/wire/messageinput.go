package wire

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
)

// AllowedMentions says whom a message may ping.
type AllowedMentions struct {
	Parse       []string `json:"parse"`
	Roles       []ID     `json:"roles"`
	Users       []ID     `json:"users"`
	RepliedUser bool     `json:"replied_user"`
}

// MessageInput is the body of creating or editing a message, a followup or a callback's data.
// What is absent stays as it was when it edits.
type MessageInput struct {
	Content         Opt[string]            `json:"content"`
	TTS             bool                   `json:"tts"`
	Nonce           json.RawMessage        `json:"nonce"` // a text or a number
	EnforceNonce    bool                   `json:"enforce_nonce"`
	Embeds          Opt[[]Embed]           `json:"embeds"`
	AllowedMentions *AllowedMentions       `json:"allowed_mentions"`
	Reference       *Reference             `json:"message_reference"`
	Components      Opt[[]Component]       `json:"components"`
	Attachments     Opt[[]AttachmentInput] `json:"attachments"`
	Flags           Opt[int]               `json:"flags"`
	Poll            *PollInput             `json:"poll"`
	Stickers        []ID                   `json:"sticker_ids"`
	Files           []File                 `json:"-"` // from multipart/form-data
	Kept            []Attachment           `json:"-"` // what an edited message has already and goes on having
}

// AttachmentInput describes a file that comes with the request, or keeps one that is there.
type AttachmentInput struct {
	ID          ID      `json:"id"`
	Filename    string  `json:"filename"`
	Description *string `json:"description"`
	Title       string  `json:"title"`
}

// File is an uploaded file.
type File struct {
	Index       int // n of files[n]
	Name        string
	ContentType string
	Data        []byte
}

// Empty reports whether a new message of it would show nothing.
func (m *MessageInput) Empty() bool {
	return Blank(m.Content.Value) && len(m.Embeds.Value) == 0 && len(m.Components.Value) == 0 && len(m.Files) == 0 &&
		m.Poll == nil && len(m.Stickers) == 0 && !m.Forwards()
}

// Forwards reports whether the message forwards another one.
func (m *MessageInput) Forwards() bool {
	return m.Reference != nil && m.Reference.Type == ForwardReference
}

// Blank reports whether a text shows nothing.
func Blank(text string) bool { return strings.TrimSpace(text) == "" }

// Check notes everything that Discord refuses in the body; flags are those the message will have.
func (m *MessageInput) Check(f problem.Form, flags int) {
	f.At("content").Length(m.Content.Value, 0, 2000)
	m.checkNonce(f.At("nonce"))
	checkEmbeds(f.At("embeds"), m.Embeds.Value)
	m.checkMedia(f)
	v2 := flags&FlagComponentsV2 != 0
	CheckComponents(f.At("components"), m.Components.Value, v2)
	f.At("sticker_ids").Count(len(m.Stickers), 0, 3)
	if m.Poll != nil {
		m.Poll.check(f.At("poll"))
	}
	if v2 {
		for _, part := range []struct {
			name string
			used bool
		}{{"content", m.Content.Value != ""}, {"embeds", len(m.Embeds.Value) > 0}, {"poll", m.Poll != nil}, {"sticker_ids", len(m.Stickers) > 0}} {
			if part.used {
				f.At(part.name).Add("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
					"The '%s' field cannot be used when using MessageFlags.IS_COMPONENTS_V2", part.name)
			}
		}
	}
	if m.AllowedMentions != nil {
		m.AllowedMentions.check(f.At("allowed_mentions"))
	}
	if len(m.Files) > 10 {
		f.At("attachments").Count(len(m.Files), 0, 10)
	}
}

func (m *MessageInput) checkNonce(f problem.Form) {
	var text string
	var number int64
	switch {
	case len(m.Nonce) == 0 || string(m.Nonce) == "null":
		m.Nonce = nil
	case json.Unmarshal(m.Nonce, &text) == nil:
		f.Length(text, 0, 25)
	case json.Unmarshal(m.Nonce, &number) != nil:
		f.Add("NONCE_TYPE_CONVERT", "Could not interpret \"%s\" as string or int.", m.Nonce)
	}
}

func (a *AllowedMentions) check(f problem.Form) {
	for i, p := range a.Parse {
		if !slices.Contains([]string{"roles", "users", "everyone"}, p) {
			f.At("parse", i).OneOf("'everyone', 'roles', 'users'")
		}
	}
	f.At("users").Count(len(a.Users), 0, 100)
	f.At("roles").Count(len(a.Roles), 0, 100)
	problem.Unique(f.At("users"), a.Users)
	problem.Unique(f.At("roles"), a.Roles)
	for _, exclusive := range []struct {
		name string
		n    int
	}{{"users", len(a.Users)}, {"roles", len(a.Roles)}} {
		if exclusive.n > 0 && slices.Contains(a.Parse, exclusive.name) {
			f.Add("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
				"parse:[\"%s\"] and %s: [ids...] are mutually exclusive.", exclusive.name, exclusive.name)
		}
	}
}
