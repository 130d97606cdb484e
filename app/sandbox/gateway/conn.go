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
	hurry   chan time.Time // heartbeats, for watch
	wake    chan struct{}  // there is something in the session's log
	recent  []time.Time    // when the bot's last payloads came

	mu      sync.Mutex
	session *session
	sent    int // the last dispatch that was sent
	begun   chan struct{}
}

func newConn(g *Gateway, ws *websocket.Conn, r *http.Request) *conn {
	c := &conn{g: g, ws: ws, control: make(chan []byte, 64), hurry: make(chan time.Time, 1), wake: make(chan struct{}, 1), begun: make(chan struct{})}
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
	c.tell(opHello, map[string]any{"heartbeat_interval": every.Milliseconds(), "_trace": []string{"sandbox"}})
	var writing sync.WaitGroup
	writing.Go(c.write)
	writing.Go(func() { c.watch(every) })
	code := c.read()
	c.cancel()
	writing.Wait()
	_ = c.ws.CloseNow()
	c.mu.Lock()
	s := c.session
	c.mu.Unlock()
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
	if len(data) > mostInbound || json.Unmarshal(data, &p) != nil || p.Op == nil {
		return decodeError
	}
	if c.tooMany(time.Now()) {
		return rateLimited
	}
	c.record("bot", *p.Op, "", p.D)
	c.mu.Lock()
	s := c.session
	c.mu.Unlock()
	switch *p.Op {
	case opHeartbeat:
		return c.heartbeat(s, p.D)
	case opIdentify:
		if s != nil {
			return alreadyAuthenticated
		}
		return c.identify(p.D)
	case opResume:
		if s != nil {
			return alreadyAuthenticated
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
	if json.Unmarshal(d, &seq) != nil {
		return decodeError
	}
	if s != nil && seq != nil {
		s.ack(*seq)
	}
	select {
	case c.hurry <- time.Now():
	default:
	}
	if c.g.faults.Acks() {
		c.tell(opHeartbeatAck, nil)
	}
	return 0
}

// watch ends the connection when heartbeats stay out.
func (c *conn) watch(every time.Duration) {
	long := 2*every + tolerance
	patience := time.NewTimer(long)
	defer patience.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-c.hurry:
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
	begun := c.begun
	var s *session
	for {
		var due <-chan time.Time
		if s != nil {
			seq := c.sent + 1
			en, wait, ok := s.from(seq)
			if ok && wait <= 0 {
				if c.dispatch(s, en, seq) != nil {
					return
				}
				c.sent = seq
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
		case <-begun:
			begun = nil
			c.mu.Lock()
			s = c.session
			c.mu.Unlock()
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
	c.session, c.sent = s, after
	c.mu.Unlock()
	close(c.begun)
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
