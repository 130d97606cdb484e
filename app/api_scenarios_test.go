package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
)

// scenario is one request and all that comes of it. Member 1 has 100 bytes, member 2 has 100, and
// the guild lets 500 be sent at once; {G} is the guild, {ROLE} a role that the bot may give, and {T} in a path a transfer of 10 from 1 to 2.
type scenario struct {
	name    string
	method  string
	path    string // below the guild
	body    any
	headers []header

	status  int
	code    string            // of the problem, when it is one
	says    string            // in its detail
	field   string            // the location of its first error
	has     map[string]string // raw JSON by path
	events  []bus.Topic
	headOut map[string]string
}

var (
	moves   = []bus.Topic{bus.TransactionCreated, bus.BalanceChanged}
	configs = []bus.Topic{bus.SettingsChanged}
)

func settingsBody(change map[string]any) map[string]any {
	body := map[string]any{
		"starting_balance": 5, "daily_amount": 7, "streak_bonuses": map[string]any{"3": 3}, "max_transfer": 9,
		"transfer_cooldown_hours": 1, "role_rewards": map[string]any{"{ROLE}": 10}, "daily_on_message": false,
	}
	for name, v := range change {
		if v == nil {
			delete(body, name)
		} else {
			body[name] = v
		}
	}
	return body
}

