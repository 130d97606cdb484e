package store

import (
	"fmt"
	"time"
)

// Day is a calendar day in UTC, counted from 1970-01-01. Both engines store the number, so that
// "yesterday" is a subtraction. In JSON and in text it reads YYYY-MM-DD.
type Day int32

const secondsPerDay = 24 * 60 * 60

// DayOf returns the UTC day that holds t.
func DayOf(t time.Time) Day {
	s := t.Unix()
	d := s / secondsPerDay
	if s%secondsPerDay < 0 {
		d--
	}
	return Day(d)
}

// Start returns the first instant of the day, in UTC.
func (d Day) Start() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// String returns the day as YYYY-MM-DD.
func (d Day) String() string { return d.Start().Format(time.DateOnly) }

// MarshalText writes the day as YYYY-MM-DD.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a day written as YYYY-MM-DD.
func (d *Day) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("%q is not a day: write YYYY-MM-DD", text)
	}
	*d = DayOf(t)
	return nil
}

// moment is the precision of both engines: every time is cut to it before it is written, so that
// what is read back equals what was given.
func moment(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
