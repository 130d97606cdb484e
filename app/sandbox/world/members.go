package world

import (
	"slices"
	"strings"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Member returns someone in a guild: 10007 when they are not in it.
func (w *World) Member(by, guild, user ID) (*wire.Member, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	if w.users[user] == nil {
		return nil, problem.UnknownUser
	}
	return g.member(user)
}

// Members lists up to limit members in the order of their ids, after the given one.
func (w *World) Members(by, guild, after ID, limit int) ([]*wire.Member, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	i, found := slices.BinarySearch(g.sorted, after)
	if found {
		i++
	}
	list := []*wire.Member{}
	for _, id := range g.sorted[i:] {
		if len(list) == limit {
			break
		}
		list = append(list, g.members[id])
	}
	return list, nil
}

// SearchMembers lists up to limit members whose username, global name or nickname begins with query.
func (w *World) SearchMembers(by, guild ID, query string, limit int) ([]*wire.Member, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	query = strings.ToLower(query)
	list := []*wire.Member{}
	for _, id := range g.sorted {
		if len(list) == limit {
			break
		}
		if m := g.members[id]; begins(m, query) {
			list = append(list, m)
		}
	}
	return list, nil
}

func begins(m *wire.Member, query string) bool {
	if strings.HasPrefix(strings.ToLower(m.User.Username), query) {
		return true
	}
	for _, name := range []*string{m.User.GlobalName, m.Nick} {
		if name != nil && strings.HasPrefix(strings.ToLower(*name), query) {
			return true
		}
	}
	return false
}

// setMember puts a changed member in the place of the old and tells.
func (w *World) setMember(g *guild, m *wire.Member) {
	g.members[m.User.ID] = m
	told := new(*m)
	told.GuildID = g.wire.ID
	w.emit(&Event{Name: "GUILD_MEMBER_UPDATE", Guild: g.wire.ID, Subject: m.User.ID, Data: told, Bots: w.hears(g), People: true})
}

// Join brings an account into a guild: 40007 when it is banned there, 40008 while its invites are
// paused. Joining twice is nothing.
func (w *World) Join(user, guild ID) (*wire.Member, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g := w.guilds[guild]
	if g == nil {
		return nil, problem.UnknownGuild
	}
	return w.join(user, g, nil)
}

// join is Join, with roles that whoever joins is given.
func (w *World) join(user ID, g *guild, roles []ID) (*wire.Member, error) {
	guild := g.wire.ID
	u, err := w.user(user)
	if err != nil {
		return nil, err
	}
	if g.bans[user] != nil {
		return nil, problem.BannedFromGuild
	}
	if m := g.members[user]; m != nil {
		return m, nil
	}
	if user != w.app.BotID && w.invitesPaused(g) {
		return nil, problem.InvitesPaused
	}
	m := &wire.Member{User: u, Roles: append([]ID{}, roles...), JoinedAt: wire.At(w.now())}
	if user == w.app.BotID {
		m.Roles = append(m.Roles, w.integrationRole(g))
	}
	g.members[user] = m
	g.sorted = insertSorted(g.sorted, user)
	if user == w.app.BotID {
		w.emit(&Event{Name: "GUILD_CREATE", Guild: guild, Data: w.guildCreate(g, true, largeGuild), Bots: true})
		w.log(g, g.wire.OwnerID, wire.AuditBotAdd, user, "", nil)
	}
	told := new(*m)
	told.GuildID = guild
	w.emit(&Event{Name: "GUILD_MEMBER_ADD", Guild: guild, Subject: user, Data: told, Bots: user != w.app.BotID && w.hears(g), People: true})
	w.greet(g, u)
	w.screenProfile(g, user)
	return g.members[user], nil
}

// greet writes Discord's own "joined the server" message into the system channel.
func (w *World) greet(g *guild, u *wire.User) {
	if g.wire.SystemChannelID == nil {
		return
	}
	if ch := w.chans[*g.wire.SystemChannelID]; ch != nil {
		w.put(ch, &post{msg: &wire.Message{Type: wire.MessageMemberJoin, Author: u}})
	}
}

// integrationRole is the managed role of the application's bot, made where it is missing.
func (w *World) integrationRole(g *guild) ID {
	for _, r := range g.roles {
		if r.Tags != nil && r.Tags.BotID == w.app.BotID {
			return r.ID
		}
	}
	r := &wire.Role{
		ID: w.next(), Name: w.app.Name, Managed: true, Position: len(g.roles),
		Permissions: wire.Administrator, Tags: &wire.RoleTags{BotID: w.app.BotID},
	}
	w.setRole(g, "GUILD_ROLE_CREATE", r)
	return r.ID
}

// Leave takes someone out of a guild by their own wish. The owner cannot leave: 50013.
func (w *World) Leave(user, guild ID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(user, guild)
	if err != nil {
		return problem.UnknownGuild
	}
	if g.wire.OwnerID == user {
		return problem.MissingPermissions
	}
	w.part(g, g.members[user])
	return nil
}

// part removes a member and tells.
func (w *World) part(g *guild, m *wire.Member) {
	id := m.User.ID
	heard := w.hears(g)
	w.hangUp(g, id)
	for _, thread := range g.threads {
		if t := w.chans[thread]; t.joined[id] != nil {
			delete(t.joined, id)
			t.count()
		}
	}
	delete(g.members, id)
	g.sorted = removeSorted(g.sorted, id)
	if id == w.app.BotID {
		w.emit(&Event{Name: "GUILD_DELETE", Guild: g.wire.ID, Data: wire.UnavailableGuild{ID: g.wire.ID}, Bots: true})
		heard = false
	}
	w.emit(&Event{
		Name: "GUILD_MEMBER_REMOVE", Guild: g.wire.ID, Subject: id, Bots: heard, People: true,
		Data: struct {
			GuildID ID         `json:"guild_id"`
			User    *wire.User `json:"user"`
		}{g.wire.ID, m.User},
	})
}

// SetNick changes a nickname: one's own needs CHANGE_NICKNAME, another's MANAGE_NICKNAMES and rank.
func (w *World) SetNick(by, guild, user ID, nick *string, reason string) (*wire.Member, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	m, err := g.member(user)
	if err != nil {
		return nil, err
	}
	if err := w.mayRename(g, by, m); err != nil {
		return nil, err
	}
	err = w.rename(g, by, m, nick, reason)
	return g.members[user], err
}

func (w *World) mayRename(g *guild, by ID, m *wire.Member) error {
	if by == m.User.ID {
		return w.require(g, by, wire.ChangeNickname)
	}
	if err := w.require(g, by, wire.ManageNicknames); err != nil {
		return err
	}
	return g.overMember(by, m)
}

func (w *World) rename(g *guild, by ID, m *wire.Member, nick *string, reason string) error {
	f := problem.NewForm()
	if nick != nil {
		f.At("nick").Length(*nick, 0, 32)
		if *nick == "" {
			nick = nil
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	changed := new(*m)
	changed.Nick = nick
	w.setMember(g, changed)
	w.log(g, by, wire.AuditMemberUpdate, m.User.ID, reason, nil, wire.AuditChange{Key: "nick", Old: value(m.Nick), New: value(nick)})
	w.screenProfile(g, m.User.ID)
	return nil
}

// value is what a pointer points at, or nil.
func value[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}
