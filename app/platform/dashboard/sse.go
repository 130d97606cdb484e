package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/web"
)

const (
	recheckEvery = time.Minute      // a stream's right is looked up anew
	quietFor     = 20 * time.Second // after which a comment keeps proxies from closing a stream
	streamBuffer = 64               // events that may wait for a slow reader, who then is told to look again
)

// stream registers a stream of what happens, on a guild or on all that the person may see. It
// tells the names of topics and nothing else; whoever wants to know more asks, and is checked then.
func (p *Pages) stream(pattern string, right Right) {
	p.note(http.MethodGet, pattern, right)
	p.admin.Get(pattern, func(w http.ResponseWriter, r *http.Request) {
		asked := &Request{Request: r, Person: personOf(r.Context()), pages: p, w: w}
		if !asked.Person.Known() {
			w.WriteHeader(http.StatusNoContent) // which tells a browser not to connect again
			return
		}
		if err := p.permit(asked, right); err != nil {
			p.fail(w, r, err)
			return
		}
		p.live.serve(asked, right)
	})
}

// live hands what happens to the streams of this process.
type live struct {
	pages  *Pages
	topics map[bus.Topic]Topic
	cancel func()

	mu      sync.Mutex
	readers map[*reader]struct{}
	recent  []happened // the latest last
}

type reader struct {
	events chan bus.Event
	missed chan struct{}
}

func newLive(p *Pages, b *bus.Bus) *live {
	l := &live{pages: p, topics: topicsOf(p.config.Topics), readers: make(map[*reader]struct{})}
	l.cancel = b.Subscribe(bus.Subscriber{
		Name:   "dashboard",
		Handle: func(_ context.Context, e bus.Event) { l.tell(e) },
		Resync: func(context.Context) { l.resync() },
	})
	return l
}

func (l *live) close() { l.cancel() }

func (l *live) tell(e bus.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.remember(e)
	for r := range l.readers {
		select {
		case r.events <- e:
		default:
			r.miss()
		}
	}
}

func (l *live) resync() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for r := range l.readers {
		r.miss()
	}
}

func (r *reader) miss() {
	select {
	case r.missed <- struct{}{}:
	default:
	}
}

func (l *live) join() (*reader, func()) {
	r := &reader{events: make(chan bus.Event, streamBuffer), missed: make(chan struct{}, 1)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.readers[r] = struct{}{}
	return r, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.readers, r)
	}
}

// serve writes a stream until its reader leaves, the server stops or the right is gone.
func (l *live) serve(r *Request, right Right) {
	reader, leave := l.join()
	defer leave()
	mine, err := l.visible(r)
	if err != nil {
		l.pages.fail(r.w, r.Request, err)
		return
	}
	r.w.Header().Set("Content-Type", "text/event-stream")
	r.w.WriteHeader(http.StatusOK)
	out := http.NewResponseController(r.w)
	say := func(text string) bool {
		_, err := fmt.Fprint(r.w, text)
		return err == nil && out.Flush() == nil
	}
	if !say("retry: 2000\n\n") {
		return
	}
	recheck, quiet := time.NewTicker(recheckEvery), time.NewTicker(quietFor)
	defer recheck.Stop()
	defer quiet.Stop()
	for ok := true; ok; {
		select {
		case <-r.Context().Done():
			return
		case e := <-reader.events:
			if mine(e.Guild) {
				ok = say("event: " + eventName(e.Topic) + "\ndata: 1\n\n")
			}
		case <-reader.missed:
			ok = say("event: resync\ndata: 1\n\n")
		case <-quiet.C:
			ok = say(": still here\n\n")
		case <-recheck.C:
			r.guilds = nil
			if !l.still(r, right) {
				return
			}
			if mine, err = l.visible(r); err != nil {
				return
			}
		}
	}
}

// still reports whether the person is signed in and holds the right as before.
func (l *live) still(r *Request, right Right) bool {
	p := l.pages
	ctx, err := p.sessions.Load(withoutSession{r.Context()}, p.cookie(r.Request))
	if err != nil || parsePerson(p.sessions.GetString(ctx, sessionPerson)).Key() != r.Person.Key() {
		return false
	}
	person := r.Person
	person.Admin = false
	admits, err := p.admits(r.Request.WithContext(ctx), &person)
	if err != nil || !admits {
		return false
	}
	r.Person = person
	return p.permit(r, right) == nil
}

// visible returns which guilds' events the person may hear of.
func (l *live) visible(r *Request) (func(guild snowflake.ID) bool, error) {
	if r.Guild.ID != 0 {
		return func(guild snowflake.ID) bool { return guild == r.Guild.ID }, nil
	}
	if r.Person.Admin {
		return func(snowflake.ID) bool { return true }, nil
	}
	guilds, err := l.pages.Guilds(r)
	if err != nil {
		return nil, err
	}
	mine := make(map[snowflake.ID]bool, len(guilds))
	for _, g := range guilds {
		mine[g.ID] = true
	}
	return func(guild snowflake.ID) bool { return mine[guild] }, nil
}

// withoutSession hides the session that a request began with, so that it is read anew.
type withoutSession struct{ context.Context }

// Value hides what the session manager keeps.
func (c withoutSession) Value(key any) any {
	if _, person := key.(personKey); person {
		return c.Context.Value(key)
	}
	return web.ScopeValue(c.Context, key)
}

// cookie is the session's token as the browser sent it.
func (p *Pages) cookie(r *http.Request) string {
	cookie, err := r.Cookie(p.sessions.Cookie.Name)
	if err != nil {
		return ""
	}
	return cookie.Value
}
