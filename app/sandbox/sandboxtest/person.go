package sandboxtest

import (
	"net/http"
	"net/url"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// Person acts as someone and sees what they see.
type Person struct {
	ID      snowflake.ID
	world   *World
	path    string
	guild   snowflake.ID
	channel snowflake.ID // where they use commands
	*eyes
}

// In returns the same person in another channel: that is where they run commands.
func (p *Person) In(channel snowflake.ID) *Person {
	q := *p
	q.channel = channel
	return &q
}

// At returns the same person in another guild: join, leave and moderation happen there.
func (p *Person) At(guild snowflake.ID) *Person {
	q := *p
	q.guild = guild
	return &q
}

// Mention is how a message names the person.
func (p *Person) Mention() string { return "<@" + p.ID.String() + ">" }

// State returns what the person's client shows; channel 0 means the one they are in.
func (p *Person) State(channel snowflake.ID) *world.View {
	p.world.t.Helper()
	if channel == 0 {
		channel = p.channel
	}
	v := &world.View{}
	p.world.must(http.MethodGet, p.path+"/state?channel="+channel.String(), nil, v)
	return v
}

// StateOf returns what the person's client shows when it opens a guild: its first text channel.
func (p *Person) StateOf(guild snowflake.ID) *world.View {
	p.world.t.Helper()
	v := &world.View{}
	p.world.must(http.MethodGet, p.path+"/state?guild="+guild.String(), nil, v)
	return v
}

// Write posts a message.
func (p *Person) Write(channel snowflake.ID, content string) *Message {
	p.world.t.Helper()
	return p.Post(channel, Draft{Content: content})
}

// Draft is a message to be written.
type Draft struct {
	Content     string       `json:"content"`
	ReplyTo     snowflake.ID `json:"reply_to,omitempty"`
	Attachments []Attachment `json:"attachments,omitempty"`

	Stickers []snowflake.ID  `json:"sticker_ids,omitempty"`
	Forward  *wire.Reference `json:"forward,omitempty"` // what is forwarded
	Poll     any             `json:"poll,omitempty"`    // as in Discord's API; see Person.Ask
}

// Attachment is a file of a draft: its bytes, or only how many they are.
type Attachment struct {
	Filename    string `json:"filename"`
	ContentType string `json:"content_type,omitempty"`
	Size        int    `json:"size,omitempty"`
	Data        []byte `json:"data,omitempty"`
}

// Post posts a message with whatever a person can put into one.
func (p *Person) Post(channel snowflake.ID, d Draft) *Message {
	p.world.t.Helper()
	m, err := p.TryPost(channel, d)
	if err != nil {
		p.world.t.Fatalf("write a message: %v", err)
	}
	return m
}

// TryPost is Post for what may be refused.
func (p *Person) TryPost(channel snowflake.ID, d Draft) (*Message, error) {
	m := &Message{by: p}
	if err := p.world.call(http.MethodPost, p.path+"/channels/"+channel.String()+"/messages", d, &m.Message); err != nil {
		return nil, err
	}
	return m, nil
}

// Messages lists what the person sees in a channel, oldest first.
func (p *Person) Messages(channel snowflake.ID) []*Message {
	p.world.t.Helper()
	var list []*Message
	for _, m := range p.State(channel).Channel.Messages {
		list = append(list, &Message{*m, p})
	}
	return list
}

// Type shows the person as typing.
func (p *Person) Type(channel snowflake.ID) {
	p.world.t.Helper()
	p.do(http.MethodPost, "/channels/"+channel.String()+"/typing", nil)
}

func (p *Person) do(method, path string, body any) {
	p.world.t.Helper()
	p.world.must(method, p.path+path, body, nil)
}

func (p *Person) try(method, path string, body any) error {
	return p.world.call(method, p.path+path, body, nil)
}

func (p *Person) inGuild(path string) string { return "/guilds/" + p.guild.String() + path }

// Join is the person coming to the guild; being there already is nothing.
func (p *Person) Join() { p.world.t.Helper(); p.do(http.MethodPut, p.inGuild("/"), nil) }

// Leave is the person leaving the guild by their own wish.
func (p *Person) Leave() { p.world.t.Helper(); p.do(http.MethodDelete, p.inGuild("/"), nil) }

// TryJoin is Join for what may be refused.
func (p *Person) TryJoin() error { return p.try(http.MethodPut, p.inGuild("/"), nil) }

// Rename changes the person's username and global name; an empty one stays.
func (p *Person) Rename(username, globalName string) {
	p.world.t.Helper()
	body := map[string]any{}
	if username != "" {
		body["username"] = username
	}
	if globalName != "" {
		body["global_name"] = globalName
	}
	p.do(http.MethodPatch, "/", body)
}

// Nick gives a member of the guild a nickname; the person themselves, or another.
func (p *Person) Nick(member *Person, nick string) {
	p.world.t.Helper()
	p.do(http.MethodPatch, p.inGuild("/members/"+member.ID.String()), map[string]any{"nick": nick})
}

// UseLanguage sets the language of the person's client, such as "de".
func (p *Person) UseLanguage(locale string) {
	p.world.t.Helper()
	p.do(http.MethodPatch, "/", map[string]any{"locale": locale})
}

// SetGuildLocale sets the language of the guild, such as "de".
func (p *Person) SetGuildLocale(locale string) {
	p.world.t.Helper()
	p.do(http.MethodPatch, p.inGuild(""), map[string]any{"preferred_locale": locale})
}

// TakeDMs sets whether the person takes direct messages.
func (p *Person) TakeDMs(take bool) {
	p.world.t.Helper()
	p.do(http.MethodPatch, "/", map[string]any{"takes_dms": take})
}

// Direct opens the person's conversation with the bot and returns its channel.
func (p *Person) Direct() snowflake.ID {
	p.world.t.Helper()
	var c wire.Channel
	p.world.must(http.MethodPost, p.path+"/direct", nil, &c)
	return c.ID
}

// What a moderator does by hand, in Discord's own windows.

// Ban bans someone from the guild.
func (p *Person) Ban(who *Person, reason string) {
	p.world.t.Helper()
	p.do(http.MethodPut, p.inGuild("/bans/"+who.ID.String()), map[string]any{"reason": reason})
}

// Unban lifts a ban.
func (p *Person) Unban(who *Person, reason string) {
	p.world.t.Helper()
	p.do(http.MethodDelete, p.inGuild("/bans/"+who.ID.String()), map[string]any{"reason": reason})
}

// Kick removes someone from the guild.
func (p *Person) Kick(who *Person, reason string) {
	p.world.t.Helper()
	p.do(http.MethodDelete, p.inGuild("/members/"+who.ID.String()), map[string]any{"reason": reason})
}

// Timeout silences someone until an instant; the zero one ends it.
func (p *Person) Timeout(who *Person, until time.Time, reason string) {
	p.world.t.Helper()
	body := map[string]any{"reason": reason, "communication_disabled_until": nil}
	if !until.IsZero() {
		body["communication_disabled_until"] = until
	}
	p.do(http.MethodPatch, p.inGuild("/members/"+who.ID.String()), body)
}

// GiveRole gives someone a role.
func (p *Person) GiveRole(who *Person, role snowflake.ID) {
	p.world.t.Helper()
	p.do(http.MethodPut, p.inGuild("/members/"+who.ID.String()+"/roles/"+role.String()), nil)
}

// TryGiveRole is GiveRole for what may be refused.
func (p *Person) TryGiveRole(who *Person, role snowflake.ID) error {
	return p.try(http.MethodPut, p.inGuild("/members/"+who.ID.String()+"/roles/"+role.String()), nil)
}

// TakeRole takes a role from someone.
func (p *Person) TakeRole(who *Person, role snowflake.ID) {
	p.world.t.Helper()
	p.do(http.MethodDelete, p.inGuild("/members/"+who.ID.String()+"/roles/"+role.String()), nil)
}

// CreateRole makes a role and returns its id.
func (p *Person) CreateRole(name string) snowflake.ID {
	p.world.t.Helper()
	var r wire.Role
	p.world.must(http.MethodPost, p.path+p.inGuild("/roles"), map[string]any{"name": name}, &r)
	return r.ID
}

// EditRole changes a role: its fields as Discord names them, its position among them.
func (p *Person) EditRole(role snowflake.ID, fields map[string]any) {
	p.world.t.Helper()
	p.do(http.MethodPatch, p.inGuild("/roles/"+role.String()), fields)
}

// DeleteRole deletes a role.
func (p *Person) DeleteRole(role snowflake.ID) {
	p.world.t.Helper()
	p.do(http.MethodDelete, p.inGuild("/roles/"+role.String()), nil)
}

// InviteBot brings the application's bot into the guild.
func (p *Person) InviteBot() { p.world.t.Helper(); p.do(http.MethodPut, p.inGuild("/bot"), nil) }

// TryInviteBot is InviteBot for what may be refused.
func (p *Person) TryInviteBot() error { return p.try(http.MethodPut, p.inGuild("/bot"), nil) }

// Banned lists whom the guild has banned, as a moderator sees it.
func (p *Person) Banned() []wire.Ban {
	p.world.t.Helper()
	var list []wire.Ban
	p.world.must(http.MethodGet, p.path+p.inGuild("/bans"), nil, &list)
	return list
}

// AuditLog lists the last lines of the guild's audit log, newest first.
func (p *Person) AuditLog() []wire.AuditEntry {
	p.world.t.Helper()
	var out struct {
		Entries []wire.AuditEntry `json:"audit_log_entries"`
	}
	p.world.must(http.MethodGet, p.path+p.inGuild("/audit-log"), nil, &out)
	return out.Entries
}

// Look returns a member of the guild as the person sees them; false when they are not in it.
func (p *Person) Look(who *Person) (world.MemberView, bool) {
	var v world.MemberView
	err := p.world.call(http.MethodGet, p.path+p.inGuild("/members/"+who.ID.String()), nil, &v)
	return v, err == nil
}

// WaitRole waits until a member has a role, or no longer has it.
func (p *Person) WaitRole(who *Person, role snowflake.ID, has bool) {
	p.world.t.Helper()
	p.Until("the role changes", func() bool {
		m, there := p.Look(who)
		if !there {
			return !has
		}
		for _, id := range m.Roles {
			if id == role {
				return has
			}
		}
		return !has
	})
}

// Agree is the person agreeing on the authorize page that an address leads to; it returns where
// their browser goes next.
func (p *Person) Agree(authorize string) *url.URL {
	p.world.t.Helper()
	location, err := p.TryAgree(authorize)
	if err != nil {
		p.world.t.Fatalf("agree: %v", err)
	}
	return location
}

// TryAgree is Agree for what may be refused.
func (p *Person) TryAgree(authorize string) (*url.URL, error) {
	u, err := url.Parse(authorize)
	if err != nil {
		return nil, err
	}
	body := make(map[string]string)
	for k := range u.Query() {
		body[k] = u.Query().Get(k)
	}
	var out struct {
		Location string `json:"location"`
	}
	if err := p.world.call(http.MethodPost, p.path+"/oauth", body, &out); err != nil {
		return nil, err
	}
	return url.Parse(out.Location)
}

// Override is an admin setting who may use a command in the guild.
func (p *Person) Override(command string, set ...wire.CommandPermission) {
	p.world.t.Helper()
	p.do(http.MethodPut, p.inGuild("/commands/"+command+"/permissions"), map[string]any{"permissions": set})
}
