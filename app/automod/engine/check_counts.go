package engine

import (
	"slices"
	"time"
)

// counted calls take for the person's messages of the last seconds that the rule looks at, newest
// first; those it takes make the burst.
func (rule *compiledRule) counted(e *Event, w *GuildWindows, seconds int, match *Match, take func(m *message) bool) {
	match.Burst = match.Burst[:0]
	w.ofMember(e.person().ID, e.At.Add(-time.Duration(seconds)*time.Second), func(m *message) bool {
		if rule.looksAt(m) && take(m) {
			match.Burst = append(match.Burst, m.ref())
		}
		return true
	})
}

// looksAt reports whether a message counts for a rule: not one from a channel where the rule does
// not hold.
func (rule *compiledRule) looksAt(m *message) bool {
	return (len(rule.ExemptChannels) == 0 || !overlap(rule.ExemptChannels, m.places[:])) &&
		(len(rule.Conditions.Channels) == 0 || overlap(rule.Conditions.Channels, m.places[:]))
}

func (m *message) ref() MessageRef {
	return MessageRef{ChannelID: m.places[0], MessageID: m.id, MemberID: m.member}
}

// rateHits counts first and collects the burst only for a hit: most messages are none.
func rateHits(rule *compiledRule, config *MessageRate, e *Event, w *GuildWindows, match *Match) []Hit {
	in := func(m *message) bool {
		return rule.looksAt(m) && (len(config.Channels) == 0 || overlap(config.Channels, m.places[:]))
	}
	if len(config.Channels) > 0 && !overlap(config.Channels, e.Channels) {
		return nil
	}
	count := 0
	w.ofMember(e.person().ID, e.At.Add(-time.Duration(config.Seconds)*time.Second), func(m *message) bool {
		if in(m) {
			count++
		}
		return true
	})
	if count < config.Messages {
		return nil
	}
	rule.counted(e, w, config.Seconds, match, in)
	return []Hit{{By: "messages", Count: count}}
}

// amountHits adds something up, in one message or over a while. A message that brings nothing is no
// hit, whatever came before it.
func amountHits(by string, limit, seconds, here int, rule *compiledRule, e *Event, w *GuildWindows, match *Match, of func(m *message) int) []Hit {
	if here == 0 {
		return nil
	}
	sum := here
	if seconds > 0 {
		sum = 0
		w.ofMember(e.person().ID, e.At.Add(-time.Duration(seconds)*time.Second), func(m *message) bool {
			if rule.looksAt(m) {
				sum += of(m)
			}
			return true
		})
	}
	if sum < limit {
		return nil
	}
	if seconds > 0 {
		rule.counted(e, w, seconds, match, func(m *message) bool { return of(m) > 0 })
	}
	return []Hit{{By: by, Count: sum}}
}

// maxSimilar is how many of a member's messages are compared letter by letter.
const maxSimilar = 20

// repeats calls found for the person's messages that repeat the event's, itself first: its text, a
// file of it, or both. The files are the event's, if one of them is there.
func (rule *compiledRule) repeats(config *Duplicate, e *Event, w *GuildWindows, found func(m *message, text bool, files []uint64)) {
	var current message
	var compare *comparer
	started, long, seen := false, false, 0
	w.ofMember(e.person().ID, e.At.Add(-time.Duration(config.Seconds)*time.Second), func(m *message) bool {
		switch {
		case !started:
			if m.id == e.MessageID {
				if !rule.looksAt(m) {
					return false
				}
				current, started, long = *m, true, int(m.letters) >= config.MinLength
				found(m, long, m.files)
			}
			return true
		case !rule.looksAt(m):
			return true
		}
		same := false
		if long && int(m.letters) >= config.MinLength {
			seen++
			same = m.hash == current.hash
			if !same && config.Similarity < 1 && seen <= maxSimilar {
				if compare == nil {
					compare = newComparer(current.text)
				}
				same = compare.similar(m.text, config.Similarity)
			}
		}
		var files []uint64
		if slices.ContainsFunc(m.files, func(file uint64) bool { return slices.Contains(current.files, file) }) {
			files = current.files
		}
		if same || files != nil {
			found(m, same, files)
		}
		return true
	})
}

