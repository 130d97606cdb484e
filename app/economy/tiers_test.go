package economy

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

func TestTierOf(t *testing.T) {
	t.Parallel()
	tiers := Tiers(map[int]int64{64: 16, 8: 2, 32: 8, 16: 4})
	for streak, want := range map[int]string{0: "BIT", 1: "BIT", 7: "BIT", 8: "CHAR", 15: "CHAR", 16: "SHORT", 32: "INT", 63: "INT", 64: "LONG", 4000: "LONG"} {
		reached, next := tierOf(tiers, streak)
		require.Equal(t, want, reached.Name, streak)
		require.Equal(t, want == "LONG", next == nil, streak)
	}
	reached, next := tierOf(tiers, 8)
	require.Equal(t, int64(2), reached.Multiplier)
	require.Equal(t, Tier{"SHORT", store.Tier{Threshold: 16, Multiplier: 4}}, *next)

	reached, next = tierOf(Tiers(nil), 100)
	require.Equal(t, Tier{"BIT", store.Tier{Multiplier: 1}}, reached)
	require.Nil(t, next)
}

func TestAStreakThatMissedADayIsOver(t *testing.T) {
	t.Parallel()
	day := func(d store.Day) *store.Day { return &d }
	for _, test := range []struct {
		last *store.Day
		want int
	}{{nil, 0}, {day(100), 7}, {day(99), 7}, {day(98), 0}, {day(101), 7}} {
		require.Equal(t, test.want, liveStreak(store.Balance{Streak: 7, LastDaily: test.last}, 100))
	}
}
