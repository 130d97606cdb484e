// Package words says figures and times as people do, the same on every surface.
package words

import (
	"fmt"
	"strconv"
	"time"
)

// Number groups digits by three: 1250 is "1,250".
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Count is a number with its noun: "1 byte", "1,250 bytes".
func Count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Number(n) + " " + noun + "s"
}

// Bytes is an amount of the economy.
func Bytes(n int64) string { return Count(n, "byte") }

// Duration is how long something still takes, rounded up to the minute: "3 h 12 min".
func Duration(d time.Duration) string {
	minutes := int64((d + time.Minute - 1) / time.Minute)
	switch {
	case minutes <= 1:
		return "1 min"
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case minutes < 48*60 && minutes%60 != 0:
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	case minutes < 48*60:
		return fmt.Sprintf("%d h", minutes/60)
	default:
		return fmt.Sprintf("%d days", (minutes+24*60-1)/(24*60))
	}
}

// Moment is a point in time in a sentence: "at 14:00 UTC on 1 March".
func Moment(t time.Time) string { return t.UTC().Format("at 15:04 UTC on 2 January") }
