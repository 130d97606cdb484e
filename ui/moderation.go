package ui

import (
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// CaseRow is a case as pages show it.
type CaseRow struct {
	store.Case
	Action    string // "Timeout"
	Who       Person
	Moderator Person // zero when no person did it
	By        string // who did it when no person did: "Discord’s AutoMod"
	State     string // what became of it when that is not simply that it was done
	Path      string
}

// Cases is the tab with a guild's cases.
type Cases struct {
	Path     string
	Settings string // address of the form
	Text     string // that is searched for
	Rows     []CaseRow
	Pager    Pager
}

// Template names the body.
func (Cases) Template() string { return "moderation/list" }

// Empty says why there is nothing to see.
func (c Cases) Empty() Empty {
	if c.Text != "" {
		return Empty{Icon: "search", Title: i18n.M("No case found"), Text: i18n.M("Every word must be in the reason or in the user name of the person.")}
	}
	return Empty{Icon: "gavel", Title: i18n.M("No cases yet"),
		Text: i18n.M("What moderators do with /mod, and what they do in Discord itself, appears here as numbered cases.")}
}

// CaseChange is a change of a case.
type CaseChange struct {
	store.CaseHistory
	What string // "Reason"
}

// Case is the page of one case.
type Case struct {
	CaseRow
	Form    Form
	Words   Field  // for another reason
	Undo    string // what taking it back is called: "Unban"; empty when it cannot be taken back
	Asks    string // what is asked before it is taken back
	Back    string
	Told    string // whether the person was told by direct message
	Changes []CaseChange
	Others  []CaseRow // the newest other cases of the same person
}

// Template names the body.
func (Case) Template() string { return "moderation/case" }

// MessageFields are about one kind of direct message: whether it is sent, and its words.
type MessageFields struct{ On, Words Field }

// StepFields are one line of what warnings add up to.
type StepFields struct {
	Name   string
	Fields []Field
}

// ModerationSettings is the form of a guild's settings of moderation.
type ModerationSettings struct {
	Form           Form
	Path, Back     string
	Version        string
	Channel        Field
	Fields         []Field
	Messages       []MessageFields
	MessageProblem string
	Steps          []StepFields
	StepProblem    string
}

// Template names the body.
func (ModerationSettings) Template() string { return "moderation/settings" }
