package store

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestDay(t *testing.T) {
	t.Parallel()
	midnight := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	day := DayOf(midnight)
	require.Equal(t, "2026-11-22", day.String())
	require.Equal(t, midnight, day.Start())
	require.Equal(t, day-1, DayOf(midnight.Add(-time.Nanosecond)))
	require.Equal(t, day, DayOf(midnight.Add(24*time.Hour-time.Nanosecond)))
	require.Equal(t, day, DayOf(time.Date(2026, 11, 21, 20, 0, 0, 0, time.FixedZone("west", -4*3600))), "the day is UTC's")
	require.Equal(t, Day(-1), DayOf(time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC)))
	require.Equal(t, Day(0), DayOf(time.Unix(0, 0)))

	text, err := json.Marshal(struct{ A, B *Day }{A: &day})
	require.NoError(t, err)
	require.JSONEq(t, `{"A": "2026-11-22", "B": null}`, string(text))
	var read struct{ A, B *Day }
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, &day, read.A)
	require.Nil(t, read.B)
	require.Error(t, json.Unmarshal([]byte(`{"A": "22.11.2026"}`), &read))
}

func TestDaysRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-1e10, 1e11).Draw(t, "seconds"), 0)
		day := DayOf(at)
		require.False(t, at.Before(day.Start()))
		require.True(t, at.Before((day + 1).Start()))
		var read Day
		require.NoError(t, read.UnmarshalText([]byte(day.String())))
		require.Equal(t, day, read)
	})
}

// Ids are UUIDv7 that order by the time they were made for.
func TestIDsCarryTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 12, 0, 0, int(5*time.Millisecond), time.UTC)
	seen := map[uuid.UUID]bool{}
	for range 1000 {
		id := NewID(at)
		require.False(t, seen[id])
		seen[id] = true
		require.EqualValues(t, 7, id.Version())
		require.Equal(t, uuid.RFC4122, id.Variant())
		seconds, nanos := id.Time().UnixTime()
		require.True(t, time.Unix(seconds, nanos).Equal(at))
		require.Negative(t, compareIDs(firstID(at), id))
		require.Positive(t, compareIDs(firstID(at.Add(time.Millisecond)), id))
	}
}

func compareIDs(a, b uuid.UUID) int {
	for i := range a {
		if a[i] != b[i] {
			return int(a[i]) - int(b[i])
		}
	}
	return 0
}
