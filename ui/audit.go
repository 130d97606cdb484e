package ui

import (
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Change is one value before and after.
type Change struct{ Name, Before, After string }

// AuditRow is an entry of an audit log as lists show it.
type AuditRow struct {
	store.AuditEntry
	Who     Person // zero when it was nobody of Discord
	Changes []Change
	Revert  string // address of the page that takes it back; empty when it cannot be
}

// AuditLog is a page of an audit log.
type AuditLog struct {
	Title string
	CSV   string
	Rows  []AuditRow
	Pager Pager
}

// Template names the body.
func (AuditLog) Template() string { return "audit/log" }

// Empty says what to do about a log without entries.
func (AuditLog) Empty() Empty {
	return Empty{Icon: "history", Title: i18n.M("No changes yet"),
		Text: i18n.M("Changed settings, adjusted balances and undone transactions appear here, with the values before and after.")}
}

// AuditRevert asks whether a change is to be taken back.
type AuditRevert struct {
	Form Form
	Path string
	Back string
	Row  AuditRow
}

// Template names the body.
func (AuditRevert) Template() string { return "audit/revert" }