// duplicateHits counts first and collects the burst only for a hit.
func duplicateHits(rule *compiledRule, config *Duplicate, e *Event, w *GuildWindows, match *Match) (hits []Hit) {
	const mostChannels = 20
	channels := make([]Snowflake, 0, mostChannels)
	var files []int // how often each file of the message was posted
	equal := 0
	rule.repeats(config, e, w, func(m *message, text bool, same []uint64) {
		if text {
			equal++
			if len(channels) < mostChannels && !slices.Contains(channels, m.places[0]) {
				channels = append(channels, m.places[0])
			}
		}
		if files == nil && same != nil {
			files = make([]int, len(same))
		}
		for i, file := range same {
			for _, other := range m.files {
				if file == other {
					files[i]++
				}
			}
		}
	})
	if config.Messages != nil && equal >= *config.Messages {
		hits = append(hits, Hit{By: "messages", Count: equal})
	}
	if config.ChannelsCount != nil && len(channels) >= *config.ChannelsCount {
		hits = append(hits, Hit{By: "channels_count", Count: len(channels)})
	}
	texts := len(hits) > 0
	most := 0
	for _, n := range files {
		most = max(most, n)
	}
	if config.Files != nil && most >= *config.Files {
		hits = append(hits, Hit{By: "files", Count: most})
		match.SameFile = !texts
	}
	if len(hits) == 0 {
		return nil
	}
	match.Burst = nil
	rule.repeats(config, e, w, func(m *message, text bool, same []uint64) {
		if text && texts || same != nil && config.Files != nil {
			match.Burst = append(match.Burst, m.ref())
		}
	})
	return hits
}

func crowdHits(rule *compiledRule, config *Crowd, e *Event, w *GuildWindows, match *Match) []Hit {
	after := e.At.Add(-time.Duration(config.Seconds) * time.Second)
	hash, letters := uint64(0), 0
	w.ofMember(e.person().ID, after, func(m *message) bool {
		if m.id == e.MessageID {
			hash, letters = m.hash, int(m.letters)
			return false
		}
		return true
	})
	if hash == 0 || letters < config.MinLength {
		return nil
	}
	const mostMembers = 200 // twice what a rule can ask for
	members := make([]Snowflake, 0, mostMembers)
	suspicious := 0
	w.withText(hash, after, func(m *message) bool {
		if rule.looksAt(m) && len(members) < mostMembers && !slices.Contains(members, m.member) {
			members = append(members, m.member)
			if m.suspicious {
				suspicious++
			}
		}
		return true
	})
	if len(members) < config.Members || suspicious*100 < config.MinAccountsSuspicious*len(members) {
		return nil
	}
	match.Burst = nil
	w.withText(hash, after, func(m *message) bool {
		if rule.looksAt(m) {
			match.Burst = append(match.Burst, m.ref())
		}
		return true
	})
	return []Hit{{By: "members", Count: len(members)}}
}

// Joined is a member who joined in the time of a raid, and what is suspicious about them.
type Joined struct {
	MemberID      Snowflake
	At            time.Time
	YoungAccount  bool
	DefaultAvatar bool
	SameAvatar    bool
	SamePattern   bool
}

// Suspicious reports whether anything is.
func (j Joined) Suspicious() bool {
	return j.YoungAccount || j.DefaultAvatar || j.SameAvatar || j.SamePattern
}

func raidHits(config *Raid, e *Event, w *GuildWindows, match *Match) []Hit {
	if e.Member.Rejoined {
		return nil
	}
	var joins []join
	w.joinsAfter(e.At.Add(-time.Duration(config.Seconds)*time.Second), func(j *join) {
		if !j.rejoined && !slices.ContainsFunc(joins, func(o join) bool { return o.member == j.member }) {
			joins = append(joins, *j)
		}
	})
	if len(joins) < config.Joins && (config.JoinsAny == nil || len(joins) < *config.JoinsAny) {
		return nil
	}
	avatars, patterns := map[uint64]int{}, map[uint64]int{}
	for _, j := range joins {
		avatars[j.avatar]++
		patterns[j.pattern]++
	}
	suspicious := 0
	for _, j := range joins {
		joined := Joined{
			MemberID: j.member, At: j.at,
			YoungAccount:  j.at.Sub(j.createdAt) < time.Duration(config.AccountAgeSeconds)*time.Second,
			DefaultAvatar: config.DefaultAvatar && j.avatar == 0,
			SameAvatar:    config.SameAvatar && j.avatar != 0 && avatars[j.avatar] > 1,
			SamePattern:   config.SamePattern && j.pattern != 0 && patterns[j.pattern] > 1,
		}
		if joined.Suspicious() {
			suspicious++
		}
		match.Joined = append(match.Joined, joined)
	}
	if len(joins) >= config.Joins && suspicious*100 >= config.SuspiciousPercent*len(joins) {
		return []Hit{{By: "joins", Count: len(joins)}}
	}
	if config.JoinsAny != nil && len(joins) >= *config.JoinsAny {
		return []Hit{{By: "joins_any", Count: len(joins)}}
	}
	return nil
}
