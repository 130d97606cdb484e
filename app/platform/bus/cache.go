package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/redis/go-redis/v9"
)

// loadTimeout bounds a load that nobody may be waiting for any more.
const loadTimeout = 30 * time.Second

// Get decodes what is cached under the key into a pointer and reports whether there was
// anything. It fails with [ErrUnavailable], or when the value does not decode.
func (b *Bus) Get(ctx context.Context, key string, into any) (bool, error) {
	var body []byte
	err := b.do(ctx, func(ctx context.Context) (err error) {
		body, err = b.client.Get(ctx, b.key(cacheKind, key)).Bytes()
		return err
	})
	switch {
	case errors.Is(err, redis.Nil):
		b.counts.misses.Add(1)
		return false, nil
	case err != nil:
		b.counts.misses.Add(1)
		return false, err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return false, fmt.Errorf("cached value of %q: %w", key, err)
	}
	b.counts.hits.Add(1)
	return true, nil
}

// Set caches a value as JSON. The time to live must be positive. It fails with
// [ErrUnavailable], or when the value does not encode.
func (b *Bus) Set(ctx context.Context, key string, value any, ttl time.Duration) error {
	if ttl <= 0 {
		return fmt.Errorf("caching %q: a time to live of %v", key, ttl)
	}
	body, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("caching %q: %w", key, err)
	}
	return b.do(ctx, func(ctx context.Context) error {
		return b.client.Set(ctx, b.key(cacheKind, key), body, ttl).Err()
	})
}

// Delete forgets values. Call it after the commit; it goes on when the caller's context ends.
// What [Cached] is loading in this process is neither stored nor given to those who ask later.
// While Redis is gone the keys are remembered and deleted before it is used again.
func (b *Bus) Delete(ctx context.Context, keys ...string) {
	if len(keys) == 0 {
		return
	}
	full := make([]string, len(keys))
	for i, key := range keys {
		full[i] = b.key(cacheKind, key)
		b.flights.forget(full[i])
	}
	err := b.do(context.WithoutCancel(ctx), func(ctx context.Context) error {
		return b.client.Unlink(ctx, full...).Err()
	})
	if err != nil {
		b.flights.remember(full)
	}
}

// Cached returns what is cached under the key, or loads and caches it. Callers in this process
// that ask at the same time share one load, whose context outlives that of each of them by up
// to 30 s, and one result, which they must not alter. With Redis gone it loads each time, still
// once for all who ask together. It fails with what load returns, or when ctx ends.
func Cached[T any](ctx context.Context, b *Bus, key string, ttl time.Duration, load func(context.Context) (T, error)) (T, error) {
	full := b.key(cacheKind, key)
	result := b.flights.group.DoChan(full, func() (value any, err error) {
		defer func() {
			if cause := recover(); cause != nil {
				err = fmt.Errorf("loading %q panicked: %v\n%s", key, cause, debug.Stack())
			}
		}()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
		defer cancel()
		return fetch(ctx, b, key, full, ttl, load)
	})
	var zero T
	select {
	case <-ctx.Done():
		return zero, ctx.Err()
	case r := <-result:
		if r.Err != nil {
			return zero, r.Err
		}
		value, ok := r.Val.(T)
		if !ok {
			return zero, fmt.Errorf("cached value of %q: asked for as %T and as %T", key, zero, r.Val)
		}
		return value, nil
	}
}

// fetch looks into the cache, loads what is not there and stores it, unless it was deleted
// meanwhile. A value that does not decode, of another version say, counts as not there.
func fetch[T any](ctx context.Context, b *Bus, key, full string, ttl time.Duration, load func(context.Context) (T, error)) (T, error) {
	flight := b.flights.begin(full)
	defer b.flights.end(full, flight)
	var value T
	if found, err := b.Get(ctx, key, &value); found && err == nil {
		return value, nil
	}
	value, err := load(ctx)
	if err != nil {
		return value, err
	}
	if flight.stale.Load() {
		return value, nil
	}
	if err := b.Set(ctx, key, value, ttl); err != nil {
		if !errors.Is(err, ErrUnavailable) {
			b.log.WarnContext(ctx, "value not cached", "key", key, "error", err)
		}
		return value, nil
	}
	if flight.stale.Load() { // deleted while it was being stored
		b.Delete(ctx, key)
	}
	return value, nil
}
