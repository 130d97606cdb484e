package bot

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"

	disgo "github.com/disgoorg/disgo/bot"
	"github.com/disgoorg/disgo/gateway"
)

// Listeners collects what features want to hear from the gateway, and the intents for it.
type Listeners struct {
	list    []disgo.EventListener
	intents gateway.Intents
	queues  []queue
	log     *slog.Logger
	metrics *metrics
}

// queue is a Queue of any type.
type queue interface {
	run(ctx context.Context, workers *sync.WaitGroup)
	close()
	discard() int
}

// Need adds intents that a feature's listeners depend on.
func (l *Listeners) Need(intents ...gateway.Intents) { l.intents = l.intents.Add(intents...) }

// On calls f for each event of type E, in the order of the gateway. f runs on the goroutine
// that reads the shard: it must be quick, or hand the event to a bounded queue. A panic in f
// is logged and ends nothing else.
func On[E disgo.Event](l *Listeners, f func(e E)) {
	name := strings.TrimPrefix(fmt.Sprintf("%T", *new(E)), "*events.")
	counter := l.metrics.events.WithLabelValues(name)
	l.list = append(l.list, disgo.NewListenerFunc(func(e E) {
		counter.Inc()
		l.guard(name, func() { f(e) })
	}))
}

// guard runs f and logs a panic instead of passing it on.
func (l *Listeners) guard(name string, f func()) {
	defer func() {
		if p := recover(); p != nil {
			l.log.Error("listener panicked", "event", name, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	f()
}
