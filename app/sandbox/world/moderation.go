package world

import (
	"slices"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Kick removes a member. It needs KICK_MEMBERS and rank.
func (w *World) Kick(by, guild, user ID, reason string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return err
	}
	m, err := g.member(user)
	if err != nil {
		return err
	}
	if err := w.require(g, by, wire.KickMembers); err != nil {
		return err
	}
	if err := g.overMember(by, m); err != nil {
		return err
	}
	w.log(g, by, wire.AuditMemberKick, user, reason, nil)
	w.part(g, m)
	return nil
}

// Ban bans an account, a member or not, and deletes its messages of the last while. It needs
// BAN_MEMBERS and rank. Banning twice keeps the first ban.
func (w *World) Ban(by, guild, user ID, forget time.Duration, reason string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return err
	}
	if err := w.require(g, by, wire.BanMembers); err != nil {
		return err
	}
	return w.ban(g, by, user, forget, reason)
}

func (w *World) ban(g *guild, by, user ID, forget time.Duration, reason string) error {
	u, err := w.user(user)
	if err != nil {
		return err
	}
	m := g.members[user]
	if m != nil {
		if err := g.overMember(by, m); err != nil {
			return err
		}
	}
	if g.bans[user] != nil {
		return nil
	}
	b := &wire.Ban{User: u}
	if reason != "" {
		b.Reason = &reason
	}
	g.bans[user] = b
	g.banned = insertSorted(g.banned, user)
	w.banEvent("GUILD_BAN_ADD", g, u)
	w.log(g, by, wire.AuditBanAdd, user, reason, nil)
	if m != nil {
		w.part(g, m)
	}
	if forget > 0 {
		w.forget(g, user, w.now().Add(-forget))
	}
	return nil
}

func (w *World) banEvent(name string, g *guild, u *wire.User) {
	w.emit(&Event{
		Name: name, Guild: g.wire.ID, Subject: u.ID, People: true,
		Bots: w.base(g, w.app.BotID).Has(wire.BanMembers),
		Data: struct {
			GuildID ID         `json:"guild_id"`
			User    *wire.User `json:"user"`
		}{g.wire.ID, u},
	})
}

// forget deletes what someone wrote in a guild since an instant.
func (w *World) forget(g *guild, user ID, since time.Time) {
	for _, id := range slices.Concat(g.channels, g.threads) {
		ch := w.chans[id]
		var gone []ID
		for _, p := range ch.posts {
			if p.msg.Author.ID == user && p.only == 0 && p.msg.Timestamp.After(since) {
				gone = append(gone, p.msg.ID)
			}
		}
		if len(gone) > 0 {
			w.erase(ch, gone)
		}
	}
}

// Unban lifts a ban: 10026 when there is none. It needs BAN_MEMBERS.
func (w *World) Unban(by, guild, user ID, reason string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return err
	}
	if err := w.require(g, by, wire.BanMembers); err != nil {
		return err
	}
	b := g.bans[user]
	if b == nil {
		return problem.UnknownBan
	}
	delete(g.bans, user)
	g.banned = removeSorted(g.banned, user)
	w.banEvent("GUILD_BAN_REMOVE", g, b.User)
	w.log(g, by, wire.AuditBanRemove, user, reason, nil)
	return nil
}

// BanOf returns one ban, or 10026.
func (w *World) BanOf(by, guild, user ID) (*wire.Ban, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	if err := w.require(g, by, wire.BanMembers); err != nil {
		return nil, err
	}
	if b := g.bans[user]; b != nil {
		return b, nil
	}
	return nil, problem.UnknownBan
}

// Bans lists up to limit bans by ascending user id, after one or the last ones before one.
func (w *World) Bans(by, guild, before, after ID, limit int) ([]*wire.Ban, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	if err := w.require(g, by, wire.BanMembers); err != nil {
		return nil, err
	}
	ids := g.banned
	if before != 0 {
		i, _ := slices.BinarySearch(ids, before)
		ids = ids[max(0, i-limit):i]
	} else if after != 0 {
		i, found := slices.BinarySearch(ids, after)
		if found {
			i++
		}
		ids = ids[i:]
	}
	list := []*wire.Ban{}
	for _, id := range ids[:min(limit, len(ids))] {
		list = append(list, g.bans[id])
	}
	return list, nil
}

// BulkBan bans up to 200 accounts and says which it could not. It needs BAN_MEMBERS and
// MANAGE_GUILD, and fails with 500000 when none could be banned.
func (w *World) BulkBan(by, guild ID, users []ID, forget time.Duration, reason string) (banned, failed []ID, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, nil, err
	}
	if err := w.require(g, by, wire.BanMembers|wire.ManageGuild); err != nil {
		return nil, nil, err
	}
	banned, failed = []ID{}, []ID{}
	for _, id := range users {
		if id == by || g.bans[id] != nil || w.ban(g, by, id, forget, reason) != nil {
			failed = append(failed, id)
			continue
		}
		banned = append(banned, id)
	}
	if len(banned) == 0 {
		return nil, nil, problem.FailedToBan
	}
	return banned, failed, nil
}
