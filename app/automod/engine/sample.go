package engine

import (
	"encoding/json"
	"time"
)

// Sample is an event as Discord's message object describes it, with what that object does not
// say: the body of the test in the API, and of the labelled cases.
type Sample struct {
	Event               Kind              `json:"event,omitempty" enum:"message,edit,thread,join,rename"`
	AtS                 float64           `json:"at_s,omitempty"` // seconds into a sequence
	ID                  Snowflake         `json:"id,omitempty"`
	ChannelID           Snowflake         `json:"channel_id,omitempty"`
	ParentIDs           []Snowflake       `json:"parent_ids,omitempty"` // what the channel lies in
	Content             string            `json:"content,omitempty"`
	Before              *string           `json:"before,omitempty"` // what an edited message said
	Embeds              []SampleEmbed     `json:"embeds,omitempty"`
	Attachments         []SampleFile      `json:"attachments,omitempty"`
	Mentions            []SampleUser      `json:"mentions,omitempty"`
	MentionRoles        []Snowflake       `json:"mention_roles,omitempty"`
	MentionEveryone     bool              `json:"mention_everyone,omitempty"`
	MessageSnapshots    []SampleSnapshot  `json:"message_snapshots,omitempty"`
	Poll                *SamplePoll       `json:"poll,omitempty"`
	StickerItems        []SampleName      `json:"sticker_items,omitempty"`
	Components          []SampleComponent `json:"components,omitempty"`
	ThreadName          string            `json:"thread_name,omitempty"`
	ReferencedMessage   *SampleReference  `json:"referenced_message,omitempty"`
	WebhookID           *Snowflake        `json:"webhook_id,omitempty"`
	InteractionMetadata *SampleInvoked    `json:"interaction_metadata,omitempty"`
	Author              SampleUser        `json:"author"`
	Member              SampleMember      `json:"member"`
}

// SampleUser is Discord's user object.
type SampleUser struct {
	ID         Snowflake `json:"id"`
	Bot        bool      `json:"bot,omitempty"`
	Username   string    `json:"username,omitempty"`
	GlobalName string    `json:"global_name,omitempty"`
	Avatar     string    `json:"avatar,omitempty"`
}

// SampleMember is Discord's member object, with the permissions that it has in guilds.
type SampleMember struct {
	Nick        string      `json:"nick,omitempty"`
	Roles       []Snowflake `json:"roles,omitempty"`
	JoinedAt    time.Time   `json:"joined_at,omitzero"`
	Permissions Snowflake   `json:"permissions,omitempty"`
	Flags       int         `json:"flags,omitempty"`
}

// SampleEmbed is Discord's embed object.
type SampleEmbed struct {
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
	Author      *struct {
		Name string `json:"name,omitempty"`
		URL  string `json:"url,omitempty"`
	} `json:"author,omitempty"`
	Footer *struct {
		Text string `json:"text,omitempty"`
	} `json:"footer,omitempty"`
	Fields []struct {
		Name  string `json:"name,omitempty"`
		Value string `json:"value,omitempty"`
	} `json:"fields,omitempty"`
}

