package words_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/ui/words"
)

func TestNumber(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 1250: "1,250", 1234567: "1,234,567", -5: "-5", -999: "-999", -1000: "-1,000",
		math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		require.Equal(t, want, words.Number(n))
	}
	require.Equal(t, "1 byte", words.Bytes(1))
	require.Equal(t, "0 bytes", words.Bytes(0))
	require.Equal(t, "-1 bytes", words.Bytes(-1))
}

func TestDuration(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "1 min", time.Second: "1 min", 61 * time.Second: "2 min", time.Hour: "1 h",
		3*time.Hour + 12*time.Minute: "3 h 12 min", 47*time.Hour + time.Minute: "47 h 1 min",
		48 * time.Hour: "2 days", 49 * time.Hour: "3 days",
	} {
		require.Equal(t, want, words.Duration(d))
	}
}
