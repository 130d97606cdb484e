package gateway

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/smarter-dev/smarterdev/app/sandbox/trace"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Opcodes.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opPresence       = 3
	opVoiceState     = 4
	opResume         = 6
	opReconnect      = 7
	opRequestMembers = 8
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
	opSoundboard     = 31
	opChannelInfo    = 43
)

// Close codes.
const (
	unknownOpcode        = 4001
	decodeError          = 4002
	notAuthenticated     = 4003
	authenticationFailed = 4004
	alreadyAuthenticated = 4005
	invalidSeq           = 4007
	rateLimited          = 4008
	sessionTimedOut      = 4009
	invalidShard         = 4010
	shardingRequired     = 4011
	invalidVersion       = 4012
	invalidIntents       = 4013
	disallowedIntents    = 4014
)

const (
	tolerance    = 3 * time.Second // for a heartbeat that is late on its way
	mostInbound  = 4096            // bytes of what a bot sends
	mostInMinute = 120             // payloads a bot may send
)

// conn is one WebSocket.
type conn struct {
	g       *Gateway
	ws      *websocket.Conn
	enc     encoder
	refuse  websocket.StatusCode // of the handshake's parameters; 0 when they are right
	ctx     context.Context
	cancel  context.CancelFunc
	control chan []byte    // payloads outside of the session's log
	beats   chan time.Time // heartbeats, for watch
	wake    chan struct{}  // there is something in the session's log, or another session
	every   time.Duration  // between two heartbeats
	recent  []time.Time    // when the bot's last payloads came

	mu      sync.Mutex
	session *session // nil before IDENTIFY
	invalid bool     // the bot was told so, and may identify or resume again
	turn    int      // counts the sessions
	from    int      // the session's dispatches after this one are sent here
}

func newConn(g *Gateway, ws *websocket.Conn, r *http.Request) *conn {
	c := &conn{g: g, ws: ws, control: make(chan []byte, 64), beats: make(chan time.Time, 1), wake: make(chan struct{}, 1)}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	q := r.URL.Query()
	enc, err := newEncoder(q.Get("compress"))
	c.enc = enc
	if v := q.Get("v"); v != "" {
		if n, err := strconv.Atoi(v); err != nil || n < 6 || n > 10 {
			c.refuse = invalidVersion
		}
	}
	if e := q.Get("encoding"); err != nil || e != "" && e != "json" {
		c.refuse = decodeError
	}
	return c
}

// close ends the connection with a code; the session stays.
func (c *conn) close(code websocket.StatusCode, reason string) {
	_ = c.ws.Close(code, reason)
	c.cancel()
}

// drop ends the connection without a word.
func (c *conn) drop() {
	_ = c.ws.CloseNow()
	c.cancel()
}

// serve runs the connection until it ends.
func (c *conn) serve() {
	defer c.cancel()
	if c.refuse != 0 {
		c.close(c.refuse, "")
		return
	}
	every := c.g.heartbeat()
	c.every = every
	c.tell(opHello, map[string]any{"heartbeat_interval": every.Milliseconds(), "_trace": []string{"sandbox"}})
	var writing sync.WaitGroup
	writing.Go(c.write)
	writing.Go(func() { c.watch(every) })
	code := c.read()
	c.cancel()
	writing.Wait()
	_ = c.ws.CloseNow()
	s, _ := c.current()
	if s == nil {
		return
	}
	s.detach(c, c.g.world.Now())
	// The bot said goodbye: its session is over. With any other end it may come back.
	if (code == websocket.StatusNormalClosure || code == websocket.StatusGoingAway) && !c.g.closing() {
		c.g.end(s)
	}
}

// read takes the bot's payloads, and returns the code with which the bot closed.
func (c *conn) read() websocket.StatusCode {
	for {
		_, data, err := c.ws.Read(c.ctx)
		if err != nil {
			return websocket.CloseStatus(err)
		}
		if code := c.take(data); code != 0 {
			c.close(code, "")
			return code
		}
	}
}

// take handles one payload; a code other than 0 ends the connection.
func (c *conn) take(data []byte) websocket.StatusCode {
	var p struct {
		Op *int            `json:"op"`
		D  json.RawMessage `json:"d"`
	}
	if len(data) > mostInbound || wire.Decode(data, &p) != nil || p.Op == nil {
		return decodeError
	}
	if c.tooMany(time.Now()) {
		return rateLimited
	}
	c.record("bot", *p.Op, "", p.D)
	s, free := c.current()
	switch *p.Op {
	case opHeartbeat:
		return c.heartbeat(s, p.D)
	case opIdentify, opResume:
		if !free {
			return alreadyAuthenticated
		}
		if s != nil {
			s.detach(c, c.g.world.Now())
		}
		if *p.Op == opIdentify {
			return c.identify(p.D)
		}
		return c.resume(p.D)
	case opPresence, opRequestMembers, opVoiceState, opSoundboard, opChannelInfo:
		if s == nil {
			return notAuthenticated
		}
		return c.command(s, *p.Op, p.D)
	}
	return unknownOpcode
}

