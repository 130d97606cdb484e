package world

import (
	"maps"
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// State is everything of a world that outlives a start; it is also how a world is spelled out.
type State struct {
	Application Application     `json:"application"`
	Users       []*wire.User    `json:"users"`
	Guilds      []GuildState    `json:"guilds"`
	Direct      []ChannelState  `json:"direct,omitempty"`
	Commands    []*wire.Command `json:"commands,omitempty"`
	Closed      []ID            `json:"closed,omitempty"`    // who takes no direct messages
	Locales     map[ID]string   `json:"locales,omitempty"`   // the language of people's clients
	Installed   []ID            `json:"installed,omitempty"` // who has the application for themselves
	LastID      ID              `json:"last_id"`
}

// Application is the one application that the stand-in knows.
type Application struct {
	ID             ID       `json:"id"`
	Name           string   `json:"name"`
	BotID          ID       `json:"bot_id"`
	BotToken       string   `json:"bot_token"`
	ClientSecret   string   `json:"client_secret"`
	OwnerID        ID       `json:"owner_id"`
	RedirectURIs   []string `json:"redirect_uris,omitempty"` // empty: any is accepted
	Presences      bool     `json:"intent_presences"`        // the privileged intents that are switched on
	Members        bool     `json:"intent_members"`
	MessageContent bool     `json:"intent_message_content"`

	Description      string         `json:"description,omitempty"`
	Tags             []string       `json:"tags,omitempty"`
	InstallURL       string         `json:"custom_install_url,omitempty"`
	RoleURL          string         `json:"role_connections_verification_url,omitempty"`
	InteractionsURL  string         `json:"interactions_endpoint_url,omitempty"` // interactions are posted there
	IntegrationTypes map[string]any `json:"integration_types_config,omitempty"`

	Emojis []*wire.GuildEmoji `json:"emojis,omitempty"`
}

// GuildState is one guild with all that is in it.
type GuildState struct {
	Guild    *wire.Guild                     `json:"guild"`
	Members  []*wire.Member                  `json:"members"`
	Channels []ChannelState                  `json:"channels"`
	Threads  []ChannelState                  `json:"threads,omitempty"`
	Bans     []*wire.Ban                     `json:"bans,omitempty"`
	Audit    []*wire.AuditEntry              `json:"audit,omitempty"`
	Commands []*wire.Command                 `json:"commands,omitempty"`
	Access   map[ID][]wire.CommandPermission `json:"access,omitempty"`
	Rules    []*wire.AutoModRule             `json:"rules,omitempty"` // of Discord's AutoMod
	Webhooks []*wire.Webhook                 `json:"webhooks,omitempty"`
	Invites  []*Invite                       `json:"invites,omitempty"`
	Vanity   int                             `json:"vanity_uses,omitempty"`
}

// ChannelState is one channel with its messages.
type ChannelState struct {
	Channel  *wire.Channel        `json:"channel"`
	Messages []MessageState       `json:"messages,omitempty"`
	Joined   []*wire.ThreadMember `json:"joined,omitempty"` // who is in the thread
}

// MessageState is one message and who reacted.
type MessageState struct {
	Message   *wire.Message `json:"message"`
	Reactions []ReactedBy   `json:"reactions,omitempty"`
	Votes     map[int][]ID  `json:"votes,omitempty"` // in its poll, by answer
	Ended     bool          `json:"ended,omitempty"` // its poll is over
}

// ReactedBy is one emoji under a message.
type ReactedBy struct {
	Emoji wire.Emoji `json:"emoji"`
	Users []ID       `json:"users"`
}

func (w *World) load(s State) {
	app := s.Application
	w.app = &app
	w.last = s.LastID
	w.global = s.Commands
	for _, u := range s.Users {
		w.learn(u)
		w.present[u.ID] = seededPresence(u)
	}
	for _, id := range s.Closed {
		w.closed[id] = true
	}
	maps.Copy(w.locales, s.Locales)
	for _, id := range s.Installed {
		w.installed[id] = true
	}
	for _, gs := range s.Guilds {
		g := &guild{
			wire:     new(*gs.Guild),
			roles:    make(map[ID]*wire.Role, len(gs.Guild.Roles)),
			members:  make(map[ID]*wire.Member, len(gs.Members)),
			bans:     make(map[ID]*wire.Ban, len(gs.Bans)),
			audit:    gs.Audit,
			commands: gs.Commands,
			access:   gs.Access,
			rules:    gs.Rules,
			invites:  gs.Invites,

			vanityUses: gs.Vanity,
		}
		g.wire.Roles = nil
		for _, r := range gs.Guild.Roles {
			g.roles[r.ID] = r
		}
		for _, m := range gs.Members {
			if known := w.users[m.User.ID]; known != m.User {
				m = new(*m)
				m.User = known
			}
			g.members[m.User.ID] = m
			g.sorted = append(g.sorted, m.User.ID)
		}
		slices.Sort(g.sorted)
		for _, b := range gs.Bans {
			g.bans[b.User.ID] = b
			g.banned = insertSorted(g.banned, b.User.ID)
		}
		w.guilds[g.wire.ID] = g
		w.order = insertSorted(w.order, g.wire.ID)
		for _, cs := range gs.Channels {
			w.loadChannel(cs, g)
			g.channels = append(g.channels, cs.Channel.ID)
		}
		for _, h := range gs.Webhooks {
			w.hooks[h.ID] = h
		}
		for _, cs := range gs.Threads {
			w.loadThread(cs, g)
		}
	}
	for _, cs := range s.Direct {
		w.loadChannel(cs, nil)
		w.dms[cs.Channel.Recipients[0].ID] = cs.Channel.ID
	}
}

func (w *World) loadChannel(cs ChannelState, g *guild) {
	ch := &channel{wire: cs.Channel, guild: g}
	for _, ms := range cs.Messages {
		p := &post{msg: ms.Message, votes: ms.Votes, ended: ms.Ended}
		if ms.Message.Poll != nil && !ms.Ended {
			w.polls = append(w.polls, openPoll{ch, ms.Message.ID})
		}
		if old := p.msg.Referenced; old != nil && old.Ephemeral() { // worlds of earlier versions show it to everyone
			p.msg.Referenced = nil
		}
		for _, r := range ms.Reactions {
			p.reactions = append(p.reactions, reaction{emoji: r.Emoji, users: r.Users})
		}
		ch.posts = append(ch.posts, p)
	}
	w.chans[cs.Channel.ID] = ch
}

func (w *World) loadThread(cs ChannelState, g *guild) {
	w.loadChannel(cs, g)
	t := w.chans[cs.Channel.ID]
	t.joined = make(map[ID]*wire.ThreadMember, len(cs.Joined))
	for _, m := range cs.Joined {
		t.joined[m.UserID] = m
	}
	g.threads = append(g.threads, cs.Channel.ID)
	if p, err := w.parentOf(t).post(cs.Channel.ID); err == nil {
		p.thread = t
	}
}

// State returns the world as it is now. What lives only as long as a session does
// (interactions, ephemeral messages, uploaded files, presences) is not in it.
func (w *World) State() State {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := State{Application: *w.app, LastID: w.last, Commands: slices.Clone(w.global)}
	for _, u := range w.users {
		s.Users = append(s.Users, u)
	}
	for _, id := range w.order {
		s.Guilds = append(s.Guilds, w.guildState(w.guilds[id]))
	}
	for _, id := range w.dms {
		s.Direct = append(s.Direct, w.chans[id].state())
	}
	if len(w.locales) > 0 {
		s.Locales = maps.Clone(w.locales)
	}
	for id := range w.closed {
		s.Closed = append(s.Closed, id)
	}
	for id := range w.installed {
		s.Installed = append(s.Installed, id)
	}
	return s
}

func (w *World) guildState(g *guild) GuildState {
	gs := GuildState{Guild: g.rest(), Audit: slices.Clone(g.audit), Commands: slices.Clone(g.commands), Rules: g.rules, Invites: g.invites, Vanity: g.vanityUses,
		Webhooks: w.hooksOf(func(h *wire.Webhook) bool { return h.GuildID == g.wire.ID }),
	}
	for _, id := range g.sorted {
		gs.Members = append(gs.Members, g.members[id])
	}
	for _, id := range g.banned {
		gs.Bans = append(gs.Bans, g.bans[id])
	}
	for _, id := range g.channels {
		gs.Channels = append(gs.Channels, w.chans[id].state())
	}
	for _, id := range g.threads {
		gs.Threads = append(gs.Threads, w.chans[id].state())
	}
	if len(g.access) > 0 {
		gs.Access = make(map[ID][]wire.CommandPermission, len(g.access))
		for id, list := range g.access {
			gs.Access[id] = list
		}
	}
	return gs
}

func (ch *channel) state() ChannelState {
	cs := ChannelState{Channel: ch.wire}
	for _, id := range ch.sortedJoined() {
		cs.Joined = append(cs.Joined, ch.joined[id])
	}
	for _, p := range ch.posts {
		if p.only != 0 || p.msg.Loading() {
			continue
		}
		ms := MessageState{Message: p.msg, Ended: p.ended}
		for answer, who := range p.votes {
			put(&ms.Votes, answer, slices.Clone(who))
		}
		for _, r := range p.reactions {
			ms.Reactions = append(ms.Reactions, ReactedBy{Emoji: r.emoji, Users: slices.Clone(r.users)})
		}
		cs.Messages = append(cs.Messages, ms)
	}
	return cs
}

// rest is the guild as REST gives it, with its roles.
func (g *guild) rest() *wire.Guild {
	full := new(*g.wire)
	full.Roles = g.sortedRoles()
	return full
}
