package world

import (
	"encoding/json"
	"sync"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Event is one thing that happened. Its name is Discord's own for the gateway; people's clients
// know some that bots never hear (INTERACTION_SUCCESS, INTERACTION_FAILURE,
// INTERACTION_MODAL_CREATE, APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE,
// APPLICATION_COMMANDS_UPDATE), under the names that Discord's client has for them.
type Event struct {
	Name    string
	Guild   ID               // 0: a direct message, an ephemeral one or an account
	Channel ID               // 0: not in a channel
	Only    ID               // the one person who sees it; 0: everyone who sees the place
	Subject ID               // whose account, member or presence it is about
	Needs   wire.Permissions // what a person must hold in the guild to see it
	Bots    bool             // the application hears it
	People  bool             // people's clients see it
	Posted  bool             // the application gets it at its endpoint rather than over the gateway
	Via     ID               // the interaction whose answer this is
	Data    any

	once sync.Once
	raw  json.RawMessage
}

// JSON is the event's data, marshalled once.
func (e *Event) JSON() json.RawMessage {
	e.once.Do(func() {
		raw, err := json.Marshal(e.Data)
		if err != nil {
			raw = json.RawMessage("null")
		}
		e.raw = raw
	})
	return e.raw
}

// Sink hears every event, in order, while the world is locked: it must be quick and must not
// call the world back other than through sight, which is good for the call only.
type Sink interface {
	Notice(e *Event, sight Sight)
}

// Sight tells who sees what.
type Sight struct{ w *World }

// Sees reports whether a person's client would receive the event.
func (s Sight) Sees(person ID, e *Event) bool {
	w := s.w
	switch {
	case !e.People:
		return false
	case e.Only != 0:
		return e.Only == person
	case e.Channel != 0:
		ch := w.chans[e.Channel]
		return ch != nil && w.allowed(person, ch).Has(wire.ViewChannel)
	case e.Guild != 0:
		g := w.guilds[e.Guild]
		return g != nil && (e.Subject == person || g.members[person] != nil && w.base(g, person).Has(e.Needs))
	case e.Subject == person:
		return true
	default:
		return w.acquainted(person, e.Subject)
	}
}

// acquainted reports whether two people are in one guild.
func (w *World) acquainted(a, b ID) bool {
	for _, g := range w.guilds {
		if g.members[a] != nil && g.members[b] != nil {
			return true
		}
	}
	return false
}

// Listen adds a sink for every later event.
func (w *World) Listen(s Sink) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sinks = append(w.sinks, s)
}

// emit tells everyone.
func (w *World) emit(e *Event) {
	for _, s := range w.sinks {
		s.Notice(e, Sight{w})
	}
	w.opts.Changed()
}

// everyone is an event that bots and people of a guild hear.
func (w *World) everyone(name string, g *guild, data any) {
	w.emit(&Event{Name: name, Guild: g.wire.ID, Data: data, Bots: w.hears(g), People: true})
}

// hears reports whether the application's bot is in the guild.
func (w *World) hears(g *guild) bool { return g.members[w.app.BotID] != nil }
