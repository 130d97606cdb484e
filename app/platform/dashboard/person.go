package dashboard

import (
	"encoding/json"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
)

// Person is who is signed in to the dashboard. The zero value is a visitor who is not.
type Person struct {
	ID     snowflake.ID `json:"id,omitempty"`     // of Discord; 0 for a developer, who has only a name
	Name   string       `json:"name,omitempty"`   // as Discord showed it at the sign-in
	Avatar string       `json:"avatar,omitempty"` // the hash of their avatar; empty without one
	Admin  bool         `json:"-"`                // administers the installation; determined at each request
}

// Known reports whether the person is signed in.
func (p Person) Known() bool { return p.ID != 0 || p.Name != "" }

// Key identifies the person: "discord:ID" or "developer:NAME"; empty when not signed in.
func (p Person) Key() string {
	switch {
	case p.ID != 0:
		return "discord:" + p.ID.String()
	case p.Name != "":
		return "developer:" + p.Name
	}
	return ""
}

// Actor is the person in the audit log.
func (p Person) Actor() store.Actor {
	return store.Actor{ID: p.ID, Name: p.Name, Source: store.SourceDashboard}
}

func (p Person) who() ui.Who {
	w := ui.Who{Name: p.Name, Admin: p.Admin, Discord: p.ID != 0}
	if p.Avatar != "" {
		w.Avatar = avatarPath(p.ID, p.Avatar)
	}
	return w
}

func (p Person) text() string {
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // plain fields
	}
	return string(text)
}

// parsePerson reads what text wrote; for anything else it returns the zero Person.
func parsePerson(text string) Person {
	var p Person
	if json.Unmarshal([]byte(text), &p) != nil {
		return Person{}
	}
	return p
}
