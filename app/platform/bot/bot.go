// Package bot is the connection to Discord: the shards, the routing of interactions to the
// features' handlers, and the one voice in which the bot speaks.
package bot

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/disgoorg/disgo"
	disgobot "github.com/disgoorg/disgo/bot"
	"github.com/disgoorg/disgo/cache"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/smarter-dev/smarterdev/app/platform/logging"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Config says how to reach Discord.
type Config struct {
	Token      string
	Rest       rest.Rest // shared with everything else that calls Discord
	ShardCount int       // 0: as many as Discord recommends
	ShardIDs   []int     // which of them live in this process; empty: all
	Log        *slog.Logger
	Metrics    prometheus.Registerer
	Languages  *i18n.Catalogues // of replies and commands; nil: English alone
}

// Bot is one process's connection to Discord. Mount handlers on its Mux and Listeners before
// Open.
type Bot struct {
	Mux       *Mux
	Listeners *Listeners

	cfg     Config
	lenient *lenient
	online  atomic.Pointer[online] // nil while not connected
	base    context.Context        //nolint:containedctx // of handlers and workers; ends with Close
	stop    context.CancelFunc
	start   sync.Once
	workers sync.WaitGroup
}

// online is what there is of a bot between Open and Close.
type online struct {
	shards      []*shard
	caches      cache.Caches
	application snowflake.ID
}

// New prepares a bot; nothing is connected yet.
func New(cfg Config) *Bot {
	m := newMetrics(cfg.Metrics)
	base, stop := context.WithCancel(context.Background())
	return &Bot{
		Mux:       newMux(base, cfg.Log, m, cfg.Languages),
		Listeners: &Listeners{log: cfg.Log, metrics: m, intents: newIntents(cfg.Log)},
		cfg:       cfg,
		lenient:   newLenient(cfg.Log, cfg.Metrics),
		base:      base,
		stop:      stop,
	}
}

// Open connects every shard of this process and returns when each is ready, or when ctx ends.
// After an error it may be called again. The bot then stays connected until Close, whatever
// becomes of ctx.
func (b *Bot) Open(ctx context.Context) error {
	o, err := b.prepare(ctx)
	if err != nil {
		return err
	}
	b.work()
	b.online.Store(o)
	var g errgroup.Group
	for _, s := range o.shards {
		g.Go(func() error {
			if err := s.Open(ctx); err != nil {
				return fmt.Errorf("shard %d did not become ready: %w", s.id, err)
			}
			return nil
		})
	}
	if err = g.Wait(); err != nil {
		b.online.Store(nil)
		o.close(context.WithoutCancel(ctx))
	}
	return err
}

// prepare makes the shards of this process. Each has a client of the library's for itself, because
// all listeners of a client run under one lock; they share the caches.
func (b *Bot) prepare(ctx context.Context) (*online, error) {
	intents := b.Listeners.intents
	if err := intents.check(ctx, b.cfg.Rest); err != nil {
		return nil, err
	}
	advice, err := b.cfg.Rest.GetGatewayBot(rest.WithCtx(ctx))
	if err != nil {
		return nil, fmt.Errorf("reach Discord: %w", err)
	}
	quiet := logging.Quiet(b.cfg.Log)
	caches := cache.New(
		cache.WithCaches(cache.FlagGuilds, cache.FlagChannels, cache.FlagRoles, cache.FlagMembers),
		// Nobody says when the members that are held change, without the intent.
		cache.WithMemberCachePolicy(func(discord.Member) bool { return b.Has(gateway.IntentGuildMembers) }),
	)
	intents.mu.Lock()
	intents.dropped = func() {
		for guild := range caches.Guilds() {
			caches.RemoveMembersByGuildID(guild.ID)
		}
	}
	intents.mu.Unlock()
	common := shardConfig{
		token: b.cfg.Token, url: advice.URL, count: cmp.Or(b.cfg.ShardCount, advice.Shards, 1),
		identify: gateway.NewIdentifyRateLimiter(
			gateway.WithIdentifyMaxConcurrency(max(1, advice.SessionStartLimit.MaxConcurrency)), gateway.WithIdentifyRateLimiterLogger(quiet)),
		intents:    intents.granted,
		disallowed: func(ctx context.Context) error { return intents.disallowed(ctx, b.cfg.Rest) },
		lenient:    b.lenient,
		log:        b.cfg.Log,
	}
	ids := b.cfg.ShardIDs
	if len(ids) == 0 {
		for id := range common.count {
			ids = append(ids, id)
		}
	}
	o := &online{caches: caches}
	for _, id := range ids {
		s := newShard(id, common)
		client, err := disgo.New(b.cfg.Token,
			disgobot.WithLogger(quiet),
			disgobot.WithRest(b.cfg.Rest),
			disgobot.WithGateway(s),
			disgobot.WithCaches(caches),
			disgobot.WithEventListeners(append(slices.Clone(b.Listeners.list), b.Mux.router)...),
		)
		if err != nil {
			return nil, fmt.Errorf("prepare shard %d: %w", id, err)
		}
		s.emit = client.EventManager.HandleGatewayEvent
		o.shards, o.application = append(o.shards, s), client.ApplicationID
	}
	return o, nil
}

// close disconnects all shards.
func (o *online) close(ctx context.Context) {
	var all sync.WaitGroup
	for _, s := range o.shards {
		all.Go(func() { s.Close(ctx) })
	}
	all.Wait()
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
		if o := b.online.Load(); o != nil {
			o.close(ctx)
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

// Caches is what the gateway has said of guilds, channels, roles and members; nil before Open. It
// holds no members where the Server Members Intent is missing.
func (b *Bot) Caches() cache.Caches {
	if o := b.online.Load(); o != nil {
		return o.caches
	}
	return nil
}

// Guilds is how many guilds the shards of this process know.
func (b *Bot) Guilds() int {
	if o := b.online.Load(); o != nil {
		return o.caches.GuildsLen()
	}
	return 0
}

// Has reports whether the bot hears the events of an intent. It may change while the bot runs.
func (b *Bot) Has(intent gateway.Intents) bool { return b.Listeners.Has(intent) }

// Missing lists the privileged intents that features prefer and that the bot does without.
func (b *Bot) Missing() []MissingIntent { return b.Listeners.intents.missing() }

// Shards lists the shards of this process.
func (b *Bot) Shards() []int { return b.list(func(*shard) bool { return true }) }

// NotReady lists the shards of this process that are not connected at present.
func (b *Bot) NotReady() []int {
	return b.list(func(s *shard) bool { return s.Status() != gateway.StatusReady })
}

func (b *Bot) list(match func(*shard) bool) []int {
	ids := []int{}
	if o := b.online.Load(); o != nil {
		for _, s := range o.shards {
			if match(s) {
				ids = append(ids, s.id)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

// Latency is the mean round trip of the shards' heartbeats; 0 before the first.
func (b *Bot) Latency() time.Duration {
	o := b.online.Load()
	if o == nil || len(o.shards) == 0 {
		return 0
	}
	var sum time.Duration
	for _, s := range o.shards {
		sum += s.Latency()
	}
	return sum / time.Duration(len(o.shards))
}
