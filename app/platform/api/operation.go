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

// Op describes an operation: its name, the scope that it requires and its responses.
type Op struct {
	ID          string // unique, kebab-case
	Method      string
	Path        string // below /api
	Tag         string // the area it belongs to
	Summary     string // a few words
	Description string // what it does and what to know before calling it
	Scope       Scope
	Status      int       // of success; 0: 200, or 204 without a body
	Refusals    []Refusal // errors of its rules, besides those of every operation
	// BodyOf is the request body where the input's type does not say it: the handler then reads
	// and validates it itself.
	BodyOf *huma.Schema
}

// inGuild reports whether the operation is about one guild.
func (o Op) inGuild() bool { return strings.HasPrefix(o.Path, "/guilds/{guild_id}") }

// Body is a response with just a body.
type Body[T any] struct{ Body T }

// Do adds an operation. The handler gets a valid input from a key that has the scope and reaches
// the guild; an error that it returns becomes a problem.
func Do[I, O any](a *API, op Op, handler func(ctx context.Context, in *I) (*O, error)) {
	h := a.docs.operation(op, reflect.TypeFor[I]())
	h.Middlewares = huma.Middlewares{a.authorize(op.Scope, op.inGuild())}
	huma.Register(a.huma, h, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return out, nil
	})
}

// Get adds an operation that reads and responds with a body.
func Get[I, T any](a *API, op Op, handler func(ctx context.Context, in *I) (T, error)) {
	op.Method = http.MethodGet
	doWithBody(a, op, handler)
}

// Post adds an operation that does something and responds with a body.
func Post[I, T any](a *API, op Op, handler func(ctx context.Context, in *I) (T, error)) {
	op.Method = http.MethodPost
	doWithBody(a, op, handler)
}

func doWithBody[I, T any](a *API, op Op, handler func(ctx context.Context, in *I) (T, error)) {
	Do(a, op, func(ctx context.Context, in *I) (*Body[T], error) {
		body, err := handler(ctx, in)
		if err != nil {
			return nil, err
		}
		return &Body[T]{body}, nil
	})
}

// problemOf is web.NewProblem with the names of inputs as locations in the request: a rule knows that
// the amount is wrong, but not where it was sent.
func problemOf(ctx context.Context, err error) *web.Problem {
	p := web.NewProblem(ctx, err)
	p.Errors = slices.Clone(p.Errors) // the fault may be shared
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

// ProblemOf is the problem of err inside a longer response, such as of one item of a bulk request.
func ProblemOf(ctx context.Context, err error) *web.Problem { return problemOf(ctx, err) }
