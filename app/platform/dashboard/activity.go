package dashboard

import (
	"slices"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/ui"
)

// happeningsKept is how many events a process remembers for the overview.
const happeningsKept = 200

// happenings are how topics are told to people. A topic that is not here is not told.
var happenings = map[bus.Topic]ui.Happening{
	bus.SettingsChanged:    {Icon: "adjustments", Text: "Settings were changed"},
	bus.TransactionCreated: {Icon: "coin", Text: "Bytes moved"},
	bus.MembershipChanged:  {Icon: "users-group", Text: "A member joined or left a squad"},
	bus.SquadsChanged:      {Icon: "users-group", Text: "Squads were changed"},
	bus.CaseChanged:        {Icon: "shield", Text: "A case changed"},
	bus.RulesChanged:       {Icon: "filter", Text: "Rules were changed"},
	bus.RuleHit:            {Icon: "alert-triangle", Text: "A rule matched"},
	bus.CommandUsed:        {Icon: "message-circle", Text: "A command was used"},
	bus.KeyRevoked:         {Icon: "key", Text: "An API key was revoked"},
}

// Happenings are the topics that the overview tells of.
func Happenings() []bus.Topic {
	topics := make([]bus.Topic, 0, len(happenings))
	for _, t := range bus.Topics() {
		if _, told := happenings[t]; told {
			topics = append(topics, t)
		}
	}
	return topics
}

// happened is an event and when this process heard of it.
type happened struct {
	event bus.Event
	at    time.Time
}

// remember keeps an event for the overview.
func (l *live) remember(e bus.Event) {
	if _, told := happenings[e.Topic]; !told {
		return
	}
	l.recent = append(l.recent, happened{e, l.pages.config.Now()})
	if len(l.recent) > 2*happeningsKept {
		l.recent = slices.Clone(l.recent[len(l.recent)-happeningsKept:])
	}
}

// Activity is what happened last where the person may see it, at most n entries, the latest first.
// Several of a kind in one guild within a minute are one.
func (p *Pages) Activity(r *Request, n int) ([]ui.Happening, error) {
	mine, err := p.live.visible(r)
	if err != nil {
		return nil, err
	}
	guilds, err := p.Guilds(r)
	if err != nil {
		return nil, err
	}
	p.live.mu.Lock()
	recent := slices.Clone(p.live.recent)
	p.live.mu.Unlock()
	var told []ui.Happening
	type kind struct {
		topic bus.Topic
		guild snowflake.ID
	}
	said := make(map[kind]time.Time) // when each was told last
	for _, h := range slices.Backward(recent) {
		if len(told) == n {
			break
		}
		this := kind{h.event.Topic, h.event.Guild}
		if at, again := said[this]; again && at.Sub(h.at) < time.Minute || !mine(h.event.Guild) {
			continue
		}
		said[this] = h.at
		item := happenings[h.event.Topic]
		item.At = h.at
		if i := slices.IndexFunc(guilds, func(g ui.GuildHead) bool { return g.ID == h.event.Guild }); i >= 0 {
			item.Where, item.Path = guilds[i].Name, guilds[i].Path()
		}
		told = append(told, item)
	}
	return told, nil
}
