package seed

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// add builds a guild as it is described.
func (b *builder) add(spec Guild, bot *wire.User) error {
	g := b.newGuild(spec.Name)
	gs := world.GuildState{Guild: g}
	roles, err := b.roles(g, spec, bot)
	if err != nil {
		return fmt.Errorf("guild %q: %w", spec.Name, err)
	}
	if gs.Channels, err = b.channels(g, spec, roles); err != nil {
		return fmt.Errorf("guild %q: %w", spec.Name, err)
	}
	if !spec.NoBot {
		gs.Members = append(gs.Members, b.member(bot, "", roles[botRole]))
	}
	for _, m := range spec.Members {
		u := b.user(m)
		var has []wire.ID
		for _, name := range m.Roles {
			id, ok := roles[name]
			if !ok {
				return fmt.Errorf("guild %q: %s has a role %q that the guild does not have", spec.Name, m.Name, name)
			}
			has = append(has, id)
		}
		if m.Owner {
			g.OwnerID = u.ID
		}
		gs.Members = append(gs.Members, b.member(u, m.Nick, has...))
	}
	for _, name := range spec.Stickers {
		g.Stickers = append(g.Stickers, &wire.Sticker{
			ID: b.next(), Name: name, Description: new(name), Tags: plainName(name), Type: wire.GuildSticker, Format: wire.PNGSticker,
			Available: true, GuildID: g.ID,
		})
	}
	b.state.Guilds = append(b.state.Guilds, gs)
	return nil
}

const botRole = "\x00bot" // the key under which the application's role is found, whatever its name

// roles builds a guild's roles and returns their ids by name.
func (b *builder) roles(g *wire.Guild, spec Guild, bot *wire.User) (map[string]wire.ID, error) {
	ids := map[string]wire.ID{"@everyone": g.ID}
	list := spec.Roles
	if !spec.NoBot && !hasBotRole(list) {
		list = append(list[:len(list):len(list)], Role{Name: b.state.Application.Name, Bot: true, Permissions: []string{"ADMINISTRATOR"}})
	}
	for i, r := range list {
		permissions, err := permissionsOf(r.Permissions)
		if err != nil {
			return nil, fmt.Errorf("role %q: %w", r.Name, err)
		}
		role := &wire.Role{
			ID: b.next(), Name: r.Name, Position: i + 1, Hoist: r.Hoist, Mentionable: r.Mentionable, Permissions: permissions,
		}
		if r.Color != "" {
			n, err := strconv.ParseInt(strings.TrimPrefix(r.Color, "#"), 16, 32)
			if err != nil || n > 0xffffff {
				return nil, fmt.Errorf("role %q: %q is no colour of the form #rrggbb", r.Name, r.Color)
			}
			role.Color, role.Colors.Primary = int(n), int(n)
		}
		if r.Bot {
			role.Managed, role.Tags = true, &wire.RoleTags{BotID: bot.ID}
			ids[botRole] = role.ID
		}
		ids[r.Name] = role.ID
		g.Roles = append(g.Roles, role)
	}
	return ids, nil
}

func hasBotRole(list []Role) bool {
	for _, r := range list {
		if r.Bot {
			return true
		}
	}
	return false
}

func permissionsOf(names []string) (p wire.Permissions, err error) {
	for _, name := range names {
		bit, ok := permissionNames[name]
		if !ok {
			return 0, fmt.Errorf("there is no permission %q", name)
		}
		p |= bit
	}
	return p, nil
}

var channelTypes = map[string]int{
	"": wire.TextChannel, "text": wire.TextChannel, "voice": wire.VoiceChannel, "category": wire.CategoryChannel, "news": wire.NewsChannel,
	"stage": wire.StageChannel, "forum": wire.ForumChannel,
}

// channels builds a guild's channels; the first text channel is where Discord greets newcomers.
func (b *builder) channels(g *wire.Guild, spec Guild, roles map[string]wire.ID) ([]world.ChannelState, error) {
	var list []world.ChannelState
	categories := make(map[string]wire.ID)
	for i, c := range spec.Channels {
		kind, ok := channelTypes[c.Type]
		if !ok {
			return nil, fmt.Errorf("channel %q: there is no type %q", c.Name, c.Type)
		}
		ch := &wire.Channel{
			ID: b.next(), Type: kind, GuildID: g.ID, Position: i, Name: new(c.Name),
			Overwrites: []wire.Overwrite{}, RateLimitPerUser: c.SlowMode,
		}
		if c.Topic != "" {
			ch.Topic = &c.Topic
		}
		switch kind {
		case wire.CategoryChannel:
			categories[c.Name] = ch.ID
		case wire.ForumChannel:
			ch.AvailableTags = new([]wire.ForumTag{})
		case wire.VoiceChannel, wire.StageChannel:
			ch.Bitrate, ch.UserLimit = 64000, new(0)
		case wire.TextChannel:
			if g.SystemChannelID == nil {
				g.SystemChannelID = &ch.ID
			}
		}
		if c.Category != "" {
			parent, ok := categories[c.Category]
			if !ok {
				return nil, fmt.Errorf("channel %q: there is no category %q before it", c.Name, c.Category)
			}
			ch.ParentID = &parent
		}
		overwrites, err := overwritesOf(c, g.ID, roles)
		if err != nil {
			return nil, err
		}
		ch.Overwrites = append(ch.Overwrites, overwrites...)
		list = append(list, world.ChannelState{Channel: ch})
	}
	return list, nil
}

func overwritesOf(c Channel, everyone wire.ID, roles map[string]wire.ID) (list []wire.Overwrite, err error) {
	if c.ReadOnly {
		list = append(list, wire.Overwrite{ID: everyone, Deny: wire.SendMessages})
	}
	if len(c.Private) == 0 {
		return list, nil
	}
	list = append(list, wire.Overwrite{ID: everyone, Deny: wire.ViewChannel})
	names := c.Private
	if bot, ok := roles[botRole]; ok {
		list = append(list, wire.Overwrite{ID: bot, Allow: wire.ViewChannel | wire.SendMessages})
	}
	for _, name := range names {
		id, ok := roles[name]
		if !ok {
			return nil, fmt.Errorf("channel %q is private to a role %q that the guild does not have", c.Name, name)
		}
		list = append(list, wire.Overwrite{ID: id, Allow: wire.ViewChannel | wire.SendMessages})
	}
	return list, nil
}
