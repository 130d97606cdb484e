package cache

import (
	"context"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
)

const (
	guilds = 10_000 // whose value a process keeps
	// unannounced bounds how long a change whose event was lost stays unseen.
	unannounced = 30 * time.Second
)

// Guild keeps one value for each guild, such as its settings or compiled rules, until an event on
// the bus says that it changed. After a gap in the events everything is loaded again, and what was
// changed without any event is seen after 30 seconds.
type Guild[V any] struct {
	values *Cache[snowflake.ID, V]
	load   func(ctx context.Context, guild snowflake.ID) (V, error)
	stop   func()
}

// ByGuild keeps what load returns. name says what it is, in logs; an event of one of the topics
// drops the value of its guild, or everything when it names none. Close it.
func ByGuild[V any](b *bus.Bus, name string, load func(ctx context.Context, guild snowflake.ID) (V, error), topics ...bus.Topic) *Guild[V] {
	g := &Guild[V]{values: New[snowflake.ID, V](guilds, unannounced), load: load}
	g.stop = b.Subscribe(bus.Subscriber{
		Name:   name,
		Topics: topics,
		Handle: func(_ context.Context, e bus.Event) {
			if e.Guild == 0 {
				g.values.InvalidateAll()
				return
			}
			g.values.Invalidate(e.Guild)
		},
		Resync: func(context.Context) { g.values.InvalidateAll() },
	})
	return g
}

// Get returns the guild's value, which must not be altered. It fails as load does.
func (g *Guild[V]) Get(ctx context.Context, guild snowflake.ID) (V, error) {
	return g.values.Get(ctx, guild, g.load)
}

// Invalidate drops the guild's value in this process at once; call it after a change of one's own,
// whose event other processes hear.
func (g *Guild[V]) Invalidate(guild snowflake.ID) { g.values.Invalidate(guild) }

// Close ends the subscription and the upkeep.
func (g *Guild[V]) Close() {
	g.stop()
	g.values.Close()
}
