// Package faults holds what is to go wrong, for those who test how a bot takes it.
package faults

import (
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// Kinds of lasting faults.
const (
	Offline   = "offline"    // connections are cut and refused
	NoAcks    = "no_acks"    // heartbeats are not acknowledged
	Delay     = "delay"      // events come later, by Millis
	Duplicate = "duplicate"  // events come twice
	Answer    = "answer"     // REST answers Status instead of doing anything
	Hang      = "hang"       // REST answers after Millis, or never
	Cut       = "cut"        // REST cuts the connection
	RateLimit = "rate_limit" // REST answers 429
)

// Rule is one fault. Kind decides which of the other fields count.
type Rule struct {
	ID         int     `json:"id"`
	Kind       string  `json:"kind"`
	Event      string  `json:"event,omitempty"`       // delay, duplicate: the event's name; empty means all
	Method     string  `json:"method,omitempty"`      // REST: empty means all
	Path       string  `json:"path,omitempty"`        // REST: with * for one segment, without /api/vN; empty means all
	Status     int     `json:"status,omitempty"`      // answer: 5xx and others
	Code       int     `json:"code,omitempty"`        // answer: Discord's error code, such as 30035 with status 400
	Message    string  `json:"message,omitempty"`     // answer: its words; empty means the status's own
	Scope      string  `json:"scope,omitempty"`       // rate_limit: user, shared or global
	RetryAfter float64 `json:"retry_after,omitempty"` // rate_limit: seconds
	Millis     int     `json:"ms,omitempty"`          // delay; hang (0 means for ever); offline (0 means until lifted)
	After      bool    `json:"after,omitempty"`       // answer, hang, cut: do what was asked first, and lose only the answer
	Times      int     `json:"times,omitempty"`       // how often it happens; 0 means until it is lifted
	Hits       int     `json:"hits"`                  // how often it has happened
}

// Set is safe for use by many goroutines. The zero Set has no faults.
type Set struct {
	mu    sync.Mutex
	last  int
	rules []*Rule
	ended chan struct{} // made by the first who asks for it
	over  bool
}

// Ended is closed once the stand-in closes: what hangs for ever ends then.
func (s *Set) Ended() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == nil {
		s.ended = make(chan struct{})
		if s.over {
			close(s.ended)
		}
	}
	return s.ended
}

// End lifts all faults and ends what hangs, also what begins to hang later. It can be called again.
func (s *Set) End() {
	s.Lift(0)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended != nil && !s.over {
		close(s.ended)
	}
	s.over = true
}

// Add makes a fault happen from now on and returns it with its id. An offline fault with a
// duration lifts itself.
func (s *Set) Add(r Rule) Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	r.ID, r.Hits = s.last, 0
	s.rules = append(s.rules, &r)
	if r.Kind == Offline && r.Millis > 0 {
		time.AfterFunc(time.Duration(r.Millis)*time.Millisecond, func() { s.Lift(r.ID) })
	}
	return r
}

// List returns the faults that still happen, with how often they have.
func (s *Set) List() []Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Rule{}
	for _, r := range s.rules {
		list = append(list, *r)
	}
	return list
}

// Lift ends one fault, or all with 0, and reports whether there was any.
func (s *Set) Lift(id int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.rules)
	s.rules = slices.DeleteFunc(s.rules, func(r *Rule) bool { return id == 0 || r.ID == id })
	return len(s.rules) < n
}

// hit finds the first rule that matches, counts it and drops it when it is used up.
func (s *Set) hit(match func(*Rule) bool) (Rule, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, r := range s.rules {
		if !match(r) {
			continue
		}
		r.Hits++
		if r.Times > 0 && r.Hits >= r.Times {
			s.rules = slices.Delete(s.rules, i, i+1)
		}
		return *r, true
	}
	return Rule{}, false
}

// Down reports whether everything is unreachable.
func (s *Set) Down() bool {
	_, down := s.hit(func(r *Rule) bool { return r.Kind == Offline })
	return down
}

// Acks reports whether a heartbeat is to be acknowledged.
func (s *Set) Acks() bool {
	_, mute := s.hit(func(r *Rule) bool { return r.Kind == NoAcks })
	return !mute
}

// OnEvent tells how late an event comes and how often.
func (s *Set) OnEvent(name string) (late time.Duration, copies int) {
	copies = 1
	about := func(kind string) func(*Rule) bool {
		return func(r *Rule) bool { return r.Kind == kind && (r.Event == "" || r.Event == name) }
	}
	if r, ok := s.hit(about(Delay)); ok {
		late = time.Duration(r.Millis) * time.Millisecond
	}
	if _, ok := s.hit(about(Duplicate)); ok {
		copies = 2
	}
	return late, copies
}

// OnRequest finds what is to happen to a REST call; the path is without /api/vN.
func (s *Set) OnRequest(method, route string) (Rule, bool) {
	return s.hit(func(r *Rule) bool {
		switch r.Kind {
		case Answer, Hang, Cut, RateLimit:
		default:
			return false
		}
		return (r.Method == "" || strings.EqualFold(r.Method, method)) && (r.Path == "" || covers(r.Path, route))
	})
}

// covers matches a path segment by segment; a pattern that ends in /** covers everything below.
func covers(pattern, route string) bool {
	if head, ok := strings.CutSuffix(pattern, "/**"); ok {
		n := strings.Count(head, "/")
		parts := strings.SplitAfterN(route, "/", n+2)
		if len(parts) < n+1 {
			return false
		}
		route = strings.TrimSuffix(strings.Join(parts[:n+1], ""), "/")
		pattern = head
	}
	ok, err := path.Match(pattern, route)
	return err == nil && ok
}

// Known reports whether there is a lasting fault of this kind.
func Known(kind string) bool {
	switch kind {
	case Offline, NoAcks, Delay, Duplicate, Answer, Hang, Cut, RateLimit:
		return true
	}
	return false
}
