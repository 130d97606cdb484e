package engine

import (
	"slices"
	"time"
)

// counted calls take for the person's messages of the last seconds that the rule looks at, newest
// first; those it takes make the burst.
func (rule *compiledRule) counted(e *Event, w *GuildWindows, seconds int, match *Match, take func(m *message) bool) {
	match.Burst = match.Burst[:0]
	w.ofMember(e.Person().ID, e.At.Add(-time.Duration(seconds)*time.Second), func(m *message) bool {
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
	w.ofMember(e.Person().ID, e.At.Add(-time.Duration(config.Seconds)*time.Second), func(m *message) bool {
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
		w.ofMember(e.Person().ID, e.At.Add(-time.Duration(seconds)*time.Second), func(m *message) bool {
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

func duplicateHits(rule *compiledRule, config *Duplicate, e *Event, w *GuildWindows, match *Match) (hits []Hit) {
	var current *message
	var compare *comparer
	var burst, sameFiles []MessageRef
	var channels []Snowflake
	equal, seen := 0, 0
	var files []int // how often each file of the current message was posted
	after := e.At.Add(-time.Duration(config.Seconds) * time.Second)
	w.ofMember(e.Person().ID, after, func(m *message) bool {
		if current == nil {
			if m.id == e.MessageID {
				copied := *m
				current = &copied
				if !rule.looksAt(m) {
					return false
				}
				if int(m.letters) >= config.MinLength {
					equal, channels, burst = 1, append(channels, m.places[0]), append(burst, m.ref())
				}
				if len(m.files) > 0 {
					files = make([]int, len(m.files))
					addSameFiles(files, current, m)
					sameFiles = append(sameFiles, m.ref())
				}
			}
			return true
		}
		if !rule.looksAt(m) {
			return true
		}
		if addSameFiles(files, current, m) {
			sameFiles = append(sameFiles, m.ref())
		}
		if equal == 0 || int(m.letters) < config.MinLength {
			return true
		}
		seen++
		same := m.hash == current.hash
		if !same && config.Similarity < 1 && seen <= maxSimilar {
			if compare == nil {
				compare = newComparer(current.text)
			}
			same = compare.similar(m.text, config.Similarity)
		}
		if same {
			equal++
			burst = append(burst, m.ref())
			if !slices.Contains(channels, m.places[0]) {
				channels = append(channels, m.places[0])
			}
		}
		return true
	})
	if config.Messages != nil && equal >= *config.Messages {
		hits = append(hits, Hit{By: "messages", Count: equal})
	}
	if config.ChannelsCount != nil && len(channels) >= *config.ChannelsCount {
		hits = append(hits, Hit{By: "channels_count", Count: len(channels)})
	}
	match.Burst = burst
	if most := slices.Max(append(files, 0)); config.Files != nil && most >= *config.Files {
		match.SameFile = len(hits) == 0
		hits = append(hits, Hit{By: "files", Count: most})
		for _, ref := range sameFiles {
			if !slices.Contains(match.Burst, ref) {
				match.Burst = append(match.Burst, ref)
			}
		}
	}
	return hits
}

// addSameFiles counts, for each file of the current message, the files of a message that may be it,
// and reports whether there is one.
func addSameFiles(counts []int, current, m *message) (found bool) {
	for i, file := range current.files {
		for _, other := range m.files {
			if file == other {
				counts[i]++
				found = true
			}
		}
	}
	return found
}

func crowdHits(rule *compiledRule, config *Crowd, e *Event, w *GuildWindows, match *Match) []Hit {
	after := e.At.Add(-time.Duration(config.Seconds) * time.Second)
	hash, letters := uint64(0), 0
	w.ofMember(e.Person().ID, after, func(m *message) bool {
		if m.id == e.MessageID {
			hash, letters = m.hash, int(m.letters)
			return false
		}
		return true
	})
	if hash == 0 || letters < config.MinLength {
		return nil
	}
	var members []Snowflake
	suspicious := 0
	w.withText(hash, after, func(m *message) bool {
		if !rule.looksAt(m) {
			return true
		}
		match.Burst = append(match.Burst, m.ref())
		if !slices.Contains(members, m.member) {
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
