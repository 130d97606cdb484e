// Package bot is the connection to Discord: the shards, the routing of interactions to the
// features' handlers, and the one voice in which the bot speaks.
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/disgoorg/disgo"
	disgobot "github.com/disgoorg/disgo/bot"
	"github.com/disgoorg/disgo/cache"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/disgo/sharding"
	"github.com/prometheus/client_golang/prometheus"
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

	cfg    Config
	client *disgobot.Client
	stop   context.CancelFunc

	working sync.WaitGroup
}

// NewRest is the REST client for everything in this process that calls Discord: it keeps to
// the limits that Discord's headers announce. apiURL is the base that /v10 is appended to.
func NewRest(token, apiURL string, log *slog.Logger) rest.Rest {
	quiet := Quiet(log)
	return rest.New(rest.NewClient(token,
		rest.WithURL(apiURL+"/v10"),
		rest.WithLogger(quiet),
		rest.WithUserAgent("DiscordBot (https://github.com/smarter-dev/smarterdev, 1)"),
		rest.WithDefaultRateLimiterConfigOpts(rest.WithRateLimiterLogger(quiet)),
	))
}

// New prepares a bot; nothing is connected yet.
func New(cfg Config) *Bot {
	m := newMetrics(cfg.Metrics)
	return &Bot{
		Mux:       newMux(cfg.Log, m),
		Listeners: &Listeners{log: cfg.Log, metrics: m, intents: gateway.IntentGuilds},
		cfg:       cfg,
	}
}

// Open connects every shard of this process and returns when each is ready, or when ctx ends.
// The bot then stays connected until Close, whatever becomes of ctx.
func (b *Bot) Open(ctx context.Context) error {
	base, stop := context.WithCancel(context.WithoutCancel(ctx))
	b.stop = stop
	b.Mux.mu.Lock()
	b.Mux.base = base
	b.Mux.mu.Unlock()

	shards := []sharding.ConfigOpt{
		sharding.WithGatewayConfigOpts(gateway.WithIntents(b.Listeners.intents)),
		sharding.WithLogger(Quiet(b.cfg.Log)),
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
		disgobot.WithLogger(Quiet(b.cfg.Log)),
		disgobot.WithRest(b.cfg.Rest),
		disgobot.WithShardManagerConfigOpts(shards...),
		disgobot.WithCacheConfigOpts(cache.WithCaches(cache.FlagGuilds, cache.FlagChannels, cache.FlagRoles, cache.FlagMembers)),
		disgobot.WithEventListeners(append(b.Listeners.list, b.Mux.router)...),
	)
	if err != nil {
		return fmt.Errorf("reach Discord: %w", err)
	}
	b.client = client
	for _, work := range b.Listeners.work {
		b.working.Go(func() { work(base) })
	}
	client.ShardManager.Open(ctx)
	for shard := range client.ShardManager.Shards() {
		if status := shard.Status(); status != gateway.StatusReady {
			return fmt.Errorf("shard %d did not become ready (%s)", shard.ShardID(), status)
		}
	}
	return ctx.Err()
}

// Close disconnects, lets what was begun be answered and ends the queues' workers, all within
// the time that ctx leaves.
func (b *Bot) Close(ctx context.Context) error {
	if b.client == nil {
		return nil
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.client.ShardManager.Close(ctx)
		b.Mux.drain(ctx)
		b.stop()
		b.working.Wait()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		b.stop()
		return errors.New("the Discord connection did not close in time")
	}
}

// Caches is what the gateway has told of guilds, channels, roles and members; nil before Open.
func (b *Bot) Caches() cache.Caches {
	if b.client == nil {
		return nil
	}
	return b.client.Caches
}

// Latency is the mean round trip of the shards' heartbeats; 0 before the first.
func (b *Bot) Latency() time.Duration {
	if b.client == nil {
		return 0
	}
	var sum time.Duration
	var n int
	for shard := range b.client.ShardManager.Shards() {
		sum += shard.Latency()
		n++
	}
	if n == 0 {
		return 0
	}
	return sum / time.Duration(n)
}
