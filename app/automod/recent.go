package automod

import (
	"sync"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
)

const (
	recentFor   = 5 * time.Minute
	recentMost  = 2000 // messages of a guild
	invitesFor  = 10 * time.Minute
	invitesMost = 5 // looked up for one message
)

// recent is what was written in the last minutes, in memory alone: what an edited message said before, and what a rule is
// tried against. It also knows the guilds of invites that were looked up.
type recent struct {
	mu      sync.Mutex
	guilds  map[snowflake.ID]*recentGuild
	invites map[string]knownInvite
}

type recentGuild struct {
	messages []discord.Message // the oldest first
	at       map[snowflake.ID]int64
	first    int64 // the number of messages[0]
}

type knownInvite struct {
	guild snowflake.ID // 0: there is no such invite
	until time.Time
}

// add remembers a message and drops what is too old.
func (r *recent) add(guild snowflake.ID, m discord.Message, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.guilds == nil {
		r.guilds = map[snowflake.ID]*recentGuild{}
	}
	g := r.guilds[guild]
	if g == nil {
		g = &recentGuild{at: map[snowflake.ID]int64{}}
		r.guilds[guild] = g
	}
	drop := 0
	for drop < len(g.messages) && (len(g.messages)-drop >= recentMost || now.Sub(g.messages[drop].ID.Time()) > recentFor) {
		delete(g.at, g.messages[drop].ID)
		drop++
	}
	if drop > 0 {
		g.messages = append(g.messages[:0], g.messages[drop:]...)
		g.first += int64(drop)
	}
	g.at[m.ID] = g.first + int64(len(g.messages))
	g.messages = append(g.messages, m)
}

// edited remembers what a message says now and returns what it said before; nil when nobody knows.
func (r *recent) edited(guild snowflake.ID, m discord.Message) *discord.Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	g := r.guilds[guild]
	if g == nil {
		return nil
	}
	n, known := g.at[m.ID]
	if !known {
		return nil
	}
	before := g.messages[n-g.first]
	g.messages[n-g.first] = m
	return &before
}

// of returns what was written in a guild lately, the oldest first.
func (r *recent) of(guild snowflake.ID) []discord.Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	if g := r.guilds[guild]; g != nil {
		return append([]discord.Message(nil), g.messages...)
	}
	return nil
}

// forget drops a guild that the bot has left.
func (r *recent) forget(guild snowflake.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.guilds, guild)
}

// learn remembers where an invite leads; guild 0 for nowhere.
func (r *recent) learn(code string, guild snowflake.ID, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.invites == nil {
		r.invites = map[string]knownInvite{}
	}
	for known, v := range r.invites {
		if now.After(v.until) {
			delete(r.invites, known)
		}
	}
	r.invites[code] = knownInvite{guild, now.Add(invitesFor)}
}

// known is what the engine asks for the guild of an invite.
func (r *recent) known() engine.Invites { return (*invites)(r) }

type invites recent

// GuildOf implements engine.Invites.
func (i *invites) GuildOf(code string) (engine.Snowflake, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	v, known := i.invites[code]
	return engine.Snowflake(v.guild), known
}
