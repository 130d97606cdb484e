package people

import (
	"encoding/json"
	"sync"

	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

const remembered = 2000 // events of one person, for a stream that reconnects

// hub follows what each person sees, from the first time someone asks for it.
type hub struct {
	mu    sync.Mutex
	seq   int64
	feeds map[world.ID]*feed
}

type feed struct {
	ring []notice // oldest first
	lost int64    // the number of the last event that is no longer in the ring
	more chan struct{}
}

// notice is one event as a person's client gets it.
type notice struct {
	seq   int64
	event *world.Event
}

func (n notice) body() []byte {
	data, err := json.Marshal(struct {
		Name        string          `json:"name"`
		Interaction world.ID        `json:"interaction_id,omitempty"`
		Data        json.RawMessage `json:"data"`
	}{n.event.Name, n.event.Via, n.event.JSON()})
	if err != nil {
		return []byte("null")
	}
	return data
}

func newHub() *hub { return &hub{feeds: make(map[world.ID]*feed)} }

// Notice is called by the world.
func (h *hub) Notice(e *world.Event, sight world.Sight) {
	if !e.People {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seq++
	for person, f := range h.feeds {
		if !sight.Sees(person, e) {
			continue
		}
		f.ring = append(f.ring, notice{h.seq, e})
		if len(f.ring) > remembered {
			drop := len(f.ring) - remembered/2
			f.lost = f.ring[drop-1].seq
			f.ring = append([]notice(nil), f.ring[drop:]...)
		}
		if f.more != nil {
			close(f.more)
			f.more = nil
		}
	}
}

// cursor begins to follow a person, if nobody has yet, and returns the number of the last event.
func (h *hub) cursor(person world.ID) int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.follow(person)
	return h.seq
}

func (h *hub) follow(person world.ID) *feed {
	f := h.feeds[person]
	if f == nil {
		f = &feed{lost: h.seq}
		h.feeds[person] = f
	}
	return f
}

// after returns what a person saw after an event, and a channel that is closed when there is
// more; whole is false when some of it is no longer known.
func (h *hub) after(person world.ID, seq int64) (list []notice, more <-chan struct{}, whole bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f := h.follow(person)
	for _, n := range f.ring {
		if n.seq > seq {
			list = append(list, n)
		}
	}
	if f.more == nil {
		f.more = make(chan struct{})
	}
	return list, f.more, seq >= f.lost
}
