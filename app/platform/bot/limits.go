package bot

import (
	"context"
	"strings"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/omit"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

// notHere is the code of what is refused in a guild without the bot; the API's is the same.
const notHere = "bot_not_in_guild"

// Limit is a condition under which a command may be used.
type Limit struct{ requires discord.Permissions }

// Requires lets only members use a command who hold all of these permissions, or are administrators.
// Discord is told, so that it shows the command to nobody else; because a server's admins can override
// that, it is looked at again when the command is used.
func Requires(p discord.Permissions) Limit { return Limit{requires: p} }

// ServeGuilds makes the mux refuse interactions of guilds of which present says that the bot is not in
// them: it was removed since its message was posted, or somebody installed the application for
// themselves alone.
func (m *Mux) ServeGuilds(present func(ctx context.Context, guild snowflake.ID) (bool, error)) {
	m.present = present
}

// served is a handler that works in guilds of the bot alone.
func (m *Mux) served(h Handler) Handler {
	if m.present == nil {
		return h
	}
	return func(ctx context.Context, i *Interaction) (Reply, error) {
		present, err := m.present(ctx, i.Guild)
		if err != nil {
			return Reply{}, err
		}
		if !present {
			return Reply{}, fault.New(fault.Forbidden, notHere,
				"The bot is not in this server, so nothing was done. Somebody who manages the server can invite it.")
		}
		return h(ctx, i)
	}
}

// limited is a handler that refuses members who lack what its command requires; the mux remembers what
// that is, for Discord.
func (m *Mux) limited(path string, h Handler, limits []Limit) Handler {
	var needed discord.Permissions
	for _, l := range limits {
		needed |= l.requires
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	m.requires[name] = append(m.requires[name], needed)
	if needed == 0 {
		return h
	}
	return func(ctx context.Context, i *Interaction) (Reply, error) {
		if !i.Holds(needed) {
			return Reply{}, fault.New(fault.Forbidden, "forbidden", "This needs the permission %s in this server.", needed)
		}
		return h(ctx, i)
	}
}

// declared is commands as they are registered with Discord: for members of guilds alone, and shown only to those
// who hold what each part of the command requires, unless the command says otherwise itself.
func (m *Mux) declared(commands []discord.ApplicationCommandCreate) []discord.ApplicationCommandCreate {
	installs := []discord.ApplicationIntegrationType{discord.ApplicationIntegrationTypeGuildInstall}
	contexts := []discord.InteractionContextType{discord.InteractionContextTypeGuild}
	told := make([]discord.ApplicationCommandCreate, len(commands))
	for i, c := range commands {
		switch c := c.(type) {
		case discord.SlashCommandCreate:
			c.IntegrationTypes, c.Contexts = installs, contexts
			c.DefaultMemberPermissions = m.shownTo(c.Name, c.DefaultMemberPermissions)
			told[i] = c
		case discord.UserCommandCreate:
			c.IntegrationTypes, c.Contexts = installs, contexts
			c.DefaultMemberPermissions = m.shownTo(c.Name, c.DefaultMemberPermissions)
			told[i] = c
		case discord.MessageCommandCreate:
			c.IntegrationTypes, c.Contexts = installs, contexts
			c.DefaultMemberPermissions = m.shownTo(c.Name, c.DefaultMemberPermissions)
			told[i] = c
		default:
			told[i] = c
		}
	}
	return told
}

// shownTo is the permissions that all parts of a command require.
func (m *Mux) shownTo(name string, said omit.Omit[*discord.Permissions]) omit.Omit[*discord.Permissions] {
	if said.OK {
		return said
	}
	common := discord.PermissionsNone
	for i, needed := range m.requires[name] {
		if i == 0 {
			common = needed
		}
		common &= needed
	}
	if common == 0 {
		return said
	}
	return omit.NewPtr(common)
}

// Holds reports whether the member who asks holds all of these permissions in the channel, or is an
// administrator.
func (i *Interaction) Holds(needed discord.Permissions) bool {
	return !access.MemberOf(i.Member.Member).TimedOut(time.Now()) && access.Allows(i.Member.Permissions, needed)
}