func apiScenarios() []scenario {
	long := strings.Repeat("ä", 201)
	huge := `{"reason":"` + strings.Repeat("x", 1<<20) + `"}`
	key := []header{{"Idempotency-Key", "k"}}
	with := func(change map[string]any) map[string]any {
		body := transfer(1, 2, 10)
		for name, v := range change {
			if v == nil {
				delete(body, name)
			} else {
				body[name] = v
			}
		}
		return body
	}
	return []scenario{
		// accounts
		{name: "a balance opens an account", method: "GET", path: "/bytes/balance/55", status: 200, events: moves,
			has: map[string]string{"balance": "100", "user_id": `"55"`, "streak_count": "0", "last_daily": "null", "next_claim_at": "null", "tier": `"BIT"`, "multiplier": "1", "total_received": "100", "total_sent": "0"}},
		{name: "a balance that is there", method: "GET", path: "/bytes/balance/2", status: 200, has: map[string]string{"balance": "110"}},
		{name: "HEAD is a GET without a body", method: "HEAD", path: "/bytes/balance/2", status: 200},
		{name: "user ids are digits", method: "GET", path: "/bytes/balance/abc", status: 422, code: "invalid", says: "1 to 20 digits", field: "path.user_id"},
		{name: "user ids have no sign", method: "GET", path: "/bytes/balance/+1", status: 422, code: "invalid", field: "path.user_id"},
		{name: "user ids have at most 20 digits", method: "GET", path: "/bytes/balance/123456789012345678901", status: 422, code: "invalid", field: "path.user_id"},
		{name: "the bank is no member", method: "GET", path: "/bytes/balance/0", status: 422, code: "invalid", field: "path.user_id"},
		{name: "ids that the database cannot hold", method: "GET", path: "/bytes/balance/18446744073709551615", status: 422, code: "invalid", field: "path.user_id"},
		{name: "all accounts", method: "GET", path: "/bytes/balances", status: 200, has: map[string]string{"#": "2", "0.user_id": `"1"`, "1.balance": "110"}},
		{name: "the leaderboard", method: "GET", path: "/bytes/leaderboard", status: 200, has: map[string]string{"0.rank": "1", "0.user_id": `"2"`, "1.rank": "2", "0.departed": "true"}},
		{name: "the leaderboard by received from the second", method: "GET", path: "/bytes/leaderboard?by=received&offset=1&limit=1", status: 200, has: map[string]string{"#": "1", "0.rank": "2", "0.user_id": `"1"`}},
		{name: "the leaderboard goes by two things", method: "GET", path: "/bytes/leaderboard?by=luck", status: 422, code: "invalid", says: "balance, received", field: "query.by"},
		{name: "a limit has bounds", method: "GET", path: "/bytes/balances?limit=101", status: 422, code: "invalid", says: "at most 100", field: "query.limit"},
		{name: "a limit is a number", method: "GET", path: "/bytes/balances?limit=many", status: 422, code: "invalid", says: "whole number", field: "query.limit"},
		{name: "parameters that are not known are refused", method: "GET", path: "/bytes/balances?limits=5", status: 422, code: "invalid", says: "not known", field: "query.limits"},
		{name: "cursors are not made up", method: "GET", path: "/bytes/balances?cursor=MTIz", status: 422, code: "invalid", says: "no cursor of this list", field: "query.cursor"},

		// claims
		{name: "a claim", method: "POST", path: "/bytes/daily/1", status: 200, events: moves, has: map[string]string{"earned": "10", "balance": "100", "next_claim_at": `"2026-03-02T00:00:00Z"`}},
		{name: "a claim with a name and a key", method: "POST", path: "/bytes/daily/1", body: map[string]any{"username": "ada"}, headers: key, status: 200, events: moves, has: map[string]string{"earned": "10"}},
		{name: "a claim for the bank", method: "POST", path: "/bytes/daily/0", status: 422, code: "invalid", field: "path.user_id"},
		{name: "a claim says nothing else", method: "POST", path: "/bytes/daily/1", body: map[string]any{"name": "ada"}, status: 422, code: "invalid", field: "body.name"},

		// transfers
		{name: "a transfer", method: "POST", path: "/bytes/transactions", body: with(map[string]any{"reason": "thanks"}), status: 200, events: moves,
			has: map[string]string{"amount": "10", "kind": `"transfer"`, "reason": `"thanks"`, "reverses": "null", "giver_id": `"1"`}},
		{name: "a transfer without a reason", method: "POST", path: "/bytes/transactions", body: with(map[string]any{"reason": nil}), status: 200, events: moves, has: map[string]string{"reason": "null"}},
		{name: "to oneself", method: "POST", path: "/bytes/transactions", body: transfer(1, 1, 10), status: 400, code: "self_transfer", says: "yourself"},
		{name: "over the guild's maximum", method: "POST", path: "/bytes/transactions", body: transfer(1, 2, 501), status: 400, code: "over_max_transfer", says: "500 bytes", has: map[string]string{"max_transfer": "500"}},
		{name: "more than there is", method: "POST", path: "/bytes/transactions", body: transfer(1, 2, 91), status: 400, code: "insufficient_balance", says: "insufficient balance", has: map[string]string{"balance": "90", "shortfall": "1"}},
		{name: "nothing", method: "POST", path: "/bytes/transactions", body: transfer(1, 2, 0), status: 422, code: "invalid", says: "at least 1", field: "body.amount"},
		{name: "more than anybody may", method: "POST", path: "/bytes/transactions", body: transfer(1, 2, 10_001), status: 422, code: "invalid", says: "at most 10000", field: "body.amount"},
		{name: "half a byte", method: "POST", path: "/bytes/transactions", body: with(map[string]any{"amount": 1.5}), status: 422, code: "invalid", says: "whole number", field: "body.amount"},
		{name: "an amount in words", method: "POST", path: "/bytes/transactions", body: with(map[string]any{"amount": "ten"}), status: 422, code: "invalid", says: "whole number", field: "body.amount"},
		{name: "a number as a power", method: "POST", path: "/bytes/transactions", body: `{"giver_id":"1","giver_username":"a","receiver_id":"2","receiver_username":"b","amount":1e1}`, status: 422, code: "invalid", says: "plain digits", field: "body"},
		{name: "an id as a number", method: "POST", path: "/bytes/transactions", body: with(map[string]any{"giver_id": 1}), status: 422, code: "invalid", says: "must be text", field: "body.giver_id"},
		{name: "not an id", method: "POST", path: "/bytes/transactions", body: with(map[string]any{"giver_id": "1x"}), status: 422, code: "invalid", says: "1 to 20 digits", field: "body.giver_id"},
		{name: "an id beyond 64 bits", method: "POST", path: "/bytes/transactions", body: with(map[string]any{"giver_id": "99999999999999999999"}), status: 422, code: "invalid", field: "body.giver_id"},
		{name: "an id that the database cannot hold", method: "POST", path: "/bytes/transactions", body: with(map[string]any{"receiver_id": "17999999999999999999"}), status: 422, code: "invalid", field: "body.receiver_id"},
		{name: "from the bank", method: "POST", path: "/bytes/transactions", body: with(map[string]any{"giver_id": "0"}), status: 422, code: "invalid", field: "body.giver_id"},
		{name: "a field that is missing", method: "POST", path: "/bytes/transactions", body: with(map[string]any{"receiver_id": nil}), status: 422, code: "invalid", says: "lacks receiver_id", field: "body"},
		{name: "a field that is not known", method: "POST", path: "/bytes/transactions", body: with(map[string]any{"memo": "x"}), status: 422, code: "invalid", says: "not known", field: "body.memo"},
		{name: "a field in capitals is not known", method: "POST", path: "/bytes/transactions", body: with(map[string]any{"AMOUNT": 5}), status: 422, code: "invalid", field: "body.AMOUNT"},
		{name: "a reason that is too long", method: "POST", path: "/bytes/transactions", body: with(map[string]any{"reason": long}), status: 422, code: "invalid", says: "at most 200", field: "body.reason"},
		{name: "a character that no database keeps", method: "POST", path: "/bytes/transactions", body: with(map[string]any{"reason": "a\x00b"}), status: 422, code: "invalid", says: `\u0000`, field: "body"},
		{name: "no JSON", method: "POST", path: "/bytes/transactions", body: `{"amount":`, status: 422, code: "invalid", says: "no valid JSON", field: "body"},
		{name: "no body", method: "POST", path: "/bytes/transactions", status: 422, code: "invalid", says: "body is missing", field: "body"},
		{name: "a list instead of an object", method: "POST", path: "/bytes/transactions", body: `[]`, status: 422, code: "invalid", says: "must be an object", field: "body"},
		{name: "a form", method: "POST", path: "/bytes/transactions", body: "amount=1", headers: []header{{"Content-Type", "application/x-www-form-urlencoded"}}, status: 415, code: "unsupported_media_type", says: "application/json"},
		{name: "a body that is too large", method: "POST", path: "/bytes/transactions", body: huge, status: 413, code: "too_large", says: "1048576 bytes", has: map[string]string{"limit": "1048576"}},
		{name: "a key that cannot be one", method: "POST", path: "/bytes/transactions", body: transfer(1, 2, 1), headers: []header{{"Idempotency-Key", "two words"}}, status: 422, code: "invalid", says: "visible ASCII", field: "header.Idempotency-Key"},

		// the ledger
		{name: "the ledger", method: "GET", path: "/bytes/transactions", status: 200, has: map[string]string{"#": "3", "0.kind": `"transfer"`, "1.kind": `"opening"`, "1.giver_id": `"0"`, "1.giver_username": "null"}},
		{name: "the ledger of one member", method: "GET", path: "/bytes/transactions?user=1&kind=opening", status: 200, has: map[string]string{"#": "1", "0.receiver_id": `"1"`}},
		{name: "what the bank gave", method: "GET", path: "/bytes/transactions?from=0", status: 200, has: map[string]string{"#": "2"}},
		{name: "what somebody received from somebody", method: "GET", path: "/bytes/transactions?from=1&to=2", status: 200, has: map[string]string{"#": "1"}},
		{name: "not a kind", method: "GET", path: "/bytes/transactions?kind=theft", status: 422, code: "invalid", says: "must be one of", field: "query.kind"},
		{name: "one transaction", method: "GET", path: "/bytes/transactions/{T}", status: 200, has: map[string]string{"amount": "10", "giver_username": `"ada"`}},
		{name: "a transaction that is not there", method: "GET", path: "/bytes/transactions/019a0000-0000-7000-8000-000000000001", status: 404, code: "not_found", says: "not found"},
		{name: "a transaction is named by a UUID", method: "GET", path: "/bytes/transactions/12", status: 422, code: "invalid", says: "UUID", field: "path.id"},
		{name: "an undoing", method: "POST", path: "/bytes/transactions/{T}/reversal", body: map[string]any{"reason": "wrong one"}, status: 200, events: moves,
			has: map[string]string{"kind": `"reversal"`, "giver_id": `"2"`, "receiver_id": `"1"`, "amount": "10", "reason": `"wrong one"`}},
		{name: "an undoing needs a reason", method: "POST", path: "/bytes/transactions/{T}/reversal", body: map[string]any{"reason": "  "}, status: 422, code: "invalid", says: "Give a reason", field: "body.reason"},
		{name: "an undoing of nothing", method: "POST", path: "/bytes/transactions/019a0000-0000-7000-8000-000000000001/reversal", body: map[string]any{"reason": "x"}, status: 404, code: "not_found", says: "not found"},

		// adjustments
		{name: "bytes from the bank", method: "POST", path: "/bytes/adjustments", body: map[string]any{"user_id": "1", "amount": 5, "reason": "quiz"}, status: 200, events: moves,
			has: map[string]string{"kind": `"adjustment"`, "giver_id": `"0"`, "giver_username": "null", "receiver_id": `"1"`, "amount": "5"}},
		{name: "bytes to the bank", method: "POST", path: "/bytes/adjustments", body: map[string]any{"user_id": "1", "amount": -5, "reason": "spam"}, status: 200, events: moves, has: map[string]string{"giver_id": `"1"`, "receiver_id": `"0"`}},
		{name: "an adjustment of nothing", method: "POST", path: "/bytes/adjustments", body: map[string]any{"user_id": "1", "amount": 0, "reason": "x"}, status: 422, code: "invalid", field: "body.amount"},
		{name: "an adjustment has a bound", method: "POST", path: "/bytes/adjustments", body: map[string]any{"user_id": "1", "amount": -1_000_001, "reason": "x"}, status: 422, code: "invalid", field: "body.amount"},
		{name: "more than there is to take", method: "POST", path: "/bytes/adjustments", body: map[string]any{"user_id": "1", "amount": -200, "reason": "x"}, status: 400, code: "insufficient_balance", says: "insufficient balance", has: map[string]string{"balance": "90", "shortfall": "110"}},
		{name: "an adjustment needs a reason", method: "POST", path: "/bytes/adjustments", body: map[string]any{"user_id": "1", "amount": 1}, status: 422, code: "invalid", says: "lacks reason", field: "body"},

		// settings
		{name: "the settings", method: "GET", path: "/bytes/config", status: 200, headOut: map[string]string{"ETag": `"1"`},
			has: map[string]string{"starting_balance": "100", "max_transfer": "500", "streak_bonuses.8": "2", "daily_on_message": "true", "role_rewards": "{}"}},
		{name: "settings that are known", method: "GET", path: "/bytes/config", headers: []header{{"If-None-Match", `W/"1"`}}, status: 304, headOut: map[string]string{"ETag": `"1"`}},
		{name: "one setting", method: "PATCH", path: "/bytes/config", body: map[string]any{"daily_amount": 20}, status: 200, events: configs, headOut: map[string]string{"ETag": `"2"`},
			has: map[string]string{"daily_amount": "20", "max_transfer": "500"}},
		{name: "one setting of the current version", method: "PATCH", path: "/bytes/config", body: map[string]any{"daily_amount": 20}, headers: []header{{"If-Match", `"7", "1"`}}, status: 200, events: configs},
		{name: "one setting of any version", method: "PATCH", path: "/bytes/config", body: map[string]any{"daily_amount": 20}, headers: []header{{"If-Match", "*"}}, status: 200, events: configs},
		{name: "one setting of an older version", method: "PATCH", path: "/bytes/config", body: map[string]any{"daily_amount": 20}, headers: []header{{"If-Match", `"0"`}}, status: 412, code: "stale", says: "changed"},
		{name: "one setting of a version that cannot be", method: "PATCH", path: "/bytes/config", body: map[string]any{"daily_amount": 20}, headers: []header{{"If-Match", "nonsense"}}, status: 412, code: "stale"},
		{name: "all settings", method: "PUT", path: "/bytes/config", body: settingsBody(nil), headers: []header{{"If-Match", `"1"`}}, status: 200, events: configs,
			has: map[string]string{"starting_balance": "5", "streak_bonuses": `{"3":3}`, "role_rewards": `{"{ROLE}":10}`, "daily_on_message": "false", "transfer_cooldown_hours": "1"}},
		{name: "all settings but one", method: "PUT", path: "/bytes/config", body: settingsBody(map[string]any{"max_transfer": nil}), status: 422, code: "invalid", says: "lacks max_transfer", field: "body"},
		{name: "a setting out of bounds", method: "PATCH", path: "/bytes/config", body: map[string]any{"starting_balance": 1_000_001}, status: 422, code: "invalid", says: "at most", field: "body.starting_balance"},
		{name: "a threshold that is no day", method: "PATCH", path: "/bytes/config", body: map[string]any{"streak_bonuses": map[string]any{"week": 2}}, status: 422, code: "invalid", says: "whole number of days", field: "body.streak_bonuses"},
		{name: "a multiplier that is too large", method: "PATCH", path: "/bytes/config", body: map[string]any{"streak_bonuses": map[string]any{"8": 1001}}, status: 422, code: "invalid", says: "from 1 to 1000", field: "body.streak_bonuses"},
		{name: "too many thresholds", method: "PATCH", path: "/bytes/config", body: map[string]any{"streak_bonuses": map[string]any{"1": 2, "2": 2, "3": 2, "4": 2, "5": 2}}, status: 422, code: "invalid", says: "at most 4", field: "body.streak_bonuses"},
		{name: "a reward for no role", method: "PATCH", path: "/bytes/config", body: map[string]any{"role_rewards": map[string]any{"gold": 5}}, status: 422, code: "invalid", says: "id of its role", field: "body.role_rewards"},
		{name: "a reward for nothing", method: "PATCH", path: "/bytes/config", body: map[string]any{"role_rewards": map[string]any{"5": 0}}, status: 422, code: "invalid", field: "body.role_rewards"},
		{name: "a setting that is not known", method: "PATCH", path: "/bytes/config", body: map[string]any{"interest": 5}, status: 422, code: "invalid", field: "body.interest"},

		// the guild
		{name: "the guild", method: "GET", path: "", status: 200, has: map[string]string{"id": `"{G}"`, "name": `"Smarter Dev"`}},
		{name: "its figures", method: "GET", path: "/stats", status: 200, has: map[string]string{"accounts": "2", "supply": "200", "minted": "200", "burned": "0", "transactions_today": "3"}},
		{name: "its audit log", method: "GET", path: "/audit", status: 200, has: map[string]string{"#": "1", "0.action": `"bytes.config"`, "0.actor_name": `"API key test"`, "0.before.max_transfer": "1000", "0.after.max_transfer": "500"}},

		// what no operation answers
		{name: "not a path", method: "GET", path: "/bytes/nothing", status: 404, code: "not_found", says: "not found"},
		{name: "not a method", method: "DELETE", path: "/bytes/config", status: 405, code: "method_not_allowed", says: "GET, HEAD, PUT, PATCH", headOut: map[string]string{"Allow": "GET, HEAD, PUT, PATCH"}},
	}
}