// SampleFile is Discord's attachment object.
type SampleFile struct {
	Filename    string `json:"filename"`
	Description string `json:"description,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	Size        int64  `json:"size,omitempty"`
	Width       int    `json:"width,omitempty"`
	Height      int    `json:"height,omitempty"`
	Sniffed     string `json:"sniffed,omitempty"`
}

// SampleSnapshot is a forwarded message.
type SampleSnapshot struct {
	Message struct {
		Content     string        `json:"content,omitempty"`
		Embeds      []SampleEmbed `json:"embeds,omitempty"`
		Attachments []SampleFile  `json:"attachments,omitempty"`
	} `json:"message"`
}

// SamplePoll is Discord's poll object.
type SamplePoll struct {
	Question SampleText `json:"question"`
	Answers  []struct {
		PollMedia SampleText `json:"poll_media"`
	} `json:"answers,omitempty"`
}

// SampleText is an object with a text.
type SampleText struct {
	Text string `json:"text,omitempty"`
}

// SampleName is an object with a name.
type SampleName struct {
	Name string `json:"name"`
}

// SampleComponent is a component of a message; those inside it are read too.
type SampleComponent struct {
	Content    string            `json:"content,omitempty"`
	Label      string            `json:"label,omitempty"`
	URL        string            `json:"url,omitempty"`
	Components []SampleComponent `json:"components,omitempty"`
}

// SampleReference is the message that was replied to.
type SampleReference struct {
	Author SampleUser `json:"author"`
}

// SampleInvoked says who used an app.
type SampleInvoked struct {
	User                         SampleUser                 `json:"user"`
	AuthorizingIntegrationOwners map[string]json.RawMessage `json:"authorizing_integration_owners,omitempty"`
}

const (
	flagRejoined    = 1 << 0
	mentionEveryone = 1 << 17
)

// ToEvent returns the event, AtS after start.
func (s *Sample) ToEvent(start time.Time) *Event {
	e := &Event{
		Kind:      s.Event,
		At:        start.Add(time.Duration(s.AtS * float64(time.Second))),
		MessageID: s.ID,
		Author:    s.Author.user(),
		Webhook:   s.WebhookID != nil,
		Member: Member{
			Nick: s.Member.Nick, Roles: s.Member.Roles, JoinedAt: s.Member.JoinedAt,
			Permissions:     Permissions(s.Member.Permissions),
			MentionEveryone: s.Member.Permissions&(mentionEveryone|Snowflake(permissionAdministrator)) != 0,
			Rejoined:        s.Member.Flags&flagRejoined != 0,
		},
		Message: Message{
			Content: s.Content, Embeds: embeds(s.Embeds), Attachments: files(s.Attachments),
			MentionRoles: s.MentionRoles, ThreadName: s.ThreadName, Components: components(nil, s.Components),
		},
	}
	if e.Kind == "" {
		e.Kind = KindMessage
	}
	if s.ChannelID != 0 {
		e.Channels = append([]Snowflake{s.ChannelID}, s.ParentIDs...)
	}
	for _, user := range s.Mentions {
		e.Message.Mentions = append(e.Message.Mentions, user.user())
	}
	for _, snapshot := range s.MessageSnapshots {
		e.Message.Snapshots = append(e.Message.Snapshots, Message{
			Content: snapshot.Message.Content, Embeds: embeds(snapshot.Message.Embeds), Attachments: files(snapshot.Message.Attachments),
		})
	}
	if s.Poll != nil {
		e.Message.Poll = append(e.Message.Poll, s.Poll.Question.Text)
		for _, answer := range s.Poll.Answers {
			e.Message.Poll = append(e.Message.Poll, answer.PollMedia.Text)
		}
	}
	for _, sticker := range s.StickerItems {
		e.Message.Stickers = append(e.Message.Stickers, sticker.Name)
	}
	if s.ReferencedMessage != nil {
		e.Message.RepliedTo = s.ReferencedMessage.Author.ID
	}
	if invoked := s.InteractionMetadata; invoked != nil {
		if _, ok := invoked.AuthorizingIntegrationOwners["1"]; ok { // installed by the user, not by the guild
			user := invoked.User.user()
			e.InvokedBy = &user
		}
	}
	if s.Before != nil {
		e.Before = &Message{Content: *s.Before}
	}
	return e
}

func (u SampleUser) user() User {
	return User(u)
}

func embeds(from []SampleEmbed) (to []Embed) {
	for _, e := range from {
		embed := Embed{Texts: []string{e.Title, e.Description}, URLs: []string{e.URL}}
		if e.Author != nil {
			embed.Texts, embed.URLs = append(embed.Texts, e.Author.Name), append(embed.URLs, e.Author.URL)
		}
		if e.Footer != nil {
			embed.Texts = append(embed.Texts, e.Footer.Text)
		}
		for _, field := range e.Fields {
			embed.Texts = append(embed.Texts, field.Name, field.Value)
		}
		to = append(to, embed)
	}
	return to
}

func files(from []SampleFile) (to []Attachment) {
	for _, f := range from {
		to = append(to, Attachment(f))
	}
	return to
}

func components(to []Component, from []SampleComponent) []Component {
	for _, c := range from {
		to = append(to, Component{Text: c.Content + c.Label, URL: c.URL})
		to = components(to, c.Components)
	}
	return to
}
