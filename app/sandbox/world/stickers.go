package world

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

const (
	mostStickers = 60 // the slots of a guild with every boost
	mostEmojis   = 250

	mostAppEmojis = 2000
)

// Stickers lists a guild's stickers.
func (w *World) Stickers(by, guild ID) ([]*wire.Sticker, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	return append([]*wire.Sticker{}, g.wire.Stickers...), nil
}

// Sticker returns any sticker by its id, or 10060.
func (w *World) Sticker(id ID) (*wire.Sticker, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s := w.sticker(id); s != nil {
		return s, nil
	}
	return nil, problem.UnknownSticker
}

func (w *World) sticker(id ID) *wire.Sticker {
	for _, g := range w.guilds {
		for _, s := range g.wire.Stickers {
			if s.ID == id {
				return s
			}
		}
	}
	return nil
}

// CreateSticker uploads a sticker: 30039 when there is no room. It needs CREATE_GUILD_EXPRESSIONS.
func (w *World) CreateSticker(by, guild ID, in wire.StickerInput, file *wire.File, reason string) (*wire.Sticker, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	if w.base(g, by)&(wire.CreateExpressions|wire.ManageExpressions) == 0 {
		return nil, problem.MissingPermissions
	}
	s := &wire.Sticker{
		ID: w.next(), Name: in.Name.Value, Description: &in.Description.Value, Tags: in.Tags.Value,
		Type: wire.GuildSticker, Format: wire.PNGSticker, Available: true, GuildID: guild, User: w.users[by],
	}
	f := problem.NewForm()
	s.Check(f)
	if file != nil && len(file.Data) > 512<<10 {
		return nil, problem.FileTooLarge
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	if len(g.wire.Stickers) >= mostStickers {
		return nil, problem.TooManyStickers
	}
	if file != nil {
		w.files.add(s.ID, *file)
	}
	stickers().set(w, g, append(slices.Clone(g.wire.Stickers), s))
	w.log(g, by, wire.AuditStickerCreate, s.ID, reason, nil, wire.AuditChange{Key: "name", New: s.Name})
	return s, nil
}

// EditSticker changes a sticker: one's own, or another's with MANAGE_GUILD_EXPRESSIONS.
func (w *World) EditSticker(by, guild, id ID, in wire.StickerInput, reason string) (*wire.Sticker, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, i, err := stickers().find(w, by, guild, id)
	if err != nil {
		return nil, err
	}
	old := g.wire.Stickers[i]
	s := new(*old)
	if in.Name.Set {
		s.Name = in.Name.Value
	}
	if in.Description.Set {
		s.Description = in.Description.Pointer()
	}
	if in.Tags.Set {
		s.Tags = in.Tags.Value
	}
	f := problem.NewForm()
	s.Check(f)
	if err := f.Err(); err != nil {
		return nil, err
	}
	list := slices.Clone(g.wire.Stickers)
	list[i] = s
	stickers().set(w, g, list)
	w.log(g, by, wire.AuditStickerUpdate, id, reason, nil, wire.AuditChange{Key: "name", Old: old.Name, New: s.Name})
	return s, nil
}

// DeleteSticker deletes a sticker, under the conditions of EditSticker.
func (w *World) DeleteSticker(by, guild, id ID, reason string) error {
	return stickers().remove(w, by, guild, id, reason)
}

// stick puts stickers onto a message: 50081 for one that there is not, or that is another guild's.
func (w *World) stick(by ID, ch *channel, m *wire.Message, ids []ID, may wire.Permissions) error {
	for _, id := range ids {
		s := w.sticker(id)
		if s == nil {
			return problem.InvalidSticker
		}
		if ch.guild == nil || s.GuildID != ch.guild.wire.ID {
			away := w.guilds[s.GuildID].members[by] != nil && by != w.app.BotID && may.Has(wire.UseExternalStickers)
			if !away {
				return problem.InvalidSticker
			}
		}
		m.StickerItems = append(m.StickerItems, wire.StickerItem{ID: s.ID, Name: s.Name, Format: s.Format})
	}
	return nil
}

// Emojis lists the emojis that a guild has uploaded.
func (w *World) Emojis(by, guild ID) ([]*wire.GuildEmoji, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	return append([]*wire.GuildEmoji{}, g.wire.Emojis...), nil
}

// Emoji returns one emoji of a guild, or 10014.
func (w *World) Emoji(by, guild, id ID) (*wire.GuildEmoji, error) {
	list, err := w.Emojis(by, guild)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(list, func(e *wire.GuildEmoji) bool { return e.ID == id }); i >= 0 {
		return list[i], nil
	}
	return nil, problem.UnknownEmoji
}

// AppEmojis lists the application's own emojis, which it can use everywhere.
func (w *World) AppEmojis() []*wire.GuildEmoji {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]*wire.GuildEmoji{}, w.app.Emojis...)
}

