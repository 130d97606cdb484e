package logging_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/logging"
)

func TestQuietSpeaksFromWarningsOnAndTellsNoToken(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := logging.Quiet(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))).With("name", "rest")

	log.Debug("new request", "body", "hello")
	log.Info("opened")
	log.Error("stopping", "error", fmt.Errorf("begin: %w", context.Canceled))
	require.Empty(t, out.String())

	log.Warn("rate limit exceeded", "endpoint", "/interactions/123/aW50ZXJ/callback", "retry_after", 1)
	log.Warn("failed", "err", fmt.Errorf(`Post "https://discord.com/api/v10/webhooks/45/c2VjcmV0/messages/@original": EOF`))
	require.NotContains(t, out.String(), "aW50ZXJ")
	require.NotContains(t, out.String(), "c2VjcmV0")
	require.Contains(t, out.String(), "/interactions/123/[redacted]/callback")
	require.Contains(t, out.String(), "/webhooks/45/[redacted]/messages/@original")
	require.Contains(t, out.String(), "name=rest")
}
