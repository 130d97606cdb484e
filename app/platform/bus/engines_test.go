package bus_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
)

func TestMain(m *testing.M) {
	bus.LogDriver(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

// engine is one thing that a bus can stand on.
type engine struct {
	name string
	url  func(testing.TB) string
}

// engines are all of them: what is tested on each behaves the same on each.
func engines() []engine {
	return append([]engine{{"embedded", func(testing.TB) string { return "" }}}, servers()...)
}

// servers are those that several processes can share. The real one is that of
// TEST_REDIS_URL; the other speaks the protocol over a port, so that this side is tested
// also where nothing is installed.
func servers() []engine {
	return []engine{
		{"protocol", func(t testing.TB) string {
			mini := miniredis.NewMiniRedis()
			mini.ClockTTL(true)
			require.NoError(t, mini.Start())
			t.Cleanup(mini.Close)
			return "redis://" + mini.Addr()
		}},
		{"redis", func(t testing.TB) string {
			url := os.Getenv("TEST_REDIS_URL")
			if url == "" {
				t.Skip("TEST_REDIS_URL is not set, so nothing is tested on a real Redis")
			}
			return url
		}},
	}
}

func each(t *testing.T, list []engine, test func(t *testing.T, cfg bus.Config)) {
	t.Helper()
	for _, e := range list {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			// A machine out of breath is no outage: the time-out matters only where Redis is taken away.
			test(t, bus.Config{URL: e.url(t), Prefix: "test*" + uuid.NewString() + ":", Timeout: time.Minute})
		})
	}
}

func open(t testing.TB, cfg bus.Config) *bus.Bus {
	t.Helper()
	b, err := bus.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

// listener collects what a subscriber is told.
type listener struct {
	events  chan bus.Event
	resyncs chan struct{}
	cancel  func()
}

func listen(t testing.TB, b *bus.Bus, topics ...bus.Topic) listener {
	t.Helper()
	l := listener{events: make(chan bus.Event, 10_000), resyncs: make(chan struct{}, 10_000)}
	l.cancel = b.Subscribe(bus.Subscriber{
		Name: t.Name(), Topics: topics, Buffer: 10_000,
		Handle: func(_ context.Context, e bus.Event) { l.events <- e },
		Resync: func(context.Context) { l.resyncs <- struct{}{} },
	})
	t.Cleanup(l.cancel)
	return l
}

// until waits for a condition that nothing announces.
func until(condition func() bool) {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		<-tick.C
	}
}

// wire is a connection to Redis that can be cut or fall silent.
type wire struct {
	target string
	listen net.Listener

	mu     sync.Mutex
	gone   bool // connections are closed as soon as they are made
	silent bool // nothing passes any more
	wake   *sync.Cond
	conns  map[net.Conn]struct{}
}

// through puts a wire before the Redis of the configuration.
func through(t testing.TB, cfg bus.Config) (bus.Config, *wire) {
	t.Helper()
	options, err := redis.ParseURL(cfg.URL)
	require.NoError(t, err)
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &wire{target: options.Addr, listen: listen, conns: make(map[net.Conn]struct{})}
	w.wake = sync.NewCond(&w.mu)
	var serving sync.WaitGroup
	serving.Go(func() { w.serve(&serving) })
	t.Cleanup(func() {
		_ = listen.Close()
		w.set(true, false)
		serving.Wait()
	})
	cfg.URL = "redis://" + listen.Addr().String()
	return cfg, w
}

func (w *wire) cut()     { w.set(true, false) }
func (w *wire) silence() { w.set(false, true) }

// restore lets new connections through; those that were there are closed.
func (w *wire) restore() {
	w.set(true, false)
	w.set(false, false)
}

func (w *wire) set(gone, silent bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gone, w.silent = gone, silent
	if gone {
		for conn := range w.conns {
			_ = conn.Close()
		}
		clear(w.conns)
	}
	w.wake.Broadcast()
}

func (w *wire) serve(serving *sync.WaitGroup) {
	for {
		near, err := w.listen.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", w.target)
		if err != nil || !w.add(near, far) {
			_ = near.Close()
			continue
		}
		serving.Go(func() { w.copy(far, near) })
		serving.Go(func() { w.copy(near, far) })
	}
}

func (w *wire) add(near, far net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.gone {
		_ = far.Close()
		return false
	}
	w.conns[near], w.conns[far] = struct{}{}, struct{}{}
	return true
}

func (w *wire) copy(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	_, _ = io.Copy(gate{w, to}, from)
}

// gate holds back what is written while the wire is silent.
type gate struct {
	wire *wire
	to   net.Conn
}

func (g gate) Write(p []byte) (int, error) {
	g.wire.mu.Lock()
	for g.wire.silent {
		g.wire.wake.Wait()
	}
	g.wire.mu.Unlock()
	return g.to.Write(p)
}
