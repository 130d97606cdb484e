package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

func TestMetricsTellWhatHappened(t *testing.T) {
	t.Parallel()
	p := apptest.Start(t, storetest.NewSQLite(t), func(s *app.Setup) { s.Config.MetricsToken = "a token for the operators" })
	ken, ada := p.World.Member("Ken"), p.World.Member("Ada")
	ken.Run("/bytes daily")
	ken.Run("/bytes send", options{"member": ada.ID, "amount": "30"})
	ken.Run("/bytes send", options{"member": ada.ID, "amount": "9000"})
	v := p.Visitor()
	require.Equal(t, http.StatusNotFound, v.Get("/nothing-is-here").StatusCode)
	require.Equal(t, http.StatusNotFound, v.Get("/metrics").StatusCode, "nobody else learns that it is there")

	want := map[string]string{
		`smarterdev_bytes_total{kind="daily"}`:                                       "10",
		`smarterdev_bytes_total{kind="transfer"}`:                                    "30",
		`smarterdev_bytes_total{kind="squad_fee"}`:                                   "0",
		`smarterdev_interactions_total{outcome="ok",route="/bytes/daily"}`:           "1",
		`smarterdev_interactions_total{outcome="ok",route="/bytes/send"}`:            "1",
		`smarterdev_interactions_total{outcome="refused",route="/bytes/send"}`:       "1",
		`smarterdev_interaction_seconds_count{route="/bytes/send"}`:                  "2",
		`smarterdev_http_requests_total{method="GET",route="none",status="404"}`:     "1",
		`smarterdev_http_requests_total{method="GET",route="/metrics",status="404"}`: "1",
		`smarterdev_store_seconds_count{operation="claim"}`:                          "1",
		`smarterdev_store_seconds_count{operation="transfer"}`:                       "1",
		`smarterdev_discord_requests_total{method="POST",status="204"}`:              "3",
		`smarterdev_guilds`:                     "1",
		`smarterdev_build_info{version="test"}`: "1",
	}
	// A member sees the answer a moment before the bot has counted it.
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		page := v.Get("/metrics", "Authorization", "Bearer a token for the operators")
		assert.Equal(c, http.StatusOK, page.StatusCode)
		figures := map[string]string{}
		for line := range strings.Lines(page.Text) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
			figures[name] = value
		}
		for name, value := range want {
			assert.Equal(c, value, figures[name], name)
		}
		for _, name := range []string{"smarterdev_store_batch_operations_count", `smarterdev_store_seconds_count{operation="read"}`} {
			assert.NotContains(c, []string{"", "0"}, figures[name], name)
		}
		for _, name := range []string{"smarterdev_jobs_waiting", "smarterdev_jobs_oldest_seconds", "smarterdev_gateway_latency_seconds"} {
			assert.NotEmpty(c, figures[name], name)
		}
		assert.NotContains(c, page.Text, "nothing-is-here", "an address that was made up is no label")
	}, 10*time.Second, 20*time.Millisecond)
}
