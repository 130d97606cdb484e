package ui

import (
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// GuildRow is a guild in the list of them.
type GuildRow struct {
	GuildHead
	Configured bool // settings were saved here
	Shard      int
}

// GuildList is the list of guilds.
type GuildList struct {
	Path   string
	CSV    string
	Search Field
	Sorts  []Link
	Rows   []GuildRow
	Any    bool // something was searched for
	Total  int
	Pager  Pager
}

// Template names the body.
func (GuildList) Template() string { return "guilds/list" }

// Empty says what to do about a list without rows.
func (l GuildList) Empty() Empty {
	if l.Any {
		return Empty{Icon: "search", Title: i18n.M("No servers found"), Text: i18n.M("Try another part of the name, or the ID."),
			Action: &Action{Label: i18n.M("Show all"), Path: l.Path}}
	}
	return Empty{Icon: "server", Title: i18n.M("No servers yet"),
		Text: i18n.M("The bot is not in any server that you manage. Invite it to a server where you have the Manage Server permission.")}
}

// GuildOverview is the first page of a guild.
type GuildOverview struct{ Parts Parts }

// Template names the body.
func (GuildOverview) Template() string { return "guilds/overview" }

// Figures is a part that shows numbers large.
type Figures struct{ Items []Figure }

// Template names the part.
func (Figures) Template() string { return "home/figures" }

// Quick leads to what is often wanted.
type Quick struct{ Links []Link }

// Template names the part.
func (Quick) Template() string { return "home/quick" }

// HealthLine is how one part of the installation does.
// State chooses its look and Word says it to the reader.
type HealthLine struct{ Name, State, Word, Detail string }

// Health is how the installation does.
type Health struct{ Lines []HealthLine }

// Template names the part.
func (Health) Template() string { return "home/health" }

// Finding is something that is wrong, and how to fix it.
type Finding struct{ State, Text, Hint string }

// Findings are what needs attention in a guild.
type Findings struct{ Items []Finding }

// Template names the part.
func (Findings) Template() string { return "home/findings" }

// ActivityItem is something that happened.
type ActivityItem struct {
	Icon, Text, Where, Path string
	At                      time.Time
}

// Activity is what happened last, of what this person may know.
type Activity struct{ Items []ActivityItem }

// Template names the part.
func (Activity) Template() string { return "home/activity" }

// UserSearch looks for people.
type UserSearch struct {
	Path   string
	Query  Field
	Asked  bool
	Found  []UserRow
	Broken string // why names could not be looked for
}

// UserRow is someone who was found, and where.
type UserRow struct {
	Person
	Username string
	Guilds   []string
}

// Template names the body.
func (UserSearch) Template() string { return "users/search" }

// UserOptions are the people that an input offers as one types.
type UserOptions struct{ Found []UserRow }

// Template names the list.
func (UserOptions) Template() string { return "users/options" }

// UserPage is a person's page.
type UserPage struct {
	Who      Person
	Username string
	ID       snowflake.ID
	Joined   []Joined
	Unknown  bool   // in no server that the asker may see
	SignIns  string // address of their sign-ins; empty for those who may not see them
	Parts    Parts
}

// Joined is a guild that someone is in.
type Joined struct {
	Guild GuildHead
	Since *time.Time
	Roles []Role
}

// Template names the body.
func (UserPage) Template() string { return "users/page" }
