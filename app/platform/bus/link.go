package bus

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	probeEvery   = 500 * time.Millisecond // between attempts to reach a Redis that is gone
	probeTimeout = time.Second
	relapse      = 10 * time.Second // a failure this soon after a recovery makes the next one wait
	holdFirst    = 100 * time.Millisecond
	holdMax      = 4 * time.Second
)

// link knows whether Redis answers. One failure is enough to stop asking; a goroutine probes
// at once and then until Redis is back, so that only the commands under way at that moment
// waited for it.
type link struct {
	log   *slog.Logger
	ping  func(context.Context) error
	heal  func(context.Context) error // runs before Redis is used again; may be nil
	alive atomic.Bool
	trip  chan struct{}

	mu    sync.Mutex
	since time.Time
	err   error
	hold  time.Duration // how long to leave Redis alone before probing
	back  chan struct{} // closed while alive
}

func newLink(log *slog.Logger, ping func(context.Context) error) *link {
	l := &link{log: log, ping: ping, trip: make(chan struct{}, 1), since: time.Now(), back: make(chan struct{})}
	l.alive.Store(true)
	close(l.back)
	return l
}

func (l *link) ok() bool { return l.alive.Load() }

// failed notes that the connection failed.
func (l *link) failed(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
	if !l.alive.CompareAndSwap(true, false) {
		return
	}
	now := time.Now()
	if now.Sub(l.since) < relapse {
		l.hold = min(max(2*l.hold, holdFirst), holdMax)
	} else {
		l.hold = 0
	}
	l.since = now
	l.back = make(chan struct{})
	l.log.Warn("redis does not answer; going on without it", "error", err)
	l.trip <- struct{}{}
}

// recovered notes that Redis answers again.
func (l *link) recovered() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.log.Info("redis answers again", "gone", now.Sub(l.since).Round(time.Millisecond))
	l.since, l.err = now, nil
	l.alive.Store(true)
	close(l.back)
}

// wait returns when Redis answers, or with the context's error.
func (l *link) wait(ctx context.Context) error {
	l.mu.Lock()
	back := l.back
	l.mu.Unlock()
	select {
	case <-back:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run probes whenever Redis was found gone; it returns when the context ends.
func (l *link) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.trip:
		}
		l.mu.Lock()
		pause := l.hold
		l.mu.Unlock()
		for {
			if !sleep(ctx, pause) {
				return
			}
			if l.probe(ctx) == nil {
				break
			}
			pause = probeEvery
		}
		l.recovered()
	}
}

func (l *link) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	err := l.ping(ctx)
	if err == nil && l.heal != nil {
		err = l.heal(ctx)
	}
	if err != nil {
		l.mu.Lock()
		l.err = err
		l.mu.Unlock()
	}
	return err
}

// broken reports whether an error means that Redis cannot be used, rather than being an
// answer of a Redis that can.
func broken(err error) bool {
	if err == nil || errors.Is(err, redis.Nil) {
		return false
	}
	if answer, ok := errors.AsType[redis.Error](err); ok {
		return redis.IsLoadingError(answer) || redis.IsReadOnlyError(answer) ||
			redis.IsMasterDownError(answer) || redis.IsMaxClientsError(answer)
	}
	return true
}

// sleep pauses and reports whether the context is still alive.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
