package store

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The histogram gives the same place as a sort.
func TestHistogram(t *testing.T) {
	t.Parallel()
	type member struct{ value, opened int64 }
	rapid.Check(t, func(t *rapid.T) {
		members := rapid.SliceOf(rapid.Custom(func(t *rapid.T) member {
			return member{rapid.Int64Range(0, 5).Draw(t, "value"), rapid.Int64Range(0, 5).Draw(t, "opened")}
		})).Draw(t, "members")
		slices.SortFunc(members, func(a, b member) int {
			return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.opened, b.opened))
		})
		h := &histogram{}
		for _, m := range members {
			h.add(place{value: m.value, opened: time.UnixMicro(m.opened)})
		}
		require.EqualValues(t, len(members), h.total())
		who := member{rapid.Int64Range(-1, 6).Draw(t, "value"), rapid.Int64Range(-1, 6).Draw(t, "opened")}
		want := 0
		for _, m := range members {
			if m.value > who.value || m.value == who.value && m.opened < who.opened {
				want++
			}
		}
		require.EqualValues(t, want, h.ahead(who.value, who.opened))
	})
}