func TestEachRequestHasItsAnswer(t *testing.T) {
	t.Parallel()
	for _, s := range apiScenarios() {
		t.Run(s.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, a *restAPI) {
				a.ask(t, http.MethodPatch, a.path("/bytes/config"), map[string]any{"max_transfer": 500}).is(200)
				sent := a.ask(t, http.MethodPost, a.path("/bytes/transactions"), transfer(1, 2, 10)).is(200).at("id").Str
				a.topics(t)

				path := strings.ReplaceAll(s.path, "{T}", sent)
				w := a.ask(t, s.method, a.path("%s", path), a.fill(t, s.body), s.headers...)
				if s.code != "" {
					w.refuses(s.status, s.code, s.says)
				} else {
					w.is(s.status)
				}
				require.NotEmpty(t, w.Header().Get("X-Request-ID"))
				require.NotEmpty(t, w.Header().Get("X-Response-Time"))
				require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
				if s.field != "" {
					require.Equal(t, s.field, w.at("errors.0.location").Str, w.Body.String())
					require.NotEmpty(t, w.at("errors.0.message").Str)
				}
				for at, want := range s.has {
					require.Equal(t, a.names().Replace(want), rawAt(w, at), "%s of %s", at, w.Body.String())
				}
				for name, want := range s.headOut {
					require.Equal(t, want, w.Header().Get(name))
				}
				require.Equal(t, s.events, a.topics(t))
			})
		})
	}
}

