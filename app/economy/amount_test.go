package economy

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

func TestParseAmount(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"1": 1, "250": 250, " 250 ": 250, "1k": 1000, "1K": 1000, "1.5k": 1500, "2m": 2_000_000, "0.25k": 250,
		"1,250": 1250, "12,345,678": 12_345_678, "all": 999, "ALL": 999, "50%": 499, "1%": 9, "100%": 999, "50 %": 499,
	} {
		a, err := ParseAmount(text)
		require.NoError(t, err, text)
		require.Equal(t, want, a.Of(999), text)
	}
	for _, text := range []string{
		"", "0", "-5", "+5", "1.5", "1.", ".5k", "k", "1kk", "1e3", "0x10", "1,25", ",250", "1,,250", "1.2345k",
		"101%", "0%", "-1%", "5.5%", "%", "all of it", "NaN", "١٢", "9999999999999999999", "1 000", "0k",
	} {
		_, err := ParseAmount(text)
		require.True(t, fault.Has(err, "invalid"), "%q: %v", text, err)
	}
}

func TestAmountOfTheLargestBalance(t *testing.T) {
	t.Parallel()
	all, _ := ParseAmount("all")
	require.Equal(t, int64(math.MaxInt64), all.Of(math.MaxInt64))
}

func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"250", "1k", "1.5k", "all", "50%", "1,250", "9999999999999999999", "٣"} {
		f.Add(s, int64(1000))
	}
	f.Fuzz(func(t *testing.T, s string, balance int64) {
		a, err := ParseAmount(s)
		if err != nil {
			require.True(t, fault.Has(err, "invalid"))
			return
		}
		if balance < 0 {
			balance = -(balance + 1)
		}
		n := a.Of(balance)
		require.GreaterOrEqual(t, n, int64(0))
		if a.NeedsBalance() {
			require.LessOrEqual(t, n, balance)
		} else {
			require.Positive(t, n, strings.TrimSpace(s))
		}
	})
}