// AppEmoji returns one of the application's emojis, or 10014.
func (w *World) AppEmoji(id ID) (*wire.GuildEmoji, error) {
	for _, e := range w.AppEmojis() {
		if e.ID == id {
			return e, nil
		}
	}
	return nil, problem.UnknownEmoji
}

// SetAppEmoji makes an emoji of the application with id 0, renames one, or with a nil body deletes it.
func (w *World) SetAppEmoji(id ID, in *wire.EmojiInput) (*wire.GuildEmoji, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := slices.Clone(w.app.Emojis)
	i := slices.IndexFunc(list, func(e *wire.GuildEmoji) bool { return e.ID == id })
	if id != 0 && i < 0 {
		return nil, problem.UnknownEmoji
	}
	e := &wire.GuildEmoji{ID: w.next(), Roles: []ID{}, User: w.bot(), RequireColons: true, Available: true}
	if i >= 0 {
		e = new(*list[i])
	}
	f := problem.NewForm()
	if in != nil {
		wire.CheckEmojiName(f.At("name"), in.Name.Value)
		if id == 0 && in.Image.Value == "" {
			f.At("image").Required()
		}
		e.Name = in.Name.Value
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	switch {
	case in == nil:
		list = slices.Delete(list, i, i+1)
	case i >= 0:
		list[i] = e
	case len(list) >= mostAppEmojis:
		return nil, problem.TooManyEmojis
	default:
		list = append(list, e)
	}
	app := *w.app
	app.Emojis = list
	w.app = &app
	w.opts.Changed()
	return e, nil
}

// CreateEmoji uploads an emoji: 30008 when there is no room. It needs CREATE_GUILD_EXPRESSIONS.
func (w *World) CreateEmoji(by, guild ID, in wire.EmojiInput, reason string) (*wire.GuildEmoji, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	if w.base(g, by)&(wire.CreateExpressions|wire.ManageExpressions) == 0 {
		return nil, problem.MissingPermissions
	}
	f := problem.NewForm()
	wire.CheckEmojiName(f.At("name"), in.Name.Value)
	if in.Image.Value == "" {
		f.At("image").Required()
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	if len(g.wire.Emojis) >= mostEmojis {
		return nil, problem.TooManyEmojis
	}
	e := &wire.GuildEmoji{
		ID: w.next(), Name: in.Name.Value, Roles: append([]ID{}, in.Roles.Value...), User: w.users[by], RequireColons: true, Available: true,
	}
	emojis().set(w, g, append(slices.Clone(g.wire.Emojis), e))
	w.log(g, by, wire.AuditEmojiCreate, e.ID, reason, nil, wire.AuditChange{Key: "name", New: e.Name})
	return e, nil
}

// EditEmoji renames an emoji or sets who may use it: one's own, or another's with
// MANAGE_GUILD_EXPRESSIONS.
func (w *World) EditEmoji(by, guild, id ID, in wire.EmojiInput, reason string) (*wire.GuildEmoji, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, i, err := emojis().find(w, by, guild, id)
	if err != nil {
		return nil, err
	}
	old := g.wire.Emojis[i]
	e := new(*old)
	f := problem.NewForm()
	if in.Name.Set {
		wire.CheckEmojiName(f.At("name"), in.Name.Value)
		e.Name = in.Name.Value
	}
	if in.Roles.Set {
		e.Roles = append([]ID{}, in.Roles.Value...)
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	list := slices.Clone(g.wire.Emojis)
	list[i] = e
	emojis().set(w, g, list)
	w.log(g, by, wire.AuditEmojiUpdate, id, reason, nil, wire.AuditChange{Key: "name", Old: old.Name, New: e.Name})
	return e, nil
}

// DeleteEmoji deletes an emoji, under the conditions of EditEmoji.
func (w *World) DeleteEmoji(by, guild, id ID, reason string) error {
	return emojis().remove(w, by, guild, id, reason)
}
