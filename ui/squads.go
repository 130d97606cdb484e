package ui

import (
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// SquadRow is a squad in a list.
type SquadRow struct {
	store.Squad
	Role        Role
	Prices      string // "Joining costs 20 bytes"
	Trouble     string // why its role cannot be given; empty when it can
	Path        string // of its own page
	First, Last bool
}

// Squads is the tab with a guild's squads.
type Squads struct {
	Form    Form
	Path    string
	Rows    []SquadRow
	Counts  string // address of the counts alone
	Trigger string // of htmx: when the counts are asked for
	Said    string // what the last change of the order did, for those who do not see it
}

// Template names the body.
func (Squads) Template() string { return "squads/list" }

// Empty says what to do about a guild without squads.
func (s Squads) Empty() Empty {
	return Empty{Icon: "users-group", Title: i18n.M("No squads yet"),
		Text:   i18n.M("A squad is a role that members can join on their own, for free or for bytes. Each member can be in one squad at a time."),
		Action: &Action{Label: i18n.M("New squad"), Path: s.Path + "/new", Icon: "plus"}}
}

// SquadCounts is how many are in each squad, for a list that is open.
type SquadCounts struct{ Rows []store.Squad }

// Template names the part.
func (SquadCounts) Template() string { return "squads/counts" }

// SquadForm makes a squad or changes one.
type SquadForm struct {
	Form    Form
	ID      string // of the element
	Title   string
	Path    string
	Back    string
	Version string // of the squad that is changed; empty for a new one
	Name    Field
	About   Field
	Figures []Field
	Active  Field
	Roles   RolePicker
	Members int64 // of the squad that is changed
	Submit  string
}

// Template names the form.
func (SquadForm) Template() string { return "squads/form" }

// SquadDelete asks whether a squad is to be deleted.
type SquadDelete struct {
	SquadRow
	Form Form
	Back string
}

// Template names the question.
func (SquadDelete) Template() string { return "squads/delete" }

// SquadMember is somebody in a squad.
type SquadMember struct {
	store.Membership
	Who Person
}

// SquadMembers is a squad with who is in it.
type SquadMembers struct {
	SquadRow
	Form    Form
	Back    string
	CSV     string
	Members []SquadMember
	Pager   Pager
	Trigger string // of htmx, on the first page
	Self    string
}

// Template names the body.
func (SquadMembers) Template() string { return "squads/members" }

// Empty says what to do about a squad without members.
func (SquadMembers) Empty() Empty {
	return Empty{Icon: "users", Title: i18n.M("No members yet"), Text: i18n.M("Members join with /squads join in Discord.")}
}

// SquadTime is a time that somebody was in a squad.
type SquadTime struct {
	store.Membership
	Guild GuildHead
	Name  string // of the squad, also when it is gone
	Path  string // of its page; empty when it is gone
}

// How says how the time ended.
func (t SquadTime) How() i18n.Text {
	if t.EndedBy == nil {
		return i18n.M("now")
	}
	switch *t.EndedBy {
	case store.EndLeft:
		return i18n.M("left")
	case store.EndSwitched:
		return i18n.M("switched to another squad")
	case store.EndDeparted:
		return i18n.M("left the server")
	case store.EndRemoved:
		return i18n.M("removed by an admin")
	case store.EndDeleted:
		return i18n.M("squad deleted")
	}
	return i18n.M("%s", string(*t.EndedBy))
}

// SquadTimes is the section of a person's page with their squads.
type SquadTimes struct{ Times []SquadTime }

// Template names the section.
func (SquadTimes) Template() string { return "squads/times" }
