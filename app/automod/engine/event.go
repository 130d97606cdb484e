package engine

import "time"

// Kind is what happened.
type Kind string

const (
	KindMessage Kind = "message"
	KindEdit    Kind = "edit"
	KindThread  Kind = "thread" // a thread was opened or renamed
	KindJoin    Kind = "join"
	KindRename  Kind = "rename"
)

// Event is something that happened in a guild, with all that a rule may ask about it. The engine
// looks nothing up.
type Event struct {
	Kind      Kind
	At        time.Time
	MessageID Snowflake
	// Channels is where it happened: the channel, and what it lies in — the channel of a thread,
	// the category. Empty for joins and renames.
	Channels []Snowflake
	Author   User
	// InvokedBy is set if the author is an app that somebody installed for themselves: who used it
	// (interaction_metadata.user where authorizing_integration_owners has "1"). The message
	// counts for that person, and Member is that person's.
	InvokedBy *User
	Webhook   bool
	Member    Member
	Message   Message
	// Before is what an edited message said, nil if nobody remembers.
	Before *Message
	// Invites knows the guilds of invite codes; nil knows none.
	Invites Invites

	reading *reading
}

// User is an account.
type User struct {
	ID         Snowflake
	Bot        bool
	Username   string
	GlobalName string
	Avatar     string // its hash, empty for the default picture
}

// epoch is the first second of 2015, from which Discord's ids count.
const epoch = 1420070400000

// CreatedAt is in the id.
func (u User) CreatedAt() time.Time { return time.UnixMilli(int64(u.ID>>22) + epoch) }

// Member is what the guild knows of the person.
type Member struct {
	Nick        string
	Roles       []Snowflake
	JoinedAt    time.Time   // zero if unknown
	Permissions Permissions // guild-wide
	// MentionEveryone is set if they may mention everyone in this channel.
	MentionEveryone bool
	Rejoined        bool // was here before (the member flag DID_REJOIN)
}

// Permissions are the bits of Discord's.
type Permissions uint64

const (
	permissionKick            Permissions = 1 << 1
	permissionBan             Permissions = 1 << 2
	permissionAdministrator   Permissions = 1 << 3
	permissionManageGuild     Permissions = 1 << 5
	permissionManageMessages  Permissions = 1 << 13
	permissionModerateMembers Permissions = 1 << 40

	// Moderating are the permissions that exempt a member.
	Moderating = permissionKick | permissionBan | permissionAdministrator | permissionManageGuild | permissionManageMessages | permissionModerateMembers
)

// Message is what somebody wrote.
type Message struct {
	Content      string
	Embeds       []Embed
	Snapshots    []Message // forwarded
	Poll         []string  // the question and the answers
	ThreadName   string
	Stickers     []string // their names
	Attachments  []Attachment
	Components   []Component
	Mentions     []User // people, as Discord resolved them
	MentionRoles []Snowflake
	RepliedTo    Snowflake // author of the message that this one replies to
}

// Embed is a box under a message.
type Embed struct {
	Texts []string // title, description, fields, author, footer
	URLs  []string
}

// Component is a text or a button of a message.
type Component struct{ Text, URL string }

// Attachment is an attached file.
type Attachment struct {
	Filename    string
	Description string
	ContentType string
	Size        int64
	Width       int
	Height      int
	// Sniffed is the extension that the first bytes of the file ask for, empty if nobody looked.
	Sniffed string
}

// Invites knows the guilds of invite codes.
type Invites interface {
	// GuildOf returns the guild that a code leads to, and whether that is known.
	GuildOf(code string) (Snowflake, bool)
}

// InviteMap is a plain list of codes.
type InviteMap map[string]Snowflake

// GuildOf implements Invites.
func (m InviteMap) GuildOf(code string) (Snowflake, bool) {
	guild, ok := m[code]
	return guild, ok
}

// Person is who is responsible: the author, or who used the app that wrote.
func (e *Event) Person() User { return *e.person() }

func (e *Event) person() *User {
	if e.InvokedBy != nil {
		return e.InvokedBy
	}
	return &e.Author
}

// Part says where a text is.
type Part string

const (
	PartContent     Part = "content"
	PartEmbed       Part = "embed"
	PartSnapshot    Part = "snapshot"
	PartPoll        Part = "poll"
	PartThreadName  Part = "thread_name"
	PartSticker     Part = "sticker"
	PartFilename    Part = "filename"
	PartDescription Part = "description"
	PartComponent   Part = "component"

	PartUsername   Part = "username"
	PartGlobalName Part = "global_name"
	PartNick       Part = "nick"
)

// NamePart is a part of PartUsername, PartGlobalName and PartNick.
type NamePart = Part

func messageParts() []Part {
	return []Part{PartContent, PartEmbed, PartSnapshot, PartPoll, PartThreadName, PartSticker, PartFilename, PartDescription, PartComponent}
}

func nameParts() []Part { return []Part{PartUsername, PartGlobalName, PartNick} }
