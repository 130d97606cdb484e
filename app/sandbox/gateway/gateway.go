// Package gateway is Discord's WebSocket for bots: sessions with intents and shards, heartbeats,
// resuming with replay, compression, close codes, and the faults that tests ask for.
package gateway

import (
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/trace"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

const (
	heartbeatEvery = 41250 * time.Millisecond
	sessionLife    = 5 * time.Minute // how long a session without a connection can be resumed
	identifyEvery  = 5 * time.Second
	identifiesADay = 1000
)

// Gateway holds the sessions. It is a sink of the world and a handler of WebSocket requests.
type Gateway struct {
	world  *world.World
	url    string // ws://…, as clients reach it
	faults *faults.Set
	trace  *trace.Log
	log    *slog.Logger
	conns  sync.WaitGroup

	mu         sync.Mutex
	sessions   map[string]*session
	open       map[*conn]bool
	tuning     Tuning
	closed     bool
	identified []time.Time       // of the last day
	lastInTurn map[int]time.Time // by rate limit key
}

// Tuning is what a test may change about the gateway. The zero value of a field means the default.
type Tuning struct {
	HeartbeatMillis int  `json:"heartbeat_interval_ms"` // default 41250
	MaxConcurrency  int  `json:"max_concurrency"`       // default 1
	EnforceIdentify bool `json:"enforce_identify"`      // refuse what identifies faster than max_concurrency in 5 s
	Shards          int  `json:"shards"`                // what gateway/bot recommends; default one for each 1000 guilds
}

// New makes a gateway that clients reach at url, and lets it listen to the world.
func New(w *world.World, url string, f *faults.Set, t *trace.Log, log *slog.Logger) *Gateway {
	g := &Gateway{
		world: w, url: url, faults: f, trace: t, log: log,
		sessions: make(map[string]*session), open: make(map[*conn]bool), lastInTurn: make(map[int]time.Time),
	}
	w.Listen(g)
	return g
}

// ServeHTTP accepts a WebSocket and serves it until it ends.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true, CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return // Accept has answered
	}
	ws.SetReadLimit(1 << 20)
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		_ = ws.CloseNow()
		return
	}
	c := newConn(g, ws, r)
	g.open[c] = true
	g.conns.Add(1)
	g.mu.Unlock()
	defer g.conns.Done()
	c.serve()
	g.mu.Lock()
	delete(g.open, c)
	g.mu.Unlock()
}

// Close ends every connection and waits until they are gone.
func (g *Gateway) Close() {
	g.mu.Lock()
	g.closed = true
	for c := range g.open {
		go c.close(websocket.StatusGoingAway, "")
	}
	g.mu.Unlock()
	g.conns.Wait()
}

func (g *Gateway) closing() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.closed
}

