package dashboard

import (
	"slices"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// activityKept is how many events a process keeps for the recent activity.
const activityKept = 200

// Topic describes how the recent activity shows the events of a topic. Events of other topics are
// not shown.
type Topic struct {
	Topic bus.Topic
	Icon  string    // of ui/icons.json
	Text  i18n.Text // "Bytes moved"
}

// topicsOf indexes topics by their name.
func topicsOf(topics []Topic) map[bus.Topic]Topic {
	byTopic := make(map[bus.Topic]Topic, len(topics))
	for _, t := range topics {
		byTopic[t.Topic] = t
	}
	return byTopic
}

// ActivityTopics are the topics whose events the recent activity shows.
func (p *Pages) ActivityTopics() []bus.Topic {
	topics := make([]bus.Topic, len(p.config.Topics))
	for i, t := range p.config.Topics {
		topics[i] = t.Topic
	}
	return topics
}

// recentEvent is an event and when this process received it.
type recentEvent struct {
	Event bus.Event
	at    time.Time
}

// remember keeps an event for the recent activity.
func (l *live) remember(e bus.Event) {
	if _, shown := l.topics[e.Topic]; !shown {
		return
	}
	l.recent = append(l.recent, recentEvent{e, l.pages.config.Now()})
	if len(l.recent) > 2*activityKept {
		l.recent = slices.Clone(l.recent[len(l.recent)-activityKept:])
	}
}

// Activity lists the recent events that the person may see, at most n, the latest first. Events of
// one topic in one guild within a minute are shown once.
func (p *Pages) Activity(r *Request, n int) ([]ui.ActivityItem, error) {
	mine, err := p.live.visible(r)
	if err != nil {
		return nil, err
	}
	guilds, err := p.visibleGuilds(r)
	if err != nil {
		return nil, err
	}
	p.live.mu.Lock()
	recent := slices.Clone(p.live.recent)
	p.live.mu.Unlock()
	var items []ui.ActivityItem
	type kind struct {
		topic bus.Topic
		guild snowflake.ID
	}
	shown := make(map[kind]time.Time) // when each was shown last
	for _, h := range slices.Backward(recent) {
		if len(items) == n {
			break
		}
		this := kind{h.Event.Topic, h.Event.Guild}
		if at, again := shown[this]; again && at.Sub(h.at) < time.Minute || !mine(h.Event.Guild) {
			continue
		}
		shown[this] = h.at
		topic := p.live.topics[h.Event.Topic]
		item := ui.ActivityItem{Icon: topic.Icon, Text: topic.Text.Localize(r.Printer()), At: h.at}
		if i := slices.IndexFunc(guilds, func(g ui.GuildHead) bool { return g.ID == h.Event.Guild }); i >= 0 {
			item.Where, item.Path = guilds[i].Name, guilds[i].Path()
		}
		items = append(items, item)
	}
	return items, nil
}
