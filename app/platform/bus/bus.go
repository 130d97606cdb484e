// Package bus is what the processes of one installation share besides the database: events
// that say something changed, a cache, rate limits and heartbeats.
//
// With an address it uses Redis, without one on a Redis inside the process; callers see
// no difference. Nothing that lives here must survive: when Redis is gone, events still reach
// the subscribers of their own process, the cache loads from the source, limits are counted
// in the process, and no caller waits for a connection that is known to be dead.
package bus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// ErrUnavailable is returned while Redis does not answer.
var ErrUnavailable = errors.New("redis does not answer")

// Config says where Redis is and how much may be held for it.
type Config struct {
	URL      string        // redis://, rediss:// or unix://; empty for the embedded one
	PoolSize int           // connections for commands; 20 when 0, and 4 when embedded
	Prefix   string        // in every key and channel, so that installations may share a Redis; "smarterdev:" when empty
	Timeout  time.Duration // for one command, after which the caller goes on without Redis; 300 ms when 0, not used when embedded
	Queue    int           // events that may wait to be sent to the other processes; 4096 when 0
	LimitMax int           // keys whose rate is remembered in the process; 65,536 when 0
	Log      *slog.Logger  // nothing is logged when nil
}

// Bus is one process's connection to what it shares with the others. All its methods may be
// called from many goroutines.
type Bus struct {
	log     *slog.Logger
	prefix  string
	timeout time.Duration
	client  *redis.Client
	inside  *embedded // nil when Redis is a server of its own
	link    *link
	hub     *hub
	outbox  *outbox // nil when embedded: there is no other process
	flights flights
	buckets *buckets
	rates   *redis_rate.Limiter
	counts  counts

	stop   context.CancelFunc
	tasks  sync.WaitGroup
	closed sync.Once
}

// Open connects. An address that is malformed is an error; a Redis that does not answer is
// not: the bus starts degraded, see [Bus.State], and finds Redis when it comes. The context
// bounds only the opening. Close the bus when done.
func Open(ctx context.Context, cfg Config) (*Bus, error) {
	log := cfg.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	b := &Bus{
		log:     log,
		prefix:  cmp.Or(cfg.Prefix, "smarterdev:"),
		timeout: cmp.Or(cfg.Timeout, 300*time.Millisecond),
		buckets: newBuckets(cmp.Or(cfg.LimitMax, 1<<16)),
	}
	options, err := clientOptions(cfg, b)
	if err != nil {
		return nil, err
	}

	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	b.stop = stop
	b.client = redis.NewClient(options)
	b.rates = redis_rate.NewLimiter(b.client)
	b.hub = newHub(run, log, &b.counts)
	b.link = newLink(log, func(ctx context.Context) error { return b.client.Ping(ctx).Err() })

	b.link.heal = b.flights.heal(b.client, b.prefix)
	b.tasks.Go(func() { b.link.run(run) })

	if b.inside != nil {
		b.tasks.Go(func() { b.inside.runClock(run) })
		return b, nil
	}
	b.outbox = newOutbox(b, cmp.Or(cfg.Queue, 4096))
	inbox := newInbox(b)
	b.tasks.Go(func() { b.outbox.run(run) })
	b.tasks.Go(func() { inbox.run(run) })

	select {
	case <-inbox.tried:
		return b, nil
	case <-ctx.Done():
		return nil, errors.Join(fmt.Errorf("opening the bus: %w", ctx.Err()), b.Close())
	}
}

// clientOptions turns the configuration into go-redis's, and starts the embedded Redis when
// no address is given.
func clientOptions(cfg Config, b *Bus) (*redis.Options, error) {
	options := &redis.Options{PoolSize: cmp.Or(cfg.PoolSize, 4), PoolTimeout: 5 * time.Second}
	if cfg.URL == "" {
		b.inside = startEmbedded()
		b.timeout = 5 * time.Second // only a machine out of breath can be that slow
		options.Dialer = b.inside.dial
	} else {
		parsed, err := redis.ParseURL(cfg.URL)
		if err != nil {
			return nil, addressError(err)
		}
		options = parsed
		options.PoolSize = cmp.Or(cfg.PoolSize, 20)
		options.PoolTimeout = b.timeout
	}
	options.DialTimeout = time.Second
	options.DialerRetries = 1
	options.ReadTimeout = max(options.ReadTimeout, b.timeout, 2*time.Second)
	options.ContextTimeoutEnabled = true
	options.MaxRetries = 1
	options.MinRetryBackoff = time.Millisecond
	options.MaxRetryBackoff = 10 * time.Millisecond
	options.PipelinePoolSize = -1 // one goroutine sends pipelines; the pool for commands does
	options.ReadBufferSize = 16 << 10
	options.WriteBufferSize = 16 << 10
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return options, nil
}

// addressError words what is wrong with an address without repeating it, since it may hold a
// password.
func addressError(err error) error {
	if inner, ok := errors.AsType[*url.Error](err); ok {
		err = inner.Err
	}
	reason := strings.TrimPrefix(err.Error(), "redis: ")
	return fmt.Errorf("the address of Redis is malformed (%s); it looks like redis://user:password@host:6379/0", reason)
}

// Close sends what is queued for the other processes, for at most a second, ends the
// subscriptions and disconnects. A handler that ignores its context is waited for five
// seconds and then reported.
func (b *Bus) Close() error {
	var err error
	b.closed.Do(func() {
		if b.outbox != nil {
			b.outbox.close(time.Second)
		}
		b.stop()
		done := make(chan struct{})
		go func() {
			b.tasks.Wait()
			b.hub.wait()
			close(done)
		}()
		select {
		case <-done:
		case <-time.After(5 * time.Second):
			err = fmt.Errorf("closing the bus: still running: %s", strings.Join(b.hub.running(), ", "))
		}
		err = errors.Join(err, b.client.Close())
		if b.inside != nil {
			b.inside.close()
		}
	})
	return err
}

// Embedded reports whether Redis runs inside this process.
func (b *Bus) Embedded() bool { return b.inside != nil }

// Client returns the client for libraries that keep something of their own in Redis. Its
// commands do not know when Redis is gone and then take up to two seconds to fail.
func (b *Bus) Client() *redis.Client { return b.client }

// do runs one command unless Redis is known to be gone. Errors of the connection are noted
// and become ErrUnavailable; Redis's own answers, redis.Nil among them, come back as they are.
func (b *Bus) do(ctx context.Context, command func(context.Context) error) error {
	if !b.link.ok() {
		return ErrUnavailable
	}
	limited, cancel := context.WithTimeout(ctx, b.timeout)
	defer cancel()
	err := command(limited)
	switch {
	case err == nil || !broken(err):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, redis.ErrClosed):
		return ErrUnavailable
	}
	b.link.failed(err)
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

func (b *Bus) key(kind, name string) string { return b.prefix + kind + ":" + name }

func (b *Bus) channel(name string) string { return b.key("topic", name) }
