package ui

import (
	"time"

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// SignIn is one sign-in to the dashboard.
type SignIn struct {
	ID      string
	Address string    // from which it was made
	Since   time.Time // when it was made
	Seen    time.Time // when it was used last, give or take some minutes
	Current bool      // it is the one that asks
}

// SignIns lists the sign-ins of a person.
type SignIns struct {
	Form Form
	Path string
	Own  bool // of the one who looks
	Rows []SignIn
}

// Template names the body.
func (SignIns) Template() string { return "frame/sessions" }

// Empty says that there is none.
func (SignIns) Empty() Empty {
	return Empty{Icon: "logout", Title: i18n.M("Not signed in"), Text: i18n.M("They are not signed in to this dashboard.")}
}
