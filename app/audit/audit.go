// Package audit shows the log of who changed what, of the installation and of each guild, and undoes
// changes.
package audit

import (
	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/store"
)

// log is the audit log as people and programs read it. Whoever makes a change writes its entry.
type log struct{ store *store.Store }

// Feature is the audit log as the program mounts it.
func Feature(s *store.Store) platform.Feature {
	l := log{s}
	return platform.Feature{Name: "audit", API: l.api, Pages: l.pages}
}
