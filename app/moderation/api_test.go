//go:build !race

package moderation_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSettingsByTheAPI(t *testing.T) {
	eachProgram(t, func(t *testing.T, p program) {
		key := p.Key("moderation", "config")
		ask := func(method, body string) (int, string) {
			req, err := http.NewRequestWithContext(t.Context(), method, fmt.Sprintf("%s/api/guilds/%d/moderation/config", p.URL, p.World.GuildID), strings.NewReader(body))
			require.NoError(t, err)
			req.Header.Set("Authorization", "Bearer "+key)
			req.Header.Set("Content-Type", "application/json")
			resp, err := http.DefaultClient.Do(req)
			require.NoError(t, err)
			defer resp.Body.Close()
			text, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			return resp.StatusCode, string(text)
		}
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
