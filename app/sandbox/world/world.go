// Package world is the state of the stand-in: guilds with channels, roles, members and
// messages, commands and interactions. It decides what is allowed as Discord does, and every
// change is one event, heard in the order of the changes.
//
// Objects of package wire that a world holds or hands out are never written through; a change
// puts a new object in the place of the old. So what a method returns may be kept and marshalled
// without a lock.
package world

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// ID is a snowflake.
type ID = wire.ID

// Options are what a world needs besides its state.
type Options struct {
	FilesURL string           // where uploaded files and pictures are served, without a slash at the end
	Clock    func() time.Time // nil means time.Now
	Changed  func()           // called after changes, under the world's lock: it must only take note
}

// World is safe for use by many goroutines.
type World struct {
	mu      sync.Mutex
	opts    Options
	skew    time.Duration
	last    ID
	app     *Application
	users   map[ID]*wire.User
	names   map[string]ID // usernames, lower case
	guilds  map[ID]*guild
	order   []ID // guilds, ascending
	chans   map[ID]*channel
	dms     map[ID]ID // person → their direct channel with the bot
	global  []*wire.Command
	asked   interactions
	files   files
	present map[ID]presence
	closed  map[ID]bool   // who takes no direct messages
	locales map[ID]string // the language of people's clients; en-US unless it is here
	hooks   map[ID]*wire.Webhook
	polls   []openPoll

	installed map[ID]bool // who has the application for themselves
	sinks     []Sink
}

type guild struct {
	wire     *wire.Guild // without roles
	roles    map[ID]*wire.Role
	members  map[ID]*wire.Member
	sorted   []ID // members, ascending
	channels []ID
	bans     map[ID]*wire.Ban
	banned   []ID // ascending
	audit    []*wire.AuditEntry
	commands []*wire.Command
	access   map[ID][]wire.CommandPermission // by command
	voice    map[ID]*wire.VoiceState         // who is connected
	rules    []*wire.AutoModRule
	threads  []ID // of all its channels
	invites  []*Invite

	vanityUses int
	indexed    bool // messages can be searched
}

type channel struct {
	wire  *wire.Channel
	guild *guild // nil in a direct conversation
	posts []*post
	wrote map[ID]time.Time // slow mode

	joined map[ID]*wire.ThreadMember // who is in the thread; nil for other channels
}

// New builds a world from its state.
func New(state State, opts Options) *World {
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	if opts.Changed == nil {
		opts.Changed = func() {}
	}
	w := &World{
		opts:    opts,
		users:   make(map[ID]*wire.User, len(state.Users)),
		names:   make(map[string]ID, len(state.Users)),
		guilds:  make(map[ID]*guild, len(state.Guilds)),
		chans:   make(map[ID]*channel),
		dms:     make(map[ID]ID),
		present: make(map[ID]presence),
		closed:  make(map[ID]bool),
		locales: make(map[ID]string),
		hooks:   make(map[ID]*wire.Webhook),

		installed: make(map[ID]bool),
	}
	w.asked.init()
	w.load(state)
	return w
}

// Now is the world's time: the clock's, plus what Advance added.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now()
}

func (w *World) now() time.Time { return w.opts.Clock().Add(w.skew) }

// Advance moves the world's time forward, so that tokens, timeouts and deadlines run out.
func (w *World) Advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.skew += d
	w.expire()
	w.endPolls()
	for _, id := range w.order {
		w.archiveIdle(w.guilds[id])
	}
}

// next makes a new id: later than every id before it, and of the world's time.
func (w *World) next() ID {
	id := ID(w.now().UnixMilli()-epoch) << 22
	w.last = max(w.last+1, id)
	return w.last
}

const epoch = 1420070400000 // milliseconds; where Discord's ids begin

// Application returns the one application of this world.
func (w *World) Application() Application {
	w.mu.Lock()
	defer w.mu.Unlock()
	return *w.app
}

// Bot returns the application's user.
func (w *World) Bot() *wire.User {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.bot()
}

func (w *World) bot() *wire.User { return w.users[w.app.BotID] }

// User returns an account, or 10013.
func (w *World) User(id ID) (*wire.User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.user(id)
}

func (w *World) user(id ID) (*wire.User, error) {
	u := w.users[id]
	if u == nil {
		return nil, problem.UnknownUser
	}
	return u, nil
}

// guildFor finds a guild that someone is in: 10004 when there is none, 50001 when they are not in it.
func (w *World) guildFor(by, id ID) (*guild, error) {
	g := w.guilds[id]
	if g == nil {
		return nil, problem.UnknownGuild
	}
	if g.members[by] == nil {
		return nil, problem.MissingAccess
	}
	return g, nil
}

// channelFor finds a channel that someone can see: 10003 when there is none, 50001 when they cannot.
func (w *World) channelFor(by, id ID) (*channel, error) {
	ch := w.chans[id]
	if ch == nil {
		return nil, problem.UnknownChannel
	}
	if !w.allowed(by, ch).Has(wire.ViewChannel) {
		return nil, problem.MissingAccess
	}
	return ch, nil
}

// require returns 50013 unless someone holds every one of these permissions in the guild.
func (w *World) require(g *guild, by ID, want wire.Permissions) error {
	if !w.base(g, by).Has(want) {
		return problem.MissingPermissions
	}
	return nil
}

func (g *guild) role(id ID) (*wire.Role, error) {
	r := g.roles[id]
	if r == nil {
		return nil, problem.UnknownRole
	}
	return r, nil
}

func (g *guild) member(id ID) (*wire.Member, error) {
	m := g.members[id]
	if m == nil {
		return nil, problem.UnknownMember
	}
	return m, nil
}

// sortedRoles lists the guild's roles from the lowest.
func (g *guild) sortedRoles() []*wire.Role {
	roles := make([]*wire.Role, 0, len(g.roles))
	for _, r := range g.roles {
		roles = append(roles, r)
	}
	slices.SortFunc(roles, func(a, b *wire.Role) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(b.ID, a.ID))
	})
	return roles
}

func compareIDs(a, b ID) int { return cmp.Compare(a, b) }

func insertSorted(list []ID, id ID) []ID {
	i, found := slices.BinarySearch(list, id)
	if found {
		return list
	}
	return slices.Insert(list, i, id)
}

func removeSorted(list []ID, id ID) []ID {
	i, found := slices.BinarySearch(list, id)
	if !found {
		return list
	}
	return slices.Delete(list, i, i+1)
}

func (w *World) learn(u *wire.User) {
	if old := w.users[u.ID]; old != nil {
		delete(w.names, strings.ToLower(old.Username))
	}
	w.users[u.ID] = u
	w.names[strings.ToLower(u.Username)] = u.ID
}
