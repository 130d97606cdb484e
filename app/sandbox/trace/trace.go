// Package trace remembers the last gateway payloads and REST calls, for the pane in which a
// person watches the bot at work.
package trace

import (
	"encoding/json"
	"sync"
	"time"
)

// Entry is one payload or call. Bodies are JSON where they were, else null.
type Entry struct {
	Seq      int64           `json:"seq"`
	At       time.Time       `json:"at"`
	Kind     string          `json:"kind"`           // rest, gateway
	From     string          `json:"from,omitempty"` // gateway: discord or bot
	Session  string          `json:"session,omitempty"`
	Shard    int             `json:"shard"`
	Op       int             `json:"op"`
	Name     string          `json:"name,omitempty"` // gateway: the event's name
	Method   string          `json:"method,omitempty"`
	Path     string          `json:"path,omitempty"`
	Status   int             `json:"status,omitempty"`
	Micros   int64           `json:"micros,omitempty"` // how long a call took
	Reason   string          `json:"reason,omitempty"` // of the audit log
	Request  json.RawMessage `json:"request,omitempty"`
	Response json.RawMessage `json:"response,omitempty"`
}

const (
	kept    = 400
	largest = 32 << 10 // bytes of one body
)

// Log keeps the last entries. The zero Log is ready.
type Log struct {
	mu   sync.Mutex
	seq  int64
	ring [kept]Entry
	more chan struct{} // closed when an entry is added
}

// Add numbers an entry and keeps it. The bodies must not be changed afterwards. It is cheap, since
// it is called for everything that travels; what is not JSON is dealt with when someone looks.
func (l *Log) Add(e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	e.Seq = l.seq
	l.ring[l.seq%kept] = e
	if l.more != nil {
		close(l.more)
		l.more = nil
	}
}

// After returns the kept entries with a number above seq, oldest first, and a channel that is
// closed when there are more.
func (l *Log) After(seq int64) ([]Entry, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []Entry
	for n := max(seq, l.seq-kept) + 1; n <= l.seq; n++ {
		e := l.ring[n%kept]
		e.Request, e.Response = body(e.Request), body(e.Response)
		list = append(list, e)
	}
	if l.more == nil {
		l.more = make(chan struct{})
	}
	return list, l.more
}

// body keeps a short JSON value as it is; a long one becomes a note about its length.
func body(raw json.RawMessage) json.RawMessage {
	switch {
	case len(raw) == 0:
		return nil
	case len(raw) > largest:
		note, _ := json.Marshal(map[string]int{"bytes": len(raw)})
		return note
	case !json.Valid(raw):
		text, _ := json.Marshal(string(raw))
		return text
	}
	return raw
}
