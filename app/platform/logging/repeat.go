package logging

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"
)

const (
	// repeatEvery is how often a failure that goes on is counted in the log.
	repeatEvery = time.Minute
	// repeatKinds bounds how many kinds of failures are told apart; more are logged each time.
	repeatKinds = 1000
)

// repeats logs a warning or error once. When the same comes again it is counted, and logged once a
// minute with the number of times. The same are lines of one level and message with one error,
// whatever numbers are in its text; without an error all their attributes must be alike.
type repeats struct {
	next  slog.Handler
	state *repeatState // shared by all loggers made of one
}

type repeatState struct {
	mu     sync.Mutex
	kinds  map[string]*repeated
	closed bool
}

// repeated is a kind of line that was logged in the last minute.
type repeated struct {
	next  slog.Handler
	last  slog.Record
	count int // since the last line
	timer *time.Timer
}

func newRepeats(next slog.Handler) repeats {
	return repeats{next, &repeatState{kinds: make(map[string]*repeated)}}
}

// around is h with next in the place of its own next one.
func (h repeats) around(next slog.Handler) repeats { return repeats{next, h.state} }

func (h repeats) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }
func (h repeats) WithAttrs(a []slog.Attr) slog.Handler           { return h.around(h.next.WithAttrs(a)) }
func (h repeats) WithGroup(name string) slog.Handler             { return h.around(h.next.WithGroup(name)) }

func (h repeats) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn && h.state.again(h.next, r) {
		return nil
	}
	return h.next.Handle(ctx, r)
}

// again counts a line and reports whether its like was logged before.
func (s *repeatState) again(next slog.Handler, r slog.Record) bool {
	kind := kindOf(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.kinds[kind]; k != nil {
		k.next, k.last = next, r.Clone()
		k.count++
		return true
	}
	if !s.closed && len(s.kinds) < repeatKinds {
		s.kinds[kind] = &repeated{next: next, timer: time.AfterFunc(repeatEvery, func() { s.sum(kind) })}
	}
	return false
}

// sum logs how often a kind of line has come in the last minute, and forgets it when it has not.
func (s *repeatState) sum(kind string) {
	s.mu.Lock()
	k := s.kinds[kind]
	if k == nil {
		s.mu.Unlock()
		return
	}
	next, last, count := k.next, k.last, k.count
	k.count = 0
	if count == 0 {
		delete(s.kinds, kind)
	} else {
		k.timer.Reset(repeatEvery)
	}
	s.mu.Unlock()
	logCount(next, last, count)
}

// Close logs what was counted since the last line of each kind.
func (s *repeatState) Close() error {
	s.mu.Lock()
	kinds := s.kinds
	s.kinds, s.closed = nil, true
	s.mu.Unlock()
	for _, k := range kinds {
		k.timer.Stop()
		logCount(k.next, k.last, k.count)
	}
	return nil
}

func logCount(next slog.Handler, last slog.Record, count int) {
	if count == 0 {
		return
	}
	last = last.Clone()
	last.Time = time.Now()
	last.AddAttrs(slog.Int("repeated", count))
	_ = next.Handle(context.Background(), last) // there is nobody to tell
}

// kindOf is what the same lines have in common.
func kindOf(r slog.Record) string {
	var b strings.Builder
	b.WriteString(r.Level.String() + " " + r.Message)
	cause := ""
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok {
			cause = err.Error()
		} else if a.Key == "error" || a.Key == "err" {
			cause = a.Value.String()
		}
		return cause == ""
	})
	if cause != "" {
		inDigits := false
		for _, c := range cause {
			digit := c >= '0' && c <= '9'
			if digit && !inDigits {
				b.WriteByte('#')
			} else if !digit {
				b.WriteRune(c)
			}
			inDigits = digit
		}
		return b.String()
	}
	r.Attrs(func(a slog.Attr) bool {
		b.WriteString(" " + a.String())
		return true
	})
	return b.String()
}

// closers closes all, in their order.
type closers []io.Closer

func (c closers) Close() (err error) {
	for _, one := range c {
		if e := one.Close(); err == nil {
			err = e
		}
	}
	return err
}
