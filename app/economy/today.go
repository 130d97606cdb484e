package economy

import (
	"context"
	"sync"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/store"
)

// today remembers who has claimed in each guild on the current day, so that a message by one
// who has costs no query. It may know less than the database, never more.
type today struct {
	load func(ctx context.Context, guild snowflake.ID, day store.Day) ([]snowflake.ID, error)

	mu     sync.RWMutex
	guilds map[snowflake.ID]*claimants
}

type claimants struct {
	day  store.Day
	load sync.Once
	err  error

	mu    sync.RWMutex
	users map[snowflake.ID]struct{}
}

func newToday(load func(context.Context, snowflake.ID, store.Day) ([]snowflake.ID, error)) *today {
	return &today{load: load, guilds: make(map[snowflake.ID]*claimants)}
}

// seen reports whether user is known to have claimed on day. It asks no database.
func (t *today) seen(guild, user snowflake.ID, day store.Day) bool {
	t.mu.RLock()
	c := t.guilds[guild]
	t.mu.RUnlock()
	if c == nil || c.day != day {
		return false
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	_, ok := c.users[user]
	return ok
}

// claimed is seen with the guild's claimants of the day loaded first, by one query for all
// who ask.
func (t *today) claimed(ctx context.Context, guild, user snowflake.ID, day store.Day) (bool, error) {
	c := t.of(guild, day)
	c.load.Do(func() {
		var users []snowflake.ID
		users, c.err = t.load(context.WithoutCancel(ctx), guild, day)
		c.add(users...)
	})
	if c.err != nil {
		t.drop(guild, c)
		return false, c.err
	}
	return t.seen(guild, user, day), nil
}

// mark notes that user has claimed on day.
func (t *today) mark(guild, user snowflake.ID, day store.Day) { t.of(guild, day).add(user) }

func (t *today) of(guild snowflake.ID, day store.Day) *claimants {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.guilds[guild]
	if c == nil || c.day != day {
		c = &claimants{day: day, users: make(map[snowflake.ID]struct{})}
		t.guilds[guild] = c
	}
	return c
}

// drop forgets claimants that could not be loaded, so that the next asker tries again.
func (t *today) drop(guild snowflake.ID, c *claimants) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.guilds[guild] == c {
		delete(t.guilds, guild)
	}
}

func (c *claimants) add(users ...snowflake.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, u := range users {
		c.users[u] = struct{}{}
	}
}
