package bot

import (
	"context"
	"sync"
	"time"

	"github.com/disgoorg/snowflake/v2"
)

// Key says which work belongs together. A zero User means the guild as a whole.
type Key struct{ Guild, User snowflake.ID }

// QueueConfig describes a Queue. All fields but Dropped are required.
type QueueConfig[T any] struct {
	Name    string // in metrics and in the log
	Size    int    // how many values may wait; more are dropped, so that a flood costs bounded memory
	Workers int    // how many values are worked on at once
	Key     func(v T) Key
	Work    func(ctx context.Context, v T)
	Dropped func(v T) // receives a value that is dropped; nil where nothing needs to be done
}

// Queue hands work from a listener to workers, so that the shard reads on. Values of one key are
// worked on one after another, in the order in which they were added; other keys do not wait for
// them. Its depth, its drops and the time that values wait are on /metrics.
type Queue[T any] struct {
	cfg     QueueConfig[T]
	l       *Listeners
	metrics queueMetrics

	mu      sync.Mutex
	filled  *sync.Cond          // a key has become ready, or the queue is closed
	ready   []Key               // keys with work and without a worker
	waiting map[Key][]queued[T] // an empty entry: a worker is at the last value of the key
	depth   int
	closed  bool
}

type queued[T any] struct {
	value T
	since time.Time
}

// NewQueue makes a queue whose workers run from the bot's Open until its Close. What is still queued
// then is worked on first, within the time that Close has.
func NewQueue[T any](l *Listeners, cfg QueueConfig[T]) *Queue[T] {
	q := &Queue[T]{cfg: cfg, l: l, metrics: l.metrics.queue(cfg.Name), waiting: make(map[Key][]queued[T])}
	q.filled = sync.NewCond(&q.mu)
	l.queues = append(l.queues, q)
	return q
}

// Add queues v. Where the queue is full, or closed, v is dropped: that is logged and counted.
func (q *Queue[T]) Add(v T) {
	if q.put(v) {
		return
	}
	q.metrics.dropped.Inc()
	key := q.cfg.Key(v)
	q.l.log.Warn("queue is full; an event is dropped", "queue", q.cfg.Name, "guild", key.Guild)
	if q.cfg.Dropped != nil {
		q.cfg.Dropped(v)
	}
}

func (q *Queue[T]) put(v T) bool {
	key := q.cfg.Key(v)
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.depth >= q.cfg.Size {
		return false
	}
	list, busy := q.waiting[key]
	q.waiting[key] = append(list, queued[T]{v, time.Now()})
	q.depth++
	q.metrics.depth.Set(float64(q.depth))
	if !busy {
		q.ready = append(q.ready, key)
		q.filled.Signal()
	}
	return true
}

// run starts the workers. They end when the queue is closed and empty; ctx is what their work gets.
func (q *Queue[T]) run(ctx context.Context, workers *sync.WaitGroup) {
	for range q.cfg.Workers {
		workers.Go(func() {
			for {
				key, v, ok := q.take()
				if !ok {
					return
				}
				q.l.guard("queue "+q.cfg.Name, func() { q.cfg.Work(ctx, v) })
				q.done(key)
			}
		})
	}
}

// take waits for a value that may be worked on; ok is false when there will be none.
func (q *Queue[T]) take() (key Key, v T, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.ready) == 0 {
		if q.closed {
			return key, v, false
		}
		q.filled.Wait()
	}
	key, q.ready = q.ready[0], q.ready[1:]
	first := q.waiting[key][0]
	q.waiting[key] = q.waiting[key][1:]
	q.depth--
	q.metrics.depth.Set(float64(q.depth))
	q.metrics.waited.Observe(time.Since(first.since).Seconds())
	return key, first.value, true
}

// done lets the next value of a key be taken.
func (q *Queue[T]) done(key Key) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting[key]) == 0 {
		delete(q.waiting, key)
		return
	}
	q.ready = append(q.ready, key)
	q.filled.Signal()
}

// close takes no more values; the workers end when what is queued is done.
func (q *Queue[T]) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.filled.Broadcast()
}

// discard empties the queue and returns how many values were lost.
func (q *Queue[T]) discard() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	lost := q.depth
	q.ready, q.depth = nil, 0
	for key := range q.waiting {
		q.waiting[key] = nil
	}
	q.metrics.depth.Set(0)
	return lost
}
