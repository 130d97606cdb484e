package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/apikeys"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// restAPI is a whole program with the role web, beside a stand-in for Discord, on a clock that the
// test moves.
type restAPI struct {
	*app.Program
	world *sandboxtest.World
	key   string // of every scope
	heard chan bus.Event

	mu  sync.Mutex
	now time.Time
}

// open starts the program; adjust changes its configuration first.
func open(t testing.TB, db storetest.Database, adjust ...func(*config.Config)) *restAPI {
	t.Helper()
	a := &restAPI{
		world: sandboxtest.Start(t, sandbox.Config{}),
		heard: make(chan bus.Event, 10_000),
		now:   time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
	cfg := config.Config{
		Stores:  config.Stores{DatabaseURL: config.Secret(db.URL), DBPoolSize: 8},
		Discord: config.Discord{Token: config.Secret(a.world.BotToken), ApplicationID: a.world.ApplicationID, APIURL: a.world.APIURL},
		HTTP:    config.HTTP{BaseURL: "https://example.com", SessionSecret: "0123456789abcdef0123456789abcdef"},
	}
	for _, f := range adjust {
		f(&cfg)
	}
	var err error
	a.Program, err = app.Open(t.Context(), app.Setup{
		Config: cfg, Roles: config.RoleWeb, Files: os.DirFS(".."), Log: slog.New(slog.DiscardHandler), Now: a.clock,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.Close()) })
	a.Bus.Subscribe(bus.Subscriber{
		Name: "the test", Topics: bus.Topics(), Handle: func(ctx context.Context, e bus.Event) {
			select {
			case a.heard <- e:
			case <-ctx.Done():
			}
		},
	})
	a.key = a.newKey(t, apikeys.CreateKey{Scopes: a.allScopes()})
	return a
}

func (a *restAPI) allScopes() []string {
	var scopes []string
	for _, s := range a.Scopes() {
		scopes = append(scopes, string(s.Scope))
	}
	return scopes
}

func (a *restAPI) clock() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now
}

func (a *restAPI) pass(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now = a.now.Add(d)
}

func (a *restAPI) newKey(t testing.TB, in apikeys.CreateKey) string {
	t.Helper()
	in.Name, in.Actor = "test", store.Actor{Name: "a test", Source: store.SourceCommand}
	key, _, err := a.APIKeys.CreateKey(t.Context(), in)
	require.NoError(t, err)
	return key
}

// stored is what is kept of a key.
func (a *restAPI) stored(t testing.TB, key string) store.APIKey {
	t.Helper()
	keys, err := a.APIKeys.Keys(t.Context())
	require.NoError(t, err)
	for _, k := range keys {
		if k.Prefix == key[:len(k.Prefix)] {
			return k
		}
	}
	t.Fatal("the key is not kept")
	return store.APIKey{}
}

// path is below the first guild of the stand-in.
func (a *restAPI) path(format string, args ...any) string {
	return "/api/guilds/" + a.world.GuildID.String() + fmt.Sprintf(format, args...)
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	t testing.TB
}

// at is the value at a path of the body.
func (a answer) at(path string) gjson.Result { return gjson.GetBytes(a.Body.Bytes(), path) }

// is requires a status, and returns the answer.
func (a answer) is(status int) answer {
	a.t.Helper()
	require.Equal(a.t, status, a.Code, a.Body.String())
	return a
}

// refuses requires a problem with this status and code, whose detail holds words.
func (a answer) refuses(status int, code, words string) answer {
	a.t.Helper()
	a.is(status)
	require.Equal(a.t, "application/problem+json", a.Header().Get("Content-Type"))
	require.Equal(a.t, code, a.at("code").Str, a.Body.String())
	require.Contains(a.t, a.at("detail").Str, words)
	require.Equal(a.t, "about:blank", a.at("type").Str)
	require.Equal(a.t, http.StatusText(status), a.at("title").Str)
	require.EqualValues(a.t, status, a.at("status").Int())
	require.Equal(a.t, a.Header().Get("X-Request-ID"), a.at("request_id").Str)
	return a
}

// header is one line of a request besides the key.
type header struct{ name, value string }

// ask sends a request with the key of every scope. A string is a body as it is, anything else
// becomes JSON.
func (a *restAPI) ask(t testing.TB, method, path string, body any, headers ...header) answer {
	t.Helper()
	return a.askAs(t, a.key, method, path, body, headers...)
}

func (a *restAPI) askAs(t testing.TB, key, method, path string, body any, headers ...header) answer {
	t.Helper()
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, request(t, key, method, path, body, headers...))
	return answer{w, t}
}

func request(t testing.TB, key, method, path string, body any, headers ...header) *http.Request {
	t.Helper()
	var text []byte
	switch body := body.(type) {
	case nil:
	case string:
		text = []byte(body)
	default:
		var err error
		text, err = json.Marshal(body)
		require.NoError(t, err)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, path, bytes.NewReader(text))
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	for _, h := range headers {
		r.Header.Set(h.name, h.value)
	}
	return r
}

// topics are the events since the last call, each topic once and in order.
func (a *restAPI) topics(t testing.TB) []bus.Topic {
	t.Helper()
	mark := uuid.NewString()
	a.Bus.Publish(t.Context(), bus.Event{Topic: bus.CommandUsed, IDs: []string{mark}})
	var found []bus.Topic
	for e := range a.heard {
		if len(e.IDs) == 1 && e.IDs[0] == mark {
			break
		}
		if len(found) == 0 || found[len(found)-1] != e.Topic {
			found = append(found, e.Topic)
		}
	}
	return found
}

// transfer is a body for POST /bytes/transactions.
func transfer(from, to snowflake.ID, amount int64) map[string]any {
	return map[string]any{
		"giver_id": from, "giver_username": "ada", "receiver_id": to, "receiver_username": "grace", "amount": amount,
	}
}

// onEach runs a test with a program on every engine.
func onEach(t *testing.T, test func(t *testing.T, a *restAPI)) {
	t.Helper()
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		a := open(t, db)
		test(t, a)
		report, err := a.Store.Verify(t.Context())
		require.NoError(t, err)
		require.Empty(t, report.Differences, "the ledger adds up after every test")
	})
}

// nextPage is the address in a Link header, without the host; empty on the last page.
func (a answer) nextPage() string {
	link := a.Header().Get("Link")
	if link == "" {
		return ""
	}
	require.True(a.t, strings.HasPrefix(link, "<https://example.com/api/"), link)
	require.True(a.t, strings.HasSuffix(link, `>; rel="next"`), link)
	return strings.TrimSuffix(strings.TrimPrefix(link, "<https://example.com"), `>; rel="next"`)
}

func answerOf(t testing.TB, a *restAPI, r *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, r)
	return answer{w, t}
}
