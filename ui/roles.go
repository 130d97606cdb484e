package ui

import (
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Role is a role of a guild.
type Role struct {
	ID       snowflake.ID
	Name     string
	Color    int    // RGB; 0 for none
	Problem  string // what keeps the bot from giving it; empty when nothing does
	Gone     bool   // Discord knows it no longer
	Chosen   bool   // in a RolePicker
	Disabled bool   // in a RolePicker: it cannot be chosen, for the Problem
}

// RolePicker is a choice of one role.
type RolePicker struct {
	Name  string // of the field
	Roles []Role
	Error string
	Gone  string    // why roles cannot be listed now
	None  i18n.Text // what is said where there is no role to choose
}
