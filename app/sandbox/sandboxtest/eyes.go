package sandboxtest

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"github.com/disgoorg/snowflake/v2"
)

// Event is one thing that a person saw.
type Event struct {
	Name        string          `json:"name"` // Discord's name for it
	Interaction snowflake.ID    `json:"interaction_id"`
	Data        json.RawMessage `json:"data"`
}

// Into decodes the event's data.
func (e Event) Into(v any) bool { return json.Unmarshal(e.Data, v) == nil }

// eyes collect what a person sees, from when the test first looked.
type eyes struct {
	mu    sync.Mutex
	seen  []Event
	more  chan struct{} // closed at the next event
	ended bool
}

// follow opens the person's stream. It returns when nothing that happens from now on is missed.
func (p *Person) follow() {
	p.world.t.Helper()
	p.eyes = &eyes{more: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	var state struct {
		Cursor json.Number `json:"cursor"`
	}
	p.world.must(http.MethodGet, p.path+"/state", nil, &state)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.world.base+p.path+"/events?after="+state.Cursor.String(), nil)
	if err != nil {
		p.world.t.Fatalf("follow a person: %v", err)
	}
	resp, err := p.world.client.Do(req) //nolint:bodyclose // the goroutine below closes it
	if err != nil {
		p.world.t.Fatalf("follow a person: %v", err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer resp.Body.Close()
		p.read(bufio.NewReader(resp.Body))
	}()
	p.world.t.Cleanup(func() { cancel(); <-done })
}

func (e *eyes) read(r *bufio.Reader) {
	for {
		line, err := r.ReadString('\n')
		e.mu.Lock()
		if data, ok := strings.CutPrefix(line, "data: "); ok && err == nil {
			var ev Event
			if json.Unmarshal([]byte(data), &ev) == nil {
				e.seen = append(e.seen, ev)
				close(e.more)
				e.more = make(chan struct{})
			}
		}
		if err != nil {
			e.ended = true
			close(e.more)
			e.mu.Unlock()
			return
		}
		e.mu.Unlock()
	}
}

// from returns the events after the first n, how many there are now, and a channel that is
// closed when there are more; false when the stream has ended.
func (e *eyes) from(n int) ([]Event, int, <-chan struct{}, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.seen[n:len(e.seen):len(e.seen)], len(e.seen), e.more, !e.ended
}

func (e *eyes) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.seen)
}

// Seen returns everything that the person has seen so far.
func (p *Person) Seen() []Event {
	list, _, _, _ := p.from(0)
	return list
}

// Until waits until a condition holds; it is looked at now and after everything that the person sees.
func (p *Person) Until(what string, holds func() bool) {
	p.world.t.Helper()
	for {
		_, _, more, open := p.from(p.count())
		if holds() {
			return
		}
		if !open {
			p.world.t.Fatalf("the stream ended before %s", what)
		}
		<-more
	}
}

// Wait waits for an event that the person sees, or has seen since the test first looked, and
// returns the first that matches.
func (p *Person) Wait(name string, match func(Event) bool) Event {
	p.world.t.Helper()
	return p.waitFrom(0, name, match)
}

func (p *Person) waitFrom(at int, what string, match func(Event) bool) Event {
	p.world.t.Helper()
	for {
		list, n, more, open := p.from(at)
		for _, e := range list {
			if (what == "" || e.Name == what) && (match == nil || match(e)) {
				return e
			}
		}
		if !open {
			p.world.t.Fatalf("the stream ended before %s", what)
		}
		at = n
		<-more
	}
}

// WaitMessage waits for a message in a channel, written or changed since the test first looked.
func (p *Person) WaitMessage(channel snowflake.ID, match func(*Message) bool) *Message {
	p.world.t.Helper()
	m := &Message{by: p}
	p.Wait("", func(e Event) bool {
		if e.Name != "MESSAGE_CREATE" && e.Name != "MESSAGE_UPDATE" {
			return false
		}
		found := &Message{by: p}
		if !e.Into(&found.Message) || found.ChannelID != channel || found.Loading() || !match(found) {
			return false
		}
		m = found
		return true
	})
	return m
}
