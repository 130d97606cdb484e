// Package people lets a page or a test act as the people of a world, over HTTP: see what a
// person's client would show, follow it live, and do what a person can do. It also holds the
// controls with which a test makes things go wrong.
package people

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/flood"
	"github.com/smarter-dev/smarterdev/app/sandbox/gateway"
	"github.com/smarter-dev/smarterdev/app/sandbox/oauth"
	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/rest"
	"github.com/smarter-dev/smarterdev/app/sandbox/trace"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// Config is what the handler is built on.
type Config struct {
	World   *world.World
	Gateway *gateway.Gateway
	OAuth   *oauth.Server
	Faults  *faults.Set
	Limits  *rest.Limits
	Trace   *trace.Log
	Floods  *flood.Floods
	Log     *slog.Logger
	Details any    // what GET /details answers
	CDN     string // where pictures are served
}

// Handler serves everything below /people.
type Handler struct {
	Config
	hub    *hub
	router chi.Router
	done   context.Context
	stop   context.CancelFunc
}

// New makes the handler and lets it listen to the world.
func New(c Config) *Handler {
	h := &Handler{Config: c, hub: newHub(), router: chi.NewRouter()}
	h.done, h.stop = context.WithCancel(context.Background())
	c.World.Listen(h.hub)
	h.mount(h.router)
	return h
}

// Close ends the streams.
func (h *Handler) Close() { h.stop() }

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "" {
		r = r.Clone(r.Context())
		r.URL.Path = "/"
	}
	h.router.ServeHTTP(w, r)
}

// mount is the whole contract, top to bottom.
func (h *Handler) mount(r chi.Router) {
	r.Get("/details", h.do(func(*ask) (any, error) { return h.Details, nil }))
	r.Get("/wire", h.streamWire)
	r.Route("/control", func(r chi.Router) {
		r.Get("/", h.do(h.control))
		r.Post("/faults", h.do(h.addFault))
		r.Delete("/faults", h.do(h.liftFaults))
		r.Delete("/faults/{fault}", h.do(h.liftFaults))
		r.Post("/gateway", h.do(h.disturb))
		r.Put("/tuning", h.do(h.tune))
		r.Put("/limits", h.do(h.setLimits))
		r.Post("/clock", h.do(h.advance))
		r.Post("/floods", h.do(h.startFlood))
		r.Get("/floods/{flood}", h.do(h.floodOf))
		r.Delete("/floods", h.do(h.stopFlood))
		r.Delete("/floods/{flood}", h.do(h.stopFlood))
	})
	r.Get("/", h.do(h.list))
	r.Post("/", h.do(h.create))
	r.Route("/{me}", func(r chi.Router) {
		r.Get("/state", h.do(h.state))
		r.Get("/events", h.streamEvents)
		r.Patch("/", h.do(h.change))
		r.Post("/direct", h.do(h.direct))
		r.Post("/oauth", h.do(h.agree))
		r.Put("/app", h.do(h.install))
		r.Delete("/app", h.do(h.uninstall))
		r.Get("/invites/{code}", h.do(h.lookUp))
		r.Post("/invites/{code}", h.do(h.accept))
		r.Delete("/invites/{code}", h.do(h.deleteInvite))
		r.Post("/modals/{modal}", h.do(h.submit))
		r.Delete("/modals/{modal}", h.do(h.dismiss))
		r.Route("/channels/{channel}", func(r chi.Router) {
			r.Get("/messages", h.do(h.messages))
			r.Post("/messages", h.do(h.write))
			r.Patch("/messages/{message}", h.do(h.edit))
			r.Delete("/messages/{message}", h.do(h.deleteMessage))
			r.Put("/messages/{message}/reactions/{emoji}", h.do(h.react))
			r.Delete("/messages/{message}/reactions/{emoji}", h.do(h.unreact))
			r.Post("/messages/{message}/press", h.do(h.press))
			r.Put("/messages/{message}/votes", h.do(h.vote))
			r.Post("/messages/{message}/expire", h.do(h.endPoll))
			r.Post("/messages/{message}/threads", h.do(h.startThreadAt))
			r.Get("/webhooks", h.do(h.webhooks))
			r.Post("/webhooks", h.do(h.createWebhook))
			r.Delete("/webhooks/{webhook}", h.do(h.deleteWebhook))
			r.Post("/invites", h.do(h.createInvite))
			r.Get("/threads", h.do(h.threads))
			r.Post("/threads", h.do(h.startThread))
			r.Put("/thread-members/{user}", h.do(h.addToThread))
			r.Delete("/thread-members/{user}", h.do(h.removeFromThread))
			r.Post("/commands", h.do(h.invoke))
			r.Post("/apps", h.do(h.useOther))
			r.Post("/typing", h.do(h.typing))
		})
		r.Route("/guilds/{guild}", func(r chi.Router) {
			r.Put("/", h.do(h.join))
			r.Delete("/", h.do(h.leave))
			r.Patch("/", h.do(h.renameGuild))
			r.Put("/bot", h.do(h.inviteBot))
			r.Put("/incident-actions", h.do(h.pause))
			r.Post("/prune", h.do(h.prune))
			r.Get("/invites", h.do(h.invites))
			r.Put("/voice", h.do(h.joinVoice))
			r.Delete("/voice", h.do(h.leaveVoice))
			r.Get("/members/{user}", h.do(h.member))
			r.Patch("/members/{user}", h.do(h.editMember))
			r.Delete("/members/{user}", h.do(h.kick))
			r.Put("/members/{user}/roles/{role}", h.do(h.giveRole))
			r.Delete("/members/{user}/roles/{role}", h.do(h.takeRole))
			r.Get("/bans", h.do(h.bans))
			r.Put("/bans/{user}", h.do(h.ban))
			r.Delete("/bans/{user}", h.do(h.unban))
			r.Get("/audit-log", h.do(h.auditLog))
			r.Post("/stickers", h.do(h.createSticker))
			r.Get("/auto-moderation/rules", h.do(h.rules))
			r.Post("/auto-moderation/rules", h.do(h.createRule))
			r.Patch("/auto-moderation/rules/{rule}", h.do(h.editRule))
			r.Delete("/auto-moderation/rules/{rule}", h.do(h.deleteRule))
			r.Post("/roles", h.do(h.createRole))
			r.Patch("/roles/{role}", h.do(h.editRole))
			r.Delete("/roles/{role}", h.do(h.deleteRole))
			r.Post("/channels", h.do(h.createChannel))
			r.Patch("/channels/{channel}", h.do(h.editChannel))
			r.Delete("/channels/{channel}", h.do(h.deleteChannel))
			r.Put("/commands/{command}/permissions", h.do(h.setAccess))
		})
	})
	r.NotFound(func(w http.ResponseWriter, _ *http.Request) { reply(w, nil, problem.NotFound) })
	r.MethodNotAllowed(func(w http.ResponseWriter, _ *http.Request) { reply(w, nil, problem.MethodNotAllowed) })
}

