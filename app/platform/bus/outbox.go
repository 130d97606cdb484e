package bus

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

// resyncChannel carries the word that a process could not send its events.
const resyncChannel = "resync"

const (
	outboxBatch = 128                    // events sent together
	apologise   = 250 * time.Millisecond // between attempts to say that events were lost
)

// Publish tells the subscribers of every process, this one included. Call it after the commit.
// It neither fails nor waits: subscribers here have the event when it returns, the others get
// it soon. What cannot be sent to them is logged and counted, and they are told to resync as
// soon as Redis answers.
func (b *Bus) Publish(ctx context.Context, e Event) {
	if !e.Topic.Valid() {
		b.log.ErrorContext(ctx, "event with an unknown topic", "topic", e.Topic)
		return
	}
	b.counts.published.Add(1)
	b.hub.deliver(e)
	if b.outbox != nil && !b.outbox.put(e) {
		b.log.DebugContext(ctx, "event not sent to other processes", "topic", e.Topic, "guild", e.Guild)
	}
}

// parcel is an event on its way, with the process that sent it: that one has it already.
type parcel struct {
	Origin uuid.UUID `json:"origin"`
	Event
}

// outbox sends the events of this process to the others, on one goroutine.
type outbox struct {
	origin  uuid.UUID
	log     *slog.Logger
	client  *redis.Client
	link    *link
	channel func(string) string
	counts  *counts
	timeout time.Duration
	queue   chan Event
	owed    atomic.Int64 // events that the others missed and do not know of

	closing context.Context // over when the rest is to be sent
	finish  context.CancelFunc
	done    chan struct{}
}

func newOutbox(b *Bus, size int) *outbox {
	o := &outbox{
		origin: uuid.New(), log: b.log, client: b.client, link: b.link, channel: b.channel, counts: &b.counts,
		timeout: max(b.timeout, time.Second), queue: make(chan Event, size), done: make(chan struct{}),
	}
	o.closing, o.finish = context.WithCancel(context.Background())
	return o
}

// put queues an event and reports whether there was room.
func (o *outbox) put(e Event) bool {
	if o.closing.Err() == nil {
		select {
		case o.queue <- e:
			return true
		default:
		}
	}
	o.lost(1)
	return false
}

func (o *outbox) lost(n int) {
	o.counts.dropped.Add(uint64(n))
	o.owed.Add(int64(n))
}

// close sends what waits and ends run, within the limit.
func (o *outbox) close(limit time.Duration) {
	o.finish()
	select {
	case <-o.done:
	case <-time.After(limit):
	}
}

func (o *outbox) run(ctx context.Context) {
	defer close(o.done)
	ticker := time.NewTicker(apologise)
	defer ticker.Stop()
	batch := make([]Event, 0, outboxBatch)
	for {
		select {
		case <-ctx.Done():
			return
		case <-o.closing.Done():
			for batch = o.gather(batch[:0]); len(batch) > 0 && ctx.Err() == nil; batch = o.gather(batch[:0]) {
				o.send(ctx, batch)
			}
			return
		case e := <-o.queue:
			batch = o.gather(append(batch[:0], e))
			o.send(ctx, batch)
		case <-ticker.C:
			if o.owed.Load() > 0 && o.link.ok() {
				o.sayResync(ctx)
			}
		}
		clear(batch)
	}
}

// gather adds what waits, without waiting, up to the size of a batch.
func (o *outbox) gather(batch []Event) []Event {
	for len(batch) < outboxBatch {
		select {
		case e := <-o.queue:
			batch = append(batch, e)
		default:
			return batch
		}
	}
	return batch
}

// send publishes a batch in one round trip.
func (o *outbox) send(ctx context.Context, batch []Event) {
	if !o.link.ok() {
		o.lost(len(batch))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	_, err := o.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for _, e := range batch {
			body, err := json.Marshal(parcel{o.origin, e})
			if err != nil {
				return err
			}
			pipe.Publish(ctx, o.channel(string(e.Topic)), body)
		}
		return nil
	})
	if err == nil {
		return
	}
	o.lost(len(batch))
	o.log.Warn("events not sent to other processes; they will be told to resync", "events", len(batch), "error", err)
	if broken(err) {
		o.link.failed(err)
	}
}

// sayResync tells the others that they missed something.
func (o *outbox) sayResync(ctx context.Context) {
	missed := o.owed.Swap(0)
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	body, err := json.Marshal(parcel{Origin: o.origin})
	if err == nil {
		err = o.client.Publish(ctx, o.channel(resyncChannel), body).Err()
	}
	if err == nil {
		o.log.Info("other processes told to resync", "events", missed)
		return
	}
	o.owed.Add(missed)
	if broken(err) {
		o.link.failed(err)
	}
}
