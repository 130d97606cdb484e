package automod

import (
	"sync"
	"time"

	"github.com/disgoorg/snowflake/v2"
)

const (
	pauseAfter = 3 // refusals for want of a permission
	pauseTime  = 10 * time.Minute
)

// Paused is an action of a rule that the bot no longer tries, for want of a permission.
type Paused struct {
	Rule  string // its id
	Type  string
	Code  int64
	Since time.Time
}

// pauses are the actions that failed too often. They live in the process that acts, until a role of the guild changes.
type pauses struct {
	mu     sync.Mutex
	guilds map[snowflake.ID]map[pauseKey]*pause
}

type pauseKey struct{ rule, action string }

type pause struct {
	refused []time.Time // the last ones
	code    int64
	since   time.Time // zero: it is still tried
}

// refused notes that an action was refused for want of a permission.
func (p *pauses) refused(guild snowflake.ID, rule, action string, code int64, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.guilds == nil {
		p.guilds = map[snowflake.ID]map[pauseKey]*pause{}
	}
	if p.guilds[guild] == nil {
		p.guilds[guild] = map[pauseKey]*pause{}
	}
	key := pauseKey{rule, action}
	one := p.guilds[guild][key]
	if one == nil {
		one = &pause{}
		p.guilds[guild][key] = one
	}
	one.code = code
	one.refused = append(one.refused, now)
	if len(one.refused) > pauseAfter {
		one.refused = one.refused[1:]
	}
	if len(one.refused) == pauseAfter && now.Sub(one.refused[0]) <= pauseTime && one.since.IsZero() {
		one.since = now
	}
}

// paused reports whether an action is not tried at present.
func (p *pauses) paused(guild snowflake.ID, rule, action string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	one := p.guilds[guild][pauseKey{rule, action}]
	return one != nil && !one.since.IsZero()
}

// clear tries everything in a guild again.
func (p *pauses) clear(guild snowflake.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.guilds, guild)
}

// of lists what is paused in a guild.
func (p *pauses) of(guild snowflake.ID) []Paused {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []Paused
	for key, one := range p.guilds[guild] {
		if !one.since.IsZero() {
			all = append(all, Paused{key.rule, key.action, one.code, one.since})
		}
	}
	return all
}
