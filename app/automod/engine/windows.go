package engine

import (
	"sync"
	"sync/atomic"
	"time"
)

// Limits bounds the memory of the windows, in bytes.
type Limits struct {
	Guild int64 // of one guild
	Total int64 // of all
}

// DefaultLimits is 64 MiB in all, of which one guild may have an eighth.
func DefaultLimits() Limits { return Limits{Guild: 8 << 20, Total: 64 << 20} }

// Windows remembers what was written lately, guild by guild, for the rules that count. It may be
// used from many goroutines.
type Windows struct {
	limits  Limits
	used    atomic.Int64
	evicted atomic.Int64

	mu     sync.Mutex
	guilds map[Snowflake]*GuildWindows
}

// NewWindows returns empty windows.
func NewWindows(limits Limits) *Windows {
	return &Windows{limits: limits, guilds: map[Snowflake]*GuildWindows{}}
}

// WindowsStats is what the windows hold.
type WindowsStats struct {
	Guilds  int
	Entries int
	Bytes   int64
	Evicted int64 // entries dropped for want of memory since the start, while a rule could still count them
}

// Stats measures.
func (w *Windows) Stats() WindowsStats {
	w.mu.Lock()
	defer w.mu.Unlock()
	stats := WindowsStats{Guilds: len(w.guilds), Bytes: w.used.Load(), Evicted: w.evicted.Load()}
	for _, guild := range w.guilds {
		guild.mu.Lock()
		stats.Entries += guild.messages.len() + guild.joins.len()
		guild.mu.Unlock()
	}
	return stats
}

// Guild returns the windows of a guild.
func (w *Windows) Guild(id Snowflake) *GuildWindows {
	w.mu.Lock()
	defer w.mu.Unlock()
	guild := w.guilds[id]
	if guild == nil {
		guild = &GuildWindows{all: w, byMember: map[Snowflake]int64{}, byText: map[uint64]int64{}}
		w.guilds[id] = guild
	}
	return guild
}

// Forget drops a guild that the bot has left.
func (w *Windows) Forget(id Snowflake) {
	w.mu.Lock()
	guild := w.guilds[id]
	delete(w.guilds, id)
	w.mu.Unlock()
	if guild != nil {
		guild.mu.Lock()
		defer guild.mu.Unlock()
		for guild.dropOldest() {
		}
	}
}

// Expire drops what no rule counts any more at the time; call it now and then, since a guild that
// falls silent drops nothing by itself.
func (w *Windows) Expire(now time.Time) {
	w.mu.Lock()
	guilds := make([]*GuildWindows, 0, len(w.guilds))
	for _, guild := range w.guilds {
		guilds = append(guilds, guild)
	}
	w.mu.Unlock()
	for _, guild := range guilds {
		guild.mu.Lock()
		guild.expire(now)
		guild.mu.Unlock()
	}
}

// relieve drops the oldest entries of all guilds until there is room again. It frees an eighth at
// once, so that it is not needed for each message.
func (w *Windows) relieve() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.used.Load() > w.limits.Total-w.limits.Total/8 {
		var oldest *GuildWindows
		var since time.Time
		for _, guild := range w.guilds {
			guild.mu.Lock()
			if at, ok := guild.oldest(); ok && (oldest == nil || at.Before(since)) {
				oldest, since = guild, at
			}
			guild.mu.Unlock()
		}
		if oldest == nil {
			return
		}
		oldest.mu.Lock()
		for range 1 + (oldest.messages.len()+oldest.joins.len())/8 {
			if oldest.dropOldest() {
				w.evicted.Add(1)
			}
		}
		oldest.mu.Unlock()
	}
}

// GuildWindows is what was written lately in one guild, oldest first, each message linked to the one
// before it of the same member and to the one with the same text.
type GuildWindows struct {
	all     *Windows
	mu      sync.Mutex
	horizon time.Duration

	messages ring[message]
	joins    ring[join]
	byMember map[Snowflake]int64 // number of their last message
	byText   map[uint64]int64    // number of the last message with the text
}

