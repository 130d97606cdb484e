// Package api is the REST API: what a feature describes as an operation is checked, documented and
// served here.
//
// Keys, scopes, rate limits, validation, cursors, conditional requests and the OpenAPI document are
// the same for every operation. The operations themselves belong to the features.
package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/disgoorg/snowflake/v2"
	"github.com/go-chi/chi/v5"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Config is what the API needs of the rest of the program.
type Config struct {
	Version string
	BaseURL string   // what people reach the server by, without a path: "https://host"; empty: addresses stay relative
	Rate    int      // requests a second for each key, in bursts of twice that; 0 limits nothing
	Origins []string // whose pages may read the API from a browser; none by default
	Secret  []byte   // signs cursors, the same in every process; empty: one that this process makes up

	Keys   Keys
	Guilds Guilds
	Limits Limiter
	Pages  *ui.Templates // render the reference; nil: there is no reference
}

// Keys authenticates API keys.
type Keys interface {
	// Authenticate returns the key if it is valid now, and an Unauthorized fault otherwise. The key
	// must not be modified.
	Authenticate(ctx context.Context, presented string) (*store.APIKey, error)
}

// Guilds knows the guilds of the bot.
type Guilds interface {
	// Present reports whether the bot is in the guild. It fails with an Unavailable fault when
	// that is not known.
	Present(ctx context.Context, guild snowflake.ID) (bool, error)
}

// Limiter limits request rates.
type Limiter interface {
	Allow(ctx context.Context, key string, limit bus.Limit) bus.Result
}

// API collects the operations of the features and serves them below /api.
type API struct {
	config    Config
	limits    limits
	cursorKey []byte
	router    chi.Router
	huma      huma.API
	docs      documentation
}

// New mounts an API without operations on the server; features add theirs with Do before the
// server serves.
func New(s *web.Server, config Config) *API {
	setMessages()
	config.BaseURL = strings.TrimSuffix(config.BaseURL, "/")
	a := &API{config: config, limits: newLimits(config), router: chi.NewRouter()}
	if len(config.Secret) == 0 {
		config.Secret = []byte(rand.Text())
	}
	key := sha256.Sum256(append([]byte("cursors of the API:"), config.Secret...))
	a.cursorKey = key[:]

	a.router.Use(a.cors(), a.authenticate)
	s.Router().Mount("/api", a.router)
	a.huma = humachi.New(a.router, a.humaConfig())
	a.docs.api, a.docs.encoded = a, sync.OnceValue(a.docs.render)
	a.router.Get("/openapi.json", a.docs.json)
	a.router.Get("/openapi.yaml", a.docs.yaml)
	if config.Pages != nil {
		a.router.Get("/docs", a.reference)
	}
	return a
}

// humaConfig disables huma's defaults: $schema in bodies and documentation pages from a CDN.
func (a *API) humaConfig() huma.Config {
	registry := huma.NewMapRegistry("#/components/schemas/", schemaNames())
	aliasTypes(registry)
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI:    "3.1.0",
			Info:       &huma.Info{},
			Components: &huma.Components{Schemas: registry},
		},
		Formats:                      map[string]huma.Format{"application/json": jsonFormat(), "json": jsonFormat()},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}
}

// call is what the API knows of one request.
type call struct {
	api   *API
	url   *url.URL
	key   *store.APIKey // nil: not authenticated
	err   error         // why there is no key
	guild snowflake.ID  // 0: the operation is not on a guild
}

type callKey struct{}

// callOf returns the call that ctx belongs to. Every handler of an operation has one.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{api: new(API), url: new(url.URL)}
}

// Caller returns the key that the request was made with; nil outside of an operation.
func Caller(ctx context.Context) *store.APIKey { return callOf(ctx).key }

// InGuild is embedded in the input of an operation on one guild. The bot is in it and the key
// reaches it when the handler runs.
type InGuild struct {
	Guild ID `path:"guild_id" doc:"The guild." example:"1000000000000000001"`
}

// Idempotency is embedded in the input of an operation that can be retried safely.
type Idempotency struct {
	IdempotencyKey string `header:"Idempotency-Key" minLength:"1" maxLength:"200" pattern:"^[!-~]+$" patternDescription:"visible ASCII without spaces" doc:"Makes a repetition safe: the same key with the same request gives the same outcome for 7 days, also after a refusal; with another request it is refused. A new UUID for each request does." example:"5f1c2d0e-order-17"`
}

// Key is the idempotency key as stored, unique to the caller; empty when none was sent.
func (r Idempotency) Key(ctx context.Context) string {
	caller := Caller(ctx)
	if r.IdempotencyKey == "" || caller == nil {
		return ""
	}
	return "key:" + caller.ID.String() + ":" + r.IdempotencyKey
}

// ItemKey is the idempotency key of the item at an index of a list that was sent with a key. It differs
// from the keys of all other requests.
func (r Idempotency) ItemKey(ctx context.Context, index int) string {
	caller := Caller(ctx)
	if r.IdempotencyKey == "" || caller == nil {
		return ""
	}
	return "key:" + caller.ID.String() + "#" + strconv.Itoa(index) + ":" + r.IdempotencyKey
}

// Scope is a right of a key. Features bring their own besides those that are for all of them.
type Scope string

// The scopes that many features share. AnyScope is that of an operation that every key may call.
const (
	AnyScope    Scope = ""
	ScopeRead   Scope = "read"   // every GET but audit and cases
	ScopeConfig Scope = "config" // changing settings, reading the audit log
)

// ScopeInfo describes a scope to those who make keys.
type ScopeInfo struct {
	Scope Scope
	Help  i18n.Text // what it allows; empty: it is not offered yet
}

// authorize lets a request through to the operation if its key has the scope and reaches the guild.
func (a *API) authorize(scope Scope, inGuild bool) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		r, w := humachi.Unwrap(c)
		if err := callOf(r.Context()).authorize(r, scope, inGuild); err != nil {
			web.WriteError(w, r, err)
			return
		}
		next(c)
	}
}

func (c *call) authorize(r *http.Request, scope Scope, inGuild bool) error {
	if c.key == nil {
		return c.err
	}
	if inGuild {
		id, err := web.ParseID(r.PathValue("guild_id"))
		if err != nil {
			return guildNotFound(r.PathValue("guild_id"))
		}
		c.guild = id
	}
	if scope != AnyScope && !slices.Contains(c.key.Scopes, string(scope)) {
		return fault.New(fault.Forbidden, "missing_scope",
			"this key lacks the scope %s; make one that has it, or use another", scope).With("scope", scope)
	}
	if !inGuild {
		return nil
	}
	if !c.key.Reaches(c.guild) {
		return fault.New(fault.Forbidden, "guild_not_allowed", "this key is not for guild %s", c.guild)
	}
	present, err := c.api.config.Guilds.Present(r.Context(), c.guild)
	if err != nil {
		return err
	}
	if !present {
		return fault.New(fault.Forbidden, "bot_not_in_guild",
			"the bot is not in guild %s; invite it there first", c.guild)
	}
	return nil
}

func guildNotFound(text string) error {
	if r := []rune(text); len(r) > web.LongestID {
		text = string(r[:web.LongestID]) + "…"
	}
	return fault.New(fault.NotFound, "guild_not_found",
		"guild %s not found: the id of a guild is 1 to 20 digits", text)
}
