package dashboard

import (
	"encoding/json"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
)

// Person is who is signed in to the dashboard. The zero value is nobody.
type Person struct {
	ID     snowflake.ID `json:"id,omitempty"`     // of Discord; 0 for a developer, who has only a name
	Name   string       `json:"name,omitempty"`   // as Discord showed it at the sign-in
	Avatar string       `json:"avatar,omitempty"` // the hash of their picture; empty for none
	Admin  bool         `json:"-"`                // administers the whole installation; found out anew at each request
}

// Known reports whether it is somebody.
func (p Person) Known() bool { return p.ID != 0 || p.Name != "" }

// Key tells people apart: "discord:ID" or "developer:NAME"; empty for nobody.
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
		w.Avatar = AvatarPath(p.ID, p.Avatar)
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

// parsePerson reads what text wrote; anything else is nobody.
func parsePerson(text string) Person {
	var p Person
	if json.Unmarshal([]byte(text), &p) != nil {
		return Person{}
	}
	return p
}
