package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/coder/websocket"
	"github.com/disgoorg/disgo/gateway"
)

// connection is one of a shard's, from its hello to its end.
type connection struct {
	*shard
	ctx      context.Context //nolint:containedctx // of the connection's life
	conn     *websocket.Conn
	cancel   context.CancelCauseFunc
	resuming bool
	ready    func()
}

// handle acts on one payload. An error ends the connection.
func (c *connection) handle(p *payload) error {
	switch p.Op {
	case gateway.OpcodeDispatch:
		c.dispatch(p)
	case gateway.OpcodeHello:
		return c.hello(p.Data)
	case gateway.OpcodeHeartbeat:
		return c.beat()
	case gateway.OpcodeHeartbeatACK:
		c.mu.Lock()
		c.acked, c.latency = true, time.Since(c.beatAt)
		c.mu.Unlock()
	case gateway.OpcodeReconnect:
		return errReconnect
	case gateway.OpcodeInvalidSession:
		var resumable bool
		if json.Unmarshal(p.Data, &resumable) != nil || !resumable {
			c.forget()
		}
		return errInvalidSession
	}
	return nil
}

// dispatch decodes an event and hands it on. Its number counts even when it cannot be read, or each
// resume would bring it again.
func (c *connection) dispatch(p *payload) {
	c.mu.Lock()
	c.seq = p.S
	c.mu.Unlock()
	var event gateway.EventData
	err := c.lenient.read(string(p.T), p.Data, func(data []byte) (err error) {
		event, err = gateway.UnmarshalEventData(data, p.T)
		return err
	})
	if err != nil {
		return // it is logged and counted
	}
	switch e := event.(type) {
	case gateway.EventUnknown:
		c.lenient.report("unknown event", string(p.T), nil, errUnreadable)
		return
	case gateway.EventReady:
		c.mu.Lock()
		c.session, c.resume, c.status = e.SessionID, e.ResumeGatewayURL, gateway.StatusReady
		c.mu.Unlock()
		c.ready()
	case gateway.EventResumed:
		c.mu.Lock()
		c.status = gateway.StatusReady
		c.mu.Unlock()
		c.ready()
	}
	c.deliver(p.T, p.S, event)
}

// hello starts the heartbeats and logs in.
func (c *connection) hello(data json.RawMessage) error {
	var hello gateway.MessageDataHello
	if err := json.Unmarshal(data, &hello); err != nil || hello.HeartbeatInterval <= 0 {
		return fmt.Errorf("a hello without an interval: %w", err)
	}
	go c.keepAlive(time.Duration(hello.HeartbeatInterval) * time.Millisecond)
	c.mu.Lock()
	session, seq := c.session, c.seq
	c.status = gateway.StatusWaitingForReady
	if c.resuming {
		c.status = gateway.StatusResuming
	}
	c.mu.Unlock()
	if c.resuming {
		return write(c.ctx, c.conn, gateway.OpcodeResume, gateway.MessageDataResume{Token: c.token, SessionID: session, Seq: seq})
	}
	return write(c.ctx, c.conn, gateway.OpcodeIdentify, gateway.MessageDataIdentify{
		Token: c.token, Properties: properties(), LargeThreshold: 50, Intents: c.intents(), Shard: &[2]int{c.id, c.count},
	})
}

// keepAlive sends a heartbeat each interval, the first at a random moment of it. It ends the
// connection when the one before was not acknowledged.
func (c *connection) keepAlive(interval time.Duration) {
	timer := time.NewTimer(rand.N(interval))
	defer timer.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-timer.C:
		}
		c.mu.Lock()
		dead := !c.acked && time.Since(c.beatAt) > interval/2 // Discord may just have asked for one
		c.mu.Unlock()
		if dead {
			c.cancel(errNoAck)
			return
		}
		if err := c.beat(); err != nil {
			c.cancel(err)
			return
		}
		timer.Reset(interval)
	}
}

// beat sends a heartbeat. It is written down first: the acknowledgement may be faster than we are.
func (c *connection) beat() error {
	c.mu.Lock()
	seq := c.seq
	c.acked, c.beatAt = false, time.Now()
	c.mu.Unlock()
	return write(c.ctx, c.conn, gateway.OpcodeHeartbeat, gateway.MessageDataHeartbeat(seq))
}