// names replaces what a scenario calls the guild and a role that the bot may give.
func (a *restAPI) names() *strings.Replacer {
	return strings.NewReplacer("{G}", a.world.GuildID.String(), "{ROLE}", a.world.Role("Regular").String())
}

// fill is the body of a scenario with the names replaced.
func (a *restAPI) fill(t *testing.T, body any) any {
	if _, object := body.(map[string]any); !object {
		return body
	}
	text, err := json.Marshal(body)
	require.NoError(t, err)
	return a.names().Replace(string(text))
}

// rawAt is the JSON at a path; "#" alone is the length of a list.
func rawAt(a answer, path string) string {
	v := a.at(path)
	if v.Raw == "" && v.Exists() {
		return fmt.Sprint(v.Value())
	}
	return v.Raw
}

func TestAnUndoingIsRefusedWithTheFigures(t *testing.T) {
	onEach(t, func(t *testing.T, a *restAPI) {
		undo := func(id string) answer {
			return a.ask(t, http.MethodPost, a.path("/bytes/transactions/%s/reversal", id), map[string]any{"reason": "wrong one"})
		}
		sent := a.ask(t, http.MethodPost, a.path("/bytes/transactions"), transfer(1, 2, 100)).is(200).at("id").Str
		a.ask(t, http.MethodPost, a.path("/bytes/transactions"), transfer(2, 3, 150)).is(200)
		poor := undo(sent).refuses(400, "insufficient_balance", "insufficient balance")
		require.EqualValues(t, 50, poor.at("balance").Int())
		require.EqualValues(t, 50, poor.at("shortfall").Int())

		a.ask(t, http.MethodPost, a.path("/bytes/adjustments"), map[string]any{"user_id": "2", "amount": 50, "reason": "help"}).is(200)
		a.pass(time.Second)
		undone := undo(sent).is(200)
		require.Equal(t, sent, undone.at("reverses").Str)
		twice := undo(sent).refuses(409, "already_reversed", "already been undone")
		require.Equal(t, undone.at("id").Str, twice.at("reversed_by").Str)
		undo(undone.at("id").Str).refuses(400, "not_reversible", "Only transfers")

		log := a.ask(t, http.MethodGet, a.path("/audit"), nil).is(200)
		require.Equal(t, []string{"bytes.reversal", "bytes.adjustment"}, []string{log.at("0.action").Str, log.at("1.action").Str})
		require.Equal(t, sent, log.at("0.subject").Str)
	})
}

