package wire

import (
	"strings"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
)

// Webhook types.
const (
	IncomingWebhook = 1
	FollowerWebhook = 2 // brings what is published in a channel that is followed
)

// Webhook posts into a channel. Pointers to webhooks are shared and never written through.
type Webhook struct {
	ID            ID               `json:"id"`
	Type          int              `json:"type"`
	GuildID       ID               `json:"guild_id"`
	ChannelID     ID               `json:"channel_id"`
	User          *User            `json:"user,omitempty"` // who made it; not for who asks with its token
	Name          *string          `json:"name"`
	Avatar        *string          `json:"avatar"`
	Token         string           `json:"token,omitempty"`
	ApplicationID *ID              `json:"application_id"`
	URL           string           `json:"url,omitempty"`
	SourceGuild   *FollowedGuild   `json:"source_guild,omitempty"`
	SourceChannel *FollowedChannel `json:"source_channel,omitempty"`
}

// FollowedGuild is the guild of a channel that is followed.
type FollowedGuild struct {
	ID   ID      `json:"id"`
	Name string  `json:"name"`
	Icon *string `json:"icon"`
}

// FollowedChannel is a channel that is followed.
type FollowedChannel struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
}

// PartialChannel is as much of a channel as others need to name it.
type PartialChannel struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
	Type int    `json:"type"`
}

// Author is the webhook as the author of a message; name and avatar may be other ones for it.
func (h *Webhook) Author(name string, avatar *string) *User {
	u := &User{ID: h.ID, Username: *h.Name, Avatar: h.Avatar, Discriminator: "0000", Bot: true}
	if name != "" {
		u.Username = name
	}
	if avatar != nil {
		u.Avatar = avatar
	}
	return u
}

// WebhookInput is the body of creating or changing a webhook.
type WebhookInput struct {
	Name      Opt[string] `json:"name"`
	Avatar    Opt[string] `json:"avatar"`
	ChannelID Opt[ID]     `json:"channel_id"`
}

// CheckWebhookName refuses the names that Discord keeps for itself.
func CheckWebhookName(f problem.Form, name string) {
	f.Length(strings.TrimSpace(name), 1, 80)
	for _, kept := range []string{"clyde", "discord"} {
		if strings.Contains(strings.ToLower(name), kept) {
			f.Add("USERNAME_INVALID_CONTAINS", "Username cannot contain \"%s\"", kept)
		}
	}
}

// WebhookMessage is the body of posting by a webhook, with what is in its query.
type WebhookMessage struct {
	MessageInput
	Username    string `json:"username"`
	AvatarURL   string `json:"avatar_url"`
	ThreadName  string `json:"thread_name"`
	AppliedTags []ID   `json:"applied_tags"`

	ThreadID       ID   `json:"-"`
	WithComponents bool `json:"-"`
}
