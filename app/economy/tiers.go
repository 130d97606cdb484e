package economy

import (
	"maps"
	"slices"

	"github.com/smarter-dev/smarterdev/store"
)

// Tier is a rank that a streak of daily claims has reached, with what it multiplies a claim by.
// The first has the threshold 0.
type Tier struct {
	Name string
	store.Tier
}

// tierNames are given by order of threshold; a guild has at most four thresholds.
var tierNames = [...]string{"BIT", "CHAR", "SHORT", "INT", "LONG"}

// Tiers are a guild's tiers from the lowest up. The first is BIT, which every streak has reached.
func Tiers(bonuses map[int]int64) []Tier {
	tiers := []Tier{{tierNames[0], store.Tier{Multiplier: 1}}}
	for _, days := range slices.Sorted(maps.Keys(bonuses)) {
		tiers = append(tiers, Tier{tierNames[len(tiers)], store.Tier{Threshold: days, Multiplier: bonuses[days]}})
	}
	return tiers
}

// paying are the tiers as the store takes them for a claim.
func paying(bonuses map[int]int64) []store.Tier {
	tiers := make([]store.Tier, 0, len(bonuses))
	for days, multiplier := range bonuses {
		tiers = append(tiers, store.Tier{Threshold: days, Multiplier: multiplier})
	}
	return tiers
}

// tierOf is the highest tier that streak has reached, and the next one where there is one.
func tierOf(tiers []Tier, streak int) (reached Tier, next *Tier) {
	for i, t := range tiers {
		if t.Threshold > streak {
			return reached, &tiers[i]
		}
		reached = t
	}
	return reached, nil
}

// liveStreak is the streak that a claim today would continue: one that missed a day is over.
func liveStreak(b store.Balance, today store.Day) int {
	if b.LastDaily == nil || *b.LastDaily < today-1 {
		return 0
	}
	return b.Streak
}
