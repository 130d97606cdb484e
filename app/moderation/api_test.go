//go:build !race

package moderation_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// caller returns a function that calls the API of moderation with a key, and maybe a header "Name: value".
func (p program) caller(t *testing.T, scopes ...string) func(method, path, body string, headers ...string) (int, string) {
	key := p.Key(scopes...)
	return func(method, path, body string, headers ...string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, fmt.Sprintf("%s/api/guilds/%d/moderation%s", p.URL, p.World.GuildID, path), strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+key)
		if body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			req.Header.Set(name, value)
		}
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(text)
	}
}

// A program moderates as a person of the guild or by itself, reads cases, changes them and takes them back.
func TestCasesByTheAPI(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		ask := p.caller(t, "moderation")
		must := func(want int, method, path, body string, headers ...string) map[string]any {
			t.Helper()
			status, text := ask(method, path, body, headers...)
			require.Equal(t, want, status, text)
			var out map[string]any
			if strings.HasPrefix(text, "{") {
				require.NoError(t, json.Unmarshal([]byte(text), &out))
			}
			return out
		}
		timeout := fmt.Sprintf(`{"action": "timeout", "user_id": "%d", "reason": "Spam", "duration_seconds": 3600, "moderator_id": "%d"}`, p.ken.ID, p.ada.ID)
		first := must(201, "POST", "/cases", timeout, "Idempotency-Key: one")
		require.Equal(t, "done", first["state"])
		require.Equal(t, p.ada.ID.String(), first["moderator_id"])
		require.Equal(t, "api", first["source"])
		require.Equal(t, []any{}, first["evidence"])
		member, _ := p.ken.Look(p.ken)
		require.NotNil(t, member.TimeoutUntil)
		require.Equal(t, first["number"], must(201, "POST", "/cases", timeout, "Idempotency-Key: one")["number"], "a repetition acts once")
		other := fmt.Sprintf(`{"action": "kick", "user_id": "%d"}`, p.ken.ID)
		require.Equal(t, "idempotency_mismatch", must(422, "POST", "/cases", other, "Idempotency-Key: one")["code"])

		number := fmt.Sprintf("/cases/%v", first["number"])
		require.Equal(t, "owner_target", must(400, "POST", "/cases", fmt.Sprintf(`{"action": "timeout", "user_id": "%d", "duration_seconds": 60, "moderator_id": "%d"}`, p.ada.ID, p.grace.ID))["code"])
		require.Equal(t, "not_allowed", must(400, "POST", "/cases", fmt.Sprintf(`{"action": "warn", "user_id": "%d", "moderator_id": "%d"}`, p.ken.ID, p.linus.ID))["code"])
		require.Equal(t, "invalid", must(422, "POST", "/cases", fmt.Sprintf(`{"action": "timeout", "user_id": "%d"}`, p.linus.ID))["code"])
		require.Equal(t, "invalid", must(422, "POST", "/cases", fmt.Sprintf(`{"action": "execute", "user_id": "%d"}`, p.linus.ID))["code"])

		require.Equal(t, "stale", must(412, "PATCH", number, `{"reason": "Spam in three channels"}`, `If-Match: "99"`)["code"])
		changed := must(200, "PATCH", number, `{"reason": "Spam in three channels", "expires_at": "`+p.Clock.Now().Add(2*time.Hour).UTC().Format(time.RFC3339)+`"}`)
		require.Equal(t, "Spam in three channels", changed["reason"])
		fields := map[string]bool{}
		for _, h := range changed["history"].([]any) {
			fields[h.(map[string]any)["field"].(string)] = true
			if h.(map[string]any)["field"] == "reason" {
				require.Equal(t, "API key a test", h.(map[string]any)["actor_name"])
			}
		}
		require.True(t, fields["reason"] && fields["expires_at"], "%v", fields)
		require.Equal(t, "invalid", must(422, "PATCH", number, `{"reason": "never said", "expires_at": null}`)["code"], "a timeout needs an end")
		require.Equal(t, "Spam in three channels", must(200, "GET", number, "")["reason"], "nothing is half done")

		require.Equal(t, true, must(200, "POST", number+"/resolve", `{}`)["resolved"])
		require.Equal(t, false, must(200, "POST", number+"/resolve", `{"resolved": false}`)["resolved"])
		undone := must(200, "POST", number+"/undo", `{"reason": "It was somebody else"}`)
		require.Equal(t, "undone", undone["state"])
		require.NotNil(t, undone["undone_by"])
		require.Equal(t, "already_undone", must(400, "POST", number+"/undo", `{}`)["code"])
		member, _ = p.ken.Look(p.ken)
		require.Nil(t, member.TimeoutUntil)
		require.Equal(t, "not_found", must(404, "GET", "/cases/999", "")["code"])

		must(201, "POST", "/cases", fmt.Sprintf(`{"action": "note", "user_id": "%d", "reason": "talks about spam a lot"}`, p.linus.ID))
		list := func(query string) (numbers []float64) {
			t.Helper()
			status, text := ask("GET", "/cases?"+query, "")
			require.Equal(t, 200, status, text)
			var found []map[string]any
			require.NoError(t, json.Unmarshal([]byte(text), &found))
			for _, c := range found {
				numbers = append(numbers, c["number"].(float64))
			}
			return numbers
		}
		require.Equal(t, []float64{3, 2, 1}, list(""))
		require.Equal(t, []float64{3}, list("action=note&action=warn"))
		require.Equal(t, []float64{1}, list("state=undone&moderator="+p.ada.ID.String()))
		require.Equal(t, []float64{3, 2}, list("moderator=0"))
		require.Equal(t, []float64{3}, list("q=SPAM&resolved=false&user="+p.linus.ID.String()))
		require.Empty(t, list("created_before=2001-01-01T00:00:00Z"))
		status, text := p.caller(t, "read")("GET", "/cases", "")
		require.Equal(t, http.StatusForbidden, status, text)
	})
}

