package dashboard

import (
	"context"

	"github.com/smarter-dev/smarterdev/store"
)

// Revert undoes a change: it restores the values before entry. It fails as the change itself does.
type Revert func(ctx context.Context, who Person, entry store.AuditEntry) error

// Reverts registers how changes with this action in the audit log are undone.
func (p *Pages) Reverts(action string, revert Revert) {
	if p.reverts == nil {
		p.reverts = make(map[string]Revert)
	}
	p.reverts[action] = revert
}

// Reverter returns how an entry of the audit log is undone; false when it cannot be.
func (p *Pages) Reverter(entry store.AuditEntry) (Revert, bool) {
	revert, ok := p.reverts[entry.Action]
	return revert, ok && entry.Before != nil
}
