package gateway

import (
	"encoding/json"
	"strconv"
	"sync"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// mostKept bounds what a session remembers for a replay; one that falls further behind is lost.
const mostKept = 100_000

// entry is one dispatch of a session.
type entry struct {
	event *world.Event
	due   time.Time // zero: at once
}

// session is what a bot identified as; connections come and go under it.
type session struct {
	id        string
	bot       world.ID
	intents   Intents
	shard     [2]int
	threshold int

	mu    sync.Mutex
	first int // the sequence number of log[0]
	log   []entry
	acked int // everything up to here has reached the bot
	conn  *conn
	gone  time.Time
	lost  bool
}

func newSession(id string, bot world.ID) *session {
	return &session{id: id, bot: bot, first: 1}
}

// push adds an event to what is to be sent.
func (s *session) push(e *world.Event, late time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	en := entry{event: e}
	if late > 0 {
		en.due = time.Now().Add(late)
	}
	s.log = append(s.log, en)
	if len(s.log) > mostKept {
		s.lost = true
		s.first += len(s.log) / 2
		s.log = append([]entry(nil), s.log[len(s.log)/2:]...)
	}
	s.stir()
}

// own is an event for one session only.
func own(name string, data any) *world.Event { return &world.Event{Name: name, Data: data, Bots: true} }

// stir tells the connection, if there is one, to look at the log.
func (s *session) stir() {
	if s.conn == nil {
		return
	}
	s.conn.stir()
}

// from returns the dispatch with this sequence number; wait says how long until it is due.
func (s *session) from(seq int) (en entry, wait time.Duration, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := seq - s.first
	if i < 0 || i >= len(s.log) {
		return entry{}, 0, false
	}
	return s.log[i], time.Until(s.log[i].due), true
}

// ack forgets what the bot has told that it has.
func (s *session) ack(seq int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acked = max(s.acked, seq)
	if drop := s.acked - s.first + 1; drop > 0 && drop <= len(s.log) && (drop > 512 || drop == len(s.log)) {
		s.log = append([]entry(nil), s.log[drop:]...)
		s.first += drop
	}
}

// canReplay reports whether everything after seq is still there; known is false for a number
// that was never sent.
func (s *session) canReplay(seq int) (possible, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := s.first + len(s.log) - 1
	return seq >= s.first-1 && !s.lost, seq >= 0 && seq <= last
}

// attach makes a connection the session's own and returns the one it replaces.
func (s *session) attach(c *conn) (old *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, s.conn = s.conn, c
	s.stir()
	return old
}

// detach notes that a connection ended.
func (s *session) detach(c *conn, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == c {
		s.conn, s.gone = nil, now
	}
}

func (s *session) connected() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn != nil
}

func (s *session) lapsed(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn == nil && now.Sub(s.gone) >= sessionLife
}

// payload is a dispatch as it travels.
func (s *session) payload(e *world.Event, seq int) []byte {
	data := e.JSON()
	switch d := e.Data.(type) {
	case *wire.Message:
		if r := s.redacted(d); r != d {
			data, _ = json.Marshal(r)
		}
	case *wire.AutoModExecution:
		if s.intents&MessageContent == 0 {
			data, _ = json.Marshal(d.Redacted())
		}
	case *wire.GuildCreate:
		if s.intents&GuildPresences == 0 && len(d.Members) > 1 {
			data, _ = json.Marshal(s.alone(d))
		}
	}
	out := make([]byte, 0, len(data)+len(e.Name)+48)
	out = append(out, `{"t":"`...)
	out = append(out, e.Name...)
	out = append(out, `","s":`...)
	out = strconv.AppendInt(out, int64(seq), 10)
	out = append(out, `,"op":0,"d":`...)
	out = append(out, data...)
	return append(out, '}')
}

// alone is a guild as a session without the presences intent gets it: with the bot as its only member.
func (s *session) alone(g *wire.GuildCreate) *wire.GuildCreate {
	g = new(*g)
	g.Presences = []*wire.Presence{}
	for _, m := range g.Members {
		if m.User.ID == s.bot {
			g.Members = []*wire.Member{m}
			return g
		}
	}
	return g
}
