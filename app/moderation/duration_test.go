package moderation_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smarter-dev/smarterdev/app/moderation"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

func TestDurationsAsModeratorsWriteThem(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"10m": 10 * time.Minute, "2h": 2 * time.Hour, "7d": 7 * day, "1w2d": 9 * day, "3 days": 3 * day, " 1h 30min ": 90 * time.Minute,
		"1mo": 30 * day, "1y": 365 * day, "90s": 90 * time.Second, "permanent": moderation.Permanent, "FOREVER": moderation.Permanent, "2 Tage, 3 Std": 51 * time.Hour,
	} {
		got, err := moderation.ParseDuration(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "5", "m", "1x", "-1h", "1.5h", "0m", "9999999d", "999999y", "1h2", "۵m", "1 h x"} {
		_, err := moderation.ParseDuration(text)
		require.True(t, fault.Has(err, "invalid"), "%q: %v", text, err)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(1, 365*24*3600).Draw(t, "seconds")) * time.Second
		got, err := moderation.ParseDuration(moderation.WriteDuration(d))
		require.NoError(t, err)
		require.Equal(t, d, got)
	})
}
