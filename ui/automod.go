package ui

import (
	"time"

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// AutomodRule is a rule in a list.
type AutomodRule struct {
	ID          string
	Name        string
	Type        string
	About       string
	Mode        string // off, shadow, enforce
	Actions     string // "Delete, time out"
	Hits        int64  // of the last seven days
	Precision   string // "95 % right of 20"; empty while nobody judged
	Trouble     string // why it finds nothing, or does not act
	Path        string
	First, Last bool
}

// AutomodNew is a type of which a rule can be made.
type AutomodNew struct{ Name, About, Path string }

// Automod is the tab with a guild's rules.
type Automod struct {
	Form     Form
	Path     string
	Rules    []AutomodRule
	Types    []AutomodNew
	Panic    bool
	PanicBy  Person
	Since    *time.Time
	Said     string // what the last change did, for those who do not see it
	Settings AutomodSettings
}

// Template names the body.
func (Automod) Template() string { return "automod/list" }

// AutomodSettings is what the rules have in common.
type AutomodSettings struct {
	Form    Form
	Path    string
	Version string
	Alerts  []Field
	Fields  []Field
}

// Template names the form.
func (AutomodSettings) Template() string { return "automod/settings" }

// AutomodAction is an action in the editor.
type AutomodAction struct {
	On     Field
	Fields []Field
}

// AutomodEditor makes a rule or changes one.
type AutomodEditor struct {
	Form       Form
	ID         string // of the element
	Title      string
	About      string
	Type       string
	Path       string
	Back       string
	Delete     string // where it can be deleted; empty for a new rule
	Version    string
	Name, Mode Field
	Config     []Field
	Actions    []AutomodAction
	Conditions []Field
	Exempt     []Field
	Try        string // where it is tried
	Sample     Field
	Channels   []Option
	Submit     string
}

// Template names the form.
func (AutomodEditor) Template() string { return "automod/editor" }

// AutomodTriedHit is one thing that a rule would find.
type AutomodTriedHit struct {
	Who, Where            string
	At                    time.Time
	Before, Match, Behind string // the excerpt, apart at the match
}

// AutomodTried is what a rule would find.
type AutomodTried struct {
	Problem    string // why it could not be tried
	Looked     int
	Matched    int
	Members    int
	Moderators []string
	Hidden     int
	Hits       []AutomodTriedHit
}

// Template names the part.
func (AutomodTried) Template() string { return "automod/tried" }

// AutomodHit is an entry of the log.
type AutomodHit struct {
	ID      string
	Rule    string
	Who     Person
	Where   string
	Excerpt string
	Done    string
	Shadow  bool
	Count   int64
	Verdict string // open, confirmed, false
	Case    int64  // 0: none
	At      time.Time
}

// AutomodLog is what the rules found.
type AutomodLog struct {
	Form   Form
	Path   string
	Back   string
	Filter []Field
	Hits   []AutomodHit
	Pager  Pager
	Any    bool // something is filtered
}

// Template names the body.
func (AutomodLog) Template() string { return "automod/log" }

// Empty says why there is nothing.
func (l AutomodLog) Empty() Empty {
	if l.Any {
		return Empty{Icon: "shield-check", Title: i18n.M("Nothing matches"), Text: i18n.M("No entry of the last 30 days fits these filters.")}
	}
	return Empty{Icon: "shield-check", Title: i18n.M("Nothing found yet"), Text: i18n.M("What the rules find is listed here, also while they only log.")}
}

// AutomodDelete asks whether a rule is to be deleted.
type AutomodDelete struct {
	Form Form
	Name string
	Path string
	Back string
}

// Template names the question.
func (AutomodDelete) Template() string { return "automod/delete" }
