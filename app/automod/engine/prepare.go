package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/smarter-dev/smarterdev/app/automod/engine/text"
)

// prepared is one rule by itself.
type prepared struct {
	compiledRule
	keywords [][]word // the forms of each
	patterns []*pattern
}

// looseAt returns which patterns have no literal.
func (p *prepared) looseAt() (at []int) {
	for i, pattern := range p.patterns {
		if pattern.literals == nil {
			at = append(at, i)
		}
	}
	return at
}

// prepare checks a rule and reads its settings.
func prepare(rule *Rule) (*prepared, Problems) {
	p := &prepared{compiledRule: compiledRule{Rule: *rule}}
	problems := append(checkBounds("", rule), checkBounds("conditions", &rule.Conditions)...)
	if rule.Config == nil || newConfig(rule.Type) == nil || fmt.Sprintf("%T", newConfig(rule.Type)) != fmt.Sprintf("%T", rule.Config) {
		return p, append(problems, Problem{Location: "type", Message: fmt.Sprintf("The settings are not those of the type %q.", rule.Type)})
	}
	problems = append(problems, checkBounds("config", rule.Config)...)
	problems = append(problems, checkActions(rule)...)
	refuse := func(location, format string, args ...any) {
		problems = append(problems, Problem{Location: location, Message: fmt.Sprintf(format, args...)})
	}
	if (rule.Type == TypeUsername || rule.Type == TypeRaid) && len(rule.Conditions.Channels)+len(rule.ExemptChannels) > 0 {
		refuse("conditions.channels", "Nobody joins or renames in a channel: a rule of this type has no channels.")
	}
	switch config := rule.Config.(type) {
	case *Content:
		if len(config.KeywordFilter)+len(config.RegexPatterns) == 0 {
			refuse("config.keyword_filter", "Give at least one word or pattern.")
		}
		p.parts = partBits(config.In)
		for i, place := range config.In {
			if !slices.Contains(messageParts(), place) {
				refuse(fmt.Sprintf("config.in[%d]", i), "A message has no part %q.", place)
			}
		}
		p.skipCode = config.SkipCode
		wanted := inFolded
		if config.FoldAccents {
			wanted |= inBare
		}
		if config.Lookalikes {
			wanted |= inLookAlike | inLookAlikeUpper
		}
		if config.Leet {
			wanted |= inLeet
		}
		problems = append(problems, p.readWords(config.KeywordFilter, config.RegexPatterns, config.AllowList, wanted)...)
	case *Username:
		p.parts = partBits(config.On)
		for i, place := range config.On {
			if !slices.Contains(nameParts(), place) {
				refuse(fmt.Sprintf("config.on[%d]", i), "A member has no name %q.", place)
			}
		}
		p.shapes = map[string]string{}
		for i, name := range config.LookalikeOf {
			shape := text.NameShape(name)
			if shape == "" {
				refuse(fmt.Sprintf("config.lookalike_of[%d]", i), "There is no letter or digit in this name.")
			}
			p.shapes[shape] = name
		}
		problems = append(problems, p.readWords(config.KeywordFilter, config.RegexPatterns, config.AllowList, inFolded|inLookAlike|inLookAlikeUpper)...)
	case *Links:
		domains := func(list []string, location string) (read []string) {
			for i, entered := range list {
				domain, ok := text.ReadDomain(entered)
				if !ok {
					refuse(fmt.Sprintf("%s[%d]", location, i), "%q is not a domain such as example.com.", entered)
				}
				read = append(read, domain)
			}
			return read
		}
		p.domains = text.Domains{}
		for _, domain := range domains(config.Domains, "config.domains") {
			p.domains[domain] = struct{}{}
		}
		if config.DomainMode != DomainsOff && len(config.Domains) == 0 {
			refuse("config.domains", "Give at least one domain.")
		}
		p.brands = text.NewBrands(domains(config.LookalikeOf, "config.lookalike_of"))
	case *Mentions:
		if config.MentionTotalLimit == nil && config.RoleLimit == nil && !config.Everyone {
			refuse("config.mention_total_limit", "Nothing is counted: give a limit, or watch for @everyone.")
		}
	case *Duplicate:
		if config.Messages == nil && config.ChannelsCount == nil && config.Files == nil {
			refuse("config.messages", "Nothing is counted: give a number of messages, channels or files.")
		}
	case *FileExtension:
		for i, extension := range config.Extensions {
			if extension != strings.ToLower(extension) || strings.ContainsAny(extension, ". ") {
				refuse(fmt.Sprintf("config.extensions[%d]", i), "Write an extension in lower case and without a dot.")
			}
		}
	}
	return p, problems
}

func partBits(places []Part) (bits uint16) {
	for _, place := range places {
		bits |= partBit(place)
	}
	if bits == 0 {
		return ^uint16(0)
	}
	return bits
}

