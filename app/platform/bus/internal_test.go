package bus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestEmbeddedClockLetsKeysExpire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := startEmbedded()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { e.runClock(ctx); close(done) }()
		require.NoError(t, e.mini.Set("short", "v"))
		e.mini.SetTTL("short", time.Minute)
		require.NoError(t, e.mini.Set("long", "v"))
		e.mini.SetTTL("long", 24*time.Hour)
		require.NoError(t, e.mini.Set("ever", "v"))

		time.Sleep(time.Minute - 2*clockStep)
		require.True(t, e.mini.Exists("short"))
		time.Sleep(4 * clockStep)
		require.False(t, e.mini.Exists("short"))
		require.True(t, e.mini.Exists("long"))
		time.Sleep(24 * time.Hour)
		require.Equal(t, []string{"ever"}, e.mini.Keys())

		cancel()
		<-done
		e.close()
	})
}

func TestCloseLeavesNothingRunning(t *testing.T) { // not parallel: it looks at every goroutine
	before := goleak.IgnoreCurrent()
	b, err := Open(t.Context(), Config{})
	require.NoError(t, err)
	b.Subscribe(Subscriber{Name: "s", Handle: func(context.Context, Event) {}})
	require.NoError(t, b.Set(t.Context(), "k", 1, time.Minute))
	b.Publish(t.Context(), Event{Topic: RuleHit})
	require.NoError(t, b.Close())
	goleak.VerifyNone(t, before)
}

func TestCloseNamesWhoDoesNotEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, err := Open(t.Context(), Config{})
		require.NoError(t, err)
		entered, release := make(chan struct{}), make(chan struct{})
		b.Subscribe(Subscriber{Name: "careless", Handle: func(context.Context, Event) {
			close(entered)
			<-release
		}})
		b.Publish(t.Context(), Event{Topic: RuleHit})
		<-entered
		require.EqualError(t, b.Close(), "closing the bus: still running: careless")
		close(release)
	})
}

func TestSilentSubscriptionIsClosed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &Bus{}
		options, err := clientOptions(Config{}, b)
		require.NoError(t, err)
		client := redis.NewClient(options)
		sub := client.Subscribe(t.Context(), "channel")
		var heard atomic.Int64
		heard.Store(time.Now().UnixNano())
		start := time.Now()
		go watch(t.Context(), sub, &heard)
		for pongs := 0; ; {
			message, err := sub.Receive(t.Context())
			if err != nil {
				require.EqualValues(t, silent, heard.Load())
				require.Positive(t, pongs, "it was pinged before")
				break
			}
			if _, ok := message.(*redis.Pong); ok {
				pongs++
			}
			if pongs == 2 { // from now on it seems that nothing comes
				heard.CompareAndSwap(start.UnixNano(), time.Now().UnixNano())
			}
		}
		require.Greater(t, time.Since(start), deafAfter+pingEvery)
		require.NoError(t, client.Close())
		b.inside.close()
	})
}

func TestLinkProbesUntilRedisIsBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var pings, healed atomic.Int32
		var reachable atomic.Bool
		l := newLink(slog.New(slog.DiscardHandler), func(context.Context) error {
			pings.Add(1)
			if reachable.Load() {
				return nil
			}
			return io.EOF
		})
		l.heal = func(context.Context) error {
			if healed.Add(1) == 1 {
				return errors.New("not yet")
			}
			return nil
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { l.run(ctx); close(done) }()

		time.Sleep(time.Minute)
		require.Zero(t, pings.Load(), "nobody asks a Redis that works")
		l.failed(io.EOF)
		l.failed(io.ErrUnexpectedEOF)
		require.False(t, l.ok())
		time.Sleep(10 * time.Second)
		require.InDelta(t, 20, pings.Load(), 2)

		reachable.Store(true)
		require.NoError(t, l.wait(t.Context()))
		require.True(t, l.ok())
		require.EqualValues(t, 2, healed.Load(), "it is not back until what was missed is healed")

		// One that answers pings and fails at work is left alone for longer and longer.
		var gone []time.Duration
		for range 8 {
			l.failed(io.EOF)
			start := time.Now()
			require.NoError(t, l.wait(t.Context()))
			gone = append(gone, time.Since(start))
		}
		require.Equal(t, []time.Duration{
			100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond,
			1600 * time.Millisecond, 3200 * time.Millisecond, 4 * time.Second, 4 * time.Second,
		}, gone)
		time.Sleep(time.Minute)
		l.failed(io.EOF)
		start := time.Now()
		require.NoError(t, l.wait(t.Context()))
		require.Zero(t, time.Since(start))
		cancel()
		<-done
	})
}

