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

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Listeners collects what features want to hear from the gateway, and the intents for it.
type Listeners struct {
	list    []disgo.EventListener
	intents *intents
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

// Require adds intents without which a feature makes no sense. Where the bot's owner has switched off
// a privileged one of them, Open fails.
func (l *Listeners) Require(intents ...gateway.Intents) {
	l.intents.mu.Lock()
	defer l.intents.mu.Unlock()
	l.intents.required = l.intents.required.Add(intents...)
}

// Prefer adds an intent that a feature can do without. effect says, in a sentence without values for the
// bot's owner, what does not work where it is switched off.
func (l *Listeners) Prefer(intent gateway.Intents, effect i18n.Text) {
	l.intents.mu.Lock()
	defer l.intents.mu.Unlock()
	l.intents.preferred = l.intents.preferred.Add(intent)
	l.intents.effects[intent] = append(l.intents.effects[intent], effect)
}

// Has reports whether the bot hears the events of an intent. It may change while the bot runs.
func (l *Listeners) Has(intent gateway.Intents) bool { return l.intents.granted().Has(intent) }

// On calls f for each event of type E, in the order of the gateway. f runs on the goroutine that
// reads the shard, under the library's lock on its listeners: it picks the events that matter and
// hands them to a Queue. It asks no database, calls nothing outside and matches no patterns. A panic
// in f is logged and ends nothing else.
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
