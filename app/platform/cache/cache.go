// Package cache keeps values in memory for a bounded time and in a bounded number, and values of
// guilds until something says that they changed.
//
// It is the one place where the cache library's generic code is compiled, which takes the compiler
// seconds for each pair of types.
package cache

import (
	"context"
	"time"

	"github.com/maypok86/otter/v2"
)

// Cache keeps values by key. It is safe for concurrent use. Close it.
type Cache[K comparable, V any] struct{ entries *otter.Cache[any, any] }

// New makes a cache of at most size values, each kept for at most ttl after it was loaded; 0 means
// no bound.
func New[K comparable, V any](size int, ttl time.Duration) *Cache[K, V] {
	return &Cache[K, V]{entries: open(otter.Options[any, any]{MaximumSize: size}, ttl)}
}

// NewWeighed makes a cache whose values weigh at most limit together, as weigh says.
func NewWeighed[K comparable, V any](limit uint64, ttl time.Duration, weigh func(value V) uint32) *Cache[K, V] {
	return &Cache[K, V]{entries: open(otter.Options[any, any]{
		MaximumWeight: limit,
		Weigher:       func(_, value any) uint32 { return weigh(value.(V)) },
	}, ttl)}
}

func open(options otter.Options[any, any], ttl time.Duration) *otter.Cache[any, any] {
	if ttl > 0 {
		options.ExpiryCalculator = otter.ExpiryWriting[any, any](ttl)
	}
	return otter.Must(&options)
}

// Get returns the value of key, which is loaded when it is not there. Callers that ask at the same
// time share one load, whose context has no deadline of theirs, and its error. A value that was
// invalidated while it was loaded is returned but not kept.
func (c *Cache[K, V]) Get(ctx context.Context, key K, load func(ctx context.Context, key K) (V, error)) (V, error) {
	v, err := get(ctx, c.entries, key, func(ctx context.Context, key any) (any, error) { return load(ctx, key.(K)) })
	value, _ := v.(V) // nothing after an error
	return value, err
}

func get(ctx context.Context, entries *otter.Cache[any, any], key any, load otter.LoaderFunc[any, any]) (any, error) {
	// Others wait for the same load: it must not end with the first who asked.
	return entries.Get(context.WithoutCancel(ctx), key, load)
}

// Peek returns the value of key if it is there.
func (c *Cache[K, V]) Peek(key K) (V, bool) {
	v, ok := c.entries.GetIfPresent(key)
	value, _ := v.(V)
	return value, ok
}

// Set keeps a value under key.
func (c *Cache[K, V]) Set(key K, value V) { c.entries.Set(key, value) }

// Invalidate drops the value of key; the next Get loads it.
func (c *Cache[K, V]) Invalidate(key K) { c.entries.Invalidate(key) }

// InvalidateAll drops every value.
func (c *Cache[K, V]) InvalidateAll() { c.entries.InvalidateAll() }

// Close ends the cache's upkeep.
func (c *Cache[K, V]) Close() { c.entries.StopAllGoroutines() }
