package directory

import (
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
)

// Listen drops what is cached of a guild when the gateway reports a change.
func (d *Directory) Listen(l *bot.Listeners) {
	changed := func(guild snowflake.ID) { d.guilds.Invalidate(guild) }
	moved := func(guild snowflake.ID) {
		changed(guild)
		d.lists.Invalidate(struct{}{})
	}
	bot.On(l, func(e *events.GuildUpdate) { moved(e.GuildID) })
	bot.On(l, func(e *events.GuildJoin) { moved(e.GuildID) })
	bot.On(l, func(e *events.GuildLeave) { moved(e.GuildID) })
	bot.On(l, func(e *events.GuildAvailable) { changed(e.GuildID) })
	bot.On(l, func(e *events.RoleCreate) { changed(e.GuildID) })
	bot.On(l, func(e *events.RoleUpdate) { changed(e.GuildID) })
	bot.On(l, func(e *events.RoleDelete) { changed(e.GuildID) })
	bot.On(l, func(e *events.GuildChannelCreate) { changed(e.GuildID) })
	bot.On(l, func(e *events.GuildChannelUpdate) { changed(e.GuildID) })
	bot.On(l, func(e *events.GuildChannelDelete) { changed(e.GuildID) })
	bot.On(l, func(e *events.GuildMemberUpdate) {
		d.forget(e.GuildID, e.Member.User.ID)
		if e.Member.User.ID == e.Client().ID() {
			changed(e.GuildID) // our own roles decide which we can give
		}
	})
	bot.On(l, func(e *events.GuildMemberLeave) { d.forget(e.GuildID, e.User.ID) })
}
