package bus

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/singleflight"
)

const cacheKind = "cache"

// amendsMax is how many deletions are remembered one by one while Redis is gone; beyond it
// the whole cache is emptied.
const amendsMax = 10_000

// flights are the loads under way, and the deletions that Redis has not seen.
type flights struct {
	group singleflight.Group

	mu       sync.Mutex
	current  map[string]*flight
	amends   map[string]struct{}
	emptyAll bool
}

// flight is one load; it turns stale when its key is deleted meanwhile.
type flight struct{ stale atomic.Bool }

func (f *flights) begin(key string) *flight {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.current == nil {
		f.current = make(map[string]*flight)
	}
	one := new(flight)
	f.current[key] = one
	return one
}

func (f *flights) end(key string, one *flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.current[key] == one {
		delete(f.current, key)
	}
}

// forget makes the load under way stale, and the next caller begin another.
func (f *flights) forget(key string) {
	f.mu.Lock()
	if one := f.current[key]; one != nil {
		one.stale.Store(true)
	}
	f.mu.Unlock()
	f.group.Forget(key)
}

// remember keeps keys that could not be deleted.
func (f *flights) remember(keys []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.amends == nil {
		f.amends = make(map[string]struct{})
	}
	for _, key := range keys {
		f.amends[key] = struct{}{}
	}
	if len(f.amends) > amendsMax {
		f.amends, f.emptyAll = nil, true
	}
}

// heal returns the function that deletes what is remembered, for the moment Redis is back.
func (f *flights) heal(client *redis.Client, prefix string) func(context.Context) error {
	return func(ctx context.Context) error {
		f.mu.Lock()
		keys := make([]string, 0, len(f.amends))
		for key := range f.amends {
			keys = append(keys, key)
		}
		all := f.emptyAll
		f.mu.Unlock()

		for some := range slices.Chunk(keys, 500) {
			if err := client.Unlink(ctx, some...).Err(); err != nil {
				return err
			}
		}
		if all {
			if err := emptyCache(ctx, client, prefix); err != nil {
				return err
			}
		}

		f.mu.Lock()
		defer f.mu.Unlock()
		for _, key := range keys {
			delete(f.amends, key)
		}
		if all {
			f.emptyAll = false
		}
		return nil
	}
}

// emptyCache deletes everything cached under the prefix.
func emptyCache(ctx context.Context, client *redis.Client, prefix string) error {
	scan := client.Scan(ctx, 0, escapeGlob(prefix+cacheKind+":")+"*", 1000).Iterator()
	for scan.Next(ctx) {
		if err := client.Unlink(ctx, scan.Val()).Err(); err != nil {
			return err
		}
	}
	return scan.Err()
}

// escapeGlob makes a text match itself in a pattern of Redis.
func escapeGlob(text string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`).Replace(text)
}