// Templates are made, used, replaced and deleted by programs.
func TestTemplatesByTheAPI(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		ask := p.caller(t, "moderation")
		status, text := ask("POST", "/templates", `{"name": "Spam", "reason": "Spam in several channels", "duration_seconds": 600}`)
		require.Equal(t, 201, status, text)
		var made struct{ ID string }
		require.NoError(t, json.Unmarshal([]byte(text), &made))
		status, text = ask("POST", "/templates", `{"name": "Spam"}`)
		require.Equal(t, 409, status, text)
		require.Contains(t, text, "name_taken")
		status, text = ask("POST", "/cases", fmt.Sprintf(`{"action": "timeout", "user_id": "%d", "template": "Spam"}`, p.ken.ID))
		require.Equal(t, 201, status, text)
		require.Contains(t, text, `"duration_seconds":600`)
		require.Contains(t, text, "Spam in several channels")
		status, text = ask("PUT", "/templates/"+made.ID, `{"name": "Spammer", "action": "ban"}`)
		require.Equal(t, 200, status, text)
		status, text = ask("GET", "/templates", "")
		require.Equal(t, 200, status, text)
		require.Contains(t, text, `"name":"Spammer"`)
		status, text = ask("DELETE", "/templates/"+made.ID, "")
		require.Equal(t, 204, status, text)
		status, text = ask("DELETE", "/templates/"+made.ID, "")
		require.Equal(t, 404, status, text)
	})
}

func TestSettingsByTheAPI(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		asked := p.caller(t, "moderation", "config")
		ask := func(method, body string) (int, string) { return asked(method, "/config", body) }
		status, text := ask(http.MethodGet, "")
		require.Equal(t, http.StatusOK, status, text)
		require.Contains(t, text, `"log_channel_id":null`)
		status, text = ask(http.MethodPatch, fmt.Sprintf(`{"log_channel_id": "%d", "reason_required": true}`, p.World.Channel("general")))
		require.Equal(t, http.StatusOK, status, text)
		cfg, err := p.Moderation.SettingsNow(t.Context(), p.World.GuildID)
		require.NoError(t, err)
		require.Equal(t, p.World.Channel("general"), *cfg.LogChannelID)
		status, text = ask(http.MethodPatch, `{"messages": {"note": "no"}}`)
		require.Equal(t, http.StatusUnprocessableEntity, status, text)
		require.Contains(t, p.ada.Run("/mod warn", options{"member": p.ken.ID}).Text(), "This server requires a reason")
	})
}
