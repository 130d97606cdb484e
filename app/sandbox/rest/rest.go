// Package rest is Discord's HTTP API over a world: routes, who may call them, bodies and their
// mistakes, rate limits, audit reasons.
package rest

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/gateway"
	"github.com/smarter-dev/smarterdev/app/sandbox/oauth"
	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/trace"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// API serves the routes.
type API struct {
	World    *world.World
	Gateway  *gateway.Gateway
	Endpoint *Endpoint
	Grants   *oauth.Grants
	Faults   *faults.Set
	Limits   *Limits
	Trace    *trace.Log
	Log      *slog.Logger
}

// who may call a route
type access int

const (
	open   access = iota // no Authorization needed
	bot                  // the application's bot
	person               // an OAuth2 access token
	either
)

// handler does the work of a route. A nil body with a nil error is 204.
type handler func(*call) (any, error)

// call is one request on its way through a handler.
type call struct {
	*http.Request
	api     *API
	world   *world.World
	me      world.ID    // whoever calls: the bot, or the person of an access token
	grant   oauth.Grant // of an access token
	isBot   bool
	reason  string // for the audit log
	status  int    // of a good answer; 0 means 200 or 204
	writer  http.ResponseWriter
	raw     []byte // the body, once read
	respond []byte
}

type route struct {
	method, pattern string
	access          access
	serve           handler
}

// Mount adds every route. It is called for the root of each API version.
func (a *API) Mount(r chi.Router) {
	for _, rt := range a.routes() {
		r.Method(rt.method, rt.pattern, a.handle(rt))
	}
	r.NotFound(func(w http.ResponseWriter, _ *http.Request) { write(w, nil, problem.NotFound) })
	r.MethodNotAllowed(func(w http.ResponseWriter, _ *http.Request) { write(w, nil, problem.MethodNotAllowed) })
}

// handle wraps a route in everything that all routes have in common.
func (a *API) handle(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		c := &call{Request: r, api: a, world: a.World, writer: w}
		r.Body = http.MaxBytesReader(w, r.Body, mostBody)
		w.Header().Set("Via", "1.1 sandbox") // libraries take a 429 without it for one of the network before Discord
		path := relative(r.URL.Path)
		rule, faulty := a.Faults.OnRequest(r.Method, path)
		if faulty && !rule.After && a.disturb(w, r, rule) {
			a.record(c, rt, path, began, rule.Status)
			return
		}
		body, err := a.serve(c, rt)
		if faulty && rule.After && a.disturb(w, r, rule) {
			a.record(c, rt, path, began, rule.Status)
			return
		}
		status := c.answer(body, err)
		a.record(c, rt, path, began, status)
	})
}

func (a *API) serve(c *call, rt route) (any, error) {
	if err := a.identify(c, rt.access); err != nil {
		a.Limits.invalid()
		return nil, err
	}
	if limited := a.Limits.take(c.writer.Header(), rt, c.Request); limited != nil {
		a.Limits.invalid()
		return nil, limited
	}
	reason, err := auditReason(c.Request)
	if err != nil {
		return nil, err
	}
	c.reason = reason
	body, err := rt.serve(c)
	if err != nil && problem.From(err).Status == http.StatusForbidden {
		a.Limits.invalid()
	}
	return body, err
}

// identify finds out who calls.
func (a *API) identify(c *call, need access) error {
	kind, token, _ := strings.Cut(c.Header.Get("Authorization"), " ")
	app := a.World.Application()
	switch {
	case strings.EqualFold(kind, "Bot") && token == app.BotToken:
		c.isBot, c.me = true, app.BotID
	case strings.EqualFold(kind, "Bearer"):
		grant, ok := a.Grants.Bearer(token)
		if !ok {
			return problem.Unauthorized
		}
		c.grant, c.me = grant, grant.User
	case need == open:
		return nil
	default:
		return problem.Unauthorized
	}
	if need == bot && !c.isBot || need == person && c.isBot {
		return problem.Unauthorized
	}
	return nil
}

// answer writes the answer and returns its status.
func (c *call) answer(body any, err error) int {
	if err != nil && !errors.As(err, new(*problem.Error)) && !errors.Is(err, context.Canceled) {
		c.api.Log.Error("a route of the stand-in failed", "path", c.URL.Path, "err", err)
	}
	status := c.status
	if body == nil && err == nil && status == 0 {
		status = http.StatusNoContent
	}
	c.respond = write(c.writer, answer{status, body}, err)
	if err != nil {
		return problem.From(err).Status
	}
	if status == 0 {
		status = http.StatusOK
	}
	return status
}

type answer struct {
	status int
	body   any
}

// write sends a body or a refusal and returns the bytes.
func write(w http.ResponseWriter, good any, err error) []byte {
	status, body := http.StatusOK, good
	if a, ok := good.(answer); ok {
		body = a.body
		if a.status != 0 {
			status = a.status
		}
	}
	if err != nil {
		p := problem.From(err)
		status, body = p.Status, p
		if after := p.RetryAfter(); after > 0 && w.Header().Get("Retry-After") == "" {
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(after))))
			w.Header().Set("X-RateLimit-Scope", "user")
		}
	}
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return nil
	}
	data, jsonErr := json.Marshal(body)
	if jsonErr != nil {
		status, data = http.StatusInternalServerError, []byte(`{"message":"500: Internal Server Error","code":0}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(status)
	_, _ = w.Write(data)
	return data
}

func (a *API) record(c *call, _ route, path string, began time.Time, status int) {
	a.Trace.Add(trace.Entry{
		At: began, Kind: "rest", Method: c.Method, Path: path, Status: status, Reason: c.reason,
		Micros: time.Since(began).Microseconds(), Request: c.raw, Response: c.respond,
	})
}

// relative is a path without its API version.
func relative(path string) string {
	if len(path) > 2 && path[0] == '/' && path[1] == 'v' && path[2] >= '0' && path[2] <= '9' {
		if i := strings.IndexByte(path[1:], '/'); i > 0 {
			return path[1+i:]
		}
	}
	return path
}
