// Package bot is the connection to Discord: the shards, the routing of interactions to the
// features' handlers, and the one voice in which the bot speaks.
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/disgoorg/disgo"
	disgobot "github.com/disgoorg/disgo/bot"
	"github.com/disgoorg/disgo/cache"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/disgo/sharding"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/smarter-dev/smarterdev/app/platform/logging"
)

// Config says how to reach Discord.
type Config struct {
	Token      string
	Rest       rest.Rest // shared with everything else that calls Discord
	ShardCount int       // 0: as many as Discord recommends
	ShardIDs   []int     // which of them live in this process; empty: all
	Log        *slog.Logger
	Metrics    prometheus.Registerer
}

// Bot is one process's connection to Discord. Mount handlers on its Mux and Listeners before
// Open.
type Bot struct {
	Mux       *Mux
	Listeners *Listeners

	cfg     Config
	client  atomic.Pointer[disgobot.Client] // nil while not connected
	base    context.Context                 // of handlers and workers; ends with Close
	stop    context.CancelFunc
	start   sync.Once
	workers sync.WaitGroup
}

// NewRest is the REST client for everything in this process that calls Discord: it keeps to
// the limits that Discord's headers announce. apiURL is the base that /v10 is appended to. more
// adjusts it, as Counted does.
func NewRest(token, apiURL string, log *slog.Logger, more ...rest.ClientConfigOpt) rest.Rest {
	quiet := logging.Quiet(log)
	return rest.New(rest.NewClient(token, append([]rest.ClientConfigOpt{
		rest.WithURL(apiURL + "/v10"),
		rest.WithLogger(quiet),
		rest.WithUserAgent("DiscordBot (https://github.com/smarter-dev/smarterdev, 1)"),
		rest.WithRateLimiter(newRates()),
	}, more...)...))
}

// New prepares a bot; nothing is connected yet.
func New(cfg Config) *Bot {
	m := newMetrics(cfg.Metrics)
	base, stop := context.WithCancel(context.Background())
	return &Bot{
		Mux:       newMux(base, cfg.Log, m),
		Listeners: &Listeners{log: cfg.Log, metrics: m, intents: gateway.IntentGuilds},
		cfg:       cfg,
		base:      base,
		stop:      stop,
	}
}

// Open connects every shard of this process and returns when each is ready, or when ctx ends.
// After an error it may be called again. The bot then stays connected until Close, whatever
// becomes of ctx.
func (b *Bot) Open(ctx context.Context) error {
	if err := permitted(ctx, b.cfg.Rest, b.Listeners.intents); err != nil {
		return err
	}
	shards := []sharding.ConfigOpt{
		sharding.WithGatewayConfigOpts(gateway.WithIntents(b.Listeners.intents)),
		sharding.WithLogger(logging.Quiet(b.cfg.Log)),
	}
	ids := b.cfg.ShardIDs
	if b.cfg.ShardCount > 0 {
		shards = append(shards, sharding.WithShardCount(b.cfg.ShardCount))
		if len(ids) == 0 {
			for id := range b.cfg.ShardCount {
				ids = append(ids, id)
			}
		}
	}
	if len(ids) > 0 {
		shards = append(shards, sharding.WithShardIDs(ids...))
	}
	client, err := disgo.New(b.cfg.Token,
		disgobot.WithLogger(logging.Quiet(b.cfg.Log)),
		disgobot.WithRest(b.cfg.Rest),
		disgobot.WithShardManagerConfigOpts(shards...),
		disgobot.WithCacheConfigOpts(cache.WithCaches(cache.FlagGuilds, cache.FlagChannels, cache.FlagRoles, cache.FlagMembers)),
		disgobot.WithEventListeners(append(b.Listeners.list, b.Mux.router)...),
	)
	if err != nil {
		return fmt.Errorf("reach Discord: %w", err)
	}
	b.work()
	b.client.Store(client)
	client.ShardManager.Open(ctx)
	for shard := range client.ShardManager.Shards() {
		if status := shard.Status(); status != gateway.StatusReady {
			err = fmt.Errorf("shard %d did not become ready (%s)", shard.ShardID(), status)
		}
	}
	if err = errors.Join(err, ctx.Err()); err != nil {
		b.client.Store(nil)
		client.ShardManager.Close(context.WithoutCancel(ctx))
	}
	return err
}

// work starts the workers of the queues, once.
func (b *Bot) work() {
	b.start.Do(func() {
		for _, q := range b.Listeners.queues {
			q.run(b.base, &b.workers)
		}
	})
}

// Close disconnects, lets every interaction that has begun be answered and the queues be worked
// off, all within the time that ctx leaves.
func (b *Bot) Close(ctx context.Context) error {
	defer b.stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if client := b.client.Load(); client != nil {
			client.ShardManager.Close(ctx)
		}
		b.Mux.drain(ctx)
		for _, q := range b.Listeners.queues {
			q.close()
		}
		b.workers.Wait()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		lost := 0
		for _, q := range b.Listeners.queues {
			q.close()
			lost += q.discard()
		}
		return fmt.Errorf("the Discord connection did not close in time; %d queued events are lost", lost)
	}
}

// Caches is what the gateway has told of guilds, channels, roles and members; nil before Open.
func (b *Bot) Caches() cache.Caches {
	if c := b.client.Load(); c != nil {
		return c.Caches
	}
	return nil
}

// Guilds is how many guilds the shards of this process have told of.
func (b *Bot) Guilds() int {
	if c := b.client.Load(); c != nil {
		return c.Caches.GuildsLen()
	}
	return 0
}

// Shards lists the shards of this process.
func (b *Bot) Shards() []int {
	ids := []int{}
	if c := b.client.Load(); c != nil {
		for shard := range c.ShardManager.Shards() {
			ids = append(ids, shard.ShardID())
		}
	}
	slices.Sort(ids)
	return ids
}

// Latency is the mean round trip of the shards' heartbeats; 0 before the first.
func (b *Bot) Latency() time.Duration {
	c := b.client.Load()
	if c == nil {
		return 0
	}
	var sum time.Duration
	var n int
	for shard := range c.ShardManager.Shards() {
		sum += shard.Latency()
		n++
	}
	if n == 0 {
		return 0
	}
	return sum / time.Duration(n)
}