func TestATransferMustWaitForTheCooldown(t *testing.T) {
	onEach(t, func(t *testing.T, a *restAPI) {
		a.ask(t, http.MethodPatch, a.path("/bytes/config"), map[string]any{"transfer_cooldown_hours": 2}).is(200)
		a.ask(t, http.MethodPost, a.path("/bytes/transactions"), transfer(1, 2, 10)).is(200)
		wait := a.ask(t, http.MethodPost, a.path("/bytes/transactions"), transfer(1, 2, 10)).refuses(400, "transfer_cooldown", "14:00 UTC")
		require.Equal(t, "2026-03-01T14:00:00Z", wait.at("retry_at").Str)
	})
}

func TestABulkHasAnOutcomeForEach(t *testing.T) {
	onEach(t, func(t *testing.T, a *restAPI) {
		bulk := []any{
			transfer(1, 2, 30),
			transfer(1, 2, 900),
			transfer(1, 1, 5),
			map[string]any{"giver_id": "1"},
			transfer(1, 2, 0),
			"nothing",
			transfer(2, 3, 120),
		}
		send := func() answer {
			return a.ask(t, http.MethodPost, a.path("/bytes/transactions/bulk"), bulk, header{"Idempotency-Key", "pay-day"}).is(200)
		}
		first := send()
		var statuses []int64
		for _, s := range first.at("#.status").Array() {
			statuses = append(statuses, s.Int())
		}
		require.Equal(t, []int64{200, 400, 400, 422, 422, 422, 200}, statuses)
		require.EqualValues(t, 30, first.at("0.transaction.amount").Int())
		require.Equal(t, "insufficient_balance", first.at("1.problem.code").Str)
		require.EqualValues(t, 70, first.at("1.problem.balance").Int())
		require.Equal(t, "self_transfer", first.at("2.problem.code").Str)
		require.Equal(t, "body[3]", first.at("3.problem.errors.0.location").Str)
		require.Equal(t, "body[4].amount", first.at("4.problem.errors.0.location").Str)
		require.Equal(t, "body[5]", first.at("5.problem.errors.0.location").Str)
		require.False(t, first.at("1.transaction").Exists())
		require.Equal(t, moves, a.topics(t))

		again := send()
		require.Equal(t, first.at("0.transaction.id").Str, again.at("0.transaction.id").Str)
		require.Equal(t, first.at("6.transaction.id").Str, again.at("6.transaction.id").Str)
		require.Empty(t, a.topics(t), "a repetition moves nothing")
		require.EqualValues(t, 70, a.ask(t, http.MethodGet, a.path("/bytes/balance/1"), nil).at("balance").Int())

		own := []any{map[string]any{"idempotency_key": "mine"}}
		for name, v := range transfer(1, 2, 5) {
			own[0].(map[string]any)[name] = v
		}
		one := a.ask(t, http.MethodPost, a.path("/bytes/transactions/bulk"), own).is(200).at("0.transaction.id").Str
		require.Equal(t, one, a.ask(t, http.MethodPost, a.path("/bytes/transactions"), transfer(1, 2, 5), header{"Idempotency-Key", "mine"}).is(200).at("id").Str)

		a.ask(t, http.MethodPost, a.path("/bytes/transactions/bulk"), []any{}).refuses(422, "invalid", "1 to 100")
		a.ask(t, http.MethodPost, a.path("/bytes/transactions/bulk"), make([]any, 101)).refuses(422, "invalid", "this one holds 101")
		a.ask(t, http.MethodPost, a.path("/bytes/transactions/bulk"), `{"a":1}`).refuses(422, "invalid", "list")
	})
}