// Notice gives an event to the sessions that want it.
func (g *Gateway) Notice(e *world.Event, _ world.Sight) {
	if !e.Bots {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	late, copies := time.Duration(0), 0
	for _, s := range g.sessions {
		if !s.wants(e) {
			continue
		}
		if copies == 0 { // a fault happens to an event, and so to every session that hears it
			late, copies = g.faults.OnEvent(e.Name)
		}
		for range copies {
			s.push(e, late)
		}
	}
}

// Limit is how many sessions may still begin.
type Limit struct {
	Total          int `json:"total"`
	Remaining      int `json:"remaining"`
	ResetAfter     int `json:"reset_after"` // milliseconds
	MaxConcurrency int `json:"max_concurrency"`
}

// Bot is the answer of GET /gateway/bot.
type Bot struct {
	URL    string `json:"url"`
	Shards int    `json:"shards"`
	Limit  Limit  `json:"session_start_limit"`
}

// URL is where WebSockets connect.
func (g *Gateway) URL() string { return g.url }

// Bot tells where to connect, with how many shards, and how many sessions may begin.
func (g *Gateway) Bot() Bot {
	guilds := len(g.world.GuildIDs(g.world.Bot().ID))
	now := g.world.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(now)
	b := Bot{URL: g.url, Shards: max(g.tuning.Shards, 0), Limit: Limit{
		Total: identifiesADay, Remaining: max(identifiesADay-len(g.identified), 0), MaxConcurrency: g.concurrency(),
	}}
	if b.Shards == 0 {
		b.Shards = 1 + guilds/1000
	}
	if len(g.identified) > 0 {
		b.Limit.ResetAfter = int(g.identified[0].Add(24 * time.Hour).Sub(now).Milliseconds())
	}
	return b
}

func (g *Gateway) concurrency() int { return max(g.tuning.MaxConcurrency, 1) }

// forget drops the identifies that are older than a day.
func (g *Gateway) forget(now time.Time) {
	for len(g.identified) > 0 && now.Sub(g.identified[0]) >= 24*time.Hour {
		g.identified = g.identified[1:]
	}
}

// mayIdentify counts an identify and reports whether it is within the limits.
func (g *Gateway) mayIdentify(shard int) bool {
	now := g.world.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(now)
	g.identified = append(g.identified, now)
	key := shard % g.concurrency()
	last := g.lastInTurn[key]
	if g.tuning.EnforceIdentify && now.Sub(last) < identifyEvery {
		return false
	}
	g.lastInTurn[key] = now
	return true
}

// find returns a session that can be resumed, and forgets those that no longer can.
func (g *Gateway) find(id string) *session {
	now := g.world.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	for key, s := range g.sessions {
		if s.lapsed(now) {
			delete(g.sessions, key)
		}
	}
	return g.sessions[id]
}

// end forgets a session; when it was the last, the bot goes offline.
func (g *Gateway) end(s *session) {
	g.mu.Lock()
	delete(g.sessions, s.id)
	left := len(g.sessions)
	g.mu.Unlock()
	if left == 0 {
		g.world.SetPresence(g.world.Bot().ID, "offline", nil)
	}
}

// Sessions counts those that are connected.
func (g *Gateway) Sessions() (connected int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, s := range g.sessions {
		if s.connected() {
			connected++
		}
	}
	return connected
}

// Tune changes how the gateway behaves, for connections made from now on.
func (g *Gateway) Tune(t Tuning) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tuning = t
}

// Tuning returns what Tune set.
func (g *Gateway) Tuning() Tuning {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.tuning
}

func (g *Gateway) heartbeat() time.Duration {
	if ms := g.Tuning().HeartbeatMillis; ms > 0 {
		return time.Duration(ms) * time.Millisecond
	}
	return heartbeatEvery
}

// application flags in READY
const (
	flagPresence       = 1 << 13
	flagMembers        = 1 << 15
	flagMessageContent = 1 << 19
)

// Flags are the application's public flags: which privileged intents it has (as an unverified application).
func Flags(a world.Application) (flags int) {
	for _, f := range []struct {
		on  bool
		bit int
	}{{a.Presences, flagPresence}, {a.Members, flagMembers}, {a.MessageContent, flagMessageContent}} {
		if f.on {
			flags |= f.bit
		}
	}
	return flags
}

// ready is the data of READY.
type ready struct {
	V                int                     `json:"v"`
	User             *wire.User              `json:"user"`
	UserSettings     struct{}                `json:"user_settings"`
	Guilds           []wire.UnavailableGuild `json:"guilds"`
	SessionID        string                  `json:"session_id"`
	SessionType      string                  `json:"session_type"`
	ResumeGatewayURL string                  `json:"resume_gateway_url"`
	Shard            [2]int                  `json:"shard"`
	Application      struct {
		ID    world.ID `json:"id"`
		Flags int      `json:"flags"`
	} `json:"application"`
	PrivateChannels []any `json:"private_channels"`
	Relationships   []any `json:"relationships"`
	Presences       []any `json:"presences"`
}
