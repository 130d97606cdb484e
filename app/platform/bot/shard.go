package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/coder/websocket"
	"github.com/disgoorg/disgo/gateway"
	"golang.org/x/time/rate"
)

const (
	// reconnectWithin bounds the pause before the next attempt to connect.
	reconnectWithin = 10 * time.Second
	// dialTimeout is for the connection itself, readyTimeout from there until Discord says READY or RESUMED.
	dialTimeout  = 10 * time.Second
	readyTimeout = 30 * time.Second
	// steadyAfter is how long a connection must have been ready for the next pause to be a short one.
	steadyAfter  = 10 * time.Second
	writeTimeout = 10 * time.Second
)

// Reasons for which a shard leaves a connection and opens the next.
var (
	errReconnect      = errors.New("Discord asked to reconnect")     //nolint:staticcheck // a name
	errInvalidSession = errors.New("Discord has ended the session")  //nolint:staticcheck // a name
	errNoAck          = errors.New("no heartbeat acknowledgement")   // the connection is dead on the other side
	errNotReady       = errors.New("not ready in time")              // neither READY nor RESUMED came
	errShardClosed    = errors.New("the shard is closed")            // by us
	errNotConnected   = errors.New("the shard is not connected")     // of Send
	errGatewayRefused = errors.New("Discord refuses the connection") //nolint:staticcheck // a name; trying again is of no use
)

// shardConfig is what the shards of a bot have in common.
type shardConfig struct {
	token    string
	url      string
	count    int
	identify gateway.IdentifyRateLimiter
	intents  func() gateway.Intents
	// disallowed is called when Discord refuses an intent. A nil error says that fewer are asked for now.
	disallowed func(ctx context.Context) error
	lenient    *lenient
	log        *slog.Logger
}

// shard keeps one connection to Discord's gateway. It replaces the library's, which ends a
// connection at a payload that it cannot decode and replays it at every resume, waits up to a
// minute before it reconnects, takes an acknowledgement that is faster than its clock for a dead
// connection, and races with itself. Decoding and the events are the library's.
type shard struct {
	shardConfig
	id   int
	emit gateway.EventHandlerFunc

	closing context.Context //nolint:containedctx // no new connection after it
	close   context.CancelFunc
	kill    context.Context //nolint:containedctx // ends the connection that is there
	end     context.CancelFunc
	done    chan struct{}
	sends   *rate.Limiter

	mu      sync.Mutex
	started bool
	status  gateway.Status
	conn    *websocket.Conn
	session string // empty: nothing to resume
	resume  string // where
	seq     int
	beatAt  time.Time // of the last heartbeat
	acked   bool      // it was acknowledged
	latency time.Duration
}

var _ gateway.Gateway = (*shard)(nil)

func newShard(id int, cfg shardConfig) *shard {
	s := &shard{shardConfig: cfg, id: id, done: make(chan struct{}),
		sends: rate.NewLimiter(rate.Every(time.Minute/100), 15)} // of the 120 a minute that Discord allows, heartbeats not counted
	s.log = cfg.log.With("shard", id)
	s.closing, s.close = context.WithCancel(context.Background())
	s.kill, s.end = context.WithCancel(context.Background())
	return s
}

