package moderation

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

// Permanent is the duration of what has no end.
const Permanent time.Duration = 0

const (
	day  = 24 * time.Hour
	week = 7 * day
	// mostDigits of a number keep every sum far from overflowing.
	mostDigits = 6
)

// ParseDuration reads a duration as moderators write it: 10m, 2h, 7d, 1w2d, "3 days", or permanent. Numbers are whole and
// have units: s, m, h, d, w, mo (30 days) and y (365 days). It fails with an Invalid fault for the field duration_seconds.
func ParseDuration(text string) (time.Duration, error) {
	rest := strings.ToLower(strings.TrimSpace(text))
	switch rest {
	case "permanent", "perm", "forever", "never", "dauerhaft":
		return Permanent, nil
	}
	var total time.Duration
	for rest != "" {
		number := leading(rest, unicode.IsDigit)
		rest = strings.TrimLeft(rest[len(number):], " ")
		unit := leading(rest, unicode.IsLetter)
		rest = strings.TrimLeft(rest[len(unit):], " ,")
		n, err := strconv.Atoi(number)
		length, known := unitOf(unit)
		if err != nil || !known || len(number) > mostDigits {
			return 0, notDuration(text)
		}
		total += time.Duration(n) * length
	}
	if total <= 0 || total > 100*365*day {
		return 0, notDuration(text)
	}
	return total, nil
}

// leading is the part of a text before the first character that does not fit.
func leading(text string, fits func(rune) bool) string {
	at := strings.IndexFunc(text, func(r rune) bool { return !fits(r) })
	if at < 0 {
		return text
	}
	return text[:at]
}

func unitOf(name string) (time.Duration, bool) {
	switch name {
	case "s", "sec", "secs", "second", "seconds":
		return time.Second, true
	case "m", "min", "mins", "minute", "minutes", "minuten":
		return time.Minute, true
	case "h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden":
		return time.Hour, true
	case "d", "day", "days", "t", "tag", "tage":
		return day, true
	case "w", "wk", "week", "weeks", "woche", "wochen":
		return week, true
	case "mo", "month", "months", "monat", "monate":
		return 30 * day, true
	case "y", "year", "years", "jahr", "jahre":
		return 365 * day, true
	}
	return 0, false
}

func notDuration(text string) error {
	var f fault.Fields
	shown := []rune(text)
	f.Add("duration_seconds", "“%s” is not a duration. Write it as 10m, 2h, 7d, 1w2d or permanent.", string(shown[:min(len(shown), 50)]))
	return f.Err()
}

// WriteDuration is the text that ParseDuration reads as d, the largest units first: "1w2d".
func WriteDuration(d time.Duration) string {
	if d <= 0 {
		return "permanent"
	}
	var b strings.Builder
	for _, u := range []struct {
		name string
		of   time.Duration
	}{{"w", week}, {"d", day}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}} {
		if n := d / u.of; n > 0 {
			b.WriteString(strconv.FormatInt(int64(n), 10) + u.name)
			d -= n * u.of
		}
	}
	return b.String()
}
