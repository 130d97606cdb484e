package ui

import (
	"net/url"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Page is a page of the dashboard: the frame around a body. The frame knows no feature; what it
// links to is handed to it.
type Page struct {
	Title  string
	Who    Who
	Token  string // proves that a form was sent by a page of ours
	Theme  string // auto, light or dark
	Path   string // where the page is, for coming back to it
	Nav    []Link
	Guilds []Link // of the switcher
	Events string // address of the stream of what happens; empty: the page is not live
	Toasts []Toast
	Content
}

// Template names the frame.
func (Page) Template() string { return "frame/page" }

// Content is what is between the bars: it alone changes when a form has done its work.
type Content struct {
	Guild *GuildHead // whom the page is about, if a guild
	Tabs  []Link
	Head  Head
	Body  View
}

// Template names the content.
func (Content) Template() string { return "frame/content" }

// Head is what a page is called and what it is for.
type Head struct{ Title, Lead string }

// Fresh is an answer for a page that is open already: its content and what there is to say.
type Fresh struct {
	Title   string
	Content View
	Toasts  []Toast
}

// Template names the answer.
func (Fresh) Template() string { return "frame/fresh" }

// Plain is a page without the frame, for someone who is not signed in.
type Plain struct {
	Title string
	Theme string
	Body  View
}

// Template names the page.
func (Plain) Template() string { return "frame/plain" }

// Who is the person that is signed in.
type Who struct {
	Name    string
	Avatar  string // address of their picture; empty for none
	Admin   bool   // of the whole installation
	Discord bool   // they came through Discord and not by the name of a developer
}

// Link leads somewhere.
type Link struct {
	Label   string
	Path    string
	Icon    string // of ui/icons.json; may be empty
	Picture string // address; may be empty
	Current bool   // it leads to where we are
}

// GuildHead is a guild at the top of its pages.
type GuildHead struct {
	ID      snowflake.ID
	Name    string
	Icon    string // address; empty for none
	Members int
	Unsure  bool // Discord did not answer, so this is what was last known
}

// Path is where the guild's pages begin.
func (g GuildHead) Path() string { return "/admin/guilds/" + g.ID.String() }

// Toast says in words what happened.
type Toast struct {
	Tone string // success, info, warning or danger
	Text string
}

// PageError is an error as the body of a page.
type PageError struct {
	Trouble
	Back string // where to go from here
}

// Template names the body.
func (PageError) Template() string { return "frame/error" }

// PartError takes the place of a part that could not be shown.
type PartError struct {
	Trouble
	Retry string // the address of the part
}

// Template names the part.
func (PartError) Template() string { return "frame/parterror" }

// Slow holds the place of a part that takes longer, such as one that waits for Discord.
type Slow struct {
	Part string // the address of the part
	Page string // the address of this page with the part in place, for a browser without script
	What string // "Loading the members"
	Rows int    // how much place it will take
}

// Template names the placeholder.
func (Slow) Template() string { return "frame/slow" }

// Login asks who someone is.
type Login struct {
	Form    Form
	Dev     bool   // any username will do
	Discord bool   // Discord says who it is
	Next    string // where to go then
	Name    Field
}

// DiscordPath is where signing in through Discord begins.
func (l Login) DiscordPath() string {
	if l.Next == "" {
		return "/admin/oauth/start"
	}
	return "/admin/oauth/start?" + url.Values{"next": {l.Next}}.Encode()
}

// Template names the body.
func (Login) Template() string { return "frame/login" }

// Person is someone as lists show them.
type Person struct {
	ID     snowflake.ID
	Name   string
	Avatar string // address; empty for none
	Bank   bool   // account 0, which mints and burns
	Gone   bool   // no longer a member
}

// Path is where the person's page is.
func (p Person) Path() string { return "/admin/users/" + p.ID.String() }

// Figure is one number that a page shows large.
type Figure struct {
	Label string
	Value int64
	Note  string
	Icon  string
}

// Series is one line of a chart.
type Series struct {
	Label  string
	Values []int64
}

// Chart shows figures by day; without script it is a table.
type Chart struct {
	Label  string
	Days   []time.Time
	Series []Series
}

// Template names the chart.
func (Chart) Template() string { return "parts/chart" }

// Pager leads to the other pages of a list.
type Pager struct {
	First    string // address; empty on the first page
	Previous string // address; empty on the first page, and in a list that is only read forwards
	Next     string // address; empty on the last
	Target   string // the id of the element to replace
	Page     int    // from 1; 0: unknown
	Pages    int    // 0: unknown
}

// Where says which page it is, or nothing where there is only one.
func (p Pager) Where() i18n.Text {
	switch {
	case p.Page == 0 || p.First == "" && p.Next == "":
		return i18n.Text{}
	case p.Pages == 0:
		return i18n.M("Page %s", i18n.Number(p.Page))
	}
	return i18n.M("Page %s of %s", i18n.Number(p.Page), i18n.Number(p.Pages))
}

// Empty is what a list says that has nothing yet, and what to do about it.
type Empty struct {
	Icon        string
	Title, Text i18n.Text
	Action      *Action
}

// Action leads to what can be done about an empty list.
type Action struct {
	Label      i18n.Text
	Path, Icon string
}

// Nothing is an answer that shows nothing.
type Nothing struct{}

// Template names nothing.
func (Nothing) Template() string { return "frame/nothing" }

// PartBox is a part of a page in its place, with where and when it is fetched again.
type PartBox struct {
	ID, Path string
	Wide     bool
	Trigger  string // of htmx; empty: never
	Body     View
}

// Parts are what features contribute to a page.
type Parts struct{ Items []PartBox }

// Template names the parts.
func (Parts) Template() string { return "frame/parts" }

// Home is the overview of the installation.
type Home struct{ Parts Parts }

// Template names the body.
func (Home) Template() string { return "frame/home" }
