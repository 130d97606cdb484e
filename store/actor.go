package store

import (
	"fmt"
	"slices"

	"github.com/disgoorg/snowflake/v2"
)

// Actor is who makes a change, and the way by which it came in.
type Actor struct {
	ID     snowflake.ID // of Discord; 0 when it was nobody of Discord
	Name   string       // at the time
	Source Source
}

// Source is the way by which a change came in.
type Source string

// The sources.
const (
	SourceCommand   Source = "command" // a slash command, or a command of the shell
	SourceDashboard Source = "dashboard"
	SourceAPI       Source = "api"
	SourceAutomod   Source = "automod" // our own rules
	SourceLadder    Source = "ladder"  // the escalation of strikes
	SourceDiscord   Source = "discord" // somebody did it in Discord itself
	SourceNative    Source = "native"  // Discord's own AutoMod
	SourceImport    Source = "import"
	SourceExpiry    Source = "expiry" // its time was over
	SourceJob       Source = "job"    // other work in the background
)

// Sources returns every source.
func Sources() []Source {
	return []Source{SourceCommand, SourceDashboard, SourceAPI, SourceAutomod, SourceLadder,
		SourceDiscord, SourceNative, SourceImport, SourceExpiry, SourceJob}
}

// Entry begins the audit entry of a change that the actor makes.
func (a Actor) Entry(action, subject string) AuditEntry {
	return AuditEntry{Actor: a, Action: action, Subject: subject}
}

func (a Actor) check() error {
	if !slices.Contains(Sources(), a.Source) {
		return fmt.Errorf("%w: %q is not a source of changes", ErrInvalid, a.Source)
	}
	return checkIDs(a.ID)
}