func (c *conn) tooMany(now time.Time) bool {
	c.recent = append(c.recent, now)
	for now.Sub(c.recent[0]) >= time.Minute {
		c.recent = c.recent[1:]
	}
	return len(c.recent) > mostInMinute
}

func (c *conn) heartbeat(s *session, d json.RawMessage) websocket.StatusCode {
	var seq *int
	if len(d) > 0 && wire.Decode(d, &seq) != nil {
		return decodeError
	}
	if s != nil && seq != nil {
		s.ack(*seq)
	}
	select {
	case c.beats <- time.Now():
	default:
	}
	if c.g.faults.Acks() {
		time.AfterFunc(ackDelay(c.every), func() { c.tell(opHeartbeatAck, nil) })
	}
	return 0
}

// ackDelay is how long a heartbeat waits for its acknowledgement. Over loopback one without delay
// arrives before some clients have noted that they sent the heartbeat, and they then take the
// connection for dead.
func ackDelay(every time.Duration) time.Duration { return min(every/10, 100*time.Millisecond) }

// watch ends the connection when heartbeats stay out.
func (c *conn) watch(every time.Duration) {
	long := 2*every + tolerance
	patience := time.NewTimer(long)
	defer patience.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-c.beats:
			patience.Reset(long)
		case <-patience.C:
			c.close(sessionTimedOut, "")
			return
		}
	}
}

// tell sends a payload that is no dispatch.
func (c *conn) tell(op int, d any) {
	data, err := json.Marshal(map[string]any{"op": op, "d": d, "s": nil, "t": nil})
	if err != nil {
		return
	}
	body, _ := json.Marshal(d)
	c.record("discord", op, "", body)
	select {
	case c.control <- data:
	case <-c.ctx.Done():
	}
}

// write sends control payloads at once and the session's dispatches in their order.
func (c *conn) write() {
	defer c.cancel()
	turn, sent := 0, 0 // sent is the last dispatch that was
	for {
		c.mu.Lock()
		s := c.session
		if c.turn != turn {
			turn, sent = c.turn, c.from
		}
		c.mu.Unlock()
		var due <-chan time.Time
		if s != nil {
			seq := sent + 1
			en, wait, ok := s.from(seq)
			if ok && wait <= 0 {
				if c.dispatch(s, en, seq) != nil {
					return
				}
				sent = seq
				select { // acks and the like need not wait for a long replay
				case data := <-c.control:
					if c.send(data) != nil {
						return
					}
				default:
				}
				continue
			}
			if ok {
				due = time.After(wait)
			}
		}
		select {
		case <-c.ctx.Done():
			return
		case data := <-c.control:
			if c.send(data) != nil {
				return
			}
		case <-c.wake:
		case <-due:
		}
	}
}

func (c *conn) dispatch(s *session, en entry, seq int) error {
	payload := s.payload(en.event, seq)
	if err := c.send(payload); err != nil {
		return err
	}
	c.g.trace.Add(trace.Entry{
		At: time.Now(), Kind: "gateway", From: "discord", Session: s.id, Shard: s.shard[0],
		Op: opDispatch, Name: en.event.Name, Request: en.event.JSON(),
	})
	return nil
}

func (c *conn) send(payload []byte) error {
	kind, data, err := c.enc.encode(payload)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.ctx, 30*time.Second)
	defer cancel()
	return c.ws.Write(ctx, kind, data)
}

// begin lets the dispatches of a session flow, from after the given one.
func (c *conn) begin(s *session, after int) {
	c.mu.Lock()
	c.session, c.from, c.invalid = s, after, false
	c.turn++
	c.mu.Unlock()
	c.stir()
}

// current returns the connection's session, and whether the bot may begin another on it.
func (c *conn) current() (s *session, free bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session, c.session == nil || c.invalid
}

// invalidate lets the bot identify or resume on this connection, and returns the session that it had.
func (c *conn) invalidate() *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.invalid = true
	return c.session
}

// stir makes write look at the session again.
func (c *conn) stir() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// record shows a control payload in the pane; tokens stay out of it.
func (c *conn) record(from string, op int, name string, d json.RawMessage) {
	e := trace.Entry{At: time.Now(), Kind: "gateway", From: from, Op: op, Name: name, Request: d}
	if op == opIdentify || op == opResume {
		var fields map[string]any
		if json.Unmarshal(d, &fields) == nil {
			delete(fields, "token")
			e.Request, _ = json.Marshal(fields)
		}
	}
	c.mu.Lock()
	if c.session != nil {
		e.Session, e.Shard = c.session.id, c.session.shard[0]
	}
	c.mu.Unlock()
	c.g.trace.Add(e)
}
