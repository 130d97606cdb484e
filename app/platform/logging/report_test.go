package logging

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestErrorsAreReportedWithoutWhatPeopleWrote(t *testing.T) {
	t.Parallel()
	received := make(chan string, 8)
	sentry := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			received <- string(body)
		}
	}))
	t.Cleanup(sentry.Close)
	var lines bytes.Buffer
	log, end, err := Report(slog.New(slog.NewTextHandler(&lines, nil)), strings.Replace(sentry.URL, "http://", "http://key@", 1)+"/7", "1.2.3")
	require.NoError(t, err)

	log = log.With("request_id", "R1", "user", "canary-name")
	log.Warn("canary-warning")
	log.Error("interaction failed", "route", "/bytes/send", "reason", "canary-reason",
		"error", fmt.Errorf("read %q: %w", "canary-text", errors.New("canary-cause")))
	end()
	report := <-received
	for _, part := range []string{"interaction failed", `"request_id":"R1"`, `"route":"/bytes/send"`, "smarterdev@1.2.3", "*fmt.wrapError", "*errors.errorString"} {
		require.Contains(t, report, part)
	}
	require.NotContains(t, report, "canary")
	require.Empty(t, received, "nothing else was worth a report")
	require.Contains(t, lines.String(), "canary-reason", "the log itself is as it was")
}

func TestAnAddressForReportsThatIsNoneIsRefusedWithoutShowingIt(t *testing.T) {
	t.Parallel()
	_, _, err := Report(slog.New(slog.DiscardHandler), "canary", "1.2.3")
	require.ErrorContains(t, err, "SENTRY_DSN")
	require.NotContains(t, err.Error(), "canary")
}
