package world

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// usable lists the commands that someone may use in a channel: of the guild first, then global
// ones, those included that are theirs because they have installed the application for themselves;
// in a direct conversation those that allow it.
func (w *World) usable(person ID, ch *channel) []*wire.Command {
	list := []*wire.Command{}
	if !ch.wire.Text() {
		return list
	}
	own := w.installed[person]
	if ch.guild == nil {
		for _, c := range w.global {
			if c.Contexts == nil && (c.DMPermission == nil || *c.DMPermission) || slices.Contains(c.Contexts, 1) {
				list = append(list, c)
			}
		}
		return list
	}
	may := w.allowed(person, ch)
	for _, c := range slices.Concat(ch.guild.commands, w.global) {
		ofGuild := w.hears(ch.guild) && slices.Contains(c.IntegrationTypes, 0) && w.mayUse(person, ch, c, may)
		ofPerson := own && slices.Contains(c.IntegrationTypes, 1) && may.Has(wire.UseCommands)
		if (c.Contexts == nil || slices.Contains(c.Contexts, 0)) && (ofGuild || ofPerson) {
			list = append(list, c)
		}
	}
	return list
}

// mayUse follows Discord's order: administrators always, then what an admin set for the
// channel, the member and their roles, then the command's own default.
func (w *World) mayUse(person ID, ch *channel, c *wire.Command, may wire.Permissions) bool {
	if may.Has(wire.Administrator) {
		return true
	}
	if !may.Has(wire.UseCommands) || !may.Has(wire.ViewChannel) {
		return false
	}
	g, m := ch.guild, ch.guild.members[person]
	set := g.access[c.ID]
	if len(set) == 0 {
		set = g.access[w.app.ID]
	}
	allChannels := g.wire.ID - 1
	if rule, ok := ruled(set, 3, ch.wire.ID, allChannels); ok && !rule {
		return false
	}
	if rule, ok := ruled(set, 2, person); ok {
		return rule
	}
	if decided, ok := ruledRoles(set, g.wire.ID, m); ok {
		return decided
	}
	return c.DefaultMemberPermissions == nil || *c.DefaultMemberPermissions != 0 && may.Has(*c.DefaultMemberPermissions)
}

// ruled finds the first of the ids that has a rule of this type.
func ruled(set []wire.CommandPermission, kind int, ids ...ID) (allowed, found bool) {
	for _, id := range ids {
		for _, p := range set {
			if p.Type == kind && p.ID == id {
				return p.Permission, true
			}
		}
	}
	return false, false
}

// ruledRoles: one allowing role is enough; @everyone counts only when no other role has a rule.
func ruledRoles(set []wire.CommandPermission, everyone ID, m *wire.Member) (allowed, found bool) {
	for _, role := range m.Roles {
		if rule, ok := ruled(set, 1, role); ok {
			found = true
			allowed = allowed || rule
		}
	}
	if found {
		return allowed, true
	}
	return ruled(set, 1, everyone)
}

// Usable lists the commands that someone may use in a channel.
func (w *World) Usable(person, channel ID) ([]*wire.Command, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(person, channel)
	if err != nil {
		return nil, err
	}
	return w.usable(person, ch), nil
}

// Access returns what admins of a guild set for a command (or, by the application's id, for all): 10066 when nothing is set.
func (w *World) Access(guild, command ID) ([]wire.CommandPermission, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(w.app.BotID, guild)
	if err != nil {
		return nil, err
	}
	set := g.access[command]
	if len(set) == 0 {
		return nil, problem.UnknownCommandPerm
	}
	return set, nil
}

// AllAccess returns everything that admins of a guild set for commands.
func (w *World) AllAccess(guild ID) (map[ID][]wire.CommandPermission, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(w.app.BotID, guild)
	if err != nil {
		return nil, err
	}
	all := make(map[ID][]wire.CommandPermission, len(g.access))
	for id, set := range g.access {
		all[id] = set
	}
	return all, nil
}

// SetAccess is what an admin of a guild does in its settings. It needs MANAGE_GUILD and MANAGE_ROLES.
func (w *World) SetAccess(by, guild, command ID, set []wire.CommandPermission) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return err
	}
	if err := w.require(g, by, wire.ManageGuild|wire.ManageRoles); err != nil {
		return err
	}
	f := problem.NewForm()
	f.At("permissions").Count(len(set), 0, 100)
	if err := f.Err(); err != nil {
		return err
	}
	if g.access == nil {
		g.access = make(map[ID][]wire.CommandPermission)
	}
	g.access[command] = set
	w.emit(&Event{
		Name: "APPLICATION_COMMAND_PERMISSIONS_UPDATE", Guild: guild, Bots: w.hears(g),
		Data: struct {
			ID            ID                       `json:"id"`
			ApplicationID ID                       `json:"application_id"`
			GuildID       ID                       `json:"guild_id"`
			Permissions   []wire.CommandPermission `json:"permissions"`
		}{command, w.app.ID, guild, set},
	})
	w.commandsChanged(guild)
	return nil
}
