package ui

import "github.com/smarter-dev/smarterdev/ui/i18n"

// SitePage is a public page: what search engines are told, the navigation, a body and the footer.
type SitePage struct {
	Title       string
	Description string
	BaseURL     string // "https://host", for the addresses that others read
	Path        string // of this page
	Invite      bool   // /discord leads to the community's Discord
	Body        View
}

// Template names the page.
func (SitePage) Template() string { return "site/page" }

// Landing is the front page.
type Landing struct {
	Invite bool   // there is a server to join
	Source string // the address of the source code
}

// Template names the page's body.
func (Landing) Template() string { return "site/landing" }

// About says what this installation is.
type About struct {
	Invite  bool
	Version string
}

// Template names the page's body.
func (About) Template() string { return "site/about" }

// Kept is one kind of data about people: what it is and for how long it stays.
type Kept struct{ What, Why, HowLong i18n.Text }

// Privacy lists what is kept about people.
type Privacy struct{ Kept []Kept }

// Template names the page's body.
func (Privacy) Template() string { return "site/privacy" }

// SiteError is an error on a public page.
type SiteError struct{ Trouble }

// Template names the page's body.
func (SiteError) Template() string { return "site/error" }