func partBit(place Part) uint16 {
	if i := slices.Index(messageParts(), place); i >= 0 {
		return 1 << i
	}
	return 1 << (len(messageParts()) + slices.Index(nameParts(), place))
}

// checkActions checks which actions stand together.
func checkActions(rule *Rule) (problems Problems) {
	seen := map[ActionType]bool{}
	onMember := 0
	for i, action := range rule.Actions {
		location := fmt.Sprintf("actions[%d]", i)
		refuse := func(format string, args ...any) {
			problems = append(problems, Problem{Location: location, Message: fmt.Sprintf(format, args...)})
		}
		problems = append(problems, checkBounds(location, action)...)
		t := action.Type()
		if seen[t] {
			refuse("A rule can have one action of each type.")
		}
		seen[t] = true
		aboutJoins := rule.Type == TypeUsername || rule.Type == TypeRaid
		switch {
		case t == ActionRaidMode && rule.Type != TypeRaid && rule.Type != TypeCrowd:
			refuse("Only rules about raids and crowds can start the raid mode.")
		case rule.Type == TypeRaid && t != ActionAlert && t != ActionRaidMode:
			refuse("A raid rule can alert and start the raid mode; the members who joined are handed to a button.")
		case t == ActionNickname && rule.Type != TypeUsername:
			refuse("Only rules about names can give another name.")
		case aboutJoins && (t == ActionDelete || t == ActionSlowmode):
			refuse("There is no message and no channel when somebody joins or renames.")
		}
		switch t {
		case ActionWarn, ActionTimeout, ActionKick, ActionBan:
			if onMember++; onMember == 2 {
				refuse("A rule can have one of warn, timeout, kick and ban.")
			}
		}
	}
	return problems
}

// readWords reads the lists that content and username have in common.
func (p *prepared) readWords(keywords, patterns, allowed []string, wanted views) (problems Problems) {
	for i, as := range keywords {
		core, start, end := trimStars(as)
		words := keywordForms(core, start, end, wanted)
		if len(words) == 0 {
			problems = append(problems, Problem{Location: fmt.Sprintf("config.keyword_filter[%d]", i), Message: "Nothing is left of this word once invisible characters are gone."})
			continue
		}
		p.keywords = append(p.keywords, words)
	}
	for i, expr := range patterns {
		pattern, problem := newPattern(expr)
		if problem != nil {
			problem.Location = fmt.Sprintf("config.regex_patterns[%d]", i)
			problems = append(problems, *problem)
			continue
		}
		p.patterns = append(p.patterns, pattern)
	}
	for i, as := range allowed {
		core, start, end := trimStars(as)
		folded := text.FormsOf(core).Folded
		if strings.TrimSpace(folded) == "" {
			problems = append(problems, Problem{Location: fmt.Sprintf("config.allow_list[%d]", i), Message: "Nothing is left of this phrase once invisible characters are gone."})
			continue
		}
		wordStart, wordEnd := text.EndsInWord(folded)
		p.allow = append(p.allow, phrase{folded, start && wordStart, end && wordEnd})
	}
	return problems
}

// trimStars reads cat, cat*, *cat and *cat*: a star says that the word may go on.
func trimStars(as string) (core string, start, end bool) {
	core, open := strings.CutPrefix(as, "*")
	start = !open
	core, open = strings.CutSuffix(core, "*")
	return core, start, !open
}

// keywordForms returns a word in the forms of the views that its rule wants; views in which it is
// written alike share one.
func keywordForms(core string, start, end bool, wanted views) (words []word) {
	forms := text.FormsOf(core)
	if strings.TrimSpace(forms.Folded) == "" {
		return nil
	}
	for _, form := range []struct {
		view views
		text string
	}{
		{inFolded, forms.Folded}, {inBare, forms.Bare}, {inLookAlike, forms.LookAlike},
		{inLookAlikeUpper, forms.LookAlikeUpper}, {inLeet, forms.Leet},
	} {
		if form.view&wanted == 0 || form.text == "" {
			continue
		}
		if i := slices.IndexFunc(words, func(w word) bool { return w.bytes == form.text }); i >= 0 {
			words[i].views |= form.view
			continue
		}
		wordStart, wordEnd := text.EndsInWord(form.text)
		words = append(words, word{form.text, entry{
			views: form.view, start: start && wordStart, end: end && wordEnd, length: int32(len(form.text)),
		}})
	}
	return words
}

// addShapes adds the names of people. Short ones are left out: too many share them.
func addShapes(shapes map[string]string, people []User) {
	const shortest = 4
	for _, person := range people {
		for _, name := range []string{person.Username, person.GlobalName} {
			if shape := text.NameShape(name); len([]rune(shape)) >= shortest {
				shapes[shape] = name
			}
		}
	}
}