func (w *GuildWindows) addMessage(horizon time.Duration, m message) {
	w.mu.Lock()
	w.horizon = horizon
	w.expire(m.at)
	m.before, m.beforeSame = -1, -1
	if number, ok := w.byMember[m.member]; ok {
		m.before = number
	}
	if number, ok := w.byText[m.hash]; ok && m.hash != 0 {
		m.beforeSame = number
	}
	w.all.used.Add(m.size())
	number := w.messages.push(m)
	w.byMember[m.member] = number
	if m.hash != 0 {
		w.byText[m.hash] = number
	}
	w.bound()
}

func (w *GuildWindows) addJoin(horizon time.Duration, j join) {
	w.mu.Lock()
	w.horizon = horizon
	w.expire(j.at)
	w.all.used.Add(joinSize)
	w.joins.push(j)
	w.bound()
}

// bound keeps to the limits. It is called with the lock and gives it up.
func (w *GuildWindows) bound() {
	for w.bytes() > w.all.limits.Guild {
		w.dropOldest()
		w.all.evicted.Add(1)
	}
	w.mu.Unlock()
	if w.all.used.Load() > w.all.limits.Total {
		w.all.relieve()
	}
}

// bytes is a low estimate that needs no counter: texts are bounded.
func (w *GuildWindows) bytes() int64 {
	return int64(w.messages.len())*(messageSize+maxCompared) + int64(w.joins.len())*joinSize
}

func (w *GuildWindows) expire(now time.Time) {
	for w.messages.len() > 0 && now.Sub(w.messages.at(w.messages.first).at) > w.horizon {
		w.dropMessage()
	}
	for w.joins.len() > 0 && now.Sub(w.joins.at(w.joins.first).at) > w.horizon {
		w.dropJoin()
	}
}

func (w *GuildWindows) oldest() (at time.Time, ok bool) {
	if w.messages.len() > 0 {
		at, ok = w.messages.at(w.messages.first).at, true
	}
	if w.joins.len() > 0 {
		if joined := w.joins.at(w.joins.first).at; !ok || joined.Before(at) {
			at, ok = joined, true
		}
	}
	return at, ok
}

// dropOldest reports whether there was anything to drop.
func (w *GuildWindows) dropOldest() bool {
	at, ok := w.oldest()
	switch {
	case !ok:
		return false
	case w.messages.len() > 0 && w.messages.at(w.messages.first).at.Equal(at):
		w.dropMessage()
	default:
		w.dropJoin()
	}
	return true
}

func (w *GuildWindows) dropMessage() {
	number := w.messages.first
	m := w.messages.at(number)
	w.all.used.Add(-m.size())
	if w.byMember[m.member] == number {
		delete(w.byMember, m.member)
	}
	if w.byText[m.hash] == number {
		delete(w.byText, m.hash)
	}
	w.messages.pop()
}

func (w *GuildWindows) dropJoin() {
	w.all.used.Add(-joinSize)
	w.joins.pop()
}

// maxWalk bounds how many messages a rule looks back on.
const maxWalk = 500

// ofMember calls do for the messages of a member after the time, newest first, until it returns
// false. The lock is held.
func (w *GuildWindows) ofMember(member Snowflake, after time.Time, do func(m *message) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	number, ok := w.byMember[member]
	w.back(number, ok, after, do, func(m *message) int64 { return m.before })
}

// withText calls do for the messages with the text after the time, newest first.
func (w *GuildWindows) withText(hash uint64, after time.Time, do func(m *message) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	number, ok := w.byText[hash]
	w.back(number, ok, after, do, func(m *message) int64 { return m.beforeSame })
}

// back calls do for messages from a number on, back to the one before each, until it returns false.
func (w *GuildWindows) back(number int64, ok bool, after time.Time, do func(m *message) bool, before func(m *message) int64) {
	for range maxWalk {
		if !ok || !w.messages.has(number) {
			return
		}
		m := w.messages.at(number)
		if !m.at.After(after) || !do(m) {
			return
		}
		number = before(m)
	}
}

// joinsAfter calls do for the joins after the time, newest first.
func (w *GuildWindows) joinsAfter(after time.Time, do func(j *join)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for number := w.joins.next - 1; number >= w.joins.first; number-- {
		j := w.joins.at(number)
		if !j.at.After(after) {
			return
		}
		do(j)
	}
}
