package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A request that hangs for ever by a fault does not keep the command from ending when it is told to.
func TestTheStandInEndsAlthoughARequestHangs(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	file := filepath.Join(t.TempDir(), "sandbox.json")
	var out bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- Run([]string{"sandbox", "--listen=127.0.0.1:0", "--json", file}, Program{Context: ctx, Stdout: &out, Stderr: &out, Files: os.DirFS("../..")})
	}()
	var d struct {
		APIURL string `json:"discord_api_url"`
		Token  string `json:"bot_token"`
	}
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(file)
		return err == nil && json.Unmarshal(text, &d) == nil
	}, time.Minute, 10*time.Millisecond)
	base := strings.TrimSuffix(d.APIURL, "/api") + "/sandbox"
	resp, err := http.Post(base+"/people/control/faults", "application/json", strings.NewReader(`{"kind":"hang"}`))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Less(t, resp.StatusCode, 300)
	hung := make(chan struct{})
	go func() {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, d.APIURL+"/v10/users/@me", nil)
		req.Header.Set("Authorization", "Bot "+d.Token)
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		close(hung)
	}()
	require.Eventually(t, func() bool {
		resp, err := http.Get(base + "/people/control")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		var state struct{ Faults []struct{ Hits int } }
		return json.NewDecoder(resp.Body).Decode(&state) == nil && len(state.Faults) == 1 && state.Faults[0].Hits == 1
	}, time.Minute, 10*time.Millisecond)
	stop()
	require.Equal(t, 0, <-ended, out.String())
	<-hung
}
