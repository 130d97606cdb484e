package world

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// expressions is one sort of what a guild can upload: its stickers, or its emojis. World is locked by who
// calls.
type expressions[T any] struct {
	of      func(*wire.Guild) *wire.List[*T]
	about   func(*T) (id ID, name string, by *wire.User)
	unknown error                                   // there is none with this id
	changed func(ID, []*T) (event string, data any) // tells a guild's list
	deleted int                                     // in the audit log
}

func stickers() expressions[wire.Sticker] {
	return expressions[wire.Sticker]{
		of:      func(g *wire.Guild) *wire.List[*wire.Sticker] { return &g.Stickers },
		about:   func(s *wire.Sticker) (ID, string, *wire.User) { return s.ID, s.Name, s.User },
		unknown: problem.UnknownSticker, deleted: wire.AuditStickerDelete,
		changed: func(guild ID, list []*wire.Sticker) (string, any) {
			return "GUILD_STICKERS_UPDATE", struct {
				GuildID  ID              `json:"guild_id"`
				Stickers []*wire.Sticker `json:"stickers"`
			}{guild, list}
		},
	}
}

func emojis() expressions[wire.GuildEmoji] {
	return expressions[wire.GuildEmoji]{
		of:      func(g *wire.Guild) *wire.List[*wire.GuildEmoji] { return &g.Emojis },
		about:   func(e *wire.GuildEmoji) (ID, string, *wire.User) { return e.ID, e.Name, e.User },
		unknown: problem.UnknownEmoji, deleted: wire.AuditEmojiDelete,
		changed: func(guild ID, list []*wire.GuildEmoji) (string, any) {
			return "GUILD_EMOJIS_UPDATE", struct {
				GuildID ID                 `json:"guild_id"`
				Emojis  []*wire.GuildEmoji `json:"emojis"`
			}{guild, list}
		},
	}
}

// find looks for one that by may change: their own, or another's with MANAGE_GUILD_EXPRESSIONS.
func (x expressions[T]) find(w *World, by, guild, id ID) (*guild, int, error) {
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, 0, err
	}
	list := *x.of(g.wire)
	i := slices.IndexFunc(list, func(one *T) bool { is, _, _ := x.about(one); return is == id })
	if i < 0 {
		return nil, 0, x.unknown
	}
	may := w.base(g, by)
	_, _, owner := x.about(list[i])
	own := owner != nil && owner.ID == by
	if !may.Has(wire.ManageExpressions) && (!own || !may.Has(wire.CreateExpressions)) {
		return nil, 0, problem.MissingPermissions
	}
	return g, i, nil
}

// set replaces the list of a guild and tells everybody.
func (x expressions[T]) set(w *World, g *guild, list []*T) {
	g.wire = new(*g.wire)
	*x.of(g.wire) = list
	event, data := x.changed(g.wire.ID, list)
	w.everyone(event, g, data)
}

// remove deletes one that by may change.
func (x expressions[T]) remove(w *World, by, guild, id ID, reason string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, i, err := x.find(w, by, guild, id)
	if err != nil {
		return err
	}
	list := *x.of(g.wire)
	_, name, _ := x.about(list[i])
	x.set(w, g, slices.Delete(slices.Clone(list), i, i+1))
	w.log(g, by, x.deleted, id, reason, nil, wire.AuditChange{Key: "name", Old: name})
	return nil
}
