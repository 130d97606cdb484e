// Package sandboxtest lets a test act as the people of a stand-in for Discord, and reads like
// the story that it tells:
//
//	world := sandboxtest.Start(t)
//	ada, grace := world.Member("Ada"), world.Member("Grace")
//	reply := ada.Run("/bytes send", sandboxtest.Options{"member": grace.ID, "amount": "250"})
//	reply.Press("Confirm")
//	ada.Write(world.Channel("general"), "hello")
//
// Nothing here sleeps or has a time limit: everything waits for events. What goes wrong fails
// the test at once, except in the methods that begin with Try.
package sandboxtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/faults"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// World is a stand-in under test.
type World struct {
	sandbox.Details
	Sandbox *sandbox.Sandbox // nil when it runs in another process
	t       testing.TB
	base    string // of the people API
	client  *http.Client

	mu     sync.Mutex
	people map[snowflake.ID]*Person
}

// Start runs a stand-in for the length of the test. Config.URL and PlaygroundURL are set by it;
// without a world it has the default one.
func Start(t testing.TB, config ...sandbox.Config) *World {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	var cfg sandbox.Config
	if len(config) > 0 {
		cfg = config[0]
	}
	base := "http://" + server.Listener.Addr().String()
	cfg.URL, cfg.PlaygroundURL = base+"/api", base+"/sandbox"
	s, err := sandbox.New(cfg)
	if err != nil {
		server.Listener.Close()
		t.Fatalf("start the stand-in: %v", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", http.StripPrefix("/api", s.API()))
	mux.Handle("/sandbox/", http.StripPrefix("/sandbox", s.Playground()))
	server.Config.Handler = mux
	server.Start()
	w := dial(t, base+"/sandbox")
	w.Sandbox = s
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the stand-in: %v", err)
		}
		server.CloseClientConnections()
		server.Close()
	})
	return w
}

// Dial connects to a stand-in that runs elsewhere; playground is its playground's address.
func Dial(t testing.TB, playground string) *World {
	t.Helper()
	return dial(t, playground)
}

func dial(t testing.TB, playground string) *World {
	t.Helper()
	w := &World{t: t, base: strings.TrimSuffix(playground, "/") + "/people", people: make(map[snowflake.ID]*Person), client: &http.Client{Transport: &http.Transport{}}}
	t.Cleanup(w.client.CloseIdleConnections)
	w.must(http.MethodGet, "/details", nil, &w.Details)
	return w
}

// call sends a request; a refusal comes back as *Refused.
func (w *World) call(method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequest(method, w.base+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := w.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		r := &Refused{Status: resp.StatusCode, Body: string(data)}
		_ = json.Unmarshal(data, r)
		return r
	}
	if out == nil || len(data) == 0 {
		return nil
	}
	return json.Unmarshal(data, out)
}

func (w *World) must(method, path string, in, out any) {
	w.t.Helper()
	if err := w.call(method, path, in, out); err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
}

// Refused is an act that Discord does not allow.
type Refused struct {
	Status  int    `json:"-"`
	Code    int    `json:"code"`
	Message string `json:"message"`
	Body    string `json:"-"`
}

func (r *Refused) Error() string { return fmt.Sprintf("%d: %s", r.Status, r.Body) }

// Channel returns the first guild's channel of that name.
func (w *World) Channel(name string) snowflake.ID {
	w.t.Helper()
	return named(w.t, "channel", w.Channels, name)
}

// Role returns the first guild's role of that name.
func (w *World) Role(name string) snowflake.ID {
	w.t.Helper()
	return named(w.t, "role", w.Roles, name)
}

func named(t testing.TB, what string, list []sandbox.Named, name string) snowflake.ID {
	t.Helper()
	for _, n := range list {
		if n.Name == name {
			return n.ID
		}
	}
	t.Fatalf("there is no %s %q", what, name)
	return 0
}