func TestOnlyFailuresOfTheConnectionCountAsGone(t *testing.T) {
	t.Parallel()
	answer := func(text string) error {
		client := redis.NewClient(&redis.Options{})
		defer client.Close()
		cmd := redis.NewCmd(t.Context())
		cmd.SetErr(redisAnswer(text))
		return fmt.Errorf("wrapped: %w", cmd.Err())
	}
	for err, want := range map[error]bool{
		io.EOF:                   true,
		context.DeadlineExceeded: true,
		redis.ErrPoolTimeout:     true,
		answer("LOADING Redis is loading the dataset in memory"):               true,
		answer("READONLY You can't write against a read only replica."):        true,
		answer("WRONGTYPE Operation against a key holding the wrong kind"):     false,
		answer("NOPERM this user has no permissions to run the 'get' command"): false,
		redis.Nil: false,
	} {
		require.Equal(t, want, broken(err), err)
	}
	require.False(t, broken(nil))
}

type redisAnswer string

func (a redisAnswer) Error() string { return string(a) }
func (redisAnswer) RedisError()     {}

func TestCadenceNeverAllowsMoreThanRateAndBurst(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := pace(Limit{
			PerSecond: rapid.Float64Range(0.001, 10_000).Draw(t, "rate"),
			Burst:     rapid.IntRange(-1, 200).Draw(t, "burst"),
		})
		steps := rapid.SliceOfN(rapid.Int64Range(0, 3*int64(p.interval)), 1, 300).Draw(t, "steps")
		var arrival, now int64
		var allowed []int64
		for _, step := range steps {
			now += step
			before := arrival
			r := p.take(&arrival, now)
			if r.Allowed {
				allowed = append(allowed, now)
				require.Zero(t, r.RetryAfter)
				// Exactly what is said to remain can still be had.
				again := arrival
				for range r.Remaining {
					require.True(t, p.take(&again, now).Allowed)
				}
				require.False(t, p.take(&again, now).Allowed)
			} else {
				require.Equal(t, before, arrival, "a refusal costs nothing")
				require.Positive(t, r.RetryAfter)
				early, later := arrival, arrival
				require.False(t, p.take(&early, now+int64(r.RetryAfter)-1).Allowed)
				require.True(t, p.take(&later, now+int64(r.RetryAfter)).Allowed)
			}
		}
		for i, from := range allowed {
			for j, to := range allowed[i:] {
				require.LessOrEqual(t, int64(j+1), p.burst+(to-from)/int64(p.interval))
			}
		}
	})
}

func TestPaceOfUnreasonableLimits(t *testing.T) {
	t.Parallel()
	for _, limit := range []Limit{
		{PerSecond: 1e-300, Burst: 1 << 62}, {PerSecond: 1e300, Burst: 1 << 62}, {PerSecond: 1e300, Burst: -5},
	} {
		p := pace(limit)
		require.Positive(t, p.interval)
		require.Positive(t, p.burst)
		var arrival int64
		require.True(t, p.take(&arrival, int64(time.Hour)).Allowed, limit)
		require.Positive(t, arrival)
	}
}

func TestBucketsAreSwept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBuckets(1 << 16)
		slow, quick := pace(Limit{PerSecond: 1.0 / 3600, Burst: 1}), pace(Limit{PerSecond: 10, Burst: 1})
		require.True(t, b.take("slow", slow).Allowed)
		for i := range 10_000 {
			require.True(t, b.take(fmt.Sprint(i), quick).Allowed)
		}
		require.Equal(t, 10_001, b.len())
		time.Sleep(2 * bucketSweep)
		for i := range 1000 {
			b.take(fmt.Sprint("later", i), quick)
		}
		require.LessOrEqual(t, b.len(), 1001)
		require.False(t, b.take("slow", slow).Allowed, "what still counts is kept")
	})
}

func TestFullBucketsMakeRoom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBuckets(64)
		p := pace(Limit{PerSecond: 1, Burst: 1})
		for i := range 5000 {
			b.take(fmt.Sprint(i), p)
		}
		require.Equal(t, 64, b.len())
		time.Sleep(3 * time.Second)
		allowed := 0
		for i := range 48 {
			if b.take(fmt.Sprint("new", i), p).Allowed {
				allowed++
			}
		}
		require.Greater(t, allowed, 32)
	})
}

func TestPatternsMatchOnlyThemselves(t *testing.T) {
	t.Parallel()
	require.Equal(t, `a\*b\?c\[d\]e\\f`, escapeGlob(`a*b?c[d]e\f`))
}
