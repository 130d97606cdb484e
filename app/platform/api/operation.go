package api

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/smarter-dev/smarterdev/app/platform/web"
)

// Op describes an operation: what it is called, what a key needs for it, what it may answer.
type Op struct {
	ID          string // unique, kebab-case
	Method      string
	Path        string // below /api
	Tag         string // the area it belongs to
	Summary     string // a few words
	Description string // what it does and what to know before calling it
	Scope       Scope
	Status      int       // of success; 0: 200, or 204 without a body
	Refusals    []Refusal // what its rules may refuse, besides what every operation may
	// BodyOf is the request body where the input's type does not say it: the handler then reads
	// and validates it by itself.
	BodyOf *huma.Schema
}

// inGuild reports whether the operation is about one guild.
func (o Op) inGuild() bool { return strings.HasPrefix(o.Path, "/guilds/{guild_id}") }

// Body is an answer that is a body and nothing else.
type Body[T any] struct{ Body T }

// Do adds an operation. The handler gets a valid input from a key that has the scope and reaches
// the guild; an error that it returns is told as a problem.
func Do[I, O any](a *API, op Op, handler func(ctx context.Context, in *I) (*O, error)) {
	h := a.about.operation(op, reflect.TypeFor[I]())
	h.Middlewares = huma.Middlewares{a.guard(op.Scope, op.inGuild())}
	huma.Register(a.huma, h, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, apiProblem(ctx, err)
		}
		return out, nil
	})
}

// Get adds an operation that reads and answers with one body.
func Get[I, T any](a *API, op Op, handler func(ctx context.Context, in *I) (T, error)) {
	op.Method = http.MethodGet
	answer(a, op, handler)
}

// Post adds an operation that does something and answers with one body.
func Post[I, T any](a *API, op Op, handler func(ctx context.Context, in *I) (T, error)) {
	op.Method = http.MethodPost
	answer(a, op, handler)
}

func answer[I, T any](a *API, op Op, handler func(ctx context.Context, in *I) (T, error)) {
	Do(a, op, func(ctx context.Context, in *I) (*Body[T], error) {
		body, err := handler(ctx, in)
		if err != nil {
			return nil, err
		}
		return &Body[T]{body}, nil
	})
}

// apiProblem is NewProblem with the names of inputs as locations in the request: a rule knows that
// the amount is wrong, and not where it was sent.
func apiProblem(ctx context.Context, err error) *web.Problem {
	p := web.NewProblem(ctx, err)
	p.Errors = slices.Clone(p.Errors) // they may be kept by whoever made them
	for i, f := range p.Errors {
		if !located(f.Name) {
			p.Errors[i].Name = "body." + f.Name
		}
	}
	return p
}

func located(name string) bool {
	for _, place := range []string{"body", "path.", "query.", "header."} {
		if strings.HasPrefix(name, place) {
			return true
		}
	}
	return false
}

// ProblemOf is what a caller is told of err inside a longer answer, such as one item of a bulk.
func ProblemOf(ctx context.Context, err error) *web.Problem { return apiProblem(ctx, err) }
