package dashboard

import (
	"slices"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/ui"
)

// activityKept is how many events a process remembers for the overview.
const activityKept = 200

// Topic says how the overview tells people of the events of a topic. Events of other topics are not
// shown.
type Topic struct {
	Topic bus.Topic
	Icon  string // of ui/icons.json
	Text  string // "Bytes moved"
}

// topicsOf finds the words for each topic.
func topicsOf(topics []Topic) map[bus.Topic]Topic {
	byTopic := make(map[bus.Topic]Topic, len(topics))
	for _, t := range topics {
		byTopic[t.Topic] = t
	}
	return byTopic
}

// ActivityTopics are the topics that the overview shows events of.
func (p *Pages) ActivityTopics() []bus.Topic {
	topics := make([]bus.Topic, len(p.config.Topics))
	for i, t := range p.config.Topics {
		topics[i] = t.Topic
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
	if _, told := l.topics[e.Topic]; !told {
		return
	}
	l.recent = append(l.recent, happened{e, l.pages.config.Now()})
	if len(l.recent) > 2*activityKept {
		l.recent = slices.Clone(l.recent[len(l.recent)-activityKept:])
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
		topic := p.live.topics[h.event.Topic]
		item := ui.Happening{Icon: topic.Icon, Text: topic.Text, At: h.at}
		if i := slices.IndexFunc(guilds, func(g ui.GuildHead) bool { return g.ID == h.event.Guild }); i >= 0 {
			item.Where, item.Path = guilds[i].Name, guilds[i].Path()
		}
		told = append(told, item)
	}
	return told, nil
}
