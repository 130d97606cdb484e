package bus

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
)

// Subscriber receives events. Its functions are called one at a time, on a goroutine of its
// own; their context ends with the subscription.
type Subscriber struct {
	Name   string  // for the log
	Topics []Topic // which events; all when empty
	Buffer int     // events that may wait; 256 when 0

	// Handle is called for each event, in the order in which they were published by one
	// goroutine of one process.
	Handle func(ctx context.Context, e Event)

	// Resync is called, before later events, when events may have been missed: Redis was gone
	// and is back, another process could not send its events, or the buffer overflowed. The
	// subscriber forgets or refetches what it holds. May be nil.
	Resync func(ctx context.Context)
}

// Subscribe begins to deliver. Every event published after it returned is seen, those of this
// process also while Redis is gone. After cancel no call begins; one may still be running, its
// context is over. Cancel may be called anywhere and more than once.
func (b *Bus) Subscribe(s Subscriber) (cancel func()) { return b.hub.add(s) }

// hub hands events to the subscribers of this process.
type hub struct {
	log    *slog.Logger
	counts *counts
	ctx    context.Context
	tasks  sync.WaitGroup

	mu     sync.Mutex // for changing what subs points to
	closed bool
	subs   atomic.Pointer[map[*subscription]struct{}]
}

func newHub(ctx context.Context, log *slog.Logger, counts *counts) *hub {
	h := &hub{log: log, counts: counts, ctx: ctx}
	h.subs.Store(new(map[*subscription]struct{}))
	return h
}

func (h *hub) add(s Subscriber) (cancel func()) {
	if s.Buffer <= 0 {
		s.Buffer = 256
	}
	sub := &subscription{Subscriber: s, wake: make(chan struct{}, 1)}
	ctx, stop := context.WithCancel(h.ctx)

	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		stop()
		return stop
	}
	next := maps.Clone(*h.subs.Load())
	if next == nil {
		next = make(map[*subscription]struct{})
	}
	next[sub] = struct{}{}
	h.subs.Store(&next)
	h.tasks.Go(func() {
		h.serve(ctx, sub)
		h.remove(sub)
	})
	return stop
}

func (h *hub) remove(sub *subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	next := maps.Clone(*h.subs.Load())
	delete(next, sub)
	h.subs.Store(&next)
}

// deliver puts an event before those who want it. It never waits.
func (h *hub) deliver(e Event) {
	for sub := range *h.subs.Load() {
		if len(sub.Topics) > 0 && !slices.Contains(sub.Topics, e.Topic) {
			continue
		}
		if !sub.push(e) {
			h.counts.overflowed.Add(1)
		}
	}
}

// wants reports whether an event of the topic has a reader here.
func (h *hub) wants(t Topic) bool {
	for sub := range *h.subs.Load() {
		if len(sub.Topics) == 0 || slices.Contains(sub.Topics, t) {
			return true
		}
	}
	return false
}

// resync tells every subscriber that events may have been missed.
func (h *hub) resync() {
	h.counts.resyncs.Add(1)
	for sub := range *h.subs.Load() {
		sub.miss()
	}
}

// wait takes no more subscribers and returns when no function of one runs any more; the hub's
// context must be over.
func (h *hub) wait() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.tasks.Wait()
}

// running names the subscribers that have not ended.
func (h *hub) running() []string {
	names := make([]string, 0)
	for sub := range *h.subs.Load() {
		names = append(names, sub.Name)
	}
	slices.Sort(names)
	return names
}

func (h *hub) serve(ctx context.Context, sub *subscription) {
	var batch []Event
	for {
		select {
		case <-ctx.Done():
			return
		case <-sub.wake:
		}
		var missed bool
		batch, missed = sub.take(batch)
		if missed && sub.Resync != nil && ctx.Err() == nil {
			h.guard(sub, func() { sub.Resync(ctx) })
		}
		for _, e := range batch {
			if ctx.Err() != nil {
				return
			}
			h.guard(sub, func() { sub.Handle(ctx, e) })
		}
	}
}

// guard keeps a subscriber's panic from ending the process.
func (h *hub) guard(sub *subscription, call func()) {
	defer func() {
		if cause := recover(); cause != nil {
			h.log.Error("a subscriber panicked", "subscriber", sub.Name,
				"panic", fmt.Sprint(cause), "stack", string(debug.Stack()))
		}
	}()
	call()
}

// subscription is what waits for one subscriber.
type subscription struct {
	Subscriber
	wake chan struct{}

	mu      sync.Mutex
	waiting []Event
	missed  bool
}

// push adds an event; a full buffer is emptied and a resync put in its place, and push
// returns false.
func (s *subscription) push(e Event) bool {
	s.mu.Lock()
	room := len(s.waiting) < s.Buffer
	if !room {
		clear(s.waiting)
		s.waiting = s.waiting[:0]
		s.missed = true
	}
	s.waiting = append(s.waiting, e)
	s.mu.Unlock()
	s.signal()
	return room
}

func (s *subscription) miss() {
	s.mu.Lock()
	s.missed = true
	s.mu.Unlock()
	s.signal()
}

func (s *subscription) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// take swaps what waits for an empty buffer, the one of the last call.
func (s *subscription) take(spare []Event) (batch []Event, missed bool) {
	clear(spare)
	s.mu.Lock()
	defer s.mu.Unlock()
	batch, missed = s.waiting, s.missed
	s.waiting, s.missed = spare[:0], false
	return batch, missed
}
