package dashboard

import (
	"context"

	"github.com/smarter-dev/smarterdev/store"
)

// Revert takes a change of settings back: it sets what entry says was there before. It fails as the
// change itself does.
type Revert func(ctx context.Context, who Person, entry store.AuditEntry) error

// Reverts says how changes that the audit log calls action are taken back.
func (p *Pages) Reverts(action string, revert Revert) {
	if p.reverts == nil {
		p.reverts = make(map[string]Revert)
	}
	p.reverts[action] = revert
}

// Reverter is how an entry of the audit log is taken back; false when it cannot be.
func (p *Pages) Reverter(entry store.AuditEntry) (Revert, bool) {
	revert, ok := p.reverts[entry.Action]
	return revert, ok && entry.Before != nil
}