// Member returns the person of that name in the first guild. The test sees from now on what
// they see.
func (w *World) Member(name string) *Person {
	w.t.Helper()
	for _, m := range w.Members {
		if m.Name == name {
			return w.Person(m.ID)
		}
	}
	w.t.Fatalf("there is no member %q", name)
	return nil
}

// Person returns whoever has this id.
func (w *World) Person(id snowflake.ID) *Person {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if p := w.people[id]; p != nil {
		return p
	}
	p := &Person{ID: id, world: w, path: "/" + id.String(), channel: w.ChannelID, guild: w.GuildID}
	p.follow()
	w.people[id] = p
	return p
}

// Newcomer describes an account for World.Newcomer.
type Newcomer struct {
	Username  string    `json:"username"`
	Name      string    `json:"global_name,omitempty"`
	Bot       bool      `json:"bot,omitempty"`
	NoAvatar  bool      `json:"no_avatar,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"` // zero means now
}

// Newcomer makes an account that is in no guild yet.
func (w *World) Newcomer(n Newcomer) *Person {
	w.t.Helper()
	var u wire.User
	w.must(http.MethodPost, "/", n, &u)
	return w.Person(u.ID)
}

// Fault makes something go wrong from now on; lift ends it.
func (w *World) Fault(rule faults.Rule) (lift func()) {
	w.t.Helper()
	var made faults.Rule
	w.must(http.MethodPost, "/control/faults", rule, &made)
	return func() { w.must(http.MethodDelete, fmt.Sprintf("/control/faults/%d", made.ID), nil, nil) }
}

// Disturb does something to every gateway connection at once: drop, reconnect, invalidate,
// invalidate_resume, request_heartbeat, expire_sessions. It returns how many there were.
func (w *World) Disturb(what string) int {
	w.t.Helper()
	var out struct {
		Connections int `json:"connections"`
	}
	w.must(http.MethodPost, "/control/gateway", map[string]any{"do": what}, &out)
	return out.Connections
}

// CloseGateway closes every gateway connection with a code.
func (w *World) CloseGateway(code int) {
	w.t.Helper()
	w.must(http.MethodPost, "/control/gateway", map[string]any{"do": "close", "code": code}, nil)
}

// Tune sets gateway parameters by the names that the people API documents, such as heartbeat_interval_ms.
func (w *World) Tune(parameters map[string]any) {
	w.t.Helper()
	w.must(http.MethodPut, "/control/tuning", parameters, nil)
}

// Limit sets the REST rate limits: requests in a window for each route, and over all routes in a
// second (0: none).
func (w *World) Limit(route int, window time.Duration, global int) {
	w.t.Helper()
	w.must(http.MethodPut, "/control/limits", map[string]any{"route": route, "window_ms": window.Milliseconds(), "global": global}, nil)
}

// Advance moves the stand-in's clock.
func (w *World) Advance(d time.Duration) {
	w.t.Helper()
	w.must(http.MethodPost, "/control/clock", map[string]any{"advance_ms": d.Milliseconds()}, nil)
}

// Standing is the state of the stand-in.
type Standing struct {
	Sessions int           `json:"sessions"` // gateway sessions that are connected
	Invalid  int           `json:"invalid_requests"`
	Faults   []faults.Rule `json:"faults"`
	Now      time.Time     `json:"now"`
}

// Standing asks for the state of the stand-in.
func (w *World) Standing() Standing {
	w.t.Helper()
	var s Standing
	w.must(http.MethodGet, "/control/", nil, &s)
	return s
}

// Ready waits until a bot is connected and has registered a command, and returns the person who
// waited: the guild's owner.
func (w *World) Ready(command string) *Person {
	w.t.Helper()
	var owner *Person
	for _, m := range w.Members {
		if m.Role == "owner" {
			owner = w.Person(m.ID)
		}
	}
	owner.Until("the bot is connected and has the command "+command, func() bool {
		if w.Standing().Sessions == 0 {
			return false
		}
		for _, c := range owner.State(0).Channel.Commands {
			if c.Name == command {
				return true
			}
		}
		return false
	})
	return owner
}
