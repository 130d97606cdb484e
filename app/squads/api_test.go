package squads_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/app/squads"
	"github.com/smarter-dev/smarterdev/store"
)

// gate lets every key in, with the scopes that it names: "read squads".
type gate struct{ ids sync.Map }

func (g *gate) Authenticate(_ context.Context, presented string) (*store.APIKey, error) {
	id, _ := g.ids.LoadOrStore(presented, uuid.New())
	return &store.APIKey{ID: id.(uuid.UUID), Name: "test", Scopes: strings.Fields(presented)}, nil
}

func (g *gate) Present(context.Context, snowflake.ID) (bool, error) { return true, nil }

func (g *gate) Allow(context.Context, string, bus.Limit) bus.Result {
	return bus.Result{Allowed: true}
}

// apiClient is the API of squads alone.
type apiClient struct {
	*world
	handler http.Handler
}

func newAPI(w *world) *apiClient {
	server := web.New(web.Config{})
	var g gate
	a := api.New(server, api.Config{Keys: &g, Guilds: &g, Limits: &g})
	squads.Feature(w.Service, nil, nil).API(a)
	return &apiClient{w, server.Handler()}
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

// ask sends a request; headers are "Name: value".
func (a *apiClient) ask(t *testing.T, method, path string, body any, headers ...string) answer {
	t.Helper()
	return a.askAs(t, "read squads", method, path, body, headers...)
}

func (a *apiClient) askAs(t *testing.T, key, method, path string, body any, headers ...string) answer {
	t.Helper()
	var text []byte
	if body != nil {
		var err error
		text, err = json.Marshal(body)
		require.NoError(t, err)
	}
	if !strings.HasPrefix(path, "/api") {
		path = fmt.Sprintf("/api/guilds/%s/squads%s", guild, path)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(string(text)))
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	return answer{w, t}
}

func (a answer) is(status int) answer {
	a.t.Helper()
	require.Equal(a.t, status, a.Code, a.Body.String())
	return a
}

func (a answer) at(path string) gjson.Result { return gjson.GetBytes(a.Body.Bytes(), path) }

func (a answer) refuses(status int, code, words string) answer {
	a.t.Helper()
	a.is(status)
	require.Equal(a.t, code, a.at("code").Str, a.Body.String())
	require.Contains(a.t, a.at("detail").Str, words)
	return a
}

func eachAPI(t *testing.T, test func(t *testing.T, a *apiClient)) {
	each(t, func(t *testing.T, w *world) { test(t, newAPI(w)) })
}

type fields map[string]any

func TestTheLifeOfASquadThroughTheAPI(t *testing.T) {
	eachAPI(t, func(t *testing.T, a *apiClient) {
		made := a.ask(t, http.MethodPost, "", fields{"role_id": "201", "name": "Compilers"}).is(201)
		id := made.at("id").Str
		require.Equal(t, `"1"`, made.Header().Get("ETag"))
		made = a.ask(t, http.MethodGet, "/"+id, nil).is(200)
		var names []string
		for name := range made.at("@this").Map() {
			names = append(names, name)
		}
		require.ElementsMatch(t, []string{"id", "guild_id", "role_id", "name", "description", "switch_cost", "join_cost", "max_members",
			"member_count", "position", "is_active", "created_at", "updated_at"}, names)
		require.Equal(t, []any{"201", "Compilers", "", int64(50), int64(0), "null", int64(0), int64(0), true, "2026-03-01T12:00:00Z"},
			[]any{made.at("role_id").Str, made.at("name").Str, made.at("description").Str, made.at("switch_cost").Int(), made.at("join_cost").Int(),
				made.at("max_members").Raw, made.at("member_count").Int(), made.at("position").Int(), made.at("is_active").Bool(), made.at("created_at").Str})

		a.ask(t, http.MethodPost, "", fields{"role_id": "201", "name": "Linkers"}).refuses(409, "role_taken", "another squad")
		a.ask(t, http.MethodPost, "", fields{"role_id": "100", "name": "Linkers"}).refuses(422, "invalid_role", "@everyone")
		missing := a.ask(t, http.MethodPost, "", fields{"role_id": "999", "name": "Linkers"}).refuses(422, "invalid_role", "does not exist")
		require.Equal(t, "body.role_id", missing.at("errors.0.location").Str)
		for _, wrong := range []fields{{}, {"role_id": "202"}, {"name": "x"}, {"role_id": "202", "name": ""}, {"role_id": "202", "name": "x", "join_cost": -1},
			{"role_id": "202", "name": "x", "max_members": 0}, {"role_id": "202", "name": "x", "max_members": "many"}, {"role_id": "202", "name": "x", "colour": 1}, {"role_id": "0", "name": "x"}} {
			a.ask(t, http.MethodPost, "", wrong).refuses(422, "invalid", "")
		}

		changed := a.ask(t, http.MethodPatch, "/"+id, fields{"max_members": 5, "description": "words"}, `If-Match: "1"`).is(200)
		require.Equal(t, `"2"`, changed.Header().Get("ETag"))
		require.EqualValues(t, 5, changed.at("max_members").Int())
		a.ask(t, http.MethodPatch, "/"+id, fields{"name": "late"}, `If-Match: "1"`).refuses(412, "stale", "")
		kept := a.ask(t, http.MethodPatch, "/"+id, fields{"join_cost": 3}).is(200)
		require.EqualValues(t, 5, kept.at("max_members").Int(), "what is left out stays")
		open := a.ask(t, http.MethodPatch, "/"+id, fields{"max_members": nil}).is(200)
		require.Equal(t, "null", open.at("max_members").Raw)
		replaced := a.ask(t, http.MethodPut, "/"+id, fields{"role_id": "202", "name": "Linkers"}).is(200)
		require.Equal(t, []any{"Linkers", "", int64(0)}, []any{replaced.at("name").Str, replaced.at("description").Str, replaced.at("join_cost").Int()}, "what is left out has its default")
		a.ask(t, http.MethodPut, "/"+id, fields{"name": "Linkers"}).refuses(422, "invalid", "role_id")

		a.ask(t, http.MethodDelete, "/"+id, nil, `If-Match: "1"`).refuses(412, "stale", "")
		require.Empty(t, a.ask(t, http.MethodDelete, "/"+id, nil).is(204).Body.String())
		a.ask(t, http.MethodDelete, "/"+id, nil).refuses(404, "not_found", "not found")
		a.ask(t, http.MethodGet, "/"+id, nil).refuses(404, "not_found", "not found")
		a.ask(t, http.MethodPatch, "/"+id, fields{"name": "x"}).refuses(404, "not_found", "not found")
		a.ask(t, http.MethodGet, "/nonsense", nil).refuses(422, "invalid", "")
	})
}

func TestSquadsAreListedInTheirOrder(t *testing.T) {
	eachAPI(t, func(t *testing.T, a *apiClient) {
		var ids []string
		for i := range 5 {
			in := fields{"role_id": fmt.Sprint(201 + i), "name": fmt.Sprint("squad ", i), "is_active": i != 2}
			ids = append([]string{a.ask(t, http.MethodPost, "", in).is(201).at("id").Str}, ids...)
		}
		ordered := a.ask(t, http.MethodPut, "/order", ids).is(200)
		require.Equal(t, "squad 4", ordered.at("0.name").Str)
		require.EqualValues(t, 5, ordered.at("#").Int())
		a.ask(t, http.MethodPut, "/order", ids[1:]).refuses(409, "conflict", "not exactly")
		a.ask(t, http.MethodPut, "/order", append(ids[1:], "nonsense")).refuses(422, "invalid", "")

		require.EqualValues(t, 4, a.ask(t, http.MethodGet, "", nil).is(200).at("#").Int(), "those that can be joined")
		var names []string
		for path := "?include_inactive=true&limit=2"; path != ""; {
			page := a.ask(t, http.MethodGet, path, nil).is(200)
			for _, q := range page.at("@this").Array() {
				names = append(names, q.Get("name").Str)
			}
			next := page.Header().Get("Link")
			_, next, _ = strings.Cut(next, "<")
			path, _, _ = strings.Cut(next, ">")
		}
		require.Equal(t, []string{"squad 4", "squad 3", "squad 2", "squad 1", "squad 0"}, names)
	})
}

func TestMembersThroughTheAPI(t *testing.T) {
	eachAPI(t, func(t *testing.T, a *apiClient) {
		make := func(role, name string, joinCost int) string {
			return a.ask(t, http.MethodPost, "", fields{"role_id": role, "name": name, "join_cost": joinCost}).is(201).at("id").Str
		}
		first, second, dear := make("201", "A", 10), make("202", "B", 0), make("203", "C", 500)
		joined := a.ask(t, http.MethodPost, "/"+first+"/join", fields{"user_id": "7", "username": "ada"}).is(200)
		require.Equal(t, []any{int64(10), int64(90), "null", "A", int64(1)}, []any{joined.at("cost").Int(), joined.at("balance").Int(),
			joined.at("previous_squad_id").Raw, joined.at("squad.name").Str, joined.at("squad.member_count").Int()})
		require.Len(t, joined.at("@this").Map(), 4)
		a.ask(t, http.MethodPost, "/"+first+"/join", fields{"user_id": "7"}).refuses(400, "already_member", "")
		poor := a.ask(t, http.MethodPost, "/"+dear+"/join", fields{"user_id": "8"}).refuses(400, "insufficient_balance", "insufficient")
		require.EqualValues(t, []int64{500, 100, 400}, []int64{poor.at("price").Int(), poor.at("balance").Int(), poor.at("shortfall").Int()})
		a.ask(t, http.MethodPost, "/"+uuid.NewString()+"/join", fields{"user_id": "7"}).refuses(404, "not_found", "not found")
		for _, wrong := range []any{nil, fields{}, fields{"user_id": "0"}, fields{"user_id": 7}, fields{"user_id": "x"}, fields{"user_id": "7", "more": 1}} {
			a.ask(t, http.MethodPost, "/"+first+"/join", wrong).refuses(422, "invalid", "")
		}

		place := a.ask(t, http.MethodGet, "/members/7", nil).is(200)
		require.Equal(t, []any{"A", "2026-03-01T12:00:00Z", first}, []any{place.at("name").Str, place.at("joined_at").Str, place.at("id").Str})
		a.ask(t, http.MethodGet, "/members/8", nil).refuses(404, "not_found", "not found")
		switched := a.ask(t, http.MethodPost, "/"+second+"/join", fields{"user_id": "7"}).is(200)
		require.Equal(t, []any{int64(50), first}, []any{switched.at("cost").Int(), switched.at("previous_squad_id").Str})

		a.ask(t, http.MethodDelete, "/"+first+"/leave", fields{"user_id": "7"}).refuses(400, "not_member", "")
		a.ask(t, http.MethodDelete, "/"+second+"/leave", fields{"user_id": "7"}).is(204)
		a.ask(t, http.MethodDelete, "/"+second+"/leave", fields{"user_id": "7"}).refuses(400, "not_member", "")
		a.ask(t, http.MethodDelete, "/"+uuid.NewString()+"/leave", fields{"user_id": "7"}).refuses(404, "not_found", "")

		for user := range 5 {
			a.pass(time.Second)
			a.ask(t, http.MethodPost, "/"+second+"/join", fields{"user_id": fmt.Sprint(20 + user)}).is(200)
		}
		page := a.ask(t, http.MethodGet, "/"+second+"/members?limit=3", nil).is(200)
		require.Equal(t, `["20","21","22"]`, page.at("#.user_id").Raw)
		require.Len(t, page.at("0").Map(), 2)
		_, next, _ := strings.Cut(page.Header().Get("Link"), "<")
		next, _, _ = strings.Cut(next, ">")
		require.Equal(t, `["23","24"]`, a.ask(t, http.MethodGet, next, nil).is(200).at("#.user_id").Raw)

		a.ask(t, http.MethodDelete, "/members/20", nil).is(204)
		a.ask(t, http.MethodDelete, "/members/20", nil).refuses(404, "not_found", "not found")
		log, err := a.store.AuditEntries(t.Context(), guild, nil, 1)
		require.NoError(t, err)
		require.Equal(t, []string{"squad.remove", "API key test"}, []string{log[0].Action, log[0].Actor.Name})

		a.askAs(t, "read", http.MethodPost, "/"+second+"/join", fields{"user_id": "7"}).refuses(403, "missing_scope", "squads")
		a.askAs(t, "squads", http.MethodGet, "", nil).refuses(403, "missing_scope", "read")
	})
}

func TestAJoinIsRepeatedSafely(t *testing.T) {
	eachAPI(t, func(t *testing.T, a *apiClient) {
		id := a.ask(t, http.MethodPost, "", fields{"role_id": "201", "name": "A", "join_cost": 60}).is(201).at("id").Str
		const key = "Idempotency-Key: order-1"
		bodies := make([]string, 50)
		var wg sync.WaitGroup
		for i := range bodies {
			wg.Go(func() {
				bodies[i] = a.ask(t, http.MethodPost, "/"+id+"/join", fields{"user_id": "7"}, key).Body.String()
			})
		}
		wg.Wait()
		for _, body := range bodies {
			require.Equal(t, bodies[0], body)
		}
		require.EqualValues(t, 40, gjson.Get(bodies[0], "balance").Int())
		a.ask(t, http.MethodPost, "/"+id+"/join", fields{"user_id": "8"}, key).refuses(422, "idempotency_mismatch", "new key")
		a.askAs(t, "squads read", http.MethodPost, "/"+id+"/join", fields{"user_id": "7"}, key).refuses(400, "already_member", "")
	})
}

func TestOfTwoHundredOneGetsTheLastPlace(t *testing.T) {
	eachAPI(t, func(t *testing.T, a *apiClient) {
		id := a.ask(t, http.MethodPost, "", fields{"role_id": "201", "name": "A", "join_cost": 60, "max_members": 1}).is(201).at("id").Str
		var won, full atomic.Int64
		var wg sync.WaitGroup
		for user := range 200 {
			wg.Go(func() {
				join := func() answer {
					return a.ask(t, http.MethodPost, "/"+id+"/join", fields{"user_id": fmt.Sprint(user + 1)})
				}
				got := join()
				// A crowd that is too slow for this machine is told to come again.
				for tries := 0; got.Code == http.StatusServiceUnavailable && tries < 20; tries++ {
					got = join()
				}
				switch {
				case got.Code == http.StatusOK:
					won.Add(1)
				case assert.Equal(t, "squad_full", got.at("code").Str, got.Body.String()):
					full.Add(1)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, []int64{1, 199}, []int64{won.Load(), full.Load()})
		kind := store.KindSquadFee
		fees, err := a.store.Transactions(t.Context(), store.TransactionFilter{Guild: guild, Kind: &kind})
		require.NoError(t, err)
		require.Len(t, fees, 1)
	})
}

func TestTheReferenceKnowsSquads(t *testing.T) {
	t.Parallel()
	server := web.New(web.Config{})
	var g gate
	squads.Feature(&squads.Service{}, nil, nil).API(api.New(server, api.Config{Keys: &g, Guilds: &g, Limits: &g}))
	a := &apiClient{handler: server.Handler()}
	doc := a.ask(t, http.MethodGet, "/api/openapi.json", nil).is(200)
	create := doc.at(`paths./guilds/{guild_id}/squads.post`)
	require.True(t, create.Get("responses.201").Exists(), create.Raw)
	require.False(t, create.Get("responses.200").Exists())
	require.Equal(t, `["name","role_id"]`, doc.at("components.schemas.NewSquad.required").Raw)
	require.Equal(t, `["integer","null"]`, doc.at("components.schemas.NewSquad.properties.max_members.type").Raw)
	require.Equal(t, "25", doc.at("components.schemas.NewSquad.properties.max_members.examples.0").Raw)
	for _, path := range []string{"/squads", "/squads/{id}", "/squads/{id}/join", "/squads/{id}/leave", "/squads/{id}/members", "/squads/members/{user_id}", "/squads/order"} {
		require.True(t, doc.at("paths./guilds/{guild_id}"+path).Exists(), path)
	}
}
