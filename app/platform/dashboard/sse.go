package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/web"
)

const (
	recheckEvery   = time.Minute      // how often the right to a stream is checked again
	keepAliveEvery = 20 * time.Second // how often a comment keeps proxies from closing a stream
	streamBuffer   = 64               // events that may wait for a slow reader before it must resync
	mostStreams    = 8                // that one session may have open in this process
)

// stream registers an event stream, of a guild or of all guilds that the person may see. It sends only
// the names of topics; the page then requests what changed, with the usual checks.
func (p *Pages) stream(pattern string, right Right) {
	p.addRoute(http.MethodGet, pattern, right)
	p.admin.Get(pattern, func(w http.ResponseWriter, r *http.Request) {
		req := &Request{Request: r, Person: personOf(r.Context()), pages: p, w: w}
		if !req.Person.Known() {
			w.WriteHeader(http.StatusNoContent) // a browser does not reconnect after this
			return
		}
		if err := p.authorize(req, right); err != nil {
			p.fail(w, r, err)
			return
		}
		p.live.serve(req, right)
	})
}

// live distributes events to the streams of this process.
type live struct {
	pages  *Pages
	topics map[bus.Topic]Topic
	cancel func()

	mu      sync.Mutex
	readers map[*reader]struct{}
	recent  []recentEvent // the latest last
}

type reader struct {
	session string // the token of the session that reads
	events  chan bus.Event
	missed  chan struct{}
}

func newLive(p *Pages, b *bus.Bus) *live {
	l := &live{pages: p, topics: topicsOf(p.config.Topics), readers: make(map[*reader]struct{})}
	l.cancel = b.Subscribe(bus.Subscriber{
		Name:   "dashboard",
		Handle: func(_ context.Context, e bus.Event) { l.publish(e) },
		Resync: func(context.Context) { l.resync() },
	})
	return l
}

func (l *live) close() { l.cancel() }

func (l *live) publish(e bus.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.remember(e)
	for r := range l.readers {
		select {
		case r.events <- e:
		default:
			r.markMissed()
		}
	}
}

func (l *live) resync() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for r := range l.readers {
		r.markMissed()
	}
}

func (r *reader) markMissed() {
	select {
	case r.missed <- struct{}{}:
	default:
	}
}

// subscribe adds a reader of a session. It fails with Limited when the session has as many as it may.
func (l *live) subscribe(session string) (*reader, func(), error) {
	r := &reader{session: session, events: make(chan bus.Event, streamBuffer), missed: make(chan struct{}, 1)}
	l.mu.Lock()
	defer l.mu.Unlock()
	open := 0
	for other := range l.readers {
		if other.session == session {
			open++
		}
	}
	if open >= mostStreams {
		return nil, nil, fault.New(fault.Limited, "rate_limited",
			"This browser already has %d pages open that update themselves. Close one of them and reload this page.", open)
	}
	l.readers[r] = struct{}{}
	return r, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.readers, r)
	}, nil
}

// serve writes a stream until the client disconnects, the server stops or the right is lost.
func (l *live) serve(r *Request, right Right) {
	reader, unsubscribe, err := l.subscribe(l.pages.sessions.Token(r.Context()))
	if err != nil {
		l.pages.fail(r.w, r.Request, err)
		return
	}
	defer unsubscribe()
	visibleTo, err := l.visible(r)
	if err != nil {
		l.pages.fail(r.w, r.Request, err)
		return
	}
	r.w.Header().Set("Content-Type", "text/event-stream")
	r.w.WriteHeader(http.StatusOK)
	out := http.NewResponseController(r.w)
	send := func(text string) bool {
		_, err := fmt.Fprint(r.w, text)
		return err == nil && out.Flush() == nil
	}
	if !send("retry: 2000\n\n") {
		return
	}
	recheck, keepAlive := time.NewTicker(recheckEvery), time.NewTicker(keepAliveEvery)
	defer recheck.Stop()
	defer keepAlive.Stop()
	for ok := true; ok; {
		select {
		case <-r.Context().Done():
			return
		case e := <-reader.events:
			if visibleTo(e.Guild) {
				ok = send("event: " + eventName(e.Topic) + "\ndata: 1\n\n")
			}
		case <-reader.missed:
			ok = send("event: resync\ndata: 1\n\n")
		case <-keepAlive.C:
			ok = send(": still here\n\n")
		case <-recheck.C:
			r.guilds = nil
			if !l.stillAllowed(r, right) {
				return
			}
			if visibleTo, err = l.visible(r); err != nil {
				return
			}
		}
	}
}

// stillAllowed reports whether the person is still signed in and still has the right.
func (l *live) stillAllowed(r *Request, right Right) bool {
	ok, err := l.pages.stillSignedIn(r)
	return ok && err == nil && l.pages.authorize(r, right) == nil
}

// visible returns a filter for the guilds whose events the person may see.
func (l *live) visible(r *Request) (func(guild snowflake.ID) bool, error) {
	if r.Guild.ID != 0 {
		return func(guild snowflake.ID) bool { return guild == r.Guild.ID }, nil
	}
	if r.Person.Admin {
		return func(snowflake.ID) bool { return true }, nil
	}
	guilds, err := l.pages.visibleGuilds(r)
	if err != nil {
		return nil, err
	}
	mine := make(map[snowflake.ID]bool, len(guilds))
	for _, g := range guilds {
		mine[g.ID] = true
	}
	return func(guild snowflake.ID) bool { return mine[guild] }, nil
}

// withoutSession hides the session in the context of a request, so that it is loaded again.
type withoutSession struct{ context.Context }

// Value hides the values of the session manager.
func (c withoutSession) Value(key any) any {
	if _, person := key.(personKey); person {
		return c.Context.Value(key)
	}
	return web.ScopeValue(c.Context, key)
}

// cookie is the session token that the browser sent.
func (p *Pages) cookie(r *http.Request) string {
	cookie, err := r.Cookie(p.sessions.Cookie.Name)
	if err != nil {
		return ""
	}
	return cookie.Value
}
