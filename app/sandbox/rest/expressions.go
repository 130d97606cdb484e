package rest

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func getStickerPacks(*call) (any, error) { return map[string]any{"sticker_packs": []any{}}, nil }

func getSticker(c *call) (any, error) {
	id, err := c.id("sticker")
	if err != nil {
		return nil, err
	}
	return c.world.Sticker(id)
}

func getStickers(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	return c.world.Stickers(c.me, guild)
}

func getGuildSticker(c *call) (any, error) {
	ids, err := c.ids("guild", "sticker")
	if err != nil {
		return nil, err
	}
	if _, err := c.world.Guild(c.me, ids[0], false); err != nil {
		return nil, err
	}
	s, err := c.world.Sticker(ids[1])
	if err == nil && s.GuildID != ids[0] {
		return nil, problem.UnknownSticker
	}
	return s, err
}

// createSticker takes a form of its own: no JSON, but a field for each of its parts.
func createSticker(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	_, params, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil {
		return nil, problem.InvalidFileUploaded
	}
	var in wire.StickerInput
	var file *wire.File
	form := multipart.NewReader(c.Body, params["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, problem.InvalidFileUploaded
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, problem.FileTooLarge
		}
		switch part.FormName() {
		case "name":
			in.Name = wire.Given(string(data))
		case "description":
			in.Description = wire.Given(string(data))
		case "tags":
			in.Tags = wire.Given(string(data))
		case "file":
			file = &wire.File{Name: part.FileName(), ContentType: part.Header.Get("Content-Type"), Data: data}
		}
	}
	if file == nil {
		return nil, problem.InvalidFileUploaded
	}
	c.status = http.StatusCreated
	return c.world.CreateSticker(c.me, guild, in, file, c.reason)
}

func editSticker(c *call) (any, error) {
	ids, err := c.ids("guild", "sticker")
	if err != nil {
		return nil, err
	}
	var in wire.StickerInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.world.EditSticker(c.me, ids[0], ids[1], in, c.reason)
}

func deleteSticker(c *call) (any, error) {
	ids, err := c.ids("guild", "sticker")
	if err != nil {
		return nil, err
	}
	return nil, c.world.DeleteSticker(c.me, ids[0], ids[1], c.reason)
}

func getEmojis(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	return c.world.Emojis(c.me, guild)
}

func getEmoji(c *call) (any, error) {
	ids, err := c.ids("guild", "emoji")
	if err != nil {
		return nil, err
	}
	return c.world.Emoji(c.me, ids[0], ids[1])
}

func createEmoji(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	var in wire.EmojiInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	c.status = http.StatusCreated
	return c.world.CreateEmoji(c.me, guild, in, c.reason)
}

func editEmoji(c *call) (any, error) {
	ids, err := c.ids("guild", "emoji")
	if err != nil {
		return nil, err
	}
	var in wire.EmojiInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.world.EditEmoji(c.me, ids[0], ids[1], in, c.reason)
}

func deleteEmoji(c *call) (any, error) {
	ids, err := c.ids("guild", "emoji")
	if err != nil {
		return nil, err
	}
	return nil, c.world.DeleteEmoji(c.me, ids[0], ids[1], c.reason)
}

func getAppEmojis(c *call) (any, error) {
	if _, err := c.scope(); err != nil {
		return nil, err
	}
	return map[string]any{"items": c.world.AppEmojis()}, nil
}

// appEmoji reads which of the application's emojis is meant.
func (c *call) appEmoji() (wire.ID, error) {
	if _, err := c.scope(); err != nil {
		return 0, err
	}
	return c.id("emoji")
}

func getAppEmoji(c *call) (any, error) {
	id, err := c.appEmoji()
	if err != nil {
		return nil, err
	}
	return c.world.AppEmoji(id)
}

func createAppEmoji(c *call) (any, error) {
	if _, err := c.scope(); err != nil {
		return nil, err
	}
	var in wire.EmojiInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	c.status = http.StatusCreated
	return c.world.SetAppEmoji(0, &in)
}

func editAppEmoji(c *call) (any, error) {
	id, err := c.appEmoji()
	if err != nil {
		return nil, err
	}
	var in wire.EmojiInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.world.SetAppEmoji(id, &in)
}

func deleteAppEmoji(c *call) (any, error) {
	id, err := c.appEmoji()
	if err != nil {
		return nil, err
	}
	_, err = c.world.SetAppEmoji(id, nil)
	return nil, err
}
