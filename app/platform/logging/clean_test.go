package logging_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/logging"
)

// secret is a value that formats itself as a library does.
type secret struct{ Address string }

func TestNoSecretReachesTheLog(t *testing.T) {
	t.Parallel()
	const canary = "canaryCANARYcanary0123456789"
	for name, text := range map[string]string{
		"an interaction's token":  "https://discord.com/api/v10/interactions/123/" + canary + "/callback",
		"a webhook's token":       "/webhooks/123/" + canary + "/messages/@original",
		"a bot's token":           "MTIzNDU2Nzg5MDEyMzQ1Njc4.GhIjKl." + canary,
		"an authorization header": "Authorization: Bot " + canary,
		"a bearer token":          "authorization: bearer " + canary,
		"a database's password":   "postgres://smarterdev:" + canary + "@db:5432/x",
		"the password of Redis":   "dial redis://:" + canary + "@cache:6379: refused",
		"a DSN in words":          "host=db password=" + canary + " user=x",
		"Sentry's key":            "https://" + canary + "@sentry.example/7",
		"an OAuth2 code":          "/auth/callback?code=" + canary + "&state=" + canary,
		"an OAuth2 response":      `{"access_token": "` + canary + `", "refresh_token":"` + canary + `"}`,
		"a client's secret":       "client_id=1&client_secret=" + canary,
		"a cookie":                "Cookie: __Host-session=" + canary,
		"a key for the API":       "the key sd_" + canary + " is not known",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inner := &url.Error{Op: http.MethodPost, URL: text, Err: errors.New(text)}
			for way, write := range map[string]func(*slog.Logger){
				"message":         func(l *slog.Logger) { l.Info(text) },
				"string":          func(l *slog.Logger) { l.Info("x", "url", text) },
				"error":           func(l *slog.Logger) { l.Error("x", "error", fmt.Errorf("send: %w", inner)) },
				"joined errors":   func(l *slog.Logger) { l.Error("x", "error", errors.Join(errors.New("first"), inner)) },
				"struct":          func(l *slog.Logger) { l.Warn("x", "value", secret{text}) },
				"pointer":         func(l *slog.Logger) { l.Warn("x", "value", &secret{text}) },
				"group":           func(l *slog.Logger) { l.Warn("x", slog.Group("g", "url", text, "error", inner)) },
				"with":            func(l *slog.Logger) { l.With("url", text, "error", inner).Info("x") },
				"group of with":   func(l *slog.Logger) { l.WithGroup("g").With("error", inner).Info("x") },
				"panic":           func(l *slog.Logger) { l.Error("x", "panic", any(inner), "stack", "goroutine 1\n"+text) },
				"a quiet library": func(l *slog.Logger) { logging.Quiet(l).Warn("x", "err", inner) },
			} {
				for _, format := range []string{logging.Text, logging.JSON} {
					var out bytes.Buffer
					l, closer, err := logging.New(logging.Config{Output: &out, Format: format})
					require.NoError(t, err)
					write(l)
					require.NoError(t, closer.Close())
					require.NotEmpty(t, out.String(), way)
					require.NotContains(t, out.String(), canary, way)
				}
			}
		})
	}
}

func TestWhatIsNoSecretStays(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"connected to Discord", "https://discord.com/developers/applications/2/bot", "guild 1000000000000000001: context deadline exceeded",
		"/api/v1/guilds/1/members?page=2", "listening on 127.0.0.1:8000", "Bot is ready", "v1.2.3-rc.1",
	} {
		require.Equal(t, text, logging.Clean(text))
	}
}

// guarded is a buffer that the logger's timer writes to as well.
type guarded struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (g *guarded) Write(b []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.buffer.Write(b)
}

func (g *guarded) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.buffer.String()
}

func (g *guarded) Reset() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.buffer.Reset()
}

func TestTheSameFailureIsLoggedOnceAndCountedOnceAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out guarded
		log, closer, err := logging.New(logging.Config{Output: &out})
		require.NoError(t, err)
		lines := func() []string {
			all := strings.Split(strings.TrimSpace(out.String()), "\n")
			out.Reset()
			return all
		}
		for n := range 12_000 {
			log.With("request_id", n).Error("request failed", "route", fmt.Sprint("/", n%7), "error", fmt.Errorf("write page %d: disk full", n))
		}
		log.Error("request failed", "error", errors.New("another reason"))
		log.Warn("role cannot be given", "guild", 1)
		log.Warn("role cannot be given", "guild", 2)
		log.Info("as often as it likes")
		log.Info("as often as it likes")
		require.Len(t, lines(), 6)

		time.Sleep(time.Minute)
		synctest.Wait()
		counted := lines()
		require.Len(t, counted, 1)
		require.Contains(t, counted[0], `"repeated":11999`)
		require.Contains(t, counted[0], `disk full`)

		log.Error("request failed", "error", errors.New("write page 1: disk full"))
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Contains(t, out.String(), `"repeated":1`)
		out.Reset()
		time.Sleep(2 * time.Minute) // it has been quiet
		synctest.Wait()
		require.Empty(t, out.String())
		log.Error("request failed", "error", errors.New("write page 2: disk full"))
		require.NotContains(t, out.String(), "repeated", "a new one is logged at once")
		log.Error("request failed", "error", errors.New("write page 3: disk full"))
		require.NoError(t, closer.Close())
		require.Contains(t, out.String(), `"repeated":1`, "what was counted is not lost at the end")
	})
}
