package bot

import "context"

// Queue hands work from a listener to workers without holding up the shard. It is bounded:
// what does not fit is refused, so that a flood costs a constant amount of memory.
type Queue[T any] struct{ c chan T }

// NewQueue makes a queue of at most size entries, worked off by f in the given number of
// goroutines while the bot is open.
func NewQueue[T any](l *Listeners, size, workers int, f func(ctx context.Context, v T)) *Queue[T] {
	q := &Queue[T]{c: make(chan T, size)}
	for range workers {
		l.work = append(l.work, func(ctx context.Context) {
			for {
				select {
				case <-ctx.Done():
					return
				case v := <-q.c:
					l.guard("queue", func() { f(ctx, v) })
				}
			}
		})
	}
	return q
}

// Offer adds v and reports whether there was room.
func (q *Queue[T]) Offer(v T) bool {
	select {
	case q.c <- v:
		return true
	default:
		return false
	}
}
