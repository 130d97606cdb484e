package bot

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/handler"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// handlerTimeout bounds one interaction. What must outlive it is a job.
const handlerTimeout = 30 * time.Second

// Handler responds to one interaction. A *fault.Error becomes an ephemeral refusal in its own
// words; any other error is logged and the person is told that it was our fault. Slow work
// needs no care: the response is deferred when it takes longer than a second and a half.
type Handler func(ctx context.Context, i *Interaction) (Reply, error)

// Mux routes interactions to the handlers that features mount on it.
type Mux struct {
	router    *handler.Mux
	log       *slog.Logger
	metrics   *metrics
	languages *i18n.Catalogues // nil: English alone

	base    context.Context // handlers live no longer
	running sync.WaitGroup

	present  func(ctx context.Context, guild snowflake.ID) (bool, error) // nil: everywhere
	requires map[string][]discord.Permissions                            // of the routes of a command, by its name
}

func newMux(base context.Context, log *slog.Logger, m *metrics, languages *i18n.Catalogues) *Mux {
	mux := &Mux{router: handler.New(), log: log, metrics: m, languages: languages, base: base, requires: map[string][]discord.Permissions{}}
	mux.router.NotFound(func(e *handler.InteractionEvent) error { return mux.serve("none", e, unknown) })
	return mux
}

// printer words what somebody reads whose client has this locale.
func (m *Mux) printer(locale discord.Locale) *i18n.Printer {
	if m.languages == nil {
		return i18n.English()
	}
	return m.languages.Printer(string(locale))
}

// unknown responds to what no feature handles: a button of an older version, or a command that
// Discord still shows.
func unknown(_ context.Context, i *Interaction) (Reply, error) {
	return Ephemeral(Error(i.T("No longer available"), i.T("This is from an earlier version. Run the command again."))), nil
}

// Command mounts the handler of a slash command by its path: "/bytes/send".
func (m *Mux) Command(path string, h Handler, limits ...Limit) {
	h = m.limited(path, h, limits)
	m.router.Command(path, func(e *handler.CommandEvent) error {
		return m.serve(path, interactionEvent(e.GenericEvent, e.ApplicationCommandInteraction, e.Respond, e.Vars), h)
	})
}

// Button mounts the handler of buttons by the pattern of their custom id, which begins with a
// slash and may hold variables: "/bytes/send/{confirmation}/confirm". A pattern also matches
// every custom id that it is a beginning of, and the first that was mounted wins.
func (m *Mux) Button(pattern string, h Handler) {
	m.router.Component(pattern, func(e *handler.ComponentEvent) error {
		return m.serve(pattern, interactionEvent(e.GenericEvent, e.ComponentInteraction, e.Respond, e.Vars), h)
	})
}

// Select mounts the handler of a menu of choices by the pattern of its custom id, as Button does; what was
// chosen is in Interaction.Values.
func (m *Mux) Select(pattern string, h Handler) { m.Button(pattern, h) }

// UserCommand mounts the handler of a context menu on members by its name: "/Send Bytes".
func (m *Mux) UserCommand(name string, h Handler, limits ...Limit) {
	h = m.limited(name, h, limits)
	m.router.UserCommand(name, func(_ discord.UserCommandInteractionData, e *handler.CommandEvent) error {
		return m.serve(name, interactionEvent(e.GenericEvent, e.ApplicationCommandInteraction, e.Respond, e.Vars), h)
	})
}

// Modal mounts the handler of modals by the pattern of their custom id, as Button does.
func (m *Mux) Modal(pattern string, h Handler) {
	m.router.Modal(pattern, func(e *handler.ModalEvent) error {
		return m.serve(pattern, interactionEvent(e.GenericEvent, e.ModalSubmitInteraction, e.Respond, e.Vars), h)
	})
}

// serve responds in a goroutine of its own, so that the shard reads on.
func (m *Mux) serve(route string, e *handler.InteractionEvent, h Handler) error {
	m.running.Go(func() {
		ctx, cancel := context.WithTimeout(m.base, handlerTimeout)
		defer cancel()
		if e.GuildID() == nil || e.Member() == nil {
			p := m.printer(e.Locale())
			if err := e.CreateMessage(Ephemeral(Error(p.T("Not here"), p.T("This works only in a server."))).message(), rest.WithCtx(ctx)); err != nil {
				m.log.Warn("interaction outside of a server not answered", "interaction", e.ID(), "route", route, "error", err)
			}
			return
		}
		m.respond(ctx, route, e, h)
	})
	return nil
}

func (m *Mux) respond(ctx context.Context, route string, e *handler.InteractionEvent, h Handler) {
	start := time.Now()
	interaction := newInteraction(m.printer(e.Locale()), e)
	log := m.log.With("interaction", interaction.ID, "route", route, "guild", interaction.Guild, "user", interaction.User().ID)
	a := beginResponse(e, interaction)

	outcome := "ok"
	reply, err := call(ctx, m.served(h), interaction)
	if err != nil {
		var ours bool
		reply, ours = refusal(interaction.Printer, err, interaction.ID)
		outcome = "refused"
		if ours {
			outcome = "error"
			log.Error("interaction failed", "error", err)
		}
	}
	// The person gets a response even when the handler used up its time or the program is stopping.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), handlerTimeout)
	defer cancel()
	if err := a.send(ctx, reply); err != nil {
		outcome = "unanswered"
		log.Error("interaction not answered", "error", err)
	}
	took := time.Since(start)
	m.metrics.interaction(route, outcome, took)
	log.Debug("interaction", "outcome", outcome, "took", took)
}

// call turns a panic of a handler into an error with its stack.
func call(ctx context.Context, h Handler, i *Interaction) (r Reply, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return h(ctx, i)
}

// drain waits until every interaction that has begun is answered, or until ctx ends.
func (m *Mux) drain(ctx context.Context) {
	done := make(chan struct{})
	go func() { m.running.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

func interactionEvent(e *events.GenericEvent, i discord.Interaction, respond events.InteractionResponderFunc, vars map[string]string) *handler.InteractionEvent {
	return &handler.InteractionEvent{
		InteractionCreate: &events.InteractionCreate{GenericEvent: e, Interaction: i, Respond: respond},
		Vars:              vars,
	}
}
