package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"github.com/smarter-dev/smarterdev/app/apikeys"
	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// operation is one operation of the OpenAPI document.
type operation struct {
	method, path, scope string
	doc                 gjson.Result
}

// operations are all that the document lists, so that one that is added is tested too.
func (a *restAPI) operations(t testing.TB) []operation {
	t.Helper()
	document := a.askAs(t, "", http.MethodGet, "/api/openapi.json", nil).is(200)
	var found []operation
	document.at("paths").ForEach(func(path, item gjson.Result) bool {
		item.ForEach(func(method, doc gjson.Result) bool {
			found = append(found, operation{strings.ToUpper(method.Str), path.Str, doc.Get("x-required-scope").Str, doc})
			return true
		})
		return true
	})
	require.Greater(t, len(found), 15)
	return found
}

// url is an address of the operation in a guild; ids are some that could be there.
func (o operation) url(guild string) string {
	return "/api" + strings.NewReplacer("{guild_id}", guild, "{user_id}", "42", "{number}", "1",
		"{id}", "019a0000-0000-7000-8000-000000000001").Replace(o.path)
}

func TestEachKeyOpensWhatItIsForAndNothingElse(t *testing.T) {
	t.Parallel()
	a := open(t, storetest.NewSQLite(t))
	here, elsewhere := a.world.GuildID.String(), "1234567890"
	without := func(scope string) string {
		scopes := slices.DeleteFunc(a.allScopes(), func(s string) bool { return s == scope })
		return a.newKey(t, apikeys.CreateKey{Scopes: scopes})
	}
	revoked := a.newKey(t, apikeys.CreateKey{Scopes: a.allScopes()})
	_, err := a.APIKeys.RevokeKey(t.Context(), apikeys.RevokeKey{ID: a.stored(t, revoked).ID, Actor: store.Actor{Name: "a test", Source: store.SourceCommand}})
	require.NoError(t, err)
	expired := a.newKey(t, apikeys.CreateKey{Scopes: a.allScopes(), ExpiresAt: new(a.clock().Add(time.Minute))})
	a.askAs(t, expired, http.MethodGet, "/api/auth", nil).is(200)
	a.pass(time.Minute)
	foreign := a.newKey(t, apikeys.CreateKey{Scopes: a.allScopes(), Guilds: []snowflake.ID{1234567890}})
	mistyped := a.key[:20] + "x" + a.key[21:]
	if mistyped == a.key {
		mistyped = a.key[:20] + "y" + a.key[21:]
	}

	for _, o := range a.operations(t) {
		t.Run(o.method+" "+o.path, func(t *testing.T) {
			inGuild := strings.Contains(o.path, "{guild_id}")
			for name, key := range map[string]string{"none": "", "garbage": "sd_garbage", "mistyped": mistyped, "revoked": revoked, "expired": expired} {
				w := a.askAs(t, key, o.method, o.url(here), nil).refuses(401, "unauthorized", "key")
				require.Equal(t, `Bearer realm="smarterdev"`, w.Header().Get("WWW-Authenticate"), name)
				require.NotContains(t, w.Body.String(), "garbage", "what was sent is not repeated")
			}
			basic := request(t, "", o.method, o.url(here), nil)
			basic.SetBasicAuth("ada", "secret")
			answerOf(t, a, basic).refuses(401, "unauthorized", "Bearer")

			if o.scope != "" {
				w := a.askAs(t, without(o.scope), o.method, o.url(here), nil).refuses(403, "missing_scope", o.scope)
				require.Equal(t, o.scope, w.at("scope").Str)
			}
			if !inGuild {
				return
			}
			a.askAs(t, foreign, o.method, o.url(here), nil).refuses(403, "guild_not_allowed", here)
			a.ask(t, o.method, o.url(elsewhere), nil).refuses(403, "bot_not_in_guild", elsewhere)
			a.askAs(t, foreign, o.method, o.url(elsewhere), nil).refuses(403, "bot_not_in_guild", elsewhere)
			for _, guild := range []string{"invalid_guild", "-1", "123456789012345678901", "99999999999999999999", "1e5", "0x10", "%20", "１２"} {
				a.ask(t, o.method, o.url(guild), nil).refuses(404, "guild_not_found", "not found")
			}
			// A good key is not told that it lacks anything; what else it may be told depends on the operation.
			w := a.ask(t, o.method, o.url(here), nil)
			require.NotContains(t, []int{401, 403, 405, 500}, w.Code, w.Body.String())
		})
	}
	require.Less(t, a.world.Standing().Invalid, 100, "guilds that are asked for at random cost no request that Discord refuses")
}