// ask is one request.
type ask struct {
	*http.Request
	err error // the first thing wrong with the path
}

func (h *Handler) do(serve func(*ask) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 25<<20)
		body, err := serve(&ask{Request: r})
		if err != nil && !errors.As(err, new(*problem.Error)) {
			h.Log.Error("a request as a person failed", "path", r.URL.Path, "err", err)
		}
		reply(w, body, err)
	}
}

func reply(w http.ResponseWriter, body any, err error) {
	status := http.StatusOK
	if err != nil {
		p := problem.From(err)
		status, body = p.Status, p
	} else if body == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// id reads a snowflake of the path. A wrong one is kept in a.err and answered by input or ready.
func (a *ask) id(name string) world.ID {
	n, err := strconv.ParseUint(chi.URLParam(a.Request, name), 10, 64)
	if err != nil && a.err == nil {
		f := problem.NewForm()
		f.At(name).Add("NUMBER_TYPE_COERCE", "Value \"%s\" is not snowflake.", chi.URLParam(a.Request, name))
		a.err = f.Err()
	}
	return world.ID(n)
}

// query reads an optional snowflake of the query.
func (a *ask) query(name string) world.ID {
	n, _ := strconv.ParseUint(a.URL.Query().Get(name), 10, 64)
	return world.ID(n)
}

// input decodes a JSON body; an empty one leaves v as it is.
func (a *ask) input(v any) error {
	if a.err != nil {
		return a.err
	}
	body, err := io.ReadAll(a.Body)
	switch {
	case err != nil:
		return problem.FileTooLarge
	case len(body) == 0:
		return nil
	}
	return wire.Decode(body, v)
}
