package engine

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/smarter-dev/smarterdev/app/automod/engine/text"
)

const (
	// maxLoosePatterns is how many patterns of a guild may have no literal of three letters: each of
	// these runs on every message.
	maxLoosePatterns = 8
	literalLetters   = 3
	maxLiterals      = 16
	// maxInstructions keeps one pattern from costing milliseconds a message.
	maxInstructions = 600
)

// pattern is a regular expression of a rule. It is compiled when one of its literals is first
// seen: most never are.
type pattern struct {
	rule     int32
	expr     string
	literals []string // one of them occurs, case folded, in whatever matches; empty: unknown
	exact    bool     // tells capitals apart: only for the text as it is seen

	once     sync.Once
	compiled *regexp.Regexp
}

func (p *pattern) regexp() *regexp.Regexp {
	p.once.Do(func() { p.compiled = regexp.MustCompile(withFlags(p.expr)) })
	return p.compiled
}

func withFlags(expr string) string { return "(?i)" + expr }

// newPattern reads an expression. The problem has no location.
func newPattern(expr string) (*pattern, *Problem) {
	parsed, err := syntax.Parse(withFlags(expr), syntax.Perl)
	if err != nil {
		return nil, patternProblem(expr, err)
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, patternProblem(expr, err)
	}
	if len(program.Inst) > maxInstructions {
		return nil, &Problem{Message: "The pattern is too costly: its repetitions multiply."}
	}
	if compiled, err := regexp.Compile(withFlags(expr)); err != nil {
		return nil, patternProblem(expr, err)
	} else if compiled.MatchString("") {
		return nil, &Problem{Message: "The pattern matches nothing at all, so every message would be a hit."}
	}
	return &pattern{expr: expr, literals: required(parsed), exact: strings.Contains(expr, "(?-i") || exactFlags(expr)}, nil
}

// exactFlags reports whether a group of flags switches case-insensitivity off, as (?s-i) does.
func exactFlags(expr string) bool {
	for rest := expr; ; {
		_, after, ok := strings.Cut(rest, "(?")
		if !ok {
			return false
		}
		flags, _, _ := strings.Cut(after, ")")
		flags, _, _ = strings.Cut(flags, ":")
		if _, off, ok := strings.Cut(flags, "-"); ok && strings.Contains(off, "i") && !strings.ContainsAny(flags, "<>= ") {
			return true
		}
		rest = after
	}
}

// patternProblem says in an owner's words what is wrong with an expression, and where.
func patternProblem(expr string, err error) *Problem {
	var wrong *syntax.Error
	if !errors.As(err, &wrong) {
		return &Problem{Message: "The pattern cannot be read."}
	}
	fragment := strings.TrimPrefix(wrong.Expr, "(?i)")
	at := strings.Index(expr, fragment)
	if wrong.Code == syntax.ErrMissingParen {
		at = openParen(expr)
	}
	message := fmt.Sprintf("The pattern cannot be read: %s.", wrong.Code)
	for _, known := range [...]struct{ start, message string }{
		{"(?=", "look-ahead is not possible"}, {"(?!", "look-ahead is not possible"},
		{"(?<=", "look-behind is not possible"}, {"(?<!", "look-behind is not possible"},
		{"(?>", "atomic groups are not possible"},
	} {
		if strings.HasPrefix(fragment, known.start) {
			message = "The pattern cannot be read: in RE2, " + known.message + "."
		}
	}
	if len(fragment) == 2 && fragment[0] == '\\' && fragment[1] >= '1' && fragment[1] <= '9' {
		message = "The pattern cannot be read: in RE2, references to groups are not possible."
	}
	offset := utf8.RuneCountInString(expr[:max(at, 0)])
	return &Problem{Message: message, Offset: &offset}
}

// openParen returns the place of the last "(" that nothing closes.
func openParen(expr string) int {
	var open []int
	inClass := false
	for i := 0; i < len(expr); i++ {
		switch c := expr[i]; {
		case c == '\\':
			i++
		case c == '[':
			inClass = true
		case c == ']':
			inClass = false
		case c == '(' && !inClass:
			open = append(open, i)
		case c == ')' && !inClass && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	if len(open) == 0 {
		return 0
	}
	return open[len(open)-1]
}

// required returns literals of which one occurs in every match, case folded; nil if there is no
// such list. Only runs of letters and digits count: what is between them may be seen
// differently in another view.
func required(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return longestRun(text.Fold(string(re.Rune)))
	case syntax.OpCapture, syntax.OpPlus:
		return required(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return required(re.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if literals := required(sub); better(literals, best) {
				best = literals
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			literals := required(sub)
			if literals == nil {
				return nil
			}
			all = append(all, literals...)
		}
		if len(all) <= maxLiterals {
			return all
		}
	}
	return nil
}

func longestRun(s string) []string {
	longest := ""
	for run := range strings.FieldsFuncSeq(s, func(r rune) bool { return !text.IsWord(r) }) {
		if utf8.RuneCountInString(run) > utf8.RuneCountInString(longest) {
			longest = run
		}
	}
	if utf8.RuneCountInString(longest) < literalLetters {
		return nil
	}
	return []string{longest}
}

// better prefers the list whose shortest literal is longer.
func better(a, b []string) bool {
	shortest := func(list []string) int {
		n := 0
		for _, literal := range list {
			if n == 0 || len(literal) < n {
				n = len(literal)
			}
		}
		return n
	}
	return shortest(a) > shortest(b)
}
