package outbox

import (
	"encoding/base64"
	"errors"
	"net/http"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

// Message is one message that the bot sends by itself, as a durable job. Make it with Post, Edit or
// Direct.
type Message struct {
	ID      uuid.UUID             `json:"id"`
	Guild   snowflake.ID          `json:"guild"`             // which it concerns; 0: none
	Channel snowflake.ID          `json:"channel,omitempty"` // where it goes, or
	User    snowflake.ID          `json:"user,omitempty"`    // to whom
	Edit    snowflake.ID          `json:"edit,omitempty"`    // the message that it replaces
	Body    discord.MessageCreate `json:"body"`              // without files
	Topic   string                `json:"topic,omitempty"`   // whose Handler is told the outcome
	Ref     string                `json:"ref,omitempty"`     // what that Handler is given
}

// Kind names the job in the queue.
func (Message) Kind() string { return "outbox_send" }

// InsertOpts bounds how often it is tried.
func (Message) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: attempts} }

// Post is a new message in a channel.
func Post(guild, channel snowflake.ID, body discord.MessageCreate) Message {
	return Message{ID: uuid.Must(uuid.NewV7()), Guild: guild, Channel: channel, Body: body}
}

// Edit replaces what a message of the bot says: content, embeds and components.
func Edit(guild, channel, message snowflake.ID, body discord.MessageCreate) Message {
	m := Post(guild, channel, body)
	m.Edit = message
	return m
}

// Direct is a direct message to somebody, about a guild.
func Direct(guild, user snowflake.ID, body discord.MessageCreate) Message {
	return Message{ID: uuid.Must(uuid.NewV7()), Guild: guild, User: user, Body: body}
}

// Report is the message with the topic whose Handler is told the outcome, and what it is given.
func (m Message) Report(topic, ref string) Message {
	m.Topic, m.Ref = topic, ref
	return m
}

// create is the message as Discord takes it. Its nonce keeps Discord from posting it twice when it is
// tried again because only the response was lost.
func (m Message) create() discord.MessageCreate {
	body := m.Body
	body.AllowedMentions = m.mentions()
	body.Nonce, body.EnforceNonce = base64.RawURLEncoding.EncodeToString(m.ID[:]), true
	return body
}

// update is the message as a change of another. What it does not have is removed.
func (m Message) update() discord.MessageUpdate {
	embeds, components := m.Body.Embeds, m.Body.Components
	if embeds == nil {
		embeds = []discord.Embed{}
	}
	if components == nil {
		components = []discord.LayoutComponent{}
	}
	return discord.MessageUpdate{Content: &m.Body.Content, Embeds: &embeds, Components: &components, AllowedMentions: m.mentions()}
}

// mentions are what the body allows; by default nobody.
func (m Message) mentions() *discord.AllowedMentions {
	if m.Body.AllowedMentions != nil {
		return m.Body.AllowedMentions
	}
	return &discord.AllowedMentions{Parse: []discord.AllowedMentionType{}}
}

// final reports whether Discord refuses for a reason that trying again does not change, such as 50001,
// 50007, 50013 or 10003, and says which. A token that is not accepted and a rate limit are not reasons of
// that kind; neither is silence.
func final(err error, refused *rest.Error) bool {
	var e *rest.Error
	if !errors.As(err, &e) || e.Response == nil {
		return false
	}
	*refused = *e
	switch status := e.Response.StatusCode; status {
	case http.StatusUnauthorized, http.StatusRequestTimeout:
		return false
	case http.StatusTooManyRequests:
		return e.Code == rest.JSONErrorCodeOpeningDirectMessagesTooFast
	default:
		return status >= 400 && status < 500
	}
}