func TestAKeyIsDescribedToItsHolder(t *testing.T) {
	onEach(t, func(t *testing.T, a *restAPI) {
		ends := a.clock().Add(time.Hour)
		key := a.newKey(t, apikeys.CreateKey{Scopes: []string{"read", "economy", "read"}, Guilds: []snowflake.ID{5, 6}, ExpiresAt: &ends})
		require.Regexp(t, `^sd_[A-Za-z0-9_-]{49}$`, key)
		w := a.askAs(t, key, http.MethodGet, "/api/auth", nil).is(200)
		require.JSONEq(t, `{"name":"test","scopes":["economy","read"],"guilds":["5","6"],"expires_at":"2026-03-01T13:00:00Z"}`, w.Body.String())
		require.JSONEq(t, `[]`, a.askAs(t, key, http.MethodGet, "/api/guilds", nil).is(200).Body.String(), "it sees no guild but its own")

		a.APIKeys.Flush(t.Context())
		require.Equal(t, a.clock(), *a.stored(t, key).LastUsedAt)
	})
}

// The process that revokes tells the others; here the other one hears it over the database alone.
func TestARevokedKeyIsDeadInEveryProcessWithinFiveSeconds(t *testing.T) {
	t.Parallel()
	db := storetest.NewSQLite(t)
	one, other := open(t, db), open(t, db)
	key := one.newKey(t, apikeys.CreateKey{Scopes: one.allScopes()})
	other.askAs(t, key, http.MethodGet, "/api/auth", nil).is(200)
	one.pass(time.Second)
	_, err := one.APIKeys.RevokeKey(t.Context(), apikeys.RevokeKey{ID: one.stored(t, key).ID, Actor: store.Actor{Name: "a test", Source: store.SourceCommand}})
	require.NoError(t, err)
	began := time.Now()
	one.askAs(t, key, http.MethodGet, "/api/auth", nil).refuses(401, "unauthorized", "revoked")
	require.Equal(t, []bus.Topic{bus.KeyRevoked}, one.topics(t))
	for other.askAs(t, key, http.MethodGet, "/api/auth", nil).Code != http.StatusUnauthorized {
		require.Less(t, time.Since(began), 5*time.Second)
	}
	log, err := one.Store.AuditEntries(t.Context(), 0, nil, 1)
	require.NoError(t, err)
	require.Equal(t, "apikey.revoke", log[0].Action)
	require.NotContains(t, string(log[0].After), key)
}

func TestAnAnnouncedRevocationIsHeededAtOnce(t *testing.T) {
	t.Parallel()
	a := open(t, storetest.NewSQLite(t))
	a.ask(t, http.MethodGet, "/api/auth", nil).is(200)
	id := a.stored(t, a.key).ID
	_, err := a.Store.RevokeAPIKey(t.Context(), id, a.clock(), store.Actor{Source: store.SourceCommand}.Entry("apikey.revoke", "a test"))
	require.NoError(t, err)
	a.Bus.Publish(t.Context(), bus.Event{Topic: bus.KeyRevoked, IDs: []string{id.String()}})
	for range 1000 { // the event is on its way to the service as to the test
		if a.ask(t, http.MethodGet, "/api/auth", nil).Code == http.StatusUnauthorized {
			return
		}
		a.topics(t)
	}
	t.Fatal("the key still works")
}

func TestOnlyListedOriginsMayReadTheAPIFromABrowser(t *testing.T) {
	t.Parallel()
	a := open(t, storetest.NewSQLite(t), func(c *config.Config) { c.CORSOrigins = []string{"https://site.example"} })
	from := func(origin string) header { return header{"Origin", origin} }
	good := a.ask(t, http.MethodGet, "/api/auth", nil, from("https://site.example")).is(200)
	require.Equal(t, "https://site.example", good.Header().Get("Access-Control-Allow-Origin"))
	require.Contains(t, strings.ToLower(good.Header().Get("Access-Control-Expose-Headers")), "ratelimit")
	require.Empty(t, good.Header().Get("Access-Control-Allow-Credentials"))
	require.Contains(t, strings.Join(good.Header().Values("Vary"), ","), "Origin")

	ask := a.askAs(t, "", http.MethodOptions, a.path("/bytes/config"), nil, from("https://site.example"),
		header{"Access-Control-Request-Method", "PATCH"}, header{"Access-Control-Request-Headers", "authorization,if-match"})
	ask.is(204)
	require.Equal(t, "PATCH", ask.Header().Get("Access-Control-Allow-Methods"))
	require.Equal(t, "authorization,if-match", ask.Header().Get("Access-Control-Allow-Headers"))

	for path, origin := range map[string]string{"/api/auth": "https://other.example", "/health": "https://site.example"} {
		require.Empty(t, a.ask(t, http.MethodGet, path, nil, from(origin)).is(200).Header().Get("Access-Control-Allow-Origin"), path)
	}
	plain := open(t, storetest.NewSQLite(t))
	require.Empty(t, plain.ask(t, http.MethodGet, "/api/auth", nil, from("https://site.example")).Header().Get("Access-Control-Allow-Origin"))
}
