package world

import (
	"strings"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

const largeGuild = 250 // members from which a guild counts as large

// Guild returns a guild that someone is in, with its roles; counts adds the approximate counts.
func (w *World) Guild(by, id ID, counts bool) (*wire.Guild, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, id)
	if err != nil {
		return nil, err
	}
	full := g.rest()
	if counts {
		full.ApproximateMemberCount = len(g.members)
		full.ApproximatePresenceCount = w.online(g)
	}
	return full, nil
}

// GuildIDs lists the guilds that someone is in, ascending.
func (w *World) GuildIDs(user ID) []ID {
	w.mu.Lock()
	defer w.mu.Unlock()
	ids := []ID{}
	for _, id := range w.order {
		if w.guilds[id].members[user] != nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// Partial lists someone's guilds for the list of a user's guilds; counts adds the approximate counts.
func (w *World) Partial(user ID, counts bool) []wire.PartialGuild {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := []wire.PartialGuild{}
	for _, id := range w.order {
		g := w.guilds[id]
		m := g.members[user]
		if m == nil {
			continue
		}
		p := wire.PartialGuild{
			ID: id, Name: g.wire.Name, Icon: g.wire.Icon, Banner: g.wire.Banner, Features: g.wire.Features,
			Owner: g.wire.OwnerID == user, Permissions: g.base(m),
		}
		if counts {
			p.ApproximateMemberCount, p.ApproximatePresenceCount = len(g.members), w.online(g)
		}
		list = append(list, p)
	}
	return list
}

// GuildCreate returns a guild as the gateway gives it to the bot. Members and presences come
// as Discord sends them: everyone of a small guild with the presences intent, those online of
// one with more than threshold members, otherwise the bot alone.
func (w *World) GuildCreate(id ID, presences bool, threshold int) (*wire.GuildCreate, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(w.app.BotID, id)
	if err != nil {
		return nil, err
	}
	return w.guildCreate(g, presences, threshold), nil
}

func (w *World) guildCreate(g *guild, presences bool, threshold int) *wire.GuildCreate {
	me := g.members[w.app.BotID]
	gc := &wire.GuildCreate{
		Guild: g.rest(), JoinedAt: me.JoinedAt, Large: len(g.members) > threshold, MemberCount: len(g.members),
		VoiceStates: g.voiceStates(), Threads: w.ownThreads(g), StageInstances: []any{}, ScheduledEvents: []any{}, Soundboard: []any{},
		Members: []*wire.Member{}, Presences: []*wire.Presence{}, Channels: []*wire.Channel{},
	}
	for _, id := range g.channels {
		gc.Channels = append(gc.Channels, w.chans[id].wire)
	}
	if !presences || len(g.members) > 75000 {
		gc.Members = append(gc.Members, me)
		return gc
	}
	for _, id := range g.sorted {
		p := w.present[id]
		if p.online() {
			gc.Presences = append(gc.Presences, p.wire(id, 0))
		}
		if !gc.Large || p.online() || id == w.app.BotID {
			gc.Members = append(gc.Members, g.members[id])
		}
	}
	return gc
}

// RenameGuild changes a guild's name. It needs MANAGE_GUILD.
func (w *World) RenameGuild(by, id ID, name, reason string) (*wire.Guild, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, id)
	if err != nil {
		return nil, err
	}
	if err := w.require(g, by, wire.ManageGuild); err != nil {
		return nil, err
	}
	f := problem.NewForm()
	f.At("name").Length(strings.TrimSpace(name), 2, 100)
	if err := f.Err(); err != nil {
		return nil, err
	}
	old := g.wire.Name
	g.wire = new(*g.wire)
	g.wire.Name = name
	w.everyone("GUILD_UPDATE", g, g.rest())
	w.log(g, by, wire.AuditGuildUpdate, id, reason, nil, wire.AuditChange{Key: "name", Old: old, New: name})
	return g.rest(), nil
}

// SetLocale sets the language that a guild has chosen, such as "de".
func (w *World) SetLocale(by, id ID, locale string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, id)
	if err != nil {
		return err
	}
	if err := w.require(g, by, wire.ManageGuild); err != nil {
		return err
	}
	old := g.wire.PreferredLocale
	g.wire = new(*g.wire)
	g.wire.PreferredLocale = locale
	w.everyone("GUILD_UPDATE", g, g.rest())
	w.log(g, by, wire.AuditGuildUpdate, id, "", nil, wire.AuditChange{Key: "preferred_locale", Old: old, New: locale})
	return nil
}

// Entrance is what a gateway session begins with.
type Entrance struct {
	User        *wire.User
	Application Application
	Guilds      []*wire.GuildCreate // of the session's shard, ascending by id
}

// Enter calls begin with the bot's guilds on a shard, members as for GuildCreate, while nothing
// can happen in the world: a sink that begin prepares misses nothing and hears nothing twice.
func (w *World) Enter(shard, shards int, presences bool, threshold int, begin func(Entrance)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := Entrance{User: w.bot(), Application: *w.app}
	for _, id := range w.order {
		g := w.guilds[id]
		if w.hears(g) && int(uint64(id)>>22%uint64(shards)) == shard {
			e.Guilds = append(e.Guilds, w.guildCreate(g, presences, threshold))
		}
	}
	begin(e)
}

// GuildName returns a guild's name, or "" when there is no such guild.
func (w *World) GuildName(id ID) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if g := w.guilds[id]; g != nil {
		return g.wire.Name
	}
	return ""
}
