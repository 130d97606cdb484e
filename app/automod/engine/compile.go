package engine

import (
	"fmt"
	"slices"
	"time"

	"github.com/smarter-dev/smarterdev/app/automod/engine/text"
)

// MaxRules is how many rules a guild may have.
const MaxRules = 100

// Settings is what the rules of a guild have in common.
type Settings struct {
	GuildID          Snowflake
	OwnerID          Snowflake
	ExemptModerators bool
	ExemptRoles      []Snowflake
	ExemptChannels   []Snowflake
	Staff            []User // whose names nobody else may look like: moderators and the bot
}

// Compiled is the rules of a guild, ready to be asked. It does not change and may be used from
// many goroutines; a guild whose rules change gets another one.
type Compiled struct {
	settings Settings
	rules    []compiledRule
	messages matcher
	names    matcher

	links    bool          // some rule asks for links
	amounts  bool          // some rule adds up emoji or line breaks
	texts    bool          // some rule compares texts that are not equal
	hashes   bool          // some rule compares texts
	mentions bool          // some rule adds up whom messages mention
	horizon  time.Duration // how far back the rules look
}

// compiledRule is a rule and what was made of its settings.
type compiledRule struct {
	Rule
	index    int32
	parts    uint16 // bits of the parts that are looked at
	skipCode bool
	patterns []int32
	allow    []phrase
	domains  text.Domains
	brands   text.Brands
	shapes   map[string]string // of names, to the name
}

// matcher looks for the words and patterns of all rules at once.
type matcher struct {
	automaton *automaton
	keywords  []keyword
	patterns  []*pattern
	loose     []int32 // patterns without a literal
	views     views
}

// keyword is an entry of a keyword filter.
type keyword struct{ rule, at int32 }

// of returns it as the owner wrote it.
func (k keyword) of(rule *compiledRule) string {
	if config, ok := rule.Config.(*Username); ok {
		return config.KeywordFilter[k.at]
	}
	return rule.Config.(*Content).KeywordFilter[k.at]
}

// phrase is an entry of an allow list.
type phrase struct {
	folded     string
	start, end bool
}

// Validate returns what is wrong with a rule on its own, nil if nothing is.
func Validate(rule *Rule) Problems {
	_, problems := prepare(rule)
	return problems
}

// Compile makes the rules of a guild ready. A rule that cannot be used is left out and named in the
// problems; the others work.
func Compile(settings Settings, rules []Rule) (*Compiled, Problems) {
	c := &Compiled{settings: settings, rules: make([]compiledRule, 0, len(rules))}
	var problems Problems
	var messageWords, nameWords []word
	loose := 0
	for i := range rules {
		rule := &rules[i]
		prepared, found := prepare(rule)
		if len(c.rules) == MaxRules {
			found = append(found, Problem{Message: fmt.Sprintf("A server can have %d rules.", MaxRules)})
		}
		if n := prepared.looseAt(); len(n) > 0 && loose+len(n) > maxLoosePatterns {
			found = append(found, Problem{
				Location: fmt.Sprintf("config.regex_patterns[%d]", n[max(0, maxLoosePatterns-loose)]),
				Message:  fmt.Sprintf("A server can have %d patterns without three letters in a row that must occur: each runs on every message.", maxLoosePatterns),
			})
		}
		if len(found) > 0 {
			for _, problem := range found {
				problem.Rule = cmpOr(rule.ID, rule.Name)
				problems = append(problems, problem)
			}
			continue
		}
		loose += len(prepared.looseAt())
		compiled := prepared.compiledRule
		compiled.index = int32(len(c.rules))
		switch rule.Type {
		case TypeContent:
			messageWords = c.messages.add(&compiled, prepared, messageWords)
		case TypeUsername:
			nameWords = c.names.add(&compiled, prepared, nameWords)
			if rule.Config.(*Username).LookalikeStaff {
				addShapes(compiled.shapes, settings.Staff)
			}
		}
		c.rules = append(c.rules, compiled)
		c.note(rule)
	}
	c.messages.build(messageWords)
	c.names.build(nameWords)
	return c, problems
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// note records what a rule needs the windows to keep.
func (c *Compiled) note(rule *Rule) {
	seconds := 0
	switch config := rule.Config.(type) {
	case *Links:
		c.links = true
	case *Mentions:
		seconds = config.Seconds
		c.mentions = c.mentions || seconds > 0
	case *MessageRate:
		seconds = config.Seconds
	case *Duplicate:
		seconds = config.Seconds
		c.hashes = true
		c.texts = c.texts || config.Similarity < 1
	case *Crowd:
		seconds = config.Seconds
		c.hashes = true
	case *AttachmentsRate:
		seconds = config.Seconds
	case *Newlines:
		seconds = config.Seconds
		c.amounts = c.amounts || seconds > 0
	case *Emoji:
		seconds = config.Seconds
		c.amounts = c.amounts || seconds > 0
	case *Raid:
		seconds = config.Seconds
	}
	c.horizon = max(c.horizon, time.Duration(seconds)*time.Second)
}

// add takes over the words and patterns of a rule.
func (m *matcher) add(rule *compiledRule, from *prepared, words []word) []word {
	for i, forms := range from.keywords {
		target := int32(len(m.keywords))
		m.keywords = append(m.keywords, keyword{rule: rule.index, at: int32(i)})
		for _, w := range forms {
			w.target = target
			m.views |= w.views
			words = append(words, w)
		}
	}
	for _, p := range from.patterns {
		target := int32(len(m.patterns))
		p.rule = rule.index
		m.patterns = append(m.patterns, p)
		rule.patterns = append(rule.patterns, target)
		if p.literals == nil {
			m.loose = append(m.loose, target)
		}
		for _, literal := range p.literals {
			words = append(words, word{literal, entry{target: target, gate: true, views: inRaw | inFolded, length: int32(len(literal))}})
		}
	}
	return words
}

// build ends the adding. What is kept for as long as the rules is as long as it is, not as it grew.
func (m *matcher) build(words []word) {
	m.automaton = newAutomaton(words)
	m.keywords, m.patterns = slices.Clone(m.keywords), slices.Clone(m.patterns)
}

// Horizon is how far back the rules look.
func (c *Compiled) Horizon() time.Duration { return c.horizon }

// Loose returns how many patterns run on every message.
func (c *Compiled) Loose() int { return len(c.messages.loose) + len(c.names.loose) }
