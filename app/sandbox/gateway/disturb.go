package gateway

import (
	"fmt"
	"time"

	"github.com/coder/websocket"
)

// Things that Disturb does at once to every connection.
const (
	Drop             = "drop"              // cut without a close code
	Reconnect        = "reconnect"         // op 7
	Invalidate       = "invalidate"        // op 9 false; the session is gone
	InvalidateResume = "invalidate_resume" // op 9 true; the session can be resumed
	RequestHeartbeat = "request_heartbeat" // op 1
	CloseCode        = "close"             // close with Code
)

// Disturb does one thing to every connection, or to those of one shard (shard ≥ 0), and returns
// how many there were. code is for CloseCode only.
func (g *Gateway) Disturb(what string, shard int, code int) (int, error) {
	conns := g.connections(shard)
	for _, c := range conns {
		switch what {
		case Drop:
			c.drop()
		case Reconnect:
			c.tell(opReconnect, nil)
		case RequestHeartbeat:
			c.tell(opHeartbeat, nil)
		case Invalidate, InvalidateResume:
			if s := c.invalidate(); what == Invalidate && s != nil {
				g.end(s)
			}
			c.tell(opInvalidSession, what == InvalidateResume)
		case CloseCode:
			if code < 1000 || code > 4999 {
				return 0, fmt.Errorf("a close code is between 1000 and 4999, not %d", code)
			}
			go c.close(websocket.StatusCode(code), "") // it waits for the bot to close as well
		default:
			return 0, fmt.Errorf("there is no disturbance called %q", what)
		}
	}
	return len(conns), nil
}

func (g *Gateway) connections(shard int) []*conn {
	g.mu.Lock()
	defer g.mu.Unlock()
	var list []*conn
	for c := range g.open {
		c.mu.Lock()
		if shard < 0 || c.session != nil && c.session.shard[0] == shard {
			list = append(list, c)
		}
		c.mu.Unlock()
	}
	return list
}

// Expire makes every session that has no connection impossible to resume, as after a long time away.
func (g *Gateway) Expire() {
	later := g.world.Now().Add(sessionLife + time.Second)
	g.mu.Lock()
	defer g.mu.Unlock()
	for id, s := range g.sessions {
		if s.lapsed(later) {
			delete(g.sessions, id)
		}
	}
}
