package world

import (
	"cmp"
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// how many commands of each type an application may have, globally and in each guild
var mostCommands = map[int]int{wire.SlashCommand: 100, wire.UserCommand: 15, wire.MessageMenu: 15}

// commandsAt is the list of a scope: of a guild, or the global one for guild 0.
func (w *World) commandsAt(guild ID) (*[]*wire.Command, error) {
	if guild == 0 {
		return &w.global, nil
	}
	g, err := w.guildFor(w.app.BotID, guild)
	if err != nil {
		return nil, err
	}
	return &g.commands, nil
}

// Commands lists the commands of a guild, or the global ones for guild 0.
func (w *World) Commands(guild ID) ([]*wire.Command, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list, err := w.commandsAt(guild)
	if err != nil {
		return nil, err
	}
	return append([]*wire.Command{}, *list...), nil
}

// Command returns one command of a scope, or 10063.
func (w *World) Command(guild, id ID) (*wire.Command, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list, err := w.commandsAt(guild)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(*list, func(c *wire.Command) bool { return c.ID == id }); i >= 0 {
		return (*list)[i], nil
	}
	return nil, problem.UnknownCommand
}

// finish gives a checked command what it does not bring itself; old is the one it replaces, or nil.
func (w *World) finish(c *wire.Command, guild ID, old *wire.Command) {
	if old != nil {
		c.ID = old.ID
	} else {
		c.ID = w.next()
	}
	c.ApplicationID, c.GuildID, c.Version = w.app.ID, guild, w.next()
	if c.IntegrationTypes == nil {
		c.IntegrationTypes = []int{0}
	}
	if guild != 0 {
		c.Contexts, c.DMPermission = nil, nil
		return
	}
	if c.Contexts == nil && c.DMPermission != nil && !*c.DMPermission {
		c.Contexts = []int{0}
	}
	if c.DMPermission == nil {
		c.DMPermission = new(c.Contexts == nil || slices.Contains(c.Contexts, 1))
	}
}

// SetCommands replaces all commands of a scope; those with the name and type of an old one keep
// its id. Nothing changes when one of them is refused.
func (w *World) SetCommands(guild ID, commands []wire.Command) ([]*wire.Command, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list, err := w.commandsAt(guild)
	if err != nil {
		return nil, err
	}
	f := problem.NewForm()
	count := make(map[int]int)
	for i := range commands {
		c := &commands[i]
		c.Type = cmp.Or(c.Type, wire.SlashCommand)
		c.Check(f.At(i))
		if slices.ContainsFunc(commands[:i], func(o wire.Command) bool { return o.Name == c.Name && o.Type == c.Type }) {
			f.At(i, "name").Add("APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		count[c.Type]++
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	for kind, n := range count {
		if n > mostCommands[kind] {
			return nil, problem.TooManyCommands
		}
	}
	fresh := make([]*wire.Command, len(commands))
	for i := range commands {
		fresh[i] = &commands[i]
		w.finish(fresh[i], guild, find(*list, fresh[i].Type, fresh[i].Name))
	}
	*list = fresh
	w.commandsChanged(guild)
	return append([]*wire.Command{}, fresh...), nil
}

// AddCommand makes a command, or replaces the one of the same name and type; made tells which.
func (w *World) AddCommand(guild ID, c wire.Command) (_ *wire.Command, made bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list, err := w.commandsAt(guild)
	if err != nil {
		return nil, false, err
	}
	c.Type = cmp.Or(c.Type, wire.SlashCommand)
	f := problem.NewForm()
	c.Check(f)
	if err := f.Err(); err != nil {
		return nil, false, err
	}
	old := find(*list, c.Type, c.Name)
	w.finish(&c, guild, old)
	if old != nil {
		(*list)[slices.Index(*list, old)] = &c
	} else {
		same := 0
		for _, have := range *list {
			if have.Type == c.Type {
				same++
			}
		}
		if same >= mostCommands[c.Type] {
			return nil, false, problem.TooManyCommands
		}
		*list = append(*list, &c)
	}
	w.commandsChanged(guild)
	return &c, old == nil, nil
}

// EditCommand changes one command by what apply does to a copy of it.
func (w *World) EditCommand(guild, id ID, apply func(*wire.Command) error) (*wire.Command, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list, err := w.commandsAt(guild)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(*list, func(c *wire.Command) bool { return c.ID == id })
	if i < 0 {
		return nil, problem.UnknownCommand
	}
	old := (*list)[i]
	c := new(*old)
	if err := apply(c); err != nil {
		return nil, err
	}
	c.Type = old.Type
	f := problem.NewForm()
	c.Check(f)
	if err := f.Err(); err != nil {
		return nil, err
	}
	w.finish(c, guild, old)
	(*list)[i] = c
	w.commandsChanged(guild)
	return c, nil
}

// DeleteCommand removes a command, or 10063.
func (w *World) DeleteCommand(guild, id ID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	list, err := w.commandsAt(guild)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(*list, func(c *wire.Command) bool { return c.ID == id })
	if i < 0 {
		return problem.UnknownCommand
	}
	*list = slices.Delete(slices.Clone(*list), i, i+1)
	w.commandsChanged(guild)
	return nil
}

// commandsChanged tells people's clients to ask again what they may use.
func (w *World) commandsChanged(guild ID) {
	w.opts.Changed()
	if guild != 0 {
		w.emit(&Event{Name: "APPLICATION_COMMANDS_UPDATE", Guild: guild, Data: wire.UnavailableGuild{ID: guild}, People: true})
		return
	}
	for _, id := range w.order {
		if w.hears(w.guilds[id]) {
			w.emit(&Event{Name: "APPLICATION_COMMANDS_UPDATE", Guild: id, Data: wire.UnavailableGuild{ID: id}, People: true})
		}
	}
}

func find(list []*wire.Command, kind int, name string) *wire.Command {
	for _, c := range list {
		if c.Type == kind && c.Name == name {
			return c
		}
	}
	return nil
}