// Open connects, and returns when Discord says that the shard is ready, when it refuses it, or when
// ctx ends. The shard then stays connected until Close.
func (s *shard) Open(ctx context.Context) error {
	opened := make(chan error, 1)
	s.mu.Lock()
	s.started = true
	s.mu.Unlock()
	go s.run(sync.OnceFunc(func() { opened <- nil }), opened)
	select {
	case err := <-opened:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run connects again and again.
func (s *shard) run(ready func(), opened chan<- error) {
	defer close(s.done)
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.Multiplier, pause.MaxInterval = 250*time.Millisecond, 2, reconnectWithin
	for {
		var readyAt time.Time
		err := s.connect(func() { readyAt = time.Now(); ready() })
		s.leave(gateway.StatusDisconnected)
		if s.closing.Err() != nil {
			err = errShardClosed
		} else if websocket.CloseStatus(err) == websocket.StatusCode(gateway.CloseEventCodeDisallowedIntent.Code) {
			if err = s.disallowed(s.closing); err == nil {
				continue
			}
		}
		if errors.Is(err, errShardClosed) || errors.Is(err, errGatewayRefused) {
			if errors.Is(err, errGatewayRefused) {
				s.log.Error("shard stays disconnected", "error", err)
			}
			select {
			case opened <- err:
			default:
			}
			return
		}
		if !readyAt.IsZero() && time.Since(readyAt) > steadyAfter {
			pause.Reset()
		}
		wait := min(pause.NextBackOff(), reconnectWithin)
		if errors.Is(err, errInvalidSession) {
			wait = max(wait, time.Second+rand.N(time.Second)) // as Discord asks for
		}
		s.log.Warn("connection to Discord's gateway was lost; connecting again", "error", err, "pause", wait)
		select {
		case <-time.After(wait):
		case <-s.closing.Done():
		}
	}
}

// connect opens one connection and reads it until it ends.
func (s *shard) connect(ready func()) (err error) {
	url, resuming := s.url, false
	s.mu.Lock()
	s.status = gateway.StatusConnecting
	if s.session != "" {
		url, resuming = s.resume, true
	}
	s.mu.Unlock()
	identified := func() {}
	if !resuming {
		if err := s.identify.Wait(s.closing, s.id); err != nil {
			return err
		}
		identified = sync.OnceFunc(func() { s.identify.Unlock(s.id) })
	}
	defer identified()

	ctx, cancel := context.WithCancelCause(s.kill)
	defer cancel(nil)
	conn, err := s.dial(url)
	if err != nil {
		return fmt.Errorf("connect to the gateway: %w", err)
	}
	// Any code but 1000 and 1001 leaves the session open, to be resumed. Nobody waits for Discord's part
	// of it.
	defer func() { go func() { _ = conn.Close(websocket.StatusServiceRestart, "") }() }()
	if !s.use(conn) {
		return errShardClosed
	}
	in, err := newPayloads(ctx, conn)
	if err != nil {
		return err
	}
	defer in.close()
	late := time.AfterFunc(readyTimeout, func() { cancel(errNotReady) })
	defer late.Stop()
	c := &connection{shard: s, ctx: ctx, conn: conn, cancel: cancel, resuming: resuming, ready: func() {
		late.Stop()
		identified()
		ready()
	}}
	for {
		p, err := in.next()
		if err == nil {
			err = c.handle(p)
		}
		if err != nil {
			return s.ended(ctx, err)
		}
	}
}

func (s *shard) dial(url string) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(s.closing, dialTimeout)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, url+"?v=10&encoding=json&compress=zstd-stream", &websocket.DialOptions{ //nolint:bodyclose // the library owns the body
		HTTPClient:      &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(-1) // a guild has no upper size
	return conn, nil
}

// use makes conn the shard's, unless it is closing.
func (s *shard) use(conn *websocket.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing.Err() != nil {
		return false
	}
	s.conn, s.status, s.acked = conn, gateway.StatusWaitingForHello, true
	return true
}

// leave forgets the connection that is over.
func (s *shard) leave(status gateway.Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conn, s.status = nil, status
}

// ended says why a connection is over, and whether its session can still be resumed.
func (s *shard) ended(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	code := websocket.CloseStatus(err)
	switch {
	case code == websocket.StatusCode(gateway.CloseEventCodeInvalidSeq.Code), code == websocket.StatusCode(gateway.CloseEventCodeSessionTimed.Code):
		s.forget()
	case code == websocket.StatusCode(gateway.CloseEventCodeDisallowedIntent.Code):
		s.forget()
	case code != -1 && !gateway.CloseEventCodeByCode(int(code)).Reconnect:
		return fmt.Errorf("%w: %s", errGatewayRefused, gateway.CloseEventCodeByCode(int(code)).Explanation)
	}
	return err
}

// forget makes the next connection begin a new session.
func (s *shard) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.session, s.resume, s.seq = "", "", 0
}

// deliver hands an event to the listeners. A panic of theirs, or of the library, ends nothing.
func (s *shard) deliver(t gateway.EventType, seq int, data gateway.EventData) {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("an event could not be handled", "event", t, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	s.emit(s, t, seq, data)
}

// ShardID is the shard's number.
func (s *shard) ShardID() int { return s.id }

// ShardCount is how many shards the bot has, in all processes.
func (s *shard) ShardCount() int { return s.count }

// SessionID is Discord's name of the session; nil without one.
func (s *shard) SessionID() *string { return s.text(func() string { return s.session }) }

// ResumeURL is where the session can be resumed; nil without one.
func (s *shard) ResumeURL() *string { return s.text(func() string { return s.resume }) }

func (s *shard) text(read func() string) *string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session == "" {
		return nil
	}
	return new(read())
}

// LastSequenceReceived is the number of the last event; nil without a session.
func (s *shard) LastSequenceReceived() *int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session == "" {
		return nil
	}
	return new(s.seq)
}

// Intents are those that the next identify asks for.
func (s *shard) Intents() gateway.Intents { return s.intents() }

// Close ends the session, and waits for its end as long as ctx lasts.
func (s *shard) Close(ctx context.Context) {
	s.CloseWithCode(ctx, int(websocket.StatusNormalClosure), "")
}

// CloseWithCode is Close with a code for Discord.
func (s *shard) CloseWithCode(ctx context.Context, code int, message string) {
	defer s.end()
	s.close()
	s.mu.Lock()
	conn, started := s.conn, s.started
	s.mu.Unlock()
	if !started {
		return
	}
	if conn != nil {
		go func() { _ = conn.Close(websocket.StatusCode(code), message) }()
	}
	select {
	case <-s.done:
	case <-ctx.Done():
	}
}

// Status is how far the shard is in connecting.
func (s *shard) Status() gateway.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// Send sends a command, within the rate that Discord allows.
func (s *shard) Send(ctx context.Context, op gateway.Opcode, data gateway.MessageData) error {
	if err := s.sends.Wait(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	conn, status := s.conn, s.status
	s.mu.Unlock()
	if conn == nil || status != gateway.StatusReady {
		return errNotConnected
	}
	return write(ctx, conn, op, data)
}

// Latency is the round trip of the last heartbeat; 0 before the first.
func (s *shard) Latency() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latency
}

// Presence is nil: the bot shows none of its own.
func (s *shard) Presence() *gateway.MessageDataPresenceUpdate { return nil }

func write(ctx context.Context, conn *websocket.Conn, op gateway.Opcode, data gateway.MessageData) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	text, err := json.Marshal(gateway.Message{Op: op, D: data})
	if err != nil {
		return err
	}
	return conn.Write(ctx, websocket.MessageText, text)
}

// properties is what the bot says of itself.
func properties() gateway.IdentifyCommandDataProperties {
	return gateway.IdentifyCommandDataProperties{OS: runtime.GOOS, Browser: "smarterdev", Device: "smarterdev"}
}
