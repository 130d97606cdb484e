package world

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// MoveChannels gives channels other positions and at most one another category. Positions need
// MANAGE_CHANNELS in the guild; a move needs it in the channel and where it goes; to take over
// the category's overwrites needs MANAGE_ROLES.
func (w *World) MoveChannels(by, guild ID, moves []wire.ChannelMove, reason string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return err
	}
	moved := 0
	for _, move := range moves {
		ch := w.chans[move.ID]
		if ch == nil || ch.guild != g || ch.wire.Thread() {
			return problem.UnknownChannel
		}
		if err := w.mayMove(g, by, ch, move); err != nil {
			return err
		}
		if elsewhere(ch, move) {
			moved++
		}
	}
	if moved > 1 {
		return problem.OneParentAtATime
	}
	for _, move := range moves {
		w.move(g, by, w.chans[move.ID], move, reason)
	}
	return nil
}

// elsewhere reports whether a move changes the channel's category.
func elsewhere(ch *channel, move wire.ChannelMove) bool {
	return move.ParentID.Set && !sameID(ch.wire.ParentID, move.ParentID.Pointer())
}

func sameID(a, b *ID) bool { return a == b || a != nil && b != nil && *a == *b }

func (w *World) mayMove(g *guild, by ID, ch *channel, move wire.ChannelMove) error {
	if !elsewhere(ch, move) {
		return w.require(g, by, wire.ManageChannels)
	}
	may := w.allowed(by, ch)
	there := w.base(g, by)
	if !move.ParentID.Null {
		parent := w.chans[move.ParentID.Value]
		if parent == nil || parent.guild != g || parent.wire.Type != wire.CategoryChannel {
			f := problem.NewForm()
			f.At("parent_id").Add("CHANNEL_PARENT_INVALID", "Category does not exist")
			return f.Err()
		}
		there = w.allowed(by, parent)
	}
	if !may.Has(wire.ViewChannel|wire.ManageChannels) || !there.Has(wire.ManageChannels) {
		return problem.MissingAccess
	}
	if move.LockPermissions && !may.Has(wire.ManageRoles) {
		return problem.MissingPermissions
	}
	return nil
}

func (w *World) move(g *guild, by ID, ch *channel, move wire.ChannelMove, reason string) {
	c := new(*ch.wire)
	var changes []wire.AuditChange
	if elsewhere(ch, move) {
		changes = append(changes, wire.AuditChange{Key: "parent_id", Old: value(c.ParentID), New: value(move.ParentID.Pointer())})
		c.ParentID = move.ParentID.Pointer()
		if move.LockPermissions && c.ParentID != nil {
			c.Overwrites = slices.Clone(w.chans[*c.ParentID].wire.Overwrites)
		}
	}
	if move.Position != nil && *move.Position != c.Position {
		changes = append(changes, wire.AuditChange{Key: "position", Old: c.Position, New: *move.Position})
		c.Position = *move.Position
	}
	if len(changes) == 0 {
		return
	}
	ch.wire = c
	w.channelEvent("CHANNEL_UPDATE", ch)
	w.log(g, by, wire.AuditChannelUpdate, c.ID, reason, nil, changes...)
}