func TestListsAreReadPageByPage(t *testing.T) {
	onEach(t, func(t *testing.T, a *restAPI) {
		for user := range 7 {
			a.ask(t, http.MethodGet, a.path("/bytes/balance/%d", user+1), nil).is(200)
		}
		for _, list := range []struct {
			path, id string
			want     int
		}{
			{"/bytes/balances?limit=3", "#.user_id", 7},
			{"/bytes/transactions?limit=2&kind=opening", "#.id", 7},
			{"/bytes/transactions?limit=7", "#.id", 7},
		} {
			seen := make(map[string]bool)
			next := a.path("%s", list.path)
			for next != "" {
				page := a.ask(t, http.MethodGet, next, nil).is(200)
				for _, id := range page.at(list.id).Array() {
					require.False(t, seen[id.Str], "%s twice", id.Str)
					seen[id.Str] = true
				}
				next = page.nextPage()
			}
			require.Len(t, seen, list.want, list.path)
		}
		next := a.ask(t, http.MethodGet, a.path("/bytes/transactions?limit=2&kind=opening"), nil).is(200).nextPage()
		a.ask(t, http.MethodGet, strings.Replace(next, "kind=opening", "kind=daily", 1), nil).refuses(422, "invalid", "no cursor of this list")
		a.ask(t, http.MethodGet, strings.Replace(next, "/transactions", "/balances", 1), nil).refuses(422, "invalid", "")
		a.ask(t, http.MethodGet, strings.Replace(next, "limit=2", "limit=5", 1), nil).is(200)
	})
}
