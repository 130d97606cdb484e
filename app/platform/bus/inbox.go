package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

const (
	pingEvery = 3 * time.Second // to a subscription, since a dead connection may look silent
	deafAfter = 10 * time.Second
	rejoin    = 250 * time.Millisecond // after the connection was lost
	refused   = 5 * time.Second        // after Redis refused to subscribe
)

// inbox receives the events of the other processes.
type inbox struct {
	bus    *Bus
	self   uuid.UUID
	tried  chan struct{} // closed after the first attempt
	first  sync.Once
	prefix string
}

func newInbox(b *Bus) *inbox {
	return &inbox{bus: b, self: b.outbox.origin, tried: make(chan struct{}), prefix: b.channel("")}
}

// run listens until the context ends, and again whenever the connection was lost.
func (in *inbox) run(ctx context.Context) {
	for in.bus.link.wait(ctx) == nil {
		err := in.listen(ctx)
		if ctx.Err() != nil {
			break
		}
		pause := rejoin
		if broken(err) {
			in.bus.link.failed(err)
		} else {
			pause = refused
			in.bus.log.Error("cannot subscribe to events of other processes", "error", err)
		}
		in.first.Do(func() { close(in.tried) })
		if !sleep(ctx, pause) {
			break
		}
	}
	in.first.Do(func() { close(in.tried) })
}

// listen subscribes and delivers until the connection fails; the error is never nil.
func (in *inbox) listen(ctx context.Context) error {
	sub := in.bus.client.Subscribe(ctx)
	defer sub.Close()
	defer context.AfterFunc(ctx, func() { _ = sub.Close() })()

	channels := []string{in.bus.channel(resyncChannel)}
	for _, topic := range Topics() {
		channels = append(channels, in.bus.channel(string(topic)))
	}
	if err := sub.Subscribe(ctx, channels...); err != nil {
		return err
	}

	var heard atomic.Int64
	heard.Store(time.Now().UnixNano())
	watching, stop := context.WithCancel(ctx)
	defer stop()
	in.bus.tasks.Go(func() { watch(watching, sub, &heard) })

	joined := 0
	for {
		message, err := sub.Receive(ctx)
		if err != nil {
			if heard.Load() == silent {
				return errors.New("the subscription fell silent")
			}
			return err
		}
		heard.Store(time.Now().UnixNano())
		switch message := message.(type) {
		case *redis.Subscription:
			// The driver may have reconnected by itself: then all of them are confirmed again.
			if joined++; joined%len(channels) == 0 {
				in.bus.hub.resync()
				in.first.Do(func() { close(in.tried) })
			}
		case *redis.Message:
			if err := in.deliver(message); err != nil {
				in.bus.log.Warn("unreadable event", "channel", message.Channel, "error", err)
			}
		}
	}
}

func (in *inbox) deliver(message *redis.Message) error {
	name, ok := strings.CutPrefix(message.Channel, in.prefix)
	if !ok {
		return fmt.Errorf("unexpected channel")
	}
	if name != resyncChannel && !in.bus.hub.wants(Topic(name)) {
		return nil
	}
	var p parcel
	if err := json.Unmarshal([]byte(message.Payload), &p); err != nil {
		return err
	}
	switch {
	case p.Origin == in.self:
	case name == resyncChannel:
		in.bus.hub.resync()
	case name != string(p.Topic):
		return fmt.Errorf("its topic is %q", p.Topic)
	default:
		in.bus.counts.received.Add(1)
		in.bus.hub.deliver(p.Event)
	}
	return nil
}

// silent takes the place of the time at which something was heard once nothing is any more.
const silent = -1

// watch pings a subscription; it notes that one is silent and closes it.
func watch(ctx context.Context, sub *redis.PubSub, heard *atomic.Int64) {
	for sleep(ctx, pingEvery) {
		if time.Since(time.Unix(0, heard.Load())) > deafAfter {
			heard.Store(silent)
			_ = sub.Close()
			return
		}
		_ = sub.Ping(ctx) // a failure shows in Receive
	}
}
