package automod

import (
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/platform/access"
)

// userOf is an account as the engine reads it.
func userOf(u discord.User) engine.User {
	out := engine.User{ID: engine.Snowflake(u.ID), Bot: u.Bot, Username: u.Username}
	if u.GlobalName != nil {
		out.GlobalName = *u.GlobalName
	}
	if u.Avatar != nil {
		out.Avatar = *u.Avatar
	}
	return out
}

// memberOf is what the guild knows of somebody, with what they may do there.
func (r *ready) memberOf(m *discord.Member, user snowflake.ID, now time.Time) engine.Member {
	if m == nil {
		return engine.Member{}
	}
	may := r.guild.Permissions(access.Member{ID: user, Roles: m.RoleIDs}, now)
	out := engine.Member{
		Roles: flakes(m.RoleIDs), Permissions: engine.Permissions(may),
		MentionEveryone: access.Allows(may, discord.PermissionMentionEveryone),
		Rejoined:        m.Flags.Has(discord.MemberFlagDidRejoin),
	}
	if m.Nick != nil {
		out.Nick = *m.Nick
	}
	if m.JoinedAt != nil {
		out.JoinedAt = *m.JoinedAt
	}
	return out
}

// messageOf is what somebody wrote, with every text of it.
func messageOf(m discord.Message) engine.Message {
	out := engine.Message{Content: m.Content, Embeds: embedsOf(m.Embeds), Attachments: filesOf(m.Attachments), MentionRoles: flakes(m.MentionRoles)}
	for _, u := range m.Mentions {
		out.Mentions = append(out.Mentions, userOf(u))
	}
	for _, s := range m.StickerItems {
		out.Stickers = append(out.Stickers, s.Name)
	}
	for _, s := range m.MessageSnapshots {
		out.Snapshots = append(out.Snapshots, engine.Message{Content: s.Message.Content, Embeds: embedsOf(s.Message.Embeds), Attachments: filesOf(s.Message.Attachments)})
	}
	if p := m.Poll; p != nil {
		if p.Question.Text != nil {
			out.Poll = append(out.Poll, *p.Question.Text)
		}
		for _, a := range p.Answers {
			if a.PollMedia.Text != nil {
				out.Poll = append(out.Poll, *a.PollMedia.Text)
			}
		}
	}
	if m.ReferencedMessage != nil {
		out.RepliedTo = engine.Snowflake(m.ReferencedMessage.Author.ID)
	}
	out.Components = componentsOf(m.Components)
	return out
}

func componentsOf(rows []discord.LayoutComponent) (out []engine.Component) {
	button := func(b discord.ButtonComponent) { out = append(out, engine.Component{Text: b.Label, URL: b.URL}) }
	for _, row := range rows {
		switch c := row.(type) {
		case discord.ActionRowComponent:
			for _, inner := range c.Components {
				if b, ok := inner.(discord.ButtonComponent); ok {
					button(b)
				}
			}
		case discord.TextDisplayComponent:
			out = append(out, engine.Component{Text: c.Content})
		case discord.SectionComponent:
			for _, inner := range c.Components {
				if t, ok := inner.(discord.TextDisplayComponent); ok {
					out = append(out, engine.Component{Text: t.Content})
				}
			}
			if b, ok := c.Accessory.(discord.ButtonComponent); ok {
				button(b)
			}
		case discord.ContainerComponent:
			var inside []discord.LayoutComponent
			for _, inner := range c.Components {
				if l, ok := inner.(discord.LayoutComponent); ok {
					inside = append(inside, l)
				}
			}
			out = append(out, componentsOf(inside)...)
		}
	}
	return out
}

func embedsOf(embeds []discord.Embed) []engine.Embed {
	var out []engine.Embed
	for _, e := range embeds {
		one := engine.Embed{Texts: []string{e.Title, e.Description}}
		if e.URL != "" {
			one.URLs = append(one.URLs, e.URL)
		}
		for _, f := range e.Fields {
			one.Texts = append(one.Texts, f.Name, f.Value)
		}
		if e.Author != nil {
			one.Texts = append(one.Texts, e.Author.Name)
		}
		if e.Footer != nil {
			one.Texts = append(one.Texts, e.Footer.Text)
		}
		out = append(out, one)
	}
	return out
}

func filesOf(files []discord.Attachment) []engine.Attachment {
	var out []engine.Attachment
	for _, a := range files {
		one := engine.Attachment{Filename: a.Filename, Size: int64(a.Size)}
		if a.Description != nil {
			one.Description = *a.Description
		}
		if a.ContentType != nil {
			one.ContentType = *a.ContentType
		}
		if a.Width != nil && a.Height != nil {
			one.Width, one.Height = *a.Width, *a.Height
		}
		out = append(out, one)
	}
	return out
}

// eventOf is a message as the engine judges it; before is what it said before it was edited, nil for a new one or where
// nobody remembers.
func (s *Service) eventOf(r *ready, guild snowflake.ID, m discord.Message, kind engine.Kind, before *discord.Message) *engine.Event {
	e := &engine.Event{
		Kind: kind, At: m.ID.Time(), MessageID: engine.Snowflake(m.ID), Channels: s.channels(m.ChannelID), Author: userOf(m.Author),
		Webhook: m.WebhookID != nil, Member: r.memberOf(m.Member, m.Author.ID, s.now()), Message: messageOf(m), Invites: s.recent.known(),
	}
	if kind == engine.KindEdit {
		e.At = s.now()
		if m.EditedTimestamp != nil {
			e.At = *m.EditedTimestamp
		}
	}
	if before != nil {
		b := messageOf(*before)
		e.Before = &b
	}
	if in := m.InteractionMetadata; in != nil {
		// An app that somebody installed for themselves: the message is theirs.
		if _, installed := in.AuthorizingIntegrationOwners[discord.ApplicationIntegrationTypeUserInstall]; installed {
			u := userOf(in.User)
			e.InvokedBy = &u
			if c := s.gateway(); c != nil {
				if member, known := c.Member(guild, in.User.ID); known {
					e.Member = r.memberOf(&member, in.User.ID, s.now())
				}
			}
		}
	}
	return e
}

// channels is a channel and what it lies in: the channel of a thread, the category.
func (s *Service) channels(id snowflake.ID) []engine.Snowflake {
	out := []engine.Snowflake{engine.Snowflake(id)}
	c := s.gateway()
	if c == nil {
		return out
	}
	for range 2 {
		ch, known := c.Channel(id)
		if !known || ch.ParentID() == nil {
			break
		}
		id = *ch.ParentID()
		out = append(out, engine.Snowflake(id))
	}
	return out
}
